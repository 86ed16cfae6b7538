#!/usr/bin/env bash
# Runs the benchmark once, shortly, and gives it what it has to refuse. It judges no speed: the machine may be busy.
set -euo pipefail

bench=$1
json=$TEST_TMPDIR/bench.json

fail() {
  printf 'bench_test: %s\n' "$*"
  exit 1
}

"$bench" --rounds 1 --json "$json" >"$TEST_TMPDIR/table" || fail "exit status $?"
cat "$TEST_TMPDIR/table"
grep -Eq '^plain enter\+exit / fetch_add, 1 thread .* <= 2\.20: (met|NOT met|undecided)' "$TEST_TMPDIR/table" || fail 'no phaser ratio'
grep -Eq '^throughput of striped .* >= 3\.00: (met|NOT met|undecided)' "$TEST_TMPDIR/table" || fail 'no striped ratio'
grep -Eq '^asymmetric enter\+exit / fetch_add, 1 thread .* <= 0\.60: (met|NOT met|undecided)' "$TEST_TMPDIR/table" || fail 'no asymmetric ratio'
grep -Eq '^rendezvous swap .* <= 1\.05: (met|NOT met|undecided)' "$TEST_TMPDIR/table" || fail 'no rendezvous ratio'
grep -Eq '^nanoseconds of write_conc\. add, 1 thread .* <= 1\.50: (met|NOT met|undecided)' "$TEST_TMPDIR/table" || fail 'no cost of a counter'
grep -Eq '^tracker acquire\+release / fetch_add, 1 thread .* <= 0\.55: (met|NOT met|undecided)' "$TEST_TMPDIR/table" || fail 'no tracker ratio'
grep -Eq '^nanoseconds of atomic_value load\+read, 1 thread .* <= 2\.50: (met|NOT met|undecided)' "$TEST_TMPDIR/table" || fail 'no cost of a load'
python3 - "$json" <<'CHECK'
import json, sys
data = json.load(open(sys.argv[1]))
names = {(m["name"], m["threads"]) for m in data["raw"]}
# Others are there as a whole, or not at all.
others = {"Erlang": 4, "Go ": 5, "liburcu-memb": 5, "ck_epoch": 2}
for other, count in others.items():
    assert len([name for name, threads in names if name.startswith(other)]) in (0, count), sorted(names)
ours = [name for name, threads in names if not name.startswith(tuple(others))]
assert len(ours) == 93, sorted(names)
assert all(m["nanoseconds"] > 0 for m in data["raw"])
def costs(name, threads):
    return {m["round"]: m["nanoseconds"] for m in data["raw"] if (m["name"], m["threads"]) == (name, threads)}
phaser, fetch_add = costs("plain enter+exit", 1), costs("fetch_add relaxed", 1)
seen = next(r for r in data["ratios"] if r["name"] == "plain enter+exit / fetch_add, 1 thread")
expected = [phaser[r] / fetch_add[r] for r in phaser]
assert min(expected) - 0.01 < seen["median"] < max(expected) + 0.01, (seen, expected)
assert seen["met"] == (seen["median"] <= seen["target"] if seen["undisturbed"] else None), seen
CHECK

refuses() {
  local expected=$1 status=0
  shift
  "$bench" "$@" >"$TEST_TMPDIR/out" 2>"$TEST_TMPDIR/err" || status=$?
  [[ $status == 2 ]] || fail "exit status $status instead of 2 for: $*"
  [[ ! -s $TEST_TMPDIR/out && $(wc -l <"$TEST_TMPDIR/err") == 1 ]] || fail "not one line for: $*"
  grep -Fq -- "$expected" "$TEST_TMPDIR/err" || fail "'$expected' is not said for: $*"
}
refuses "unknown option '--jsno'" --jsno x
refuses '--json needs a value' --json
refuses "--rounds takes a number from 1 to 1000, not '0'" --rounds 0
refuses "--rounds takes a number from 1 to 1000, not '3x'" --rounds 3x
refuses "cannot write '/nonexistent/x': No such file or directory" --json /nonexistent/x
