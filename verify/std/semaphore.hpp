// SPDX-License-Identifier: BSL-1.0
//
// counting_semaphore, binary_semaphore: std's, for clients over a checker's policy.
//
// A release synchronizes with the acquisitions that observe it, and with nothing else: two acquisitions do
// not order each other. try_acquire may fail although a unit is there, as std's may. try_acquire_for and
// try_acquire_until take no time: whether the time is over is a choice.
#pragma once

#include <cstddef>
#include <limits>

#include "verify/client.hpp"

namespace stillpoint::verify {

template <checker_policy P, std::ptrdiff_t Max = std::numeric_limits<std::ptrdiff_t>::max()>
class counting_semaphore {
  static_assert(Max >= 0);

 public:
  static constexpr std::ptrdiff_t max() { return Max; }

  explicit counting_semaphore(std::ptrdiff_t desired) : units_(desired) {
    P::check(desired >= 0 && desired <= Max, "counting_semaphore: the first value is in [0, max()]");
  }
  counting_semaphore(const counting_semaphore&) = delete;
  counting_semaphore& operator=(const counting_semaphore&) = delete;

  void release(std::ptrdiff_t update = 1) {
    // release: pairs with the acquire in take.
    const std::ptrdiff_t before = units_.fetch_add(update, std::memory_order_release);
    P::check(update >= 0 && update <= Max - before, "counting_semaphore: release keeps it within max()");
  }

  void acquire() {
    // relaxed: what synchronizes is the exchange that takes the unit.
    const auto there = [](std::ptrdiff_t units) { return units > 0; };
    std::ptrdiff_t seen = P::await(units_, std::memory_order_relaxed, there, {});
    while (!take(seen)) seen = P::await(units_, std::memory_order_relaxed, there, {});
  }

  bool try_acquire() {
    std::ptrdiff_t seen = units_.load(std::memory_order_relaxed);
    // weak: it may fail although it could succeed.
    return seen > 0 &&
           units_.compare_exchange_weak(seen, seen - 1, std::memory_order_acquire, std::memory_order_relaxed);
  }

  // Needs P::assume: a unit that does not come is no deadlock here.
  template <class Duration>
  bool try_acquire_for(const Duration&) {
    if (P::choose(2) == 0) return false;
    std::ptrdiff_t seen = units_.load(std::memory_order_relaxed);
    P::assume(seen > 0 && take(seen));
    return true;
  }
  template <class Time>
  bool try_acquire_until(const Time& end) {
    return try_acquire_for(end);
  }

 private:
  bool take(std::ptrdiff_t& seen) {
    // acquire: pairs with the release in release.
    return units_.compare_exchange_strong(seen, seen - 1, std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }

  typename P::template atomic<std::ptrdiff_t> units_;
};

template <checker_policy P>
using binary_semaphore = counting_semaphore<P, 1>;

}  // namespace stillpoint::verify
