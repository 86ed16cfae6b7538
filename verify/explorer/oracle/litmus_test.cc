// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/litmus.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "verify/explorer/oracle/enumerator.hpp"

namespace stillpoint::verify::oracle {
namespace {

TEST(litmus, there_are_at_least_sixty) {
  EXPECT_GE(litmus_tests().size(), 60U);
}

TEST(litmus, names_are_unique) {
  std::set<std::string> names;
  for (const auto& test : litmus_tests()) EXPECT_TRUE(names.insert(test.name).second) << test.name;
}

TEST(litmus, the_enumerator_agrees_with_the_literature) {
  for (const auto& test : litmus_tests()) {
    const auto result = enumerate(test.code);
    EXPECT_FALSE(result.truncated) << test.name;
    EXPECT_EQ(result.allows(test.final_state), test.allowed)
        << test.name << test.code << test.condition_text << "\n"
        << test.source;
  }
}

// An outcome's condition must not be decided by a race or by the lack of complete executions.
TEST(litmus, conditions_on_outcomes_mean_something) {
  for (const auto& test : litmus_tests()) {
    if (test.final_state.what != condition::kind::outcome) continue;
    const auto result = enumerate(test.code);
    EXPECT_FALSE(result.has_race) << test.name;
    const bool cannot_complete = test.name == "AWAIT+each_other" || test.name == "AWAIT+both_pass_seq_cst";
    EXPECT_TRUE(result.count() > 0 || cannot_complete) << test.name;
  }
}

}  // namespace
}  // namespace stillpoint::verify::oracle
