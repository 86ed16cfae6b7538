#!/usr/bin/env bash
# guarantee_names_bite_test.sh CHECK: the check of names must fail on small trees that each lack one thing.
set -euo pipefail

check=$1

fail() {
  printf 'guarantee_names_bite_test: %s\n' "$*"
  exit 1
}

make_tree() {
  tree=$(mktemp -d "$TEST_TMPDIR/tree.XXXXXX")
  mkdir -p "$tree/docs" "$tree/models" "$tree/verify/clients" "$tree/tests/docs" "$tree/tests/unit"
  touch "$tree/WORKSPACE"
  # shellcheck disable=SC2016
  printf '# toy\n\n## Guarantees\n\n1. `it_holds`: always.\n2. `it_stays`: as well.\n\n## More\n\n1. `unrelated`\n' >"$tree/docs/toy.md"
  printf '{"it_holds", f}, {"it_stays", g}\n' >"$tree/models/toy.hpp"
  printf 'guarantee = "it_holds/twice";\nguarantee = "it_stays";\n' >"$tree/verify/clients/toy.hpp"
  printf 'TEST(toy, it_holds)\nTEST(toy, it_stays)\n' >"$tree/tests/unit/toy_test.cc"
}

complains() {
  local output status=0
  output=$("$check" "$tree/WORKSPACE") || status=$?
  [[ $status == 1 ]] || fail "status $status instead of 1 where it should say: $1"
  grep -Fq -- "$1" <<<"$output" || fail "does not say '$1' but: $output"
}

make_tree
"$check" "$tree/WORKSPACE" | grep -Fqx '2 names checked, 0 complaints' || fail 'complains without a reason'
sed -i s/it_stays/it_stayed/ "$tree/models/toy.hpp"
complains 'it_stays, a guarantee of docs/toy.md, is not in models/toy.hpp'
make_tree
sed -i '/it_stays/d' "$tree/verify/clients/toy.hpp"
complains 'it_stays, a guarantee of docs/toy.md, is not in verify/clients/toy.hpp'
make_tree
mv "$tree/tests/unit/toy_test.cc" "$tree/tests/docs"
complains 'it_holds, a guarantee of docs/toy.md, is not in tests'
make_tree
sed -i '/it_stays/d' "$tree/docs/toy.md"
complains 'it_stays, the guarantee of a client in verify/clients/toy.hpp, is not on docs/toy.md'
make_tree
touch "$tree/verify/clients/other.hpp"
complains 'verify/clients/other.hpp has no page with guarantees in docs/'
# The clients may be the files of a folder.
in_a_folder() {
  make_tree
  mkdir "$tree/verify/clients/toy"
  mv "$tree/verify/clients/toy.hpp" "$tree/verify/clients/toy/clients.hpp"
  printf 'guarantee = "it_holds/thrice";\n' >"$tree/verify/clients/toy/more.hpp"
}
in_a_folder
"$check" "$tree/WORKSPACE" | grep -Fqx '2 names checked, 0 complaints' || fail 'complains of a folder'
in_a_folder
sed -i '/it_stays/d' "$tree/verify/clients/toy/clients.hpp"
complains 'it_stays, a guarantee of docs/toy.md, is not in verify/clients/toy'
in_a_folder
printf 'guarantee = "it_lasts";\n' >>"$tree/verify/clients/toy/more.hpp"
complains 'it_lasts, the guarantee of a client in verify/clients/toy, is not on docs/toy.md'
in_a_folder
mkdir "$tree/verify/clients/other"
complains 'verify/clients/other has no page with guarantees in docs/'
make_tree
rm "$tree/verify/clients/toy.hpp" "$tree/docs/toy.md"
complains '0 names checked'
