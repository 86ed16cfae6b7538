#!/usr/bin/env bash
# vendor_test.sh WORKSPACE: runs the tools/vendor of the source tree that holds WORKSPACE, as a product's engineer would.
set -euo pipefail

root=$(dirname "$(readlink -f "$1")")
work=$(mktemp -d "$TEST_TMPDIR/vendor.XXXXXX")

fail() {
  printf 'vendor_test: %s\n' "$*"
  exit 1
}

# refuses TOOL TEXT ARGUMENT...: exit status 2, and TEXT in the one line that is printed.
refuses() {
  local tool=$1 expected=$2 status=0
  shift 2
  "$tool" "$@" >"$work/out" 2>&1 || status=$?
  [[ $status == 2 && $(wc -l <"$work/out") == 1 ]] || fail "status $status and not one line for: $* -- $(cat "$work/out")"
  grep -Fq -- "$expected" "$work/out" || fail "'$expected' is not said for: $* -- $(cat "$work/out")"
}

a_product_builds_against_the_copy() {
  mkdir "$work/product"
  "$root/tools/vendor" "$work/product"
  cmp "$root/LICENSE" "$work/product/stillpoint/LICENSE"
  local copied
  copied=$(find "$work/product/stillpoint" -name '*.hpp' | wc -l)
  [[ $copied -ge 8 && $copied == $(find "$root/lib/stillpoint" -name '*.hpp' | wc -l) ]] || fail "$copied headers were copied"
  cat >"$work/main.cc" <<'CODE'
#include "stillpoint/any_value.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
int other(stillpoint::any_value<>& shared);
int main() {
  stillpoint::recorder<int> recorded;
  recorded.record([](int& active) { ++active; });
  stillpoint::any_value<> shared;
  shared.store(1);
  return *recorded.sample() == 1 && other(shared) == 0 && *shared.load().get<int>() == 2 ? 0 : 1;
}
CODE
  cat >"$work/other.cc" <<'CODE'
#include "stillpoint/any_value.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
int other(stillpoint::any_value<>& shared) {
  shared.store(2);
  stillpoint::striped_writer_reader_phaser<> phaser;
  phaser.writer_exit(phaser.writer_enter());
  phaser.lock_reader().flip();
  return 0;
}
CODE
  local compiler
  for compiler in g++ clang++-19; do
    "$compiler" -std=c++20 -Wall -Wextra -Wpedantic -Werror -I "$work/product" "$work/main.cc" "$work/other.cc" -o "$work/program"
    "$work/program" || fail "the product built with $compiler fails"
  done
}

an_own_copy_is_replaced_but_a_changed_one_is_not() {
  # That each header compiles alone is looked at elsewhere here; it takes the longest.
  CXX=true "$root/tools/vendor" "$work/product"
  echo '// a local change' >>"$work/product/stillpoint/recorder.hpp"
  refuses "$root/tools/vendor" 'stillpoint/recorder.hpp was changed since it was copied' "$work/product"
  tail -n 1 "$work/product/stillpoint/recorder.hpp" | grep -q 'a local change' || fail 'a change was lost'
  rm -r "$work/product/stillpoint"
  CXX=true "$root/tools/vendor" "$work/product"
  touch "$work/product/stillpoint/detail/mine.hpp"
  refuses "$root/tools/vendor" 'stillpoint/detail/mine.hpp is not ours' "$work/product"
  mkdir -p "$work/other/stillpoint"
  refuses "$root/tools/vendor" 'exists and is no copy made by this script' "$work/other"
}

# takes FOLDER WORKING_DIRECTORY: as given, seen from there, with every header of ours.
takes() {
  local folder=$1 said
  cd "$2"
  said=$(CXX=true "$root/tools/vendor" "$folder" 2>&1) || fail "$folder, seen from $2: $said"
  (cd "$folder/stillpoint" && sha256sum --check --quiet VENDORED) || fail "$folder, seen from $2: not copied whole"
  [[ $(find "$folder/stillpoint" -name '*.hpp' | wc -l) == $(find "$root/lib/stillpoint" -name '*.hpp' | wc -l) ]] ||
    fail "$folder, seen from $2: not all headers were copied"
  rm -r "$folder/stillpoint"
  [[ -z $(ls -A "$folder") ]] || fail "$folder, seen from $2: something was left behind"
  cd "$work"
}

any_name_of_a_folder_is_understood() {
  mkdir -p "$work/names/path/to/a product/third_party" "$work/names/-flag"
  ln -s 'path/to/a product' "$work/names/link"
  takes 'path/to/a product/third_party' "$work/names"
  takes '../third_party/' "$work/names/path/to/a product/third_party"
  takes . "$work/names/path/to/a product/third_party"
  takes link/third_party "$work/names"
  takes ./-flag "$work/names"
  # Where cd looks besides, and says where it went.
  mkdir "$work/names/lib"
  (cd "$work/names" && CDPATH="$root" CXX=true "$root/tools/vendor" lib >"$work/out" 2>&1) || fail "with CDPATH: $(cat "$work/out")"
  [[ -f $work/names/lib/stillpoint/VENDORED ]] || fail 'the copy went where CDPATH leads'
}

it_says_how_it_is_called() {
  local option
  for option in --help -h; do
    "$root/tools/vendor" "$option" >"$work/out" 2>"$work/errors" || fail "$option fails"
    [[ ! -s $work/errors ]] || fail "$option prints an error"
    grep -q '^usage: tools/vendor DEST$' "$work/out" && grep -q 'copies .*headers' "$work/out" || fail "$option: $(cat "$work/out")"
  done
}

bad_input_is_refused() {
  refuses "$root/tools/vendor" 'usage: tools/vendor DEST'
  refuses "$root/tools/vendor" 'usage: tools/vendor DEST' a b
  refuses "$root/tools/vendor" "unknown option '--force'" --force
  refuses "$root/tools/vendor" '/nonexistent is not a folder' /nonexistent
  refuses "$root/tools/vendor" 'main.cc is not a folder' "$work/main.cc"
  mkdir "$work/empty"
  CXX=no-such-compiler refuses "$root/tools/vendor" "no compiler 'no-such-compiler'" "$work/empty"
  [[ -z $(ls -A "$work/empty") ]] || fail 'something was left behind'
}

a_header_that_does_not_compile_alone_is_refused() {
  mkdir "$work/tree" "$work/tree/lib" "$work/tree/tools"
  cp -r "$root/lib/stillpoint" "$work/tree/lib"
  cp "$root/LICENSE" "$work/tree"
  cp "$root/tools/vendor" "$work/tree/tools"
  sed -i '/#include "stillpoint\/asymmetric_writer_reader_phaser.hpp"/d' "$work/tree/lib/stillpoint/recorder.hpp"
  refuses "$work/tree/tools/vendor" 'stillpoint/recorder.hpp does not compile with' "$work/empty"
  [[ -z $(ls -A "$work/empty") ]] || fail 'something was left behind'
}

a_product_builds_against_the_copy
an_own_copy_is_replaced_but_a_changed_one_is_not
any_name_of_a_folder_is_understood
it_says_how_it_is_called
bad_input_is_refused
a_header_that_does_not_compile_alone_is_refused
