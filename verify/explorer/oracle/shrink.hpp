// SPDX-License-Identifier: BSL-1.0
//
// Smaller programs from a program on which a check failed. For fuzzing, with RapidCheck (generator.hpp) or
// without.
#pragma once

#include <functional>
#include <vector>

#include "verify/explorer/oracle/program.hpp"

namespace stillpoint::verify::oracle {

// How much there is to read and to think about; what shrinking makes less.
unsigned weight(const program& p);

// Well-formed programs that are simpler in one respect, boldest first: a thread or instruction less, a
// simpler operation, a weaker order, a constant for a dependency, fewer locations. Each weighs less than `p`.
std::vector<program> simpler_programs(const program& p);

// What greedy shrinking reaches: it fails, and nothing in its `simpler_programs` does.
program shrink(program p, const std::function<bool(const program&)>& fails);

}  // namespace stillpoint::verify::oracle
