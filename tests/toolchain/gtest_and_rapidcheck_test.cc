// SPDX-License-Identifier: BSL-1.0
// GoogleTest and RapidCheck work together, with and without sanitizers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace {

TEST(toolchain, runs_a_thread) {
  std::vector<int> values;
  std::thread writer([&values] { values.push_back(1); });
  writer.join();
  EXPECT_THAT(values, testing::ElementsAre(1));
}

RC_GTEST_PROP(toolchain, reversing_twice_changes_nothing, (const std::vector<int>& values)) {
  std::vector<int> twice = values;
  std::reverse(twice.begin(), twice.end());
  std::reverse(twice.begin(), twice.end());
  RC_ASSERT(twice == values);
}

TEST(toolchain, a_false_property_fails) {
  const auto all_are_small = [](int value) { RC_ASSERT(value < 10); };
  EXPECT_FALSE(rc::check("every integer is small", all_are_small));
}

}  // namespace
