// SPDX-License-Identifier: BSL-1.0
//
// interrupted_policy: std_policy in which a test has another thread come in between, just before a
// compare_exchange or a fence, so that loops go round again. On one thread: what others do runs there.
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include "stillpoint/std_policy.hpp"

namespace stillpoint::tests {

// What others do, the next so many times that the thread comes to such a point, but not within what they do.
class interruption {
 public:
  interruption(int times, std::function<void()> others) : others_(std::move(others)), left_(times) {
    current_ = this;
  }
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;
  ~interruption() { current_ = nullptr; }

  // Whether all of them have come.
  bool is_over() const { return left_ == 0; }

  static void point() {
    if (current_ == nullptr || current_->left_ == 0) return;
    interruption* const mine = std::exchange(current_, nullptr);
    --mine->left_;
    mine->others_();
    current_ = mine;
  }

 private:
  static inline thread_local interruption* current_ = nullptr;

  std::function<void()> others_;
  int left_;
};

// Interrupts compare_exchanges, or light fences.
enum class interrupts { exchanges, fences };

template <interrupts Where>
struct interrupted_policy : basic_std_policy<true> {
  template <class T>
  class atomic : public std::atomic<T> {
   public:
    using std::atomic<T>::atomic;

    bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                                 std::memory_order failure) {
      if constexpr (Where == interrupts::exchanges) interruption::point();
      return std::atomic<T>::compare_exchange_strong(expected, desired, success, failure);
    }
    bool compare_exchange_weak(T& expected, T desired, std::memory_order success, std::memory_order failure) {
      if constexpr (Where == interrupts::exchanges) interruption::point();
      return std::atomic<T>::compare_exchange_weak(expected, desired, success, failure);
    }
  };

  static void light_fence() {
    if constexpr (Where == interrupts::fences) interruption::point();
    basic_std_policy<true>::light_fence();
  }
  static void quick_light_fence() { light_fence(); }
};

static_assert(atomics_policy<interrupted_policy<interrupts::exchanges>> &&
              atomics_policy<interrupted_policy<interrupts::fences>>);

}  // namespace stillpoint::tests
