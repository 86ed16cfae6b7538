// SPDX-License-Identifier: BSL-1.0
// tracker: every function, every documented error.

#include "stillpoint/tracker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "stillpoint/std_policy.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::basic_std_policy;
using stillpoint::basic_tracker;
using stillpoint::tracker;
using stillpoint::tracker_shape;

constexpr auto a_while = 20ms;

// No thread owns a stripe: as on a platform without such things, or with more threads than stripes.
struct nobody_owns : basic_std_policy<true> {
  static std::size_t owned_stripe() noexcept { return stillpoint::no_stripe; }
  static std::size_t quick_stripe(std::size_t) noexcept { return stillpoint::no_stripe; }
};

// One thread after another calls, each of them on a stripe of its own.
template <class Call>
void on_another_thread(Call call) {
  std::thread(std::move(call)).join();
}

template <class Tracker>
class tracker_of : public testing::Test {
 protected:
  const std::unique_ptr<Tracker> owned_ = std::make_unique<Tracker>();
  Tracker& tracker_ = *owned_;
};

using every_kind = testing::Types<
    tracker<basic_std_policy<true>>, tracker<basic_std_policy<false>>, tracker<nobody_owns>,
    basic_tracker<basic_std_policy<true>, tracker_shape{.slots = 2, .owned_stripes = 1, .shared_stripes = 1}>,
    basic_tracker<basic_std_policy<true>,
                  tracker_shape{.slots = 4, .owned_stripes = 2, .shared_stripes = 1}>>;
TYPED_TEST_SUITE(tracker_of, every_kind);

TYPED_TEST(tracker_of, generations_begin_at_zero) {
  EXPECT_EQ(this->tracker_.generation(), 0u);
  EXPECT_EQ(this->tracker_.acquire().generation(), 0u);
}

TYPED_TEST(tracker_of, increment_returns_the_old_generation) {
  auto& t = this->tracker_;
  for (std::uint64_t old = 0; old < 20; ++old) {
    EXPECT_EQ(t.increment(), old);
    EXPECT_EQ(t.generation(), old + 1);
    EXPECT_EQ(t.acquire().generation(), old + 1);
  }
}

TYPED_TEST(tracker_of, ended_generation_has_no_holders) {
  auto& t = this->tracker_;
  auto first = t.acquire();
  auto second = t.acquire();
  const auto old = t.begin_increment();
  EXPECT_EQ(old.generation(), 0u);
  EXPECT_FALSE(old.try_wait());
  first.release();
  EXPECT_FALSE(old.try_wait());
  second.release();
  EXPECT_TRUE(old.try_wait());
  old.wait();
}

// More than a stripe has places for, released from both ends.
TYPED_TEST(tracker_of, thread_may_hold_many_tokens) {
  auto& t = this->tracker_;
  std::vector<typename TypeParam::token> tokens;
  for (int i = 0; i < 40; ++i) tokens.push_back(t.acquire());
  const auto old = t.begin_increment();
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_FALSE(old.try_wait());
    tokens[i].release();
    EXPECT_FALSE(old.try_wait());
    tokens[39 - i].release();
  }
  EXPECT_TRUE(old.try_wait());
  for (auto& each : tokens) each = t.acquire();
  const auto next = t.begin_increment();
  tokens.resize(1);
  EXPECT_FALSE(next.try_wait());
  tokens.clear();
  EXPECT_TRUE(next.try_wait());
}

TYPED_TEST(tracker_of, what_holders_wrote_is_seen) {
  auto& t = this->tracker_;
  std::atomic<bool> inside{false};
  int data = 0;
  std::thread holder([&] {
    const auto token = t.acquire();
    inside.store(true, std::memory_order_relaxed);
    std::this_thread::sleep_for(a_while);
    data = 7;
  });
  while (!inside.load(std::memory_order_relaxed)) std::this_thread::yield();
  t.increment();
  EXPECT_EQ(data, 7);
  holder.join();
}

TYPED_TEST(tracker_of, holders_see_what_came_before_their_generation) {
  auto& t = this->tracker_;
  int data = 0;
  std::thread holder([&] {
    for (;;) {
      const auto token = t.acquire();
      if (token.generation() == 0) continue;
      EXPECT_EQ(data, 7);
      return;
    }
  });
  data = 7;
  t.increment();
  holder.join();
}

