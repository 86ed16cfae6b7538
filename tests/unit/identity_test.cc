// SPDX-License-Identifier: BSL-1.0
// What is the same and what is not: types, values, addresses, owners, issuers.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "stillpoint/any_value.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/counters_ref.hpp"
#include "stillpoint/rendezvous.hpp"
#include "stillpoint/rendezvous_storage.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/tracker.hpp"
#include "stillpoint/writer_reader_phaser.hpp"

namespace {

using stillpoint::any_value;
using stillpoint::atomic_value;
using stillpoint::basic_std_policy;
using stillpoint::tracker;

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
  return "not refused";
}

// Two types without a comparison, alike in everything.
struct apple {
  int weight;
};
struct pear {
  int weight;
};

// Two types that are compared by the same function, their base's.
struct fruit {
  int weight = 0;
  friend bool operator==(const fruit&, const fruit&) = default;
};
struct plum : fruit {};
struct cherry : fruit {};

template <class One, class Other>
struct two_types {
  using one = One;
  using other = Other;
};

template <class Types>
class types_of_any_value : public testing::Test {};

using alike = testing::Types<two_types<apple, pear>, two_types<plum, cherry>, two_types<int, unsigned>,
                             two_types<int, long>, two_types<char, signed char>,
                             two_types<std::shared_ptr<int>, std::shared_ptr<const int>>>;
TYPED_TEST_SUITE(types_of_any_value, alike);

TYPED_TEST(types_of_any_value, are_told_apart_by_every_store) {
  using one = typename TypeParam::one;
  using other = typename TypeParam::other;
  any_value<> value;
  value.store(one{});
  EXPECT_EQ(refusal([&] { value.store(other{}); }), "any_value: store of inconsistently typed value");
  EXPECT_EQ(refusal([&] { static_cast<void>(value.swap(other{})); }),
            "any_value: swap of inconsistently typed value");
  EXPECT_EQ(refusal([&] { static_cast<void>(value.compare_exchange(other{}, other{})); }),
            "any_value: compare and swap of inconsistently typed value");
  EXPECT_EQ(refusal([&] { static_cast<void>(value.compare_exchange(one{}, other{})); }),
            "any_value: compare and swap of inconsistently typed values");
  EXPECT_EQ(refusal([&] { static_cast<void>(value.compare_exchange(nullptr, other{})); }),
            "any_value: compare and swap of inconsistently typed value");
  auto now = value.load();
  EXPECT_EQ(refusal([&] { static_cast<void>(value.compare_exchange(now, other{})); }),
            "any_value: compare and swap of inconsistently typed values");
  any_value<>::snapshot nothing;
  EXPECT_EQ(refusal([&] { static_cast<void>(value.compare_exchange(nothing, other{})); }),
            "any_value: compare and swap of inconsistently typed value");
  EXPECT_TRUE(value.load().template holds<one>());
}

TYPED_TEST(types_of_any_value, are_told_apart_by_snapshots_and_owners) {
  using one = typename TypeParam::one;
  using other = typename TypeParam::other;
  any_value<> value;
  value.store(one{});
  const auto now = value.load();
  const auto owned = value.load_shared();
  EXPECT_TRUE(now.template holds<one>() && owned.template holds<one>());
  EXPECT_FALSE(now.template holds<other>() || owned.template holds<other>());
  EXPECT_NE(now.template get<one>(), nullptr);
  EXPECT_EQ(now.template get<other>(), nullptr);
  EXPECT_EQ(owned.template get<other>(), nullptr);
}

TEST(any_value_without_comparison, cannot_be_compared_but_by_its_snapshot) {
  any_value<> value;
  value.store(apple{1});
  EXPECT_EQ(refusal([&] { static_cast<void>(value.compare_exchange(apple{1}, apple{2})); }),
            "any_value: compare and swap of values of a type that has no ==");
  auto now = value.load();
  EXPECT_TRUE(value.compare_exchange(now, apple{2}));
  EXPECT_EQ(value.load().get<apple>()->weight, 2);
}

