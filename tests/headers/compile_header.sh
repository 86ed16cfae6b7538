#!/usr/bin/env bash
# compile_header.sh HEADER COMPILER FLAG...: compiles HEADER, twice included, with and without exceptions, with and
# without the checks of the caller's mistakes. Prints each failed command and what the compiler said.
set -euo pipefail

header=$1
shift

failed=0
for checked in 0 1; do
  for exceptions in '-fexceptions' '-fno-exceptions -fno-rtti'; do
    read -ra settings <<<"$exceptions -DSTILLPOINT_CHECKED=$checked"
    command=("$@" "${settings[@]}" -fsyntax-only -x c++ -)
    if ! printf '#include "%s"\n#include "%s"\n' "$header" "$header" | "${command[@]}"; then
      printf '^ with: %s\n' "${command[*]}"
      failed=1
    fi
  done
done
exit "$failed"
