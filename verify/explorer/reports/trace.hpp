// SPDX-License-Identifier: BSL-1.0
//
// An execution graph in words: thread by thread, each operation with its line, order, value, and where each
// read got it.
#pragma once

#include <string>
#include <vector>

#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/reports/names.hpp"

namespace stillpoint::verify::explorer {

// "T1.4"; both halves of a read-modify-write have the name of the first, being one operation.
std::string name(const graph& g, event_ref ref);

// One event, without its name, in two parts: "fetch_add acquire" and "entered = 2 -> 4 from T0.7".
struct description {
  std::string operation;
  // Empty if the operation is of no place.
  std::string rest;

  std::string whole() const { return rest.empty() ? operation : operation + " " + rest; }
};
description describe_parts(const names& n, event_ref ref);
inline std::string describe(const names& n, event_ref ref) {
  return describe_parts(n, ref).whole();
}

// What a thread waits for, and the value it sees: "waits in await acquire" and "atomic#2 = 1 from T1.0". Or
// "fails here".
description describe_parts(const names& n, const halt& h);
inline std::string describe(const names& n, const halt& h) {
  return describe_parts(n, h).whole();
}

// All threads. Events named in the failure are marked with an arrow.
std::string trace(const names& n, const failure& f);
inline std::string trace(const graph& g, const failure& f) {
  return trace(names(g), f);
}

// The failure in one line, with the lines of the events it names.
std::string headline(const names& n, const failure& f);
inline std::string headline(const graph& g, const failure& f) {
  return headline(names(g), f);
}

}  // namespace stillpoint::verify::explorer
