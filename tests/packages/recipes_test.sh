#!/usr/bin/env bash
# recipes_test.sh: the recipes for vcpkg and Conan, run with stand-ins of the functions that those two provide: is what they
# install complete, and does a product find it? Neither tool is in Debian.
set -euo pipefail

# shellcheck source=tests/packages/common.sh
source tests/packages/common.sh

# finds PREFIX: a product is built against what is there.
finds() {
  quietly cmake -S "$tree/docs/examples/packages/find_package" -B "$1-product" "-DCMAKE_PREFIX_PATH=$1" -DCMAKE_CXX_COMPILER=g++-12
  quietly cmake --build "$1-product"
  quietly "$1-product/product"
}

vcpkg() {
  cat >"$work/vcpkg.cmake" <<'CODE'
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "status ${status} of: ${ARGV}")
  endif()
endfunction()
function(vcpkg_cmake_configure)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "vcpkg_cmake_configure: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  run(cmake -S ${arg_SOURCE_PATH} -B ${CURRENT_BUILDTREES_DIR} -DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR} ${arg_OPTIONS})
endfunction()
function(vcpkg_cmake_install)
  run(cmake --install ${CURRENT_BUILDTREES_DIR})
endfunction()
function(vcpkg_cmake_config_fixup)
  if(NOT EXISTS ${CURRENT_PACKAGES_DIR}/share/${PORT}/stillpointConfig.cmake)
    message(FATAL_ERROR "not in share/${PORT}: what find_package needs")
  endif()
endfunction()
function(vcpkg_fixup_pkgconfig)
endfunction()
function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "FILE_LIST")
  file(COPY ${arg_FILE_LIST} DESTINATION ${CURRENT_PACKAGES_DIR}/share/${PORT})
  file(RENAME ${CURRENT_PACKAGES_DIR}/share/${PORT}/LICENSE ${CURRENT_PACKAGES_DIR}/share/${PORT}/copyright)
endfunction()
include(${CURRENT_PORT_DIR}/portfile.cmake)
CODE
  quietly cmake -DPORT=stillpoint "-DCURRENT_PORT_DIR=$tree/packaging/vcpkg/stillpoint" "-DCURRENT_BUILDTREES_DIR=$work/vcpkg-build" \
    "-DCURRENT_PACKAGES_DIR=$work/vcpkg" -P "$work/vcpkg.cmake"
  cmp "$tree/LICENSE" "$work/vcpkg/share/stillpoint/copyright"
  # vcpkg refuses a port that installs these.
  [[ -z $(find "$work/vcpkg" -empty) && ! -e $work/vcpkg/lib && ! -e $work/vcpkg/debug ]] || fail 'what vcpkg refuses'
  quietly python3 -m json.tool "$tree/packaging/vcpkg/stillpoint/vcpkg.json"
  finds "$work/vcpkg"
}

conan() {
  mkdir -p "$work/stand-ins/conan/tools"
  cat >"$work/stand-ins/conan/__init__.py" <<'CODE'
class ConanFile:
    pass
CODE
  cat >"$work/stand-ins/conan/tools/files.py" <<'CODE'
import pathlib, shutil

def copy(conanfile, pattern, src, dst):
    # As Conan's, a pattern's * also takes in folders below.
    files = [f for f in pathlib.Path(src).rglob("*") if f.is_file() and f.relative_to(src).full_match(pattern.replace("*", "**/*"))] \
        if hasattr(pathlib.PurePath, "full_match") else \
        [f for f in pathlib.Path(src).rglob("*") if f.is_file() and __import__("fnmatch").fnmatch(str(f.relative_to(src)), pattern)]
    assert files, f"{pattern} matches nothing"
    for file in files:
        target = pathlib.Path(dst) / file.relative_to(src)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
CODE
  cat >"$work/stand-ins/conan/tools/cmake.py" <<'CODE'
import subprocess

class CMakeToolchain:
    def __init__(self, conanfile):
        pass
    def generate(self):
        pass

class CMake:
    def __init__(self, conanfile):
        self.of = conanfile
    def configure(self):
        subprocess.run(["cmake", "-S", self.of.export_sources_folder, "-B", self.of.build_folder,
                        f"-DCMAKE_INSTALL_PREFIX={self.of.package_folder}"], check=True)
    def install(self):
        subprocess.run(["cmake", "--install", self.of.build_folder], check=True)
CODE
  cat >"$work/create.py" <<'CODE'
import importlib.util, os, sys, types
path, work = sys.argv[1:]
spec = importlib.util.spec_from_file_location("conanfile", path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
recipe = module.Stillpoint()
recipe.recipe_folder = os.path.dirname(path)
recipe.export_sources_folder, recipe.build_folder, recipe.package_folder = (work + name for name in ("/exported", "/conan-build", "/conan"))
recipe.export_sources()
recipe.generate()
recipe.build()
recipe.package()
found = {}
recipe.settings = types.SimpleNamespace(get_safe=lambda name: "Linux")
recipe.cpp_info = types.SimpleNamespace(set_property=found.__setitem__)
recipe.package_info()
assert found == {"cmake_find_mode": "none"} and recipe.cpp_info.system_libs == ["pthread"], found
for folder in recipe.cpp_info.builddirs:
    assert os.path.isfile(os.path.join(recipe.package_folder, folder, "stillpointConfig.cmake")), folder
CODE
  PYTHONPATH=$work/stand-ins quietly python3 "$work/create.py" "$tree/packaging/conan/conanfile.py" "$work"
  finds "$work/conan"
  diff -r "$work/conan/include" "$work/vcpkg/include" || fail 'vcpkg and Conan install different headers'
}

vcpkg
conan
