// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/explore.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <sstream>
#include <string>
#include <utility>

#include "verify/explorer/machine/estimate.hpp"
#include "verify/explorer/machine/stuck.hpp"

namespace stillpoint::verify::explorer {

namespace {

using steady = std::chrono::steady_clock;

double seconds_since(steady::time_point start) {
  return std::chrono::duration<double>(steady::now() - start).count();
}

// The estimate may take this part of the time, and so long at the most.
constexpr double part_for_estimate = 0.03;
constexpr double most_for_estimate = 5;

time_limit::clock::time_point after(time_limit::clock::time_point start, double seconds) {
  return start +
         std::chrono::duration_cast<time_limit::clock::duration>(std::chrono::duration<double>(seconds));
}

execution_limits limits_of(const settings& s, time_limit::clock::time_point start) {
  execution_limits limits = s.limits;
  if (s.max_seconds > 0) limits.end = after(start, s.max_seconds);
  return limits;
}

std::string seconds_text(double seconds) {
  std::ostringstream text;
  text << seconds << (seconds == 1 ? " second" : " seconds");
  return text.str();
}

// Whether two threads, the main one left aside, have done something to the same place.
bool threads_meet(const graph& g) {
  for (std::size_t id = 0; id < g.location_count(); ++id) {
    const location& l = g.place(static_cast<location_id>(id));
    if (!l.creator) continue;
    std::uint16_t only = 0;
    for (const auto* list : {&l.order, &l.readers, &l.accesses}) {
      for (const event_ref ref : *list) {
        if (ref.thread == 0 || ref.thread == only) continue;
        if (only != 0) return true;
        only = ref.thread;
      }
    }
  }
  return false;
}

failure failure_of(const conflict& use) {
  failure f;
  f.text = "use after the end of the object's life: " + use.text;
  f.by_watching = true;
  return f;
}

// The beginning of an execution whose waits `f` is about: up to where they would wait for ever.
graph up_to_waits(const failure& f, const graph& whole) {
  graph cut;
  cut.assign_restricted(whole, not_caused_by(whole, f.about.front()));
  return cut;
}

class explorer {
 public:
  explorer(const program& p, const settings& s)
      : program_(p), settings_(s), machine_(p, search_, limits_of(s, start_)) {
    search_.set_reuses(s.most_reuses);
    machine_.watch_addresses(s.notice_reuse || s.look_around);
  }

  exploration run() {
    if (settings_.seconds_before_estimate == 0) estimate_if_due();
    if (settings_.shard_count > 1 && !result_.first_failure) learn_before_dividing();
    if (result_.first_failure) return found_in_advance();
    bool more = true;
    while (more && !bound_reached()) {
      machine_.may_learn(settings_.shard_count == 1 && since_anew_ < most_before_learning &&
                         thrown_away_ + since_anew_ < most_thrown_away);
      const machine::outcome result = machine_.run();
      if (machine_.has_learned()) {
        begin_anew();
        continue;
      }
      // It was not gone through: the next look at the bounds says why.
      if (result == machine::outcome::abandoned && machine_.time().over()) continue;
      account(result);
      look_at_client(result);
      ++since_anew_;
      if (result_.first_failure && !settings_.keep_going) break;
      more = advance();
      if (search_.lacks_failed_looks()) {
        if (settings_.shard_count > 1) break;
        machine_.keep_failed_looks();
        begin_anew();
        more = true;
      }
      if (more) estimate_if_due();
      if (result_.first_failure && !settings_.keep_going) return found_in_advance();
      tell_progress();
    }
    statistics& counts = result_.counts;
    counts.exhaustive = !more && machine_.bound_exceeded().empty() && !search_.lacks_failed_looks();
    if (!machine_.bound_exceeded().empty()) counts.bound = machine_.bound_exceeded();
    if (search_.lacks_failed_looks()) {
      counts.bound = "loops or seq_cst operations beside waits came late; undivided, it is exhaustive";
    }
    counts.more_reuses = search_.more_reuses();
    counts.seconds = seconds_since(start_);
    return std::move(result_);
  }

 private:
  // After so many executions without, what can be learned about loops is not worth beginning anew: a turn
  // that changes nothing is then found anew each time, and its execution given up.
  static constexpr std::uint64_t most_before_learning = 10'000;
  // In all: where states of turns hold what each execution has of its own, as moments of a history, there is
  // always more to learn.
  static constexpr std::uint64_t most_thrown_away = 3'000;
  static constexpr std::uint64_t most_watched = 4;
  static constexpr std::size_t most_accesses = 400;

