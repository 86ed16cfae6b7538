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

namespace {

// Beyond all that the system gives.
constexpr unsigned first_of_execution = 1u << 16;
constexpr unsigned first_lasting = 1u << 24;

}  // namespace

unsigned thread_values::add_key(destructor function) {
  const machine::engine_scope scope;
  const auto number = static_cast<unsigned>(first_of_execution + keys_.size());
  keys_.push_back({number, function});
  return number;
}

unsigned thread_values::add_lasting_key(destructor function) {
  const auto number = static_cast<unsigned>(first_lasting + lasting_keys_.size());
  note_key(number, function);
  return number;
}

void thread_values::note_key(unsigned number, destructor function) {
  const machine::engine_scope scope;
  std::erase_if(lasting_keys_, [number](const key& k) { return k.number == number; });
  lasting_keys_.push_back({number, function});
}

const thread_values::key* thread_values::find(unsigned number) const {
  for (const auto* const keys : {&keys_, &lasting_keys_}) {
    for (const key& k : *keys) {
      if (k.number == number) return &k;
    }
  }
  return nullptr;
}

void** thread_values::value(machine& m, unsigned number) {
  if (find(number) == nullptr) return nullptr;
  const machine::engine_scope scope;
  auto& values = of_[m.current_thread()].values;
  for (value_of_key& v : values) {
    if (v.number == number) return &v.value;
  }
  values.push_back({number, nullptr});
  return &values.back().value;
}

thread_values::destructor thread_values::at_end(unsigned number) const {
  return find(number)->at_end;
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
