// SPDX-License-Identifier: BSL-1.0
// atomic_value and any_value as their callers see them: the original's public tests, and what C++ adds. The
// names of the guarantees are those of docs/atomic_value.md.

#include "stillpoint/atomic_value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <latch>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "stillpoint/any_value.hpp"
#include "stillpoint/snapshot_domain.hpp"
#include "stillpoint/std_policy.hpp"

namespace {

using stillpoint::any_value;
using stillpoint::atomic_value;
using stillpoint::basic_std_policy;
using stillpoint::no_stripe;
using stillpoint::reclaim_after;
using stillpoint::snapshot_domain;
using testing::HasSubstr;

// How many live, and how many there ever were.
struct census {
  int alive = 0;
  int made = 0;
};

class counted {
 public:
  counted(census& all, int number) : all_(&all), number_(number) { enter(); }
  counted(const counted& other) : all_(other.all_), number_(other.number_) { enter(); }
  counted& operator=(const counted&) = delete;
  ~counted() { --all_->alive; }

  int number() const { return number_; }

 private:
  void enter() {
    ++all_->alive;
    ++all_->made;
  }

  census* all_;
  int number_;
};

// No thread owns a stripe.
struct unowned : basic_std_policy<true> {
  static std::size_t owned_stripe() noexcept { return no_stripe; }
};

template <class P>
class atomic_value_of : public testing::Test {};
using policies = testing::Types<basic_std_policy<true>, basic_std_policy<false>, unowned>;
TYPED_TEST_SUITE(atomic_value_of, policies);

// The original's TestValue.
TYPED_TEST(atomic_value_of, starts_empty) {
  atomic_value<int, TypeParam> value;
  EXPECT_FALSE(value.load());
  EXPECT_FALSE(value.load_shared());
  EXPECT_EQ(value.load().get(), nullptr);
  value.store(42);
  EXPECT_EQ(*value.load(), 42);
  value.store(84);
  EXPECT_EQ(*value.load(), 84);
}

// The original's TestValueLarge.
TYPED_TEST(atomic_value_of, loads_return_what_was_stored) {
  atomic_value<std::string, TypeParam> value;
  value.store("foo");
  EXPECT_EQ(*value.load(), "foo");
  value.emplace(3u, 'x');
  const auto now = value.load();
  EXPECT_EQ(*now, "xxx");
  EXPECT_EQ(now->size(), 3u);
  EXPECT_EQ(now.get(), &*now);
  EXPECT_TRUE(now);
}

TYPED_TEST(atomic_value_of, reads_never_go_back) {
  atomic_value<int, TypeParam> value;
  for (int n = 0; n < 1000; ++n) {
    value.store(n);
    ASSERT_EQ(*value.load(), n);
  }
}

TYPED_TEST(atomic_value_of, held_values_stay_alive) {
  census all;
  {
    atomic_value<counted, TypeParam> value(reclaim_after{1});
    std::vector<typename atomic_value<counted, TypeParam>::snapshot> held;
    // More than a stripe has slots.
    for (int n = 0; n < 100; ++n) {
      value.emplace(all, n);
      held.push_back(value.load());
    }
    EXPECT_EQ(all.alive, 100);
    for (int n = 0; n < 100; ++n) EXPECT_EQ(held[static_cast<std::size_t>(n)]->number(), n);
    held.erase(held.begin(), held.begin() + 50);
    value.reclaim();
    EXPECT_EQ(all.alive, 50);
    EXPECT_EQ(held.front()->number(), 50);
    held.clear();
    value.reclaim();
    EXPECT_EQ(all.alive, 1);
  }
  EXPECT_EQ(all.alive, 0);
}

TYPED_TEST(atomic_value_of, snapshots_may_change_threads) {
  census all;
  atomic_value<counted, TypeParam> value(reclaim_after{1});
  value.emplace(all, 1);
  std::optional<typename atomic_value<counted, TypeParam>::snapshot> sent;
  // The thread that took it is gone, and its stripe another's, when it is given up.
  std::thread([&] { sent = value.load(); }).join();
  std::thread([&] {
    value.emplace(all, 2);
    EXPECT_EQ(value.load()->number(), 2);
  }).join();
  EXPECT_EQ((*sent)->number(), 1);
  EXPECT_EQ(all.alive, 2);
  std::thread([&] { sent.reset(); }).join();
  value.reclaim();
  EXPECT_EQ(all.alive, 1);
}

TYPED_TEST(atomic_value_of, snapshots_never_delay_stores) {
  census all;
  atomic_value<counted, TypeParam> value(reclaim_after{2});
  value.emplace(all, -1);
  const auto held = value.load();
  std::latch holds{1};
  std::latch may_go{1};
  std::thread other([&] {
    const auto held_there = value.load();
    holds.count_down();
    may_go.wait();
  });
  holds.wait();
  int most = 0;
  for (int n = 0; n < 1000; ++n) {
    value.emplace(all, n);
    most = std::max(most, all.alive);
  }
  EXPECT_LE(most, 4) << "the current one, the held one, and a batch";
  may_go.count_down();
  other.join();
  EXPECT_EQ(held->number(), -1);
}

// Where a thread is stopped, until it is let go.
struct gate {
  std::latch inside{1};
  std::latch open{1};

