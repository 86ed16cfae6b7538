// SPDX-License-Identifier: BSL-1.0
//
// seq_cst operations: any number of them, at a price that does not depend on how many there are.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <ctime>

#include "verify/explorer/search/guide.hpp"
#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto seq_cst = std::memory_order_seq_cst;

// Processor time, in seconds; the least of some runs.
template <class Run>
double cost_of(const Run& run) {
  double least = 1e9;
  for (unsigned i = 0; i < 5; ++i) {
    const std::clock_t start = std::clock();
    run();
    least = std::min(least, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return least;
}

template <unsigned N>
struct stores : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<unsigned> x{0};
  void thread(unsigned) {
    for (unsigned i = 0; i < N; ++i) x.store(i, seq_cst);
  }
};

TEST(SeqCst, AThreadMayHaveManyOperations) {
  EXPECT_EQ(executions_of<stores<129>>(), 1u);
  EXPECT_EQ(executions_of<stores<9'000>>(), 1u);
}

TEST(SeqCst, TwoThousandStoresTakeLessThanATenthOfASecond) {
  EXPECT_LT(cost_of([] { executions_of<stores<2'000>>(); }), 0.1);
}

// An alternative has one seq_cst operation more than what it is an alternative to.
struct swaps_after_many : client_base {
  P::atomic<unsigned> x{0};
  P::atomic<unsigned> flag{0};
  void thread(unsigned index) {
    if (index == 1) {
      flag.store(1, relaxed);
      return;
    }
    for (unsigned i = 0; i < 127; ++i) x.store(i, seq_cst);
    unsigned expected = 1;
    flag.compare_exchange_strong(expected, 2, seq_cst, relaxed);
  }
};

TEST(SeqCst, AnAlternativeMayHaveOneMore) {
  EXPECT_EQ(executions_of<swaps_after_many>(), 2u);
}

// Store buffering, with so many stores before it.
template <unsigned Before>
struct buffers : client_base {
  P::atomic<unsigned> x{0};
  P::atomic<unsigned> y{0};
  P::atomic<unsigned> own[2] = {0, 0};
  unsigned seen[2] = {};
  void thread(unsigned index) {
    for (unsigned i = 0; i < Before; ++i) own[index].store(i, seq_cst);
    (index == 0 ? x : y).store(1, seq_cst);
    seen[index] = (index == 0 ? y : x).load(seq_cst);
  }
  void after() { P::check(seen[0] + seen[1] > 0, "both missed the other"); }
};

TEST(SeqCst, ManyAreOrdered) {
  EXPECT_EQ(executions_of<buffers<0>>(), 3u);
  EXPECT_EQ(executions_of<buffers<200>>(), 3u);
}

// That both miss the other.
TEST(SeqCst, AReplayKeepsToIt) {
  const repetition again = replay(client_program<buffers<0>>(), guide("12/2,@1,-/2,@1,-"));
  EXPECT_FALSE(again.failed);
}

template <std::memory_order Load, std::memory_order Store>
struct ring : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<unsigned> places[threads] = {0, 0, 0};
  void thread(unsigned index) {
    for (unsigned i = 1; i <= 3; ++i) {
      places[index].store(i, Store);
      places[(index + 1) % threads].load(Load);
    }
  }
};

TEST(SeqCst, ARingCostsNoMoreThanTwiceWhatAcquireAndReleaseDo) {
  using weak = ring<acquire, release>;
  using strong = ring<seq_cst, seq_cst>;
  const auto weak_executions = static_cast<double>(executions_of<weak>());
  const auto strong_executions = static_cast<double>(executions_of<strong>());
  EXPECT_EQ(strong_executions, 4'411);
  const double weak_cost = cost_of([] { executions_of<weak>(); }) / weak_executions;
  const double strong_cost = cost_of([] { executions_of<strong>(); }) / strong_executions;
  EXPECT_LT(strong_cost, 2 * weak_cost);
}

}  // namespace
}  // namespace stillpoint::verify::explorer
