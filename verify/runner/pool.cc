// SPDX-License-Identifier: BSL-1.0
#include "verify/runner/pool.hpp"

#include <poll.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <utility>

#include "verify/runner/pictures.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify {

namespace {

constexpr int milliseconds_between_looks = 100;

run_options options_for_engines(const runner_options& options) {
  run_options each;
  each.effort = options.effort;
  each.seed = options.seed;
  each.replay = options.replay.value_or("");
  each.graph_file = options.graph_file;
  each.shard_index = options.shard_index;
  each.shard_count = options.shard_count;
  each.stack_size = options.stack_size;
  each.idle_seconds = options.idle_seconds;
  each.most_reuses = options.most_reuses;
  each.estimates = options.estimates;
  return each;
}

// One execution cannot be divided, and two processes must not draw one picture.
unsigned parts_of(const check& what, const runner_options& options, std::size_t checks) {
  if (!what.divisible || options.replay || !options.graph_file.empty()) return 1;
  return static_cast<unsigned>((options.jobs + checks - 1) / checks);
}

// Those that are not among them yet.
void add_warnings(std::string& sum, std::string_view part) {
  constexpr std::string_view between = "; ";
  while (!part.empty()) {
    const std::size_t end = std::min(part.find(between), part.size());
    const std::string_view each = part.substr(0, end);
    if (sum.find(each) == std::string::npos) {
      if (!sum.empty()) sum += between;
      sum += each;
    }
    part.remove_prefix(std::min(end + between.size(), part.size()));
  }
}

void add(run_result& sum, const run_result& part) {
  sum.executions += part.executions;
  sum.blocked += part.blocked;
  sum.seed = part.seed;
  sum.exhaustive = sum.exhaustive && part.exhaustive;
  add_warnings(sum.warning, part.warning);
  if (sum.outcome == verdict::failed) return;
  if (part.outcome != verdict::passed) sum.outcome = part.outcome;
  if (sum.outcome != part.outcome) return;
  sum.found_by = part.found_by;
  sum.error = part.error;
  sum.trace = part.trace;
  sum.replay = part.replay;
  sum.in_every_shard = part.in_every_shard;
  sum.picture = part.picture;
  sum.picture_note = part.picture_note;
}

void add(progress& sum, const progress& part) {
  sum.executions += part.executions;
  sum.blocked += part.blocked;
  sum.seconds = std::max(sum.seconds, part.seconds);
  if (part.remaining >= 0) sum.remaining = std::max(0.0, sum.remaining) + part.remaining;
}

}  // namespace

pool::pool(const std::vector<check>& checks, const runner_options& options)
    : checks_(checks),
      each_(options_for_engines(options)),
      most_(options.jobs),
      states_(checks.size()),
      outcomes_(checks.size()),
      display_(std::cout, checks.size()) {
  for (std::size_t i = 0; i < checks.size(); ++i) {
    states_[i].sum.exhaustive = true;
    states_[i].parts_left = parts_of(checks[i], options, checks.size());
    for (unsigned index = 0; index < states_[i].parts_left; ++index) {
      queue_.push_back({i, index, states_[i].parts_left});
    }
  }
  std::reverse(queue_.begin(), queue_.end());
}

std::vector<outcome> pool::run() {
  while (!queue_.empty() || !running_.empty()) {
    while (running_.size() < most_ && !queue_.empty()) {
      const part next = queue_.back();
      queue_.pop_back();
      start(next);
    }
    look();
    show();
  }
  display_.clear();
  return std::move(outcomes_);
}

// Shards are divided further, so that all parts of all shards are different.
void pool::start(const part& next) {
  state& of = states_[next.check];
  if (!std::exchange(of.started, true)) of.start = clock::now();
  run_options options = each_;
  options.shard_index = each_.shard_index * next.count + next.index;
  options.shard_count = each_.shard_count * next.count;
  if (!options.graph_file.empty() && checks_.size() > 1) {
    options.graph_file = numbered_picture(each_.graph_file, next.check + 1);
  }
  running_.push_back({next, std::make_unique<worker>(checks_[next.check], options)});
}

void pool::look() {
  std::vector<pollfd> waiting;
  for (const job& one : running_) waiting.push_back({one.process->descriptor(), POLLIN, 0});
  if (poll(waiting.data(), waiting.size(), milliseconds_between_looks) <= 0) return;
  // One end may end others: what is left is looked at the next time.
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (waiting[i].revents == 0 || running_[i].process->receive()) continue;
    end(i);
    return;
  }
}

void pool::end(std::size_t running) {
  const job ended = std::move(running_[running]);
  running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(running));
  const std::size_t check = ended.what.check;
  state& of = states_[check];
  try {
    add(of.sum, ended.process->result());
  } catch (const usage_error&) {
    display_.clear();
    throw;
  }
  --of.parts_left;
  if (of.sum.outcome == verdict::failed && of.parts_left > 0) {
    std::erase_if(running_, [check](const job& one) { return one.what.check == check; });
    std::erase_if(queue_, [check](const part& one) { return one.check == check; });
    of.parts_left = 0;
    of.sum.exhaustive = false;
  }
  if (of.parts_left == 0) finish(check);
}

void pool::finish(std::size_t check) {
  state& of = states_[check];
  const std::chrono::duration<double> taken = clock::now() - of.start;
  of.sum.seconds = taken.count();
  if (each_.shard_count == 1) refuse_empty(of.sum);
  outcomes_[check] = {checks_[check], std::move(of.sum)};
  display_.ended(outcomes_[check]);
}

void pool::show() {
  std::vector<running_check> shown;
  std::vector<std::size_t> shown_checks;
  for (const job& one : running_) {
    const std::size_t check = one.what.check;
    if (shown_checks.empty() || shown_checks.back() != check) {
      shown_checks.push_back(check);
      const run_result& done = states_[check].sum;
      shown.push_back({path_of(checks_[check]), {done.executions, done.blocked, 0, -1}});
    }
    add(shown.back().latest, one.process->latest());
  }
  display_.show(shown);
}

}  // namespace stillpoint::verify
