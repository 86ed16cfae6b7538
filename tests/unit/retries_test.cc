// SPDX-License-Identifier: BSL-1.0
// Loops that go round again because another thread came in between: what is moved is moved once, what is
// asked is asked of the later value, and nothing of the first round is left.

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "stillpoint/any_value.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/detail/slot_list.hpp"
#include "stillpoint/detail/stripe_registry.hpp"
#include "stillpoint/snapshot_domain.hpp"
#include "stillpoint/tracker.hpp"
#include "tests/unit/testing_retries.hpp"

namespace {

using stillpoint::no_stripe;
using stillpoint::reclaim_after;
using stillpoint::snapshot_domain;
using stillpoint::tests::interrupted_policy;
using stillpoint::tests::interruption;
using stillpoint::tests::interrupts;

using exchanges = interrupted_policy<interrupts::exchanges>;
using fences = interrupted_policy<interrupts::fences>;

// A number that counts what is done to it. `tag` is not compared.
struct counted {
  explicit counted(int n, int t = 0) : number(n), tag(t) { ++alive; }
  counted(counted&& other) noexcept : number(std::exchange(other.number, -1)), tag(other.tag) {
    ++alive;
    ++moves;
  }
  counted& operator=(counted&&) = delete;
  ~counted() { --alive; }

  friend bool operator==(const counted& a, const counted& b) {
    ++comparisons;
    return a.number == b.number;
  }
  static void begin() { moves = comparisons = 0; }

  static inline int alive = 0;
  static inline int moves = 0;
  static inline int comparisons = 0;
  int number;
  int tag;
};

class retried_value : public testing::Test {
 protected:
  // Then no load claims its stripe for the first time, which would be interrupted, too.
  void store_first(int number) {
    value_.emplace(number);
    static_cast<void>(value_.load());
  }

