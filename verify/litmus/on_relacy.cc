// SPDX-License-Identifier: BSL-1.0
#include <new>
#include <set>
#include <utility>

#include "verify/explorer/oracle/interpreter.hpp"
#include "verify/litmus/engines.hpp"
#include "verify/relacy/run.hpp"

namespace stillpoint::verify::litmus {

namespace {

using oracle::condition;
using interpreted = oracle::interpreter<relacy_policy>;

// What is being sampled, and whether its condition came true. Outside of the client, which Relacy makes anew
// for each execution.
const oracle::litmus_test* sampled = nullptr;
bool condition_met = false;

relacy::client_operations client_of(const oracle::litmus_test& test) {
  return {sizeof(interpreted),
          static_cast<unsigned>(test.code.threads.size()),
          [](void* memory) { static_cast<void>(new (memory) interpreted(sampled->code)); },
          [](void* self, unsigned index) { static_cast<interpreted*>(self)->thread(index); },
          [](void* self) {
            if (sampled->final_state.holds(*static_cast<interpreted*>(self))) condition_met = true;
          },
          [](void* self) { static_cast<interpreted*>(self)->~interpreted(); }};
}

// The program of sample_ends, and what it ended with.
const oracle::program* sampled_program = nullptr;
std::set<oracle::outcome> ends;

void note_end(interpreted& ended) {
  const relacy::untracked engine;
  ends.insert(ended.read_outcome());
}

run_result run_sampled(const relacy::client_operations& client, std::uint64_t executions) {
  run_options options;
  options.effort = budget::thorough;
  options.most_executions = executions;
  return relacy::search(options, client);
}

}  // namespace

std::set<oracle::outcome> sample_ends(const oracle::program& code, std::uint64_t executions) {
  sampled_program = &code;
  ends.clear();
  const relacy::client_operations client = {
      sizeof(interpreted),
      static_cast<unsigned>(code.threads.size()),
      [](void* memory) { static_cast<void>(new (memory) interpreted(*sampled_program)); },
      [](void* self, unsigned index) { static_cast<interpreted*>(self)->thread(index); },
      [](void* self) { note_end(*static_cast<interpreted*>(self)); },
      [](void* self) { static_cast<interpreted*>(self)->~interpreted(); }};
  run_sampled(client, executions);
  return std::move(ends);
}

observation sample(const oracle::litmus_test& test, std::uint64_t executions) {
  sampled = &test;
  condition_met = false;
  const run_result result = run_sampled(client_of(test), executions);
  const condition::kind wanted = test.final_state.what;
  const bool race = result.error.starts_with("data race");
  const bool deadlock = result.error.starts_with("deadlock");
  observation seen;
  seen.executions = result.executions;
  seen.shown = (wanted == condition::kind::race && race) ||
               (wanted == condition::kind::deadlock && deadlock) ||
               (wanted == condition::kind::outcome && condition_met);
  if (!result.error.empty() && !race && !deadlock) seen.error = result.error;
  if (race && wanted != condition::kind::race) seen.error = result.error;
  return seen;
}

}  // namespace stillpoint::verify::litmus
