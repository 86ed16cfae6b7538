// SPDX-License-Identifier: BSL-1.0
//
// The checks of this repository: for each primitive and engine a function, defined beside the engine. To add
// one, define it, declare it here, and add it to all_checks().
#pragma once

#include <vector>

#include "verify/engine.hpp"

namespace stillpoint::verify {

std::vector<check> explorer_checks_of_writer_reader_phaser();
std::vector<check> explorer_checks_of_recorder();
std::vector<check> explorer_checks_of_rendezvous();
std::vector<check> explorer_checks_of_counters();
std::vector<check> explorer_checks_of_tracker();
std::vector<check> explorer_checks_of_atomic_value();
std::vector<check> relacy_checks_of_writer_reader_phaser();
std::vector<check> relacy_checks_of_recorder();
std::vector<check> relacy_checks_of_rendezvous();
std::vector<check> relacy_checks_of_counters();
std::vector<check> relacy_checks_of_tracker();
std::vector<check> relacy_checks_of_atomic_value();

std::vector<check> all_checks();

}  // namespace stillpoint::verify
