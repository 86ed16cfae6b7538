// SPDX-License-Identifier: BSL-1.0
//
// Fibers for a client's threads, over Boost.Context's bare context switch. A fiber that is not needed any
// more is dropped where it stands: nothing is unwound, since unwinding would run the client's destructors in
// an execution that is over.
#pragma once

#include <cxxabi.h>

#include <array>
#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <utility>

#include "verify/explorer/machine/client_stack.hpp"
#include "verify/explorer/machine/thread_locals.hpp"

namespace stillpoint::verify::explorer {

class fiber {
 public:
  using body = void (*)(void*);

  fiber() = default;
  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;
  ~fiber() = default;

  // Forgets what lies on the stack from there on to its end: what an execution has left does not show in the
  // next one.
  void clear(std::uintptr_t from) { stack_.clear(from); }

  // Makes the fiber ready to run from the beginning of `run`, whatever it did before. `run` must not return.
  // `number` is another one for each that lives.
  void prepare(body run, void* argument, std::size_t stack_size, std::size_t number) {
    stack_.require(stack_size, number);
    run_ = run;
    argument_ = argument;
    context_ = boost::context::detail::make_fcontext(stack_.end(), stack_.size(), &enter);
    exceptions_.fill(std::byte{0});
#if defined(__GLIBCXX__)
    once_callable_ = nullptr;
    once_call_ = nullptr;
#endif
    locals_.renew();
  }

  // Runs the fiber until it calls `suspend`.
  void resume() {
    fiber* const outer = std::exchange(running_, this);
    locals_.put_in_place();
    exchange_exceptions();
    context_ = boost::context::detail::jump_fcontext(context_, this).fctx;
    exchange_exceptions();
    running_ = outer;
    // Without an outer one, the engine goes on: it has no thread_local variables.
    if (outer != nullptr) outer->locals_.put_in_place();
  }

  // Behind the last byte of its stack.
  std::uintptr_t stack_end() const {
    return reinterpret_cast<std::uintptr_t>(stack_.end());
  }
  thread_locals& locals() {
    return locals_;
  }
  bool guards(std::uintptr_t address) const {
    return stack_.guards(address);
  }

  // Back to the caller of resume. Called from within the fiber.
  void suspend() {
    caller_ = boost::context::detail::jump_fcontext(caller_, nullptr).fctx;
  }

 private:
  static void enter(boost::context::detail::transfer_t from) {
    auto* self = static_cast<fiber*>(from.data);
    self->caller_ = from.fctx;
    self->run_(self->argument_);
  }

  // The C++ runtime counts caught and uncaught exceptions per machine thread, and has what std::call_once is
  // to call; each fiber has its own.
  void exchange_exceptions() {
    std::array<std::byte, exception_state> held;
    void* globals = abi::__cxa_get_globals();
    std::memcpy(held.data(), globals, exception_state);
    std::memcpy(globals, exceptions_.data(), exception_state);
    exceptions_ = held;
#if defined(__GLIBCXX__)
    std::swap(std::__once_callable, once_callable_);
    std::swap(std::__once_call, once_call_);
#endif
  }

  // The Itanium ABI's __cxa_eh_globals: a pointer and a count.
  static constexpr std::size_t exception_state = 2 * sizeof(void*);

  static inline constinit fiber* running_ = nullptr;

  client_stack stack_;
  thread_locals locals_;
  body run_ = nullptr;
  void* argument_ = nullptr;
  boost::context::detail::fcontext_t context_ = nullptr;
  boost::context::detail::fcontext_t caller_ = nullptr;
  std::array<std::byte, exception_state> exceptions_{};
#if defined(__GLIBCXX__)
  void* once_callable_ = nullptr;
  void (*once_call_)() = nullptr;
#endif
};

}  // namespace stillpoint::verify::explorer
