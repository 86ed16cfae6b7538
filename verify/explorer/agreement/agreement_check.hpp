// SPDX-License-Identifier: BSL-1.0
//
// The comparison of explorer and enumerator as a check of the runner, so that a budget decides on how many
// random programs; every other one has loops.
#pragma once

#include <vector>

#include "verify/engine.hpp"

namespace stillpoint::verify {

// 500 programs with budget quick, 2,000 with normal, 200,000 with thorough; `executions` counts programs.
std::vector<check> agreement_checks();

}  // namespace stillpoint::verify
