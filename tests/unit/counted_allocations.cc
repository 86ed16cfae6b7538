// SPDX-License-Identifier: BSL-1.0
#include "tests/unit/counted_allocations.hpp"

#include <cstdlib>
#include <new>

namespace stillpoint::tests {
namespace {

thread_local std::size_t times = 0;
thread_local std::size_t bytes = 0;

void* allocate(std::size_t size, std::size_t alignment) {
  ++times;
  bytes += size;
  void* const memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

std::size_t allocations() {
  return times;
}
std::size_t bytes_asked_for() {
  return bytes;
}

}  // namespace stillpoint::tests

void* operator new(std::size_t size) {
  return stillpoint::tests::allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return stillpoint::tests::allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
