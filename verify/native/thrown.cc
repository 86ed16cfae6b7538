// SPDX-License-Identifier: BSL-1.0
#include "verify/native/thrown.hpp"

#include <algorithm>
#include <cstring>

#include "verify/explorer/machine/arena.hpp"
#include "verify/explorer/machine/next_definition.hpp"

namespace stillpoint::verify::native {

using explorer::machine;

namespace {

// The language's library keeps its own account of the exception before the object, of 128 bytes where
// pointers have eight, and expects zeros there.
constexpr std::size_t header = 256;

}  // namespace

thrown& thrown::of_program() {
  static thrown one;
  return one;
}

void thrown::begin_execution() {
  for (auto& blocks : of_) blocks.clear();
}

void* thrown::allocate(machine& m, std::size_t size) {
  const machine::engine_scope scope;
  std::vector<block>& blocks = of_[m.current_thread()];
  auto found = std::find_if(blocks.begin(), blocks.end(),
                            [size](const block& b) { return !b.in_use && b.size >= size; });
  if (found == blocks.end()) {
    auto* const memory = static_cast<unsigned char*>(m.allocate(header + size, alignof(std::max_align_t)));
    found = blocks.insert(blocks.end(), {memory + header, size, false});
  }
  found->in_use = true;
  std::memset(static_cast<unsigned char*>(found->object) - header, 0, header);
  return found->object;
}

void thrown::release(const machine& m, const void* object) {
  const machine::engine_scope scope;
  for (block& each : of_[m.current_thread()]) {
    if (each.object == object) each.in_use = false;
  }
}

}  // namespace stillpoint::verify::native

// The language's names, which its own library calls as well.
// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming)
extern "C" {

void* __cxa_allocate_exception(std::size_t size) noexcept {
  namespace native = stillpoint::verify::native;
  if (native::machine* const m = native::machine::running_client()) {
    return native::thrown::of_program().allocate(*m, size);
  }
  static constinit stillpoint::verify::explorer::next_definition<void* (*)(std::size_t)> system(
      "__cxa_allocate_exception");
  return system(size);
}

void __cxa_free_exception(void* object) noexcept {
  namespace native = stillpoint::verify::native;
  if (stillpoint::verify::explorer::arena::owns(object)) {
    if (const native::machine* const m = native::machine::running_client()) {
      native::thrown::of_program().release(*m, object);
    }
    return;
  }
  static constinit stillpoint::verify::explorer::next_definition<void (*)(void*)> system(
      "__cxa_free_exception");
  system(object);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)
