#!/usr/bin/env bash
# module_test.sh: does the module export all of the library, and can a product that imports it be built with clang++-19?
set -euo pipefail

# shellcheck source=tests/packages/common.sh
source tests/packages/common.sh
module=$tree/lib/stillpoint/stillpoint.cppm
mapfile -t headers < <(find "$tree/lib/stillpoint" -name '*.hpp')

"$tree/tests/packages/exported_names.py" "$module" "${headers[@]}"
grep -v 'using stillpoint::recorder;' "$module" >"$work/short.cppm"
refuses 'declares recorder, which is not exported' "$tree/tests/packages/exported_names.py" "$work/short.cppm" "${headers[@]}"

sed -e '/#include <stillpoint/d' -e 's/^#include <thread>/&\n\nimport stillpoint;/' "$tree/docs/examples/packages/product.cc" >"$work/product.cc"
clang=(clang++-19 -std=c++20 -pthread)
quietly "${clang[@]}" -I "$tree/lib" --precompile "$module" -o "$work/stillpoint.pcm"
quietly "${clang[@]}" "-fmodule-file=stillpoint=$work/stillpoint.pcm" "$work/product.cc" "$work/stillpoint.pcm" -o "$work/product"
[[ $("$work/product") == 'Stillpoint 0.1.0: 1 request' ]] || fail 'the product does not do what it should'
