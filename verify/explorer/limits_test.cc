// SPDX-License-Identifier: BSL-1.0
//
// What a search may use: its time is kept, whatever takes it, and a bound that it reaches is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <sstream>

#include "verify/explorer/run.hpp"
#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::StartsWith;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto seq_cst = std::memory_order_seq_cst;
using steady = std::chrono::steady_clock;

double seconds_since(steady::time_point start) {
  return std::chrono::duration<double>(steady::now() - start).count();
}

// Where others use the processor as well.
constexpr double leeway = 1;

struct has_many_executions : client_base {
  static constexpr unsigned threads = 10;
  P::atomic<int> x{0};
  void thread(unsigned) {
    x.fetch_add(1, relaxed);
    x.fetch_add(1, relaxed);
  }
};

struct has_long_executions : client_base {
  static constexpr unsigned threads = 15;
  P::atomic<int> x{0};
  P::atomic<int> y{0};
  void thread(unsigned index) {
    for (int i = 0; i < 4'000; ++i) {
      x.store(static_cast<int>(index) * 4'000 + i, seq_cst);
      y.load(seq_cst);
    }
  }
};

// Each is given to many earlier reads in turn.
struct reaches_back_far : client_base {
  P::atomic<int> x{0};
  void thread(unsigned) {
    for (int i = 0; i < 4'000; ++i) {
      x.store(i, relaxed);
      x.load(relaxed);
    }
  }
};

struct hangs : client_base {
  P::atomic<int> x{0};
  void thread(unsigned index) {
    x.fetch_add(1, relaxed);
    const volatile bool for_ever = true;
    while (index == 1 && for_ever) {
    }
  }
};

template <class C>
statistics within(double seconds, unsigned probes) {
  settings s;
  s.max_seconds = seconds;
  s.probes = probes;
  const steady::time_point start = steady::now();
  const exploration seen = explore(client_program<C>(), s);
  EXPECT_LT(seconds_since(start), seconds + leeway);
  EXPECT_FALSE(seen.first_failure);
  EXPECT_FALSE(seen.counts.exhaustive);
  std::ostringstream time;
  time << "the budget's time was over (" << seconds << " second";
  EXPECT_THAT(seen.counts.bound, StartsWith(time.str()));
  EXPECT_THAT(seen.counts.bound, HasSubstr("--budget"));
  return seen.counts;
}

TEST(Limits, TheTimeIsKeptBetweenExecutions) {
  EXPECT_GT(within<has_many_executions>(0.3, 0).executions, 0u);
  // Of which an estimate has three hundredths.
  EXPECT_GT(within<has_many_executions>(2, 200).estimate, 0.0);
}

TEST(Limits, TheTimeIsKeptWithinAnExecution) {
  const statistics counts = within<has_long_executions>(0.3, 200);
  EXPECT_THAT(counts.bound, ContainsRegex("with thread [0-9]+ at .*limits_test.cc:[0-9]+"));
  EXPECT_LT(counts.estimate, 0) << "there was no time for one";
  within<reaches_back_far>(0.3, 0);
}

// Well before it would be called a hang.
TEST(Limits, TheTimeIsKeptWithinClientCode) {
  settings s;
  s.max_seconds = 0.3;
  s.limits.idle_seconds = 5;
  for (const unsigned probes : {0u, 200u}) {
    s.probes = probes;
    const steady::time_point start = steady::now();
    const exploration seen = explore(client_program<hangs>(), s);
    EXPECT_LT(seconds_since(start), 3);
    EXPECT_FALSE(seen.counts.exhaustive);
    EXPECT_THAT(seen.counts.bound, HasSubstr("with thread 2 after the operation at "));
  }
}

// With 128 seq_cst stores in one thread, there is little to estimate.
struct stores_in_a_row : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<int> x{0};
  void thread(unsigned) {
    for (int i = 0; i < 128; ++i) x.store(i, seq_cst);
  }
};

TEST(Limits, AnEstimateOfOneExecutionIsCheap) {
  settings s;
  s.probes = 200;
  const steady::time_point start = steady::now();
  const statistics counts = explore(client_program<stores_in_a_row>(), s).counts;
  EXPECT_LT(seconds_since(start), 1.0);
  EXPECT_TRUE(counts.exhaustive);
  EXPECT_EQ(counts.executions, 1u);
  EXPECT_EQ(counts.estimate, 1.0);
}

// The search comes by it only after 100 million executions.
struct fails_at_last : client_base {
  static constexpr unsigned threads = 1;
  void thread(unsigned) {
    std::array<std::size_t, 8> digits{};
    for (std::size_t& digit : digits) digit = P::choose(10);
    P::check(digits[0] < 5 || digits[7] == 0, "not that one");
  }
};

