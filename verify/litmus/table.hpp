// SPDX-License-Identifier: BSL-1.0
//
// The table of litmus tests: each test of the suite, run on both engines, as Markdown. Deterministic.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "verify/litmus/engines.hpp"
#include "verify/litmus/suite.hpp"

namespace stillpoint::verify::litmus {

inline constexpr std::uint64_t relacy_executions = 20'000;

struct comparison {
  observation explorer;
  observation relacy;
  // Whether Relacy's rules admit an execution with the outcome.
  bool relacy_should_show = false;
  // If not, though there are executions with it: which of the rules together admit none of them.
  rules excluded_by;
};

comparison compare(const oracle::litmus_test& test);

// The program in a line, with the outcome's values where they are read, such as
//   W.rlx x=1; R.rlx y=0 ‖ W.rlx y=1; R.rlx x=0
std::string in_a_line(const oracle::litmus_test& test);

void print_table(std::ostream& out);

}  // namespace stillpoint::verify::litmus
