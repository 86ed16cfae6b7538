// SPDX-License-Identifier: BSL-1.0
//
// Random programs from a seed. For fuzzing a checker against the enumerator, with RapidCheck (generator.hpp)
// or, by the million, without. A microsecond each.
#pragma once

#include <cstdint>

#include "verify/explorer/oracle/program.hpp"

namespace stillpoint::verify::oracle {

struct program_limits {
  unsigned threads = 4;    // 2 at the least
  unsigned accesses = 8;   // to atomics; 2 at the least
  unsigned locations = 3;  // atomic ones
  bool plains = true;
  bool mutexes = true;
  bool asymmetric_fences = true;
  bool waits = true;         // await
  bool repeats = false;      // loops, and awaits whose predicate refers to what changes
  bool arithmetic = true;    // fetch_add and its like; else only exchange
  bool early_waits = false;  // many awaits that may end at once, among seq_cst accesses and fences
};

// The same seed and limits give the same program, on every machine. Programs come in styles (mostly seq_cst,
// mostly relaxed, release and acquire, any order; many fences or none; ...) so that each style's interactions
// occur.
program random_program(std::uint64_t seed, const program_limits& limits = {});

// A program of mutexes, condition variables and guarded plain locations (see is_guarded). Notifications are
// often enough to end the waits, and often not.
program random_blocking_program(std::uint64_t seed);

}  // namespace stillpoint::verify::oracle
