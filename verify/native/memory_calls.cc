// SPDX-License-Identifier: BSL-1.0
//
// What copies, fills and compares memory, as g++ leaves it to the C library: whoever calls, it is the
// thread's own access to the program's memory. Memory of the language's and the system's libraries is theirs.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "verify/native/runtime.hpp"

// The C library's own, by names that nobody stands before; by these names the compiler would know them and
// call memmove instead.
extern "C" {
void* system_memmove(void* to, const void* from, std::size_t size, std::size_t room) noexcept
    __asm__("__memmove_chk");
void* system_memset(void* to, int value, std::size_t size, std::size_t room) noexcept __asm__("__memset_chk");
}

namespace stillpoint::verify::native {

namespace {

using explorer::machine;

constexpr std::size_t any_room = std::numeric_limits<std::size_t>::max();

void note(const void* address, std::size_t size, bool writes, const void* caller) {
  machine* const m = machine::called_by_client(__builtin_frame_address(0));
  if (m == nullptr || size == 0) return;
  if (!runtime::is_programs(*m, address)) return;
  runtime::of_program().plain(*m, reinterpret_cast<std::uintptr_t>(address), size, writes, caller);
}

void* copy(void* to, const void* from, std::size_t size, const void* caller) {
  note(from, size, false, caller);
  note(to, size, true, caller);
  return system_memmove(to, from, size, any_room);
}

void* fill(void* to, int value, std::size_t size, const void* caller) {
  note(to, size, true, caller);
  return system_memset(to, value, size, any_room);
}

// Those of the C library may not be called here by their names: they lead back.
[[gnu::optimize("no-tree-loop-distribute-patterns")]] std::size_t length_of(const char* text) {
  std::size_t length = 0;
  while (text[length] != 0) ++length;
  return length;
}

[[gnu::optimize("no-tree-loop-distribute-patterns")]] int compare(const void* left, const void* right,
                                                                  std::size_t size) {
  const auto* const a = static_cast<const unsigned char*>(left);
  const auto* const b = static_cast<const unsigned char*>(right);
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

}  // namespace

}  // namespace stillpoint::verify::native

namespace native = stillpoint::verify::native;

extern "C" {

void* memcpy(void* __restrict to, const void* __restrict from, std::size_t size) noexcept {
  return native::copy(to, from, size, __builtin_return_address(0));
}

void* memmove(void* to, const void* from, std::size_t size) noexcept {
  return native::copy(to, from, size, __builtin_return_address(0));
}

void* memset(void* to, int value, std::size_t size) noexcept {
  return native::fill(to, value, size, __builtin_return_address(0));
}

int memcmp(const void* left, const void* right, std::size_t size) noexcept {
  native::note(left, size, false, __builtin_return_address(0));
  native::note(right, size, false, __builtin_return_address(0));
  return native::compare(left, right, size);
}

std::size_t strlen(const char* text) noexcept {
  const std::size_t length = native::length_of(text);
  native::note(text, length + 1, false, __builtin_return_address(0));
  return length;
}

char* strcpy(char* __restrict to, const char* __restrict from) noexcept {
  native::copy(to, from, native::length_of(from) + 1, __builtin_return_address(0));
  return to;
}

}  // extern "C"