  void begin_anew() {
    search_.restart();
    statistics& counts = result_.counts;
    counts.executions = counts.failures = counts.abandoned = counts.with_reuse = 0;
    thrown_away_ += std::exchange(since_anew_, 0);
    if (settings_.on_restart) settings_.on_restart();
  }

  void estimate_if_due() {
    const steady::time_point now = steady::now();
    if (estimated_ || settings_.probes == 0 || now < after(start_, settings_.seconds_before_estimate)) return;
    estimated_ = true;
    const double seconds =
        settings_.max_seconds > 0 ? settings_.max_seconds * part_for_estimate : most_for_estimate;
    estimate guess = estimate_executions(program_,
                                         {.samples = settings_.probes,
                                          .seed = settings_.seed,
                                          .end = after(now, std::min(seconds, most_for_estimate))},
                                         settings_.limits);
    result_.counts.estimate = guess.executions;
    if (guess.found) keep(*guess.found, guess.counterexample);
  }

  // Of what was found before the search began. One that keeps going comes by it again, but not if that takes
  // long.
  void keep(const failure& f, const graph& executed) {
    if (settings_.keep_going && !f.slow) return;
    exploration shown = as_seen_without_learning(f, executed);
    result_.first_failure = std::move(shown.first_failure);
    result_.counterexample = std::move(shown.counterexample);
  }

  // What is known decides which executions there are, so all shards have to know the same: each learns from
  // the same first executions, and nothing later.
  void learn_before_dividing() {
    constexpr std::uint64_t enough = 1000;
    search_.set_shard(0, 1);
    machine_.may_learn(true);
    for (std::uint64_t since = 0; since < enough && !machine_.time().over(); ++since) {
      machine_.run();
      if (machine_.has_learned()) {
        search_.restart();
        since = 0;
        continue;
      }
      // Whether failed looks matter may show later than that. With them, there are other loops to learn of.
      const bool may_lack = search_.lacks_failed_looks() || orders_waits(search_.current());
      if (may_lack && !search_.keeps_failed_looks()) {
        machine_.keep_failed_looks();
        search_.restart();
        since = 0;
        continue;
      }
      if (const auto failed = machine_.failed()) {
        keep(*failed, machine_.executed());
        result_.in_every_shard = true;
        break;
      }
      if (!advance()) break;
    }
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
      const bool answered = machine_.answer();
      if (machine_.failed()) account(machine::outcome::failed);
      search_.end_question();
      if (result_.first_failure && !settings_.keep_going) return false;
      if (answered) continue;
      if (machine_.time().over()) return true;
      if (!machine_.has_learned()) return false;
      begin_anew();
      return true;
    }
  }

  bool bound_reached() {
    statistics& counts = result_.counts;
    if (settings_.max_executions != 0 && counts.executions + counts.failures >= settings_.max_executions) {
      counts.bound = "stopped after " + std::to_string(settings_.max_executions) + " executions";
    } else if (machine_.time().after(1)) {
      const std::string& at = machine_.interrupted_at();
      counts.bound =
          "the budget's time was over (" + seconds_text(settings_.max_seconds) + ")" +
          (at.empty() ? "" : ", with " + at) +
          ": use a larger --budget, divide the work (--jobs, shard_count), or make the client smaller";
    } else if (search_.bytes() > settings_.max_bytes) {
      counts.bound = "the search keeps more than " + std::to_string(settings_.max_bytes >> 20) +
                     " MiB of graphs, of " + std::to_string(search_.current().trail().size()) +
                     " events each: make the client smaller";
    } else {
      return false;
    }
    return true;
  }

  void account(machine::outcome result) {
    if (result == machine::outcome::abandoned) {
      ++result_.counts.abandoned;
    } else if (result == machine::outcome::failed) {
      if (search_.counts_here()) ++result_.counts.failures;
      const exploration shown = as_seen_without_learning(*machine_.failed(), machine_.executed());
      if (settings_.on_failure) settings_.on_failure(*shown.first_failure, shown.counterexample);
      if (!result_.first_failure) {
        result_.first_failure = shown.first_failure;
        result_.counterexample = shown.counterexample;
      }
    } else if (repeat_now() && !machine_.repeat()) {
      account(machine::outcome::failed);
    } else if (search_.counts_here()) {
      ++result_.counts.executions;
      if (settings_.most_reuses > 0 && search_.current().reuses() > 0) ++result_.counts.with_reuse;
      if (settings_.on_execution) settings_.on_execution(search_.current());
    }
  }

