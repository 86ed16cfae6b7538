// SPDX-License-Identifier: BSL-1.0
//
// std's types in explored code: for each a right program, which passes, and a wrong one, which does not.
#include <atomic>
#include <barrier>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <queue>
#include <semaphore>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include "verify/native/testing.hpp"

namespace {

using std::memory_order_acquire;
using std::memory_order_relaxed;
using std::memory_order_release;
using stillpoint::verify::native::expect_fails;
using stillpoint::verify::native::expect_passes;

template <class Mutex, bool Locks = true>
void counts_under() {
  Mutex mutex;
  int count = 0;
  const auto section = [&] {
    std::unique_lock held(mutex, std::defer_lock);
    if (Locks) held.lock();
    ++count;
  };
  std::thread other(section);
  section();
  other.join();
  assert(count == 2);
}

TEST(vocabulary, mutex) {
  expect_passes([] { counts_under<std::mutex>(); });
  expect_passes([] { counts_under<std::recursive_mutex>(); });
  expect_fails([] { counts_under<std::mutex, false>(); }, "data race");
}

template <bool AtOnce>
void locks_two() {
  std::mutex a;
  std::mutex b;
  const auto both = [](std::mutex& first, std::mutex& second) {
    if (AtOnce) {
      const std::scoped_lock held(first, second);
    } else {
      const std::lock_guard outer(first);
      const std::lock_guard inner(second);
    }
  };
  std::thread other([&] { both(a, b); });
  both(b, a);
  other.join();
}

TEST(vocabulary, several_mutexes) {
  expect_passes([] { locks_two<true>(); });
  expect_fails([] { locks_two<false>(); }, "deadlock");
}

template <bool UnderMutex>
void waits_until_ready() {
  std::mutex mutex;
  std::condition_variable changed;
  std::atomic<bool> ready{false};
  std::thread other([&] {
    std::unique_lock held(mutex, std::defer_lock);
    if (UnderMutex) held.lock();
    ready = true;
    if (UnderMutex) held.unlock();
    changed.notify_one();
  });
  {
    std::unique_lock held(mutex);
    changed.wait(held, [&] { return ready.load(); });
  }
  other.join();
}

TEST(vocabulary, condition_variable) {
  expect_passes([] { waits_until_ready<true>(); });
  expect_fails([] { waits_until_ready<false>(); }, "deadlock");
}

template <bool Notifies, std::memory_order Order = memory_order_release>
void waits_for_a_value() {
  std::atomic<int> flag{0};
  int data = 0;
  std::thread other([&] {
    data = 1;
    flag.store(1, Order);
    if (Notifies) flag.notify_one();
  });
  flag.wait(0, memory_order_acquire);
  assert(data == 1);
  other.join();
}

TEST(vocabulary, atomic_wait) {
  expect_passes([] { waits_for_a_value<true>(); });
  expect_fails([] { waits_for_a_value<false>(); }, "deadlock");
  expect_fails([] { waits_for_a_value<true, memory_order_relaxed>(); }, "data race");
}

template <int Units>
void hands_over_by_semaphore() {
  std::counting_semaphore<2> units{Units};
  int data = 0;
  std::thread other([&] {
    data = 1;
    units.release();
  });
  units.acquire();
  assert(data == 1);
  other.join();
}

TEST(vocabulary, semaphore) {
  expect_passes([] { hands_over_by_semaphore<0>(); });
  expect_fails([] { hands_over_by_semaphore<1>(); }, "failed");
}

// libstdc++ 12 reads the count before it looks whether there is a unit, and sleeps if the count is what it
// has read: where a unit was taken and given back in between, it sleeps although there is one (bug 104928
// there).
TEST(vocabulary, a_semaphore_of_this_library_may_sleep_for_ever) {
#if defined(_GLIBCXX_RELEASE) && _GLIBCXX_RELEASE == 12
  expect_fails(
      [] {
        std::counting_semaphore<2> units{1};
        const auto section = [&] {
          units.acquire();
          units.release();
        };
        std::thread other(section);
        section();
        other.join();
      },
      "deadlock");
#endif
}

template <int Expected>
void waits_at_a_latch() {
  std::latch done{Expected};
  int data = 0;
  std::thread other([&] {
    data = 1;
    done.count_down();
  });
  done.wait();
  assert(data == 1);
  other.join();
}

TEST(vocabulary, latch) {
  expect_passes([] { waits_at_a_latch<1>(); });
  expect_fails([] { waits_at_a_latch<2>(); }, "deadlock");
}

template <bool Waits>
void meets_at_a_barrier() {
  std::barrier both{2};
  int data = 0;
  std::thread other([&] {
    data = 1;
    both.arrive_and_wait();
  });
  if (Waits) {
    both.arrive_and_wait();
  } else {
    static_cast<void>(both.arrive());
  }
  assert(data == 1);
  other.join();
}

TEST(vocabulary, barrier) {
  expect_passes([] { meets_at_a_barrier<true>(); });
  expect_fails([] { meets_at_a_barrier<false>(); }, "failed");
}

template <bool Once>
void initializes() {
  std::once_flag flag;
  int value = 0;
  const auto use = [&] {
    if (Once) {
      std::call_once(flag, [&] { value = 7; });
    } else {
      value = 7;
    }
    assert(value == 7);
  };
  std::thread other(use);
  use();
  other.join();
}

TEST(vocabulary, call_once) {
  expect_passes([] { initializes<true>(); });
  expect_fails([] { initializes<false>(); }, "data race");
}

struct made {
  int value = 7;
};
made& local_static() {
  static made one;
  return one;
}

TEST(vocabulary, local_statics_and_thread_locals) {
  expect_passes([] {
    const auto use = [] {
      static thread_local int mine = 3;
      assert(local_static().value == 7 && mine++ == 3);
    };
    std::thread other(use);
    use();
    other.join();
  });
  expect_fails(
      [] {
        const auto change = [] { ++local_static().value; };
        std::thread other(change);
        change();
        other.join();
      },
      "data race");
}

template <bool Waits>
void takes_a_result() {
  int data = 0;
  std::promise<int> result;
  std::future<int> later = result.get_future();
  std::thread other([&] {
    data = 1;
    result.set_value(4);
  });
  if (Waits) assert(later.get() == 4);
  assert(data == 1);
  other.join();
}

TEST(vocabulary, futures) {
  expect_passes([] { takes_a_result<true>(); });
  expect_fails([] { takes_a_result<false>(); }, "failed");
  expect_passes([] { assert(std::async(std::launch::async, [] { return 5; }).get() == 5); });
}

TEST(vocabulary, threads_of_threads_and_jthread) {
  expect_passes([] {
    int data = 0;
    std::jthread outer([&] {
      std::thread inner([&] { data = 1; });
      inner.join();
      assert(data == 1);
    });
  });
  expect_passes([] {
    std::jthread until_stopped([](const std::stop_token& stop) {
      while (!stop.stop_requested()) std::this_thread::yield();
    });
  });
  expect_fails(
      [] {
        int data = 0;
        std::jthread other([&] { data = 1; });
        assert(data == 0);
      },
      "data race");
}

TEST(vocabulary, shared_pointers) {
  expect_passes([] {
    auto p = std::make_shared<int>(5);
    std::thread other([q = p]() mutable {
      assert(*q == 5);
      q.reset();
    });
    p.reset();
    other.join();
  });
  expect_fails(
      [] {
        auto p = std::make_shared<int>(5);
        std::thread other([&p] { p.reset(); });
        assert(p.use_count() <= 1);
        other.join();
      },
      "data race");
}

// Counted by atomics, although the program has no thread but those that are explored.
TEST(vocabulary, references_are_counted_atomically) {
  expect_passes([] {
    auto shared = std::make_shared<std::atomic<int>>(0);
    std::thread([shared] { shared->store(1); }).detach();
    while (shared->load() == 0) {
    }
  });
}

TEST(vocabulary, exceptions) {
  expect_passes([] {
    const auto catches = [] {
      try {
        throw std::runtime_error("caught");
      } catch (const std::exception& e) {
        assert(e.what()[0] == 'c');
      }
    };
    std::thread other(catches);
    catches();
    other.join();
  });
}

template <bool Locks>
void works_through_a_queue() {
  std::mutex mutex;
  std::condition_variable changed;
  std::queue<int> jobs;
  bool closed = false;
  int sum = 0;
  std::thread worker([&] {
    for (;;) {
      std::unique_lock held(mutex);
      changed.wait(held, [&] { return closed || !jobs.empty(); });
      if (jobs.empty()) return;
      sum += jobs.front();
      jobs.pop();
    }
  });
  {
    std::unique_lock held(mutex, std::defer_lock);
    if (Locks) held.lock();
    jobs.push(3);
  }
  {
    const std::lock_guard held(mutex);
    closed = true;
  }
  changed.notify_one();
  worker.join();
  assert(sum == 3);
}

TEST(vocabulary, a_worker_with_a_queue) {
  expect_passes([] { works_through_a_queue<true>(); });
  expect_fails([] { works_through_a_queue<false>(); }, "data race");
}

TEST(vocabulary, atomic_ref_and_flag) {
  expect_passes([] {
    int value = 0;
    std::thread other([&] { std::atomic_ref<int>(value).fetch_add(1); });
    std::atomic_ref<int>(value).fetch_add(1);
    other.join();
    assert(value == 2);
  });
  expect_fails(
      [] {
        int value = 0;
        std::thread other([&] { std::atomic_ref<int>(value).fetch_add(1); });
        ++value;
        other.join();
      },
      "data race");
  expect_fails(
      [] {
        int value = 0;
        std::thread other([&] { std::atomic_ref<int>(value).fetch_add(1); });
        assert(value <= 1);
        other.join();
      },
      "data race");
  expect_passes([] {
    std::atomic_flag taken;
    int count = 0;
    const auto section = [&] {
      while (taken.test_and_set(memory_order_acquire)) taken.wait(true, memory_order_relaxed);
      ++count;
      taken.clear(memory_order_release);
      taken.notify_one();
    };
    std::thread other(section);
    section();
    other.join();
  });
}

}  // namespace
