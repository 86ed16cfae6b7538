// SPDX-License-Identifier: BSL-1.0
//
// What the system keeps for each thread of the explored program, in the current execution: values by key, and
// the state of random numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::native {

class thread_values {
 public:
  using destructor = void (*)(void*);

  static thread_values& of_program();

  void begin_execution();
  // The program's own, for this execution.
  unsigned add_key(destructor function);
  // A library's, which it makes once for all executions.
  unsigned add_lasting_key(destructor function);
  // What the system has given where no execution ran.
  void note_key(unsigned key, destructor function);
  // Null if there is no such key.
  void** value(explorer::machine& m, unsigned number);
  // When the thread ends; null if nothing is to be done then.
  destructor at_end(unsigned number) const;
  void seed(explorer::machine& m, std::uint64_t with);
  std::uint32_t random(explorer::machine& m);

 private:
  struct key {
    unsigned number;
    destructor at_end;
  };
  struct value_of_key {
    unsigned number;
    void* value;
  };
  struct thread {
    std::vector<value_of_key> values;
    std::uint64_t random = 1;
  };

  const key* find(unsigned number) const;

  std::vector<key> keys_;
  std::vector<key> lasting_keys_;
  std::array<thread, explorer::max_threads> of_;
};

}  // namespace stillpoint::verify::native
