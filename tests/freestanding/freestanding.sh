#!/usr/bin/env bash
# freestanding.sh [--only-link] -- COMPILER FLAG... SOURCE: is SOURCE a program without any library? It is compiled with each
# setting that products choose, must need nothing from outside, and must end with status 0.
set -euo pipefail

run=1
if [[ $1 == --only-link ]]; then
  run=0
  shift
fi
shift
work=$(mktemp -d "$TEST_TMPDIR/freestanding.XXXXXX")
for setting in -O0 -O2 '-O2 -DNDEBUG' -Os; do
  read -ra options <<<"$setting"
  command=("$@" -ffreestanding -fno-exceptions -fno-rtti "${options[@]}")
  "${command[@]}" -c -o "$work/program.o"
  needed=$(nm --undefined-only "$work/program.o")
  if [[ -n $needed ]]; then
    printf 'freestanding: something is needed from outside:\n%s\n^ with: %s\n' "$needed" "${command[*]}"
    exit 1
  fi
  "${command[@]}" -nostdlib -static -o "$work/program"
  if ((run)); then
    "$work/program" || { printf 'freestanding: status %d, with: %s\n' "$?" "${command[*]}"; exit 1; }
  fi
done
printf 'freestanding: needs nothing, %s\n' "$( ((run)) && echo 'and does what it should' || echo 'and was not run')"
