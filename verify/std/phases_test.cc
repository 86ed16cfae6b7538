// SPDX-License-Identifier: BSL-1.0
//
// barrier, call_once and atomic_flag over the policy.
#include <gmock/gmock.h>

#include <stdexcept>

#include "verify/explorer/testing.hpp"
#include "verify/std/atomic_flag.hpp"
#include "verify/std/barrier.hpp"
#include "verify/std/once.hpp"

namespace stillpoint::verify::explorer {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;

// Each writes its part, and reads the other's after the barrier; the parts are written anew in the next
// phase.
template <bool SecondBarrier>
struct takes_turns : client_base {
  barrier<P> both{2};
  P::plain<int> parts[2] = {{0}, {0}};

  void thread(unsigned index) {
    for (int phase = 1; phase <= 2; ++phase) {
      P::write(parts[index], phase);
      both.arrive_and_wait();
      P::check(P::read(parts[1 - index]) == phase, "this phase's");
      if (SecondBarrier) both.arrive_and_wait();
    }
  }
};

TEST(barrier, separates_phases) {
  EXPECT_GT(executions_of<takes_turns<true>>(), 1u);
  EXPECT_THAT(error_of<takes_turns<false>>(), StartsWith("data race"));
}

struct sum_of_parts {
  P::plain<int>* parts;
  P::plain<int>* sum;
  void operator()() noexcept { P::write(*sum, P::read(parts[0]) + P::read(parts[1])); }
};

struct completes : client_base {
  P::plain<int> parts[2] = {{0}, {0}};
  P::plain<int> sum{0};
  barrier<P, sum_of_parts> both{2, sum_of_parts{parts, &sum}};

  void thread(unsigned index) {
    P::write(parts[index], 1);
    both.arrive_and_wait();
    P::check(P::read(sum) == 2, "sum");
  }
};

TEST(barrier, completion_sees_all_arrivals_and_is_seen_by_all_waits) {
  EXPECT_EQ(executions_of<completes>(), 2u);
}

struct arrivals_order_nothing : client_base {
  barrier<P> both{2};
  P::plain<int> data{0};
  P::atomic<int> first{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      static_cast<void>(both.arrive());
      first.store(1, relaxed);
    } else if (first.load(relaxed) == 1) {
      P::read(data);
      static_cast<void>(both.arrive());
    }
  }
};

template <bool Drops>
struct leaves : client_base {
  barrier<P> all{2};
  P::plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      Drops ? all.arrive_and_drop() : static_cast<void>(all.arrive());
    } else {
      all.arrive_and_wait();
      P::check(P::read(data) == 1, "ordered");
      all.arrive_and_wait();
    }
  }
};

struct too_many_arrive : client_base {
  static constexpr unsigned threads = 1;
  barrier<P> one{1};
  void thread(unsigned) { static_cast<void>(one.arrive(2)); }
};

TEST(barrier, who_drops_is_not_expected_again) {
  EXPECT_THAT(error_of<arrivals_order_nothing>(), StartsWith("data race"));
  EXPECT_GE(executions_of<leaves<true>>(), 2u);
  EXPECT_THAT(error_of<leaves<false>>(), StartsWith("deadlock"));
  EXPECT_THAT(error_of<too_many_arrive>(), HasSubstr("no more arrive than are expected"));
}

template <unsigned Throws>
struct calls_once : client_base {
  static constexpr unsigned threads = 3;
  once_flag<P> flag;
  P::plain<int> calls{0};

  void thread(unsigned) {
    try {
      call_once(
          flag,
          [this](int by) {
            P::write(calls, P::read(calls) + by);
            if (P::read(calls) <= static_cast<int>(Throws)) throw std::runtime_error("not yet");
          },
          1);
    } catch (const std::runtime_error&) {
      return;
    }
    P::check(P::read(calls) == static_cast<int>(Throws) + 1, "returned once, and seen by all");
  }
};

TEST(call_once, calls_until_one_returns_and_orders_all_that_come_after) {
  EXPECT_GT(executions_of<calls_once<0>>(), 2u);
  EXPECT_GT(executions_of<calls_once<1>>(), 2u);
}

struct calls_itself : client_base {
  static constexpr unsigned threads = 1;
  once_flag<P> flag;
  void call() {
    call_once(flag, [this] { call(); });
  }
  void thread(unsigned) { call(); }
};

TEST(call_once, that_calls_itself_is_stuck) {
  EXPECT_THAT(error_of<calls_itself>(), StartsWith("deadlock"));
}

template <bool Notifies, std::memory_order Order>
struct flag_hands_over : client_base {
  atomic_flag<P> flag;
  P::plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      P::check(!flag.test_and_set(Order), "was clear");
      if (Notifies) flag.notify_one();
    } else {
      flag.wait(false, std::memory_order_acquire);
      P::check(flag.test(relaxed) && P::read(data) == 1, "set");
      flag.clear();
    }
  }
};

TEST(atomic_flag, waits_and_notifies) {
  constexpr auto release = std::memory_order_release;
  EXPECT_EQ((executions_of<flag_hands_over<true, release>>()), 2u);
  EXPECT_THAT((error_of<flag_hands_over<false, release>>()), StartsWith("deadlock"));
  EXPECT_THAT((error_of<flag_hands_over<true, relaxed>>()), StartsWith("data race"));
}

}  // namespace
}  // namespace stillpoint::verify::explorer
