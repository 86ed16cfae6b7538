// SPDX-License-Identifier: BSL-1.0
//
// Calls that replace a counter's value: put, clear and take.
#pragma once

#include <array>
#include <cstdint>

#include "verify/client.hpp"

namespace stillpoint::verify::clients {

// Two puts and two adds. The add before the first put is not left with it; all others may or may not come
// after the put that is left.
template <checker_policy P, class Counters>
struct concurrent_puts_leave_one_of_them_of_counters {
  static constexpr unsigned threads = 3;
  Counters counters{1};

  void thread(unsigned index) {
    if (index == 0) {
      counters.add(1, 1);
      counters.put(1, 0x100);
      counters.add(1, 2);
    } else if (index == 1) {
      counters.put(1, 0x200);
    } else {
      counters.add(1, 0x10);
    }
  }

  void after() {
    const std::int64_t left = counters.get(1) & ~std::int64_t{0x10};
    const bool of_first = left == 0x102;
    const bool of_second = left >= 0x200 && left <= 0x203;
    P::check(of_first || of_second, "the value of one put is left, and the adds not ordered before it");
    counters.put(1, 5);
    P::check(counters.get(1) == 5, "a put that all others happen before leaves its value");
    counters.clear();
    P::check(counters.get(1) == 0, "and a clear leaves zero");
  }
};

// Every add is returned by one take, or left.
template <checker_policy P, class Counters>
struct nothing_taken_is_lost_of_counters {
  static constexpr unsigned threads = 3;
  Counters counters{1};
  std::array<std::int64_t, 2> taken{};

  void thread(unsigned index) {
    if (index == 0) {
      counters.add(1, 1);
      taken[0] = counters.take(1);
    } else if (index == 1) {
      taken[1] = counters.take(1);
      counters.add(1, 2);
    } else {
      counters.add(1, 4);
    }
  }

  void after() {
    const std::int64_t left = counters.take(1);
    P::check(taken[0] + taken[1] + left == 7, "nothing is lost, and nothing counted twice");
    P::check((taken[0] | taken[1] | left) == 7, "each add is in one of them as a whole");
    P::check(counters.get(1) == 0, "nothing is left after the last take");
  }
};

}  // namespace stillpoint::verify::clients
