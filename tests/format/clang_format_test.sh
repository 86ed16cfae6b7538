#!/usr/bin/env bash
# clang_format_test.sh WORKSPACE: is every C++ file of the tree that holds the file WORKSPACE formatted as .clang-format says?
set -euo pipefail

cd "$(dirname "$(readlink -f "$1")")"
[[ -f .clang-format ]]
mapfile -t files < <(find . -name '.?*' -prune -o -path './bazel-*' -prune -o \( -name '*.hpp' -o -name '*.cc' \) -print)
printf '%d files\n' "${#files[@]}"
((${#files[@]} > 0))
clang-format-14 --style=file --dry-run -Werror "${files[@]}"
