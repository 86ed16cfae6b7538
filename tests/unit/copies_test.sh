#!/usr/bin/env bash
# copies_test.sh PROGRAM EXPORTING_PROGRAM PLUGIN SOURCE: does a checked build notice that parts of a process have
# each a copy of the library's inline variables? PLUGIN is of g++; SOURCE is the same for clang++.
set -euo pipefail

program=$1 exporting=$2 plugin=$3 source=$4
one=$TEST_TMPDIR

clang++-19 -std=c++20 -fPIC -shared -fvisibility=hidden -fvisibility-inlines-hidden -Ilib -I. "$source" -o "$one/clang-1.so"
cp "$one/clang-1.so" "$one/clang-2.so"
cp "$plugin" "$one/gcc-1.so"
cp "$plugin" "$one/gcc-2.so"

# expect NUMBER PROGRAM OBJECT...: that many of the seven kinds of objects are refused.
expect() {
  local number=$1 said
  shift
  said=$("$@") || { printf '%s: fails\n%s\n' "$*" "$said"; exit 1; }
  [[ $(tail -n 1 <<<"$said") == "$number refused" ]] || { printf '%s: not %d refused, but:\n%s\n' "$*" "$number" "$said"; exit 1; }
}

# A program that exports nothing has a copy of its own, whatever the compiler.
expect 7 "$program" "$one/gcc-1.so"
expect 7 "$program" "$one/clang-1.so"
# Shared objects that are loaded for themselves share what GCC marks as unique in the process; Clang marks nothing.
expect 0 "$program" "$one/gcc-1.so" "$one/gcc-2.so"
expect 7 "$program" "$one/clang-1.so" "$one/clang-2.so"
# What the program exports all share.
expect 0 "$exporting" "$one/gcc-1.so"
expect 0 "$exporting" "$one/clang-1.so"
expect 0 "$exporting" "$one/clang-1.so" "$one/clang-2.so"
