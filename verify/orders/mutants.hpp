// SPDX-License-Identifier: BSL-1.0
//
// The ways in which one operation is made wrong: every weaker memory order, one at a time, what C++ lets be
// left out or torn apart, and defects of logic that planting can express.
#pragma once

#include <string>
#include <vector>

#include "verify/planting.hpp"

namespace stillpoint::verify::orders {

struct mutant {
  // What stands instead: "relaxed", "failure relaxed", "removed", "split into a load and a store"...
  std::string name;
  // A defect of logic, not of order or atomicity.
  bool logic = false;
  // Without its site.
  defect wrong;
};

// The orders that an operation may have and that are weaker than `order`, strongest first. Without an end
// where they only get weaker step by step: a fence's last step is that it is removed, which is not listed
// here.
std::vector<std::memory_order> weaker_orders(operation op, std::memory_order order);

std::vector<mutant> mutants_of(const site& where);

}  // namespace stillpoint::verify::orders
