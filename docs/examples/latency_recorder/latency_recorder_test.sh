#!/usr/bin/env bash
# Runs the example on this very source tree, as far as it is among the test's data, and on what it must refuse.
set -euo pipefail

example=$1

fail() {
  printf 'latency_recorder_test: %s\n' "$*"
  exit 1
}

"$example" --threads 3 --intervals 5 --milliseconds 100 . | tee "$TEST_TMPDIR/out" || fail 'the sums differ'
grep -Eq '^[1-9][0-9]* operations .*: equal$' "$TEST_TMPDIR/out" || fail 'nothing was done'
lines=$(grep -Ec '^ +([1-5]|rest) +[0-9]+ ( +[0-9]+\.[0-9]){3}$' "$TEST_TMPDIR/out") || true
[[ $lines == 6 ]] || fail "$lines intervals were reported instead of 6"

refuses() {
  local expected=$1 status=0
  shift
  "$example" "$@" >"$TEST_TMPDIR/out" 2>"$TEST_TMPDIR/err" || status=$?
  [[ $status == 2 ]] || fail "exit status $status instead of 2 for: $*"
  [[ ! -s $TEST_TMPDIR/out && $(wc -l <"$TEST_TMPDIR/err") == 1 ]] || fail "not one line for: $*"
  grep -Fq -- "$expected" "$TEST_TMPDIR/err" || fail "'$expected' is not said for: $*"
}
mkdir "$TEST_TMPDIR/empty"
refuses '/nonexistent: No such file or directory' /nonexistent
refuses "no files below $TEST_TMPDIR/empty" "$TEST_TMPDIR/empty"
refuses "--threads takes a number from 1 to 10000, not '0'" --threads 0 .
refuses "--intervals takes a number from 1 to 10000, not ''" --intervals
refuses "unexpected '--bogus'; usage: latency_recorder" --bogus
refuses 'usage: latency_recorder'
