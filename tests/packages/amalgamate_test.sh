#!/usr/bin/env bash
# amalgamate_test.sh: are the one-header versions what the headers are? For each of them, the compiler sees the same tokens
# as for the header itself; all of them together compile, with g++ and clang++; and the one for firmware needs no library.
set -euo pipefail

# shellcheck source=tests/packages/common.sh
source tests/packages/common.sh

# tokens: of standard input, as g++ sees them.
tokens() {
  g++-12 -std=c++20 -E -P "$@" -x c++ - | tr -s ' \n\t' '\n'
}

the_same_bytes_each_time() {
  mkdir "$work/one" "$work/other"
  quietly "$tree/tools/amalgamate" "$work/one"
  find "$tree" -exec touch -d '2001-01-01' {} +
  (cd / && LC_ALL=C TZ=Asia/Tokyo quietly "$tree/tools/amalgamate" "$work/other")
  diff -r "$work/one" "$work/other" || fail 'not the same bytes'
  local expected
  expected=$(find "$tree/lib/stillpoint" -maxdepth 1 -name '*.hpp' -printf '%f\n' | wc -l)
  [[ $(find "$work/one" -name '*.hpp' | wc -l) == $((expected + 1)) ]] || fail 'a header is missing'
  if grep -q '#include "' "$work"/one/*; then fail 'something of ours is included'; fi
}

the_compiler_sees_the_headers_own_tokens() {
  local file name
  for file in "$work"/one/*.hpp; do
    name=$(basename "$file")
    {
      echo '#include "stillpoint/version.hpp"'
      if [[ $name == stillpoint.hpp ]]; then
        (cd "$tree/lib" && printf '#include "%s"\n' stillpoint/*.hpp)
      else
        echo "#include \"stillpoint/$name\""
      fi
    } | tokens "-I$tree/lib" >"$work/expected"
    echo "#include \"$name\"" | tokens "-I$work/one" | cmp -s - "$work/expected" || fail "$name is not what the header is"
  done
}

they_compile_together() {
  local file compiler
  {
    for file in "$work"/one/*.hpp; do printf '#include "%s"\n' "${file##*/}"; done
    sed '/#include <stillpoint/d' "$tree/docs/examples/packages/product.cc"
  } >"$work/program.cc"
  for compiler in g++-12 clang++-19; do
    quietly "$compiler" -std=c++20 -Wall -Wextra -Wpedantic -Werror -I "$work/one" "$work/program.cc" -pthread -o "$work/program"
    quietly "$work/program"
  done
  mkdir "$work/newer"
  sed '/STILLPOINT_ONE_HEADER/s/100/200/' "$work/one/recorder.hpp" >"$work/newer/recorder.hpp"
  printf '#include "one/version.hpp"\n#include "newer/recorder.hpp"\n' >"$work/two.cc"
  refuses 'two different versions' g++-12 -std=c++20 -fsyntax-only "$work/two.cc"
}

firmware_needs_no_library() {
  cat >"$work/firmware.cc" <<'CODE'
#include "rendezvous_storage.hpp"
stillpoint::rendezvous_storage<> storage;
CODE
  local compiler needed
  for compiler in g++-12 clang++-19; do
    quietly "$compiler" -std=c++20 -ffreestanding -fno-exceptions -fno-rtti -O2 -I "$work/one" -c "$work/firmware.cc" -o "$work/firmware.o"
    needed=$(nm --undefined-only "$work/firmware.o")
    [[ -z $needed ]] || fail "needed from outside: $needed"
  done
}

mistakes_are_refused() {
  refuses 'usage: tools/amalgamate DIR [NAME...]' "$tree/tools/amalgamate"
  refuses 'no header recordr: expected one of any_value,' "$tree/tools/amalgamate" "$work" recordr
  refuses '/nonexistent is not a folder' "$tree/tools/amalgamate" /nonexistent
  echo '#include "stillpoint/tracker.hpp"' >>"$tree/lib/stillpoint/std_policy.hpp"
  refuses 'includes itself' "$tree/tools/amalgamate" "$work/other"
  echo '#include "elsewhere.hpp"' >>"$tree/lib/stillpoint/version.hpp"
  refuses 'stillpoint/version.hpp: cannot take in: #include "elsewhere.hpp"' "$tree/tools/amalgamate" "$work/other"
}

the_same_bytes_each_time
the_compiler_sees_the_headers_own_tokens
they_compile_together
firmware_needs_no_library
mistakes_are_refused
