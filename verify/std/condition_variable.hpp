// SPDX-License-Identifier: BSL-1.0
//
// condition_variable: std's, for clients over a checker's policy. It works with every lock that has lock and
// unlock, as std::condition_variable_any does: std::unique_lock over P::mutex.
//
// A notification orders nothing: what a woken thread may rely on, the mutex has to order. Which waiter
// notify_one wakes is a choice. A notification that comes before the wait is lost, and a thread that waits
// for it is reported as a deadlock. Each wait may end without a notification: whether it does is a choice.
// wait_for and wait_until take no time: whether they end by their time-out is a choice. At most 64 waits per
// execution.
#pragma once

#include <bit>
#include <condition_variable>
#include <cstdint>

#include "verify/client.hpp"

namespace stillpoint::verify {

// All operations are relaxed read-modify-writes, or loads that coherence keeps from missing what happens
// before. The modification order of waiting_ is the single order that [thread.condition] asks for.
template <checker_policy P>
class condition_variable {
 public:
  condition_variable() = default;
  condition_variable(const condition_variable&) = delete;
  condition_variable& operator=(const condition_variable&) = delete;

  void notify_one() {
    std::uint64_t waiting = waiting_.load(relaxed);
    while (waiting != 0) {
      const std::uint64_t one = bit_of(waiting, P::choose(static_cast<std::size_t>(std::popcount(waiting))));
      if (waiting_.compare_exchange_strong(waiting, waiting & ~one, relaxed, relaxed)) return;
    }
  }

  void notify_all() { waiting_.exchange(0, relaxed); }

  template <class Lock>
  void wait(Lock& lock) {
    if (P::choose(2) == 1) {
      // It ends by itself.
      lock.unlock();
    } else {
      // Before the mutex is released: who notifies after having held it finds this thread waiting.
      const std::uint64_t me = enlist();
      lock.unlock();
      P::await(waiting_, relaxed, [me](std::uint64_t waiting) { return (waiting & me) == 0; }, {});
    }
    lock.lock();
  }

  template <class Lock, class Predicate>
  void wait(Lock& lock, Predicate satisfied) {
    while (!satisfied()) wait(lock);
  }

  // Needs P::assume: a notification that does not come is no deadlock here.
  template <class Lock, class Duration>
  std::cv_status wait_for(Lock& lock, const Duration&) {
    std::cv_status ended = std::cv_status::no_timeout;
    if (P::choose(2) == 1) {
      // It ends by itself.
      lock.unlock();
    } else {
      const std::uint64_t me = enlist();
      lock.unlock();
      if (P::choose(2) == 0) {
        // It may have taken a notification with it.
        waiting_.fetch_and(~me, relaxed);
        ended = std::cv_status::timeout;
      } else {
        P::assume((waiting_.load(relaxed) & me) == 0);
      }
    }
    lock.lock();
    return ended;
  }

  template <class Lock, class Duration, class Predicate>
  bool wait_for(Lock& lock, const Duration& longest, Predicate satisfied) {
    while (!satisfied()) {
      if (wait_for(lock, longest) == std::cv_status::timeout) return satisfied();
    }
    return true;
  }

  template <class Lock, class Time>
  std::cv_status wait_until(Lock& lock, const Time& end) {
    return wait_for(lock, end);
  }
  template <class Lock, class Time, class Predicate>
  bool wait_until(Lock& lock, const Time& end, Predicate satisfied) {
    return wait_for(lock, end, satisfied);
  }

 private:
  static constexpr std::memory_order relaxed = std::memory_order_relaxed;
  static constexpr unsigned most_waits = 64;

  // The set bit of `bits` that has `below` others under it.
  static std::uint64_t bit_of(std::uint64_t bits, std::size_t below) {
    for (; below > 0; --below) bits &= bits - 1;
    return bits & -bits;
  }

  // A bit that no other wait has: a thread that is woken late still finds its own bit cleared.
  std::uint64_t enlist() {
    const unsigned number = waits_.fetch_add(1, relaxed);
    P::check(number < most_waits, "condition_variable: at most 64 waits in one execution");
    const std::uint64_t me = std::uint64_t{1} << (number % most_waits);
    waiting_.fetch_or(me, relaxed);
    return me;
  }

  typename P::template atomic<std::uint64_t> waiting_{0};
  typename P::template atomic<unsigned> waits_{0};
};

template <checker_policy P>
using condition_variable_any = condition_variable<P>;

}  // namespace stillpoint::verify
