#!/usr/bin/env bash
# Runs the example on a file that is replaced, broken, removed and written anew meanwhile; and on what it must refuse.
set -euo pipefail

example=$1
file=$TEST_TMPDIR/settings

fail() {
  printf 'config_reload_test: %s\n' "$*"
  cat "$TEST_TMPDIR/out" "$TEST_TMPDIR/err"
  exit 1
}

# says TEXT FILE: waits until the example has written a line with TEXT there.
says() {
  for ((tries = 0; tries < 600; ++tries)); do
    ! grep -Fq -- "$1" "$TEST_TMPDIR/$2" || return 0
    sleep 0.05
  done
  fail "does not say '$1'"
}

replace_file() {
  cat >"$file.new"
  mv "$file.new" "$file"
}

printf '# first\ngreeting = hello\n' | replace_file
"$example" --workers 3 "$file" >"$TEST_TMPDIR/out" 2>"$TEST_TMPDIR/err" &
running=$!
trap 'kill "$running" 2>/dev/null || true' EXIT
says 'revision 1: 1 settings' out
for ((revision = 2; revision <= 50; ++revision)); do
  { for ((n = 0; n <= revision; ++n)); do printf 'greeting = %*s\nx%d = y\n' "$revision" z "$n"; done; } | replace_file
  says "revision $revision: $((revision + 2)) settings" out
done
printf 'greeting = hello\nthis is wrong\n' | replace_file
says "settings:2: not 'name = value'; keeping revision 50" err
rm "$file"
says "cannot read $file; keeping revision 50" err
printf 'greeting = hello\nstop = yes\n' >"$file.new"
mv "$file.new" "$file"
wait "$running" || fail "exit status $?"
grep -Eq '^[1-9][0-9]* requests, [1-9][0-9]* letters of greeting, 51 revisions, 1 alive: good$' "$TEST_TMPDIR/out" || fail 'not good'
cat "$TEST_TMPDIR/out"

refuses() {
  local expected=$1 status=0
  shift
  "$example" "$@" >"$TEST_TMPDIR/out" 2>"$TEST_TMPDIR/err" || status=$?
  [[ $status == 2 ]] || fail "exit status $status instead of 2 for: $*"
  [[ ! -s $TEST_TMPDIR/out && $(wc -l <"$TEST_TMPDIR/err") == 1 ]] || fail "not one line for: $*"
  grep -Fq -- "$expected" "$TEST_TMPDIR/err" || fail "'$expected' is not said for: $*"
}
refuses 'cannot read /nonexistent' /nonexistent
printf 'no equals\n' >"$file"
refuses "settings:1: not 'name = value'" "$file"
refuses "--workers takes a number from 1 to 1000, not '0'" --workers 0 "$file"
refuses "--workers takes a number from 1 to 1000, not ''" --workers
refuses "unexpected '--bogus'; usage: config_reload" --bogus
refuses 'usage: config_reload'
