// SPDX-License-Identifier: BSL-1.0
//
// explore: every consistent execution of a program, once, until something is wrong or all have been seen.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::explorer {

struct settings {
  // Bounds; reaching one makes the result not exhaustive. Zero: none. The time is kept also within an
  // execution, and what the estimate takes is part of it.
  std::uint64_t max_executions = 0;
  double max_seconds = 0;
  // Of the graphs that the search keeps.
  std::size_t max_bytes = std::size_t{4} << 30;
  // Go on after a failure, to see all of them.
  bool keep_going = false;
  unsigned shard_index = 0;
  unsigned shard_count = 1;
  // How many samples go into the estimate of the number of executions, at the most; zero: no estimate. An
  // execution among them that fails is reported, and ends the search unless it is to keep going.
  unsigned probes = 0;
  // After so many seconds of the search: most are over by then, and need none. Zero: before it begins.
  double seconds_before_estimate = 0;
  std::uint64_t seed = 1;
  execution_limits limits;
  // How often, at most, memory that P::destroy gave back is reused in an execution.
  std::size_t most_reuses = 0;
  // Look out for threads that could tell whether memory is reused.
  bool notice_reuse = false;
  // The same, and for what the client does without the policy; that is looked at in a few executions.
  bool look_around = false;
  // Called for each complete execution that this shard counts.
  std::function<void(const graph&)> on_execution;
  // Called when the search begins anew, since it has learned how a loop of the client can be cut short: what
  // was seen until then does not count.
  std::function<void()> on_restart;
  // Called for each failing execution.
  std::function<void(const failure&, const graph&)> on_failure;
  // Called a few times per second.
  std::function<void(const struct statistics&)> on_progress;
};

struct statistics {
  // Complete executions, and executions that end in a failure.
  std::uint64_t executions = 0;
  std::uint64_t failures = 0;
  // Begun and given up: inconsistent with the order of seq_cst operations once more was known, or a thread's
  // assumption is false.
  std::uint64_t abandoned = 0;
  double seconds = 0;
  // Estimated number of executions in all; negative if not asked for.
  double estimate = -1;
  // Of the executions, those in which memory was reused.
  std::uint64_t with_reuse = 0;
  // Where it was looked out for: whether a thread was seen that could tell.
  bool reuse_matters = false;
  // Where the client was looked at: how many threads it has, the main one included, and a bit for each that
  // has done anything; whether two of the others have done something to one place; whether it keeps memory
  // from one execution to the next; what memory its threads share without the policy.
  std::size_t threads = 0;
  std::uint32_t active_threads = 0;
  bool threads_meet = false;
  bool keeps_memory = false;
  std::optional<std::string> unfollowed;
  // Executions that reuse memory more often were left out.
  bool more_reuses = false;
  // All executions of this shard were seen.
  bool exhaustive = false;
  // If not: which bound was reached.
  std::string bound;
};

struct exploration {
  statistics counts;
  // The first failure, and the graph that shows it.
  std::optional<failure> first_failure;
  graph counterexample;
  // It was found in the executions that come before the work is divided: every shard finds it.
  bool in_every_shard = false;
};

exploration explore(const program& p, const settings& s);

// What became of running the one execution that a guide names.
struct repetition {
  // Unset if it does not fail.
  std::optional<failure> failed;
  graph execution;
  // Whether it is that execution: if not, the guide is another program's.
  bool as_named = false;
};

// `remarks`, unless null, becomes what a report says of the execution beyond its graph.
repetition replay(const program& p, const guide& way, const execution_limits& limits = {},
                  notes* remarks = nullptr);

// Whether an execution that failed does so again.
bool recurs(const program& p, const graph& g, const execution_limits& limits = {}, notes* remarks = nullptr);

}  // namespace stillpoint::verify::explorer
