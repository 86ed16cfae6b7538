// SPDX-License-Identifier: BSL-1.0
//
// bazel run //verify/native/shipped: all clients on std_policy, as products compile it.
#include <string_view>
#include <vector>

#include "verify/native/shipped/checks.hpp"
#include "verify/runner/registry.hpp"
#include "verify/runner/runner.hpp"

namespace {

// More executions than can be gone through in a minute; atomic_value has the same client.
constexpr std::string_view too_large = "any_value/held_values_stay_alive/2_readers_x_1_store/shipped";

}  // namespace

int main(int argc, char** argv) {
  namespace verify = stillpoint::verify;
  namespace native = verify::native;
  using verify::operator+;
  std::vector<verify::check> all =
      native::shipped_checks_of_writer_reader_phaser() + native::shipped_checks_of_recorder() +
      native::shipped_checks_of_rendezvous() + native::shipped_checks_of_counters() +
      native::shipped_checks_of_tracker() + native::shipped_checks_of_atomic_value();
  std::erase_if(all, [](const verify::check& each) { return verify::path_of(each) == too_large; });
  return verify::run_checks(argc, argv, all, "bazel run //verify/native/shipped --");
}
