// SPDX-License-Identifier: BSL-1.0
//
// The program that runs checks: command line, progress, table, JSON, exit status. A main() gives it the
// checks.
#pragma once

#include <string>
#include <vector>

#include "verify/engine.hpp"
#include "verify/runner/options.hpp"

namespace stillpoint::verify {

// `program` is the command that starts this program, for the replay commands that it prints: "bazel run
// //verify --". `orders` is what --orders does; without it there is no such option. Returns main's result: 0
// if all selected checks passed, 1 if one did not, 2 if the command line is wrong.
int run_checks(int argc, const char* const* argv, const std::vector<check>& checks,
               const std::string& program, int (*orders)(const runner_options&) = nullptr);

}  // namespace stillpoint::verify
