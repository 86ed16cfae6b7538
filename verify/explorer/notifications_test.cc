// SPDX-License-Identifier: BSL-1.0
//
// Waiting for notifications, and parking: what is ordered, which notification is enough, and which is lost.
#include <gmock/gmock.h>

#include <atomic>
#include <cstdint>

#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;

enum class notified : std::uint8_t { never, before, after };

template <notified When, std::memory_order Order>
struct hands_over : client_base {
  P::plain<int> data{0};
  P::atomic<int> flag{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      if (When == notified::before) flag.notify_one();
      flag.store(1, release);
      if (When == notified::after) flag.notify_one();
    } else {
      flag.wait(0, Order);
      P::check(flag.load(relaxed) == 1, "wait returns another value");
      P::check(P::read(data) == 1, "data");
    }
  }
};

TEST(atomic_wait, returns_where_a_loop_would_and_sleeps_until_notified) {
  // It finds the value, or it finds the old one, sleeps, and is woken.
  EXPECT_EQ((executions_of<hands_over<notified::after, acquire>>()), 2u);
}

TEST(atomic_wait, orders_what_its_load_orders) {
  EXPECT_THAT((error_of<hands_over<notified::after, relaxed>>()), StartsWith("data race"));
}

TEST(atomic_wait, a_lost_wake_up_is_a_deadlock) {
  EXPECT_THAT((error_of<hands_over<notified::never, acquire>>()),
              StartsWith("deadlock: thread 2 waits in wait"));
  EXPECT_THAT((error_of<hands_over<notified::before, acquire>>()),
              StartsWith("deadlock: thread 2 waits in wait"));
}

// How often one is woken, and all.
template <unsigned Ones, bool All>
struct wakes_two : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<int> flag{0};

  void thread(unsigned index) {
    if (index > 0) return flag.wait(0, acquire);
    flag.store(1, release);
    for (unsigned i = 0; i < Ones; ++i) flag.notify_one();
    if (All) flag.notify_all();
  }
};

TEST(atomic_wait, notify_one_wakes_one_of_them) {
  EXPECT_THAT((error_of<wakes_two<1, false>>()), StartsWith("deadlock"));
  EXPECT_GT((executions_of<wakes_two<2, false>>()), 4u);
}

TEST(atomic_wait, notify_all_wakes_all_that_sleep) {
  // Each finds the value or is woken; of two that sleep, either one falls asleep first.
  EXPECT_EQ((executions_of<wakes_two<0, true>>()), 5u);
}

// A notification is about what happens before it. A third thread's is about nothing that it has not seen.
template <bool Sees>
struct third_party_notifies : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<int> flag{0};

  void thread(unsigned index) {
    if (index == 0) {
      flag.store(1, relaxed);
    } else if (index == 1) {
      if (Sees) P::await(flag, relaxed, [](int v) { return v == 1; }, {});
      flag.notify_all();
    } else {
      flag.wait(0, relaxed);
    }
  }
};

TEST(atomic_wait, a_notification_is_about_what_happens_before_it) {
  EXPECT_THAT(error_of<third_party_notifies<false>>(), StartsWith("deadlock"));
  // Having read the value by a relaxed load is not enough: the store does not happen before.
  EXPECT_THAT(error_of<third_party_notifies<true>>(), StartsWith("deadlock"));
}

struct third_party_acquires : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<int> flag{0};

  void thread(unsigned index) {
    if (index == 0) {
      flag.store(1, release);
    } else if (index == 1) {
      P::await(flag, acquire, [](int v) { return v == 1; }, {});
      flag.notify_all();
    } else {
      flag.wait(0, relaxed);
    }
  }
};

TEST(atomic_wait, a_third_thread_may_notify_of_what_it_has_acquired) {
  EXPECT_GE(executions_of<third_party_acquires>(), 2u);
}

// The value comes and goes: who sleeps through it is not woken again.
struct value_comes_and_goes : client_base {
  P::atomic<int> flag{0};

  void thread(unsigned index) {
    if (index == 1) return flag.wait(0, relaxed);
    flag.store(1, relaxed);
    flag.notify_one();
    flag.store(0, relaxed);
    flag.notify_one();
  }
};

TEST(atomic_wait, a_value_that_is_gone_may_have_been_missed) {
  EXPECT_THAT(error_of<value_comes_and_goes>(), StartsWith("deadlock"));
}

struct wide {
  std::uint64_t low;
  std::uint64_t high;
};

struct waits_for_a_wide_value : client_base {
  P::atomic<wide> place{wide{1, 2}};

  void thread(unsigned index) {
    if (index == 1) return place.wait(wide{1, 2}, acquire);
    place.store(wide{1, 3}, release);
    place.notify_all();
  }
};

