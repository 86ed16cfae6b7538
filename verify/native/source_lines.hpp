// SPDX-License-Identifier: BSL-1.0
//
// Where in the source a return address lies, by the program's debug information.
#pragma once

#include <source_location>

namespace stillpoint::verify::native {

// The same object for the same line; without a file where nothing is known. The frame is that of the function
// that returns there, or of one that it has called: the same call finds the same way outwards.
std::source_location source_of(const void* return_address, const void* frame);
// Stacks may lie elsewhere from now on.
void forget_frames();

}  // namespace stillpoint::verify::native
