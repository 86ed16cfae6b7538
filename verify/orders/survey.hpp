// SPDX-License-Identifier: BSL-1.0
//
// Which operations of a subject's text its clients execute, found by running them all, and which they do not,
// found by reading the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "verify/orders/subjects.hpp"
#include "verify/planting.hpp"

namespace stillpoint::verify::orders {

// An operation in the library's text.
struct examined_site {
  site where;
  // From the workspace's top.
  std::string file;
  // "writer_enter/fetch_add"; with a number behind where a function has several of the kind. Does not change
  // with the line.
  std::string name;
  // In a part of the subject, not in its own text.
  bool in_part = false;
};

struct survey {
  // In the order of files and lines.
  std::vector<examined_site> sites;
  // The clients' places in subject::clients, those with few executions first: they give small
  // counterexamples, soon.
  std::vector<std::size_t> order_of_clients;
};

// Runs every client of the subject under the explorer, exhaustively. Throws std::runtime_error that names a
// client which fails or cannot be exhausted.
survey survey_of(const subject& s);

// The name of the function in the compiler's spelling of it: "flip" of "void a::b<P>::flip(waiter) [with P =
// x]".
std::string short_name(std::string_view function);

// An operation that stands in a text.
struct written_operation {
  operation op = operation::load;
  // Its first and last line.
  std::uint32_t first_line = 0;
  std::uint32_t last_line = 0;
};

// The operations of a policy that the text of a header calls, comments left out.
std::vector<written_operation> operations_in(std::string_view text);

// Those that no executed site stands for.
std::vector<written_operation> never_executed(std::string_view text, const std::string& file,
                                              const std::vector<examined_site>& sites);

}  // namespace stillpoint::verify::orders
