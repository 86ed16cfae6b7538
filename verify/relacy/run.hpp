// SPDX-License-Identifier: BSL-1.0
//
// run_relacy<C>: the engine "relacy". Runs many random executions of a client under the Relacy race detector
// and reports the shortest failing one that it comes across. It samples: that it found nothing is no proof,
// and `exhaustive` is never set.
//
// How many: a number of executions that depends on the budget, or a time, whichever is reached first. An
// execution is named by the run's seed and its number; that name is the replay id.
#pragma once

#include <string_view>

#include "verify/client.hpp"
#include "verify/engine.hpp"
#include "verify/relacy/relacy_policy.hpp"
#include "verify/relacy/simulate.hpp"

namespace stillpoint::verify {

namespace relacy {

// Errors: std::invalid_argument if options.replay is not a replay id of this engine.
run_result search(const run_options& options, const client_operations& client);

}  // namespace relacy

template <client C>
run_result run_relacy(const run_options& options) {
  return relacy::search(options, relacy::operations_of<C>());
}

struct relacy_engine {
  static constexpr std::string_view name = "relacy";
  static constexpr bool divisible = false;
  static constexpr engine_option options = engine_option::none;
  using policy = relacy_policy;

  template <client C>
  static run_result run(const run_options& options) {
    return run_relacy<C>(options);
  }
};

}  // namespace stillpoint::verify
