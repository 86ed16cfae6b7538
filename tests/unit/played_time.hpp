// SPDX-License-Identifier: BSL-1.0
//
// played_time: what the calling thread asks of the system to pass the time is recorded instead, and takes no
// time. The program that links this has a nanosleep, a sched_yield and a clock_gettime of its own, so that
// std_policy runs as it ships.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

namespace stillpoint::tests {

// As long as it lives, for the thread that made it. The steady clock stands still but for sleeps.
class played_time {
 public:
  using nanoseconds = std::chrono::nanoseconds;

  played_time();
  played_time(const played_time&) = delete;
  played_time& operator=(const played_time&) = delete;
  ~played_time();

  // What the thread was given up for, each time: zero is a yield.
  std::vector<nanoseconds> pauses;
  // What others do meanwhile, if anything.
  std::function<void()> others;
  nanoseconds now = std::chrono::hours(1);

  // For the functions of the system.
  static played_time* of_this_thread();
  void pass(nanoseconds pause);
};

}  // namespace stillpoint::tests
