// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/explore.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <random>

namespace stillpoint::verify::explorer {

namespace {

using steady = std::chrono::steady_clock;

double seconds_since(steady::time_point start) {
  return std::chrono::duration<double>(steady::now() - start).count();
}

// Whether the last execution has failed in a way that takes long: it is not to be come by again.
bool keep_slow(const machine& m, exploration& found) {
  const std::optional<failure>& failed = m.failed();
  if (!failed || !failed->slow) return false;
  found.first_failure = failed;
  found.counterexample = m.executed();
  return true;
}

// Knuth's estimate of the size of a search tree (Estimating the Efficiency of Backtrack Programs, 1975): the
// product of the branching factors met on a random descent has the number of leaves as its expectation.
// A failure that is slow to show ends it, and is what is found.
double estimate_executions(const program& p, const settings& s, exploration& found) {
  search tree;
  machine m(p, tree, s.limits);
  std::mt19937_64 random(s.seed);
  double weight = 1;
  bool again = false;
  m.after_choice = [&] {
    again = tree.go_at_random(random, weight) == search::random_step::turned;
    return !again;
  };
  double sum = 0;
  for (unsigned probe = 0; probe < s.probes; ++probe) {
    if (tree.lacks_failed_looks()) {
      m.keep_failed_looks();
      sum = 0;
      probe = 0;
    }
    tree.restart();
    weight = 1;
    machine::outcome result{};
    do {
      again = false;
      result = m.run();
    } while (again && weight > 0);
    if (result != machine::outcome::abandoned) sum += weight;
    if (keep_slow(m, found)) return sum / (probe + 1);
  }
  return sum / s.probes;
}

// The beginning of a complete execution whose waits `f` is about: up to where they would wait for ever.
graph up_to_waits(const failure& f, const graph& whole) {
  graph::thread_counts counts{};
  for (std::size_t t = 0; t < max_threads; ++t) {
    const auto& events = whole.thread(t);
    // The main thread waits for the others.
    const auto join =
        std::find_if(events.begin(), events.end(), [](const event& e) { return e.kind == event_kind::join; });
    counts[t] = static_cast<decltype(counts)::value_type>((t == 0 ? join : events.end()) - events.begin());
  }
  for (const event_ref wait : f.about) counts[wait.thread] = wait.index;
  graph cut;
  cut.assign_restricted(whole, counts);
  return cut;
}

class explorer {
 public:
  explorer(const program& p, const settings& s) : program_(p), settings_(s), machine_(p, search_, s.limits) {
    if (s.probes > 0) result_.counts.estimate = estimate_executions(p, s, result_);
  }

  exploration run() {
    if (settings_.shard_count > 1 && !result_.first_failure) learn_before_dividing();
    if (result_.first_failure) return found_in_advance();
    bool more = true;
    while (more && !bound_reached()) {
      machine_.may_learn(settings_.shard_count == 1 && since_anew_ < most_before_learning);
      const machine::outcome result = machine_.run();
      if (machine_.has_learned()) {
        begin_anew();
        continue;
      }
      account(result);
      ++since_anew_;
      if (result_.first_failure && !settings_.keep_going) break;
      more = advance();
      if (search_.lacks_failed_looks()) {
        if (settings_.shard_count > 1) break;
        machine_.keep_failed_looks();
        begin_anew();
        more = true;
      }
      if (++steps_ % progress_interval == 0) tell_progress();
    }
    statistics& counts = result_.counts;
    counts.exhaustive = !more && machine_.bound_exceeded().empty() && !search_.lacks_failed_looks();
    if (!machine_.bound_exceeded().empty()) counts.bound = machine_.bound_exceeded();
    if (search_.lacks_failed_looks()) {
      counts.bound = "loops or seq_cst operations beside waits came late; undivided, it is exhaustive";
    }
    counts.seconds = seconds_since(start_);
    return std::move(result_);
  }

 private:
  // After so many executions without, what can be learned about loops is not worth beginning anew: a turn
  // that changes nothing is then found anew each time, and its execution given up.
  static constexpr std::uint64_t most_before_learning = 10'000;

  void begin_anew() {
    search_.restart();
    statistics& counts = result_.counts;
    counts.executions = counts.failures = counts.abandoned = 0;
    since_anew_ = 0;
    if (settings_.on_restart) settings_.on_restart();
  }

