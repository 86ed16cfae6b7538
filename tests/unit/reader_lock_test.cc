// SPDX-License-Identifier: BSL-1.0
// The lock among readers, by itself.

#include "stillpoint/detail/reader_lock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "stillpoint/std_policy.hpp"

namespace {

using namespace std::chrono_literals;
using lock_type = stillpoint::detail::reader_lock<stillpoint::basic_std_policy<true>>;
constexpr const char* text = "the text that was asked for";

bool is_held_by_this_thread(const lock_type& lock) {
  try {
    lock.require_held(text);
    return true;
  } catch (const std::logic_error& thrown) {
    EXPECT_EQ(std::string(thrown.what()), text);
    return false;
  }
}

bool is_held_by_another_thread(const lock_type& lock) {
  bool held = false;
  std::jthread([&] { held = is_held_by_this_thread(lock); }).join();
  return held;
}

TEST(reader_lock, is_held_by_the_thread_that_took_it_and_no_other) {
  lock_type lock;
  EXPECT_FALSE(is_held_by_this_thread(lock));
  lock.lock();
  EXPECT_TRUE(is_held_by_this_thread(lock));
  EXPECT_FALSE(is_held_by_another_thread(lock));
  lock.unlock(text);
  EXPECT_FALSE(is_held_by_this_thread(lock));
}

TEST(reader_lock, is_given_up_as_often_as_it_was_taken) {
  lock_type lock;
  for (int depth = 0; depth < 5; ++depth) lock.lock();
  for (int depth = 0; depth < 5; ++depth) {
    EXPECT_TRUE(is_held_by_this_thread(lock));
    lock.unlock(text);
  }
  EXPECT_FALSE(is_held_by_this_thread(lock));
  EXPECT_THROW(lock.unlock(text), std::logic_error);
}

TEST(reader_lock, refuses_to_be_unlocked_by_a_stranger) {
  lock_type lock;
  EXPECT_THROW(lock.unlock(text), std::logic_error);
  lock.lock();
  std::jthread([&lock] { EXPECT_THROW(lock.unlock(text), std::logic_error); }).join();
  EXPECT_TRUE(is_held_by_this_thread(lock)) << "nothing has changed";
  lock.unlock(text);
}

TEST(reader_lock, blocks_another_thread_until_it_is_free) {
  lock_type lock;
  lock.lock();
  std::atomic<bool> got_it{false};
  std::jthread other([&] {
    lock.lock();
    got_it.store(true, std::memory_order_release);
    lock.unlock(text);
  });
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(got_it.load(std::memory_order_acquire));
  lock.unlock(text);
  other.join();
  EXPECT_TRUE(got_it.load(std::memory_order_acquire));
}

TEST(reader_lock, excludes) {
  lock_type lock;
  int count = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 5000; ++i) {
          lock.lock();
          lock.lock();
          ++count;
          lock.unlock(text);
          ++count;
          lock.unlock(text);
        }
      });
    }
  }
  EXPECT_EQ(count, 4 * 5000 * 2);
}

TEST(reader_lock, unchecked_it_works_the_same_for_those_who_use_it_right) {
  stillpoint::detail::reader_lock<stillpoint::basic_std_policy<false>> lock;
  lock.lock();
  lock.lock();
  lock.unlock(text);
  lock.require_held(text);
  lock.unlock(text);
  EXPECT_THROW(lock.require_held(text), std::logic_error) << "asked for, so checked";
}

}  // namespace