TYPED_TEST(tracker_of, generations_are_dense_and_monotonic) {
  auto& t = this->tracker_;
  constexpr std::size_t incrementers = 3, increments = 50;
  std::array<std::vector<std::uint64_t>, incrementers> returned;
  std::vector<std::thread> threads;
  for (auto& mine : returned) {
    threads.emplace_back([&t, &mine] {
      for (std::size_t i = 0; i < increments; ++i) mine.push_back(t.increment());
    });
  }
  for (auto& each : threads) each.join();
  std::set<std::uint64_t> all;
  for (const auto& mine : returned) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), incrementers * increments);
  EXPECT_EQ(*all.rbegin(), incrementers * increments - 1);
  EXPECT_EQ(t.generation(), incrementers * increments);
}

TYPED_TEST(tracker_of, acquire_never_waits) {
  auto& t = this->tracker_;
  auto held = t.acquire();
  const auto old = t.begin_increment();
  on_another_thread([&t] {
    for (int i = 0; i < 100; ++i) EXPECT_EQ(t.acquire().generation(), 1u);
  });
  EXPECT_EQ(t.acquire().generation(), 1u);
  EXPECT_FALSE(old.try_wait());
  held.release();
  EXPECT_TRUE(old.try_wait());
}

TYPED_TEST(tracker_of, increments_end_once_tokens_are_released) {
  auto& t = this->tracker_;
  auto held = t.acquire();
  std::atomic<int> ended{0};
  std::vector<std::thread> incrementers;
  for (int i = 0; i < 2; ++i) {
    incrementers.emplace_back([&] {
      t.increment();
      ended.fetch_add(1, std::memory_order_relaxed);
    });
  }
  std::this_thread::sleep_for(a_while);
  // The other one may have begun a later generation, of which there are no tokens.
  EXPECT_LE(ended.load(std::memory_order_relaxed), 1);
  held.release();
  for (auto& each : incrementers) each.join();
  EXPECT_EQ(ended.load(std::memory_order_relaxed), 2);
}

TYPED_TEST(tracker_of, dropped_pending_loses_nothing) {
  auto& t = this->tracker_;
  for (std::uint64_t old = 0; old < 100; ++old) {
    t.acquire().release();
    static_cast<void>(t.begin_increment());
    EXPECT_EQ(t.generation(), old + 1);
  }
  EXPECT_EQ(t.increment(), 100u);
}

TYPED_TEST(tracker_of, tokens_may_change_threads) {
  auto& t = this->tracker_;
  for (int i = 0; i < 10; ++i) {
    auto mine = t.acquire();
    const auto old = t.begin_increment();
    on_another_thread([&] {
      EXPECT_FALSE(old.try_wait());
      const auto taken = std::move(mine);
    });
    EXPECT_TRUE(old.try_wait());
  }
}

TYPED_TEST(tracker_of, token_is_released_by_its_end_and_by_what_replaces_it) {
  auto& t = this->tracker_;
  auto held = t.acquire();
  const auto first = t.begin_increment();
  held = t.acquire();
  EXPECT_TRUE(first.try_wait()) << "assigning to a token releases what it held";
  const auto second = t.begin_increment();
  EXPECT_FALSE(second.try_wait());
  held = {};
  EXPECT_TRUE(second.try_wait());
  {
    auto inner = t.acquire();
    auto moved = std::move(inner);
  }
  EXPECT_TRUE(t.begin_increment().try_wait());
}

TYPED_TEST(tracker_of, token_assigned_to_itself_is_still_held) {
  auto& t = this->tracker_;
  auto held = t.acquire();
  auto& same = held;
  held = std::move(same);
  EXPECT_EQ(held.generation(), 0u);
  const auto old = t.begin_increment();
  EXPECT_FALSE(old.try_wait());
  held.release();
  EXPECT_TRUE(old.try_wait());
}

TYPED_TEST(tracker_of, wait_for_ends_when_the_time_is_over_or_the_generation) {
  auto& t = this->tracker_;
  auto held = t.acquire();
  const auto old = t.begin_increment();
  EXPECT_FALSE(old.wait_for(0ns));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(old.wait_for(a_while));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, a_while);
  std::thread releaser([&held] {
    std::this_thread::sleep_for(a_while);
    held.release();
  });
  EXPECT_TRUE(old.wait_for(std::chrono::hours::max())) << "a time that no clock can count";
  releaser.join();
  EXPECT_TRUE(old.wait_for(-1s)) << "what is at its end needs no time";
}

