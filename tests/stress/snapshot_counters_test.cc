// SPDX-License-Identifier: BSL-1.0
// snapshot_counters under load: threads that live long and threads that come and go, owners of stripes and
// others, with several that take.

#include "stillpoint/snapshot_counters.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

#include "stillpoint/std_policy.hpp"
#include "stillpoint/tracker.hpp"
#include "tests/stress/crowd.hpp"
#include "tests/stress/restless_policy.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::basic_std_policy;
using stillpoint::basic_tracker;
using stillpoint::snapshot_counters;
using stillpoint::tracker_shape;
using stillpoint::tests::crowd;
using stillpoint::tests::demand;
using stillpoint::tests::restless_policy;

constexpr auto a_while = 300ms;
constexpr std::uint64_t rounds = 300;
constexpr std::size_t size = 3;
using values = std::array<std::int64_t, size>;

// Fewer stripes than threads, in the counters and in their tracker.
constexpr tracker_shape one_of_each = {.slots = 2, .owned_stripes = 1, .shared_stripes = 1};
template <class P>
struct with_one_stripe : snapshot_counters<P, basic_tracker<P, one_of_each>> {
  explicit with_one_stripe(std::size_t of_size)
      : snapshot_counters<P, basic_tracker<P, one_of_each>>(of_size, 1) {}
};

template <class Counters>
class snapshot_counters_under_load : public testing::Test {
 protected:
  Counters counts_{size};
  std::atomic<std::uint64_t> rounds_{0};
  std::mutex guard_;
  std::map<std::uint64_t, values> taken_;

  void take() {
    values found{};
    const auto interval = counts_.take_into(found);
    const std::lock_guard hold(guard_);
    demand(taken_.emplace(interval, found).second, "each take ends an interval of its own");
  }

  // The sums of the intervals one after another, the last among them.
  template <class Check>
  values sums(Check check) {
    take();
    values sum{};
    std::uint64_t next = 0;
    for (const auto& [interval, found] : taken_) {
      EXPECT_EQ(interval, next++);
      for (std::size_t i = 0; i < size; ++i) sum[i] += found[i];
      check(sum);
    }
    return sum;
  }
};

using checked = basic_std_policy<true>;
using every_kind = testing::Types<snapshot_counters<checked>, with_one_stripe<checked>,
                                  snapshot_counters<restless_policy>, with_one_stripe<restless_policy>>;
TYPED_TEST_SUITE(snapshot_counters_under_load, every_kind);

// What each add adds has two halves: a value of another form would be half of an add.
TYPED_TEST(snapshot_counters_under_load, no_add_is_lost) {
  constexpr std::int64_t both_halves = 0x1'0000'0001;
  std::atomic<std::int64_t> added{0};
  const auto add_some = [&, this] {
    for (int i = 0; i < 5; ++i) this->counts_.add(1, both_halves);
    this->counts_.add(2, 7);
    this->counts_.add(2, -8);
    added.fetch_add(1, std::memory_order_relaxed);
    this->rounds_.fetch_add(1, std::memory_order_relaxed);
  };
  crowd threads;
  for (int i = 0; i < 2; ++i) threads.add(add_some);
  for (int i = 0; i < 2; ++i) threads.add_short_lived(20, add_some);
  for (int i = 0; i < 2; ++i) threads.add([this] { this->take(); });
  threads.work_for(a_while, this->rounds_, rounds);
  const auto sum = this->sums([](const values& until_now) {
    EXPECT_EQ(until_now[1] % both_halves, 0) << "an add is taken whole or not at all";
  });
  const std::int64_t all = added.load(std::memory_order_relaxed);
  EXPECT_EQ(sum[0], 0);
  EXPECT_EQ(sum[1], 5 * all * both_halves);
  EXPECT_EQ(sum[2], -all);
}

// Each thread adds to one counter and then to the next: at each moment the first one has as many, or one more
// for each thread that is between the two.
TYPED_TEST(snapshot_counters_under_load, snapshots_are_consistent_cuts) {
  constexpr int adders = 3;
  const auto add_in_a_row = [this] {
    for (std::size_t index = 0; index < size; ++index) this->counts_.add(index, 1);
    this->rounds_.fetch_add(1, std::memory_order_relaxed);
  };
  crowd threads;
  threads.add(add_in_a_row);
  threads.add(add_in_a_row);
  threads.add_short_lived(20, add_in_a_row);
  for (int i = 0; i < 2; ++i) threads.add([this] { this->take(); });
  threads.work_for(a_while, this->rounds_, rounds);
  this->sums([](const values& sum) {
    EXPECT_LE(sum[2], sum[1]);
    EXPECT_LE(sum[1], sum[0]);
    EXPECT_LE(sum[0], sum[2] + adders);
  });
}

// The same where the second add is another thread's, which has been told of the first.
TYPED_TEST(snapshot_counters_under_load, causes_come_before_effects) {
  std::atomic<std::int64_t> told{0};
  std::int64_t followed = 0;
  crowd threads;
  threads.add([&, this] {
    this->counts_.add(0, 1);
    told.fetch_add(1, std::memory_order_release);
  });
  threads.add([&, this] {
    const std::int64_t new_ones = told.load(std::memory_order_acquire) - followed;
    this->counts_.add(1, new_ones);
    followed += new_ones;
    this->rounds_.fetch_add(1, std::memory_order_relaxed);
  });
  for (int i = 0; i < 2; ++i) threads.add([this] { this->take(); });
  threads.work_for(a_while, this->rounds_, rounds);
  const auto sum = this->sums([](const values& until_now) { EXPECT_GE(until_now[0], until_now[1]); });
  EXPECT_EQ(sum[0], told.load(std::memory_order_relaxed));
  EXPECT_EQ(sum[1], followed);
}

}  // namespace
