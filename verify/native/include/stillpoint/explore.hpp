// SPDX-License-Identifier: BSL-1.0
//
// explore: runs a function in every consistent execution of the C++20 memory model (RC11), with the program's
// own std::atomic, std::thread, std::mutex and so on.
//
//   #include <stillpoint/explore.hpp>
//
//   const auto seen = stillpoint::explore("message passing", [] {
//     std::atomic<int> flag{0};
//     int data = 0;
//     std::thread writer([&] { data = 1; flag.store(1, std::memory_order_release); });
//     if (flag.load(std::memory_order_acquire) == 1) assert(data == 1);
//     writer.join();
//   });
//   if (!seen) std::puts(seen.report.c_str());
//
// Code that is to be explored is compiled with -fsanitize=thread and linked without it, with this library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace stillpoint {

struct explore_options {
  // When to give up: the result is then unfinished.
  double seconds = 60;
  // Of each thread, in bytes.
  std::size_t stack_size = std::size_t{8} << 20;
  // Whether waits for a condition variable or at a futex may end by themselves, as the standard allows: once
  // for each thread and condition variable. Without, there are fewer executions, and what relies on it is not
  // found.
  bool spurious_wakeups = true;
  // Runs the one execution that a failure's report names, and no other.
  std::string replay;
};

struct explore_result {
  enum class verdict : std::uint8_t { passed, failed, unfinished };

  verdict outcome = verdict::passed;
  std::uint64_t executions = 0;
  // Begun and given up: they would have shown nothing new.
  std::uint64_t blocked = 0;
  // One line, and for a failure its trace and how to run it again.
  std::string report;
  std::string replay;

  // All executions were seen, and all passed.
  explicit operator bool() const { return outcome == verdict::passed; }
};

namespace detail {

explore_result explore(std::string_view name, void (*body)(void*), void* argument,
                       const explore_options& options);

}  // namespace detail

// The function is called once for each execution, by a thread of its own. All that it uses has to be made by
// it. Errors: std::invalid_argument if options.replay is not a replay id; std::logic_error in an exploration.
template <class F>
explore_result explore(std::string_view name, F&& function, const explore_options& options = {}) {
  // A function has no address that a void* can hold.
  auto* called = std::addressof(function);
  return detail::explore(
      name, [](void* self) { (**static_cast<decltype(called)*>(self))(); }, &called, options);
}

}  // namespace stillpoint