TEST(atomic_wait, waits_for_values_of_any_size) {
  EXPECT_EQ(executions_of<waits_for_a_wide_value>(), 2u);
}

// Notifying what may have been destroyed: the waiter gives the atomic back as soon as it has seen the value.
struct notifies_what_is_gone : client_base {
  struct event {
    P::atomic<int> flag{0};
  };
  event* shared = P::create<event>();

  void thread(unsigned index) {
    if (index == 0) {
      shared->flag.store(1, release);
      shared->flag.notify_one();
    } else {
      shared->flag.wait(0, acquire);
      P::destroy(shared);
    }
  }
};

TEST(atomic_wait, notifying_an_atomic_that_its_waiter_destroys_is_found) {
  EXPECT_THAT(error_of<notifies_what_is_gone>(), HasSubstr("not ordered after its use"));
}

// Mutexes over a word: 0 free, 1 taken, 2 taken and perhaps waited for (Drepper, Futexes Are Tricky, 2011).
template <bool KeepsMark>
struct parking_lock {
  P::atomic<std::uint32_t> word{0};

  void lock() {
    std::uint32_t seen = 0;
    if (word.compare_exchange_strong(seen, 1, acquire, relaxed)) return;
    const std::uint32_t taken = KeepsMark ? 2 : 1;
    do {
      std::uint32_t one = 1;
      if (seen == 2 || word.compare_exchange_strong(one, 2, relaxed, relaxed) || one == 2) P::park(word, 2);
      seen = 0;
    } while (!word.compare_exchange_strong(seen, taken, acquire, relaxed));
  }
  void unlock() {
    if (word.exchange(0, release) == 2) P::unpark_one(word);
  }
};

template <bool KeepsMark, unsigned Threads>
struct parks : client_base {
  static constexpr unsigned threads = Threads;
  parking_lock<KeepsMark> mutex;
  P::plain<int> count{0};

  void thread(unsigned) {
    mutex.lock();
    P::write(count, P::read(count) + 1);
    mutex.unlock();
  }
  void after() { P::check(P::read(count) == static_cast<int>(Threads), "each once"); }
};

TEST(park, a_lock_that_parks_excludes_and_loses_nobody) {
  EXPECT_GT((executions_of<parks<true, 2>>()), 2u);
}

// Who takes the lock after having waited forgets that others may wait, too.
TEST(park, a_lock_that_forgets_who_else_waits_is_a_deadlock) {
  EXPECT_THAT((error_of<parks<false, 3>>()), StartsWith("deadlock"));
}

// A semaphore that wakes somebody only where its count was zero: the second of two releases, made before the
// first one's sleeper has woken, wakes nobody.
template <bool AlwaysWakes, bool Parks>
struct counts_units : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<std::uint32_t> units{0};

  void acquire_one() {
    for (;;) {
      std::uint32_t seen = units.load(relaxed);
      while (seen != 0) {
        if (units.compare_exchange_strong(seen, seen - 1, acquire, relaxed)) return;
      }
      if (Parks) {
        P::park(units, 0);
      } else {
        units.wait(0, relaxed);
      }
    }
  }
  void release_one() {
    const std::uint32_t before = units.fetch_add(1, release);
    if (AlwaysWakes || before == 0) units.notify_one();
  }
  void thread(unsigned index) {
    if (index < 2) return acquire_one();
    release_one();
    release_one();
  }
};

TEST(park, a_semaphore_that_wakes_at_zero_only_is_a_deadlock) {
  EXPECT_GT((executions_of<counts_units<true, true>>()), 4u);
  EXPECT_THAT((error_of<counts_units<false, true>>()), StartsWith("deadlock"));
}

TEST(atomic_wait, a_semaphore_that_wakes_at_zero_only_is_a_deadlock) {
  EXPECT_GT((executions_of<counts_units<true, false>>()), 4u);
  EXPECT_THAT((error_of<counts_units<false, false>>()), StartsWith("deadlock"));
}

// Announces itself, then looks; the other side stores, then looks whether somebody is there.
template <std::memory_order Order>
struct announces_itself : client_base {
  P::atomic<std::uint32_t> word{0};
  P::atomic<int> waiting{0};

  void thread(unsigned index) {
    if (index == 0) {
      word.store(1, Order);
      if (waiting.load(Order) != 0) P::unpark_all(word);
    } else {
      waiting.fetch_add(1, Order);
      while (word.load(relaxed) == 0) P::park(word, 0);
    }
  }
};

TEST(park, compares_behind_a_full_barrier) {
  EXPECT_GT((executions_of<announces_itself<std::memory_order_seq_cst>>()), 1u);
  EXPECT_THAT((error_of<announces_itself<std::memory_order_acq_rel>>()), StartsWith("deadlock"));
}

}  // namespace
}  // namespace stillpoint::verify::explorer
