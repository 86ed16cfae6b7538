#!/usr/bin/env bash
# run_checker.sh LOG TOOL COMMAND...: writes what COMMAND prints to LOG if it fails, nothing if it succeeds. Fails itself
# only if TOOL, which COMMAND uses, is not installed: that must never be taken for a result.
set -euo pipefail

log=$1
tool=$2
shift 2
if ! command -v "$tool" >/dev/null; then
  printf '%s is not installed: run tools/setup\n' "$tool" >&2
  exit 1
fi
: >"$log"
if ! output=$("$@" 2>&1); then
  printf '%s\n%s\n' "$*" "$output" >"$log"
fi
