// SPDX-License-Identifier: BSL-1.0
//
// restless_policy: threads that own a stripe at one call and not at the next, and whose hint changes at every
// call. without_membarrier: as where the system has no such call; both fences are real, and nobody is quick.
#pragma once

#include <atomic>
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

struct without_membarrier : basic_std_policy<true> {
  static std::size_t quick_stripe(std::size_t) noexcept { return no_stripe; }
  static void quick_light_fence() noexcept { light_fence(); }
  static void light_fence() noexcept { heavy_fence(); }
  // An update of one place by all: as strong as a fence, and ThreadSanitizer knows it.
  static void heavy_fence() noexcept {
    static constinit std::atomic<unsigned> fenced{0};
    fenced.fetch_add(1, std::memory_order_seq_cst);
  }
};

static_assert(atomics_policy<restless_policy> && atomics_policy<without_membarrier>);

}  // namespace stillpoint::tests
