// SPDX-License-Identifier: BSL-1.0
//
// malloc and its kin. What the explored program itself allocates comes from the machine's arena, as what it
// gets by new does. What libraries allocate for themselves comes from the system: it may outlast an
// execution.
#include <malloc.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "verify/explorer/machine/arena.hpp"
#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/machine/static_memory.hpp"
#include "verify/native/globals.hpp"

// The C library's own, which need not be looked for: looking may allocate.
// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);
}
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)

namespace stillpoint::verify::native {

namespace {

using explorer::arena;
using explorer::machine;
using explorer::new_form;
using explorer::static_memory;

constexpr std::size_t usual_alignment = alignof(std::max_align_t);

// The machine, if the call comes from the program's own text.
machine* machine_of(const void* caller) {
  machine* const m = machine::running_client();
  return m != nullptr && explorer::thread_locals::in_module(caller) ? m : nullptr;
}

void* allocate(machine& m, std::size_t size, std::size_t alignment = usual_alignment) {
  return m.allocate_new(size, std::max(alignment, usual_alignment), new_form::malloc);
}

// Where no execution runs: null if it is the system's to give.
void* lasting(const void* caller, std::size_t size, std::size_t alignment = usual_alignment) {
  return globals::are_of_program(caller) ? static_memory::allocate(size, alignment) : nullptr;
}

void release(void* memory, const void* caller) {
  machine* const m = machine::allocating();
  if (m == nullptr) return;
  static_memory::owns(memory) ? m->release_static(memory, caller)
                              : m->release_new(memory, new_form::malloc, 0, caller);
}

bool overflows(std::size_t count, std::size_t size) {
  std::size_t all = 0;
  return __builtin_mul_overflow(count, size, &all);
}

void* no_memory() {
  errno = ENOMEM;
  return nullptr;
}

void* resized(machine& m, void* memory, std::size_t size, const void* caller) {
  void* const made = allocate(m, size);
  const std::size_t before =
      static_memory::owns(memory) ? static_memory::size_of(memory) : m.size_of_new(memory);
  std::memcpy(made, memory, std::min(size, before));
  release(memory, caller);
  return made;
}

void* resized(void* memory, std::size_t size) {
  void* made = static_memory::allocate(size, usual_alignment);
  if (made == nullptr) made = __libc_malloc(size);
  if (made != nullptr) std::memcpy(made, memory, std::min(size, static_memory::size_of(memory)));
  return made;
}

bool is_alignment(std::size_t alignment) {
  return alignment != 0 && (alignment & (alignment - 1)) == 0;
}

}  // namespace

}  // namespace stillpoint::verify::native

namespace native = stillpoint::verify::native;
using stillpoint::verify::explorer::arena;
using stillpoint::verify::explorer::machine;
using stillpoint::verify::explorer::static_memory;

extern "C" {

void* malloc(std::size_t size) noexcept {
  machine* const m = native::machine_of(__builtin_return_address(0));
  if (m != nullptr) return native::allocate(*m, size);
  if (void* const lasting = native::lasting(__builtin_return_address(0), size)) return lasting;
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) noexcept {
  machine* const m = native::machine_of(__builtin_return_address(0));
  if (native::overflows(count, size)) return native::no_memory();
  if (m == nullptr) {
    // It is all zeros.
    void* const lasting = native::lasting(__builtin_return_address(0), count * size);
    return lasting == nullptr ? __libc_calloc(count, size) : lasting;
  }
  return std::memset(native::allocate(*m, count * size), 0, count * size);
}

void* realloc(void* memory, std::size_t size) noexcept {
  machine* const running = machine::running_client();
  const bool lasts = static_memory::owns(memory);
  if (running != nullptr && (lasts || arena::owns(memory))) {
    return native::resized(*running, memory, size, __builtin_return_address(0));
  }
  if (lasts) return native::resized(memory, size);
  machine* const m = native::machine_of(__builtin_return_address(0));
  if (m != nullptr && memory == nullptr) return native::allocate(*m, size);
  return __libc_realloc(memory, size);
}

void* reallocarray(void* memory, std::size_t count, std::size_t size) noexcept {
  if (native::overflows(count, size)) return native::no_memory();
  return realloc(memory, count * size);
}

void* memalign(std::size_t alignment, std::size_t size) noexcept {
  machine* const m = native::machine_of(__builtin_return_address(0));
  return m == nullptr ? __libc_memalign(alignment, size) : native::allocate(*m, size, alignment);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  machine* const m = native::machine_of(__builtin_return_address(0));
  return m == nullptr ? __libc_memalign(alignment, size) : native::allocate(*m, size, alignment);
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
  machine* const m = native::machine_of(__builtin_return_address(0));
  if (!native::is_alignment(alignment) || alignment % sizeof(void*) != 0) return EINVAL;
  void* const made = m == nullptr ? __libc_memalign(alignment, size) : native::allocate(*m, size, alignment);
  if (made == nullptr) return ENOMEM;
  *memory = made;
  return 0;
}

std::size_t malloc_usable_size(void* memory) noexcept {
  if (memory == nullptr) return 0;
  machine* const m = machine::running_client();
  if (m != nullptr && arena::owns(memory)) return m->size_of_new(memory);
  if (static_memory::owns(memory)) return static_memory::size_of(memory);
  // What the system notes before each block, of which the lowest bits are flags.
  constexpr std::size_t flags = 7;
  const std::size_t noted = *(static_cast<const std::size_t*>(memory) - 1);
  return (noted & ~flags) - ((noted & 2) != 0 ? 2 : 1) * sizeof(std::size_t);
}

void free(void* memory) noexcept {
  if (memory == nullptr) return;
  if (arena::owns(memory) || static_memory::owns(memory)) {
    return native::release(memory, __builtin_return_address(0));
  }
  __libc_free(memory);
}

}  // extern "C"
