// SPDX-License-Identifier: BSL-1.0
//
// std_policy: the atomics policy of products. std::atomic, real threads, asymmetric fences, patient waiting.
//
// Cost: none of its own. atomic<T> is std::atomic<T>, plain<T> is T, read and write are a reference and an
// assignment; a test compares the generated instructions with hand-written std::atomic code. light_fence() is
// a compiler barrier. heavy_fence() is a system call of some microseconds on Linux (membarrier), so it
// belongs on the rare side; where the call is missing, both are real seq_cst fences.
//
// Errors: none. Misuse of a primitive is diagnosed when STILLPOINT_CHECKED is 1, which is the default without
// NDEBUG. The setting is part of the policy's type: translation units with different settings do not share a
// definition.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/asymmetric_fence.hpp"

#if !defined(STILLPOINT_CHECKED)
#if defined(NDEBUG)
#define STILLPOINT_CHECKED 0
#else
#define STILLPOINT_CHECKED 1
#endif
#endif

namespace stillpoint {

// Passes the time between two looks at a value: first spins, then yields, then sleeps for ever longer up to a
// millisecond. Constructed with a duration it sleeps for that long each time (zero: yields each time).
class patient_waiter {
 public:
  patient_waiter() = default;
  explicit patient_waiter(std::chrono::nanoseconds pause) noexcept : pause_(pause), fixed_(true) {}

  void operator()() {
    if (fixed_) {
      rest(pause_);
    } else if (turns_ < spins) {
      ++turns_;
      relax();
    } else if (turns_ < spins + yields) {
      ++turns_;
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(pause_);
      if (pause_ < longest_sleep) pause_ *= 2;
    }
  }

 private:
  // A writer's section is expected to be over within a few hundred cycles; past that the other thread is
  // likely not running, and spinning would only take its core.
  static constexpr unsigned spins = 64;
  static constexpr unsigned yields = 64;
  static constexpr std::chrono::nanoseconds longest_sleep = std::chrono::milliseconds(1);

  static void rest(std::chrono::nanoseconds pause) {
    if (pause > std::chrono::nanoseconds::zero()) {
      std::this_thread::sleep_for(pause);
    } else {
      std::this_thread::yield();
    }
  }

  static void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
  }

  std::chrono::nanoseconds pause_ = std::chrono::microseconds(1);
  unsigned turns_ = 0;
  bool fixed_ = false;
};

template <bool Checked>
struct basic_std_policy {
  template <class T>
  using atomic = std::atomic<T>;

  template <class T>
  using plain = T;

  using mutex = std::mutex;
  using waiter = patient_waiter;
  using thread_id = std::uintptr_t;

  static constexpr bool checked = Checked;
  static constexpr std::size_t stripe_count = 16;
  // Two lines of 64 bytes: the adjacent-line prefetcher of current x86-64 makes a pair of lines travel
  // together.
  static constexpr std::size_t cache_line = 128;

  template <class T>
  static const T& read(const T& place) noexcept {
    return place;
  }

  template <class T, class U>
  static void write(T& place, U&& value) {
    place = std::forward<U>(value);
  }

  static void fence(std::memory_order order) noexcept { std::atomic_thread_fence(order); }
  static void light_fence() noexcept { detail::light_fence(); }
  static void heavy_fence() noexcept { detail::heavy_fence(); }

  template <class T, class Predicate>
  static T await(const std::atomic<T>& place, std::memory_order order, Predicate predicate, waiter wait) {
    for (;;) {
      const T value = place.load(order);
      if (predicate(value)) return value;
      wait();
    }
  }

  // Threads take the stripes in turn, so that up to stripe_count threads that live at the same time share
  // none.
  static std::size_t stripe() noexcept {
    static constinit std::atomic<std::size_t> next{0};
    // One is added so that zero says "not yet assigned" and the variable needs no dynamic initialization.
    static thread_local constinit std::size_t mine = 0;
    // relaxed: only the distinctness of the numbers matters.
    if (mine == 0) [[unlikely]]
      mine = next.fetch_add(1, std::memory_order_relaxed) % stripe_count + 1;
    return mine - 1;
  }

  static thread_id this_thread() noexcept {
    static thread_local constinit char anchor = 0;
    return reinterpret_cast<thread_id>(&anchor);
  }

  template <class T, class... Args>
  static T* create(Args&&... args) {
    return new T(std::forward<Args>(args)...);
  }

  template <class T>
  static void destroy(T* object) {
    delete object;
  }
};

using std_policy = basic_std_policy<STILLPOINT_CHECKED != 0>;

static_assert(atomics_policy<std_policy>);

}  // namespace stillpoint
