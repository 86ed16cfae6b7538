// SPDX-License-Identifier: BSL-1.0
//
// Counts what the program that links this allocates, by operators new and delete of its own.
#pragma once

#include <cstddef>

namespace stillpoint::tests {

// By the calling thread.
std::size_t allocations();
std::size_t bytes_asked_for();

}  // namespace stillpoint::tests
