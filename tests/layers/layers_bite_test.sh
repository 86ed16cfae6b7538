#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# layers_bite_test.sh CHECK: the check of layers must fail on small trees in which a folder reaches too far.
set -euo pipefail

check=$1

fail() {
  printf 'layers_bite_test: %s\n' "$*"
  exit 1
}

make_tree() {
  tree=$(mktemp -d "$TEST_TMPDIR/tree.XXXXXX")
  mkdir -p "$tree"/lib/stillpoint "$tree"/models "$tree"/verify/{checks,clients} "$tree"/verify/explorer/{model,search,machine,policy,reports}
  touch "$tree/WORKSPACE" "$tree/lib/stillpoint/toy.hpp" "$tree/verify/client.hpp"
  printf '#include <vector>\n#include "other/project.hpp"\n' >"$tree/verify/explorer/model/graph.hpp"
  printf '#include "verify/explorer/model/graph.hpp"\n' >"$tree/verify/explorer/search/search.hpp"
  printf '#include "verify/explorer/search/search.hpp"\n' >"$tree/verify/explorer/machine/machine.hpp"
  printf '#include "stillpoint/toy.hpp"\n#include "verify/client.hpp"\n' >"$tree/verify/clients/toy.hpp"
  touch "$tree/verify/explorer/policy/policy.hpp" "$tree/verify/explorer/reports/trace.hpp"
}

# complains FILE INCLUDED TEXT: with that include in that file.
complains() {
  local output status=0
  make_tree
  mkdir -p "$(dirname "$tree/$1")"
  printf '#include "%s"\n' "$2" >>"$tree/$1"
  output=$("$check" "$tree/WORKSPACE") || status=$?
  [[ $status == 1 ]] || fail "status $status instead of 1 where it should say: $3"
  grep -Fq -- "$3" <<<"$output" || fail "does not say '$3' but: $output"
}

make_tree
"$check" "$tree/WORKSPACE" | grep -Fq ', 0 complaints' || fail 'complains without a reason'
complains verify/explorer/model/graph.hpp verify/explorer/search/search.hpp \
  'verify/explorer/model/graph.hpp:3: verify/explorer/model may not include verify/explorer/search'
complains verify/explorer/machine/machine.hpp verify/explorer/policy/policy.hpp \
  'verify/explorer/machine may not include verify/explorer/policy'
complains verify/explorer/reports/trace.hpp verify/explorer/policy/policy.hpp \
  'verify/explorer/reports may not include verify/explorer/policy'
complains lib/stillpoint/toy.hpp verify/client.hpp 'lib/stillpoint may not include verify'
complains models/toy.hpp stillpoint/toy.hpp 'models may not include lib/stillpoint'
complains verify/client.hpp verify/clients/toy.hpp 'verify may not include verify/clients'
complains verify/clients/tracker/clients.hpp ../toy.hpp 'verify/clients/tracker may not include verify/clients'
complains verify/explorer/search/more.hpp ../machine/machine.hpp 'verify/explorer/search may not include verify/explorer/machine'
complains verify/attic/old.hpp verify/client.hpp 'what may verify/attic include?'

make_tree
printf '#include <verify/client.hpp>\n' >>"$tree/lib/stillpoint/toy.hpp"
if "$check" "$tree/WORKSPACE" >/dev/null; then fail 'overlooks an include in angle brackets'; fi

make_tree
printf 'package(default_visibility = ["//visibility:public"])\n' >"$tree/verify/explorer/BUILD.bazel"
"$check" "$tree/WORKSPACE" >/dev/null || fail 'complains of the top storey'
cp "$tree/verify/explorer/BUILD.bazel" "$tree/verify/explorer/search"
if "$check" "$tree/WORKSPACE" >/dev/null; then fail 'overlooks a public storey'; fi

# A test looks at whatever it tests.
make_tree
printf '#include "verify/explorer/machine/machine.hpp"\n' >"$tree/verify/explorer/model/graph_test.cc"
"$check" "$tree/WORKSPACE" >/dev/null || fail 'complains of a test'