  void look_at_client(machine::outcome result) {
    statistics& counts = result_.counts;
    const bool reuse = settings_.notice_reuse || settings_.look_around;
    if (reuse && !counts.reuse_matters) counts.reuse_matters = machine_.reuse_matters();
    if (!settings_.look_around || result != machine::outcome::completed) return;
    const graph& g = search_.current();
    counts.threads = std::max(counts.threads, g.thread_count());
    for (std::size_t t = 0; t < g.thread_count(); ++t) {
      if (!g.thread(t).empty()) counts.active_threads |= std::uint32_t{1} << t;
    }
    counts.threads_meet = counts.threads_meet || threads_meet(g);
    counts.keeps_memory = machine_.keeps_memory();
    look_for_conflicts();
  }

  // In the first few executions, and once for all shards: it takes long.
  void look_for_conflicts() {
    if (settings_.shard_index > 0 || result_.counts.unfollowed || completed_ > most_watched ||
        accesses_ >= most_accesses)
      return;
    const std::optional<conflict> found = machine_.look_for_conflicts();
    accesses_ += raw_accesses::count();
    if (!found) return;
    if (!found->after_end) {
      result_.counts.unfollowed = found->text;
      return;
    }
    result_.first_failure = failure_of(*found);
    result_.counterexample = search_.current();
    --result_.counts.executions;
    ++result_.counts.failures;
  }

  // The first complete execution and then ever fewer, so that it costs nothing in the long run: what an
  // execution ends with is not gone through again for the next one.
  bool repeat_now() { return std::has_single_bit(++completed_); }

  // A loop that would wait for ever if it came later is shown as it does: with a turn that leads back to it.
  // Only this search knows it as a wait.
  exploration as_seen_without_learning(const failure& f, const graph& executed) {
    exploration shown;
    shown.first_failure = f;
    shown.counterexample = executed;
    if (!is_about_loops(f, executed)) return shown;
    const guide way(guide::text_of(up_to_waits(f, executed)));
    repetition again = replay(program_, way, settings_.limits);
    if (!again.failed) return shown;
    shown.first_failure = std::move(again.failed);
    shown.counterexample = std::move(again.execution);
    return shown;
  }

  static bool is_about_loops(const failure& f, const graph& g) {
    return !f.about.empty() && g.at(f.about.front()).waits &&
           std::any_of(f.about.begin(), f.about.end(), [&g](event_ref ref) { return g.at(ref).presumes; });
  }

  // So much of what a small execution takes is done between two looks at the clock.
  static constexpr std::uint64_t progress_interval = 256;

  void tell_progress() {
    since_told_ += 1 + search_.current().trail().size() / 16;
    if (!settings_.on_progress || since_told_ < progress_interval || seconds_since(last_told_) < 0.2) return;
    since_told_ = 0;
    last_told_ = steady::now();
    result_.counts.seconds = seconds_since(start_);
    settings_.on_progress(result_.counts);
  }

  const program& program_;
  const settings& settings_;
  steady::time_point start_ = steady::now();
  search search_;
  machine machine_;
  exploration result_;
  bool estimated_ = false;
  std::uint64_t since_told_ = 0;
  std::uint64_t since_anew_ = 0;
  std::uint64_t thrown_away_ = 0;
  std::uint64_t completed_ = 0;
  std::size_t accesses_ = 0;
  steady::time_point last_told_ = start_;
};

}  // namespace

exploration explore(const program& p, const settings& s) {
  return explorer(p, s).run();
}

repetition replay(const program& p, const guide& way, const execution_limits& limits, notes* remarks) {
  search tree;
  tree.keep_to(way);
  machine m(p, tree, limits);
  m.take_notes(remarks);
  machine::outcome result{};
  do {
    tree.restart();
    result = m.run();
  } while (m.has_learned());
  repetition again{m.failed(), tree.current(), tree.followed_guide()};
  if (result != machine::outcome::completed) return again;
  const std::optional<conflict> found = m.look_for_conflicts();
  if (found && found->after_end) again.failed = failure_of(*found);
  return again;
}

bool recurs(const program& p, const graph& g, const execution_limits& limits, notes* remarks) {
  const repetition again = replay(p, guide(guide::text_of(g)), limits, remarks);
  return again.failed && again.as_named;
}

}  // namespace stillpoint::verify::explorer
