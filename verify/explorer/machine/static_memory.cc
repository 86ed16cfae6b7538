// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/static_memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

namespace stillpoint::verify::explorer {

namespace {

// Where it lies may decide what a program does, so it lies at the same place in each run if it can.
constexpr std::uintptr_t wanted = 0x2'4000'0000'0000;

void* reserved(std::size_t size) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): an address that is free
  void* const hint = reinterpret_cast<void*>(wanted);
  return mmap(hint, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

}  // namespace

// Before each block lies its size.
void* static_memory::allocate(std::size_t size, std::size_t alignment) {
  if (!open_) return nullptr;
  if (first_ == nullptr) {
    void* const all = reserved(whole_size);
    if (all == MAP_FAILED) {
      open_ = false;
      return nullptr;
    }
    first_ = static_cast<std::byte*>(all);
  }
  const std::size_t to = std::max(alignment, alignof(std::max_align_t));
  const std::size_t begin = (used_ + sizeof size + to - 1) / to * to;
  if (size > whole_size || begin > whole_size - size) return nullptr;
  std::memcpy(first_ + begin - sizeof size, &size, sizeof size);
  used_ = begin + std::max<std::size_t>(size, 1);
  return first_ + begin;
}

std::size_t static_memory::size_of(const void* memory) {
  std::size_t size = 0;
  std::memcpy(&size, static_cast<const std::byte*>(memory) - sizeof size, sizeof size);
  return size;
}

}  // namespace stillpoint::verify::explorer
