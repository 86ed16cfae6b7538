#pragma once

#include <atomic>

#include "stillpoint/std_policy.hpp"

namespace product {

// One thread hands a value over to another.
template <stillpoint::atomics_policy P = stillpoint::std_policy>
class handover {
 public:
  void give(int value) {
    P::write(value_, value);
    // release: pairs with the acquire in take.
    given_.store(true, std::memory_order_release);
  }

  int take() {
    // acquire: pairs with the release in give; without it the value could be read before it is written.
    P::await(
        given_, std::memory_order_acquire, [](bool given) { return given; }, typename P::waiter());
    return P::read(value_);
  }

 private:
  typename P::template plain<int> value_{0};
  typename P::template atomic<bool> given_{false};
};

}  // namespace product
