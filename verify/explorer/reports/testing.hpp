// SPDX-License-Identifier: BSL-1.0
//
// For tests of reports: the trace of a client whose operations are what it is about.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "verify/explorer/run.hpp"

namespace stillpoint::verify::explorer {

struct fails_after_one_thread {
  static constexpr std::string_view primitive = "test";
  static constexpr std::string_view guarantee = "test";
  static constexpr unsigned threads = 1;
  void after() { explorer_policy::check(false, "the trace is wanted"); }
};

template <class C>
std::string trace_of() {
  const run_result seen = run_explorer<C>({});
  EXPECT_EQ(seen.outcome, verdict::failed);
  run_options again;
  again.replay = seen.replay;
  EXPECT_EQ(run_explorer<C>(again).trace, seen.trace) << "a replay shows the same";
  return seen.trace;
}

}  // namespace stillpoint::verify::explorer
