// SPDX-License-Identifier: BSL-1.0
// What tracker and snapshot_counters allocate: nothing at all, and nothing after construction. This program
// counts.

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <utility>

#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/tracker.hpp"
#include "tests/unit/counted_allocations.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::basic_std_policy;
using stillpoint::snapshot_counters;
using stillpoint::tracker;
using stillpoint::tests::allocations;
using stillpoint::tests::bytes_asked_for;

using checked = basic_std_policy<true>;
using unchecked = basic_std_policy<false>;

struct nobody_owns : checked {
  static std::size_t owned_stripe() noexcept { return stillpoint::no_stripe; }
  static std::size_t quick_stripe(std::size_t) noexcept { return stillpoint::no_stripe; }
};

template <class P>
class tracker_memory : public testing::Test {};

using every_policy = testing::Types<checked, unchecked, nobody_owns>;
TYPED_TEST_SUITE(tracker_memory, every_policy);

// From a thread's first call on, that claims its stripe.
TYPED_TEST(tracker_memory, no_call_allocates) {
  static constinit tracker<TypeParam> tracked;
  std::size_t allocated = 1;
  std::thread([&allocated] {
    const std::size_t before = allocations();
    for (int i = 0; i < 100; ++i) {
      auto token = tracked.acquire();
      auto moved = std::move(token);
      const auto old = tracked.begin_increment();
      moved.release();
      old.wait();
      static_cast<void>(old.try_wait());
      static_cast<void>(old.wait_for(1ms));
    }
    tracked.increment();
    allocated = allocations() - before;
  }).join();
  EXPECT_EQ(allocated, 0u);
}

TYPED_TEST(tracker_memory, counters_allocate_when_they_are_made_only) {
  snapshot_counters<TypeParam> counts(3, 2);
  std::array<std::int64_t, 3> values{};
  const std::size_t before = allocations();
  for (int i = 0; i < 100; ++i) {
    counts.add(1, 1);
    counts.take_into(values);
  }
  EXPECT_EQ(allocations(), before);
  EXPECT_EQ(counts.take().size(), 3u);
  EXPECT_EQ(allocations(), before + 1) << "take allocates what it returns; this is not counted else";
}

// 8 bytes for each counter and row, in whole cache lines; two sets of a row per stripe, and one more.
TYPED_TEST(tracker_memory, of_counters_is_exact) {
  constexpr std::size_t line = TypeParam::cache_line;
  for (const std::size_t size : {1u, 15u, 16u, 17u, 1000u}) {
    for (const std::size_t stripes : {1u, 2u, 7u}) {
      const std::size_t before = bytes_asked_for();
      const snapshot_counters<TypeParam> counts(size, stripes);
      EXPECT_EQ(bytes_asked_for() - before, counts.memory());
      EXPECT_EQ(counts.memory(), 2 * (stripes + 1) * ((8 * size + line - 1) / line * line));
    }
  }
}

}  // namespace