  snapshot_domain<exchanges> domain_;
  stillpoint::atomic_value<counted, exchanges> value_{domain_, reclaim_after{1}};
};

TEST_F(retried_value, is_moved_once_by_a_compare_exchange) {
  for (const int times : {0, 1, 3}) {
    store_first(1);
    const counted expected(1);
    {
      interruption other(times, [this] { value_.emplace(1, 7); });
      counted desired(2, 8);
      counted::begin();
      EXPECT_TRUE(value_.compare_exchange(expected, std::move(desired)));
      EXPECT_TRUE(other.is_over());
    }
    EXPECT_EQ(counted::moves, 2) << "as an argument, and to its place";
    EXPECT_EQ(counted::comparisons, times + 1) << "with each value that it may replace";
    EXPECT_EQ(value_.load()->number, 2);
    EXPECT_EQ(value_.load()->tag, 8);
    EXPECT_EQ(counted::alive, 2) << "the expected one, and the current one";
  }
}

// How often a value that is given to the call is moved.
template <class Call>
int moves_of(Call call) {
  counted::begin();
  call();
  return counted::moves;
}

TEST_F(retried_value, is_moved_once_where_nobody_comes_in_between) {
  auto& value = value_;
  EXPECT_EQ(moves_of([&] { value.store(counted(1)); }), 1);
  EXPECT_EQ(moves_of([&] { value.emplace(2); }), 0);
  EXPECT_EQ(moves_of([&] { static_cast<void>(value.swap(counted(3))); }), 1);
  EXPECT_EQ(moves_of([&] { value.update([](const auto&) { return counted(4); }); }), 1);
  EXPECT_EQ(moves_of([&] { value.update([](const auto&) { return 5; }); }), 0);
  auto now = value.load();
  EXPECT_EQ(moves_of([&] { EXPECT_TRUE(value.compare_exchange(now, counted(6))); }), 1);
  const counted expected(6);
  EXPECT_EQ(moves_of([&] { EXPECT_TRUE(value.compare_exchange(expected, counted(7))); }), 1);
  EXPECT_EQ(value.load()->number, 7);
}

TEST_F(retried_value, is_not_made_where_nothing_is_replaced) {
  value_.emplace(1);
  const counted expected(3);
  counted desired(2);
  counted::begin();
  EXPECT_FALSE(value_.compare_exchange(expected, std::move(desired)));
  EXPECT_EQ(counted::moves, 1) << "as an argument";
}

TEST_F(retried_value, does_not_replace_what_came_meanwhile) {
  store_first(1);
  const counted expected(1);
  {
    interruption other(1, [this] { value_.emplace(3); });
    EXPECT_FALSE(value_.compare_exchange(expected, counted(2)));
    EXPECT_TRUE(other.is_over());
  }
  EXPECT_EQ(value_.load()->number, 3);
  value_.reclaim();
  EXPECT_EQ(counted::alive, 2) << "the expected one, and the current one";
  auto now = value_.load();
  {
    interruption other(1, [this] { value_.emplace(4); });
    EXPECT_FALSE(value_.compare_exchange(now, counted(5)));
  }
  EXPECT_EQ(now->number, 3) << "still held";
  now = {};
  EXPECT_EQ(value_.load()->number, 4);
}

TEST_F(retried_value, is_updated_from_what_came_meanwhile) {
  store_first(1);
  std::vector<int> asked;
  {
    interruption other(2, [this, next = 10]() mutable { value_.emplace(next += 10); });
    value_.update([&asked](const auto& now) {
      asked.push_back(now->number);
      return counted(now->number + 1);
    });
    EXPECT_TRUE(other.is_over());
  }
  EXPECT_EQ(asked, (std::vector<int>{1, 20, 30}));
  EXPECT_EQ(value_.load()->number, 31);
  value_.emplace(0);
  EXPECT_EQ(counted::alive, 1) << "what was made of earlier ones is gone";
}

TEST_F(retried_value, is_updated_from_the_first_one_if_that_came_meanwhile) {
  interruption other(1, [this] { value_.emplace(5); });
  int asked = 0;
  value_.update([&asked](const auto& now) {
    ++asked;
    return counted(now ? now->number + 1 : 0);
  });
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(value_.load()->number, 6);
}

// The list of the retired, to which another thread adds just before this one does.
TEST(retired_values, of_two_threads_at_once_are_all_destroyed) {
  snapshot_domain<exchanges> domain;
  stillpoint::atomic_value<counted, exchanges> value(domain, reclaim_after{1000});
  for (int round = 0; round < 3; ++round) {
    value.emplace(round);
    interruption other(2, [&value] { value.emplace(70); });
    value.emplace(80);
    EXPECT_TRUE(other.is_over());
  }
  EXPECT_EQ(counted::alive, 12);
  value.reclaim();
  EXPECT_EQ(counted::alive, 1);
}

class retried_any_value : public testing::Test {
 protected:
  using any_value = stillpoint::any_value<exchanges>;

  void store_first(int number) {
    value_.store(counted(number));
    static_cast<void>(value_.load());
  }
  void expect_alive(int count) {
    value_.reclaim();
    EXPECT_EQ(counted::alive, count);
  }
  int number() { return value_.load().get<counted>()->number; }

