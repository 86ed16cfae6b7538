// SPDX-License-Identifier: BSL-1.0
// Clients on real threads: what real_time_policy and run_on_threads do, and that planted toys are found.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string_view>

#include "verify/client.hpp"
#include "verify/history/real_time_policy.hpp"
#include "verify/history/run_on_threads.hpp"
#include "verify/history/toys.hpp"

namespace {

namespace verify = stillpoint::verify;
using policy = verify::real_time_policy;

struct counting_client {
  static constexpr std::string_view primitive = "none";
  static constexpr std::string_view guarantee = "counts";
  static constexpr unsigned threads = 3;
  static inline unsigned constructed = 0;
  static inline std::atomic<unsigned> ran{0};
  static inline unsigned ended = 0;

  counting_client() { ++constructed; }
  void thread(unsigned index) { ran.fetch_add(index + 1, std::memory_order_relaxed); }
  void after() { ++ended; }
};

TEST(run_on_threads, runs_every_thread_once_per_execution_on_a_new_client) {
  const auto result = verify::run_on_threads<counting_client>(50);
  EXPECT_EQ(result.executions, 50u);
  EXPECT_EQ(result.failures, 0u);
  EXPECT_EQ(counting_client::constructed, 50u);
  EXPECT_EQ(counting_client::ended, 50u);
  EXPECT_EQ(counting_client::ran.load(std::memory_order_relaxed), 50u * (1 + 2 + 3));
}

struct failing_client {
  static constexpr std::string_view primitive = "none";
  static constexpr std::string_view guarantee = "fails";
  static constexpr unsigned threads = 2;
  static inline unsigned left = 3;

  void thread(unsigned) {}
  void after() { policy::check(--left > 0, "three at most"); }
};

TEST(run_on_threads, stops_at_the_first_failure_and_says_where) {
  const auto result = verify::run_on_threads<failing_client>(50);
  EXPECT_EQ(result.executions, 3u);
  EXPECT_EQ(result.failures, 1u);
  EXPECT_THAT(result.first_failure, testing::MatchesRegex(".*real_time_test.cc:[0-9]+: three at most"));
}

struct throwing_client {
  static constexpr std::string_view primitive = "none";
  static constexpr std::string_view guarantee = "throws";
  static constexpr unsigned threads = 1;

  void thread(unsigned) { throw std::runtime_error("thrown by the client"); }
  void after() {}
};

TEST(run_on_threads, an_uncaught_exception_is_a_failure) {
  const auto result = verify::run_on_threads<throwing_client>(50);
  EXPECT_EQ(result.executions, 1u);
  EXPECT_EQ(result.first_failure, "uncaught exception: thrown by the client");
}

TEST(real_time_policy, moments_are_totally_ordered) {
  const auto first = policy::now();
  const auto second = policy::now();
  EXPECT_TRUE(policy::precedes(first, second));
  EXPECT_FALSE(policy::precedes(second, first));
  EXPECT_FALSE(policy::precedes(first, first));
}

TEST(real_time_policy, choices_reach_every_value_and_repeat_with_the_seed) {
  unsigned seen[3] = {};
  policy::seed(7);
  const std::size_t first = policy::choose(1000);
  for (int i = 0; i < 300; ++i) ++seen[policy::choose(3)];
  EXPECT_THAT(seen, testing::Each(testing::Gt(50u)));
  policy::seed(7);
  EXPECT_EQ(policy::choose(1000), first);
}

TEST(toys, a_torn_counter_is_found_out) {
  const auto result = verify::run_on_threads<verify::toys::torn_counter_is_linearizable<policy>>(200'000);
  EXPECT_EQ(result.failures, 1u) << "in " << result.executions << " executions";
}

TEST(toys, a_late_register_is_found_out) {
  const auto result = verify::run_on_threads<verify::toys::late_register_is_linearizable<policy>>(10);
  EXPECT_EQ(result.executions, 1u);
  EXPECT_EQ(result.failures, 1u);
}

}  // namespace
