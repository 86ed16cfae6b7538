// SPDX-License-Identifier: BSL-1.0
//
// The policies that the clients of atomic_value and any_value put over an engine's: which thread owns a
// stripe.
#pragma once

#include <cstddef>

#include "stillpoint/atomic_value.hpp"

namespace stillpoint::verify::clients {

// No thread owns a stripe: as on a platform that has none.
template <class P>
struct without_stripes : P {
  static std::size_t owned_stripe() { return no_stripe; }
  static std::size_t steady_stripe() { return no_stripe; }
};

// Who may own a stripe always does.
template <class P>
struct with_steady_stripes : P {
  static std::size_t owned_stripe() { return P::steady_stripe(); }
};

// A stripe has two slots.
template <class P>
struct with_two_slots : P {
  static constexpr std::size_t cache_line = 2 * sizeof(void*);
};

}  // namespace stillpoint::verify::clients
