// SPDX-License-Identifier: BSL-1.0
#include "verify/relacy/run.hpp"

#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_gettime() is POSIX's

#include <algorithm>
#include <charconv>
#include <chrono>
#include <stdexcept>
#include <string>

#include "verify/relacy/crash_guard.hpp"

namespace stillpoint::verify::relacy {

namespace {

using clock = std::chrono::steady_clock;

struct bounds {
  std::uint64_t executions;
  // Of the processor: how much is looked at shall not depend on what else the machine does.
  double seconds;
};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

bounds bounds_of(budget effort) {
  switch (effort) {
    case budget::quick:
      return {100'000, 0.4};
    case budget::normal:
      return {1'000'000, 1.6};
    case budget::thorough:
      return {100'000'000, 120};
  }
  return {1, 1};
}

// Once an execution has failed, this many more are tried in search of a shorter one.
constexpr std::uint64_t executions_for_shorter = 20'000;
constexpr unsigned failures_for_shorter = 40;

constexpr double seconds_between_progress = 0.25;
// The clock is looked at once in so many executions.
constexpr std::uint64_t executions_between_looks = 128;

struct failure {
  std::uint64_t execution = 0;
  std::uint64_t steps = 0;
  rl::test_result_e kind = rl::test_result_success;
};

std::string replay_id(std::uint64_t seed, std::uint64_t execution) {
  return std::to_string(seed) + '.' + std::to_string(execution);
}

void parse_replay_id(std::string_view id, std::uint64_t& seed, std::uint64_t& execution) {
  const char* const end = id.data() + id.size();
  const auto first = std::from_chars(id.data(), end, seed);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == '.') {
    const auto second = std::from_chars(first.ptr + 1, end, execution);
    if (second.ec == std::errc() && second.ptr == end) return;
  }
  throw std::invalid_argument("replay id '" + std::string(id) +
                              "': expected SEED.EXECUTION, two numbers, as a failing run prints it");
}

// The executions of one run, in the order of their numbers.
class searcher {
 public:
  searcher(const run_options& options, const client_operations& client)
      : options_(options), client_(client), bounds_(bounds_of(options.effort)), seed_(options.seed) {
    number_ = options.shard_index;
    if (options.most_executions != 0) {
      bounds_.executions = std::min(bounds_.executions, options.most_executions);
    }
    bounds_.executions = bounds_.executions / options.shard_count +
                         (options.shard_index < bounds_.executions % options.shard_count ? 1 : 0);
  }

  run_result hunt() {
    const rl::test_result_e kind = simulate_from_here();
    run_result result;
    result.executions = done_ + (kind == rl::test_result_success ? 0 : 1);
    result.seed = seed_;
    result.outcome = kind == rl::test_result_success ? verdict::passed : verdict::failed;
    if (kind != rl::test_result_success) explain(shorter_than(failed_here(kind)), result);
    result.seconds = seconds();
    return result;
  }

  run_result replay() {
    parse_replay_id(options_.replay, seed_, number_);
    run_result result;
    result.executions = 1;
    result.seed = seed_;
    const failure only = run_alone(number_, nullptr);
    if (only.kind != rl::test_result_success) {
      result.outcome = verdict::failed;
      explain(only, result);
    }
    result.seconds = seconds();
    return result;
  }

 private:
  rl::test_result_e simulate_from_here() {
    current_session.owner = this;
    current_session.next_execution = [](void* self) { return static_cast<searcher*>(self)->next(); };
    current_session.failure.clear();
    current_session.quarantine.clear();
    begin();
    const crash_guard crashes;
    exception_state outside;
    outside.save();
    const rl::test_result_e kind = simulate(client_);
    outside.restore();
    return kind;
  }

  void begin() {
    current_session.random.seed(seed_, number_);
    current_session.in_bursts = current_session.random.below(2) == 0;
  }

  // An execution has ended well.
  bool next() {
    ++done_;
    number_ += options_.shard_count;
    if (done_ >= bounds_.executions || (done_ % executions_between_looks == 0 && is_late())) return false;
    begin();
    return true;
  }

  bool is_late() {
    const untracked engine;
    const double now = seconds();
    if (options_.on_progress && now >= next_progress_) {
      next_progress_ = now + seconds_between_progress;
      options_.on_progress({done_, 0, now, static_cast<double>(bounds_.executions - done_)});
    }
    return processor_seconds() - processor_start_ >= bounds_.seconds;
  }

  double seconds() const { return std::chrono::duration<double>(clock::now() - start_).count(); }

