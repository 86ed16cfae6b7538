// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/run.hpp"

#include <algorithm>

#include "verify/explorer/machine/assess.hpp"
#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/machine/output.hpp"
#include "verify/explorer/reports/picture.hpp"
#include "verify/explorer/reports/trace.hpp"
#include "verify/explorer/search/guide.hpp"

namespace stillpoint::verify::explorer {

namespace {

double seconds_of(budget effort) {
  switch (effort) {
    case budget::quick:
      return 10;
    case budget::normal:
      return 60;
    case budget::thorough:
      return 3600;
  }
  return 0;
}

// How long, and in how many executions, a smaller counterexample is looked for once there is one.
constexpr double shrinking_seconds = 1;
constexpr std::uint64_t shrinking_executions = 20'000;

void show(run_result& result, const failure& f, const names& n, const run_options& options) {
  result.outcome = verdict::failed;
  result.error = headline(n, f);
  result.trace = trace(n, f);
  result.replay = guide::text_of(n.execution());
  if (options.graph_file.empty()) return;
  result.picture_note = write_picture(n, f, options.graph_file);
  result.picture = options.graph_file;
}

execution_limits limits_of(const run_options& options) {
  execution_limits limits;
  if (options.stack_size != 0) limits.stack_size = options.stack_size;
  if (options.idle_seconds >= 0) limits.idle_seconds = options.idle_seconds;
  limits.spurious_wakeups = options.spurious_wakeups;
  return limits;
}

// What the client prints is shown as it is printed.
run_result run_again(const run_options& options, const program& p) {
  const guide way(options.replay);
  notes remarks;
  const repetition seen = replay(p, way, limits_of(options), &remarks);
  run_result result;
  result.seed = options.seed;
  result.executions = 1;
  if (seen.failed) show(result, *seen.failed, names(seen.execution, &remarks), options);
  if (seen.failed && seen.as_named) return result;
  result.outcome = verdict::failed;
  if (!seen.as_named) {
    result.error =
        "the replay id names no execution of this program: it is another program's or another build's, "
        "or the client is not deterministic" +
        (seen.failed ? "; what was run: " + result.error : "");
  } else {
    result.error =
        "the execution that the replay id names did not fail: the program is not the one that failed, or the "
        "client is not deterministic";
  }
  return result;
}

// Without what the client prints.
template <class Search>
auto quietly(const Search& search) {
  const held_output printed(held_output::to::nowhere);
  return search();
}

// The smallest failing execution among those that a short further search meets. What every shard has found,
// every shard makes smaller alike.
exploration find_smaller(exploration found, const run_options& options, const program& p) {
  if (!found.first_failure || found.first_failure->slow || found.first_failure->by_watching) return found;
  settings s;
  s.limits = limits_of(options);
  s.most_reuses = found.counterexample.reuses();
  s.keep_going = true;
  s.max_seconds = shrinking_seconds;
  s.max_executions = shrinking_executions;
  if (!found.in_every_shard) {
    s.shard_index = options.shard_index;
    s.shard_count = options.shard_count;
  }
  s.on_failure = [&found](const failure& f, const graph& g) {
    if (g.trail().size() >= found.counterexample.trail().size()) return;
    found.first_failure = f;
    found.counterexample = g;
  };
  explore(p, s);
  return found;
}

// Repeats the execution that failed, for what the report says of it; what it prints becomes part of the
// trace.
void report(run_result& result, const exploration& seen, const run_options& options, const program& p) {
  if (!seen.first_failure) return;
  const failure& found = *seen.first_failure;
  notes remarks;
  std::string text;
  bool again = true;
  if (!is_not_deterministic(found)) {
    held_output printed(held_output::to::memory);
    again = recurs(p, seen.counterexample, limits_of(options), &remarks);
    text = printed.text();
  }
  show(result, found, names(seen.counterexample, &remarks), options);
  result.in_every_shard = seen.in_every_shard;
  if (!again) {
    result.error =
        not_deterministic("a failure did not recur when its execution was repeated: " + result.error);
  }
  if (text.empty()) return;
  if (text.back() != '\n') text += '\n';
  result.trace += "output of this execution:\n" + text;
}

progress progress_of(const statistics& now, unsigned shard_count) {
  progress p;
  p.executions = now.executions;
  p.blocked = now.abandoned;
  p.seconds = now.seconds;
  // What has turned out too low says nothing.
  const double left = now.estimate / shard_count - static_cast<double>(now.executions);
  if (left >= 0) p.remaining = left;
  return p;
}

// A planted defect is looked for by what the client checks.
assessment look(const program& p, const settings& s, const run_options& options) {
  if (p.sees_all || planting::planted != nullptr || planting::survey != nullptr) {
    assessment plain;
    plain.found = explore(p, s);
    return plain;
  }
  if (options.most_reuses < 0) return assess(p, s, std::nullopt);
  return assess(p, s, static_cast<std::size_t>(options.most_reuses));
}

void add_warnings(run_result& result, const assessment& seen) {
  for (const std::string& each : seen.warnings) result.warning += (result.warning.empty() ? "" : "; ") + each;
  if (!seen.unfollowed || result.outcome == verdict::failed) return;
  result.outcome = verdict::unfinished;
  result.exhaustive = false;
  result.error =
      "not exhaustive: threads share memory outside of the policy, and nothing that the explorer sees orders "
      "what they do: " +
      *seen.unfollowed +
      "; use P::atomic for std::atomic, and P::plain, by P::read and P::write, for what is not atomic: this "
      "may "
      "be a data race";
}

}  // namespace

run_result check_program(const run_options& options, const program& p) {
  if (!options.graph_file.empty()) require_picture_name(options.graph_file);
  if (!options.replay.empty()) return run_again(options, p);
  settings s;
  s.max_seconds = options.seconds > 0 ? options.seconds : seconds_of(options.effort);
  s.max_executions = options.most_executions;
  s.shard_index = options.shard_index;
  s.shard_count = options.shard_count;
  s.seed = options.seed;
  s.limits = limits_of(options);
  s.probes = options.on_progress && options.estimates ? 200 : 0;
  s.seconds_before_estimate = 0.5;
  if (options.on_progress) {
    s.on_progress = [&options](const statistics& now) {
      options.on_progress(progress_of(now, options.shard_count));
    };
  }
  const assessment assessed = quietly([&] {
    assessment first = look(p, s, options);
    first.found = find_smaller(std::move(first.found), options, p);
    return first;
  });
  const exploration& seen = assessed.found;
  run_result result;
  result.seed = options.seed;
  result.executions = seen.counts.executions + seen.counts.failures;
  result.blocked = seen.counts.abandoned;
  result.exhaustive = seen.counts.exhaustive;
  result.seconds = seen.counts.seconds;
  if (!seen.counts.exhaustive) {
    result.outcome = verdict::unfinished;
    result.error = "not exhaustive: " + seen.counts.bound;
  }
  report(result, seen, options, p);
  add_warnings(result, assessed);
  if (options.shard_count == 1) refuse_empty(result);
  return result;
}

}  // namespace stillpoint::verify::explorer
