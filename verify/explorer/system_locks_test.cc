// SPDX-License-Identifier: BSL-1.0
//
// std's own mutexes and condition variables in client code.
#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "verify/explorer/search/guide.hpp"
#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;

template <class Mutex, unsigned Threads>
struct counts_under : client_base {
  static constexpr unsigned threads = Threads;
  Mutex mutex;
  P::plain<int> count{0};

  void thread(unsigned) {
    const std::lock_guard held(mutex);
    P::write(count, P::read(count) + 1);
  }
  void after() { P::check(P::read(count) == static_cast<int>(Threads), "each once"); }
};

TEST(std_mutex, has_the_executions_that_the_policys_has) {
  EXPECT_EQ((executions_of<counts_under<std::mutex, 2>>()), 2u);
  EXPECT_EQ((executions_of<counts_under<std::mutex, 3>>()), 6u);
  EXPECT_EQ((executions_of<counts_under<P::mutex, 3>>()), 6u);
  EXPECT_EQ((executions_of<counts_under<std::recursive_mutex, 3>>()), 6u);
}

template <class Mutex>
struct locks_twice : client_base {
  Mutex mutex;
  P::plain<int> count{0};

  void thread(unsigned) {
    const std::lock_guard outer(mutex);
    { const std::lock_guard inner(mutex); }
    P::write(count, P::read(count) + 1);
  }
};

TEST(std_mutex, is_recursive_only_if_it_says_so) {
  EXPECT_EQ(executions_of<locks_twice<std::recursive_mutex>>(), 2u);
  EXPECT_THAT(error_of<locks_twice<std::mutex>>(), StartsWith("deadlock"));
}

template <bool SameOrder>
struct locks_two : client_base {
  std::mutex a;
  std::mutex b;
  P::plain<int> count{0};

  void thread(unsigned index) {
    std::mutex& first = index == 0 || SameOrder ? a : b;
    std::mutex& second = index == 0 || SameOrder ? b : a;
    const std::lock_guard outer(first);
    const std::lock_guard inner(second);
    P::write(count, P::read(count) + 1);
  }
};

struct locks_both_at_once : client_base {
  std::mutex a;
  std::mutex b;
  P::plain<int> count{0};

  void thread(unsigned index) {
    const std::scoped_lock both(index == 0 ? a : b, index == 0 ? b : a);
    P::write(count, P::read(count) + 1);
  }
};

TEST(std_mutex, two_in_both_orders_are_a_deadlock) {
  EXPECT_EQ(executions_of<locks_two<true>>(), 2u);
  EXPECT_THAT(error_of<locks_two<false>>(), StartsWith("deadlock"));
  EXPECT_GE(executions_of<locks_both_at_once>(), 2u);
}

struct unlocks_what_it_does_not_hold : client_base {
  std::mutex mutex;
  void thread(unsigned index) { index == 0 ? mutex.lock() : mutex.unlock(); }
};

TEST(std_mutex, is_unlocked_by_its_holder) {
  EXPECT_THAT(error_of<unlocks_what_it_does_not_hold>(), HasSubstr("by a thread that does not hold it"));
}

// One for the program, and not the client's.
std::mutex of_the_program;

struct locks_a_global : client_base {
  P::plain<int> count{0};
  void thread(unsigned) {
    const std::lock_guard held(of_the_program);
    P::write(count, P::read(count) + 1);
  }
};

TEST(std_mutex, may_lie_anywhere) {
  EXPECT_EQ(executions_of<locks_a_global>(), 2u);
  const std::lock_guard held(of_the_program);
}

enum class sets { under_lock, before_lock, without_lock };

template <class Condition, class Mutex, sets How, bool All = true>
struct waits_until_ready : client_base {
  static constexpr unsigned threads = 3;
  Mutex mutex;
  Condition changed;
  P::atomic<bool> ready{false};

  void thread(unsigned index) {
    if (index > 0) {
      std::unique_lock held(mutex);
      while (!ready.load(relaxed)) changed.wait(held);
      return;
    }
    if (How == sets::without_lock) {
      ready.store(true, relaxed);
    } else {
      const std::lock_guard held(mutex);
      ready.store(true, relaxed);
    }
    All ? changed.notify_all() : changed.notify_one();
  }
};

template <class Condition, class Mutex>
void expect_right_verdicts() {
  EXPECT_GT((executions_of<waits_until_ready<Condition, Mutex, sets::under_lock>>()), 4u);
  EXPECT_THAT((error_of<waits_until_ready<Condition, Mutex, sets::without_lock>>()), StartsWith("deadlock"));
  EXPECT_THAT((error_of<waits_until_ready<Condition, Mutex, sets::under_lock, false>>()),
              StartsWith("deadlock"));
}

TEST(std_condition_variable, finds_lost_wake_ups) {
  expect_right_verdicts<std::condition_variable, std::mutex>();
}

TEST(std_condition_variable_any, works_over_each_mutex) {
  expect_right_verdicts<std::condition_variable_any, P::mutex>();
  expect_right_verdicts<std::condition_variable_any, std::mutex>();
}

struct waits_once : client_base {
  std::mutex mutex;
  std::condition_variable changed;
  P::plain<bool> ready{false};

  void thread(unsigned index) {
    std::unique_lock held(mutex);
    if (index == 0) {
      P::write(ready, true);
      changed.notify_one();
    } else if (!P::read(ready)) {
      changed.wait(held);
      P::check(P::read(ready), "woken, therefore ready");
    }
  }
};

