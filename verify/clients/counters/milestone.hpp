// SPDX-License-Identifier: BSL-1.0
//
// How the clients of counters order their threads.
#pragma once

#include <atomic>

namespace stillpoint::verify::clients {

// A flag by which a thread tells another that it has come so far.
template <class P>
class milestone {
 public:
  // release: pairs with the acquire in await_reached.
  void reach() { reached_.fetch_add(1, std::memory_order_release); }
  void await_reached(int times) {
    P::await(
        reached_, std::memory_order_acquire, [times](int n) { return n >= times; }, typename P::waiter());
  }

 private:
  typename P::template atomic<int> reached_{0};
};

}  // namespace stillpoint::verify::clients
