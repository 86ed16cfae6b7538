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
  unsigned add_key(destructor function);
  // Null if there is no such key.
  void** value(explorer::machine& m, unsigned key);
  // When the thread ends; null if nothing is to be done then.
  destructor at_end(unsigned key) const;
  void seed(explorer::machine& m, std::uint64_t with);
  std::uint32_t random(explorer::machine& m);

 private:
  struct thread {
    std::vector<void*> values;
    std::uint64_t random = 1;
  };

  std::vector<destructor> keys_;
  std::array<thread, explorer::max_threads> of_;
};

}  // namespace stillpoint::verify::native
