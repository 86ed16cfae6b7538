// SPDX-License-Identifier: BSL-1.0
#include "verify/relacy/crash_guard.hpp"

#include <cstring>
#include <string>

#include "verify/relacy/session.hpp"

namespace stillpoint::verify::relacy {

namespace {

bool in_execution() {
  return rl::is_ctx() && rl::ctx().threadx_ != nullptr;
}

const char* words_for(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "the client crashed: invalid memory reference (SIGSEGV)";
    case SIGBUS:
      return "the client crashed: bad memory access (SIGBUS)";
    case SIGFPE:
      return "the client crashed: arithmetic error (SIGFPE)";
    case SIGILL:
      return "the client crashed: illegal instruction (SIGILL)";
    default:
      return "the client crashed: abort (SIGABRT)";
  }
}

// Leaves the handler by a jump to the engine. That is sound for signals that the client's own code raised.
void end_execution(int signal) {
  if (in_execution()) fail(words_for(signal), rl::test_result_user_assert_failed, {});
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

[[noreturn]] void end_execution_on_terminate() {
  if (!in_execution()) std::abort();
  std::string text = "std::terminate was called";
  if (const std::exception_ptr thrown = std::current_exception()) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      text.append(", by an exception that may not leave: ").append(error.what());
    } catch (...) {
      text += ", by an exception that may not leave";
    }
  }
  fail(text, rl::test_result_user_assert_failed, {});
}

}  // namespace

crash_guard::crash_guard()
    : stack_(std::make_unique<std::byte[]>(stack_size_)),
      previous_terminate_(std::set_terminate(&end_execution_on_terminate)) {
  stack_t stack{};
  stack.ss_sp = stack_.get();
  stack.ss_size = stack_size_;
  sigaltstack(&stack, &previous_stack_);
  struct sigaction action {};
  action.sa_handler = &end_execution;
  // Not blocked in its handler, which does not return.
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  for (std::size_t i = 0; i < signals_.size(); ++i) sigaction(signals_[i], &action, &previous_[i]);
}

crash_guard::~crash_guard() {
  for (std::size_t i = 0; i < signals_.size(); ++i) sigaction(signals_[i], &previous_[i], nullptr);
  sigaltstack(&previous_stack_, nullptr);
  std::set_terminate(previous_terminate_);
}

}  // namespace stillpoint::verify::relacy
