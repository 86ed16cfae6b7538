// SPDX-License-Identifier: BSL-1.0
//
// bazel run //verify/native/shipped: all clients on std_policy, as products compile it.
#include "verify/native/shipped/checks.hpp"
#include "verify/runner/registry.hpp"
#include "verify/runner/runner.hpp"

int main(int argc, char** argv) {
  namespace verify = stillpoint::verify;
  namespace native = verify::native;
  using verify::operator+;
  const std::vector<verify::check> all =
      native::shipped_checks_of_writer_reader_phaser() + native::shipped_checks_of_recorder() +
      native::shipped_checks_of_rendezvous() + native::shipped_checks_of_counters() +
      native::shipped_checks_of_tracker() + native::shipped_checks_of_atomic_value();
  return verify::run_checks(argc, argv, all, "bazel run //verify/native/shipped --");
}
