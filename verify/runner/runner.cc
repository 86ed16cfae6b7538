// SPDX-License-Identifier: BSL-1.0
#include "verify/runner/runner.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>

#include "verify/runner/live_display.hpp"
#include "verify/runner/options.hpp"
#include "verify/runner/registry.hpp"
#include "verify/runner/report.hpp"
#include "verify/runner/worker.hpp"

namespace stillpoint::verify {

namespace {

constexpr int milliseconds_between_looks = 100;

run_options options_for_engines(const runner_options& options, std::size_t checks) {
  run_options each;
  each.effort = options.effort;
  each.seed = options.seed;
  each.replay = options.replay.value_or("");
  each.graph_file = options.graph_file;
  // Few checks leave processes for the engines to divide their work among.
  each.jobs = std::max(1u, options.jobs / static_cast<unsigned>(checks));
  each.shard_index = options.shard_index;
  each.shard_count = options.shard_count;
  return each;
}

// Runs the checks, some at a time, and keeps their outcomes in the order of the checks.
class pool {
 public:
  pool(const std::vector<check>& checks, const runner_options& options)
      : checks_(checks),
        each_(options_for_engines(options, checks.size())),
        most_(options.jobs),
        outcomes_(checks.size()),
        display_(std::cout, checks.size()) {}

  std::vector<outcome> run() {
    while (next_ < checks_.size() || !running_.empty()) {
      while (running_.size() < most_ && next_ < checks_.size()) start();
      look();
    }
    display_.clear();
    return std::move(outcomes_);
  }

 private:
  struct job {
    std::size_t index;
    std::unique_ptr<worker> process;
  };

  void start() {
    running_.push_back({next_, std::make_unique<worker>(checks_[next_], each_)});
    ++next_;
  }

  void look() {
    std::vector<pollfd> waiting;
    for (const job& one : running_) waiting.push_back({one.process->descriptor(), POLLIN, 0});
    if (poll(waiting.data(), waiting.size(), milliseconds_between_looks) > 0) {
      for (std::size_t i = waiting.size(); i-- > 0;) {
        if (waiting[i].revents != 0 && !running_[i].process->receive()) end(i);
      }
    }
    std::vector<running_check> shown;
    for (const job& one : running_) shown.push_back({path_of(checks_[one.index]), one.process->latest()});
    display_.show(shown);
  }

  void end(std::size_t running) {
    const job& one = running_[running];
    outcome& done = outcomes_[one.index];
    try {
      done = {checks_[one.index], one.process->result()};
    } catch (const usage_error&) {
      display_.clear();
      throw;
    }
    display_.ended(done);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(running));
  }

  const std::vector<check>& checks_;
  run_options each_;
  std::size_t most_;
  std::size_t next_ = 0;
  std::vector<job> running_;
  std::vector<outcome> outcomes_;
  live_display display_;
};

void list(const std::vector<check>& checks) {
  for (const check& c : checks) std::cout << path_of(c) << '\n';
}

int run_selected(const std::vector<check>& checks, const runner_options& options,
                 const std::string& program) {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<outcome> outcomes = pool(checks, options).run();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  print_table(std::cout, outcomes, taken.count());
  for (const outcome& one : outcomes) print_failure(std::cout, one, program);
  std::cout.flush();
  if (!options.json_file.empty()) {
    std::ofstream json(options.json_file, std::ios::trunc);
    write_json(json, outcomes);
    if (!json.flush()) throw usage_error("--json='" + options.json_file + "': could not be written");
  }
  return all_passed(outcomes) ? 0 : 1;
}

}  // namespace

int run_checks(int argc, const char* const* argv, const std::vector<check>& checks,
               const std::string& program) {
  try {
    const runner_options options = parse_options(std::vector<std::string>(argv + 1, argv + argc));
    if (options.help) {
      std::cout << help_text;
      return 0;
    }
    const std::vector<check> selected = select_checks(checks, options);
    if (options.list) {
      list(selected);
      return 0;
    }
    return run_selected(selected, options, program);
  } catch (const usage_error& wrong) {
    std::cerr << "verify: " << wrong.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "verify: cannot go on: " << error.what() << '\n';
    return 1;
  }
}

}  // namespace stillpoint::verify
