#!/usr/bin/env bash
# Runs the explorer's benchmark on its smallest clients: what it says of them is what the explorer counts. No speed is judged.
set -euo pipefail

out=$TEST_TMPDIR/explorer.json
"$1" --benchmark_filter='plain/[12]_writers_x_1_entries_x_2_flips' --benchmark_min_time=0.01 --benchmark_out="$out" \
  --benchmark_out_format=json
python3 - "$out" <<'CHECK'
import json, sys
rows = json.load(open(sys.argv[1]))["benchmarks"]
counts = {r["name"]: r["executions"] for r in rows}
assert counts == {"plain/1_writers_x_1_entries_x_2_flips": 9, "plain/2_writers_x_1_entries_x_2_flips": 148}, counts
assert all(r["label"] == "exhaustive" and r["executions/s"] > 0 and r["resident_KiB"] > 0 for r in rows), rows
CHECK
status=0
"$1" --no_such_option >"$TEST_TMPDIR/refused" 2>&1 || status=$?
[[ $status == 2 ]] || { cat "$TEST_TMPDIR/refused"; echo "exit status $status instead of 2"; exit 1; }
