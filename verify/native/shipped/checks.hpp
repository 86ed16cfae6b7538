// SPDX-License-Identifier: BSL-1.0
//
// The clients of this repository on the engine "shipped".
#pragma once

#include <vector>

#include "verify/engine.hpp"

namespace stillpoint::verify::native {

std::vector<check> shipped_checks_of_atomic_value();
std::vector<check> shipped_checks_of_counters();
std::vector<check> shipped_checks_of_recorder();
std::vector<check> shipped_checks_of_rendezvous();
std::vector<check> shipped_checks_of_tracker();
std::vector<check> shipped_checks_of_writer_reader_phaser();

}  // namespace stillpoint::verify::native