  // What is known decides which executions there are, so all shards have to know the same: each learns from
  // the same first executions, and nothing later.
  void learn_before_dividing() {
    constexpr std::uint64_t enough = 1000;
    search_.set_shard(0, 1);
    machine_.may_learn(true);
    bool may_refuse = false;
    for (std::uint64_t since = 0; since < enough; ++since) {
      const machine::outcome result = machine_.run();
      if (machine_.has_learned()) {
        search_.restart();
        since = 0;
        continue;
      }
      may_refuse = may_refuse || search_.lacks_failed_looks() || orders_waits(search_.current());
      if (result == machine::outcome::failed || !advance()) {
        keep_slow(machine_, result_);
        break;
      }
    }
    if (may_refuse) machine_.keep_failed_looks();
    search_.restart();
    search_.set_shard(settings_.shard_index, settings_.shard_count);
  }

  // Whether it has waits, and the order of seq_cst operations has a say in it.
  static bool orders_waits(const graph& g) {
    bool waits = false;
    bool ordered = false;
    for (const event_ref ref : g.trail()) {
      const event& e = g.at(ref);
      waits = waits || e.waits;
      ordered = ordered || e.is_sc_access() || e.is_sc_fence();
    }
    return waits && ordered;
  }

  exploration found_in_advance() {
    if (settings_.on_failure && result_.first_failure) {
      settings_.on_failure(*result_.first_failure, result_.counterexample);
    }
    result_.counts.failures = 1;
    result_.counts.seconds = seconds_since(start_);
    return std::move(result_);
  }

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
      const exploration shown = as_seen_without_learning(*machine_.failed());
      if (settings_.on_failure) settings_.on_failure(*shown.first_failure, shown.counterexample);
      if (!result_.first_failure) {
        result_.first_failure = shown.first_failure;
        result_.counterexample = shown.counterexample;
      }
    } else if (repeat_now() && !machine_.repeat()) {
      account(machine::outcome::failed);
    } else if (search_.counts_here()) {
      ++result_.counts.executions;
      if (settings_.on_execution) settings_.on_execution(search_.current());
    }
  }

  // The first complete execution and then ever fewer, so that it costs nothing in the long run: what an
  // execution ends with is not gone through again for the next one.
  bool repeat_now() { return std::has_single_bit(++completed_); }

  // A loop that would wait for ever if it came later is shown as it does: with a turn that leads back to it.
  // Only this search knows it as a wait.
  exploration as_seen_without_learning(const failure& f) {
    exploration shown;
    shown.first_failure = f;
    shown.counterexample = machine_.executed();
    if (std::none_of(f.about.begin(), f.about.end(),
                     [this](event_ref ref) { return search_.current().at(ref).presumes; })) {
      return shown;
    }
    const guide way(guide::text_of(up_to_waits(f, search_.current())));
    repetition again = replay(program_, way, settings_.limits);
    if (!again.failed) return shown;
    shown.first_failure = std::move(again.failed);
    shown.counterexample = std::move(again.execution);
    return shown;
  }

  void tell_progress() {
    if (!settings_.on_progress || seconds_since(last_told_) < 0.2) return;
    last_told_ = steady::now();
    result_.counts.seconds = seconds_since(start_);
    settings_.on_progress(result_.counts);
  }

  const program& program_;
  const settings& settings_;
  search search_;
  machine machine_;
  exploration result_;
  std::uint64_t steps_ = 0;
  std::uint64_t since_anew_ = 0;
  std::uint64_t completed_ = 0;
  steady::time_point start_ = steady::now();
  steady::time_point last_told_ = start_;
};

}  // namespace

exploration explore(const program& p, const settings& s) {
  return explorer(p, s).run();
}

repetition replay(const program& p, const guide& way, const execution_limits& limits) {
  search tree;
  tree.keep_to(way);
  machine m(p, tree, limits);
  do {
    tree.restart();
    m.run();
  } while (m.has_learned());
  return {m.failed(), tree.current(), tree.followed_guide()};
}

bool recurs(const program& p, const graph& g, const execution_limits& limits) {
  const repetition again = replay(p, guide(guide::text_of(g)), limits);
  return again.failed && again.as_named;
}

}  // namespace stillpoint::verify::explorer
