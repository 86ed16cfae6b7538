# Of the tests in this folder, which source it: $tree is a copy of what they are given, as a release has it; $work is theirs.

work=$(mktemp -d "$TEST_TMPDIR/packages.XXXXXX")
tree=$work/stillpoint-0.1.0

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*"
  exit 1
}

# quietly COMMAND...: its output is shown only if it fails.
quietly() {
  "$@" >"$work/output" 2>&1 || { cat "$work/output"; fail "status $? of: $*"; }
}

# refuses TEXT COMMAND...: it fails, and says TEXT.
refuses() {
  local text=$1
  shift
  if "$@" >"$work/output" 2>&1; then fail "succeeded, though it has to fail: $*"; fi
  grep -Fq -- "$text" "$work/output" || { cat "$work/output"; fail "'$text' is not said by: $*"; }
}

# Bazel lays out links, and only to what is listed: a copy proves that the list is complete.
make_tree() {
  mkdir "$tree"
  (find . -name '*.runfiles' -prune -o \( -type f -o -type l \) -print0 | xargs -0 cp -L --parents -t "$tree")
}

make_tree
