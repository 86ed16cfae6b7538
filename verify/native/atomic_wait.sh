#!/usr/bin/env bash
# atomic_wait.sh OUT COMPILER...: writes libstdc++'s own bits/atomic_wait.h to OUT with two changes. It looks again once
# before it sleeps, not sixteen times; and a notification looks whether somebody sleeps behind a full barrier. The second
# is what the standard promises, and what the header leaves to the processor.
set -euo pipefail

out=$1
shift
header=''
for word in $("$@" -x c++ -std=c++20 -M -include bits/atomic_wait.h /dev/null); do
  case $word in */bits/atomic_wait.h) header=$word ;; esac
done
mkdir -p "$(dirname "$out")"
sed -e 's/__atomic_spin_count_relax = [0-9]*/__atomic_spin_count_relax = 1/' \
  -e 's/__atomic_spin_count = [0-9]*/__atomic_spin_count = 1/' \
  -e 's/^\( *\)\(\t*\)if (!(__bare || _M_waiting()))/__atomic_thread_fence(__ATOMIC_SEQ_CST);\n&/' "$header" >"$out"
if ! grep -q '__atomic_thread_fence(__ATOMIC_SEQ_CST);' "$out"; then
  printf '%s is not the text that this can change: expected libstdc++ 12\n' "$header" >&2
  exit 1
fi
