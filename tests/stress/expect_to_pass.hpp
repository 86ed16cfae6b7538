// SPDX-License-Identifier: BSL-1.0
//
// expect_to_pass: runs a client on real threads, as a part of a GoogleTest.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "verify/history/run_on_threads.hpp"

namespace stillpoint::tests {

struct expect_to_pass {
  std::uint64_t executions = 500;

  template <class Client>
  void operator()() const {
    SCOPED_TRACE(std::string(Client::primitive) + ": " + std::string(Client::guarantee));
    const auto result = verify::run_on_threads<Client>(executions);
    EXPECT_EQ(result.failures, 0u) << result.first_failure;
    EXPECT_EQ(result.executions, executions);
  }
};

}  // namespace stillpoint::tests
