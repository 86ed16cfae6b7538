// SPDX-License-Identifier: BSL-1.0
#include "docs/examples/latency_recorder/latency_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace {

using std::chrono::nanoseconds;

TEST(latency_histogram, is_empty_at_first_and_after_reset) {
  latency_histogram histogram;
  EXPECT_EQ(histogram.total(), 0u);
  EXPECT_EQ(histogram.quantile(0.5), nanoseconds(0));
  histogram.add(nanoseconds(12345));
  histogram.reset();
  EXPECT_EQ(histogram.total(), 0u);
  EXPECT_EQ(histogram.longest(), nanoseconds(0));
}

TEST(latency_histogram, finds_quantiles_up_to_a_sixteenth) {
  std::mt19937_64 random(1);
  latency_histogram histogram;
  std::vector<nanoseconds> all;
  for (int i = 0; i < 10000; ++i) {
    all.emplace_back(static_cast<std::int64_t>(random() >> (4 + random() % 56)));
    histogram.add(all.back());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(histogram.total(), all.size());
  EXPECT_EQ(histogram.longest(), all.back());
  for (const double fraction : {0.0625, 0.25, 0.5, 0.875, 0.9375, 1.0}) {
    const nanoseconds exact = all[static_cast<std::size_t>(fraction * 10000) - 1];
    EXPECT_GE(histogram.quantile(fraction), exact) << fraction;
    EXPECT_LE(histogram.quantile(fraction), exact + exact / 16) << fraction;
  }
}

TEST(latency_histogram, takes_the_shortest_and_the_longest) {
  latency_histogram histogram;
  histogram.add(nanoseconds(-1));
  EXPECT_EQ(histogram.quantile(1), nanoseconds(0));
  histogram.add(nanoseconds(std::numeric_limits<nanoseconds::rep>::max()));
  EXPECT_EQ(histogram.quantile(1), nanoseconds(std::numeric_limits<nanoseconds::rep>::max()));
}

TEST(latency_histogram, adds_another_one) {
  latency_histogram into, from;
  into.add(nanoseconds(5));
  from.add(nanoseconds(7));
  from.add(nanoseconds(70'000));
  into += from;
  EXPECT_EQ(into.total(), 3u);
  EXPECT_EQ(into.longest(), nanoseconds(70'000));
  EXPECT_EQ(into.quantile(0.3), nanoseconds(5));
  EXPECT_EQ(into.quantile(0.6), nanoseconds(7));
  EXPECT_EQ(from.total(), 2u) << "it stays as it was";
}

}  // namespace
