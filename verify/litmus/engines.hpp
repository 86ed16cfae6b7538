// SPDX-License-Identifier: BSL-1.0
//
// Runs a litmus test on an engine and says whether its outcome shows: an end of the program that meets the
// condition, a data race, or a deadlock. For the table that compares the engines, and its tests.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "verify/explorer/model/graph.hpp"
#include "verify/explorer/oracle/litmus.hpp"

namespace stillpoint::verify::litmus {

struct observation {
  bool shown = false;
  // Looked at; a failing one counts.
  std::uint64_t executions = 0;
  bool exhaustive = false;
  // An error that the test is not about; the other members mean nothing then.
  std::string error;
};

// Every consistent execution, once. `on_witness` is called with each that shows the outcome: up to the race
// if that is the outcome.
using witness_listener = std::function<void(const explorer::graph&)>;
observation explore(const oracle::litmus_test& test, const witness_listener& on_witness = {});

// So many random executions under Relacy, fewer if it stops at an error; the same ones in each run.
observation sample(const oracle::litmus_test& test, std::uint64_t executions);

// All that a program ends with: under the explorer with the graph of each execution that ends, under Relacy
// in so many executions. Errors are passed over; Relacy stops at one.
using end_listener = std::function<void(const oracle::outcome&, const explorer::graph&)>;
void explore_ends(const oracle::program& code, const end_listener& on_end);
std::set<oracle::outcome> sample_ends(const oracle::program& code, std::uint64_t executions);

}  // namespace stillpoint::verify::litmus
