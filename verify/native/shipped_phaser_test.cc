// SPDX-License-Identifier: BSL-1.0
// The asymmetric_writer_reader_phaser as a product compiles it, with thread_local stripes and membarrier, in
// every execution of a small program; and the same without one of its fences.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cassert>
#include <stillpoint/explore.hpp>
#include <thread>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/std_policy.hpp"

namespace {

// There is one reader. std_policy's name of a thread is an address, which the explorer refuses to compare.
struct one_reader : stillpoint::basic_std_policy<true> {
  static thread_id this_thread() noexcept { return 1; }
};

struct without_heavy_fence : one_reader {
  static void heavy_fence() noexcept {}
};

struct without_light_fence : one_reader {
  static void quick_light_fence() noexcept {}
};

template <class Policy>
stillpoint::explore_result explore_a_flip(const char* name) {
  using phaser_type = stillpoint::basic_asymmetric_writer_reader_phaser<Policy, 2, 1>;
  return stillpoint::explore(name, [] {
    alignas(Policy::cache_line) phaser_type phaser;
    std::atomic<unsigned> active{0};
    std::array<int, 2> data{};
    std::thread writer([&] {
      for (int entry = 0; entry < 2; ++entry) {
        const typename phaser_type::writer_section inside(phaser);
        ++data[active.load(std::memory_order_acquire)];
      }
    });
    {
      auto reader = phaser.lock_reader();
      active.store(1, std::memory_order_release);
      reader.flip();
    }
    const int taken = data[0];
    writer.join();
    assert(taken == data[0] && data[0] + data[1] == 2);
  });
}

TEST(shipped_phaser, no_write_is_lost) {
  const auto seen = explore_a_flip<one_reader>("asymmetric phaser");
  EXPECT_TRUE(seen) << seen.report;
}

void expect_found(const stillpoint::explore_result& seen) {
  EXPECT_EQ(seen.outcome, stillpoint::explore_result::verdict::failed) << seen.report;
}

TEST(shipped_phaser, a_missing_fence_is_found) {
  expect_found(explore_a_flip<without_heavy_fence>("without its heavy fence"));
  expect_found(explore_a_flip<without_light_fence>("without its light fence"));
}

}  // namespace
