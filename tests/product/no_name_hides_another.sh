#!/usr/bin/env bash
# no_name_hides_another.sh USAGE: compiles the header USAGE with the library's headers from which the line is taken out that
# silences -Wshadow.
set -euo pipefail

ignored='#pragma GCC diagnostic ignored "-Wshadow"'
cp -rL lib "$TEST_TMPDIR/lib"
silenced=$(grep -rlF "$ignored" "$TEST_TMPDIR/lib")
sed -i "/$ignored/d" $silenced
printf '%d headers\n' "$(wc -l <<<"$silenced")"
g++ -std=c++20 -Wall -Wextra -Wshadow -Werror -fsyntax-only -I "$TEST_TMPDIR/lib" -x c++ - <<<"#include \"$1\""
