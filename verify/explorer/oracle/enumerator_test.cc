// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/enumerator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "verify/explorer/oracle/litmus.hpp"
#include "verify/explorer/oracle/random_program.hpp"

namespace stillpoint::verify::oracle {
namespace {

using strings = std::vector<std::string>;

TEST(enumerator, names_every_execution_of_store_buffering) {
  const auto result =
      enumerate(parse("T0: x.store(1, seq_cst); y.load(seq_cst)\n"
                      "T1: y.store(1, seq_cst); x.load(seq_cst)"));
  EXPECT_EQ(result.executions, (strings{"T0.1<-T1.0 T1.1<-T0.0 mo(x)=init,T0.0 mo(y)=init,T1.0",
                                        "T0.1<-T1.0 T1.1<-init mo(x)=init,T0.0 mo(y)=init,T1.0",
                                        "T0.1<-init T1.1<-T0.0 mo(x)=init,T0.0 mo(y)=init,T1.0"}));
  EXPECT_EQ(result.outcomes.size(), 3U);
  EXPECT_FALSE(result.has_race);
  EXPECT_FALSE(result.has_deadlock());
}

TEST(enumerator, tells_executions_with_equal_outcomes_apart) {
  const auto result =
      enumerate(parse("T0: x.store(1, relaxed)\nT1: x.store(1, relaxed)\nT2: x.load(relaxed)"));
  EXPECT_EQ(result.count(), 6U);
  EXPECT_EQ(result.outcomes.size(), 2U);
}

TEST(enumerator, marks_spurious_failures) {
  const auto result = enumerate(parse("T0: x.cas_weak(0, 1, relaxed, relaxed)"));
  EXPECT_EQ(result.executions, (strings{"T0.0<-init mo(x)=init,T0.0", "T0.0<-init! mo(x)=init"}));
}

TEST(enumerator, computes_values_through_dependencies) {
  const auto result =
      enumerate(parse("T0: r0 = x.fetch_add(2, relaxed); r1 = y.exchange(r0+1, relaxed)\n"
                      "T1: r0 = y.load(relaxed); x.store(r0-1, relaxed)"));
  EXPECT_TRUE(result.allows(parse_condition("T0.0=0 & T1.0=1 & x=0 & y=1")));
  EXPECT_TRUE(result.allows(parse_condition("T0.0=-1 & T1.0=0 & x=1 & y=0")));
  EXPECT_FALSE(result.allows(parse_condition("T0.0=0 & T1.0=0 & x=2")));
}

TEST(enumerator, reports_what_is_stuck) {
  const auto result =
      enumerate(parse("T0: x.store(1, relaxed); x.store(2, relaxed)\n"
                      "T1: x.await(== 1, relaxed); y.store(1, relaxed)\n"
                      "T2: y.load(relaxed)"));
  EXPECT_EQ(result.executions, (strings{"T1.0<-T0.0 T2.0<-T1.1 mo(x)=init,T0.0,T0.1 mo(y)=init,T1.1",
                                        "T1.0<-T0.0 T2.0<-init mo(x)=init,T0.0,T0.1 mo(y)=init,T1.1"}));
  EXPECT_EQ(result.blocked, (strings{"T2.0<-init mo(x)=init,T0.0,T0.1 mo(y)=init blocked:T1.0"}));
}

TEST(enumerator, knows_loops_that_wait_from_those_that_go_on) {
  // A lock that is tested and set: who has it first.
  const auto lock =
      enumerate(parse("T0: x.exchange_loop(1, acquire); p.write(1); x.store(0, release)\n"
                      "T1: x.cas_weak_loop(0, 1, acquire, relaxed); p.write(2); x.store(0, release)"));
  EXPECT_EQ(lock.executions, (strings{"T0.0<-T1.2 T1.0<-init mo(x)=init,T1.0,T1.2,T0.0,T0.2",
                                      "T0.0<-init T1.0<-T0.2 mo(x)=init,T0.0,T0.2,T1.0,T1.2"}));
  EXPECT_FALSE(lock.has_race);
  EXPECT_FALSE(lock.has_deadlock());
  EXPECT_TRUE(
      enumerate(parse("T0: x.exchange_loop(1, relaxed); x.exchange_loop(1, relaxed)")).has_deadlock());
  EXPECT_TRUE(enumerate(parse("T0: x.cas_strong_loop(1, 2, relaxed, relaxed)")).has_deadlock());
  EXPECT_FALSE(enumerate(parse("T0: x.cas_strong_loop(0, 2, relaxed, relaxed)")).has_deadlock());
  // A failure that reads something new is part of the execution; a spurious one, and one that leads back, is
  // not.
  EXPECT_EQ(enumerate(parse("T0: x.cas_weak_retry(1, 1, relaxed, relaxed)")).executions,
            (strings{"T0.0<-init T0.0<-init mo(x)=init,T0.0"}));
  EXPECT_EQ(enumerate(parse("T0: x.cas_weak_retry(0, 1, relaxed, relaxed)")).executions,
            (strings{"T0.0<-init mo(x)=init,T0.0"}));
  const auto back =
      enumerate(parse("T0: x.cas_strong_retry(0, 1, relaxed, relaxed)\n"
                      "T1: x.store(1, relaxed); x.store(0, relaxed)"));
  EXPECT_EQ(back.executions,
            (strings{"T0.0<-T1.0 T0.0<-T1.0 mo(x)=init,T1.0,T0.0,T1.1",
                     "T0.0<-T1.1 mo(x)=init,T1.0,T1.1,T0.0", "T0.0<-init mo(x)=init,T0.0,T1.0,T1.1"}));
}

// Counted by the explorer's authors and by those of other checkers: each thread reads and then adds one.
TEST(enumerator, counts_what_retries) {
  const std::string thread = "r0 = x.load(relaxed); x.cas_strong_retry(r0, 1, relaxed, relaxed)\n";
  EXPECT_EQ(enumerate(parse("T0: " + thread + "T1: " + thread)).count(), 4U);
  EXPECT_EQ(enumerate(parse("T0: " + thread + "T1: " + thread + "T2: " + thread)).count(), 48U);
}

// However an await is written.
TEST(enumerator, takes_a_loop_of_loads_for_an_await) {
  unsigned compared = 0;
  for (std::uint64_t seed = 0; compared < 200; ++seed) {
    const auto code = random_program(seed, {.accesses = 6});
    auto written_otherwise = code;
    for (auto& thread : written_otherwise.threads) {
      for (auto& i : thread) {
        if (i.op == operation::await)
          i.repeat = compared % 2 == 0 ? repetition::loop : repetition::by_reference;
      }
    }
    if (written_otherwise == code) continue;
    ++compared;
    ASSERT_EQ(enumerate(code).executions, enumerate(written_otherwise).executions) << code;
    ASSERT_EQ(enumerate(code).blocked, enumerate(written_otherwise).blocked) << code;
  }
}

TEST(enumerator, leaves_out_mutex_orders_but_not_who_locked_after_whom) {
  const auto result =
      enumerate(parse("T0: m.lock(); x.store(1, relaxed); m.unlock()\nT1: m.lock(); m.unlock()"));
  EXPECT_EQ(result.executions,
            (strings{"T0.0<-T1.1 T1.0<-init mo(x)=init,T0.1", "T0.0<-init T1.0<-T0.2 mo(x)=init,T0.1"}));
}

TEST(enumerator, finds_races_of_programs_that_never_complete) {
  const auto result = enumerate(parse("T0: p.write(1); x.await(== 1, relaxed)\nT1: p.read()"));
  EXPECT_EQ(result.count(), 0U);
  EXPECT_TRUE(result.has_race);
}

TEST(enumerator, stops_at_its_limit_and_says_so) {
  const auto code = parse("T0: x.store(1, relaxed)\nT1: x.store(1, relaxed)\nT2: x.load(relaxed)");
  const auto result = enumerate(code, {}, {.executions = 5});
  EXPECT_TRUE(result.truncated);
  EXPECT_EQ(result.count(), 5U);
  EXPECT_FALSE(enumerate(code, {}, {.executions = 6}).truncated);
}

TEST(enumerator, refuses_what_it_cannot_do) {
  auto malformed = parse("T0: x.load(relaxed)");
  malformed.threads[0][0].order = std::memory_order_release;
  EXPECT_THROW(enumerate(malformed), std::invalid_argument);
  program large;
  large.threads.resize(4, std::vector<instruction>(8));
  EXPECT_THROW(enumerate(large), std::invalid_argument);
}

struct change {
  bool axioms::*which;
  const char* litmus;
};

// Each axiom, and each rule of another model, decides some litmus test the other way.
class every_axiom : public testing::TestWithParam<change> {};

TEST_P(every_axiom, bites) {
  const auto& tests = litmus_tests();
  const auto test =
      std::find_if(tests.begin(), tests.end(), [](const auto& t) { return t.name == GetParam().litmus; });
  ASSERT_NE(test, tests.end());
  axioms changed;
  changed.*GetParam().which = !(changed.*GetParam().which);
  EXPECT_EQ(enumerate(test->code).allows(test->final_state), test->allowed);
  EXPECT_EQ(enumerate(test->code, changed).allows(test->final_state), !test->allowed);
}

INSTANTIATE_TEST_SUITE_P(
    enumerator, every_axiom,
    testing::Values(
        change{&axioms::coherence, "CoRR"}, change{&axioms::coherence, "CoWW"},
        change{&axioms::coherence, "MP+release+acquire"}, change{&axioms::atomicity, "ATOM+fetch_add_twice"},
        change{&axioms::atomicity, "ATOM+store_between"}, change{&axioms::no_thin_air, "LB+relaxed"},
        change{&axioms::sc_base, "SB+seq_cst"}, change{&axioms::sc_base, "W+RWC+seq_cst+release+acquire"},
        change{&axioms::sc_fences, "RWC+fences_seq_cst"}, change{&axioms::sc_fences, "IRIW+fences_seq_cst"},
        change{&axioms::sc_asymmetric, "AF.SB+light+heavy"},
        change{&axioms::rmw_release_sequences, "RS+update_by_other_thread"},
        change{&axioms::fence_synchronization, "MP+fences_acq_rel"},
        change{&axioms::same_thread_release_sequences, "RS+store_by_same_thread"},
        change{&axioms::hb_orders_seq_cst, "Z6.U"}, change{&axioms::hb_orders_seq_cst, "IRIW-acq-sc"},
        change{&axioms::standard_seq_cst, "IRIW+release+seq_cst_loads"},
        change{&axioms::standard_seq_cst, "W+RWC+same_location"},
        change{&axioms::light_is_heavy, "AF.SB+light+light"},
        change{&axioms::light_is_heavy, "AF.MP+light+acquire"}));

// The cuts that make the search fast lose nothing.
TEST(enumerator, finds_the_same_without_cutting_guesses_short) {
  unsigned compared = 0;
  for (std::uint64_t seed = 0; compared < 300; ++seed) {
    const auto code = random_program(seed, {.threads = 3, .accesses = 5, .repeats = seed % 2 == 0});
    if (event_count(code) > 12) continue;
    ++compared;
    const auto quick = enumerate(code);
    const auto slow = enumerate(code, {}, {.prune = false});
    ASSERT_EQ(quick.executions, slow.executions) << code;
    ASSERT_EQ(quick.blocked, slow.blocked) << code;
    ASSERT_EQ(quick.outcomes, slow.outcomes) << code;
    ASSERT_EQ(quick.has_race, slow.has_race) << code;
  }
}

TEST(enumerator, lists_each_execution_once) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const auto code = random_program(seed, {.accesses = 6, .repeats = seed % 2 == 0});
    const auto result = enumerate(code);
    ASSERT_EQ(std::adjacent_find(result.executions.begin(), result.executions.end()), result.executions.end())
        << code;
    ASSERT_EQ(std::adjacent_find(result.blocked.begin(), result.blocked.end()), result.blocked.end()) << code;
  }
}

