// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/assess.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace stillpoint::verify::explorer {

namespace {

// How many executions come first.
constexpr std::uint64_t first_executions = 1000;
// How many executions of those with reuse are explored at most, and in which part of the time.
constexpr std::uint64_t most_with_reuse = 100'000;
constexpr double part_of_time = 0.5;
// A smaller part of the time, for the first executions, is not taken off the rest.
constexpr double part_that_counts = 0.02;
constexpr std::size_t any_number = 1'000'000;
// A time that is over at once; none would be no bound.
constexpr double shortest = 0.001;

std::uint64_t smaller_bound(std::uint64_t a, std::uint64_t b) {
  return a == 0 ? b : b == 0 ? a : std::min(a, b);
}

exploration explore_first(const program& p, const settings& s) {
  settings few;
  few.limits = s.limits;
  few.look_around = true;
  few.shard_index = s.shard_index;
  few.max_executions = smaller_bound(s.max_executions, first_executions);
  // Not a part of it: what the first executions decide must not depend on how fast they are.
  few.max_seconds = s.max_seconds;
  return explore(p, few);
}

std::string list_of(const std::vector<std::size_t>& threads) {
  std::string text = threads.size() == 1 ? "thread " : "threads ";
  for (std::size_t i = 0; i < threads.size(); ++i) {
    if (i > 0) text += i + 1 == threads.size() ? " and " : ", ";
    text += std::to_string(threads[i]);
  }
  return text;
}

void warn_of_silence(const statistics& first, std::vector<std::string>& warnings) {
  if (first.executions == 0) return;
  std::vector<std::size_t> silent;
  for (std::size_t t = 1; t < first.threads; ++t) {
    if ((first.active_threads >> t & 1) == 0) silent.push_back(t);
  }
  if (!silent.empty()) {
    warnings.push_back(list_of(silent) + " performed no operation of the policy: what " +
                       (silent.size() == 1 ? "it does" : "they do") + " is not checked");
  } else if (!first.threads_meet && first.threads > 2) {
    warnings.push_back(
        "the " + std::to_string(first.threads - 1) +
        " threads have no place in common that the explorer sees: " +
        (first.executions == 1 ? "there is one execution" : "they do not depend on each other"));
  }
}

std::vector<std::string> warnings_of(const statistics& first) {
  std::vector<std::string> warnings;
  warn_of_silence(first, warnings);
  if (first.keeps_memory) {
    warnings.emplace_back(
        "something keeps memory that new gave in one execution, as a static does; in the next one its "
        "contents are lost");
  }
  return warnings;
}

std::string reuse_left_out(const statistics& with) {
  if (!with.exhaustive) {
    return "reuse of memory was explored in part, in " + std::to_string(with.with_reuse) + " executions";
  }
  return with.more_reuses ? "executions that reuse memory more than once were left out; --reuse=N has up to N"
                          : "";
}

exploration explore_up_to(std::size_t most_reuses, const program& p, const settings& s, double seconds) {
  settings with = s;
  with.most_reuses = most_reuses;
  with.max_executions = smaller_bound(s.max_executions, most_with_reuse);
  with.max_seconds = s.max_seconds > 0 ? std::max(shortest, s.max_seconds * part_of_time - seconds) : 0;
  with.probes = 0;
  return explore(p, with);
}

// Those with one reuse first: they show most, and are fewer. But shards have to divide the same executions.
exploration explore_with_reuse(const program& p, const settings& s) {
  if (s.shard_count > 1) return explore_up_to(any_number, p, s, 0);
  exploration once = explore_up_to(1, p, s, 0);
  if (once.first_failure || !once.counts.exhaustive || !once.counts.more_reuses) return once;
  exploration any = explore_up_to(any_number, p, s, once.counts.seconds);
  return any.first_failure || any.counts.exhaustive ? any : once;
}

void add_those_with(exploration& without, const statistics& with) {
  without.counts.executions += with.with_reuse;
  without.counts.with_reuse = with.with_reuse;
  without.counts.seconds += with.seconds;
}

void explore_both(const program& p, const settings& s, assessment& result) {
  exploration with = explore_with_reuse(p, s);
  const statistics counts = with.counts;
  // A shard's part of those with reuse does not cover its part of those without.
  if (with.first_failure || (counts.exhaustive && s.shard_count == 1)) {
    result.found = std::move(with);
  } else {
    settings rest = s;
    if (s.max_seconds > 0) rest.max_seconds = std::max(shortest, s.max_seconds - counts.seconds);
    result.found = explore(p, rest);
    add_those_with(result.found, counts);
  }
  const std::string left_out = reuse_left_out(counts);
  if (!left_out.empty() && !result.found.first_failure) result.warnings.push_back(left_out);
}

void explore_as_asked(const program& p, settings s, std::size_t most_reuses, bool matters,
                      assessment& result) {
  s.most_reuses = most_reuses;
  result.found = explore(p, s);
  if (most_reuses == 0 && matters) {
    result.warnings.emplace_back("reuse of memory was left out");
  } else if (result.found.counts.more_reuses) {
    result.warnings.push_back("executions that reuse memory more than " + std::to_string(most_reuses) +
                              " times were left out");
  }
}

// It may turn out later that reuse matters; other shards may not have come by it.
void explore_without_reuse(const program& p, settings s, assessment& result) {
  s.notice_reuse = true;
  result.found = explore(p, s);
  if (result.found.counts.reuse_matters && !result.found.first_failure)
    result.warnings.emplace_back("reuse of memory was left out; --reuse=1 explores it");
}

}  // namespace

assessment assess(const program& p, const settings& asked, std::optional<std::size_t> most_reuses) {
  exploration first = explore_first(p, asked);
  settings s = asked;
  if (asked.max_seconds > 0 && first.counts.seconds > asked.max_seconds * part_that_counts)
    s.max_seconds = std::max(shortest, asked.max_seconds - first.counts.seconds);
  assessment result;
  // A failure might not be seen again, or take long. If the time is over, there is no more to be seen.
  const bool over =
      asked.max_seconds > 0 && first.counts.seconds >= asked.max_seconds && !first.counts.exhaustive;
  if (first.first_failure || over) {
    // What memory is shared without the policy is looked at by one shard alone.
    first.in_every_shard = first.first_failure && !first.first_failure->by_watching;
    result.found = std::move(first);
    return result;
  }
  result.warnings = warnings_of(first.counts);
  result.unfollowed = first.counts.unfollowed;
  if (most_reuses) {
    explore_as_asked(p, s, *most_reuses, first.counts.reuse_matters, result);
  } else if (first.counts.reuse_matters) {
    explore_both(p, s, result);
  } else if (first.counts.exhaustive && s.shard_count == 1 && !s.on_execution) {
    result.found = std::move(first);
  } else {
    explore_without_reuse(p, s, result);
  }
  return result;
}

}  // namespace stillpoint::verify::explorer
