#!/usr/bin/env bash
# release_check_test.sh: tools/release-check is content with the tree, and with no tree in which one place says otherwise.
set -euo pipefail

# shellcheck source=tests/packages/common.sh
source tests/packages/common.sh

# notices TEXT FILE EXPRESSION: what sed's EXPRESSION makes of FILE is complained about with TEXT.
notices() {
  local text=$1 file=$tree/$2
  cp "$file" "$work/saved"
  sed -i "$3" "$file"
  if cmp -s "$file" "$work/saved"; then fail "nothing in $2 was changed by $3"; fi
  refuses "$text" "$tree/tools/release-check"
  cp "$work/saved" "$file"
}

quietly "$tree/tools/release-check"
notices 'MODULE.bazel: 0.1.1, expected 0.1.0' MODULE.bazel 's/0\.1\.0/0.1.1/'
notices 'vcpkg.json: 0.2.0, expected 0.1.0' packaging/vcpkg/stillpoint/vcpkg.json 's/0\.1\.0/0.2.0/'
notices 'conanfile.py: 1.0.0, expected 0.1.0' packaging/conan/conanfile.py 's/0\.1\.0/1.0.0/'
notices 'the newest release: 0.1.0, expected 0.1.7' lib/stillpoint/version.hpp 's/\(_PATCH\) 0/\1 7/'
notices 'STILLPOINT_VERSION_STRING: 0.1.7, expected 0.1.0' lib/stillpoint/version.hpp 's/"0.1.0"/"0.1.7"/'
notices 'stillpoint.pc: 9, expected 0.1.0' cmake/stillpoint.pc.in 's/@PROJECT_VERSION@/9/'
notices 'find_package/CMakeLists.txt: 0.3, expected 0.1' docs/examples/packages/find_package/CMakeLists.txt 's/stillpoint 0.1/stillpoint 0.3/'
notices 'expected ## [Unreleased] above all releases' CHANGELOG.md '/Unreleased/d'
notices 'is not a kind of change' CHANGELOG.md 's/### Added/### News/'
notices 'expected ## [MAJOR.MINOR.PATCH]' CHANGELOG.md 's/ - 2026-11-27//'
