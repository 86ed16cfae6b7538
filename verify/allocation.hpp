// SPDX-License-Identifier: BSL-1.0
//
// Two engines replace the global allocation functions, and may be linked into one program: the explorer's
// stand, and where no client of its own is running they pass on to these. The Relacy engine registers its own
// here.
#pragma once

#include <cstddef>
#include <cstdlib>

namespace stillpoint::verify {

struct allocation_functions {
  // Null if there is no memory.
  void* (*allocate)(std::size_t size);
  void (*release)(void* memory);
};

inline constinit allocation_functions outside_of_explorer{[](std::size_t size) { return std::malloc(size); },
                                                          [](void* memory) { std::free(memory); }};

}  // namespace stillpoint::verify
