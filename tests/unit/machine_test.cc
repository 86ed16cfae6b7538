// SPDX-License-Identifier: BSL-1.0
// What std_policy and the sizes that follow it make of the machine's answer how many processors it has: in a
// program with a get_nprocs of its own.

#include <gtest/gtest.h>

#include <cstddef>

#include "stillpoint/counters.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/std_policy.hpp"

namespace {

int processors = 1;

}  // namespace

extern "C" int get_nprocs() noexcept {
  return processors;
}

namespace {

using stillpoint::std_policy;
using striped = stillpoint::counters<stillpoint::write_concurrency>;
using taken = stillpoint::snapshot_counters<>;

void expect_sizes(int answer, std::size_t threads, std::size_t stripes) {
  processors = answer;
  EXPECT_EQ(std_policy::concurrency(), threads);
  EXPECT_EQ(striped::default_stripes(), stripes);
  EXPECT_EQ(taken::default_stripes(), stripes);
  EXPECT_EQ(striped(1).stripes(), stripes);
  EXPECT_EQ(taken(1).stripes(), stripes);
}

TEST(sizes, follow_the_number_of_processors) {
  expect_sizes(1, 1, 1);
  expect_sizes(5, 5, 5);
}

TEST(sizes, are_one_where_the_machine_does_not_know) {
  expect_sizes(0, 1, 1);
}

TEST(sizes, are_not_more_than_threads_can_own) {
  const auto limit = std_policy::owned_stripe_limit;
  expect_sizes(static_cast<int>(limit) + 1, limit + 1, limit);
}

}  // namespace
