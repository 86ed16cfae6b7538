// SPDX-License-Identifier: BSL-1.0
//
// explain: a history and what the search found, in words, for a person who reads a failed test. Takes memory
// from the heap, as clients may not.
#pragma once

#include <cstddef>
#include <sstream>
#include <string>

#include "verify/history/linearizable.hpp"

namespace stillpoint::verify {

// `print(stream, operation)` writes one operation. Each call comes with those that were over before it was
// made.
template <class History, std::size_t Capacity, class Print>
std::string explain(const History& calls, const linearization<Capacity>& found, Print print) {
  std::ostringstream text;
  text << name_of(found.outcome) << " (" << found.steps << " steps)\n";
  for (std::size_t b = 0; b < calls.size(); ++b) {
    text << "  #" << b << " thread " << calls[b].thread << ": ";
    print(text, calls[b].operation);
    text << (calls[b].pending() ? " (pending)" : "") << "  after";
    for (std::size_t a = 0; a < calls.size(); ++a) {
      if (a != b && calls.precedes(a, b)) text << " #" << a;
    }
    text << '\n';
  }
  text << (found ? "order:" : "longest order that the model allows:");
  for (std::size_t i = 0; i < found.length; ++i) text << " #" << found.order[i];
  text << '\n';
  return text.str();
}

}  // namespace stillpoint::verify
