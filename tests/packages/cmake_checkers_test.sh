#!/usr/bin/env bash
# cmake_checkers_test.sh COMPILER TARGET...: a product checks its own code, with what was installed and without Bazel. Of its
# tests, the TARGETs are built with COMPILER. They pass; what is wrong fails, with a trace and a command that replays it.
set -euo pipefail

# shellcheck source=tests/packages/common.sh
source tests/packages/common.sh
compiler=$1
shift
targets=("$@")
product=$tree/docs/examples/packages/checkers
build=$work/build

# runs TARGET TEXT: its test passes, and says TEXT.
runs() {
  quietly ctest --test-dir "$build" --no-tests=error -V -R "^$1(_test)?\$"
  grep -Eq -- "$2" "$work/output" || { cat "$work/output"; fail "$1: '$2' is not said"; }
}

configure() {
  cmake -S "$product" -B "$build" "-DCMAKE_PREFIX_PATH=$work/prefix" "-DCMAKE_CXX_COMPILER=$compiler" \
    -DSTILLPOINT_CHECKERS_OPTIMIZATION=-O0 "$@"
}

what_is_right_passes() {
  local target
  # A product's own options, which the engines would not survive.
  quietly configure -DCMAKE_BUILD_TYPE=Release -DCMAKE_COMPILE_WARNING_AS_ERROR=ON
  quietly cmake --build "$build" --parallel 2 --target "${targets[@]}"
  for target in "${targets[@]}"; do
    case $target in
      *_explorer) runs "$target" 'handover +value_arrives +explorer +2 .* yes +passed' ;;
      *_relacy) runs "$target" 'handover +value_arrives +relacy +2 .* passed' ;;
      *) runs "$target" 'passed, 2 executions, exhaustive' ;;
    esac
  done
}

what_is_wrong_fails() {
  local target
  sed -i 's/memory_order_release/memory_order_relaxed/' "$product"/*.hpp "$product"/*.cc
  for target in "${targets[@]}"; do
    # The explorer's tests show it; Relacy's program is built as it is.
    [[ $target != *_relacy ]] || continue
    quietly cmake --build "$build" --target "$target"
    refuses 'data race' ctest --test-dir "$build" --no-tests=error --output-on-failure -R "^$target(_test)?\$"
    [[ $target == *_explorer ]] || continue
    grep -q 'handover.hpp:' "$work/output" || fail "$target: the trace has no lines of the product"
    local replay
    replay=$(sed -n 's/^.*replay: //p' "$work/output" | head -n 1)
    refuses 'data race' bash -c "$replay"
  done
}

# with LINE: the project with another line at its end.
with() {
  cp "$product/CMakeLists.txt" "$work/saved"
  printf '%s\n' "$1" >>"$product/CMakeLists.txt"
  local status=0
  configure || status=$?
  cp "$work/saved" "$product/CMakeLists.txt"
  return "$status"
}

mistakes_are_refused() {
  refuses 'stillpoint_add_model_test(m): expected HEADER' with 'stillpoint_add_model_test(m CLIENTS c)'
  refuses "stillpoint_add_model_test(m): engine 'genmc': expected explorer or" with 'stillpoint_add_model_test(m HEADER h CLIENTS c ENGINES genmc)'
  refuses 'stillpoint_add_explore_test(e): expected SOURCES' with 'stillpoint_add_explore_test(e)'
  refuses 'stillpoint_add_explore_test(e): unexpected arguments: main.cc' with 'stillpoint_add_explore_test(e main.cc SOURCES x.cc)'
}

# Where Relacy is not installed the explorer remains, and that is said; whoever asks for Relacy is told.
relacy_may_be_absent() {
  local absent=(-U STILLPOINT_RELACY_INCLUDE_DIR -DCMAKE_IGNORE_PATH=/usr/include)
  quietly configure "${absent[@]}"
  grep -q 'handover_model runs under the explorer only' "$work/output" || fail 'nothing is said about Relacy'
  sed -i 's/stillpoint_add_model_test(handover_model/& ENGINES explorer relacy/' "$product/CMakeLists.txt"
  refuses 'ENGINES names relacy, whose headers' configure "${absent[@]}"
}

quietly cmake -S "$tree" -B "$work/library" "-DCMAKE_INSTALL_PREFIX=$work/prefix" "-DCMAKE_CXX_COMPILER=$compiler"
quietly cmake --install "$work/library"
what_is_right_passes
what_is_wrong_fails
mistakes_are_refused
relacy_may_be_absent
