// SPDX-License-Identifier: BSL-1.0
//
// What an engine is to the runner: something that checks one client within a budget and says what it saw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace stillpoint::verify {

enum class budget : std::uint8_t { quick, normal, thorough };

// Those of the options below that not every engine uses; a set of them is their union.
enum class engine_option : std::uint8_t {
  none = 0,
  graph = 1,
  stack = 2,
  idle = 4,
  reuse = 8,
  estimate = 16
};

constexpr engine_option operator|(engine_option a, engine_option b) {
  return static_cast<engine_option>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

// What the runner shows while an engine works; called a few times per second at most.
struct progress {
  std::uint64_t executions = 0;
  std::uint64_t blocked = 0;
  double seconds = 0;
  // What is estimated to be left, in executions; negative where the engine cannot tell.
  double remaining = -1;
};

struct run_options {
  budget effort = budget::normal;
  std::uint64_t seed = 1;
  // Stop after so many seconds, whatever the effort; 0 for the effort's time.
  double seconds = 0;
  // Stop after so many executions, whatever the effort; 0 for no such bound.
  std::uint64_t most_executions = 0;
  // For engines that can have memory of P::create reused: how often in an execution, at most; negative for
  // the engine's choice.
  int most_reuses = -1;
  // Empty, or what an earlier run's result gave as `replay`: run exactly that execution.
  std::string replay;
  // Where an engine that can draw one writes the picture of a counterexample: FILE.dot or FILE.svg; empty for
  // none.
  std::string graph_file;
  // This run's part of the work: shard_index of shard_count, for engines that can divide their work.
  unsigned shard_index = 0;
  unsigned shard_count = 1;
  // For engines that run a client's threads on stacks of their own making: the size of each, in bytes; 0 for
  // the engine's.
  std::size_t stack_size = 0;
  // For engines that can end a thread which does nothing that they see: after how many seconds; negative for
  // the engine's, 0 for never.
  double idle_seconds = -1;
  // For engines that run threads of the system: whether a wait may end by itself, as the standard allows.
  bool spurious_wakeups = true;
  std::function<void(const progress&)> on_progress;
  // Whether that is to say how much there is to do, for engines that have to find out.
  bool estimates = true;
};

// unfinished: a bound was reached before all was seen, and nothing wrong was found until then.
enum class verdict : std::uint8_t { passed, failed, unfinished };

constexpr std::string_view name_of(verdict outcome) {
  constexpr std::string_view names[] = {"passed", "failed", "unfinished"};
  return names[static_cast<std::size_t>(outcome)];
}

struct run_result {
  std::uint64_t executions = 0;
  std::uint64_t blocked = 0;
  // Every execution of the bounded client was seen.
  bool exhaustive = false;
  verdict outcome = verdict::passed;
  double seconds = 0;
  std::uint64_t seed = 0;
  // On failure: what went wrong, in one line; the trace, thread by thread; and the id that replays it.
  std::string error;
  std::string trace;
  std::string replay;
  // It was found before the work was divided: every shard comes by it.
  bool in_every_shard = false;
  // The file that shows it, if one was asked for and could be drawn, and what is to be said of that.
  std::string picture;
  std::string picture_note;
  // What the verdict does not cover, in phrases with "; " between them; empty if nothing is known.
  std::string warning;
  // Where a defect was planted: the client that noticed it; empty if none did.
  std::string found_by;
};

// A client of which no execution is complete has shown nothing. Of all shards together: one may have none.
inline void refuse_empty(run_result& whole) {
  if (whole.outcome != verdict::passed || whole.executions != 0) return;
  whole.outcome = verdict::unfinished;
  whole.exhaustive = false;
  whole.error = "nothing was checked: no execution is complete, as where P::assume is false in each";
}

// One client on one engine.
struct check {
  std::string primitive;
  std::string client;
  std::string engine;
  unsigned threads = 0;
  // Throws std::invalid_argument, with one line that names the value, if the engine cannot accept the
  // options: a replay id that is none.
  std::function<run_result(const run_options&)> run;
  // Whether the engine heeds shard_index and shard_count: executions are then counted by one shard each, and
  // those of all shards together are exactly the undivided run's.
  bool divisible = false;
  // What the engine uses of the options that not every engine does.
  engine_option options = engine_option::none;

  bool uses(engine_option which) const { return (options | which) == options; }
};

}  // namespace stillpoint::verify
