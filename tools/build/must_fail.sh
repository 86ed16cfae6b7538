#!/usr/bin/env bash
# must_fail.sh PATTERN PROGRAM [ARGUMENT...]: succeeds if PROGRAM fails and prints a line that matches PATTERN.
set -euo pipefail

pattern=$1
shift
status=0
output=$("$@" 2>&1) || status=$?
if ((status == 0)); then
  printf '%s\nmust_fail: the program succeeded, though it has to fail: %s\n' "$output" "$*"
  exit 1
fi
if ! grep -Eq -- "$pattern" <<<"$output"; then
  printf '%s\nmust_fail: it failed (status %d), but nothing it printed matches: %s\n' "$output" "$status" "$pattern"
  exit 1
fi
printf 'must_fail: failed as it has to (status %d): %s\n' "$status" "$(grep -Em1 -- "$pattern" <<<"$output")"
