#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
#
# A product's own Bazel workspace uses model_test() on its own code: it passes; with the lock's release weakened, it fails with a
# data race and a command that replays it.
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$1")")" && pwd)
scratch=$(mktemp -d "${TEST_TMPDIR:-/tmp}/outside.XXXXXX")
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
mkdir "$scratch/product"
cp "$here"/docs/examples/outside_workspace/* "$scratch/product/"
ln -s "$here" "$scratch/stillpoint"
cd "$scratch/product"

run_bazel() {
  env -u TEST_TMPDIR -u TEST_SHARD_INDEX -u TEST_TOTAL_SHARDS HOME="$scratch" \
    bazel --batch --nohome_rc --output_user_root="$scratch/bazel" "$@" --jobs=2 --nosandbox_debug --noshow_progress 2>&1
}

fail() {
  printf 'FAILED: %s\n' "$1"
  exit 1
}

log=$scratch/log
run_bazel test //:ticket_lock_model --test_output=errors | tee "$log" || fail "the product's tests do not pass"
grep -q '//:ticket_lock_model_explorer_test .*PASSED' "$log" || fail "the explorer's test did not run"
grep -q '//:ticket_lock_model_relacy_test .*PASSED' "$log" || fail "Relacy's test did not run"

sed -i 's/mine + 1, std::memory_order_release/mine + 1, std::memory_order_relaxed/' ticket_lock.hpp
if run_bazel test //:ticket_lock_model_explorer_test --test_output=errors > "$log"; then
  cat "$log"
  fail "a lock without release passes"
fi
grep -q 'data race' "$log" || { cat "$log"; fail "the failure is not called a data race"; }
grep -q 'ticket_lock.hpp:' "$log" || { cat "$log"; fail "the trace does not name the product's lines"; }
grep -qE 'replay: bazel run //:ticket_lock_model_explorer_test -- .*--replay=' "$log" ||
  { cat "$log"; fail "no command to replay is printed"; }
