// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/generator.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "verify/explorer/oracle/enumerator.hpp"

namespace stillpoint::verify::oracle {
namespace {

bool contains(const program& p, operation op) {
  return std::any_of(p.threads.begin(), p.threads.end(), [&](const auto& thread) {
    return std::any_of(thread.begin(), thread.end(), [&](const instruction& i) { return i.op == op; });
  });
}

RC_GTEST_PROP(generator, programs_are_well_formed_and_small, (const program& p)) {
  RC_ASSERT(defect(p).empty());
  RC_ASSERT(event_count(p) <= 32U);
  RC_ASSERT(p.threads.size() >= 2U);
}

RC_GTEST_PROP(generator, text_is_read_back, (const program& p)) {
  RC_ASSERT(parse(to_text(p)) == p);
}

RC_GTEST_PROP(generator, simpler_programs_are_well_formed_and_weigh_less, (const program& p)) {
  for (const auto& simpler : simpler_programs(p)) {
    RC_ASSERT(defect(simpler).empty());
    RC_ASSERT(weight(simpler) < weight(p));
  }
}

TEST(generator, a_seed_gives_one_program) {
  EXPECT_EQ(random_program(7), random_program(7));
  EXPECT_NE(random_program(7), random_program(8));
}

TEST(generator, keeps_its_limits) {
  const program_limits narrow{.threads = 2,
                              .accesses = 3,
                              .locations = 1,
                              .plains = false,
                              .mutexes = false,
                              .asymmetric_fences = false,
                              .waits = false};
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const auto p = random_program(seed, narrow);
    EXPECT_EQ(p.threads.size(), 2U);
    EXPECT_EQ(atomic_count(p), 1U);
    EXPECT_EQ(plain_count(p) + mutex_count(p), 0U);
    std::ptrdiff_t accesses = 0;
    for (const auto& thread : p.threads) {
      accesses +=
          std::count_if(thread.begin(), thread.end(), [](const auto& i) { return is_atomic_access(i.op); });
    }
    EXPECT_LE(accesses, 3);
    for (const auto op : {operation::await, operation::light_fence, operation::heavy_fence}) {
      EXPECT_FALSE(contains(p, op));
    }
  }
}

// Each operation occurs with each of its orders, and with operands of both kinds.
TEST(generator, reaches_every_instruction) {
  std::set<std::tuple<operation, std::memory_order, std::memory_order>> orders;
  std::set<std::tuple<operation, bool, bool>> operands;
  for (std::uint64_t seed = 0; seed < 20000; ++seed) {
    for (const auto& thread : random_program(seed).threads) {
      for (const auto& i : thread) {
        orders.emplace(i.op, i.order, i.failure);
        operands.emplace(i.op, i.value.is_constant(), i.expected.is_constant());
      }
    }
  }
  // load 3, store 3, five updates of 5, two swaps of 5 x 3, await 3, fence 4, two asymmetric fences, two
  // plain accesses, lock and unlock.
  EXPECT_EQ(orders.size(), 3U + 3U + 25U + 30U + 3U + 4U + 2U + 2U + 2U);
  for (const auto op : {operation::store, operation::exchange, operation::fetch_add, operation::fetch_or}) {
    EXPECT_TRUE(operands.contains({op, true, true}));
    EXPECT_TRUE(operands.contains({op, false, true}));
  }
  for (const auto op : {operation::cas_strong, operation::cas_weak}) {
    EXPECT_TRUE(operands.contains({op, true, false}));
    EXPECT_TRUE(operands.contains({op, false, false}));
  }
}

TEST(generator, leaves_arithmetic_out_if_asked_to) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const auto p = random_program(seed, {.arithmetic = false});
    for (const auto op :
         {operation::fetch_add, operation::fetch_sub, operation::fetch_and, operation::fetch_or})
      ASSERT_FALSE(contains(p, op)) << p;
  }
}

TEST(generator, makes_all_loops_if_asked_to) {
  std::set<std::pair<operation, repetition>> seen;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const auto p = random_program(seed, {.repeats = true});
    ASSERT_EQ(defect(p), "");
    ASSERT_LE(event_count(p), 32U);
    ASSERT_EQ(parse(to_text(p)), p);
    for (const auto& thread : p.threads) {
      for (const auto& i : thread) {
        if (i.repeat != repetition::once) seen.emplace(i.op, i.repeat);
      }
    }
  }
  // Awaits of two kinds, five updates, two swaps of two kinds.
  EXPECT_EQ(seen.size(), 2U + 5U + 4U);
}

