// SPDX-License-Identifier: BSL-1.0
//
// Which events of an execution graph synchronize with which, for those who show or check one. The graph
// itself keeps only clocks; the pairs are derived again from the events. Time: reads times length of a
// release sequence.
#pragma once

#include <vector>

#include "verify/explorer/model/graph.hpp"

namespace stillpoint::verify::explorer {

// The release side (a write, or a fence before it) and the acquire side (a read, or a fence after it).
struct synchronization {
  event_ref release;
  event_ref acquire;

  friend bool operator==(const synchronization&, const synchronization&) = default;
};

// Those between threads that say something new: left out is what follows from program order, spawn, join, and
// the others.
std::vector<synchronization> synchronizations(const graph& g);

}  // namespace stillpoint::verify::explorer
