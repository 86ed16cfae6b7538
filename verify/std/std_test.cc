// SPDX-License-Identifier: BSL-1.0
//
// std's blocking types over the policy: right clients pass, exhaustively; wrong ones deadlock or race.
#include <gmock/gmock.h>

#include <chrono>
#include <mutex>

#include "verify/explorer/testing.hpp"
#include "verify/std/condition_variable.hpp"
#include "verify/std/latch.hpp"
#include "verify/std/semaphore.hpp"

namespace stillpoint::verify::explorer {
namespace {

using testing::HasSubstr;

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;

struct semaphore_hands_over : client_base {
  counting_semaphore<P> units{0};
  P::plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      units.release();
    } else {
      units.acquire();
      P::check(P::read(data) == 1, "data");
    }
  }
};

TEST(semaphore, a_release_is_seen_by_the_acquire_that_it_ends) {
  EXPECT_EQ(executions_of<semaphore_hands_over>(), 1u);
}

template <int Units>
struct semaphore_excludes : client_base {
  counting_semaphore<P> units{Units};
  P::plain<int> count{0};

  void thread(unsigned) {
    units.acquire();
    P::write(count, P::read(count) + 1);
    units.release();
  }
};

TEST(semaphore, one_unit_excludes_and_two_do_not) {
  // In each of two orders the second one looks before the first has acquired, and then acquires at once or
  // waits; or it looks after the release.
  EXPECT_EQ(executions_of<semaphore_excludes<1>>(), 6u);
  EXPECT_THAT(error_of<semaphore_excludes<2>>(), HasSubstr("data race"));
}

// Both acquire, the second one after the first, and none releases: what the first wrote before is not the
// second's to read.
struct acquires_order_nothing : client_base {
  counting_semaphore<P> units{2};
  P::plain<int> data{0};
  P::atomic<int> first{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      units.acquire();
      first.store(1, relaxed);
    } else if (first.load(relaxed) == 1) {
      units.acquire();
      P::read(data);
    }
  }
};

TEST(semaphore, two_acquires_do_not_order_each_other) {
  EXPECT_THAT(error_of<acquires_order_nothing>(), HasSubstr("data race"));
}

struct one_unit_too_few : client_base {
  counting_semaphore<P> units{1};
  void thread(unsigned) { units.acquire(); }
};

TEST(semaphore, a_unit_that_nobody_releases_is_a_deadlock) {
  EXPECT_THAT(error_of<one_unit_too_few>(), HasSubstr("deadlock"));
}

struct tries : client_base {
  static constexpr unsigned threads = 1;
  binary_semaphore<P> unit{1};
  void thread(unsigned) {
    const bool first = unit.try_acquire();
    const bool second = unit.try_acquire_for(std::chrono::seconds(1));
    P::check(!(first && second), "one unit, once");
  }
};
struct relies_on_try : client_base {
  static constexpr unsigned threads = 1;
  binary_semaphore<P> unit{1};
  void thread(unsigned) { P::check(unit.try_acquire(), "may fail"); }
};
struct overflows : client_base {
  static constexpr unsigned threads = 1;
  binary_semaphore<P> unit{1};
  void thread(unsigned) { unit.release(); }
};

TEST(semaphore, try_acquire_may_fail_and_release_may_not_overflow) {
  executions_of<tries>();
  EXPECT_THAT(error_of<relies_on_try>(), HasSubstr("may fail"));
  EXPECT_THAT(error_of<overflows>(), HasSubstr("within max()"));
}

struct latch_collects : client_base {
  static constexpr unsigned threads = 3;
  latch<P> done{2};
  P::plain<int> parts[2] = {P::plain<int>{0}, P::plain<int>{0}};

  void thread(unsigned index) {
    if (index < 2) {
      P::write(parts[index], 1);
      done.count_down();
    } else {
      done.wait();
      P::check(P::read(parts[0]) + P::read(parts[1]) == 2, "both parts");
    }
  }
};

struct latch_orders_no_arrivals : client_base {
  latch<P> done{2};
  P::plain<int> data{0};
  P::atomic<int> first{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      done.count_down();
      first.store(1, relaxed);
    } else if (first.load(relaxed) == 1) {
      done.count_down();
      P::read(data);
    }
  }
};

struct latch_of_three : client_base {
  latch<P> done{3};
  void thread(unsigned) { done.arrive_and_wait(); }
};

TEST(latch, a_wait_comes_after_all_that_were_counted_down) {
  EXPECT_EQ(executions_of<latch_collects>(), 2u);
  EXPECT_THAT(error_of<latch_orders_no_arrivals>(), HasSubstr("data race"));
  EXPECT_THAT(error_of<latch_of_three>(), HasSubstr("deadlock"));
}

enum class notifies { under_lock, after_lock, before_change };

template <notifies When, bool Again = true>
struct waits_until_ready : client_base {
  P::mutex lock;
  condition_variable<P> changed;
  P::plain<bool> ready{false};

