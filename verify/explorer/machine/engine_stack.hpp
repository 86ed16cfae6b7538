// SPDX-License-Identifier: BSL-1.0
//
// The stack on which the engine runs on behalf of a client's thread, and the way to it. The engine's code
// leaves nothing behind on the client's own stack, so that what lies there is the client's alone: it can be
// compared, to tell whether a turn of a loop has changed anything.
#pragma once

#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

namespace stillpoint::verify::explorer {

// What a thread was at when it called the engine: what its next steps depend on, beside memory.
struct call_state {
  std::uintptr_t return_address = 0;
  // The lowest address of the client's stack that is in use.
  std::uintptr_t stack_pointer = 0;
  // The registers that a called function preserves.
  std::array<std::uintptr_t, 6> registers{};
};

class engine_stack {
 public:
  engine_stack() = default;
  engine_stack(const engine_stack&) = delete;
  engine_stack& operator=(const engine_stack&) = delete;
  ~engine_stack() {
    if (memory_ != nullptr) munmap(memory_, size);
  }

  void* top() {
    if (memory_ == nullptr) allocate();
    return memory_ + size;
  }

 private:
  static constexpr std::size_t page = 4096;
  // An await's predicate runs here as well.
  static constexpr std::size_t size = std::size_t{1} << 20;

  void allocate() {
    void* memory =
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    memory_ = static_cast<std::byte*>(memory);
    mprotect(memory_, page, PROT_NONE);
  }

  std::byte* memory_ = nullptr;
};

// Where call_engine goes from now on, and where it notes what it was called from.
void enter_on(void* top, call_state& state);

}  // namespace stillpoint::verify::explorer

// The way in: calls its first argument with the others.
extern "C" void stillpoint_explorer_enter();

namespace stillpoint::verify::explorer {

// What fits a register as an argument of a function.
template <class T>
inline constexpr bool in_register = std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(std::uint64_t) &&
                                    !std::is_floating_point_v<T>;

// function(args...) on the engine's stack.
template <class Result, class... Args>
[[gnu::always_inline]] inline Result call_engine(Result (*function)(Args...), Args... args) {
  static_assert(sizeof...(Args) <= 5 && (in_register<Args> && ...), "the arguments travel in registers");
#if defined(__x86_64__)
  using way_in = Result (*)(Result(*)(Args...), Args...);
  return reinterpret_cast<way_in>(&stillpoint_explorer_enter)(function, args...);
#else
  return function(args...);
#endif
}

}  // namespace stillpoint::verify::explorer
