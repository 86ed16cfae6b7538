// SPDX-License-Identifier: BSL-1.0
//
// Signals that would end the process: in client code they are failures of the execution like any other. All
// others go to whom they went before.
#pragma once

#include <csignal>

namespace stillpoint::verify::explorer {

class fault_handlers {
 public:
  fault_handlers();
  fault_handlers(const fault_handlers&) = delete;
  fault_handlers& operator=(const fault_handlers&) = delete;
  ~fault_handlers();

 private:
  static inline int living_ = 0;
};

// Where handlers run: a thread may have no stack left.
class handler_stack {
 public:
  handler_stack();
  handler_stack(const handler_stack&) = delete;
  handler_stack& operator=(const handler_stack&) = delete;
  ~handler_stack();

 private:
  static inline int living_ = 0;
};

}  // namespace stillpoint::verify::explorer