TEST(std_condition_variable, may_wake_by_itself) {
  const exploration seen = explored<waits_once>();
  ASSERT_TRUE(seen.first_failure);
  EXPECT_THAT(seen.first_failure->text, HasSubstr("woken, therefore ready"));
  const repetition again = replay(client_program<waits_once>(), guide(guide::text_of(seen.counterexample)));
  ASSERT_TRUE(again.failed && again.as_named);
  EXPECT_EQ(again.failed->text, seen.first_failure->text);
}

struct has_an_id : client_base {
  std::thread::id first;
  P::atomic<int> done{0};

  void thread(unsigned index) {
    const std::thread::id mine = std::this_thread::get_id();
    if (index == 0) {
      first = mine;
      done.store(1, std::memory_order_release);
    } else {
      P::await(done, std::memory_order_acquire, [](int d) { return d == 1; }, {});
      P::check(mine != first && mine == std::this_thread::get_id(), "a thread's own");
    }
  }
};

TEST(this_thread, has_an_id_of_its_own) {
  EXPECT_EQ(executions_of<has_an_id>(), 1u);
}

template <bool Joins>
struct starts_a_thread : client_base {
  static constexpr unsigned threads = 1;
  P::plain<int> data{0};

  void thread(unsigned) {
    P::write(data, 1);
    std::thread other([this] { P::write(data, P::read(data) + 1); });
    if (Joins) other.join();
    const int seen = P::read(data);
    if (!Joins) other.join();
    P::check(!Joins || seen == 2, "done");
  }
};

TEST(std_thread, is_a_thread_of_the_client) {
  EXPECT_EQ(executions_of<starts_a_thread<true>>(), 1u);
  EXPECT_THAT(error_of<starts_a_thread<false>>(), StartsWith("data race"));
}

// What fails if no time is over; and what fails if some is.
template <class Mutex, bool InTime>
struct tries_for_some_time : client_base {
  static constexpr unsigned threads = 2;
  Mutex mutex;
  P::plain<int> count{0};

  void thread(unsigned) {
    using namespace std::chrono_literals;
    if (!mutex.try_lock_for(1ms)) return;
    P::write(count, P::read(count) + 1);
    mutex.unlock();
  }
  void after() { P::check((P::read(count) == 2) == InTime, "both, or not"); }
};

TEST(timed_mutex, has_a_time_that_may_be_over) {
  EXPECT_THAT((error_of<tries_for_some_time<std::timed_mutex, true>>()), HasSubstr("both, or not"));
  EXPECT_THAT((error_of<tries_for_some_time<std::timed_mutex, false>>()), HasSubstr("both, or not"));
  EXPECT_THAT((error_of<tries_for_some_time<std::shared_timed_mutex, true>>()), HasSubstr("both, or not"));
}

template <bool Exclusive>
struct locks_shared : client_base {
  static constexpr unsigned threads = 2;
  std::shared_mutex mutex;
  P::plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      const std::shared_lock held(mutex);
      static_cast<void>(P::read(data));
    } else if (Exclusive) {
      const std::unique_lock held(mutex);
      P::write(data, 1);
    } else {
      const std::shared_lock held(mutex);
      P::write(data, 1);
    }
  }
};

TEST(std_shared_mutex, excludes_writers) {
  EXPECT_THAT(error_of<locks_shared<true>>(), "");
  EXPECT_THAT(error_of<locks_shared<false>>(), StartsWith("data race"));
}

struct forks : client_base {
  static constexpr unsigned threads = 1;
  void thread(unsigned) { fork(); }
};

TEST(system_calls, that_are_not_followed_are_refused) {
  EXPECT_THAT(error_of<forks>(), HasSubstr("fork is called, which the explorer does not follow"));
}

// Thread 1 of the client starts a third one, which may be started after what it does has been read.
struct reads_what_a_later_thread_left : client_base {
  static constexpr unsigned threads = 2;
  P::atomic<int> left{0};
  P::plain<int> data{0};

  void thread(unsigned index) {
    if (index == 1) {
      std::thread other([this] {
        P::write(data, 7);
        left.store(1, std::memory_order_release);
      });
      other.join();
    } else if (left.load(std::memory_order_acquire) == 1) {
      P::check(P::read(data) == 7, "what was written before is there");
    }
  }
};

TEST(std_thread, is_waited_for_before_it_is_started) {
  EXPECT_EQ(executions_of<reads_what_a_later_thread_left>(), 2u);
}

// That there is a mutex shows in one of two ways, and not in the first.
struct locks_on_one_way : client_base {
  static constexpr unsigned threads = 2;
  std::mutex mutex;

  void thread(unsigned) {
    if (P::choose(2) == 0) return;
    const std::lock_guard held(mutex);
  }
};

// The estimate comes by the mutex, and the search goes on knowing of it.
TEST(std_mutex, may_be_noticed_where_executions_are_estimated) {
  settings s;
  s.probes = 50;
  s.seconds_before_estimate = 1e-9;
  const exploration seen = explore(client_program<locks_on_one_way>(), s);
  EXPECT_FALSE(seen.first_failure) << seen.first_failure->text;
  EXPECT_TRUE(seen.counts.exhaustive);
  EXPECT_EQ(seen.counts.executions, 5u);
}

}  // namespace
}  // namespace stillpoint::verify::explorer
