// SPDX-License-Identifier: BSL-1.0
//
// The stack of one of a client's threads: address space that becomes memory as it is used, and below it a
// guard so large that a frame of several megabytes cannot step over it into something else.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

namespace stillpoint::verify::explorer {

class client_stack {
 public:
  // What Linux gives a thread.
  static constexpr std::size_t usual_size = std::size_t{8} << 20;
  static constexpr std::size_t least_size = std::size_t{64} << 10;
  static constexpr std::size_t most_size = std::size_t{1} << 30;
  static constexpr std::size_t guard_size = std::size_t{64} << 20;

  client_stack() = default;
  client_stack(const client_stack&) = delete;
  client_stack& operator=(const client_stack&) = delete;
  ~client_stack() { release(); }

  // A multiple of a page. What it held is lost if the size changes. It ends at the same address in every run,
  // if nothing else lies there, so that pointers to what is on it have the same value.
  void require(std::size_t size, std::size_t number) {
    if (memory_ != nullptr && size_ == size) return;
    release();
    const std::uintptr_t usual_end = first_end + number * distance;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address as the system takes it
    void* const wish = reinterpret_cast<void*>(usual_end - size - guard_size);
    void* memory =
        mmap(wish, guard_size + size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    memory_ = static_cast<std::byte*>(memory);
    size_ = size;
    if (mprotect(memory_ + guard_size, size, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  }

  // Behind its last byte.
  std::byte* end() const { return memory_ + guard_size + size_; }
  std::size_t size() const { return size_; }

  // Zeroes what lies from the address on to the end. Much of it is given back instead, of which a client need
  // not have used all.
  void clear(std::uintptr_t from) {
    if (memory_ == nullptr) return;
    std::size_t bytes = std::min(reinterpret_cast<std::uintptr_t>(end()) - from, size_);
    if (bytes > much) {
      const std::size_t whole_pages = (bytes + page - 1) / page * page;
      if (madvise(end() - whole_pages, whole_pages - much, MADV_DONTNEED) == 0) bytes = much;
    }
    std::memset(end() - bytes, 0, bytes);
  }

  bool guards(std::uintptr_t address) const {
    const auto first = reinterpret_cast<std::uintptr_t>(memory_);
    return memory_ != nullptr && address >= first && address < first + guard_size;
  }

 private:
  static constexpr std::size_t page = 4096;
  static constexpr std::size_t much = 64 * page;
  static constexpr std::uintptr_t first_end = std::uintptr_t{0x22} << 40;
  static constexpr std::size_t distance = 2 * most_size;

  void release() {
    if (memory_ != nullptr) munmap(std::exchange(memory_, nullptr), guard_size + size_);
  }

  std::byte* memory_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace stillpoint::verify::explorer