TYPED_TEST(tracker_of, pending_may_be_asked_by_any_thread_and_any_number_of_times) {
  auto& t = this->tracker_;
  auto held = t.acquire();
  const auto old = t.begin_increment();
  const auto copy = old;
  std::vector<std::thread> waiting;
  for (int i = 0; i < 3; ++i) waiting.emplace_back([copy] { copy.wait(); });
  held.release();
  for (auto& each : waiting) each.join();
  for (int i = 0; i < 3; ++i) {
    old.wait();
    EXPECT_TRUE(copy.try_wait());
  }
  for (int i = 0; i < 20; ++i) t.increment();
  EXPECT_TRUE(old.try_wait());
}

// A generation that has ended has ended, though its slot may count tokens of another.
TYPED_TEST(tracker_of, ended_generation_stays_ended) {
  auto& t = this->tracker_;
  const auto old = t.begin_increment();
  for (std::size_t i = 0; i < TypeParam::max_pending; ++i) t.increment();
  const auto held = t.acquire();
  old.wait();
  EXPECT_TRUE(old.try_wait());
}

TYPED_TEST(tracker_of, pendings_end_one_by_one) {
  auto& t = this->tracker_;
  constexpr std::size_t most = TypeParam::max_pending;
  std::vector<typename TypeParam::token> tokens;
  std::vector<typename TypeParam::pending> pending;
  for (std::size_t i = 0; i < most; ++i) {
    tokens.push_back(t.acquire());
    pending.push_back(t.begin_increment());
  }
  for (std::size_t i = most; i-- > 0;) {
    EXPECT_FALSE(pending[i].try_wait());
    tokens[i].release();
    EXPECT_TRUE(pending[i].try_wait());
  }
}

// A token of an earlier generation, when nobody holds one of the last; on each kind of place.
TYPED_TEST(tracker_of, grace_periods_outlast_all_earlier_tokens) {
  auto& t = this->tracker_;
  EXPECT_TRUE(t.begin_grace_period().try_wait()) << "the first one";
  constexpr std::size_t most = TypeParam::max_pending;
  for (std::size_t held_first = 0; held_first < most; ++held_first) {
    auto held = t.acquire();
    for (std::size_t i = 0; i < held_first; ++i) static_cast<void>(t.begin_increment());
    const auto period = t.begin_grace_period();
    EXPECT_EQ(period.generation(), held.generation() + held_first);
    auto later = t.acquire();
    EXPECT_FALSE(period.try_wait());
    EXPECT_FALSE(period.wait_for(1ms));
    held.release();
    EXPECT_TRUE(period.try_wait());
    period.wait();
    later.release();
    t.synchronize();
    EXPECT_EQ(t.generation(), period.generation() + 2);
  }
}

// As many as can be pending are; the next one begins when the oldest ends.
TYPED_TEST(tracker_of, begin_increment_waits_for_the_oldest_of_too_many) {
  auto& t = this->tracker_;
  auto held = t.acquire();
  for (std::size_t i = 0; i < TypeParam::max_pending; ++i) static_cast<void>(t.begin_increment());
  EXPECT_EQ(t.generation(), TypeParam::max_pending);
  std::thread beginner([&t] { static_cast<void>(t.begin_increment()); });
  std::this_thread::sleep_for(a_while);
  EXPECT_EQ(t.generation(), TypeParam::max_pending);
  held.release();
  beginner.join();
  EXPECT_EQ(t.generation(), TypeParam::max_pending + 1);
}

// More than there are stripes, at the same time and one after another.
TYPED_TEST(tracker_of, any_number_of_threads) {
  auto& t = this->tracker_;
  constexpr int threads = 100;
  std::atomic<int> inside{0};
  std::atomic<bool> leave{false};
  std::vector<std::thread> holders;
  for (int i = 0; i < threads; ++i) {
    holders.emplace_back([&] {
      const auto token = t.acquire();
      inside.fetch_add(1, std::memory_order_relaxed);
      while (!leave.load(std::memory_order_relaxed)) std::this_thread::sleep_for(1ms);
    });
  }
  while (inside.load(std::memory_order_relaxed) < threads) std::this_thread::sleep_for(1ms);
  const auto old = t.begin_increment();
  EXPECT_FALSE(old.try_wait());
  leave.store(true, std::memory_order_relaxed);
  old.wait();
  for (auto& each : holders) each.join();
  EXPECT_EQ(t.increment(), 1u);
}

