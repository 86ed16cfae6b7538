// SPDX-License-Identifier: BSL-1.0
//
// Locks that are shared, waits that end by their time, and clocks, in explored code: for each a right
// program, which passes, and a wrong one, which does not.
#include <linux/futex.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <thread>

#include "verify/native/testing.hpp"

namespace {

using std::chrono::steady_clock;
using stillpoint::explore_options;
using stillpoint::explore_result;
using std::chrono_literals::operator""ms;
using stillpoint::verify::native::expect_fails;
using stillpoint::verify::native::expect_passes;

void use(int number) {
  [[maybe_unused]] const volatile int seen = number;
}

template <template <class> class Writes>
void reads_beside_a_writer() {
  std::shared_mutex mutex;
  int value = 0;
  std::thread writer([&] {
    const Writes held(mutex);
    ++value;
  });
  {
    const std::shared_lock held(mutex);
    use(value);
  }
  writer.join();
}

TEST(shared_mutex, excludes_writers_and_not_readers) {
  expect_passes([] { reads_beside_a_writer<std::unique_lock>(); });
  expect_fails([] { reads_beside_a_writer<std::shared_lock>(); }, "data race");
  expect_fails(
      [] {
        std::shared_mutex mutex;
        const std::shared_lock held(mutex);
        mutex.lock();
      },
      "deadlock");
}

template <class Lock, bool IsSet>
void polls() {
  std::shared_mutex mutex;
  bool flag = false;
  std::thread other([&] {
    const std::unique_lock held(mutex);
    if (IsSet) flag = true;
  });
  for (bool done = false; !done;) {
    const Lock held(mutex);
    done = flag;
  }
  other.join();
}

TEST(shared_mutex, is_polled) {
  expect_passes([] { polls<std::shared_lock<std::shared_mutex>, true>(); });
  expect_passes([] { polls<std::unique_lock<std::shared_mutex>, true>(); });
  expect_fails([] { polls<std::shared_lock<std::shared_mutex>, false>(); }, "livelock");
}

// Who stopped in the second turn of such a loop kept the mutex, and the other thread waited for it.
TEST(mutex, is_polled_with_an_atomic) {
  expect_passes([] {
    std::mutex mutex;
    std::atomic<bool> flag{false};
    std::thread other([&] {
      const std::lock_guard held(mutex);
      flag.store(true, std::memory_order_relaxed);
    });
    for (bool done = false; !done;) {
      const std::lock_guard held(mutex);
      done = flag.load(std::memory_order_relaxed);
    }
    other.join();
  });
}

template <class Mutex, bool AlwaysGets>
void tries_for_some_time() {
  Mutex mutex;
  int count = 0;
  const auto section = [&] {
    if (!mutex.try_lock_for(1ms)) return;
    ++count;
    mutex.unlock();
  };
  std::thread other(section);
  section();
  other.join();
  assert(AlwaysGets ? count == 2 : count <= 2);
}

TEST(timed_mutex, may_be_too_late) {
  expect_passes([] { tries_for_some_time<std::timed_mutex, false>(); });
  expect_passes([] { tries_for_some_time<std::shared_timed_mutex, false>(); });
  expect_fails([] { tries_for_some_time<std::timed_mutex, true>(); }, "assert");
  expect_fails([] { tries_for_some_time<std::shared_timed_mutex, true>(); }, "assert");
}

TEST(timed_mutex, is_tried_again) {
  expect_passes([] {
    std::timed_mutex mutex;
    std::thread other([&] {
      while (!mutex.try_lock_for(1ms)) {
      }
      mutex.unlock();
    });
    { const std::lock_guard held(mutex); }
    other.join();
  });
}

template <class Condition, bool Sets, class Wait>
void waits(const Wait& wait) {
  std::mutex mutex;
  Condition changed;
  bool ready = false;
  std::thread other([&] {
    {
      const std::lock_guard held(mutex);
      ready = Sets;
    }
    changed.notify_one();
  });
  {
    std::unique_lock held(mutex);
    wait(changed, held, ready);
  }
  other.join();
}

constexpr auto until_ready = [](auto& changed, auto& held, bool& ready) {
  while (!ready) changed.wait_for(held, 1ms);
};

TEST(timed_wait, ends_by_a_notification_or_by_its_time) {
  expect_passes([] { waits<std::condition_variable, true>(until_ready); });
  expect_passes([] { waits<std::condition_variable_any, true>(until_ready); });
  expect_passes([] {
    waits<std::condition_variable, true>([](auto& changed, auto& held, bool& ready) {
      const auto begin = steady_clock::now();
      if (changed.wait_for(held, 5ms, [&] { return ready; })) return;
      assert(steady_clock::now() - begin >= 5ms);
    });
  });
  expect_fails(
      [] {
        waits<std::condition_variable, true>([](auto& changed, auto& held, bool& ready) {
          changed.wait_for(held, 5ms, [&] { return ready; });
          assert(ready);
        });
      },
      "assert(ready)");
  // It may end by itself.
  expect_fails(
      [] {
        waits<std::condition_variable, true>([](auto& changed, auto& held, bool& ready) {
          if (!ready && changed.wait_for(held, 5ms) == std::cv_status::no_timeout) assert(ready);
        });
      },
      "assert(ready)");
  expect_fails([] { waits<std::condition_variable, false>(until_ready); }, "livelock");
}

template <class Condition>
void relies_on_a_notification() {
  std::mutex mutex;
  Condition changed;
  bool ready = false;
  std::thread other([&] {
    const std::lock_guard held(mutex);
    ready = true;
    changed.notify_one();
  });
  {
    std::unique_lock held(mutex);
    if (!ready) changed.wait(held);
    assert(ready);
  }
  other.join();
}

template <class F>
explore_result without_spurious_wakeups(const F& body) {
  explore_options options;
  options.spurious_wakeups = false;
  return stillpoint::explore("without", body, options);
}

template <class Condition>
void expect_wakes_by_itself_where_it_may() {
  expect_fails(&relies_on_a_notification<Condition>, "assert(ready)");
  const explore_result seen = without_spurious_wakeups(&relies_on_a_notification<Condition>);
  EXPECT_TRUE(seen) << seen.report;
  EXPECT_GT(seen.executions, 1u);
}

TEST(spurious_wakeups, are_left_out_if_one_wants) {
  expect_wakes_by_itself_where_it_may<std::condition_variable>();
  expect_wakes_by_itself_where_it_may<std::condition_variable_any>();
}

// The kernel does not let it sleep if the word has another value by then. So there are three executions: the
// first look finds the new value, or the kernel does, or it sleeps.
TEST(spurious_wakeups, are_not_needed_to_return_from_a_futex_that_has_changed) {
  const explore_result seen = without_spurious_wakeups([] {
    std::atomic<int> word{0};
    std::thread other([&] {
      word = 1;
      syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    });
    if (word == 0) syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
    other.join();
  });
  EXPECT_TRUE(seen) << seen.report;
  EXPECT_EQ(seen.executions, 3u);
}

TEST(spurious_wakeups, are_looked_at_again_where_a_value_is_waited_for) {
  const auto waits_for_a_value = [] {
    std::atomic<int> value{0};
    std::thread other([&] {
      value = 1;
      value.notify_one();
    });
    value.wait(0);
    assert(value == 1);
    other.join();
  };
  const explore_result all = stillpoint::explore("all", waits_for_a_value);
  const explore_result without = without_spurious_wakeups(waits_for_a_value);
  EXPECT_TRUE(all) << all.report;
  EXPECT_TRUE(without) << without.report;
  EXPECT_GT(all.executions + all.blocked, without.executions + without.blocked);
}

template <bool AlwaysGets>
void acquires_in_time() {
  std::counting_semaphore<4> units(0);
  int given = 0;
  std::thread other([&] {
    given = 1;
    units.release();
  });
  const bool got = units.try_acquire_for(5ms);
  if (got) assert(given == 1);
  assert(got || !AlwaysGets);
  other.join();
}

TEST(timed_wait, of_a_semaphore_and_a_future) {
  expect_passes([] { acquires_in_time<false>(); });
  expect_fails([] { acquires_in_time<true>(); }, "assert");
  expect_passes([] {
    std::promise<int> promise;
    auto result = promise.get_future();
    std::thread other([&] { promise.set_value(3); });
    if (result.wait_for(1ms) == std::future_status::ready) assert(result.get() == 3);
    other.join();
  });
}

template <bool GivesOne>
void waits_for_a_unit() {
  sem_t units;
  sem_init(&units, 0, 0);
  int given = 0;
  std::thread other([&] {
    given = 1;
    if (GivesOne) sem_post(&units);
  });
  sem_wait(&units);
  assert(given == 1);
  assert(sem_trywait(&units) == -1);
  other.join();
  int left = -1;
  sem_getvalue(&units, &left);
  assert(left == 0);
  sem_destroy(&units);
}

TEST(semaphore_of_the_system, hands_over) {
  expect_passes([] { waits_for_a_unit<true>(); });
  expect_fails([] { waits_for_a_unit<false>(); }, "deadlock: thread 0 waits in acquire");
}

template <bool InTime>
void looks_until_some_time() {
  std::atomic<bool> flag{false};
  std::thread other([&] { flag = true; });
  const auto end = steady_clock::now() + 10ms;
  while (!flag && steady_clock::now() < end) std::this_thread::yield();
  if (InTime) assert(flag);
  other.join();
}

TEST(clock, goes_on) {
  expect_passes([] { looks_until_some_time<false>(); });
  expect_fails([] { looks_until_some_time<true>(); }, "assert(flag)");
  expect_passes([] {
    const auto begin = steady_clock::now();
    std::this_thread::sleep_for(50ms);
    assert(steady_clock::now() - begin >= 50ms);
  });
}

TEST(clock, does_not_keep_a_loop_that_sleeps) {
  expect_passes([] {
    std::atomic<bool> flag{false};
    std::thread other([&] { flag = true; });
    while (!flag) std::this_thread::sleep_for(1ms);
    other.join();
  });
  expect_fails(
      [] {
        const std::atomic<bool> flag{false};
        while (!flag) std::this_thread::sleep_for(1ms);
      },
      "livelock");
}

}  // namespace