TEST(generator, simpler_programs_lose_their_loops) {
  const auto p = parse("T0: r0 = x.cas_weak_retry(0, 1, relaxed, relaxed); r1 = y.await_loop(== 1, relaxed)");
  const auto kernel = shrink(p, [](const program& q) { return !q.threads[0].empty(); });
  EXPECT_EQ(kernel, parse("T0: x.load(relaxed)")) << kernel;
  const auto still_exchanges = [](const program& q) { return contains(q, operation::exchange); };
  EXPECT_EQ(shrink(parse("T0: x.exchange_loop(1, relaxed)"), still_exchanges),
            parse("T0: x.exchange(1, relaxed)"));
  for (const auto& simpler : simpler_programs(p)) {
    EXPECT_EQ(defect(simpler), "");
    EXPECT_LT(weight(simpler), weight(p));
  }
}

// Races and deadlocks happen, but seldom enough; and executions come in all numbers.
TEST(generator, programs_vary_in_how_they_end) {
  constexpr std::uint64_t programs = 2000;
  unsigned races = 0;
  unsigned deadlocks = 0;
  std::set<std::size_t> counts;
  for (std::uint64_t seed = 0; seed < programs; ++seed) {
    const auto result = enumerate(random_program(seed));
    races += result.has_race ? 1 : 0;
    deadlocks += result.has_deadlock() ? 1 : 0;
    counts.insert(result.count());
  }
  EXPECT_GT(races, programs / 50);
  EXPECT_LT(races, programs / 5);
  EXPECT_GT(deadlocks, programs / 50);
  EXPECT_LT(deadlocks, programs / 5);
  EXPECT_GT(counts.size(), 50U);
}

// A checker that has one axiom wrong must be found out by a few thousand programs: each axiom, and each rule
// of another model, decides several of the first thousand.
TEST(generator, every_axiom_matters_to_some_programs) {
  constexpr std::array rules{&axioms::coherence,
                             &axioms::atomicity,
                             &axioms::no_thin_air,
                             &axioms::sc_base,
                             &axioms::sc_fences,
                             &axioms::sc_asymmetric,
                             &axioms::rmw_release_sequences,
                             &axioms::fence_synchronization,
                             &axioms::hb_orders_seq_cst,
                             &axioms::standard_seq_cst,
                             &axioms::light_is_heavy};
  std::array<unsigned, rules.size()> matters{};
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const auto p = random_program(seed);
    const auto executions = enumerate(p).executions;
    for (std::size_t r = 0; r < rules.size(); ++r) {
      // Without one of the first three rules no guess can be cut short, which takes long.
      if (event_count(p) > (r < 3 ? 8U : 14U)) continue;
      axioms changed;
      changed.*rules[r] = !(changed.*rules[r]);
      matters[r] += enumerate(p, changed).executions != executions ? 1 : 0;
    }
  }
  for (std::size_t r = 0; r < rules.size(); ++r) EXPECT_GE(matters[r], 3U) << "rule " << r;
}

// A stand-in for a wrong checker: it knows no coherence. What is left shows the mistake and nothing else.
TEST(generator, shrinking_finds_a_kernel) {
  const auto misjudged = [](const program& p) {
    axioms wrong;
    wrong.coherence = false;
    const auto result = enumerate(p, {}, {.executions = 2000});
    return !result.truncated && result.executions != enumerate(p, wrong, {.executions = 2000}).executions;
  };
  std::uint64_t seed = 0;
  while (random_program(seed).threads.size() < 3 || !misjudged(random_program(seed))) ++seed;
  const auto kernel = shrink(random_program(seed), misjudged);
  EXPECT_TRUE(misjudged(kernel));
  for (const auto& simpler : simpler_programs(kernel)) EXPECT_FALSE(misjudged(simpler)) << kernel << simpler;
  // Of the four shapes of coherence the largest has three accesses.
  EXPECT_LE(event_count(kernel), 4U) << kernel;
}

// RapidCheck's own shrinking goes the same way: its counterexample has no simpler one.
TEST(generator, rapidcheck_shrinks_programs) {
  const auto fails = [](const program& p) {
    return contains(p, operation::fetch_add) && p.threads.size() >= 2;
  };
  auto shrinkable = any_program()(rc::Random(1), 10);
  for (std::uint64_t seed = 2; !fails(shrinkable.value()); ++seed)
    shrinkable = any_program()(rc::Random(seed), 10);
  const auto smallest = rc::shrinkable::findLocalMin(shrinkable, fails).first;
  EXPECT_EQ(smallest.threads.size(), 2U) << smallest;
  EXPECT_EQ(smallest.threads[0].size() + smallest.threads[1].size(), 1U) << smallest;
}

}  // namespace
}  // namespace stillpoint::verify::oracle
