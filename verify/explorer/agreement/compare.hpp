// SPDX-License-Identifier: BSL-1.0
//
// The explorer against the brute-force enumerator on one program: the set of execution graphs, their number,
// and the errors.
#pragma once

#include <cstdint>
#include <string>

#include "verify/explorer/oracle/program.hpp"

namespace stillpoint::verify::oracle {

struct comparison_result {
  // Empty if explorer and enumerator agree; else what they disagree on.
  std::string difference;
  std::size_t executions = 0;
  bool race = false;
  bool deadlock = false;
  // Too much for the enumerator: nothing was compared.
  bool skipped = false;
};

comparison_result compare(const program& p);
// With values of 16 bytes; the program has no arithmetic.
comparison_result compare_wide(const program& p);
// The explorer against all interleavings: the outcomes and deadlocks of a program of mutexes and condition
// variables. It may have no more than one wait per condition variable that ends by itself.
comparison_result compare_blocking(const program& p);

// How many executions the explorer counts in so many shards together.
std::uint64_t count_in_shards(const program& p, unsigned shards);

}  // namespace stillpoint::verify::oracle
