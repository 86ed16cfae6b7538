// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/explore.hpp"

#include <chrono>
#include <random>

namespace stillpoint::verify::explorer {

namespace {

using steady = std::chrono::steady_clock;

double seconds_since(steady::time_point start) {
  return std::chrono::duration<double>(steady::now() - start).count();
}

// Knuth's estimate of the size of a search tree (Estimating the Efficiency of Backtrack Programs, 1975): the
// product of the branching factors met on a random descent has the number of leaves as its expectation.
double estimate_executions(const program& p, unsigned probes, std::uint64_t seed) {
  search tree;
  machine m(p, tree);
  std::mt19937_64 random(seed);
  double weight = 1;
  bool again = false;
  m.after_choice = [&] {
    again = tree.go_at_random(random, weight) == search::random_step::turned;
    return !again;
  };
  double sum = 0;
  for (unsigned probe = 0; probe < probes; ++probe) {
    tree.restart();
    weight = 1;
    machine::outcome result{};
    do {
      again = false;
      result = m.run();
    } while (again && weight > 0);
    if (result != machine::outcome::abandoned) sum += weight;
  }
  return sum / probes;
}

class explorer {
 public:
  explorer(const program& p, const settings& s) : settings_(s), machine_(p, search_) {
    search_.set_shard(s.shard_index, s.shard_count);
    if (s.probes > 0) result_.counts.estimate = estimate_executions(p, s.probes, s.seed);
  }

  exploration run() {
    bool more = true;
    while (more && !bound_reached()) {
      account(machine_.run());
      if (result_.first_failure && !settings_.keep_going) break;
      more = advance();
      if (++steps_ % progress_interval == 0) tell_progress();
    }
    statistics& counts = result_.counts;
    counts.exhaustive = !more && machine_.bound_exceeded().empty();
    if (!machine_.bound_exceeded().empty()) counts.bound = machine_.bound_exceeded();
    counts.seconds = seconds_since(start_);
    return std::move(result_);
  }

 private:
  // To the next execution; false if there is none, or if the client turns out not to be deterministic.
  bool advance() {
    for (;;) {
      const search::next reached = search_.backtrack();
      if (reached != search::next::question) return reached == search::next::execution;
      if (!machine_.answer()) account(machine::outcome::failed);
      search_.end_question();
      if (result_.first_failure && !settings_.keep_going) return false;
    }
  }

  static constexpr std::uint64_t progress_interval = 256;

  bool bound_reached() {
    statistics& counts = result_.counts;
    if (settings_.max_executions != 0 && counts.executions + counts.failures >= settings_.max_executions) {
      counts.bound = "stopped after " + std::to_string(settings_.max_executions) + " executions";
      return true;
    }
    const bool too_long = settings_.max_seconds > 0 && steps_ % progress_interval == 0 &&
                          seconds_since(start_) > settings_.max_seconds;
    if (too_long) counts.bound = "the budget's time was over";
    return too_long;
  }

  void account(machine::outcome result) {
    if (result == machine::outcome::abandoned) {
      ++result_.counts.abandoned;
    } else if (result == machine::outcome::failed) {
      if (search_.counts_here()) ++result_.counts.failures;
      const failure& f = *machine_.failed();
      if (settings_.on_failure) settings_.on_failure(f, search_.current());
      if (!result_.first_failure) {
        result_.first_failure = f;
        result_.counterexample = search_.current();
      }
    } else if (search_.counts_here()) {
      ++result_.counts.executions;
      if (settings_.on_execution) settings_.on_execution(search_.current());
    }
  }

  void tell_progress() {
    if (!settings_.on_progress || seconds_since(last_told_) < 0.2) return;
    last_told_ = steady::now();
    result_.counts.seconds = seconds_since(start_);
    settings_.on_progress(result_.counts);
  }

  const settings& settings_;
  search search_;
  machine machine_;
  exploration result_;
  std::uint64_t steps_ = 0;
  steady::time_point start_ = steady::now();
  steady::time_point last_told_ = start_;
};

}  // namespace

exploration explore(const program& p, const settings& s) {
  return explorer(p, s).run();
}

exploration replay(const program& p, const guide& way) {
  search tree;
  tree.keep_to(way);
  machine m(p, tree);
  m.run();
  exploration result;
  result.counts.executions = 1;
  result.first_failure = m.failed();
  result.counterexample = tree.current();
  return result;
}

}  // namespace stillpoint::verify::explorer
