// SPDX-License-Identifier: BSL-1.0
//
// An oracle's program as a program of the explorer. The explorer's thread T1 is the program's T0: its own T0
// is the main thread.
#pragma once

#include "verify/explorer/oracle/interpreter.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"

namespace stillpoint::verify::oracle {

// What an interpreter runs, and whom it tells of outcomes.
struct explored {
  const program& code;
  outcome_listener listener;
};

// `what` must outlive its runs.
template <class Interpreter = interpreter<explorer_policy>>
explorer::program explored_program(const explored& what) {
  return {[](void* argument) {
            const auto& run = *static_cast<const explored*>(argument);
            explorer::run_client<Interpreter>(
                [&run](void* memory) { return ::new (memory) Interpreter(run.code, &run.listener); },
                static_cast<unsigned>(run.code.threads.size()));
          },
          const_cast<explored*>(&what)};
}

}  // namespace stillpoint::verify::oracle
