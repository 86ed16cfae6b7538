// SPDX-License-Identifier: BSL-1.0
//
// Ends a client's thread that goes on and on without an operation: in a loop, or blocked in a system call
// that only another of the client's threads could end. A timer looks a few times within the limit whether the
// thread has come further; operations themselves pay nothing.
#pragma once

namespace stillpoint::verify::explorer {

class watch {
 public:
  // `limit` in seconds: of processor time where the thread runs, by the clock where it is blocked. Zero:
  // none.
  explicit watch(double limit);
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;
  ~watch();

 private:
  // Machines live one within another: the first one's watch is that of all.
  static inline bool lives_ = false;
  bool first_;
  bool set_ = false;
};

}  // namespace stillpoint::verify::explorer
