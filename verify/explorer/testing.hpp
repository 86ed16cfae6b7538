// SPDX-License-Identifier: BSL-1.0
//
// For the explorer's own tests: clients in a few lines, and what the explorer says of them.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"
#include "verify/explorer/reports/trace.hpp"

namespace stillpoint::verify::explorer {

// What a test's client need not say.
struct client_base {
  static constexpr std::string_view primitive = "test";
  static constexpr std::string_view guarantee = "test";
  static constexpr unsigned threads = 2;
  void after() {}
};

template <class C>
exploration explored(bool keep_going = false) {
  settings s;
  s.keep_going = keep_going;
  return explore(client_program<C>(), s);
}

template <class C>
std::string error_of() {
  const exploration seen = explored<C>();
  return seen.first_failure ? seen.first_failure->text : "";
}

// Of a client that passes and is explored to the end.
template <class C>
std::uint64_t executions_of() {
  const exploration seen = explored<C>();
  EXPECT_FALSE(seen.first_failure) << headline(seen.counterexample, *seen.first_failure);
  EXPECT_TRUE(seen.counts.exhaustive) << seen.counts.bound;
  return seen.counts.executions;
}

}  // namespace stillpoint::verify::explorer