  void pass() {
    inside.count_down();
    open.wait();
  }
};

// Stops whoever destroys it, if it has a gate.
class gated {
 public:
  explicit gated(int number, gate* at_end = nullptr) : number_(number), at_end_(at_end) {}
  gated(gated&& other) noexcept : number_(other.number_), at_end_(std::exchange(other.at_end_, nullptr)) {}
  gated& operator=(gated&&) = delete;
  ~gated() {
    if (at_end_ != nullptr) at_end_->pass();
  }

  int number() const { return number_; }

 private:
  int number_;
  gate* at_end_;
};

// One thread is stopped in a destructor, in the middle of a look; another one between the load and the store
// of an update. All calls of a third one return.
TYPED_TEST(atomic_value_of, calls_never_wait_for_each_other) {
  atomic_value<gated, TypeParam> value(reclaim_after{1});
  gate looking;
  gate updating;
  value.emplace(0, &looking);
  std::thread looks([&] { value.emplace(1); });
  looking.inside.wait();
  std::thread updates([&, calls = 0]() mutable {
    value.update([&](const auto& now) {
      if (++calls == 1) updating.pass();
      return now->number() + 1;
    });
  });
  updating.inside.wait();
  for (int n = 0; n < 100; ++n) {
    value.store(gated(n));
    EXPECT_EQ(value.swap(gated(n + 1))->number(), n);
    value.update([](const auto& now) { return now->number() + 1; });
    auto now = value.load();
    EXPECT_EQ(now->number(), n + 2);
    EXPECT_TRUE(value.compare_exchange(now, gated(n)));
    EXPECT_EQ(value.load_shared()->number(), n);
    value.reclaim();
  }
  updating.open.count_down();
  updates.join();
  EXPECT_EQ(value.load()->number(), 100);
  looking.open.count_down();
  looks.join();
}

TYPED_TEST(atomic_value_of, snapshots_are_moved) {
  atomic_value<int, TypeParam> value;
  value.store(1);
  auto first = value.load();
  auto second = std::move(first);
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): it is empty then.
  EXPECT_EQ(*second, 1);
  value.store(2);
  second = value.load();
  EXPECT_EQ(*second, 2);
  auto& same = second;
  second = std::move(same);
  EXPECT_EQ(*second, 2);
  EXPECT_TRUE(second == value.load());
  value.store(2);
  EXPECT_FALSE(second == value.load()) << "equal, but another one";
}

TYPED_TEST(atomic_value_of, superseded_values_are_destroyed_once) {
  census all;
  {
    atomic_value<counted, TypeParam> value;
    for (int n = 0; n < 1000; ++n) value.emplace(all, n);
    EXPECT_EQ(all.made, 1000);
  }
  EXPECT_EQ(all.alive, 0);
}

// 32 and the current one; as many as it is told, if it is told.
TYPED_TEST(atomic_value_of, retired_values_are_few) {
  for (const std::size_t batch : {0, 1, 3, 100}) {
    census all;
    atomic_value<counted, TypeParam> value(reclaim_after{batch});
    const auto most = static_cast<int>(batch == 0 ? 32 : batch);
    int seen = 0;
    for (int n = 0; n < 1000; ++n) {
      value.emplace(all, n);
      seen = std::max(seen, all.alive);
    }
    EXPECT_EQ(seen, most) << "the current one, and one less than a batch";
    value.reclaim();
    EXPECT_EQ(all.alive, 1);
  }
}

