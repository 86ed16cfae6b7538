// SPDX-License-Identifier: BSL-1.0
//
// Where what the explored program throws lies: in memory of the thread that throws it, which uses it again
// once it has been caught. So a turn of a loop that throws leads to the same state as the turn before, and
// each execution finds the same addresses. Who frees what another thread has thrown leaves it alone.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::native {

class thrown {
 public:
  static thrown& of_program();

  void begin_execution();
  void* allocate(explorer::machine& m, std::size_t size);
  void release(const explorer::machine& m, const void* object);

 private:
  struct block {
    void* object;
    std::size_t size;
    bool in_use;
  };

  std::array<std::vector<block>, explorer::max_threads> of_;
};

}  // namespace stillpoint::verify::native
