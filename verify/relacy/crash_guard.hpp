// SPDX-License-Identifier: BSL-1.0
//
// For its lifetime, a signal that a client's execution raises by itself (a segmentation fault, an abort), and
// a call of std::terminate, end that execution as a failed one, instead of the process. For the Relacy
// engine; one at a time.
#pragma once

#include <array>
#include <csignal>
#include <cstddef>
#include <exception>
#include <memory>

namespace stillpoint::verify::relacy {

class crash_guard {
 public:
  crash_guard();
  crash_guard(const crash_guard&) = delete;
  crash_guard& operator=(const crash_guard&) = delete;
  ~crash_guard();

 private:
  static constexpr std::array<int, 5> signals_{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
  static constexpr std::size_t stack_size_ = 64 * 1024;

  // A fiber whose stack has run over cannot run the handler on it.
  std::unique_ptr<std::byte[]> stack_;
  stack_t previous_stack_{};
  std::array<struct sigaction, signals_.size()> previous_{};
  std::terminate_handler previous_terminate_;
};

}  // namespace stillpoint::verify::relacy
