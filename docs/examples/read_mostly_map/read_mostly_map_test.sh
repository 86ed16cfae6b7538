#!/usr/bin/env bash
# Runs the example on the headers of this very source tree, and on what it must refuse.
set -euo pipefail

example=$1

fail() {
  printf 'read_mostly_map_test: %s\n' "$*"
  exit 1
}

"$example" --readers 2 --times 10 lib | tee "$TEST_TMPDIR/out" || fail 'the indexes differ'
line=$(grep -E "^[1-9][0-9]* files, [1-9][0-9]* words, .* looked up [1-9][0-9]* times meanwhile: equal$" "$TEST_TMPDIR/out") || fail 'nothing was done'
[[ ${line%% *} -ge 10 ]] || fail "too few files: $line"

refuses() {
  local expected=$1 status=0
  shift
  "$example" "$@" >"$TEST_TMPDIR/out" 2>"$TEST_TMPDIR/err" || status=$?
  [[ $status == 2 ]] || fail "exit status $status instead of 2 for: $*"
  [[ ! -s $TEST_TMPDIR/out && $(wc -l <"$TEST_TMPDIR/err") == 1 ]] || fail "not one line for: $*"
  grep -Fq -- "$expected" "$TEST_TMPDIR/err" || fail "'$expected' is not said for: $*"
}
mkdir "$TEST_TMPDIR/empty" "$TEST_TMPDIR/wordless"
printf '... --- ...\n' >"$TEST_TMPDIR/wordless/file"
refuses '/nonexistent: No such file or directory' /nonexistent
refuses "no files below $TEST_TMPDIR/empty" "$TEST_TMPDIR/empty"
refuses "no words below $TEST_TMPDIR/wordless" "$TEST_TMPDIR/wordless"
refuses "--readers takes a number from 1 to 1000, not '0'" --readers 0 .
refuses "--times takes a number from 1 to 1000, not ''" --times
refuses "unexpected '--bogus'; usage: read_mostly_map" --bogus
refuses 'usage: read_mostly_map'
