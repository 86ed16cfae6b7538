// SPDX-License-Identifier: BSL-1.0
//
// What only counters of the kind atomics guarantee: one order of all writes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "verify/client.hpp"

namespace stillpoint::verify::clients {

// atomics only: one writer, two writes; who sees the second has seen the first.
template <checker_policy P, class Counters>
struct later_write_is_never_seen_alone_of_counters {
  static constexpr unsigned threads = 2;
  Counters counters{2};

  void thread(unsigned index) {
    if (index == 0) {
      counters.add(1, 1);
      counters.add(2, 1);
    } else {
      const std::int64_t later = counters.get(2);
      const std::int64_t earlier = counters.get(1);
      P::check(later == 0 || earlier == 1, "none, only the first, or both; never only the second");
    }
  }

  void after() {}
};

// atomics only: two writers, two readers who read in opposite order (IRIW).
template <checker_policy P, class Counters>
struct readers_agree_on_the_order_of_counters {
  static constexpr unsigned threads = 4;
  Counters counters{2};
  std::array<bool, 2> saw_own_first{};

  void thread(unsigned index) {
    if (index < 2) {
      counters.add(index + 1, 1);
    } else {
      const unsigned mine = index - 2;
      const std::int64_t own = counters.get(mine + 1);
      const std::int64_t other = counters.get(2 - mine);
      saw_own_first[mine] = own == 1 && other == 0;
    }
  }

  void after() {
    P::check(!(saw_own_first[0] && saw_own_first[1]), "the readers agree which write came first");
  }
};

// atomics only: two threads write one counter each, in each of the three ways, and read the other's.
template <checker_policy P, class Counters>
struct a_write_is_seen_by_one_of_two_of_counters {
  static constexpr unsigned threads = 2;
  Counters counters{2};
  std::array<std::int64_t, 2> seen{};

  void thread(unsigned index) {
    const std::size_t mine = index + 1;
    const std::size_t other = 2 - index;
    const std::size_t how = P::choose(3);
    if (how == 0) counters.add(mine, 1);
    if (how == 1) counters.put(mine, 1);
    if (how == 2) counters.exchange(mine, 1);
    seen[index] = counters.get(other);
  }

  void after() { P::check(seen[0] + seen[1] >= 1, "at least one of two writers sees the other's write"); }
};

// atomics only: the same, where the writes are add_get and compare_exchange, and what is read may be
// what a compare_exchange finds that does not replace it.
template <checker_policy P, class Counters>
struct a_write_is_seen_by_one_of_two_replacing_of_counters {
  static constexpr unsigned threads = 2;
  Counters counters{2};
  std::array<std::int64_t, 2> seen{};

  void thread(unsigned index) {
    write(index + 1);
    const std::size_t other = 2 - index;
    if (P::choose(2) == 0) {
      seen[index] = counters.get(other);
    } else {
      std::int64_t found = 5;
      P::check(!counters.compare_exchange(other, found, 6), "the counter is not what was expected");
      seen[index] = found;
    }
  }

  void after() { P::check(seen[0] + seen[1] >= 1, "at least one of two writers sees the other's write"); }

 private:
  void write(std::size_t mine) {
    if (P::choose(2) == 0) {
      P::check(counters.add_get(mine, 1) == 1, "nobody else writes it");
    } else {
      std::int64_t none = 0;
      P::check(counters.compare_exchange(mine, none, 1) && none == 0, "nobody else writes it");
    }
  }
};

}  // namespace stillpoint::verify::clients