// Runs for both: Value, and what makes it hold `number`.
template <class Value>
void expect_identity_of_values(Value& value, const std::function<void(int)>& store) {
  using snapshot = typename Value::snapshot;
  using owner = typename Value::owner;
  EXPECT_TRUE(value.load() == snapshot() && value.load_shared() == owner()) << "there is none";
  store(1);
  const auto first = value.load();
  const auto first_owner = value.load_shared();
  EXPECT_FALSE(first == snapshot() || snapshot() == first);
  EXPECT_FALSE(first_owner == owner() || owner() == first_owner);
  EXPECT_TRUE(first == value.load()) << "the very same";
  EXPECT_TRUE(first_owner == value.load_shared());
  const auto copy = first_owner;
  EXPECT_TRUE(copy == first_owner);
  store(1);
  EXPECT_FALSE(first == value.load()) << "equal, but another one";
  EXPECT_FALSE(first_owner == value.load_shared());
  store(2);
  EXPECT_FALSE(first == value.load());
  EXPECT_FALSE(first_owner == value.load_shared());
}

TEST(snapshots, are_equal_if_they_are_of_the_very_same_value) {
  atomic_value<int> number;
  expect_identity_of_values(number, [&number](int n) { number.store(n); });
  any_value<> anything;
  expect_identity_of_values(anything, [&anything](int n) { anything.store(n); });
}

TEST(snapshots, of_several_values_are_unequal) {
  atomic_value<int> one;
  atomic_value<int> other;
  one.store(1);
  other.store(1);
  EXPECT_FALSE(one.load() == other.load());
  EXPECT_NE(one.load().get(), other.load().get());
}

TEST(snapshots, of_an_equal_value_that_came_later_replace_nothing) {
  atomic_value<int> value;
  value.store(1);
  auto first = value.load();
  value.store(1);
  EXPECT_FALSE(value.compare_exchange(first, 2));
  EXPECT_EQ(*first, 1) << "still held";
  EXPECT_EQ(*value.load(), 1);
  atomic_value<int>::snapshot nothing;
  EXPECT_FALSE(value.compare_exchange(nothing, 2)) << "there is a value";
  atomic_value<int> empty;
  EXPECT_FALSE(empty.compare_exchange(first, 2)) << "there is none";
  EXPECT_TRUE(empty.compare_exchange(nothing, 2));
}

TEST(snapshots, that_are_moved_from_are_empty) {
  atomic_value<int> value;
  value.store(1);
  auto first = value.load();
  const auto second = std::move(first);
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): that is the question
  EXPECT_EQ(*second, 1);
  auto owned = value.load_shared();
  const auto moved = std::move(owned);
  EXPECT_FALSE(owned);  // NOLINT(bugprone-use-after-move): that is the question
  EXPECT_EQ(*moved, 1);
}

TEST(an_owner, assigned_to_itself_still_owns) {
  atomic_value<std::string> value;
  value.store("x");
  auto owned = value.load_shared();
  auto& same = owned;
  owned = same;
  static_cast<void>(value.swap("y"));
  value.reclaim();
  EXPECT_EQ(*owned, "x");
  auto snapshot = value.load();
  auto& same_snapshot = snapshot;
  snapshot = std::move(same_snapshot);
  EXPECT_EQ(*snapshot, "y");
}

// On shared stripes a token is only a number of a tracker.
struct nobody_owns : basic_std_policy<true> {
  static std::size_t owned_stripe() noexcept { return stillpoint::no_stripe; }
  static std::size_t quick_stripe(std::size_t) noexcept { return stillpoint::no_stripe; }
};

template <class Policy>
class tokens_of : public testing::Test {};
using token_policies = testing::Types<basic_std_policy<true>, basic_std_policy<false>, nobody_owns>;
TYPED_TEST_SUITE(tokens_of, token_policies);

TYPED_TEST(tokens_of, several_trackers_are_released_to_their_own) {
  const auto one = std::make_unique<tracker<TypeParam>>();
  const auto other = std::make_unique<tracker<TypeParam>>();
  auto first = one->acquire();
  auto second = other->acquire();
  const auto old_one = one->begin_increment();
  const auto old_other = other->begin_increment();
  std::swap(first, second);
  first.release();
  EXPECT_TRUE(old_other.try_wait());
  EXPECT_FALSE(old_one.try_wait());
  // What it held before is released, of the tracker that it was of.
  second = other->acquire();
  EXPECT_TRUE(old_one.try_wait());
  EXPECT_EQ(second.generation(), 1u);
  EXPECT_FALSE(other->begin_increment().try_wait());
}

