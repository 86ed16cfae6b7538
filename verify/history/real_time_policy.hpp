// SPDX-License-Identifier: BSL-1.0
//
// real_time_policy: clients on real threads. std_policy, extended by what a checker's policy offers: failed
// checks are kept for whoever runs the client, choices are pseudo-random, and moments are real time.
//
// It finds what the machine and its scheduler happen to show; a sanitizer finds more on the same run. It
// shows no absence of anything. What it adds to the exhaustive engines is the real thing: real fences, real
// waiting, the compiler's code.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <source_location>
#include <string>
#include <thread>

#include "stillpoint/std_policy.hpp"
#include "verify/client.hpp"

namespace stillpoint::verify {

// What went wrong since the last reset; the first failure in words.
class real_time_failures {
 public:
  static void add(const std::string& text) {
    const std::lock_guard hold(guard_);
    if (count_++ == 0) first_ = text;
  }
  static unsigned count() {
    const std::lock_guard hold(guard_);
    return count_;
  }
  static std::string first() {
    const std::lock_guard hold(guard_);
    return first_;
  }
  static void reset() {
    const std::lock_guard hold(guard_);
    count_ = 0;
    first_.clear();
  }

 private:
  static inline std::mutex guard_;
  static inline unsigned count_ = 0;
  static inline std::string first_;
};

struct real_time_policy : basic_std_policy<true> {
  using moment = std::uint64_t;

  // Past this a wait is taken for one that nothing can end. The thread cannot be unwound from there, so the
  // program ends.
  static constexpr std::chrono::seconds longest_wait{40};

  static void check(bool condition, const char* text,
                    const std::source_location& at = std::source_location::current()) {
    if (condition) [[likely]]
      return;
    real_time_failures::add(std::string(at.file_name()) + ":" + std::to_string(at.line()) + ": " + text);
  }

  static void seed(std::uint64_t value) {
    // Zero is the one state that xorshift never leaves.
    random_ = value * 0x9e3779b97f4a7c15u | 1u;
  }

  static std::size_t choose(std::size_t count) {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return static_cast<std::size_t>(random_ >> 32) % count;
  }

  // seq_cst, and one counter for all: a moment that is smaller was reached before. It also orders what the
  // threads did before and after, as strongly as a mutex would: a run that asks for moments shows fewer races
  // than one that does not.
  static moment now() { return clock_.fetch_add(1, std::memory_order_seq_cst); }
  static bool precedes(moment a, moment b) { return a < b; }

  // The thread's own, or now and then none.
  static std::size_t owned_stripe() { return choose(4) == 0 ? no_stripe : steady_stripe(); }
  static std::size_t quick_stripe(std::size_t limit) {
    return choose(4) == 0 ? no_stripe : basic_std_policy<true>::quick_stripe(limit);
  }
  // Always the thread's own.
  static std::size_t steady_stripe() { return basic_std_policy<true>::owned_stripe(); }

  // Between two accesses the other threads now and then get the core, so that sections overlap also where
  // cores are few.
  template <class T>
  static const T& read(const T& place) {
    sometimes_yield();
    return place;
  }

  template <class T, class U>
  static void write(T& place, U&& value) {
    sometimes_yield();
    place = std::forward<U>(value);
  }

  template <class T, class Predicate>
  static T await(const std::atomic<T>& place, std::memory_order order, Predicate predicate, waiter wait) {
    const auto started = std::chrono::steady_clock::now();
    for (;;) {
      const T value = place.load(order);
      if (predicate(value)) return value;
      wait();
      if (std::chrono::steady_clock::now() - started > longest_wait) [[unlikely]]
        give_up_waiting();
    }
  }

 private:
  static void sometimes_yield() {
    if (choose(16) == 0) std::this_thread::yield();
  }

  [[noreturn, gnu::cold]] static void give_up_waiting() {
    std::fprintf(stderr, "real_time_policy: a thread waits in vain; first failed check: %s\n",
                 real_time_failures::first().c_str());
    std::abort();
  }

  static inline std::atomic<moment> clock_{0};
  static inline thread_local constinit std::uint64_t random_ = 1;
};

static_assert(checker_policy<real_time_policy>);

}  // namespace stillpoint::verify
