// SPDX-License-Identifier: BSL-1.0
//
// Programs with a known number of executions have as many, and that is what is estimated.
#include <gtest/gtest.h>

#include "verify/explorer/agreement/explored_known_program.hpp"
#include "verify/explorer/machine/estimate.hpp"
#include "verify/explorer/machine/explore.hpp"

namespace stillpoint::verify::explorer {
namespace {

constexpr std::uint64_t all_of_them = 1'000'000;

TEST(KnownCounts, AreTheNumbersOfExecutions) {
  for (const auto& known : explored_programs::up_to(all_of_them)) {
    const exploration seen = explore(program_of(known.threads), {});
    EXPECT_FALSE(seen.first_failure) << known.name;
    EXPECT_TRUE(seen.counts.exhaustive) << known.name << ": " << seen.counts.bound;
    EXPECT_EQ(seen.counts.abandoned, 0u) << known.name;
    EXPECT_EQ(seen.counts.executions, known.executions) << known.name;
  }
}

TEST(KnownCounts, AreEstimatedWithinAFactorOfThree) {
  for (const auto& known : explored_programs::up_to(all_of_them)) {
    const double estimated = estimate_executions(program_of(known.threads), {}, {}).executions;
    const double ratio = estimated / static_cast<double>(known.executions);
    EXPECT_GT(ratio, 1.0 / 3) << known.name;
    EXPECT_LT(ratio, 3.0) << known.name;
  }
}

}  // namespace
}  // namespace stillpoint::verify::explorer
