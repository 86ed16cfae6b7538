// SPDX-License-Identifier: BSL-1.0
//
// What the tests of explored code ask: does every execution pass, or does one fail, and how?
#pragma once

#include <gmock/gmock.h>

#include <stillpoint/explore.hpp>

namespace stillpoint::verify::native {

template <class F>
void expect_passes(const F& body) {
  const explore_result seen = explore("right", body);
  EXPECT_TRUE(seen) << seen.report;
  EXPECT_GT(seen.executions, 0u);
}

template <class F>
void expect_fails(const F& body, const char* with) {
  const explore_result seen = explore("wrong", body);
  EXPECT_EQ(seen.outcome, explore_result::verdict::failed) << seen.report;
  EXPECT_THAT(seen.report, testing::HasSubstr(with));
}

}  // namespace stillpoint::verify::native