  snapshot_domain<exchanges> domain_;
  any_value value_{domain_, reclaim_after{1}};
};

TEST_F(retried_any_value, is_moved_once_by_a_compare_exchange) {
  store_first(1);
  {
    interruption other(2, [this] { value_.store(counted(1, 7)); });
    const any_value::boxed expected(counted(1));
    counted::begin();
    EXPECT_TRUE(value_.compare_exchange(expected, any_value::boxed(counted(2, 8))));
    EXPECT_TRUE(other.is_over());
    EXPECT_EQ(counted::comparisons, 3);
  }
  EXPECT_EQ(number(), 2);
  EXPECT_EQ(value_.load().get<counted>()->tag, 8);
  expect_alive(1);
}

TEST_F(retried_any_value, is_moved_once_where_nobody_comes_in_between) {
  EXPECT_EQ(moves_of([this] { value_.store(counted(1)); }), 1);
  EXPECT_EQ(moves_of([this] { value_.store(any_value::boxed(std::in_place_type<counted>, 2)); }), 0);
  EXPECT_EQ(moves_of([this] { static_cast<void>(value_.swap(counted(3))); }), 1);
  EXPECT_EQ(moves_of([this] { EXPECT_TRUE(value_.compare_exchange(counted(3), counted(4))); }), 2) << "both";
  EXPECT_EQ(number(), 4);
}

TEST_F(retried_any_value, does_not_replace_what_came_meanwhile) {
  store_first(1);
  {
    interruption other(1, [this] { value_.store(counted(3)); });
    EXPECT_FALSE(value_.compare_exchange(counted(1), counted(2)));
  }
  EXPECT_EQ(number(), 3);
  expect_alive(1);
}

TEST_F(retried_any_value, that_is_first_meets_another_first_one) {
  {
    interruption other(1, [this] { value_.store(counted(1)); });
    value_.store(counted(2));
    EXPECT_TRUE(other.is_over());
  }
  EXPECT_EQ(number(), 2) << "stored after the first";
  expect_alive(1);
}

TEST_F(retried_any_value, that_is_first_meets_another_first_one_in_a_swap) {
  {
    interruption other(1, [this] { value_.store(counted(1)); });
    const auto former = value_.swap(counted(2));
    EXPECT_EQ(former.get<counted>()->number, 1);
  }
  EXPECT_EQ(number(), 2);
  expect_alive(1);
}

TEST_F(retried_any_value, that_is_first_meets_one_of_another_type) {
  interruption other(1, [this] { value_.store(5); });
  EXPECT_THROW(value_.store(counted(2)), std::invalid_argument);
  EXPECT_EQ(*value_.load().get<int>(), 5);
  expect_alive(0);
}

TEST_F(retried_any_value, that_was_none_is_not_replaced_if_one_came_meanwhile) {
  interruption other(1, [this] { value_.store(counted(1)); });
  EXPECT_FALSE(value_.compare_exchange(nullptr, counted(2)));
  EXPECT_EQ(number(), 1);
}

// Says which numbers are alive.
struct listed {
  explicit listed(int n) : place(alive.insert(n)) {}
  listed(const listed&) = delete;
  listed& operator=(const listed&) = delete;
  ~listed() { alive.erase(place); }

