// SPDX-License-Identifier: BSL-1.0
//
// timed_policy: std_policy with a clock that stands still unless the test moves it, and a waiter that records
// what it was made of and has the test do what others do meanwhile. Waits of one thread, so to say.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "stillpoint/std_policy.hpp"

namespace stillpoint::tests {

// One pause of a wait.
struct turn {
  // What the waiter was made of; nothing, if it is a default one.
  std::optional<std::chrono::nanoseconds> pause;
  // Which one of this waiter, from 1 on.
  int number;

  friend bool operator==(const turn&, const turn&) = default;
  friend std::ostream& operator<<(std::ostream& out, const turn& it) {
    if (it.pause) return out << it.pause->count() << " ns, turn " << it.number;
    return out << "by default, turn " << it.number;
  }
};

class testing_time {
 public:
  using nanoseconds = std::chrono::nanoseconds;

  static inline nanoseconds now{0};
  static inline std::vector<turn> turns;
  // What others do while a call waits for the n-th time, from 1 on.
  static inline std::function<void(int)> others;

  static void begin(std::function<void(int)> what_others_do = {}) {
    now = nanoseconds(0);
    turns.clear();
    others = std::move(what_others_do);
  }

  static void pass(const turn& next) {
    if (turns.size() == more_than_any_test_waits) throw std::runtime_error("nobody ends the wait");
    turns.push_back(next);
    if (others) others(static_cast<int>(turns.size()));
  }

 private:
  static constexpr std::size_t more_than_any_test_waits = 1000;
};

class recording_waiter {
 public:
  recording_waiter() = default;
  explicit recording_waiter(std::chrono::nanoseconds pause) : next_{pause, 1} {}

  void operator()() {
    const turn now = next_;
    ++next_.number;
    testing_time::pass(now);
  }

 private:
  turn next_{{}, 1};
};

class testing_deadline {
 public:
  template <class Rep, class Period>
  explicit testing_deadline(const std::chrono::duration<Rep, Period>& from_now)
      : end_(testing_time::now + from_now) {}
  bool passed() const { return testing_time::now >= end_; }

 private:
  std::chrono::nanoseconds end_;
};

struct timed_policy : basic_std_policy<true> {
  using waiter = recording_waiter;
  using deadline = testing_deadline;

  // The stripes of the next calls.
  static inline std::size_t shared_stripe = 0;
  static std::size_t stripe() noexcept { return shared_stripe; }
};

// No thread owns a stripe.
struct timed_policy_without_stripes : timed_policy {
  static std::size_t owned_stripe() noexcept { return no_stripe; }
  static std::size_t quick_stripe(std::size_t) noexcept { return no_stripe; }
};

static_assert(atomics_policy<timed_policy> && atomics_policy<timed_policy_without_stripes>);

// What a wait of so many pauses records.
inline std::vector<turn> turns_of(int count, std::optional<std::chrono::nanoseconds> pause = {}) {
  std::vector<turn> expected;
  for (int number = 1; number <= count; ++number) expected.push_back({pause, number});
  return expected;
}

}  // namespace stillpoint::tests
