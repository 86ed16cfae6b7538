// SPDX-License-Identifier: BSL-1.0
//
// Explorer and brute-force enumerator agree on random programs: the set of execution graphs, their number,
// the errors. What fails is shrunk and printed as text that parse() reads back.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <iostream>

#include "verify/explorer/agreement/compare.hpp"
#include "verify/explorer/oracle/generator.hpp"
#include "verify/explorer/oracle/interleaver.hpp"
#include "verify/explorer/oracle/litmus.hpp"

namespace stillpoint::verify::oracle {
namespace {

// What programs did all together. A generator that makes only dull programs would agree with anything.
struct tally {
  std::size_t executions = 0;
  unsigned races = 0;
  unsigned deadlocks = 0;

  void add(const comparison_result& seen) {
    executions += seen.executions;
    races += seen.race ? 1 : 0;
    deadlocks += seen.deadlock ? 1 : 0;
  }
  void expect_variety(std::size_t many) const {
    std::cout << executions << " executions, " << races << " races, " << deadlocks << " deadlocks\n";
    EXPECT_GT(executions, many);
    EXPECT_GT(races, 20u);
    EXPECT_GT(deadlocks, 20u);
  }
};

TEST(Agreement, OnRandomPrograms) {
  // A seed of its own for every run would make a red test of today's change out of yesterday's error.
  setenv("RC_PARAMS", "seed=1 max_success=2000", 0);
  tally all;
  EXPECT_TRUE(rc::check([&](const program& p) {
    const comparison_result seen = compare(p);
    RC_PRE(!seen.skipped);
    all.add(seen);
    if (!seen.difference.empty()) RC_FAIL(seen.difference);
  }));
  all.expect_variety(20'000);
}

TEST(Agreement, OnRandomProgramsWithLoops) {
  tally all;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const program p = random_program(seed, {.repeats = true});
    const comparison_result seen = compare(p);
    all.add(seen);
    if (seen.difference.empty()) continue;
    const auto differs = [](const program& q) { return !compare(q).difference.empty(); };
    const program small = shrink(p, differs);
    FAIL() << compare(small).difference << small;
  }
  all.expect_variety(10'000);
}

// A wait that has ended may have stood where the order of seq_cst operations refuses what others do.
TEST(Agreement, OnWaitsAmongSeqCstOperations) {
  tally all;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const program p = random_program(seed, {.plains = false, .repeats = seed % 2 == 0, .early_waits = true});
    const comparison_result seen = compare(p);
    all.add(seen);
    if (seen.difference.empty()) continue;
    const auto differs = [](const program& q) { return !compare(q).difference.empty(); };
    const program small = shrink(p, differs);
    ADD_FAILURE() << compare(small).difference << small;
  }
  EXPECT_GT(all.executions, 3000u);
  EXPECT_GT(all.deadlocks, 100u);
}

// A checker that compares, or keeps, one half of a value has other executions.
TEST(Agreement, OnValuesOfSixteenBytes) {
  tally all;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const program p = random_program(seed, {.repeats = seed % 2 == 0, .arithmetic = false});
    const comparison_result seen = compare_wide(p);
    all.add(seen);
    if (seen.difference.empty()) continue;
    const auto differs = [](const program& q) { return !compare_wide(q).difference.empty(); };
    const program small = shrink(p, differs);
    FAIL() << compare_wide(small).difference << small;
  }
  EXPECT_GT(all.executions, 3000u);
}

TEST(Agreement, OnConditionVariables) {
  tally all;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const program p = random_blocking_program(seed);
    const comparison_result seen = compare_blocking(p);
    all.add(seen);
    if (seen.difference.empty()) continue;
    const auto differs = [](const program& q) {
      return is_guarded(q) && !compare_blocking(q).difference.empty();
    };
    const program small = shrink(p, differs);
    FAIL() << compare_blocking(small).difference << small;
  }
  EXPECT_GT(all.executions, 1000u);
  EXPECT_GT(all.deadlocks, 100u);
}

// A deadlock ends what would else have been an execution, and can be met in several ways.
TEST(Agreement, OfShardsWithTheWhole) {
  unsigned compared = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const program p =
        random_program(seed, {.plains = false, .repeats = seed % 2 == 0, .early_waits = seed % 3 != 0});
    const comparison_result whole = compare(p);
    if (whole.skipped || whole.race || whole.deadlock) continue;
    ++compared;
    EXPECT_EQ(count_in_shards(p, 3), whole.executions) << p;
  }
  EXPECT_GT(compared, 100u);
}

TEST(Agreement, OnTheLitmusTests) {
  ASSERT_GE(litmus_tests().size(), 60u);
  for (const litmus_test& test : litmus_tests()) {
    EXPECT_EQ(compare(test.code).difference, "") << test.name;
  }
}

// Each wait may end at once, but what the other thread does may then be impossible: in the first two by the
// order of seq_cst operations, in the third by a deadlock that this order allows, in the last because the
// loop only turns for ever if the wait comes too late.
TEST(Agreement, OnWaitsThatMightHaveWaitedLonger) {
  for (const char* const text :
       {"T0: x.store(1, seq_cst); y.await(== 0, seq_cst)\n"
        "T1: y.store(1, seq_cst); x.load(seq_cst); y.store(0, relaxed)",
        "T0: x.store(1, relaxed); fence(seq_cst); y.await(!= 1, relaxed)\n"
        "T1: y.store(1, relaxed); fence(seq_cst); x.store(1, relaxed); y.store(0, relaxed)",
        "T0: x.store(1, seq_cst); y.await(!= 1, seq_cst)\n"
        "T1: y.store(1, seq_cst); r1 = x.load(seq_cst); y.store(r1 + 1, seq_cst)",
        "T0: y.await(== 0, relaxed); x.store(1, relaxed)\n"
        "T1: y.store(1, relaxed); x.cas_strong_loop(1, 1, relaxed, relaxed)"}) {
    EXPECT_EQ(compare(parse(text)).difference, "") << text;
  }
}

// One predicate in the text, which refers to another bound in each: what one has said, the other has not.
TEST(Agreement, OnAwaitsThatAskDifferently) {
  for (const char* const text :
       {"T0: x.store(1, relaxed); x.store(2, relaxed)\n"
        "T1: x.await_by_reference(== 1, relaxed)\n"
        "T2: x.await_by_reference(== 2, relaxed)",
        "T0: x.store(1, relaxed); x.store(2, relaxed)\n"
        "T1: x.await_by_reference(>= 1, relaxed); x.await_by_reference(>= 2, relaxed);"
        " y.store(1, relaxed)\n"
        "T2: y.load(relaxed)"}) {
    EXPECT_EQ(compare(parse(text)).difference, "") << text;
  }
}

// A write that reaches back to a read, and is not placed last, closes a cycle in the order of seq_cst
// operations by itself: the read is none of them. Random programs hardly ever have that.
TEST(Agreement, OnAWriteThatReachesBackAndClosesACycle) {
  const program p = parse(
      "T0: x.store(2, seq_cst); z.load(seq_cst)\n"
      "T1: x.load(relaxed)\n"
      "T2: z.store(1, seq_cst); x.store(1, seq_cst)");
  EXPECT_EQ(compare(p).difference, "");
}

}  // namespace
}  // namespace stillpoint::verify::oracle