constexpr tracker_shape four_generations = {
    .slots = 2, .owned_stripes = 1, .shared_stripes = 1, .generation_bits = 2};
using small_tracker = basic_tracker<basic_std_policy<true>, four_generations, std::uint8_t>;

TEST(tracker_with_four_generations, generations_wrap_around_unharmed) {
  small_tracker t;
  for (unsigned i = 0; i < 20; ++i) {
    auto held = t.acquire();
    EXPECT_EQ(held.generation(), i % 4);
    const auto old = t.begin_increment();
    EXPECT_EQ(old.generation(), i % 4);
    EXPECT_FALSE(old.try_wait());
    held.release();
    old.wait();
  }
}

template <class Call>
std::string logic_error_of(Call call) {
  try {
    call();
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "none";
}

using checked = tracker<basic_std_policy<true>>;

TEST(tracker_misused, released_twice) {
  checked t;
  auto token = t.acquire();
  token.release();
  EXPECT_EQ(logic_error_of([&] { token.release(); }), "tracker::token::release: the token is empty");
  EXPECT_EQ(t.increment(), 0u) << "usable as before";
}

TEST(tracker_misused, moved_from_token) {
  checked t;
  auto token = t.acquire();
  const auto moved = std::move(token);
  // NOLINTBEGIN(bugprone-use-after-move): that is the mistake
  EXPECT_EQ(logic_error_of([&] { token.release(); }), "tracker::token::release: the token is empty");
  EXPECT_EQ(logic_error_of([&] { static_cast<void>(token.generation()); }),
            "tracker::token::generation: the token is empty");
  // NOLINTEND(bugprone-use-after-move)
  EXPECT_EQ(moved.generation(), 0u);
}

TEST(tracker_misused, token_never_acquired) {
  checked::token token;
  EXPECT_EQ(logic_error_of([&] { token.release(); }), "tracker::token::release: the token is empty");
}

TEST(tracker_misused_death_test, destroyed_with_tokens_out) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto destroy = [](std::uint64_t generations) {
    auto t = std::make_unique<checked>();
    auto token = t->acquire();
    for (std::uint64_t i = 0; i < generations; ++i) static_cast<void>(t->begin_increment());
    t.reset();
  };
  EXPECT_DEATH(destroy(0), "stillpoint: tracker::~tracker: tokens are out");
  EXPECT_DEATH(destroy(3), "stillpoint: tracker::~tracker: tokens are out");
}

TEST(tracker_misused, destroyed_with_tokens_out_where_nothing_is_checked) {
  using unchecked = tracker<basic_std_policy<false>>;
  alignas(unchecked) std::array<unsigned char, sizeof(unchecked)> memory;
  auto* const t = new (memory.data()) unchecked;
  auto token = t->acquire();
  t->~unchecked();
  auto* const next = new (memory.data()) unchecked;
  token.release();
  EXPECT_EQ(next->generation(), 0u);
}

// Usable before any constructor runs.
constinit tracker<> in_static_memory;
const std::uint64_t used_early = in_static_memory.increment();

TEST(tracker_in_static_memory, is_usable_from_the_beginning) {
  EXPECT_EQ(used_early, 0u);
  EXPECT_EQ(in_static_memory.acquire().generation(), 1u);
}

TEST(tracker_in_static_memory, is_all_zero) {
  alignas(checked) std::array<unsigned char, sizeof(checked)> memory;
  memory.fill(0);
  auto* const t = new (memory.data()) checked;
  EXPECT_THAT(memory, testing::Each(0));
  t->~checked();
}

static_assert(!std::is_copy_constructible_v<tracker<>::token> &&
              !std::is_copy_assignable_v<tracker<>::token>);
static_assert(std::is_nothrow_move_constructible_v<tracker<>::token>);
static_assert(std::is_nothrow_move_assignable_v<tracker<>::token>);
static_assert(!std::is_copy_constructible_v<tracker<>> && !std::is_move_constructible_v<tracker<>>);
static_assert(std::is_trivially_copyable_v<tracker<>::pending>);
static_assert(sizeof(tracker<>::token) <= 24);
static_assert(std::is_same_v<decltype(std::declval<tracker<>&>().increment()), std::uint64_t>);

}  // namespace
