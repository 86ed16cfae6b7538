#!/usr/bin/env bash
# every_file_listed.sh WORKSPACE LISTING... -- FOLDER... [-- PATTERN...]: fails unless each .hpp and .cc file under the
# FOLDERs of the source tree that holds the file WORKSPACE is named in a LISTING, or its path matches a PATTERN of bash.
set -euo pipefail

root=$(dirname "$(readlink -f "$1")")
shift
listings=()
folders=()
patterns=()
while (($# > 0)) && [[ $1 != -- ]]; do listings+=("$1") && shift; done
shift
while (($# > 0)) && [[ $1 != -- ]]; do folders+=("$1") && shift; done
if (($# > 0)); then
  shift
  patterns=("$@")
fi

excepted() {
  local pattern
  for pattern in "${patterns[@]}"; do
    # shellcheck disable=SC2053 # it is a pattern
    [[ $1 == $pattern ]] && return 0
  done
  return 1
}

listed=$(sort -u "${listings[@]}")
files=$(cd "$root" && find "${folders[@]}" -name '*.hpp' -o -name '*.cc')
total=0
missing=0
while read -r file; do
  excepted "$file" && continue
  total=$((total + 1))
  if ! grep -Fqx -- "$file" <<<"$listed"; then
    printf '%s is not checked: no target that the check starts from leads to it\n' "$file"
    missing=$((missing + 1))
  fi
done <<<"$files"
printf '%d files, %d not checked\n' "$total" "$missing"
((total > 0 && missing == 0))
