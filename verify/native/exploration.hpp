// SPDX-License-Identifier: BSL-1.0
//
// explore_program: a function of the program itself, run once for each execution, with an engine's options
// and result. stillpoint::explore is made of it.
#pragma once

#include "verify/engine.hpp"

namespace stillpoint::verify::native {

// Errors: std::invalid_argument if options.replay is not a replay id; std::logic_error in an exploration, or
// if the explorer is linked into the program itself.
run_result explore_program(const run_options& options, void (*body)(void*), void* argument);

// From now on, what is explored is a program's own main: threads that still wait when it returns are ended.
void explores_main();

}  // namespace stillpoint::verify::native
