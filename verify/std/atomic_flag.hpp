// SPDX-License-Identifier: BSL-1.0
//
// atomic_flag: std's, for clients over a checker's policy. wait and the notifications need a policy whose
// atomics have them, as explorer_policy's do.
#pragma once

#include <atomic>

#include "verify/client.hpp"

namespace stillpoint::verify {

template <checker_policy P>
class atomic_flag {
  using order = std::memory_order;

 public:
  atomic_flag() = default;
  atomic_flag(const atomic_flag&) = delete;
  atomic_flag& operator=(const atomic_flag&) = delete;

  bool test(order o = std::memory_order_seq_cst) const { return set_.load(o); }
  bool test_and_set(order o = std::memory_order_seq_cst) { return set_.exchange(true, o); }
  void clear(order o = std::memory_order_seq_cst) { set_.store(false, o); }

  void wait(bool old, order o = std::memory_order_seq_cst) const { set_.wait(old, o); }
  void notify_one() { set_.notify_one(); }
  void notify_all() { set_.notify_all(); }

 private:
  typename P::template atomic<bool> set_{false};
};

}  // namespace stillpoint::verify
