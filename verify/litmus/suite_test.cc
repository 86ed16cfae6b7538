// SPDX-License-Identifier: BSL-1.0
//
// The suite of litmus tests on both engines: the explorer has the literature's verdicts, and Relacy misses
// exactly what is listed, for the reasons listed.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "verify/explorer/oracle/enumerator.hpp"
#include "verify/litmus/table.hpp"

namespace stillpoint::verify::litmus {
namespace {

// Each test run once, for all that look at it.
const comparison& result_of(const oracle::litmus_test& test) {
  static std::map<std::string, comparison> results;
  const auto known = results.find(test.name);
  return known != results.end() ? known->second : results.emplace(test.name, compare(test)).first->second;
}

template <class Visit>
void for_each_entry(Visit visit) {
  for (const section& s : suite()) {
    for (const entry& e : s.entries) visit(e);
  }
}

std::string text_of(const rules& some) {
  std::string text;
  for (const rule r : some) text += (text.empty() ? "" : ", ") + std::string(name_of(r));
  return text;
}

TEST(litmus_suite, has_sixty_tests_of_different_names) {
  std::set<std::string> names;
  for_each_entry([&](const entry& e) { EXPECT_TRUE(names.insert(e.test.name).second) << e.test.name; });
  EXPECT_GE(names.size(), 60U);
}

TEST(litmus_suite, every_verdict_has_a_source) {
  for_each_entry([](const entry& e) { EXPECT_FALSE(e.test.source.empty()) << e.test.name; });
}

TEST(litmus_suite, the_explorer_has_the_verdict_of_the_literature) {
  for_each_entry([](const entry& e) {
    const observation& seen = result_of(e.test).explorer;
    EXPECT_EQ(seen.error, "") << e.test.name;
    EXPECT_TRUE(seen.exhaustive) << e.test.name;
    EXPECT_EQ(seen.shown, e.test.allowed) << e.test.name << ": " << in_a_line(e.test);
  });
}

TEST(litmus_suite, relacy_shows_nothing_that_is_forbidden) {
  for_each_entry([](const entry& e) {
    const observation& seen = result_of(e.test).relacy;
    EXPECT_EQ(seen.error, "") << e.test.name;
    EXPECT_TRUE(e.test.allowed || !seen.shown) << e.test.name << ": " << in_a_line(e.test);
  });
}

TEST(litmus_suite, relacy_misses_what_is_listed_and_nothing_else) {
  for_each_entry([](const entry& e) {
    const bool missed = e.test.allowed && !result_of(e.test).relacy.shown;
    EXPECT_EQ(missed, !e.relacy_misses_by.empty()) << e.test.name << ": " << in_a_line(e.test);
  });
}

TEST(litmus_suite, relacy_misses_it_for_the_reason_listed) {
  for_each_entry([](const entry& e) {
    EXPECT_EQ(text_of(result_of(e.test).excluded_by), text_of(e.relacy_misses_by)) << e.test.name;
  });
}

// Not only the table's tests: all that there are. What Relacy shows is what its rules admit.
TEST(litmus_suite, relacy_obeys_its_rules_and_no_others) {
  for (const auto& test : all_tests()) {
    // A thread that locks a mutex twice is an error of its own to Relacy, and not a deadlock.
    if (test.name == "MUTEX+twice") continue;
    const comparison& c = result_of(test);
    EXPECT_EQ(c.relacy.shown, c.relacy_should_show) << test.name << ": " << in_a_line(test);
  }
}

// Each rule is needed: some test is missed because of it alone.
TEST(litmus_suite, each_rule_of_relacys_shows_by_itself) {
  for (const rule r : all_rules) {
    bool alone = false;
    for_each_entry([&](const entry& e) { alone = alone || result_of(e.test).excluded_by == rules{r}; });
    EXPECT_TRUE(alone) << name_of(r);
  }
}

// It shares no code with the explorer.
TEST(litmus_suite, the_enumerator_agrees) {
  for_each_entry([](const entry& e) {
    EXPECT_EQ(oracle::enumerate(e.test.code).allows(e.test.final_state), e.test.allowed) << e.test.name;
  });
}

// Its axioms in the standard's words; what is not out of thin air may be buffered.
TEST(litmus_suite, the_enumerator_agrees_on_where_cpp20_differs) {
  oracle::axioms standard;
  standard.standard_seq_cst = true;
  standard.no_thin_air = false;
  for_each_entry([&standard](const entry& e) {
    const bool allowed = oracle::enumerate(e.test.code, standard).allows(e.test.final_state);
    EXPECT_EQ(allowed, e.allowed_by_cpp20) << e.test.name;
  });
}

}  // namespace
}  // namespace stillpoint::verify::litmus
