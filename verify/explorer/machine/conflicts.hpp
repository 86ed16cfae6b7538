// SPDX-License-Identifier: BSL-1.0
//
// What a watched execution shows of memory that threads share without the policy: see raw_accesses.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "verify/explorer/machine/raw_accesses.hpp"
#include "verify/explorer/model/graph.hpp"

namespace stillpoint::verify::explorer {

struct conflict {
  // The second one uses memory that the first one has deleted or destroyed, or may have.
  bool after_end = false;
  std::string text;
};

// Two accesses to one address that nothing orders, one of them a write, or a use of an object after its end;
// in the execution `g`, of what raw_accesses has noted. `memory_of` says where the objects of P::create lie.
std::optional<conflict> find_conflict(const graph& g, const std::vector<void*>& memory_of);

}  // namespace stillpoint::verify::explorer
