// SPDX-License-Identifier: BSL-1.0
//
// restless_policy: threads that own a stripe at one call and not at the next, and whose hint changes at every
// call.
#pragma once

#include <cstddef>

#include "stillpoint/std_policy.hpp"

namespace stillpoint::tests {

struct restless_policy : basic_std_policy<true> {
  static std::size_t owned_stripe() noexcept {
    static thread_local constinit unsigned calls = 0;
    return ++calls % 3 == 0 ? no_stripe : basic_std_policy<true>::owned_stripe();
  }
  static std::size_t quick_stripe(std::size_t limit) noexcept {
    const std::size_t mine = owned_stripe();
    return mine < limit ? mine : no_stripe;
  }
  static std::size_t stripe() noexcept {
    static thread_local constinit std::size_t calls = 0;
    return ++calls % stripe_count;
  }
};

static_assert(atomics_policy<restless_policy>);

}  // namespace stillpoint::tests
