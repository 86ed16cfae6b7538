// SPDX-License-Identifier: BSL-1.0
//
// scripted_policy: the real headers on one thread that plays several. The test says which thread and which
// stripe the next call is on, and what others do while it waits; a call that would wait for the test itself
// is told so.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include "stillpoint/std_policy.hpp"

namespace stillpoint::tests {

// Thrown out of a call that cannot go on before another thread does something.
struct would_wait {};

struct script {
  // Counts from 0.
  static inline unsigned thread = 0;
  static inline std::size_t stripe = 0;
  // The stripe that the thread owns.
  static inline std::size_t owned = no_stripe;
  // Called each time that an await finds it has to wait; throws if nobody is going to end the wait.
  static inline std::function<void()> others = [] { throw would_wait(); };

  // What others do while the call is at a light fence, if anything.
  static inline std::function<void()> at_light_fence{};

  static void on(unsigned next_thread, std::size_t next_stripe) {
    thread = next_thread;
    stripe = next_stripe;
  }
};

// Plays for a while what is assigned to it.
class others_act {
 public:
  explicit others_act(std::function<void()> action) : before_(script::others) {
    script::others = std::move(action);
  }
  others_act(const others_act&) = delete;
  others_act& operator=(const others_act&) = delete;
  ~others_act() { script::others = before_; }

 private:
  std::function<void()> before_;
};

class scripted_mutex {
 public:
  void lock() {
    if (!try_lock()) throw would_wait();
  }
  bool try_lock() {
    if (held_) return false;
    held_ = true;
    return true;
  }
  void unlock() { held_ = false; }

 private:
  bool held_ = false;
};

template <bool Checked>
struct scripted_policy : basic_std_policy<Checked> {
  using typename basic_std_policy<Checked>::thread_id;
  using typename basic_std_policy<Checked>::waiter;
  using mutex = scripted_mutex;

  static std::size_t stripe() noexcept { return script::stripe; }
  static std::size_t owned_stripe() noexcept { return script::owned; }
  static std::size_t quick_stripe(std::size_t limit) noexcept {
    return script::owned < limit ? script::owned : no_stripe;
  }
  // The stripes are the script's.
  static std::size_t stripes_in_use() noexcept { return basic_std_policy<Checked>::owned_stripe_limit; }
  static std::size_t concurrency() noexcept { return 3; }
  static void light_fence() {
    if (script::at_light_fence) script::at_light_fence();
    basic_std_policy<Checked>::light_fence();
  }
  static void quick_light_fence() { light_fence(); }
  // Zero is nobody.
  static thread_id this_thread() noexcept { return script::thread + thread_id{1}; }

  template <class T, class Predicate>
  static T await(const std::atomic<T>& place, std::memory_order order, Predicate predicate, waiter) {
    for (;;) {
      const T value = place.load(order);
      if (predicate(value)) return value;
      const unsigned waiting = script::thread;
      script::others();
      script::thread = waiting;
    }
  }
};

static_assert(atomics_policy<scripted_policy<true>> && atomics_policy<scripted_policy<false>>);

}  // namespace stillpoint::tests