TYPED_TEST(atomic_value_of, shared_owners_outlive_the_value) {
  using value_type = atomic_value<counted, TypeParam>;
  census all;
  typename value_type::owner owner;
  {
    value_type value;
    value.emplace(all, 1);
    owner = value.load_shared();
    value.emplace(all, 2);
  }
  EXPECT_EQ(all.alive, 1);
  EXPECT_EQ(owner->number(), 1);
  auto copy = owner;
  owner = {};
  EXPECT_EQ((*copy).number(), 1);
  EXPECT_TRUE(copy == copy);
  copy = std::move(owner);
  EXPECT_EQ(all.alive, 0) << "the last owner destroys it";
}

TYPED_TEST(atomic_value_of, swap_returns_what_it_replaced) {
  atomic_value<std::string, TypeParam> value;
  EXPECT_FALSE(value.swap("a"));
  const auto previous = value.swap("b");
  EXPECT_EQ(*previous, "a");
  EXPECT_EQ(*value.load(), "b");
  value.reclaim();
  EXPECT_EQ(*previous, "a");
}

TYPED_TEST(atomic_value_of, compare_exchange_replaces_only_what_it_expects) {
  atomic_value<int, TypeParam> value;
  EXPECT_FALSE(value.compare_exchange(0, 1)) << "there is nothing yet";
  auto nothing = value.load();
  EXPECT_TRUE(value.compare_exchange(nothing, 1));
  EXPECT_FALSE(value.compare_exchange(nothing, 2));
  EXPECT_TRUE(value.compare_exchange(1, 2));
  EXPECT_FALSE(value.compare_exchange(1, 3));
  auto two = value.load();
  value.store(2);
  EXPECT_FALSE(value.compare_exchange(two, 3)) << "equal, but another one";
  EXPECT_EQ(*two, 2);
  two = value.load();
  EXPECT_TRUE(value.compare_exchange(two, 3));
  EXPECT_FALSE(two);
  EXPECT_EQ(*value.load(), 3);
}

// The original's second example.
TYPED_TEST(atomic_value_of, no_update_is_lost) {
  using map = std::map<std::string, int>;
  atomic_value<map, TypeParam> value;
  const auto insert = [&value](const char* key, int n) {
    value.update([=](const auto& now) {
      map next = now ? *now : map();
      next[key] = n;
      return next;
    });
  };
  insert("a", 1);
  const auto before = value.load();
  insert("b", 2);
  EXPECT_EQ(before->size(), 1u);
  EXPECT_EQ(*value.load(), (map{{"a", 1}, {"b", 2}}));
}

// What f stores itself comes in between: f is called again.
TYPED_TEST(atomic_value_of, update_goes_round_again) {
  atomic_value<int, TypeParam> value;
  value.store(1);
  int calls = 0;
  value.update([&](const auto& now) {
    if (++calls == 1) value.store(10);
    return *now + 1;
  });
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(*value.load(), 11);
}

struct fragile {
  explicit fragile(int n) : number(n) {
    if (n < 0) throw std::runtime_error("cannot be made");
  }
  int number;
};

TYPED_TEST(atomic_value_of, failed_stores_change_nothing) {
  atomic_value<fragile, TypeParam> value;
  EXPECT_THROW(value.emplace(-1), std::runtime_error);
  EXPECT_FALSE(value.load());
  value.emplace(1);
  EXPECT_THROW(value.emplace(-1), std::runtime_error);
  EXPECT_THROW(value.update([](const auto& now) { return fragile(-now->number); }), std::runtime_error);
  EXPECT_EQ(value.load()->number, 1);
  value.emplace(2);
  EXPECT_EQ(value.load()->number, 2);
}

// When it is destroyed it stores itself anew, as long as it may.
template <class P>
struct undying {
  using home_type = atomic_value<undying, P>;

  explicit undying(home_type& where, int* left = nullptr) : home(where), rebirths(left) {}
  undying(const undying&) = delete;
  undying& operator=(const undying&) = delete;
  ~undying() {
    static_cast<void>(home.load());
    if (rebirths == nullptr || *rebirths == 0) return;
    --*rebirths;
    home.emplace(home, rebirths);
  }
  home_type& home;
  int* const rebirths;
};

TYPED_TEST(atomic_value_of, destructors_may_store_and_load) {
  constexpr int stores = 1000;
  for (const std::size_t batch : {0, 1, 3}) {
    int rebirths = 2 * stores;
    {
      atomic_value<undying<TypeParam>, TypeParam> value(reclaim_after{batch});
      value.emplace(value, &rebirths);
      for (int n = 0; n < stores; ++n) value.emplace(value);
      EXPECT_LT(rebirths, 2 * stores);
      EXPECT_GE(rebirths, stores) << "one look per store, and one rebirth per look";
    }
    EXPECT_EQ(rebirths, 0) << "the end waits for the last one";
  }
}

