// SPDX-License-Identifier: BSL-1.0
//
// Waits that end in time in every execution that is explored, and may come too late for what ends them.
#include <gtest/gtest.h>

#include <array>
#include <ctime>

#include "verify/explorer/search/guide.hpp"
#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;

void await_one(const P::atomic<int>& x) {
  P::await(
      x, acquire, [](int value) { return value == 1; }, P::waiter());
}

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Each wait may come too late for the first 1, and then finds the second one.
struct ring_of_waits : client_base {
  static constexpr unsigned threads = 12;
  static constexpr unsigned waits = 4;
  std::array<P::atomic<int>, threads> x{};

  void thread(unsigned index) {
    for (const int value : {1, 0, 1}) x[index].store(value, release);
    for (unsigned i = 0; i < waits; ++i) await_one(x[(index + 1) % threads]);
  }
};

// All of which cuts combine is not tried: that are 5^12.
TEST(HiddenDeadlocks, AreLookedForInPolynomialTime) {
  settings s;
  s.max_executions = 20;
  const double before = processor_seconds();
  const exploration seen = explore(client_program<ring_of_waits>(), s);
  EXPECT_FALSE(seen.first_failure);
  EXPECT_EQ(seen.counts.executions, 20u);
  EXPECT_LT(processor_seconds() - before, 1.0);
}

// The last to take a step back is the one for whom nobody is left.
struct ring_of_lost_signals : client_base {
  static constexpr unsigned threads = 6;
  std::array<P::atomic<int>, threads> x{};

  void thread(unsigned index) {
    x[index].store(1, release);
    for (unsigned i = 0; i < 2; ++i) await_one(x[(index + 1) % threads]);
    x[index].store(index == 3 ? 0 : 1, release);
  }
};

TEST(HiddenDeadlocks, AreFoundAmongManyWaits) {
  const exploration seen = explored<ring_of_lost_signals>();
  ASSERT_TRUE(seen.first_failure);
  EXPECT_TRUE(seen.first_failure->text.starts_with("deadlock")) << seen.first_failure->text;
  // Thread 3, which is T3, waits for what thread 4, T4, has taken back.
  ASSERT_EQ(seen.first_failure->about.front().thread, 3);
  EXPECT_TRUE(recurs(client_program<ring_of_lost_signals>(), seen.counterexample));
}

// The second of two waits is never over, so one for it alone that comes too late is enough; and two threads
// that wait for each other's have to come too late together.
struct two_late_at_once : client_base {
  P::atomic<int> x{0};
  P::atomic<int> y{0};

  void thread(unsigned index) {
    P::atomic<int>& mine = index == 0 ? x : y;
    const P::atomic<int>& other = index == 0 ? y : x;
    mine.store(1, release);
    mine.store(0, release);
    await_one(other);
    mine.store(1, release);
  }
};

TEST(HiddenDeadlocks, OfTwoThatWaitForEachOther) {
  const exploration seen = explored<two_late_at_once>();
  ASSERT_TRUE(seen.first_failure);
  EXPECT_EQ(seen.first_failure->about.size(), 2u);
}

// Holding a mutex that another thread wants.
struct late_within_a_section : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<int> x{0};
  P::mutex m;

  void thread(unsigned index) {
    if (index == 0) {
      m.lock();
      await_one(x);
      m.unlock();
    } else if (index == 1) {
      x.store(1, release);
      x.store(0, release);
    } else {
      m.lock();
      m.unlock();
    }
  }
};

TEST(HiddenDeadlocks, HoldUpWhoWantsTheMutex) {
  settings s;
  s.keep_going = true;
  std::size_t most = 0;
  s.on_failure = [&most](const failure& f, const graph&) { most = std::max(most, f.about.size()); };
  explore(client_program<late_within_a_section>(), s);
  EXPECT_EQ(most, 2u) << "the await, and the lock that it holds up";
}

// A try_lock does not wait: it fails, and then its thread helps the one that is late.
struct try_lock_beside_a_late_wait : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<int> x{0};
  P::atomic<int> taken_back{0};
  P::mutex m;

  void thread(unsigned index) {
    if (index == 0) {
      m.lock();
      await_one(x);
      m.unlock();
    } else if (index == 1) {
      x.store(1, release);
      x.store(0, release);
      taken_back.store(1, release);
    } else {
      await_one(taken_back);
      if (m.try_lock()) m.unlock();
      x.store(1, release);
    }
  }
};

TEST(HiddenDeadlocks, ATryLockIsNone) {
  EXPECT_EQ(executions_of<try_lock_beside_a_late_wait>(), 4u);
}

// Who comes in time gives up; who comes late waits for ever.
struct gives_up_in_time : client_base {
  P::atomic<int> x{0};

  void thread(unsigned index) {
    if (index == 0) {
      await_one(x);
      P::assume(false);
    } else {
      x.store(1, release);
      x.store(0, release);
    }
  }
};

TEST(HiddenDeadlocks, AreFoundWhereNoExecutionIsComplete) {
  const exploration seen = explored<gives_up_in_time>();
  ASSERT_TRUE(seen.first_failure);
  EXPECT_TRUE(seen.first_failure->text.starts_with("deadlock")) << seen.first_failure->text;
  EXPECT_TRUE(recurs(client_program<gives_up_in_time>(), seen.counterexample));
}

// Where thread 0 would wait for ever, the other has given up.
struct gives_up_beforehand : client_base {
  P::atomic<int> x{0};

  void thread(unsigned index) {
    if (index == 0) {
      await_one(x);
    } else {
      x.store(1, release);
      x.store(0, release);
      P::assume(false);
    }
  }
};

TEST(HiddenDeadlocks, AreNoneWhereAThreadGaveUpBefore) {
  const exploration seen = explored<gives_up_beforehand>();
  EXPECT_FALSE(seen.first_failure);
  EXPECT_GT(seen.counts.abandoned, 0u);
}

}  // namespace
}  // namespace stillpoint::verify::explorer
