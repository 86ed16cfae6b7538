// SPDX-License-Identifier: BSL-1.0
//
// Whether it can matter to a client that memory is reused.
//
// A thread can tell an execution in which an object lies where another one lay from one in which it does not
// only by comparing their addresses: itself, or by a compare_exchange that expects the one and finds the
// other. So it has to see both. As long as no thread does, what it does is the same without the reuse, where
// less is ordered and no fault is hidden; and up to there the execution is one without reuse. So it is enough
// to look at those.
//
// A thread sees an address by reading it from memory that it shares, or since it creates the object. Not
// counted are two objects of which it created both or which the main thread created: a program that compares
// those has to remember by itself what it gave away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "verify/explorer/model/graph.hpp"

namespace stillpoint::verify::explorer {

// What a thread read of plain memory: a word that is an address.
struct observation {
  std::size_t thread;
  std::uint64_t value;
};

// Whether in this execution, or in one that begins as it does, a thread sees both an object and one that
// could lie where the first one lay. `memory_of` says where objects lie, by the numbers of their locations.
bool reuse_matters(const graph& g, const std::vector<void*>& memory_of,
                   const std::vector<observation>& observations);

}  // namespace stillpoint::verify::explorer
