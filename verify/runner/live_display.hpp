// SPDX-License-Identifier: BSL-1.0
//
// What the runner shows while checks run: on a terminal one line that is rewritten in place, elsewhere a line
// when a check ends, and now and then one for a check that takes long.
#pragma once

#include <chrono>
#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "verify/engine.hpp"
#include "verify/runner/report.hpp"

namespace stillpoint::verify {

// A check that is being run.
struct running_check {
  std::string path;
  progress latest;
};

class live_display {
 public:
  // `out` is what standard output is written through. `total` checks are to be run.
  live_display(std::ostream& out, std::size_t total);

  // To be called several times per second.
  void show(const std::vector<running_check>& running);
  void ended(const outcome& one);
  // Leaves an empty line behind on a terminal.
  void clear();

 private:
  using clock = std::chrono::steady_clock;

  static constexpr std::chrono::milliseconds on_terminal_{100};
  static constexpr std::chrono::seconds elsewhere_{15};

  std::ostream& out_;
  std::size_t total_;
  std::size_t ended_ = 0;
  bool terminal_;
  clock::time_point next_;
};

// "recorder/sample_is_stable/relacy: 12,340 executions and 7 blocked in 2 s, 6,170/s, about 3 s left".
std::string describe(const running_check& running);

}  // namespace stillpoint::verify
