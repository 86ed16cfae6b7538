// SPDX-License-Identifier: BSL-1.0
//
// Mutants that no client notices and that were looked at by people: each with the reason why the operation
// stays as it is. A reason that no surviving mutant needs any more is an error, like a survivor without one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stillpoint::verify::orders {

struct reviewed {
  // "*" stands for every primitive that has the operation.
  std::string_view primitive;
  // As examined_site::name.
  std::string_view site;
  // As mutant::name.
  std::string_view mutant;
  std::string_view reason;
};

const std::vector<reviewed>& reviewed_survivors();

// The reason for that survivor; empty if nobody gave one.
std::string_view reason_for(std::string_view primitive, std::string_view site, std::string_view mutant);

}  // namespace stillpoint::verify::orders
