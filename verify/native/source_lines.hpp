// SPDX-License-Identifier: BSL-1.0
//
// Where in the source a return address lies, by the program's debug information.
#pragma once

#include <source_location>

namespace stillpoint::verify::native {

// The same object for the same address; without a file where nothing is known.
std::source_location source_of(const void* return_address);

}  // namespace stillpoint::verify::native
