// SPDX-License-Identifier: BSL-1.0
//
// The notifications of libstdc++ 12 as its own header has them. The explorer's copy of that header is kept
// out: it has the same include guard.
// clang-format off
#include "/usr/include/c++/12/bits/atomic_wait.h"
// clang-format on

#include <atomic>
#include <latch>
#include <thread>

#include "verify/gallery/testing.hpp"

namespace {

using stillpoint::verify::gallery::fails;
using stillpoint::verify::gallery::passes;

TEST(libstdcxx_notify, release_and_acquire) {
  fails(
      [] {
        std::atomic<int> flag{0};
        std::thread waiter([&] { flag.wait(0, std::memory_order_acquire); });
        flag.store(1, std::memory_order_release);
        flag.notify_one();
        waiter.join();
      },
      "deadlock");
}

TEST(libstdcxx_notify, sequentially_consistent) {
  passes([] {
    std::atomic<int> flag{0};
    std::thread waiter([&] { flag.wait(0); });
    flag.store(1);
    flag.notify_one();
    waiter.join();
  });
}

TEST(libstdcxx_notify, latch) {
  fails(
      [] {
        std::latch latch(1);
        std::thread waiter([&] { latch.wait(); });
        latch.count_down();
        waiter.join();
      },
      "deadlock");
}

}  // namespace
