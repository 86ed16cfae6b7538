// SPDX-License-Identifier: BSL-1.0
#include <new>

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

}  // namespace

observation sample(const oracle::litmus_test& test, std::uint64_t executions) {
  sampled = &test;
  condition_met = false;
  run_options options;
  options.effort = budget::thorough;
  options.most_executions = executions;
  const run_result result = relacy::search(options, client_of(test));
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
