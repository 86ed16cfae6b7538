// SPDX-License-Identifier: BSL-1.0
//
// Objects whose life ends while other threads may still be at them, and what static variables have.
#include <pthread.h>

#include <atomic>
#include <cassert>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "verify/native/testing.hpp"

namespace {

using stillpoint::verify::native::expect_fails;
using stillpoint::verify::native::expect_passes;

// The store has come before the memory is given back, also where its thread is looked at later.
template <std::memory_order Order>
void deletes_what_it_was_told_of() {
  auto* const told = new std::atomic<bool>(false);
  std::thread other([=] { told->store(true, std::memory_order_release); });
  while (!told->load(Order)) std::this_thread::yield();
  delete told;
  other.join();
}

TEST(memory, is_given_back_after_another_threads_last_operation) {
  expect_passes(deletes_what_it_was_told_of<std::memory_order_acquire>);
  expect_fails(deletes_what_it_was_told_of<std::memory_order_relaxed>, "data race");
}

// A condition variable is used for the last time while the mutex is held, or afterwards.
template <bool Held>
void deletes_what_it_waited_at() {
  struct request {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
  };
  auto made = std::make_unique<request>();
  std::thread other([&asked = *made] {
    std::unique_lock held(asked.mutex);
    asked.done = true;
    if (!Held) held.unlock();
    asked.changed.notify_one();
  });
  {
    std::unique_lock held(made->mutex);
    made->changed.wait(held, [&] { return made->done; });
  }
  made.reset();
  other.join();
}

template <class Mutex, bool Joins>
void deletes_a_mutex() {
  auto made = std::make_unique<Mutex>();
  std::atomic<bool> told{false};
  std::thread other([&, &mutex = *made] {
    told.store(true, std::memory_order_release);
    const std::lock_guard held(mutex);
  });
  while (!told.load(std::memory_order_acquire)) std::this_thread::yield();
  if (Joins) other.join();
  made.reset();
  if (!Joins) other.join();
}

TEST(locks, end_with_their_memory) {
  expect_passes(deletes_what_it_waited_at<true>);
  expect_fails(deletes_what_it_waited_at<false>, "the end of");
  expect_passes(deletes_a_mutex<std::mutex, true>);
  expect_fails(deletes_a_mutex<std::mutex, false>, "the end of");
  expect_passes(deletes_a_mutex<std::shared_mutex, true>);
  expect_fails(deletes_a_mutex<std::shared_mutex, false>, "the end of");
}

// The last owner of a thread may be that thread.
template <bool Detaches>
void ends_by_itself() {
  struct owner {
    owner() = default;
    owner(const owner&) = delete;
    owner& operator=(const owner&) = delete;
    ~owner() {
      if (Detaches && owned.get_id() == std::this_thread::get_id()) {
        owned.detach();
      } else {
        owned.join();
      }
    }
    std::thread owned;
    std::atomic<bool> complete{false};
  };
  auto made = std::make_shared<owner>();
  made->owned = std::thread([own = made]() mutable {
    while (!own->complete) std::this_thread::yield();
    own.reset();
  });
  made->complete = true;
  made.reset();
}

void waits_for_who_waits_for_it() {
  std::thread never;
  std::atomic<bool> made{false};
  never = std::thread([&] {
    while (!made) std::this_thread::yield();
    std::thread([&] { pthread_join(never.native_handle(), nullptr); }).join();
  });
  made = true;
  never.join();
}

TEST(threads, do_not_wait_for_their_own_end) {
  expect_passes(ends_by_itself<true>);
  expect_fails(ends_by_itself<false>, "Resource deadlock avoided");
  expect_fails(waits_for_who_waits_for_it, "deadlock: thread 0 waits for the end of thread 1 at");
}

struct base {
  virtual ~base() = default;
  virtual int number() { return 1; }
};
// The thread ends within the destructor of the class that it calls, or of the class below.
template <bool Early>
void calls_what_is_virtual() {
  struct last : base {
    explicit last(std::thread& to_join) : joined(to_join) {}
    ~last() override { joined.join(); }
    int number() override { return 3; }
    std::thread& joined;
  };
  struct early : last {
    using last::last;
    ~early() override {
      if (Early) this->joined.join();
      if (Early) this->joined = std::thread([] {});
    }
    int number() override { return 4; }
  };
  std::thread caller;
  std::unique_ptr<base> object = std::make_unique<early>(caller);
  caller = std::thread([&called = *object] { assert(called.number() >= 3); });
  object.reset();
}

TEST(objects, are_what_they_were_where_their_destructor_begins) {
  expect_passes(calls_what_is_virtual<true>);
  expect_fails(calls_what_is_virtual<false>, "data race");
}

std::vector<int> numbers{1, 2, 3};
std::mutex guards_numbers;
std::unique_ptr<std::atomic<int>> counter = std::make_unique<std::atomic<int>>(0);

template <bool Locks>
void grows_a_static_vector() {
  const auto grow = [] {
    std::unique_lock held(guards_numbers, std::defer_lock);
    if (Locks) held.lock();
    ++numbers[0];
    numbers.push_back(4);
  };
  std::thread other(grow);
  grow();
  other.join();
  assert(numbers.size() == 5 && numbers[0] == 3);
}

template <bool AtOnce>
void counts_in_memory_of_before() {
  const auto count = [] {
    if (AtOnce) {
      ++*counter;
    } else {
      *counter = *counter + 1;
    }
  };
  std::thread other(count);
  count();
  other.join();
  assert(*counter == 2);
}

void deletes_it_and_reads_it() {
  std::thread other([] { counter.reset(); });
  assert(*counter == 0);
  other.join();
}

TEST(static_variables, have_their_memory_of_before_main_in_each_execution) {
  expect_passes(grows_a_static_vector<true>);
  expect_fails(grows_a_static_vector<false>, "data race");
  expect_passes(counts_in_memory_of_before<true>);
  expect_fails(counts_in_memory_of_before<false>, "assert(*counter == 2)");
  expect_fails(deletes_it_and_reads_it, "data race");
  EXPECT_EQ(numbers.size(), 3u);
  EXPECT_EQ(*counter, 0);
}

struct listed {
  listed* next;
  int value[4];
};
std::atomic<listed*> first{nullptr};

template <bool Kept>
void leaves_a_list() {
  std::thread([] {
    first = new listed{new listed{}, {}};
    if (!Kept) first = nullptr;
  }).join();
}

TEST(static_variables, may_keep_what_they_hold) {
  expect_passes(leaves_a_list<true>);
  expect_fails(leaves_a_list<false>, "leak: 24 bytes of new by thread 1 are never deleted");
}

// Its destructor runs at the end of the execution, in which it was made.
template <bool Lives>
void destroys_a_local_static() {
  int* const number = new int(1);
  struct last_user {
    explicit last_user(int* n) : user(n) {}
    last_user(const last_user&) = delete;
    last_user& operator=(const last_user&) = delete;
    ~last_user() {
      assert(*user == 1);
      if (Lives) delete user;
    }
    int* user;
  };
  static const last_user one(number);
  if (!Lives) delete number;
}

TEST(static_variables, of_functions_end_with_the_execution) {
  expect_passes(destroys_a_local_static<true>);
  expect_fails(destroys_a_local_static<false>, "use after");
}

}  // namespace
