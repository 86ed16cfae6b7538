// SPDX-License-Identifier: BSL-1.0
//
// How a client of somebody else's library is explored. Each prints a line of the table in docs/found.md.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <iostream>
#include <stillpoint/explore.hpp>
#include <string>

namespace stillpoint::verify::gallery {

inline std::string name_of_test() {
  const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
  return std::string(test.test_suite_name()) + "." + test.name();
}

template <class F>
explore_result explored(const F& client, double seconds, const char* wrong) {
  explore_options options;
  options.seconds = seconds;
  const auto begin = std::chrono::steady_clock::now();
  explore_result seen = explore(name_of_test(), client, options);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::string verdict = wrong;
  if (seen.outcome == explore_result::verdict::passed) verdict = "exhaustive";
  if (seen.outcome == explore_result::verdict::unfinished) verdict = "bounded";
  std::cout << "| `" << name_of_test() << "` | " << seen.executions << " | " << seen.blocked << " | "
            << verdict << " | " << took.count() << " |\n";
  return seen;
}

// All executions are seen within a minute, and all pass.
template <class F>
void passes(const F& client) {
  const explore_result seen = explored(client, 60, "fails");
  EXPECT_TRUE(seen) << seen.report;
}

// No execution fails among those that are seen within ten seconds.
template <class F>
void passes_as_far_as_seen(const F& client) {
  const explore_result seen = explored(client, 10, "fails");
  EXPECT_NE(seen.outcome, explore_result::verdict::failed) << seen.report;
}

// The library's own fault, which docs/found.md explains.
template <class F>
void fails(const F& client, const char* with) {
  const explore_result seen = explored(client, 60, "fails");
  EXPECT_EQ(seen.outcome, explore_result::verdict::failed) << seen.report;
  EXPECT_THAT(seen.report, testing::HasSubstr(with));
  EXPECT_THAT(seen.report, testing::Not(testing::HasSubstr("not deterministic")));
}

// The explorer's limit, which it names.
template <class F>
void is_not_followed(const F& client, const char* with) {
  const explore_result seen = explored(client, 10, "not followed");
  EXPECT_NE(seen.outcome, explore_result::verdict::passed) << seen.report;
  EXPECT_THAT(seen.report, testing::HasSubstr(with));
}

}  // namespace stillpoint::verify::gallery
