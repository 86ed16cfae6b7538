// SPDX-License-Identifier: BSL-1.0
//
// The policies that the clients of the tracker put over an engine's.
#pragma once

#include <atomic>
#include <cstddef>
#include <source_location>

#include "stillpoint/tracker.hpp"

namespace stillpoint::verify::clients {

// Nobody owns a stripe.
template <class P>
struct without_owned_stripes : P {
  static std::size_t owned_stripe() { return no_stripe; }
  static std::size_t quick_stripe(std::size_t) { return no_stripe; }
};

// Counts how often the calling thread comes by a light fence, and goes to wait: no more often than `allowed`.
// What is counted is still done where the library's text says so.
template <class P>
struct counting : P {
  static inline thread_local int fences = 0;
  static inline thread_local int waits_allowed = 0;
  using location = std::source_location;

  static void light_fence(location where = location::current()) {
    ++fences;
    if constexpr (requires { P::light_fence(where); }) {
      P::light_fence(where);
    } else {
      P::light_fence();
    }
  }
  static void quick_light_fence(location where = location::current()) {
    ++fences;
    if constexpr (requires { P::quick_light_fence(where); }) {
      P::quick_light_fence(where);
    } else {
      P::quick_light_fence();
    }
  }
  template <class T, class Predicate>
  static T await(const typename P::template atomic<T>& place, std::memory_order order,
                 const Predicate& predicate, typename P::waiter waiter,
                 location where = location::current()) {
    P::check(waits_allowed-- > 0, "a wait ends only when there is something to look at");
    if constexpr (requires { P::await(place, order, predicate, waiter, where); }) {
      return P::await(place, order, predicate, waiter, where);
    } else {
      return P::await(place, order, predicate, waiter);
    }
  }
};

}  // namespace stillpoint::verify::clients
