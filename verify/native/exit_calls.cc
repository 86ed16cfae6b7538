// SPDX-License-Identifier: BSL-1.0
#include "verify/native/exit_calls.hpp"

#include "verify/explorer/machine/next_definition.hpp"
#include "verify/explorer/machine/static_memory.hpp"
#include "verify/native/globals.hpp"

namespace stillpoint::verify::native {

using explorer::machine;
using explorer::static_memory;

exit_calls& exit_calls::of_program() {
  static exit_calls all;
  return all;
}

void exit_calls::add(bool in_execution, function called, void* argument) {
  const machine::engine_scope scope;
  const static_memory::closed lasting;
  (in_execution ? within_ : before_).push_back({called, argument});
}

// A destructor may have others registered.
void exit_calls::run_those_of_execution() {
  while (!within_.empty()) {
    const call last = within_.back();
    within_.pop_back();
    last.called(last.argument);
  }
}

void exit_calls::run_those_of_program() {
  for (std::size_t i = before_.size(); i-- > 0;) {
    before_[i].called(before_[i].argument);
    run_those_of_execution();
  }
}

}  // namespace stillpoint::verify::native

// What compilers call for a static variable with a destructor, and atexit calls. Threads may be at it at
// once. NOLINTNEXTLINE(bugprone-reserved-identifier, readability-identifier-naming): the ABI's name
extern "C" int __cxa_atexit(void (*called)(void*), void* argument, void* module) noexcept {
  namespace native = stillpoint::verify::native;
  const bool in_execution = native::machine::running_client() != nullptr;
  if (native::globals::are_of_program(module)) {
    if (in_execution) {
      native::exit_calls::of_program().add(true, called, argument);
      return 0;
    }
    if (stillpoint::verify::explorer::static_memory::is_open()) {
      native::exit_calls::of_program().add(false, called, argument);
    }
  }
  using function = int (*)(void (*)(void*), void*, void*);
  static constinit stillpoint::verify::explorer::next_definition<function> system("__cxa_atexit");
  return system(called, argument, module);
}
