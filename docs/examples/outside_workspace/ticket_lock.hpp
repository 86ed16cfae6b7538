// SPDX-License-Identifier: BSL-1.0
//
// A product's own lock, written over the atomics policy so that it can be model-checked as it ships: threads
// are served in the order in which they drew their tickets.
#pragma once

#include <atomic>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/std_policy.hpp"

namespace product {

template <stillpoint::atomics_policy P = stillpoint::std_policy>
class ticket_lock {
 public:
  void lock() {
    // relaxed: the ticket says nothing but whose turn it will be.
    const unsigned mine = next_.fetch_add(1, std::memory_order_relaxed);
    // acquire: pairs with the release in unlock.
    P::await(
        serving_, std::memory_order_acquire, [mine](unsigned serving) { return serving == mine; },
        typename P::waiter());
  }

  void unlock() {
    // relaxed: only the holder writes it.
    const unsigned mine = serving_.load(std::memory_order_relaxed);
    // release: pairs with the acquire in lock.
    serving_.store(mine + 1, std::memory_order_release);
  }

 private:
  typename P::template atomic<unsigned> next_{0u};
  typename P::template atomic<unsigned> serving_{0u};
};

}  // namespace product
