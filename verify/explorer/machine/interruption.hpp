// SPDX-License-Identifier: BSL-1.0
//
// Ends a client's thread where it stands, from within a signal's handler: what interrupted it is reported as
// a failure of the execution, and its fiber never goes on.
#pragma once

#include <cstdint>
#include <string>

#include "verify/explorer/machine/calls.hpp"

namespace stillpoint::verify::explorer {

// Where the processor was.
struct processor_state {
  std::uintptr_t instruction = 0;
  // Whether some register holds what fresh memory is filled with.
  bool holds_poison = false;
  // Whether it is in a system call.
  bool in_system_call = false;
};

// Of the interrupted thread; `context` is what a handler is given. On an unknown processor all is zero.
processor_state processor_of(void* context);

class interruption {
 public:
  // Whether a thread can be ended here: on x86-64.
  static bool possible();
  // When the handler returns, `report` is called instead of what was interrupted, on a stack of its own,
  // and must not return.
  static void instead(void* context, void (*report)());
  // The calls that the thread was in; collected by `instead`.
  static const call_chain& calls();
  // Called first in a handler for faults: if the fault is in the collecting of calls itself, ends that.
  static void recover();
};

}  // namespace stillpoint::verify::explorer
