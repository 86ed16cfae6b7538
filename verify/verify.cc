// SPDX-License-Identifier: BSL-1.0
//
// bazel run //verify: all clients on all engines.
#include "verify/checks/checks.hpp"
#include "verify/orders/orders.hpp"
#include "verify/runner/runner.hpp"

int main(int argc, char** argv) {
  namespace verify = stillpoint::verify;
  return verify::run_checks(argc, argv, verify::all_checks(), "bazel run //verify --",
                            &verify::orders::run_orders);
}
