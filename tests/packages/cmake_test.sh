#!/usr/bin/env bash
# cmake_test.sh: products that use the headers by find_package, add_subdirectory, FetchContent and pkg-config are built with
# g++ and clang++, and run.
set -euo pipefail

# shellcheck source=tests/packages/common.sh
source tests/packages/common.sh
examples=$tree/docs/examples/packages

# product WAY COMPILER [ARGUMENT...]: configures and builds the example of a way, and runs it.
product() {
  local way=$1 compiler=$2 build=$work/$1-$2
  shift 2
  quietly cmake -S "$examples/$way" -B "$build" "-DCMAKE_CXX_COMPILER=$compiler" "$@"
  quietly cmake --build "$build"
  [[ $("$build/product") == 'Stillpoint 0.1.0: 1 request' ]] || fail "$way with $compiler: the product does not do what it should"
  if grep -q -- '-fsanitize\|stillpoint_checkers' "$build/CMakeCache.txt"; then fail "$way: the checkers were asked for"; fi
}

install_package() {
  quietly cmake -S "$tree" -B "$work/library" "-DCMAKE_INSTALL_PREFIX=$work/prefix" -DCMAKE_CXX_COMPILER=g++-12
  quietly cmake --install "$work/library"
  local folder
  for folder in lib bin; do [[ ! -e $work/prefix/$folder ]] || fail "something in $folder was installed: it depends on the processor"; done
  (cd "$tree/lib" && find stillpoint -type f | LC_ALL=C sort) >"$work/expected"
  (cd "$work/prefix/include" && find . -type f -printf '%P\n' | LC_ALL=C sort) | diff "$work/expected" - || fail 'not the headers'
  # It may be moved.
  mv "$work/prefix" "$work/moved"
}

products_are_built() {
  mkdir "$examples/subdirectory/third_party"
  ln -s "$tree" "$examples/subdirectory/third_party/stillpoint"
  tar -C "$work" -czf "$work/release.tar.gz" "${tree##*/}"
  mv "$work/release.tar.gz" "$examples/fetch_content/stillpoint-0.1.0.tar.gz"
  local compiler
  for compiler in g++-12 clang++-19; do
    product find_package "$compiler" "-DCMAKE_PREFIX_PATH=$work/moved"
    product subdirectory "$compiler"
    product fetch_content "$compiler"
  done
}

pkg_config_finds_it() {
  local compiler
  export PKG_CONFIG_PATH=$work/moved/share/pkgconfig
  [[ $(pkg-config --modversion stillpoint) == 0.1.0 ]] || fail 'pkg-config does not know the version'
  for compiler in g++-12 clang++-19; do
    # shellcheck disable=SC2046 # these are words
    quietly "$compiler" -std=c++20 $(pkg-config --cflags stillpoint) "$examples/product.cc" $(pkg-config --libs stillpoint) -o "$work/program"
    quietly "$work/program"
  done
}

# finds PROJECT_LINE...: configures a project of these lines.
finds() {
  mkdir -p "$work/finds"
  printf '%s\n' 'cmake_minimum_required(VERSION 3.16)' 'project(finds LANGUAGES C)' "$@" >"$work/finds/CMakeLists.txt"
  cmake -S "$work/finds" -B "$work/finds/build" "-DCMAKE_PREFIX_PATH=$work/moved"
}

versions_and_components_are_kept_apart() {
  # What 64 bits installed is for 32 bits as well.
  # shellcheck disable=SC2016 # CMake's variables
  quietly finds 'function(expect found version bytes)' \
    '  set(CMAKE_SIZEOF_VOID_P ${bytes})' \
    '  find_package(stillpoint ${version} QUIET)' \
    '  if(NOT stillpoint_FOUND EQUAL found)' \
    '    message(SEND_ERROR "${version}, ${bytes} bytes: ${stillpoint_FOUND}, expected ${found}")' \
    '  endif()' \
    'endfunction()' \
    'expect(1 0.1 8)' 'expect(1 0.1.0 8)' 'expect(1 0.1 4)' 'expect(0 0.0 8)' 'expect(0 0.1.1 8)' 'expect(0 0.2 8)' 'expect(0 1.0 8)'
  refuses 'no component not_a_component: expected checkers' finds 'find_package(stillpoint REQUIRED COMPONENTS not_a_component)'
}

install_package
products_are_built
pkg_config_finds_it
versions_and_components_are_kept_apart
