// SPDX-License-Identifier: BSL-1.0
//
// The explorer checks histories: toys that are not linearizable fail, also where only happens-before, not the
// order in which the explorer runs them, tells that they are not; one that is linearizable passes.
#include <gtest/gtest.h>

#include <string>

#include "verify/explorer/run.hpp"
#include "verify/history/toys.hpp"

namespace stillpoint::verify {
namespace {

using P = explorer_policy;

TEST(History, FindsATornIncrement) {
  const run_result seen = run_explorer<toys::torn_counter_is_linearizable<P>>({});
  EXPECT_EQ(seen.outcome, verdict::failed);
  EXPECT_NE(seen.error.find("the calls are linearizable"), std::string::npos) << seen.error;
}

TEST(History, FindsAWriteThatAppearsLate) {
  const run_result seen = run_explorer<toys::late_register_is_linearizable<P>>({});
  EXPECT_EQ(seen.outcome, verdict::failed);
  EXPECT_NE(seen.error.find("the calls are linearizable"), std::string::npos) << seen.error;
}

struct counter_is_linearizable {
  static constexpr std::string_view primitive = "counter";
  static constexpr std::string_view guarantee = "counter_is_linearizable";
  static constexpr unsigned threads = 3;
  P::atomic<unsigned> counter{0u};
  history<P, toys::counter_model::operation, threads, 2> calls;

  void thread(unsigned index) {
    for (int round = 0; round < 2; ++round) {
      auto& call = calls.invoke(index, {});
      call.operation.returned = counter.fetch_add(1, std::memory_order_relaxed);
      calls.respond(call);
    }
  }
  void after() { P::check(bool(linearizable(calls, toys::counter_model())), "the calls are linearizable"); }
};

TEST(History, AcceptsAnAtomicCounter) {
  const run_result seen = run_explorer<counter_is_linearizable>({});
  EXPECT_EQ(seen.outcome, verdict::passed) << seen.error << '\n' << seen.trace;
  EXPECT_TRUE(seen.exhaustive);
  EXPECT_EQ(seen.executions, 90u) << "6!/(2!)^3 orders of the increments";
}

// One write, and two reads of it by threads that do not meet, in the opposite order of the values: nothing
// orders the reads by happens-before, so a relaxed register may give them in either order.
template <std::memory_order Order, bool Meet>
struct reads_in_turn {
  static constexpr std::string_view primitive = "register";
  static constexpr std::string_view guarantee = "reads_in_turn";
  static constexpr unsigned threads = 3;
  P::atomic<int> place{0};
  P::atomic<int> met{0};
  history<P, toys::register_model::operation, threads, 1> calls;

  void thread(unsigned index) {
    using action = toys::register_model::action;
    if (index == 0) {
      auto& call = calls.invoke(index, {action::write, 7});
      place.store(7, Order);
      calls.respond(call);
      return;
    }
    if (Meet && index == 2) {
      P::await(
          met, std::memory_order_acquire, [](int m) { return m == 1; }, P::waiter());
    }
    auto& call = calls.invoke(index, {action::read});
    call.operation.value = place.load(Order);
    calls.respond(call);
    if (Meet && index == 1) met.store(1, std::memory_order_release);
  }
  void after() { P::check(bool(linearizable(calls, toys::register_model())), "the calls are linearizable"); }
};

// Reads that are ordered by happens-before cannot disagree: coherence. Without that order either way is
// linearizable.
TEST(History, IsOrderedByHappensBefore) {
  const run_result apart = run_explorer<reads_in_turn<std::memory_order_relaxed, false>>({});
  EXPECT_EQ(apart.outcome, verdict::passed) << apart.error;
  EXPECT_EQ(apart.executions, 4u);
  const run_result met = run_explorer<reads_in_turn<std::memory_order_relaxed, true>>({});
  EXPECT_EQ(met.outcome, verdict::passed) << met.error;
  EXPECT_EQ(met.executions, 3u) << "reading the write first and then the initial value is no execution";
}

}  // namespace
}  // namespace stillpoint::verify
