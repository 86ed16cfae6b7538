// SPDX-License-Identifier: BSL-1.0
//
// An execution graph in words: thread by thread, each operation with its line, order, value, and where each
// read got it.
#pragma once

#include <string>
#include <vector>

#include "verify/explorer/machine.hpp"

namespace stillpoint::verify::explorer {

// One event, without its thread: "fetch_add acquire entered#3 = 2 -> 4 from T0.7".
std::string describe(const graph& g, event_ref ref);

// "file:line", with the path cut to what begins at the workspace's top; empty for the engine's own events.
std::string place_in_text(const std::source_location& where);

// All threads. Events named in the failure are marked with an arrow.
std::string trace(const graph& g, const failure& f);

// The failure in one line, with the lines of the events it names.
std::string headline(const graph& g, const failure& f);

}  // namespace stillpoint::verify::explorer