  failure failed_here(rl::test_result_e kind) const { return {number_, current_session.steps, kind}; }

  // `first` is the one that simulate_from_here() just stopped at; goes on from there.
  failure shorter_than(const failure& first) {
    failure shortest = first;
    bounds_ = {done_ + executions_for_shorter, processor_seconds() - processor_start_ + 1};
    for (unsigned failures = 1; failures < failures_for_shorter; ++failures) {
      ++done_;
      number_ += options_.shard_count;
      if (done_ >= bounds_.executions) break;
      const rl::test_result_e kind = simulate_from_here();
      if (kind == rl::test_result_success) break;
      if (current_session.steps < shortest.steps) shortest = failed_here(kind);
    }
    return shortest;
  }

  failure run_alone(std::uint64_t number, tracer* trace) {
    number_ = number;
    bounds_ = {done_ + 1, processor_seconds()};
    current_session.trace = trace;
    const rl::test_result_e kind = simulate_from_here();
    current_session.trace = nullptr;
    return {number, current_session.steps, kind};
  }

  void explain(const failure& found, run_result& result) {
    tracer trace;
    const failure again = run_alone(found.execution, &trace);
    result.replay = replay_id(seed_, found.execution);
    result.trace = trace.text(current_session.running);
    if (again.kind == found.kind && again.steps == found.steps) {
      result.error = error_text(found.kind, trace);
    } else {
      result.error =
          std::string("the client is not deterministic: run again, the execution that ended with ") +
          rl::test_result_str(found.kind) + " ended with " + rl::test_result_str(again.kind);
    }
  }

  static std::string error_text(rl::test_result_e kind, const tracer& trace);

  const run_options& options_;
  const client_operations& client_;
  bounds bounds_;
  std::uint64_t seed_;
  std::uint64_t number_;
  std::uint64_t done_ = 0;
  clock::time_point start_ = clock::now();
  double processor_start_ = processor_seconds();
  double next_progress_ = seconds_between_progress;
};

const char* words_for(rl::test_result_e kind) {
  switch (kind) {
    case rl::test_result_data_race:
      return "data race";
    case rl::test_result_access_to_freed_memory:
      return "use of memory after it was freed, or of an object after its end";
    case rl::test_result_double_free:
      return "memory freed twice, or never allocated";
    case rl::test_result_memory_leak:
      return "memory leak";
    case rl::test_result_resource_leak:
      return "an atomic, plain or mutex was never destroyed";
    case rl::test_result_unitialized_access:
      return "read of a variable that has no value";
    case rl::test_result_deadlock:
      return "deadlock";
    case rl::test_result_livelock:
      return "livelock: the execution does not end";
    case rl::test_result_recursion_on_nonrecursive_mutex:
      return "a mutex locked by the thread that holds it";
    case rl::test_result_unlocking_mutex_wo_ownership:
      return "a mutex unlocked by a thread that does not hold it";
    case rl::test_result_destroying_owned_mutex:
      return "a mutex destroyed while it is locked";
    default:
      return rl::test_result_str(kind);
  }
}

std::string at(const trace_event& event) {
  return "thread " + std::to_string(event.shown_thread()) + ", " + event.text + " (" + event.place() + ')';
}

std::string waiting_threads(const tracer& trace) {
  std::string text;
  for (unsigned thread = 0; thread < max_threads; ++thread) {
    const trace_event* const stopped = trace.unfinished(thread);
    if (stopped != nullptr) text += (text.empty() ? ": " : "; ") + at(*stopped);
  }
  return text;
}

std::string searcher::error_text(rl::test_result_e kind, const tracer& trace) {
  if (!current_session.failure.empty()) return current_session.failure;
  std::string text = words_for(kind);
  if (kind == rl::test_result_deadlock) return text + waiting_threads(trace);
  if (kind == rl::test_result_memory_leak) {
    for (const trace_event* created : trace.leaked()) text += ": " + at(*created);
    return text;
  }
  const trace_event* const stopped = trace.unfinished(current_session.running);
  if (stopped == nullptr) return text;
  text += ": " + at(*stopped);
  const trace_event* const conflict =
      kind == rl::test_result_data_race ? trace.conflict_of(*stopped) : nullptr;
  if (conflict != nullptr) text += ", is not ordered after " + at(*conflict);
  return text;
}

}  // namespace

run_result search(const run_options& options, const client_operations& client) {
  searcher all(options, client);
  return options.replay.empty() ? all.hunt() : all.replay();
}

}  // namespace stillpoint::verify::relacy
