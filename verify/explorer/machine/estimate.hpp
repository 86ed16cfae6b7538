// SPDX-License-Identifier: BSL-1.0
//
// How many executions a program has, estimated from a few of them.
//
// Knuth's estimate (Estimating the Efficiency of Backtrack Programs, 1975) goes down the tree of choices at
// random and multiplies the numbers of branches that it passes. It is right on average, but rests on few,
// large products. Chen's (Heuristic Sampling: A Method for Predicting the Performance of Tree Searching
// Programs, 1992) is as well, and goes down in many places at once: branches that resemble each other make
// one stratum, and one of them, drawn at random by weight, is followed on behalf of all.
//
// A branch is an alternative that the search has noted, and its subtree is an execution for each alternative
// that is taken on from there. Branches are alike if as many alternatives were taken on the way, and as many
// events are kept.
#pragma once

#include <cstdint>
#include <optional>

#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::explorer {

struct estimate {
  // Negative if there was not the time for a few samples.
  double executions = -1;
  // An execution that was come by and fails.
  std::optional<failure> found;
  graph counterexample;
};

struct sampling {
  // So many samples at the most: fewer if these agree well.
  unsigned samples = 200;
  std::uint64_t seed = 1;
  // None ends later.
  time_limit::clock::time_point end = time_limit::never;
};

estimate estimate_executions(const program& p, const sampling& how, const execution_limits& limits);

}  // namespace stillpoint::verify::explorer
