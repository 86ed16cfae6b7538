// SPDX-License-Identifier: BSL-1.0
//
// The client's heap. Each of its threads allocates from a region of its own, from the beginning in every
// execution: an address depends on nothing but what that thread allocated before, so a pointer means the same
// when an execution is run again. The arena itself reuses nothing within an execution, so a use after free
// hits no other object; where the search has an object lie where another one lay, the machine keeps to that.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "verify/explorer/machine/digest.hpp"
#include "verify/explorer/model/clock.hpp"
#include "verify/explorer/model/hash.hpp"

namespace stillpoint::verify::explorer {

class arena {
 public:
  static constexpr std::size_t region = std::size_t{64} << 20;
  // Where it lies unless something else does, so that a pointer's value is the same in every run.
  static constexpr std::uintptr_t usual_base = std::uintptr_t{0x20} << 40;

  // What fresh memory holds: unlikely as a value, so that a read of it is noticed.
  static constexpr unsigned char poison = 0xA5;

  arena() {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address as the system takes it
    void* const wish = reinterpret_cast<void*>(usual_base);
    void* memory = mmap(wish, region * max_threads, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<unsigned char*>(memory);
  }
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;
  ~arena() {
    munmap(base_, region * max_threads);
    if (live_ == this) live_ = nullptr;
  }

  static constexpr std::size_t whole_size = region * max_threads;
  void* begin() const { return base_; }

  // Forgets all allocations.
  void reset() {
    used_.fill(0);
    live_ = this;
  }

  bool has_room(std::size_t thread, std::size_t size, std::size_t alignment) const {
    return size <= region && alignment <= region && used_[thread] + alignment + size <= region;
  }

  void* allocate(std::size_t thread, std::size_t size, std::size_t alignment) {
    const std::size_t begin = (used_[thread] + alignment - 1) / alignment * alignment;
    if (begin + size > region) throw std::bad_alloc();
    used_[thread] = begin + size;
    return poison_again(base_ + thread * region + begin, size);
  }
  static void* poison_again(void* memory, std::size_t size) { return std::memset(memory, poison, size); }

  // Of all that is allocated.
  std::uint64_t digest() const {
    std::uint64_t all = 0;
    for (std::size_t thread = 0; thread < max_threads; ++thread) {
      if (used_[thread] > 0) all = mixed(all, digest_of(base_ + thread * region, used_[thread]));
    }
    return all;
  }

  bool contains(const void* p) const { return contains_address(reinterpret_cast<std::uintptr_t>(p)); }
  bool contains_address(std::uintptr_t address) const {
    const auto first = reinterpret_cast<std::uintptr_t>(base_);
    return address >= first && address < first + region * max_threads;
  }
  // Whether it lies in the arena in use, the one reset last.
  static bool owns(const void* p) { return live_ != nullptr && live_->contains(p); }

  // Whether all bytes are as they were when allocated.
  static bool untouched(const void* p, std::size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(p);
    return std::all_of(bytes, bytes + size, [](unsigned char b) { return b == poison; });
  }

 private:
  // Not thread_local: the client's threads have copies of what is.
  static inline constinit arena* live_ = nullptr;

  unsigned char* base_ = nullptr;
  std::array<std::size_t, max_threads> used_{};
};

}  // namespace stillpoint::verify::explorer
