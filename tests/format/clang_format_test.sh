#!/usr/bin/env bash
# clang_format_test.sh WORKSPACE: is every C++ file of the tree that holds the file WORKSPACE formatted as .clang-format says?
set -euo pipefail

cd "$(dirname "$(readlink -f "$1")")"
[[ -f .clang-format ]]
mapfile -t files < <(find . -name '.?*' -prune -o -path './bazel-*' -prune -o \( -name '*.hpp' -o -name '*.cc' \) -print)
# All at once tells quickly whether there is one that is not; only then each by itself.
wrong=()
if ! printf '%s\0' "${files[@]}" | xargs -0 -n 40 -P 2 clang-format-14 --style=file --dry-run -Werror 2>/dev/null; then
  for file in "${files[@]}"; do
    clang-format-14 --style=file --dry-run -Werror "$file" 2>/dev/null || wrong+=("$file")
  done
fi
printf '%d files, %d not formatted\n' "${#files[@]}" "${#wrong[@]}"
if ((${#wrong[@]} > 0)); then
  printf 'run: clang-format-14 -i %s\n' "${wrong[*]}"
fi
((${#files[@]} > 0 && ${#wrong[@]} == 0))
