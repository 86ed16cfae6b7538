// SPDX-License-Identifier: BSL-1.0
#include "verify/native/client_calls.hpp"

#include <stdexcept>
#include <string>

#include "verify/native/runtime.hpp"

namespace stillpoint::verify::native {

using explorer::machine;

namespace {

machine& here() {
  machine* const m = machine::running_client();
  if (m == nullptr) throw std::logic_error("shipped_policy: used outside of what the explorer runs");
  return *m;
}

// On the engine's stack.
std::size_t choose_one(std::size_t n, std::source_location where) {
  return machine::active()->choose(n, operation::stripe, where);
}
void drop() {
  machine::active()->drop();
}

}  // namespace

void fail_check(const char* text, std::source_location where) {
  machine& m = here();
  const machine::engine_scope scope;
  m.fail(std::string("assertion failed: ") + text, {}, where);
}

std::size_t choose(std::size_t n, std::source_location where) {
  static_cast<void>(here());
  return machine::enter<&choose_one>(n, where);
}

void drop_execution() {
  static_cast<void>(here());
  machine::enter<&drop>();
  __builtin_unreachable();
}

moment now() {
  machine& m = here();
  const machine::engine_scope scope;
  const explorer::moment reached = runtime::of_program().now(m);
  return {reached.past.counts, reached.thread, reached.events, reached.step};
}

// As explorer_policy's.
bool precedes(const moment& a, const moment& b) {
  if (a.thread == b.thread) return a.step < b.step;
  return b.past[a.thread] >= a.events;
}

}  // namespace stillpoint::verify::native
