// SPDX-License-Identifier: BSL-1.0
//
// An execution graph in words: thread by thread, each operation with its line, order, value, and where each
// read got it.
#pragma once

#include <string>
#include <vector>

#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::explorer {

// "T1.4"; both halves of a read-modify-write have the name of the first, being one operation.
std::string name(const graph& g, event_ref ref);

// One event, without its name: "fetch_add acquire entered#3 = 2 -> 4 from T0.7".
std::string describe(const graph& g, event_ref ref);

// What a thread waits for, and the value it sees: "waits in await acquire atomic#2 = 1 from T1.0". Or "fails
// here".
std::string describe(const graph& g, const halt& h);

// "file:line", with the path cut to what begins at the workspace's top; empty for the engine's own events.
std::string place_in_text(const std::source_location& where);

// All threads. Events named in the failure are marked with an arrow.
std::string trace(const graph& g, const failure& f);

// The failure in one line, with the lines of the events it names.
std::string headline(const graph& g, const failure& f);

}  // namespace stillpoint::verify::explorer
