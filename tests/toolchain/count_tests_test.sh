#!/usr/bin/env bash
# count_tests_test.sh COUNT_TESTS: does tools/test's last line tell the truth about what Bazel reports?
set -euo pipefail

count_tests=$1
events=$TEST_TMPDIR/events

completed() { printf '{"id":{"targetCompleted":{"label":"%s"}},%s}\n' "$1" "$2"; }
summary() { printf '{"id":{"testSummary":{"label":"%s"}},"testSummary":{"overallStatus":"%s"}}\n' "$1" "$2"; }
built() { completed "$1" '"completed":{"success":true}'; }
passing() { built "$1" && summary "$1" PASSED; }

# expect NAME LINE EXIT STATUS: the last line and the exit code for the events on stdin and Bazel's exit code STATUS.
expect() {
  local line status=0
  cat >"$events"
  line=$(/usr/bin/python3 "$count_tests" "$events" "$4" | tail -n1) || status=$?
  if [[ $line != "$2" || $status != "$3" ]]; then
    printf '%s: expected "%s" and exit %s, got "%s" and exit %s\n' "$1" "$2" "$3" "$line" "$status"
    exit 1
  fi
}

{ passing //a && passing //b; } | expect 'all pass' '2 passed, 0 failed' 0 0
{ passing //a && built //b && summary //b FAILED; } | expect 'one fails' '1 passed, 1 failed' 3 3
{ passing //a && built //b && summary //b TIMEOUT; } | expect 'one times out' '1 passed, 1 failed' 3 3
{ passing //a && completed //b '"completed":{}'; } | expect 'one does not build' '1 passed, 1 failed' 1 1
{ passing //a && completed //b '"completed":{}' && summary //b FAILED_TO_BUILD; } |
  expect 'what does not build is counted once' '1 passed, 1 failed' 1 1
{ passing //a && completed //b '"aborted":{"reason":"SKIPPED"}'; } | expect 'one is skipped' '1 passed, 0 failed' 0 0
{ passing //a && completed //b '"aborted":{"reason":"ANALYSIS_FAILURE"}'; } |
  expect 'one cannot be analyzed' '1 passed, 1 failed' 1 1
passing //a | expect 'Bazel fails otherwise' '1 passed, 1 failed' 8 8
{ passing //a && printf '{"id":{"testSum'; } | expect 'Bazel is killed' '1 passed, 1 failed' 137 137
printf '' | expect 'nothing ran' '0 passed, 0 failed' 1 0
