// SPDX-License-Identifier: BSL-1.0
//
// The clock of one thread of a client, in the current execution. It goes by what the thread does alone: when
// it sleeps, when a wait of its own is over, and a little more each time it looks, so that a loop that goes
// on until some time ends.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>

namespace stillpoint::verify::explorer {

class virtual_time {
 public:
  using nanoseconds = std::int64_t;

  static constexpr nanoseconds second = 1'000'000'000;
  static constexpr nanoseconds number(const timespec& time) { return time.tv_sec * second + time.tv_nsec; }

  // How often in a row a thread's waits may end by their time, while the thread changes nothing.
  static constexpr unsigned most_time_outs = 2;

  nanoseconds now() const { return now_; }
  nanoseconds look() {
    now_ += step_;
    step_ = std::min(step_ * 2, longest_step);
    return now_;
  }
  void pass(nanoseconds time) { now_ += std::max(time, nanoseconds{0}); }
  void pass_until(nanoseconds time) { now_ = std::max(now_, time); }

  // Where in its program order the thread's first and last wait of those in a row was over.
  unsigned time_outs() const { return time_outs_; }
  std::size_t first() const { return first_; }
  std::size_t last() const { return last_; }
  void timed_out(std::size_t event) {
    if (time_outs_++ == 0) first_ = event;
    last_ = event;
  }
  void begin_row() { time_outs_ = 0; }

 private:
  static constexpr nanoseconds longest_step = second;

  // Some time in 2023: programs take a time near zero for none.
  nanoseconds now_ = 1'700'000'000 * second;
  nanoseconds step_ = second / 1000;
  unsigned time_outs_ = 0;
  std::size_t first_ = 0;
  std::size_t last_ = 0;
};

}  // namespace stillpoint::verify::explorer
