#!/usr/bin/env bash
# compilers_test.sh COMPILER LEVEL WRITER LIBRARY ATOMIC_WAIT: compiles random programs with that compiler and that level of
# optimization and explores them: each has the executions and outcomes that the enumerator gives.
set -u
compiler=$1 level=$2 writer=$3 library=$4 atomic_wait=$5

fail() {
  printf 'compilers_test: %s\n' "$*"
  exit 1
}

written=$TEST_TMPDIR/written.cc
"$writer" 120 >"$written" || fail "the programs could not be written"
"$compiler" -std=c++20 "$level" -g -fsanitize=thread -Wall -Wno-tsan -DSTILLPOINT_EXPLORED \
  -isystem "$(dirname "$(dirname "$atomic_wait")")" -Iverify/native/include -I. -c "$written" -o "$TEST_TMPDIR/code.o" ||
  fail "$compiler $level does not compile it"
"$compiler" "$TEST_TMPDIR/code.o" -o "$TEST_TMPDIR/program" "$library" -Wl,-rpath,"$(dirname "$(realpath "$library")")" -latomic ||
  fail "$compiler $level does not link it"
"$TEST_TMPDIR/program" || fail "$compiler $level: they do not agree"
