// SPDX-License-Identifier: BSL-1.0
//
// Fibers for a client's threads, over Boost.Context's bare context switch. A fiber that is not needed any
// more is dropped where it stands: nothing is unwound, since unwinding would run the client's destructors in
// an execution that is over.
#pragma once

#include <cxxabi.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

namespace stillpoint::verify::explorer {

class fiber {
 public:
  using body = void (*)(void*);

  fiber() = default;
  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;
  ~fiber() {
    if (stack_ != nullptr) munmap(stack_, stack_size);
  }

  // Forgets what lies on the stack from there on to its end: what an execution has left does not show in the
  // next one.
  void clear(std::uintptr_t from) {
    if (stack_ == nullptr) return;
    const std::uintptr_t first = std::max(from, stack_end() - stack_size + page);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address of the stack
    std::memset(reinterpret_cast<void*>(first), 0, stack_end() - first);
  }

  // Makes the fiber ready to run from the beginning of `run`, whatever it did before. `run` must not return.
  void prepare(body run, void* argument) {
    if (stack_ == nullptr) allocate();
    run_ = run;
    argument_ = argument;
    context_ = boost::context::detail::make_fcontext(stack_ + stack_size, stack_size - page, &enter);
    exceptions_.fill(std::byte{0});
  }

  // Runs the fiber until it calls `suspend`.
  void resume() {
    exchange_exceptions();
    context_ = boost::context::detail::jump_fcontext(context_, this).fctx;
    exchange_exceptions();
  }

  // Behind the last byte of its stack.
  std::uintptr_t stack_end() const { return reinterpret_cast<std::uintptr_t>(stack_) + stack_size; }

  // Back to the caller of resume. Called from within the fiber.
  void suspend() { caller_ = boost::context::detail::jump_fcontext(caller_, nullptr).fctx; }

 private:
  static constexpr std::size_t page = 4096;
  static constexpr std::size_t stack_size = 64 * page;

  void allocate() {
    void* memory =
        mmap(nullptr, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    stack_ = static_cast<std::byte*>(memory);
    // A client that overruns its stack faults instead of writing into its neighbour's.
    mprotect(stack_, page, PROT_NONE);
  }

  static void enter(boost::context::detail::transfer_t from) {
    auto* self = static_cast<fiber*>(from.data);
    self->caller_ = from.fctx;
    self->run_(self->argument_);
  }

  // The C++ runtime counts caught and uncaught exceptions per machine thread; each fiber has a count of its
  // own.
  void exchange_exceptions() {
    std::array<std::byte, exception_state> held;
    void* globals = abi::__cxa_get_globals();
    std::memcpy(held.data(), globals, exception_state);
    std::memcpy(globals, exceptions_.data(), exception_state);
    exceptions_ = held;
  }

  // The Itanium ABI's __cxa_eh_globals: a pointer and a count.
  static constexpr std::size_t exception_state = 2 * sizeof(void*);

  std::byte* stack_ = nullptr;
  body run_ = nullptr;
  void* argument_ = nullptr;
  boost::context::detail::fcontext_t context_ = nullptr;
  boost::context::detail::fcontext_t caller_ = nullptr;
  std::array<std::byte, exception_state> exceptions_{};
};

}  // namespace stillpoint::verify::explorer
