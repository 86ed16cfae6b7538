// SPDX-License-Identifier: BSL-1.0
//
// How properties are checked inside of GoogleTest. Each run takes a random seed and prints it as "Using
// configuration: seed=..."; RC_PARAMS="seed=..." in the environment repeats a run, and what a failure prints
// at the end of the program, RC_PARAMS="reproduce=...", the shrunk counterexample alone.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

namespace stillpoint::tests {

// Fails the GoogleTest at hand, with the shrunk counterexample, if the property does not hold. Looks at
// `times` as many cases as RapidCheck is set to, which is 100.
template <class Property>
void expect_to_hold(Property&& property, int times = 1) {
  const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
  rc::detail::TestMetadata about;
  about.id = std::string(test->test_suite_name()) + "/" + test->name();
  about.description = test->name();
  auto params = rc::detail::configuration().testParams;
  params.maxSuccess *= times;
  const auto result = rc::detail::checkTestable(std::forward<Property>(property), about, params);
  if (result.template is<rc::detail::SuccessResult>()) return;
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  ADD_FAILURE() << text.str();
}

struct counterexample {
  std::string text;
  // RapidCheck shows a sequence of commands line by line.
  std::size_t lines() const { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }
};

// The shrunk counterexample of a property that is expected not to hold.
template <class Property>
std::optional<counterexample> counterexample_to(Property&& property) {
  const auto result = rc::detail::checkTestable(std::forward<Property>(property));
  if (!result.template is<rc::detail::FailureResult>()) return std::nullopt;
  counterexample found;
  for (const auto& [type, value] : result.template get<rc::detail::FailureResult>().counterExample) {
    found.text += value;
  }
  return found;
}

}  // namespace stillpoint::tests