TEST(Limits, WhatAnEstimateFindsFailingIsReported) {
  settings s;
  s.max_executions = 1'000;
  EXPECT_FALSE(explore(client_program<fails_at_last>(), s).first_failure);
  s.probes = 200;
  unsigned told = 0;
  s.on_failure = [&told](const failure&, const graph&) { ++told; };
  const exploration seen = explore(client_program<fails_at_last>(), s);
  ASSERT_TRUE(seen.first_failure);
  EXPECT_THAT(seen.first_failure->text, HasSubstr("not that one"));
  EXPECT_EQ(seen.counts.failures, 1u);
  EXPECT_EQ(told, 1u);
  EXPECT_TRUE(recurs(client_program<fails_at_last>(), seen.counterexample));

  run_options options;
  options.on_progress = [](const progress&) {};
  const run_result result = run_explorer<fails_at_last>(options);
  EXPECT_EQ(result.outcome, verdict::failed);
  EXPECT_THAT(result.trace, HasSubstr("choose"));
  options.replay = result.replay;
  EXPECT_THAT(run_explorer<fails_at_last>(options).error, HasSubstr("not that one"));
}

struct fails_once : client_base {
  static constexpr unsigned threads = 1;
  void thread(unsigned) { P::check(P::choose(3) != 2, "not that one"); }
};

// One that keeps going counts what it comes by itself.
TEST(Limits, WhatAnEstimateFindsFailingIsNotCountedTwice) {
  settings s;
  s.keep_going = true;
  s.probes = 200;
  const exploration seen = explore(client_program<fails_once>(), s);
  EXPECT_TRUE(seen.first_failure);
  EXPECT_EQ(seen.counts.failures, 1u);
  EXPECT_EQ(seen.counts.executions, 2u);
}

template <class C>
std::string bound_of() {
  const exploration seen = explored<C>();
  EXPECT_FALSE(seen.first_failure);
  EXPECT_FALSE(seen.counts.exhaustive);
  return seen.counts.bound;
}

struct stores_for_ever : client_base {
  P::atomic<int> x{0};
  void thread(unsigned index) {
    for (int i = 0; index == 1; ++i) x.store(i, relaxed);
  }
};

TEST(Limits, TooManyEventsAreNamedWithThreadLineAndRemedy) {
  const std::string bound = bound_of<stores_for_ever>();
  EXPECT_THAT(bound, StartsWith("an execution has more than 10000 events of one thread: thread 2 at "));
  EXPECT_THAT(bound, ContainsRegex("limits_test.cc:[0-9]+; .*P::await.*smaller client"));
}

// Where the search takes an answer of a wait, that may be out of reach as well.
struct waits_beyond_the_bound : client_base {
  P::atomic<int> x{0};
  P::atomic<int> y{0};
  void thread(unsigned index) {
    if (index == 1) {
      x.store(2, relaxed);
      x.store(1, relaxed);
      return;
    }
    const int least = y.load(relaxed);
    P::await(
        x, relaxed, [&least](int value) { return value > least; }, P::waiter());
    for (std::size_t i = 0; i <= max_events; ++i) y.store(1, relaxed);
  }
};

TEST(Limits, ABoundIsNoFailureOfTheClient) {
  EXPECT_THAT(bound_of<waits_beyond_the_bound>(), HasSubstr(" events of one thread: thread 1 at "));
}

// What is stored here is not left out by a compiler.
char* volatile kept = nullptr;

struct allocates_much : client_base {
  P::atomic<int> x{0};
  void thread(unsigned index) {
    x.store(1, relaxed);
    for (int i = 0; index == 1 && i < 70; ++i) {
      kept = new char[std::size_t{1} << 20];
      delete[] kept;
    }
  }
};

TEST(Limits, TooMuchMemoryOfTheClientIsNamed) {
  EXPECT_THAT(bound_of<allocates_much>(),
              ContainsRegex("^a thread allocates more than 64 MiB in an execution: thread 2 at .*:[0-9]+; "));
}

TEST(Limits, TooMuchMemoryOfTheSearchIsNamed) {
  settings s;
  s.max_bytes = std::size_t{1} << 14;
  const statistics counts = explore(client_program<has_many_executions>(), s).counts;
  EXPECT_FALSE(counts.exhaustive);
  EXPECT_THAT(counts.bound, ContainsRegex("^the search keeps more than .* of graphs"));
}

}  // namespace
}  // namespace stillpoint::verify::explorer
