// SPDX-License-Identifier: BSL-1.0
#include "verify/orders/reviewed.hpp"

namespace stillpoint::verify::orders {

const std::vector<reviewed>& reviewed_survivors() {
  static const std::vector<reviewed> all = {
      {"*", "writer_exit/fetch_add", "bit 0 of the result inverted", "the result is not used"},
  };
  return all;
}

std::string_view reason_for(std::string_view primitive, std::string_view site, std::string_view mutant) {
  for (const reviewed& each : reviewed_survivors()) {
    const bool primitive_matches = each.primitive == "*" || each.primitive == primitive;
    if (primitive_matches && each.site == site && each.mutant == mutant) return each.reason;
  }
  return {};
}

}  // namespace stillpoint::verify::orders
