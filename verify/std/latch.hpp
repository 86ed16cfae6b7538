// SPDX-License-Identifier: BSL-1.0
//
// latch: std's, for clients over a checker's policy. A count_down synchronizes with the waits that it ends;
// two of them do not order each other. try_wait may say false although the count is zero, as std's may.
#pragma once

#include <cstddef>

#include "verify/client.hpp"

namespace stillpoint::verify {

template <checker_policy P>
class latch {
 public:
  explicit latch(std::ptrdiff_t expected) : left_(expected) {
    P::check(expected >= 0, "latch: the count is not negative");
  }
  latch(const latch&) = delete;
  latch& operator=(const latch&) = delete;

  void count_down(std::ptrdiff_t update = 1) {
    // release: pairs with the acquire in wait and try_wait.
    const std::ptrdiff_t before = left_.fetch_sub(update, std::memory_order_release);
    P::check(update >= 0 && update <= before, "latch: counted down at most to zero");
  }

  bool try_wait() const { return left_.load(std::memory_order_acquire) == 0; }

  void wait() const {
    P::await(left_, std::memory_order_acquire, [](std::ptrdiff_t left) { return left == 0; }, {});
  }

  void arrive_and_wait(std::ptrdiff_t update = 1) {
    count_down(update);
    wait();
  }

 private:
  typename P::template atomic<std::ptrdiff_t> left_;
};

}  // namespace stillpoint::verify
