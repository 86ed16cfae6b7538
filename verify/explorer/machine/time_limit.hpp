// SPDX-License-Identifier: BSL-1.0
//
// The time at which to stop. The clock is looked at every so much work, since a look costs as much as some
// events.
#pragma once

#include <chrono>
#include <cstddef>

namespace stillpoint::verify::explorer {

class time_limit {
 public:
  using clock = std::chrono::steady_clock;
  static constexpr clock::time_point never = clock::time_point::max();

  explicit time_limit(clock::time_point end) : end_(end) {}

  // Counts what was done, in steps of the time that an event takes. Whether the time is over.
  bool after(std::size_t steps) {
    done_ += steps;
    if (done_ >= between_looks) look();
    return over_;
  }
  // The same, looking in any case.
  bool look() {
    done_ = 0;
    over_ = over_ || past();
    return over_;
  }
  bool over() const { return over_; }
  // What the clock says; also in a signal's handler.
  bool past() const { return end_ != never && clock::now() >= end_; }

 private:
  static constexpr std::size_t between_looks = 1000;

  clock::time_point end_;
  std::size_t done_ = 0;
  bool over_ = false;
};

}  // namespace stillpoint::verify::explorer
