// SPDX-License-Identifier: BSL-1.0
//
// Programs whose number of executions is known: from the test suite of GenMC (Kokologiannakis, Vafeiadis:
// GenMC: A Model Checker for Weak Memory Models, CAV 2021), where RC11's axioms and GenMC agree, else by the
// axioms. They have more threads and executions than the enumerator can take.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"

namespace stillpoint::verify::explorer {

struct places {
  explorer_policy::atomic<int> x{0};
  explorer_policy::atomic<int> y{0};
  explorer_policy::atomic<int> z{0};
  explorer_policy::atomic<int> w{0};
};

// One for each thread.
using bodies = std::vector<std::function<void(places&)>>;

struct known_program {
  std::string name;
  bodies threads;
  std::uint64_t executions = 0;
};

// Of each family, those of up to so many executions.
std::vector<known_program> known_programs(std::uint64_t most_executions);

// `threads` must outlive it.
program program_of(const bodies& threads);

}  // namespace stillpoint::verify::explorer