TYPED_TEST(tokens_of, one_tracker_are_exchanged_one_for_one) {
  const auto t = std::make_unique<tracker<TypeParam>>();
  auto old_token = t->acquire();
  const auto old = t->begin_increment();
  auto new_token = t->acquire();
  const auto next = t->begin_increment();
  std::swap(old_token, new_token);
  EXPECT_EQ(old_token.generation(), 1u);
  EXPECT_EQ(new_token.generation(), 0u);
  old_token.release();
  EXPECT_TRUE(next.try_wait());
  EXPECT_FALSE(old.try_wait());
  new_token = {};
  EXPECT_TRUE(old.try_wait());
}

TEST(handles_of_counters, are_equal_if_they_are_of_the_same_array) {
  auto one = stillpoint::new_counters(1);
  const auto other = stillpoint::new_counters(1);
  auto copy = one;
  EXPECT_TRUE(one == copy);
  EXPECT_FALSE(one == other);
  auto& same = copy;
  copy = same;
  copy.add(1, 5);
  EXPECT_EQ(one.get(1), 5);
  one = other;
  EXPECT_TRUE(one == other);
  EXPECT_FALSE(one == copy);
  EXPECT_EQ(copy.get(1), 5) << "kept by its last owner";
}

TEST(a_section, is_of_the_phaser_that_it_was_moved_to) {
  using phaser = stillpoint::writer_reader_phaser<basic_std_policy<true>>;
  const auto one = std::make_unique<phaser>();
  const auto other = std::make_unique<phaser>();
  auto first = one->writer_enter();
  auto second = other->writer_enter();
  std::swap(first, second);
  EXPECT_THROW(one->writer_exit(std::move(first)), std::logic_error);
  EXPECT_THROW(other->writer_exit(std::move(second)), std::logic_error);
  one->writer_exit(std::move(second));
  other->writer_exit(std::move(first));
  one->lock_reader().flip();
  other->lock_reader().flip();
}

TEST(endpoints, are_exchanged_with_what_they_hold) {
  auto [first, second] = stillpoint::make_rendezvous_data<int>(1, 2);
  auto [third, fourth] = stillpoint::make_rendezvous_data<int>(3, 4);
  std::swap(first, fourth);
  EXPECT_EQ(first.held(), 4);
  EXPECT_EQ(fourth.held(), 1);
  static_cast<void>(second.try_wait());
  EXPECT_EQ(fourth.swap(), 2);
  static_cast<void>(third.try_wait());
  EXPECT_EQ(first.swap(), 3);
}

// Aligned to more than a pair of cache lines.
struct alignas(512) large {
  explicit large(int n) : number(n) {}
  int number;
};

bool is_aligned(const large* it) {
  return reinterpret_cast<std::uintptr_t>(it) % alignof(large) == 0;
}

TEST(addresses, are_aligned_as_the_type_asks_for) {
  for (int n = 0; n < 4; ++n) {
    atomic_value<large> value;
    value.emplace(n);
    EXPECT_TRUE(is_aligned(value.load().get()));
    any_value<> anything;
    anything.store(large(n));
    EXPECT_TRUE(is_aligned(anything.load().get<large>()));
    auto [here, there] = stillpoint::make_rendezvous_data<large>(n, n + 1);
    EXPECT_TRUE(is_aligned(&here.held()) && is_aligned(&there.held()));
    const auto stored = std::make_unique<stillpoint::rendezvous_storage<large>>(n, n + 1);
    const auto sides = stored->endpoints();
    EXPECT_TRUE(is_aligned(&sides.first.held()) && is_aligned(&sides.second.held()));
  }
}

TEST(addresses, are_the_same_for_all_who_hold_the_value) {
  atomic_value<int> value;
  value.store(1);
  const auto owned = value.load_shared();
  const auto copy = owned;
  auto held = value.load();
  const int* const where = held.get();
  EXPECT_EQ(owned.get(), where);
  EXPECT_EQ(copy.get(), where);
  EXPECT_EQ(&*owned, where);
  auto moved = std::move(held);
  EXPECT_EQ(moved.get(), where);
  EXPECT_EQ(value.swap(2).get(), where);
  EXPECT_NE(value.load().get(), where);
}

}  // namespace
