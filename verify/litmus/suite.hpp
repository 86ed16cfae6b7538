// SPDX-License-Identifier: BSL-1.0
//
// Which litmus tests are in the table of docs/verification.md, under which headings, and what is known to be
// special about them: where C++20's own words decide otherwise than RC11, and what Relacy never shows.
#pragma once

#include <string>
#include <vector>

#include "verify/explorer/oracle/litmus.hpp"
#include "verify/litmus/relacy_rules.hpp"

namespace stillpoint::verify::litmus {

struct entry {
  // `allowed` and `source` are RC11's verdict and whose it is.
  oracle::litmus_test test;
  bool allowed_by_cpp20 = false;
  // RC11 allows the outcome and Relacy never shows it: because of these rules. Empty: it shows it, or need
  // not.
  rules relacy_misses_by;
};

struct section {
  std::string heading;
  std::vector<entry> entries;
};

// Parsed once, on first use.
const std::vector<section>& suite();

// The enumerator's litmus tests, and the few of this suite that are not among them.
const std::vector<oracle::litmus_test>& all_tests();

}  // namespace stillpoint::verify::litmus
