// SPDX-License-Identifier: BSL-1.0
//
// Sequential consistency without any axiom: a program run step by step on one memory, in every order. For
// programs that the model promises to be sequentially consistent, as those are whose threads share only what
// mutexes guard; and so for condition variables. Exponential in the number of threads.
#pragma once

#include <set>

#include "verify/explorer/oracle/program.hpp"

namespace stillpoint::verify::oracle {

struct interleavings {
  std::set<outcome> outcomes;
  // Some order gets to where no thread can go on, unless a wait ends although nothing has notified it.
  bool deadlock = false;
};

// Throws std::invalid_argument if the program is malformed.
interleavings interleave(const program& p);

// Whether each access to a plain location, and each loop that waits on it, is made with its mutex held: m
// guards p, n guards q. Then, if it has no atomics, the program is sequentially consistent.
bool is_guarded(const program& p);

}  // namespace stillpoint::verify::oracle
