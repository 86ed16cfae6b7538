// SPDX-License-Identifier: BSL-1.0
//
// Brute force: every consistent execution of a small program, each once. For checking checkers, and for
// litmus tests. It guesses where each read reads from and how each compare-and-swap ends, then each
// modification order, computes the values, and keeps what the axioms accept. Exponential; programs of up to
// some ten shared accesses take microseconds to milliseconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "verify/explorer/oracle/axioms.hpp"
#include "verify/explorer/oracle/program.hpp"

namespace stillpoint::verify::oracle {

struct enumeration {
  // Sorted canonical strings of the complete consistent executions, each once: where each reading instruction
  // reads from, in order of thread and index, then each atomic's modification order, such as
  //   T0.1<-T1.0 T1.1<-init T2.0<-T1.0! mo(x)=init,T0.0,T1.0 mo(y)=init
  // What retries reads once for each turn, the last time when it succeeds; the turns have one name.
  // `!`: this weak compare-and-swap failed although it read what it expected. A lock counts as reading; the
  // modification order of a mutex follows from that and is left out, as are plain accesses.
  std::vector<std::string> executions;
  // Sorted, without duplicates: what complete executions can end with.
  std::vector<outcome> outcomes;
  // Sorted canonical strings of the blocked executions: as above, for what did run, then the threads' stuck
  // instructions: `... blocked:T0.1,T2.0`. An await is stuck if the last value of its location fails its
  // predicate, a lock if the mutex is held in the end, a loop if the last value would not end it.
  std::vector<std::string> blocked;
  // Two conflicting plain accesses of different threads, unordered by happens-before, in some consistent
  // complete or blocked execution (hence, as every partial execution can go on to one of these, in any
  // partial one). The executions of a program with a race mean nothing.
  bool has_race = false;
  // A limit was reached, and the rest was not looked for.
  bool truncated = false;
  std::size_t guesses = 0;

  bool has_deadlock() const { return !blocked.empty(); }
  std::size_t count() const { return executions.size(); }

  // Whether the condition can come true.
  bool allows(const condition& c) const;
};

struct limits {
  std::size_t executions = 1'000'000;  // complete or blocked, whichever reaches it first
  std::size_t guesses = SIZE_MAX;      // of where a read has its value from
  bool stop_at_race = false;
  // Cut guesses short that the axioms already refuse; without, the same result, slowly: for testing the cuts.
  bool prune = true;
};

// Throws std::invalid_argument if the program is malformed, has too many events, or has condition variables.
enumeration enumerate(const program& p, const axioms& model = {}, const limits& limit = {});

}  // namespace stillpoint::verify::oracle
