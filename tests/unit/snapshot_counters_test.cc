// SPDX-License-Identifier: BSL-1.0
// snapshot_counters: every function, every documented error.

#include "stillpoint/snapshot_counters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "stillpoint/std_policy.hpp"

namespace {

using stillpoint::basic_std_policy;
using stillpoint::snapshot_counters;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

using limits = std::numeric_limits<std::int64_t>;

// No thread owns a stripe: as on a platform without such things, or with more threads than stripes.
struct nobody_owns : basic_std_policy<true> {
  static std::size_t owned_stripe() noexcept { return stillpoint::no_stripe; }
  static std::size_t quick_stripe(std::size_t) noexcept { return stillpoint::no_stripe; }
};

template <class Counters>
class snapshot_counters_of : public testing::Test {
 protected:
  Counters counters_{3};
};

using every_kind = testing::Types<snapshot_counters<basic_std_policy<true>>,
                                  snapshot_counters<basic_std_policy<false>>, snapshot_counters<nobody_owns>>;
TYPED_TEST_SUITE(snapshot_counters_of, every_kind);

TYPED_TEST(snapshot_counters_of, snapshots_start_from_zero) {
  auto& counts = this->counters_;
  EXPECT_EQ(counts.size(), 3u);
  EXPECT_THAT(counts.take(), ElementsAre(0, 0, 0));
  counts.add(1, 5);
  EXPECT_THAT(counts.take(), ElementsAre(0, 5, 0));
  EXPECT_THAT(counts.take(), ElementsAre(0, 0, 0));
  EXPECT_THAT(counts.take(), ElementsAre(0, 0, 0));
}

TYPED_TEST(snapshot_counters_of, add_changes_its_counter_alone) {
  auto& counts = this->counters_;
  for (int i = 0; i < 5; ++i) {
    counts.add(0, 5);
    counts.add(2, 70);
    counts.add(2, -1);
    counts.add(0, -7);
    EXPECT_THAT(counts.take(), ElementsAre(-2, 0, 69));
  }
}

TYPED_TEST(snapshot_counters_of, take_into_numbers_the_intervals) {
  auto& counts = this->counters_;
  for (std::uint64_t interval = 0; interval < 10; ++interval) {
    std::array<std::int64_t, 3> values = {7, 7, 7};
    counts.add(0, 1);
    EXPECT_EQ(counts.take_into(values), interval);
    EXPECT_THAT(values, ElementsAre(1, 0, 0));
  }
}

TYPED_TEST(snapshot_counters_of, add_wraps_around) {
  auto& counts = this->counters_;
  counts.add(0, limits::max());
  counts.add(0, 1);
  counts.add(1, limits::min());
  counts.add(1, -1);
  EXPECT_THAT(counts.take(), ElementsAre(limits::min(), limits::max(), 0));
}

TYPED_TEST(snapshot_counters_of, no_add_is_lost) {
  auto& counts = this->counters_;
  constexpr int threads = 4, adds = 2000;
  std::atomic<int> left{threads};
  std::vector<std::thread> adders;
  for (int thread = 0; thread < threads; ++thread) {
    adders.emplace_back([&] {
      for (int i = 0; i < adds; ++i) counts.add(1, 3);
      left.fetch_sub(1, std::memory_order_relaxed);
    });
  }
  std::int64_t taken = 0;
  while (left.load(std::memory_order_relaxed) > 0) taken += counts.take()[1];
  for (auto& each : adders) each.join();
  EXPECT_EQ(taken + counts.take()[1], threads * adds * 3);
}

TYPED_TEST(snapshot_counters_of, snapshots_are_consistent_cuts) {
  auto& counts = this->counters_;
  constexpr int adds = 5000;
  std::atomic<bool> done{false};
  std::thread adder([&] {
    for (int i = 0; i < adds; ++i) {
      counts.add(0, 1);
      counts.add(2, 1);
    }
    done.store(true, std::memory_order_relaxed);
  });
  std::int64_t begun = 0;
  std::int64_t ended = 0;
  while (!done.load(std::memory_order_relaxed)) {
    const auto values = counts.take();
    begun += values[0];
    ended += values[2];
    EXPECT_THAT(begun - ended, testing::AnyOf(0, 1));
  }
  adder.join();
}

template <class Error, class Call>
std::string text_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TYPED_TEST(snapshot_counters_of, add_refuses_what_is_no_index) {
  auto& counts = this->counters_;
  counts.add(2, 1);
  EXPECT_EQ(text_of<std::out_of_range>([&] { counts.add(3, 1); }),
            "snapshot_counters::add: index 3 is out of range; valid indexes are 0 to 2");
  EXPECT_THROW(counts.add(~std::size_t{0}, 1), std::out_of_range);
  EXPECT_THAT(counts.take(), ElementsAre(0, 0, 1));
}

TYPED_TEST(snapshot_counters_of, take_into_refuses_a_span_of_another_size) {
  auto& counts = this->counters_;
  counts.add(0, 1);
  std::array<std::int64_t, 4> values{};
  EXPECT_EQ(text_of<std::invalid_argument>([&] { counts.take_into(values); }),
            "snapshot_counters::take_into: the span has 4 elements; it has to have 3");
  EXPECT_THROW(counts.take_into({}), std::invalid_argument);
  EXPECT_THAT(values, Each(0));
  EXPECT_THAT(counts.take(), ElementsAre(1, 0, 0)) << "the interval goes on";
}

TYPED_TEST(snapshot_counters_of, constructor_refuses_bad_sizes) {
  EXPECT_THAT(text_of<std::invalid_argument>([] { TypeParam counts(0); }),
              HasSubstr("snapshot_counters: size is 0; valid sizes are 1 to "));
  EXPECT_THAT(text_of<std::length_error>([] { TypeParam counts(~std::size_t{0}); }),
              AllOf(HasSubstr("snapshot_counters: size 18446744073709551615"), HasSubstr("too large")));
  EXPECT_EQ(text_of<std::invalid_argument>([] { TypeParam counts(1, 0); }),
            "snapshot_counters: 0 stripes; valid numbers of stripes are 1 to 1024");
  EXPECT_THROW(TypeParam counts(1, 1025), std::invalid_argument);
}

TYPED_TEST(snapshot_counters_of, stripes_are_as_many_as_asked_for) {
  EXPECT_EQ(TypeParam(1, 7).stripes(), 7u);
  EXPECT_EQ(this->counters_.stripes(), TypeParam::default_stripes());
  EXPECT_GE(TypeParam::default_stripes(), 1u);
}

}  // namespace