// Whether some execution of a prefix of the program (each thread stopped anywhere) has a race.
bool some_prefix_races(const program& p, program prefix) {
  const auto t = prefix.threads.size();
  if (t == p.threads.size()) return enumerate(prefix).has_race;
  prefix.threads.emplace_back();
  if (some_prefix_races(p, prefix)) return true;
  for (const auto& i : p.threads[t]) {
    prefix.threads[t].push_back(i);
    if (some_prefix_races(p, prefix)) return true;
  }
  return false;
}

// Looking at complete and blocked executions is enough: whatever races before, races there.
TEST(enumerator, sees_the_races_of_partial_executions) {
  unsigned races = 0;
  unsigned none = 0;
  for (std::uint64_t seed = 0; races + none < 120; ++seed) {
    const auto code = random_program(seed, {.threads = 3, .accesses = 4});
    if (plain_count(code) == 0) continue;
    const bool found = enumerate(code).has_race;
    ASSERT_EQ(found, some_prefix_races(code, {})) << code;
    ++(found ? races : none);
  }
  EXPECT_GT(races, 10U);
  EXPECT_GT(none, 10U);
}

std::vector<program> stronger_programs(const program& p) {
  std::vector<program> result;
  for (std::size_t t = 0; t < p.threads.size(); ++t) {
    for (std::size_t i = 0; i < p.threads[t].size(); ++i) {
      if (!has_order(p.threads[t][i].op)) continue;
      result.push_back(p);
      auto& changed = result.back().threads[t][i];
      changed.order = std::memory_order_seq_cst;
      if (is_cas(changed.op)) changed.failure = std::memory_order_seq_cst;
    }
  }
  return result;
}

// Monotonicity: a stronger order allows nothing new.
TEST(enumerator, allows_nothing_more_under_stronger_orders) {
  for (std::uint64_t seed = 1000; seed < 1300; ++seed) {
    const auto code = random_program(seed, {.accesses = 6});
    const auto before = enumerate(code);
    if (before.has_race) continue;
    for (const auto& stronger : stronger_programs(code)) {
      const auto after = enumerate(stronger);
      EXPECT_FALSE(after.has_race);
      EXPECT_TRUE(std::includes(before.executions.begin(), before.executions.end(), after.executions.begin(),
                                after.executions.end()))
          << code << stronger;
    }
  }
}

}  // namespace
}  // namespace stillpoint::verify::oracle