  static inline std::multiset<int> alive;
  std::multiset<int>::iterator place;
};

TEST(interrupted_load, holds_the_later_value_and_not_the_earlier) {
  snapshot_domain<fences> domain;
  stillpoint::atomic_value<listed, fences> value(domain, reclaim_after{1});
  value.emplace(1);
  {
    interruption other(2, [&value, next = 1]() mutable { value.emplace(++next); });
    const auto held = value.load();
    EXPECT_TRUE(other.is_over());
    value.emplace(4);
    EXPECT_EQ(listed::alive, (std::multiset<int>{3, 4})) << "the one that is held, and the current one";
    EXPECT_EQ(*held->place, 3);
  }
  value.emplace(5);
  EXPECT_EQ(listed::alive, (std::multiset<int>{5}));
}

TEST(retried_counters, are_exchanged_for_what_came_meanwhile) {
  stillpoint::counters<stillpoint::write_concurrency, exchanges> counts(1, 8);
  counts.put(1, 100);
  counts.add(1, 5);
  {
    interruption other(2, [&counts] {
      counts.put(1, counts.get(1) + 1000);
      counts.add(1, 7);
    });
    EXPECT_EQ(counts.exchange(1, 3), 105 + 2 * 1007);
    EXPECT_TRUE(other.is_over());
  }
  EXPECT_EQ(counts.get(1), 3);
  {
    interruption other(1, [&counts] { counts.add(1, 7); });
    EXPECT_EQ(counts.take(1), 3) << "an add to a stripe does not make it go round again, nor is it lost";
  }
  EXPECT_EQ(counts.get(1), 7);
}

TEST(retried_registry, gives_out_a_number_once) {
  static stillpoint::detail::stripe_registry<exchanges::atomic, 40> registry;
  std::set<std::size_t> given;
  const auto claim = [&given] { EXPECT_TRUE(given.insert(registry.claim()).second); };
  for (int round = 0; round < 10; ++round) {
    interruption other(2, claim);
    claim();
    EXPECT_TRUE(other.is_over());
  }
  EXPECT_EQ(given.size(), 30u);
  EXPECT_EQ(*given.rbegin(), 29u) << "the lowest that are free";
  for (int rest = 0; rest < 9; ++rest) claim();
  // Somebody takes the last one meanwhile.
  interruption other(1, claim);
  EXPECT_EQ(registry.claim(), no_stripe);
}

TEST(retried_slot_list, gives_a_place_to_one) {
  stillpoint::detail::slot_list<exchanges, int> list;
  auto* const first = list.claim(1);
  first->store(0);
  std::set<void*> places{first};
  {
    interruption other(1, [&] { EXPECT_EQ(list.claim(2), first) << "it is free"; });
    places.insert(list.claim(3));
  }
  EXPECT_EQ(places.size(), 2u);
  {
    // Both make a new one.
    interruption other(1, [&] { places.insert(list.claim(4)); });
    places.insert(list.claim(5));
  }
  EXPECT_EQ(places.size(), 4u);
  std::multiset<int> keys;
  list.for_each([&keys](int key) { keys.insert(key); });
  EXPECT_EQ(keys, (std::multiset<int>{2, 3, 4, 5}));
}

// Threads that load for the first time, the later one's stripe being the higher.
TEST(retried_domain, knows_all_stripes_that_are_in_use) {
  snapshot_domain<exchanges> domain;
  stillpoint::atomic_value<counted, exchanges> value(domain, reclaim_after{1});
  using snapshot = decltype(value)::snapshot;
  value.emplace(1);
  snapshot theirs;
  snapshot mine;
  {
    interruption other(1, [&] { std::thread([&] { theirs = value.load(); }).join(); });
    mine = value.load();
    EXPECT_TRUE(other.is_over());
  }
  value.emplace(2);
  EXPECT_EQ(counted::alive, 2);
  mine = {};
  value.emplace(3);
  EXPECT_EQ(counted::alive, 2) << "held on the higher stripe";
}

// Tokens that were announced although the generation had ended.
template <class Policy>
class retried_token : public testing::Test {};

struct fences_without_stripes : fences {
  static std::size_t owned_stripe() noexcept { return no_stripe; }
  static std::size_t quick_stripe(std::size_t) noexcept { return no_stripe; }
};
using token_policies = testing::Types<fences, fences_without_stripes>;
TYPED_TEST_SUITE(retried_token, token_policies);

TYPED_TEST(retried_token, is_of_the_later_generation_and_of_no_other) {
  const auto t = std::make_unique<stillpoint::tracker<TypeParam>>();
  typename stillpoint::tracker<TypeParam>::token held;
  {
    interruption other(3, [&t] { static_cast<void>(t->begin_increment()); });
    held = t->acquire();
    EXPECT_TRUE(other.is_over());
  }
  EXPECT_EQ(held.generation(), 3u);
  const auto all = t->begin_grace_period();
  EXPECT_FALSE(all.try_wait());
  held.release();
  EXPECT_TRUE(all.try_wait()) << "of earlier announcements nothing is left";
  for (std::size_t i = 0; i < 2 * t->max_pending; ++i) EXPECT_TRUE(t->begin_increment().try_wait());
}

TYPED_TEST(retried_token, leaves_all_places_free) {
  const auto t = std::make_unique<stillpoint::tracker<TypeParam>>();
  for (int round = 0; round < 20; ++round) {
    interruption other(2, [&t] { static_cast<void>(t->begin_increment()); });
    std::vector<typename stillpoint::tracker<TypeParam>::token> held;
    for (int i = 0; i < 8; ++i) held.push_back(t->acquire());
  }
  EXPECT_TRUE(t->begin_grace_period().try_wait());
}

}  // namespace