// Each destructor leaves the next one to be destroyed: one inside of the other they would fill the stack.
TYPED_TEST(atomic_value_of, destructors_that_store_are_not_nested) {
  constexpr int most = 10000;
  int rebirths = most;
  atomic_value<undying<TypeParam>, TypeParam> value(reclaim_after{1});
  value.emplace(value, &rebirths);
  value.emplace(value, &rebirths);
  EXPECT_EQ(rebirths, most - 1) << "the one that was replaced stored itself anew, and then came no other";
}

TYPED_TEST(atomic_value_of, several_values_share_the_slots) {
  atomic_value<int, TypeParam> one(reclaim_after{1});
  atomic_value<std::string, TypeParam> other(reclaim_after{1});
  one.store(1);
  other.store("x");
  const auto number = one.load();
  const auto text = other.load();
  one.store(2);
  other.store("y");
  EXPECT_EQ(*number, 1);
  EXPECT_EQ(*text, "x");
}

TEST(atomic_value, works_with_what_cannot_be_moved_or_compared) {
  struct pinned {
    explicit pinned(int n) : number(n) {}
    pinned(const pinned&) = delete;
    pinned& operator=(const pinned&) = delete;
    int number;
  };
  atomic_value<pinned> value;
  value.emplace(1);
  EXPECT_EQ(value.load()->number, 1);
  atomic_value<std::unique_ptr<int>> owning;
  owning.store(std::make_unique<int>(2));
  EXPECT_EQ(**owning.load(), 2);
  EXPECT_EQ(**owning.swap(nullptr), 2);
}

TEST(atomic_value, diagnoses_an_empty_snapshot) {
  atomic_value<int, basic_std_policy<true>> value;
  EXPECT_THROW(static_cast<void>(*value.load()), std::logic_error);
  EXPECT_THROW(static_cast<void>(*value.load_shared()), std::logic_error);
}

TEST(atomic_value, takes_a_domain_of_its_own) {
  const auto domain = std::make_unique<snapshot_domain<>>();
  census all;
  atomic_value<counted> value(*domain, reclaim_after{2});
  value.emplace(all, 1);
  const auto held = value.load();
  for (int n = 2; n < 10; ++n) value.emplace(all, n);
  EXPECT_EQ(held->number(), 1);
  EXPECT_LE(all.alive, 3);
}

// At most one can run out of memory at a time: values are made, and then the places to keep track of them.
struct scarce : basic_std_policy<true> {
  static inline int left = 0;
  template <class T, class... Args>
  static T* create(Args&&... args) {
    if (left == 0) throw std::bad_alloc();
    --left;
    return basic_std_policy<true>::create<T>(std::forward<Args>(args)...);
  }
  static std::size_t owned_stripe() noexcept { return no_stripe; }
};

TEST(atomic_value, survives_without_memory) {
  atomic_value<int, scarce> value(reclaim_after{1});
  EXPECT_THROW(value.store(1), std::bad_alloc);
  scarce::left = 1;
  value.store(1);
  EXPECT_THROW(static_cast<void>(value.load()), std::bad_alloc) << "a thread without a stripe needs a place";
  scarce::left = 1;
  value.store(2);
  scarce::left = 2;
  EXPECT_EQ(*value.load(), 2);
  EXPECT_EQ(*value.load(), 2) << "which is there for the next load";
  value.store(3);
  scarce::left = 2;
  value.store(4);
  scarce::left = 0;
  EXPECT_EQ(*value.load(), 4);
}

TEST(atomic_value, is_as_small_as_its_page_says) {
  EXPECT_LE(sizeof(atomic_value<int>), 6 * sizeof(void*));
  EXPECT_EQ(sizeof(atomic_value<int>::snapshot), 2 * sizeof(void*));
  EXPECT_EQ(sizeof(atomic_value<int>::owner), sizeof(void*));
  static_assert(!std::is_copy_constructible_v<atomic_value<int>::snapshot>);
  static_assert(std::is_nothrow_move_constructible_v<atomic_value<int>::snapshot>);
}

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
  return "not refused";
}

