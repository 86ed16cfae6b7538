// SPDX-License-Identifier: BSL-1.0
//
// run_explorer<C>: the engine "explorer". Every consistent execution of a client on the C++20 memory model
// (RC11), once; what it passes holds for this bounded client, not for a sample of it.
//
// How long: until all executions were seen, or the budget's time is over; then the verdict is "unfinished"
// and `exhaustive` is not set. A failure is reported with the smallest failing execution that a second of
// further search comes across.
#pragma once

#include <string_view>

#include "verify/client.hpp"
#include "verify/engine.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"

namespace stillpoint::verify {

namespace explorer {

// Errors: std::invalid_argument if options.replay is not a replay id of this engine, or options.graph_file
// ends in neither .dot nor .svg.
run_result check_program(const run_options& options, const program& p);

}  // namespace explorer

template <client C>
run_result run_explorer(const run_options& options) {
  return explorer::check_program(options, explorer::client_program<C>());
}

struct explorer_engine {
  static constexpr std::string_view name = "explorer";
  static constexpr bool divisible = true;
  static constexpr engine_option options = engine_option::graph | engine_option::stack | engine_option::idle |
                                           engine_option::reuse | engine_option::estimate;
  using policy = explorer_policy;

  template <client C>
  static run_result run(const run_options& wanted) {
    return run_explorer<C>(wanted);
  }
};

}  // namespace stillpoint::verify
