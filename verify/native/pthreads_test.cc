// SPDX-License-Identifier: BSL-1.0
//
// What C programs use: pthreads, C11's threads, thread-specific values, random numbers. And what stops an
// exploration.
#include <pthread.h>
#include <threads.h>
#include <unistd.h>

#include <atomic>
#include <cassert>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

#include "verify/native/testing.hpp"

namespace {

using stillpoint::verify::native::expect_fails;
using stillpoint::verify::native::expect_passes;

template <unsigned Expected>
void meets() {
  pthread_barrier_t all;
  pthread_barrier_init(&all, nullptr, Expected);
  int left = 0;
  int right = 0;
  std::thread other([&] {
    right = 1;
    pthread_barrier_wait(&all);
    assert(left == 1);
  });
  left = 1;
  pthread_barrier_wait(&all);
  assert(right == 1);
  other.join();
  pthread_barrier_destroy(&all);
}

TEST(barrier_of_the_system, waits_for_all) {
  expect_passes([] { meets<2>(); });
  expect_fails([] { meets<3>(); }, "deadlock");
  expect_fails([] { meets<1>(); }, "assert(right == 1)");
}

template <bool Locks>
void counts() {
  pthread_spinlock_t lock;
  pthread_spin_init(&lock, 0);
  int count = 0;
  const auto section = [&] {
    if (Locks) pthread_spin_lock(&lock);
    ++count;
    if (Locks) pthread_spin_unlock(&lock);
  };
  std::thread other(section);
  section();
  other.join();
  assert(count == 2);
}

TEST(spin_lock_of_the_system, excludes) {
  expect_passes([] { counts<true>(); });
  expect_fails([] { counts<false>(); }, "data race");
}

// As a C program has them.
mtx_t mutex;
cnd_t changed;
int ready;

template <bool UnderMutex>
int sets_ready(void*) {
  if (UnderMutex) mtx_lock(&mutex);
  ready = 1;
  if (UnderMutex) mtx_unlock(&mutex);
  cnd_signal(&changed);
  return 7;
}

template <bool UnderMutex>
void waits_in_c() {
  mtx_init(&mutex, mtx_plain);
  cnd_init(&changed);
  ready = 0;
  thrd_t other;
  thrd_create(&other, &sets_ready<UnderMutex>, nullptr);
  mtx_lock(&mutex);
  while (ready == 0) cnd_wait(&changed, &mutex);
  mtx_unlock(&mutex);
  int result = 0;
  thrd_join(other, &result);
  assert(result == 7);
}

TEST(c_threads, wait_for_each_other) {
  expect_passes([] { waits_in_c<true>(); });
  expect_fails([] { waits_in_c<false>(); }, "data race");
}

int ended;

TEST(thread_specific_value, is_each_threads_own_and_ends_with_it) {
  expect_passes([] {
    ended = 0;
    pthread_key_t key{};
    pthread_key_create(&key, [](void* value) {
      ended = *static_cast<int*>(value);
      delete static_cast<int*>(value);
    });
    std::thread other([&] {
      assert(pthread_getspecific(key) == nullptr);
      pthread_setspecific(key, new int(5));
    });
    other.join();
    assert(ended == 5);
    assert(pthread_getspecific(key) == nullptr);
  });
}

template <int Kind>
void locks_it_twice() {
  pthread_mutexattr_t kind;
  pthread_mutexattr_init(&kind);
  pthread_mutexattr_settype(&kind, Kind);
  pthread_mutex_t mutex;
  pthread_mutex_init(&mutex, &kind);
  assert(pthread_mutex_lock(&mutex) == 0);
  assert(pthread_mutex_lock(&mutex) == EDEADLK);
  std::thread([&] { assert(pthread_mutex_unlock(&mutex) == EPERM); }).join();
  assert(pthread_mutex_unlock(&mutex) == 0);
  pthread_mutex_destroy(&mutex);
}

TEST(mutex, of_the_error_checking_kind_says_what_is_wrong) {
  expect_passes(locks_it_twice<PTHREAD_MUTEX_ERRORCHECK>);
  expect_fails(locks_it_twice<PTHREAD_MUTEX_NORMAL>, "deadlock");
  expect_fails(locks_it_twice<PTHREAD_MUTEX_RECURSIVE>, "EDEADLK");
}

pthread_key_t key_of_before;
const int made_before = pthread_key_create(&key_of_before, [](void* value) { ++*static_cast<int*>(value); });

TEST(thread_specific_value, may_be_older_than_the_execution) {
  expect_passes([] {
    assert(made_before == 0);
    int ends = 0;
    const auto set = [&] { assert(pthread_setspecific(key_of_before, &ends) == 0); };
    std::thread(set).join();
    std::thread(set).join();
    assert(ends == 2);
  });
}

// The library makes its key once, in whichever execution that is.
template <bool AtExit>
void notifies_at_a_threads_end() {
  std::mutex mutex;
  std::condition_variable changed;
  bool ready = false;
  std::thread other([&] {
    std::unique_lock held(mutex);
    ready = true;
    if (AtExit) {
      std::notify_all_at_thread_exit(changed, std::move(held));
    } else {
      held.release();
    }
  });
  {
    std::unique_lock held(mutex);
    changed.wait(held, [&] { return ready; });
  }
  other.join();
}

TEST(thread_specific_value, of_a_library_lasts) {
  expect_passes(notifies_at_a_threads_end<true>);
  expect_fails(notifies_at_a_threads_end<false>, "deadlock");
}

TEST(errno_of_a_thread, is_no_shared_memory) {
  expect_passes([] {
    const auto fail = [] { errno = EINVAL; };
    std::thread other(fail);
    fail();
    other.join();
  });
}

TEST(random_numbers, are_the_same_in_each_execution) {
  expect_passes([] {
    std::atomic<int> seen{0};
    const int first = std::rand() % 3;
    std::random_device device;
    const unsigned second = device() % 2;
    std::thread other([&] { seen = first; });
    if (second != 0) seen.store(1);
    other.join();
  });
}

TEST(what_cannot_be_followed, is_refused) {
  expect_fails([] { fork(); }, "fork is called, which the explorer does not follow");
  expect_fails([] { pthread_kill(pthread_self(), 0); },
               "pthread_kill is called, which the explorer does not follow");
  expect_fails([] { std::thread([] { pthread_exit(nullptr); }).join(); }, "pthread_exit is called");
}

}  // namespace
