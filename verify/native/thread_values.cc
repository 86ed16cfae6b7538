// SPDX-License-Identifier: BSL-1.0
#include "verify/native/thread_values.hpp"

#include "verify/native/runtime.hpp"

namespace stillpoint::verify::native {

using explorer::machine;

thread_values& thread_values::of_program() {
  return runtime::of_program().values();
}

void thread_values::begin_execution() {
  const machine::engine_scope scope;
  keys_.clear();
  for (thread& each : of_) each = {};
}

unsigned thread_values::add_key(destructor function) {
  const machine::engine_scope scope;
  keys_.push_back(function);
  return static_cast<unsigned>(keys_.size() - 1);
}

void** thread_values::value(machine& m, unsigned key) {
  if (key >= keys_.size()) return nullptr;
  const machine::engine_scope scope;
  auto& values = of_[m.current_thread()].values;
  if (values.size() <= key) values.resize(key + 1);
  return &values[key];
}

thread_values::destructor thread_values::at_end(unsigned key) const {
  return keys_[key];
}

void thread_values::seed(machine& m, std::uint64_t with) {
  of_[m.current_thread()].random = with;
}

// A linear congruential generator with Knuth's constants for MMIX.
std::uint32_t thread_values::random(machine& m) {
  std::uint64_t& state = of_[m.current_thread()].random;
  state = state * 6364136223846793005U + 1442695040888963407U;
  m.changed_something();
  return static_cast<std::uint32_t>(state >> 32);
}

}  // namespace stillpoint::verify::native
