// SPDX-License-Identifier: BSL-1.0
//
// An oracle's program as a program of the explorer. The explorer's thread T1 is the program's T0: its own T0
// is the main thread.
#pragma once

#include "verify/explorer/oracle/interpreter.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"

namespace stillpoint::verify::oracle {

// `p` must outlive its runs.
inline explorer::program explored_program(const program& p) {
  return {[](void* argument) {
            const auto& code = *static_cast<const program*>(argument);
            explorer::run_client<interpreter<explorer_policy>>(
                [&code](void* memory) { return ::new (memory) interpreter<explorer_policy>(code); },
                static_cast<unsigned>(code.threads.size()));
          },
          const_cast<program*>(&p)};
}

}  // namespace stillpoint::verify::oracle