  void thread(unsigned index) {
    if (index == 0) {
      std::unique_lock held(lock);
      if constexpr (Again) {
        changed.wait(held, [this] { return P::read(ready); });
      } else if (!P::read(ready)) {
        changed.wait(held);
      }
      P::check(P::read(ready), "ready");
      return;
    }
    if (When == notifies::before_change) changed.notify_one();
    {
      const std::lock_guard held(lock);
      P::write(ready, true);
      if (When == notifies::under_lock) changed.notify_one();
    }
    if (When == notifies::after_lock) changed.notify_one();
  }
};

TEST(condition_variable, a_wait_with_its_condition_ends) {
  // The condition holds from the start; the wait is notified; it ends by itself, and the condition holds
  // then. If it does not, it might as well not have ended.
  EXPECT_EQ(executions_of<waits_until_ready<notifies::under_lock>>(), 3u);
  EXPECT_EQ(executions_of<waits_until_ready<notifies::after_lock>>(), 3u);
}

TEST(condition_variable, a_lost_notification_is_a_deadlock) {
  EXPECT_THAT(error_of<waits_until_ready<notifies::before_change>>(), HasSubstr("deadlock"));
}

TEST(condition_variable, a_wait_may_end_by_itself) {
  EXPECT_THAT((error_of<waits_until_ready<notifies::under_lock, false>>()), HasSubstr("ready"));
}

// What was written after the mutex was released is not to be read, although the notification came later.
struct notification_orders_nothing : client_base {
  P::mutex lock;
  condition_variable<P> changed;
  P::plain<bool> waits{false};
  P::plain<int> data{0};

  void thread(unsigned index) {
    std::unique_lock held(lock);
    if (index == 0) {
      P::write(waits, true);
      changed.wait(held);
      P::read(data);
      return;
    }
    P::assume(P::read(waits));
    held.unlock();
    P::write(data, 1);
    changed.notify_all();
  }
};

TEST(condition_variable, a_notification_orders_nothing) {
  EXPECT_THAT(error_of<notification_orders_nothing>(), HasSubstr("data race"));
}

template <bool All>
struct two_wait : client_base {
  static constexpr unsigned threads = 3;
  P::mutex lock;
  condition_variable<P> changed;
  P::plain<bool> ready{false};

  void thread(unsigned index) {
    std::unique_lock held(lock);
    if (index < 2) {
      changed.wait(held, [this] { return P::read(ready); });
      return;
    }
    P::write(ready, true);
    if (All) {
      changed.notify_all();
    } else {
      changed.notify_one();
    }
  }
};

TEST(condition_variable, one_notification_wakes_one_of_two) {
  executions_of<two_wait<true>>();
  EXPECT_THAT(error_of<two_wait<false>>(), HasSubstr("deadlock"));
}

// After cppalliance/capy#199 (2026): a flag that stops workers is set without the mutex under which they look
// at it before they wait.
template <bool UnderMutex>
struct stops_workers : client_base {
  static constexpr unsigned threads = 3;
  P::mutex lock;
  condition_variable<P> idle;
  P::atomic<bool> stop{false};

  void thread(unsigned index) {
    if (index < 2) {
      std::unique_lock held(lock);
      while (!stop.load(std::memory_order_acquire)) idle.wait(held);
      return;
    }
    if (UnderMutex) lock.lock();
    stop.store(true, std::memory_order_release);
    if (UnderMutex) lock.unlock();
    idle.notify_all();
  }
};

TEST(condition_variable, a_flag_set_without_the_mutex_is_missed) {
  EXPECT_GT(executions_of<stops_workers<true>>(), 3u);
  EXPECT_THAT(error_of<stops_workers<false>>(), HasSubstr("deadlock"));
}

struct gives_up : client_base {
  static constexpr unsigned threads = 1;
  P::mutex lock;
  condition_variable<P> changed;
  void thread(unsigned) {
    std::unique_lock held(lock);
    P::check(!changed.wait_for(held, std::chrono::seconds(1), [] { return false; }), "timed out");
  }
};

TEST(condition_variable, a_timed_wait_ends_without_a_notification) {
  executions_of<gives_up>();
}

// A time-out can take the only notification with it.
struct time_out_takes_notification : client_base {
  static constexpr unsigned threads = 3;
  P::mutex lock;
  condition_variable<P> changed;
  P::plain<bool> ready{false};

  void thread(unsigned index) {
    std::unique_lock held(lock);
    if (index == 0) {
      if (P::read(ready)) return;
      P::assume(changed.wait_for(held, std::chrono::seconds(1)) == std::cv_status::timeout);
    } else if (index == 1) {
      changed.wait(held, [this] { return P::read(ready); });
    } else {
      P::write(ready, true);
      changed.notify_one();
    }
  }
};

TEST(condition_variable, a_time_out_may_take_a_notification) {
  EXPECT_THAT(error_of<time_out_takes_notification>(), HasSubstr("deadlock"));
}

}  // namespace
}  // namespace stillpoint::verify::explorer
