// SPDX-License-Identifier: BSL-1.0
//
// Runs checks, some at a time, each in processes of its own, and shows how they get on.
//
// A check whose engine can divide its work is divided when there are more processes than checks; its parts'
// counts add up to what one process would have counted, and the first part that fails ends the others.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "verify/engine.hpp"
#include "verify/runner/live_display.hpp"
#include "verify/runner/options.hpp"
#include "verify/runner/report.hpp"
#include "verify/runner/worker.hpp"

namespace stillpoint::verify {

class pool {
 public:
  // `checks` must outlive the pool, and not be empty.
  pool(const std::vector<check>& checks, const runner_options& options);

  // The outcomes in the order of the checks. Throws usage_error if an engine does not accept its options.
  std::vector<outcome> run();

 private:
  using clock = std::chrono::steady_clock;

  struct part {
    std::size_t check;
    unsigned index;
    unsigned count;
  };
  struct job {
    part what;
    std::unique_ptr<worker> process;
  };
  // What is known of a check whose parts are under way.
  struct state {
    unsigned parts_left = 0;
    bool started = false;
    clock::time_point start;
    run_result sum;
  };

  void start(const part& next);
  void look();
  void end(std::size_t running);
  void finish(std::size_t check);
  void show();

  const std::vector<check>& checks_;
  run_options each_;
  std::size_t most_;
  std::vector<part> queue_;
  std::vector<job> running_;
  std::vector<state> states_;
  std::vector<outcome> outcomes_;
  live_display display_;
};

}  // namespace stillpoint::verify
