// SPDX-License-Identifier: BSL-1.0
//
// What a program allocates before its main, for its static variables. Like these it begins each execution as
// it was, so it lies in one piece of memory, and is never given back.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stillpoint::verify::explorer {

class static_memory {
 public:
  // While it is open, new and malloc take memory from it.
  static void open(bool opened) { open_ = opened; }
  // What the explorer itself allocates while one lives must not be reset.
  class closed {
   public:
    closed() : before_(open_) { open_ = false; }
    closed(const closed&) = delete;
    closed& operator=(const closed&) = delete;
    ~closed() { open_ = before_; }

   private:
    bool before_;
  };
  static bool is_open() { return open_; }
  // Null if it is closed, or full.
  static void* allocate(std::size_t size, std::size_t alignment);
  static bool owns(const void* memory) {
    return reinterpret_cast<std::uintptr_t>(memory) - reinterpret_cast<std::uintptr_t>(first_) < used_;
  }
  static std::size_t size_of(const void* memory);

  static std::byte* first() { return first_; }
  static std::size_t used() { return used_; }

 private:
  static constexpr std::size_t whole_size = std::size_t{1} << 30;

  static inline constinit bool open_ = false;
  static inline constinit std::byte* first_ = nullptr;
  static inline constinit std::size_t used_ = 0;
};

}  // namespace stillpoint::verify::explorer
