// SPDX-License-Identifier: BSL-1.0
//
// bazel run //verify -- --orders: every mutant of every primitive, with progress; a summary, and JSON.
#pragma once

#include "verify/runner/options.hpp"

namespace stillpoint::verify::orders {

// Returns main's result: 0 if every mutant is noticed by a client or has a reviewed reason, otherwise 1.
// Throws usage_error as select_checks does.
int run_orders(const runner_options& options);

}  // namespace stillpoint::verify::orders
