// SPDX-License-Identifier: BSL-1.0
// Boost.Context switches between fibers.

#include <gtest/gtest.h>

#include <boost/context/continuation.hpp>
#include <string>

namespace {

TEST(toolchain, switches_to_a_fiber_and_back) {
  namespace context = boost::context;
  std::string steps;
  context::continuation fiber = context::callcc([&steps](context::continuation&& caller) {
    steps += 'a';
    caller = caller.resume();
    steps += 'c';
    return std::move(caller);
  });
  steps += 'b';
  fiber = fiber.resume();
  EXPECT_EQ(steps, "abc");
  EXPECT_FALSE(fiber);
}

}  // namespace
