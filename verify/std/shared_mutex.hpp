// SPDX-License-Identifier: BSL-1.0
//
// shared_mutex, shared_timed_mutex: std's, for clients over a checker's policy. An unlock synchronizes with
// all that lock later, in either mode; an unlock_shared with those that lock exclusively. Two shared sections
// do not order each other. The try_ functions may fail although they could succeed, as std's may;
// whether the time of a timed one is over is a choice, and needs P::assume.
#pragma once

#include <cstdint>

#include "verify/client.hpp"

namespace stillpoint::verify {

template <checker_policy P>
class shared_mutex {
 public:
  shared_mutex() = default;
  shared_mutex(const shared_mutex&) = delete;
  shared_mutex& operator=(const shared_mutex&) = delete;

  void lock() { take<&shared_mutex::take_exclusive>(&is_free); }
  bool try_lock() {
    std::uint64_t seen = state_.load(std::memory_order_relaxed);
    return is_free(seen) && state_.compare_exchange_weak(seen, seen | exclusive, std::memory_order_acquire,
                                                         std::memory_order_relaxed);
  }
  void unlock() {
    const std::uint64_t held = state_.load(std::memory_order_relaxed);
    P::check((held & exclusive) != 0, "shared_mutex: unlocked while it is locked exclusively");
    // For those that lock shared. release: pairs with the acquire in enter_shared.
    ended_.store(sections_of(held) + 1, std::memory_order_release);
    // For those that lock exclusively. release: pairs with the acquire in take_exclusive.
    state_.fetch_add(one_section - exclusive, std::memory_order_release);
  }

  void lock_shared() { take<&shared_mutex::take_shared>(&has_no_writer); }
  bool try_lock_shared() {
    std::uint64_t seen = state_.load(std::memory_order_relaxed);
    if (!has_no_writer(seen) ||
        !state_.compare_exchange_weak(seen, seen + one_reader, std::memory_order_relaxed))
      return false;
    enter_shared(seen);
    return true;
  }
  void unlock_shared() {
    // release: pairs with the acquire in take_exclusive.
    const std::uint64_t before = state_.fetch_sub(one_reader, std::memory_order_release);
    P::check((before & readers) != 0, "shared_mutex: unlocked while it is locked shared");
  }

 protected:
  // Whether it comes to that before the time is over.
  bool try_exclusive_in_time() {
    if (P::choose(2) == 0) return false;
    std::uint64_t seen = state_.load(std::memory_order_relaxed);
    P::assume(is_free(seen) && take_exclusive(seen));
    return true;
  }
  bool try_shared_in_time() {
    if (P::choose(2) == 0) return false;
    std::uint64_t seen = state_.load(std::memory_order_relaxed);
    P::assume(has_no_writer(seen) && take_shared(seen));
    return true;
  }

 private:
  // The state: whether it is locked exclusively, how many hold it shared, and how many exclusive sections
  // have ended.
  static constexpr std::uint64_t exclusive = 1;
  static constexpr std::uint64_t one_reader = 2;
  static constexpr std::uint64_t readers = 0xfffe;
  static constexpr std::uint64_t one_section = 0x10000;

  static bool is_free(std::uint64_t state) { return (state & (exclusive | readers)) == 0; }
  static bool has_no_writer(std::uint64_t state) { return (state & exclusive) == 0; }
  static std::uint64_t sections_of(std::uint64_t state) { return state / one_section; }

  template <bool (shared_mutex::*Take)(std::uint64_t&)>
  void take(bool (*possible)(std::uint64_t)) {
    // relaxed: what synchronizes is the exchange that takes it.
    std::uint64_t seen = P::await(state_, std::memory_order_relaxed, possible, {});
    while (!(this->*Take)(seen)) seen = P::await(state_, std::memory_order_relaxed, possible, {});
  }

  bool take_exclusive(std::uint64_t& seen) {
    return state_.compare_exchange_strong(seen, seen | exclusive, std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }
  bool take_shared(std::uint64_t& seen) {
    // relaxed: other readers release here, too, and do not order this one.
    if (!state_.compare_exchange_strong(seen, seen + one_reader, std::memory_order_relaxed)) return false;
    enter_shared(seen);
    return true;
  }
  // The number is there already, and no other one comes while this thread is in.
  void enter_shared(std::uint64_t seen) {
    const std::uint64_t sections = sections_of(seen);
    if (sections == 0) return;
    P::await(ended_, std::memory_order_acquire, [sections](std::uint64_t ended) { return ended == sections; },
             {});
  }

  typename P::template atomic<std::uint64_t> state_{0};
  // How many exclusive sections have ended; written in them alone.
  typename P::template atomic<std::uint64_t> ended_{0};
};

template <checker_policy P>
class shared_timed_mutex : public shared_mutex<P> {
 public:
  template <class Duration>
  bool try_lock_for(const Duration&) {
    return this->try_exclusive_in_time();
  }
  template <class Time>
  bool try_lock_until(const Time&) {
    return this->try_exclusive_in_time();
  }
  template <class Duration>
  bool try_lock_shared_for(const Duration&) {
    return this->try_shared_in_time();
  }
  template <class Time>
  bool try_lock_shared_until(const Time&) {
    return this->try_shared_in_time();
  }
};

}  // namespace stillpoint::verify
