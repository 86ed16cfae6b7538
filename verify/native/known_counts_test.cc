// SPDX-License-Identifier: BSL-1.0
//
// Programs with a known number of executions have as many over std's own atomics and threads.
#include <gtest/gtest.h>

#include <stillpoint/explore.hpp>
#include <thread>
#include <vector>

#include "stillpoint/std_policy.hpp"
#include "verify/explorer/agreement/known_programs.hpp"

namespace stillpoint {
namespace {

using programs = verify::explorer::known_programs<std_policy>;

void run(const programs::bodies& bodies) {
  programs::places at;
  std::vector<std::thread> threads;
  for (const auto& body : bodies) threads.emplace_back([&body, &at] { body(at); });
  for (std::thread& each : threads) each.join();
}

TEST(known_counts, are_the_numbers_of_executions) {
  constexpr std::uint64_t most = 50'000;
  for (const auto& known : programs::up_to(most)) {
    const explore_result seen = explore(known.name, [&known] { run(known.threads); });
    EXPECT_TRUE(seen) << seen.report;
    EXPECT_EQ(seen.executions, known.executions) << known.name;
    EXPECT_EQ(seen.blocked, 0u) << known.name;
  }
}

}  // namespace
}  // namespace stillpoint
