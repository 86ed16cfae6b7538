// SPDX-License-Identifier: BSL-1.0
// When replaced values are destroyed, to the store, and how long a load keeps a place: what atomic_value's
// page says of its costs.

#include <gtest/gtest.h>

#include <barrier>
#include <cstddef>
#include <thread>
#include <utility>
#include <vector>

#include "stillpoint/atomic_value.hpp"
#include "stillpoint/snapshot_domain.hpp"
#include "stillpoint/std_policy.hpp"
#include "tests/unit/faults.hpp"

namespace {

using stillpoint::atomic_value;
using stillpoint::basic_std_policy;
using stillpoint::no_stripe;
using stillpoint::reclaim_after;
using stillpoint::snapshot_domain;
using stillpoint::tests::fragile;
using stillpoint::tests::nth_fault;
using stillpoint::tests::pieces_of_memory;

using with_stripes = basic_std_policy<true>;
struct without_stripes : basic_std_policy<true> {
  static std::size_t owned_stripe() noexcept { return no_stripe; }
};

template <class P>
class value_cell : public testing::Test {
 protected:
  using value_type = atomic_value<fragile, P>;

  void store(int times) {
    for (int n = 0; n < times; ++n) value_.emplace(n);
  }

  static constexpr std::size_t batch = 3;
  snapshot_domain<P> domain_;
  value_type value_{domain_, reclaim_after{batch}};
};

using policies = testing::Types<with_stripes, without_stripes>;
TYPED_TEST_SUITE(value_cell, policies);

// The number of values alive after each of so many stores.
template <class Value>
std::vector<int> alive_after_stores(Value& value, int stores) {
  std::vector<int> alive;
  for (int n = 0; n < stores; ++n) {
    value.emplace(n);
    alive.push_back(fragile::alive);
  }
  return alive;
}

TYPED_TEST(value_cell, destroys_what_was_replaced_by_the_batch) {
  EXPECT_EQ(alive_after_stores(this->value_, 8), (std::vector<int>{1, 2, 3, 1, 2, 3, 1, 2}));
}

TYPED_TEST(value_cell, begins_the_batch_anew_where_it_was_told_to_look) {
  this->store(3);
  this->value_.reclaim();
  EXPECT_EQ(fragile::alive, 1);
  EXPECT_EQ(alive_after_stores(this->value_, 4), (std::vector<int>{2, 3, 1, 2}));
}

TYPED_TEST(value_cell, looks_again_for_what_was_held_with_the_next_batch) {
  this->store(1);
  auto held = this->value_.load();
  this->store(3);
  EXPECT_EQ(fragile::alive, 2);
  EXPECT_EQ(alive_after_stores(this->value_, 3), (std::vector<int>{3, 4, 2}));
  held = {};
  const int in_a_slot = TypeParam::owned_stripe() == no_stripe ? 0 : 1;
  EXPECT_EQ(fragile::alive, 1 + in_a_slot) << "whoever held it by a share was the last";
  this->value_.reclaim();
  EXPECT_EQ(fragile::alive, 1);
}

// The place of a thread that looks cannot be had.
TYPED_TEST(value_cell, looks_at_the_next_store_if_nobody_could_look) {
  this->store(3);
  {
    const nth_fault constructs_allocates_and_looks(3);
    this->store(1);
    EXPECT_TRUE(nth_fault::has_come());
  }
  EXPECT_EQ(fragile::alive, 4) << "nobody could look";
  this->store(1);
  EXPECT_EQ(fragile::alive, 1);
  EXPECT_EQ(alive_after_stores(this->value_, 3), (std::vector<int>{2, 3, 1}));
}

// Stores so many others when it is destroyed.
struct parent {
  using home_type = atomic_value<parent>;

  parent(home_type& where, int count) : home(where), children(count) { ++alive; }
  parent(const parent&) = delete;
  parent& operator=(const parent&) = delete;
  ~parent() {
    --alive;
    for (int n = 0; n < children; ++n) home.emplace(home, 0);
  }
  static inline int alive = 0;
  home_type& home;
  int children;
};

TEST(value_cell_in_a_destructor, leaves_the_looking_to_the_next_store) {
  snapshot_domain<> domain;
  atomic_value<parent> value(domain, reclaim_after{3});
  value.emplace(value, 5);
  value.emplace(value, 0);
  value.emplace(value, 0);
  EXPECT_EQ(parent::alive, 3);
  value.emplace(value, 0);
  EXPECT_EQ(parent::alive, 6) << "the five that came meanwhile, and what they replaced";
  value.emplace(value, 0);
  EXPECT_EQ(parent::alive, 1);
}

// As many threads load, of the domain, while all of them live.
template <class Value>
void load_on_threads(const Value& value, std::size_t count) {
  std::barrier<> all_loaded(static_cast<std::ptrdiff_t>(count));
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&] {
      static_cast<void>(value.load());
      all_loaded.arrive_and_wait();
    });
  }
}

TEST(value_cell_by_default, destroys_by_the_number_of_threads_that_load_or_more) {
  snapshot_domain<> domain;
  atomic_value<fragile> value(domain);
  value.emplace(0);
  EXPECT_EQ(alive_after_stores(value, 31).back(), 32);
  EXPECT_EQ(alive_after_stores(value, 1).back(), 1);
  static_cast<void>(value.load());
  load_on_threads(value, 28);
  EXPECT_EQ(alive_after_stores(value, 57).back(), 58);
  EXPECT_EQ(alive_after_stores(value, 1).back(), 1);
}

// A thread without a stripe, or whose own places are all in use, needs another one, and only within a load.
TYPED_TEST(value_cell, keeps_a_shared_place_within_a_load_only) {
  this->store(1);
  using snapshot = typename TestFixture::value_type::snapshot;
  std::vector<snapshot> held(3 * snapshot_domain<TypeParam>::slots_per_stripe);
  const std::size_t before = pieces_of_memory();
  for (snapshot& each : held) each = this->value_.load();
  EXPECT_EQ(pieces_of_memory() - before, 1u) << "one place, for one load at a time";
  for (const snapshot& each : held) EXPECT_EQ(each->number, 0);
}

TYPED_TEST(value_cell, keeps_no_place_for_an_owner) {
  this->store(1);
  using owner = typename TestFixture::value_type::owner;
  std::vector<owner> owned(3 * snapshot_domain<TypeParam>::slots_per_stripe);
  const std::size_t places = TypeParam::owned_stripe() == no_stripe ? 1 : 0;
  const std::size_t before = pieces_of_memory();
  for (owner& each : owned) each = this->value_.load_shared();
  EXPECT_EQ(pieces_of_memory() - before, places);
}

TYPED_TEST(value_cell, has_the_place_of_a_snapshot_back_when_it_ends) {
  this->store(1);
  auto held = this->value_.load();
  const std::size_t before = pieces_of_memory();
  std::size_t loads = 3 * snapshot_domain<TypeParam>::slots_per_stripe;
  for (; loads > 0; --loads) {
    auto moved = std::move(held);
    held = this->value_.load();
    const auto another = this->value_.load();
  }
  EXPECT_EQ(pieces_of_memory(), before);
}

// One place of a thread that looks is enough for threads that do so one after the other.
TYPED_TEST(value_cell, keeps_the_turn_while_it_looks_only) {
  this->store(4);
  const std::size_t before = pieces_of_memory();
  for (int n = 0; n < 3; ++n) {
    this->value_.reclaim();
    std::thread([this] { this->value_.reclaim(); }).join();
  }
  EXPECT_EQ(pieces_of_memory(), before);
}

}  // namespace
