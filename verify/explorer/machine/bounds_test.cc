// SPDX-License-Identifier: BSL-1.0
//
// Sizes: what an execution, a choice or a modification order may have many of is counted in full, or the
// verdict names the bound.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstddef>
#include <string>

#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"
#include "verify/explorer/search/guide.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;

// What a test's client need not say.
struct client_base {
  static constexpr std::string_view primitive = "test";
  static constexpr std::string_view guarantee = "test";
  static constexpr unsigned threads = 1;
  void after() {}
};

constexpr std::size_t many = 70'000;

template <std::size_t Wrong>
struct chooses_one_of_many : client_base {
  void thread(unsigned) { P::check(P::choose(many) != Wrong, "not that one"); }
};

TEST(Bounds, AChoiceHasAllItsValues) {
  const exploration all = explore(client_program<chooses_one_of_many<many>>(), {});
  EXPECT_FALSE(all.first_failure);
  EXPECT_TRUE(all.counts.exhaustive);
  EXPECT_EQ(all.counts.executions, many);
  const exploration last = explore(client_program<chooses_one_of_many<many - 1>>(), {});
  ASSERT_TRUE(last.first_failure);
  EXPECT_EQ(last.counts.executions, many - 1);
  const guide way(guide::text_of(last.counterexample));
  EXPECT_TRUE(replay(client_program<chooses_one_of_many<many - 1>>(), way).failed);
}

struct chooses_twice : client_base {
  static constexpr unsigned threads = 2;
  P::atomic<std::size_t> sum{0};
  void thread(unsigned) { sum.fetch_add(P::choose(200), relaxed); }
};

TEST(Bounds, ShardsShareAChoiceOut) {
  std::uint64_t sum = 0;
  for (unsigned index = 0; index < 3; ++index) {
    settings s;
    s.shard_index = index;
    s.shard_count = 3;
    sum += explore(client_program<chooses_twice>(), s).counts.executions;
  }
  EXPECT_EQ(sum, 2u * 200 * 200);
}

struct chooses_without_end : client_base {
  void thread(unsigned) {
    P::choose(std::size_t{1} << 60);
    P::choose(many);
  }
};

// A choice keeps a counter, and not what is left to be chosen.
TEST(Bounds, AChoiceTakesNoMemory) {
  settings s;
  s.max_executions = 2;
  explore(client_program<chooses_without_end>(), s);
  std::size_t during = 0;
  s.on_execution = [&during](const graph&) { during = mallinfo2().uordblks; };
  const std::size_t before = mallinfo2().uordblks;
  EXPECT_FALSE(explore(client_program<chooses_without_end>(), s).counts.exhaustive);
  EXPECT_LT(during, before + 200'000);
}

// One thread after the other, so that each write has one place.
struct writes_much_in_turn : client_base {
  static constexpr unsigned threads = 8;
  static constexpr unsigned writes = 8'500;
  static_assert(std::size_t{threads} * writes > 0xffff);
  P::atomic<unsigned> x{0};
  P::atomic<unsigned> turn{0};
  void thread(unsigned index) {
    P::await(
        turn, acquire, [index](unsigned t) { return t == index; }, P::waiter());
    for (unsigned i = 0; i < writes; ++i) x.store(index * writes + i, relaxed);
    x.fetch_add(1, relaxed);
    P::check(x.load(relaxed) == (index + 1) * writes, "what was written last");
    turn.store(index + 1, release);
  }
};

TEST(Bounds, AModificationOrderMayBeLong) {
  const exploration seen = explore(client_program<writes_much_in_turn>(), {});
  EXPECT_FALSE(seen.first_failure);
  EXPECT_TRUE(seen.counts.exhaustive);
  EXPECT_EQ(seen.counts.executions, 1u);
}

// Shared out among threads, so that none has too many events.
struct has_many_places : client_base {
  static constexpr unsigned threads = 14;
  static constexpr unsigned rounds = 2'400;
  static_assert(std::size_t{threads} * 2 * rounds > 0xffff);
  void thread(unsigned) {
    for (unsigned i = 0; i < rounds; ++i) {
      const P::atomic<unsigned> one{i};
      const P::plain<unsigned> another{i};
      if (i + 10 < rounds) continue;
      P::check(one.load(relaxed) == P::read(another), "each place is one of its own");
    }
  }
};

TEST(Bounds, AnExecutionMayHaveManyPlaces) {
  const exploration seen = explore(client_program<has_many_places>(), {});
  EXPECT_FALSE(seen.first_failure);
  EXPECT_TRUE(seen.counts.exhaustive);
  EXPECT_EQ(seen.counts.executions, 1u);
}

}  // namespace
}  // namespace stillpoint::verify::explorer
