// SPDX-License-Identifier: BSL-1.0
//
// The example of docs/check_the_code_you_have.md.
#include <gtest/gtest.h>

#include <atomic>
#include <cassert>
#include <stillpoint/explore.hpp>
#include <thread>

TEST(message_passing, hands_over_what_was_written_before) {
  const auto seen = stillpoint::explore("message passing", [] {
    std::atomic<int> flag{0};
    int data = 0;
    std::thread writer([&] {
      data = 1;
      flag.store(1, std::memory_order_release);
    });
    if (flag.load(std::memory_order_acquire) == 1) assert(data == 1);
    writer.join();
  });
  EXPECT_TRUE(seen) << seen.report;
}
