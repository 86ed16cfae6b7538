// SPDX-License-Identifier: BSL-1.0
//
// An execution graph as a picture, for whoever looks at a counterexample: the threads as columns, each
// operation with its line, order and value, and arrows for program order (po), where a read got its value
// (rf), modification order (mo) and synchronizes-with (sw). What the failure is about is red. The same graph
// gives the same text, byte by byte.
//
// Left out: what the main thread only prepares and cleans up; arrows from initial values, which are listed
// instead; rf and mo within a thread; those sw that follow from other arrows. Laying out costs Graphviz
// seconds for some hundred operations.
#pragma once

#include <string>

#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/reports/names.hpp"

namespace stillpoint::verify::explorer {

// In Graphviz's language; `dot -Tsvg` draws it. A failure without text: none, the picture shows just an
// execution.
std::string picture_in_dot(const names& n, const failure& f);
inline std::string picture_in_dot(const graph& g, const failure& f) {
  return picture_in_dot(names(g), f);
}

// Errors: std::invalid_argument if the name ends in neither .dot nor .svg.
void require_picture_name(const std::string& file);

// Writes the text to FILE.dot; for FILE.svg, to FILE.dot beside it too, and has Graphviz draw it. Returns
// what the user should know, in one line: nothing, or why there is only the .dot. Errors: as
// require_picture_name; std::runtime_error that names the file if it cannot be written.
std::string write_picture(const names& n, const failure& f, const std::string& file);
inline std::string write_picture(const graph& g, const failure& f, const std::string& file) {
  return write_picture(names(g), f, file);
}

}  // namespace stillpoint::verify::explorer