// The original's TestValue and TestValueLarge, dynamically typed.
TEST(any_value, loads_return_what_was_stored) {
  any_value<> value;
  EXPECT_FALSE(value.load());
  value.store(42);
  EXPECT_EQ(*value.load().get<int>(), 42);
  EXPECT_TRUE(value.load().holds<int>());
  EXPECT_EQ(value.load().get<unsigned>(), nullptr);
  value.store(84);
  EXPECT_EQ(*value.load_shared().get<int>(), 84);
  any_value<> text;
  text.store(std::string("foo"));
  text.store(any_value<>::boxed(std::in_place_type<std::string>, 3u, 'x'));
  EXPECT_EQ(*text.load().get<std::string>(), "xxx");
}

// The original's TestValuePanic.
TEST(any_value, first_store_fixes_the_type) {
  any_value<> value;
  const auto nil = [&value] { value.store(nullptr); };
  EXPECT_THAT(refusal(nil), HasSubstr("store of nil value"));
  value.store(42);
  EXPECT_THAT(refusal([&value] { value.store(std::string("foo")); }),
              HasSubstr("store of inconsistently typed value"));
  EXPECT_THAT(refusal(nil), HasSubstr("store of nil value"));
  EXPECT_THAT(refusal([&value] { value.store(any_value<>::boxed()); }), HasSubstr("store of nil value"));
  EXPECT_EQ(*value.load().get<int>(), 42);
}

TEST(any_value, swap_returns_what_it_replaced) {
  any_value<> value;
  EXPECT_THAT(refusal([&value] { static_cast<void>(value.swap(nullptr)); }), HasSubstr("swap of nil value"));
  EXPECT_FALSE(value.swap(1));
  EXPECT_EQ(*value.swap(2).get<int>(), 1);
  EXPECT_THAT(refusal([&value] { static_cast<void>(value.swap(2.0)); }),
              HasSubstr("swap of inconsistently typed value"));
  EXPECT_EQ(*value.load().get<int>(), 2);
}

struct incomparable {};

// The original's CompareAndSwap, mistake by mistake.
TEST(any_value, compare_exchange_replaces_only_what_it_expects) {
  any_value<> value;
  EXPECT_THAT(refusal([&value] { static_cast<void>(value.compare_exchange(nullptr, nullptr)); }),
              HasSubstr("compare and swap of nil value"));
  EXPECT_THAT(refusal([&value] { static_cast<void>(value.compare_exchange(1, 2.0)); }),
              HasSubstr("compare and swap of inconsistently typed values"));
  EXPECT_FALSE(value.compare_exchange(1, 2));
  EXPECT_TRUE(value.compare_exchange(nullptr, 1));
  EXPECT_FALSE(value.compare_exchange(nullptr, 2));
  EXPECT_THAT(refusal([&value] { static_cast<void>(value.compare_exchange(1.0, 2.0)); }),
              HasSubstr("compare and swap of inconsistently typed value"));
  EXPECT_FALSE(value.compare_exchange(2, 3));
  EXPECT_TRUE(value.compare_exchange(1, 2));
  auto now = value.load();
  EXPECT_THAT(refusal([&] { static_cast<void>(value.compare_exchange(now, 2.0)); }),
              HasSubstr("inconsistently typed"));
  EXPECT_TRUE(value.compare_exchange(now, 3));
  EXPECT_EQ(*value.load().get<int>(), 3);
  EXPECT_FALSE(value.compare_exchange(now, 4)) << "it is empty since";
  EXPECT_THAT(refusal([&] { static_cast<void>(value.compare_exchange(now, 4.0)); }),
              HasSubstr("inconsistently typed"));
  any_value<> other;
  other.store(incomparable());
  EXPECT_THAT(
      refusal([&other] { static_cast<void>(other.compare_exchange(incomparable(), incomparable())); }),
      HasSubstr("no =="));
}

TEST(any_value, superseded_values_are_destroyed_once) {
  census all;
  any_value<>::owner owner;
  {
    any_value<> value(reclaim_after{1});
    for (int n = 0; n < 10; ++n) value.store(counted(all, n));
    const auto held = value.load();
    value.store(counted(all, 10));
    EXPECT_EQ(all.alive, 2);
    owner = value.load_shared();
    EXPECT_THROW(value.store(1), std::invalid_argument);
  }
  EXPECT_EQ(all.alive, 1);
  EXPECT_EQ(owner.get<counted>()->number(), 10);
  owner = {};
  EXPECT_EQ(all.alive, 0);
}

}  // namespace
