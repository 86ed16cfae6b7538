// SPDX-License-Identifier: BSL-1.0
//
// Litmus tests: named small programs, each with a condition on how it ends and whether the memory model
// allows that. For the tests of the oracle, of the explorer and of other engines, and for the table that
// compares them. The verdicts are the literature's for RC11; `source` says whose and, where C++20's own words
// decide otherwise, so.
#pragma once

#include <string>
#include <vector>

#include "verify/explorer/oracle/program.hpp"

namespace stillpoint::verify::oracle {

struct litmus_test {
  std::string name;  // unique; in file names, too
  program code;
  std::string condition_text;
  condition final_state;
  bool allowed = false;
  std::string source;
};

// Parsed once, on first use.
const std::vector<litmus_test>& litmus_tests();

}  // namespace stillpoint::verify::oracle
