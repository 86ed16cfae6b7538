// SPDX-License-Identifier: BSL-1.0
//
// What a program has asked to be done when it ends: the destructors of its static variables, and atexit's
// functions. What it asks within an execution is done at that one's end; what it had asked before main, where
// main itself is explored.
#pragma once

#include <vector>

#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::native {

class exit_calls {
 public:
  using function = void (*)(void*);

  static exit_calls& of_program();

  void add(bool in_execution, function called, void* argument);
  void begin_execution() { within_.clear(); }
  // In the client's code, on its main thread.
  void run_those_of_execution();
  void run_those_of_program();

 private:
  struct call {
    function called;
    void* argument;
  };

  std::vector<call> before_;
  std::vector<call> within_;
};

}  // namespace stillpoint::verify::native
