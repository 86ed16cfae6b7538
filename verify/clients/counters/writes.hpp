// SPDX-License-Identifier: BSL-1.0
//
// What a write guarantees: it is whole, counts once, and is seen by reads after it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "verify/client.hpp"
#include "verify/clients/counters/milestone.hpp"

namespace stillpoint::verify::clients {

template <checker_policy P, class Counters>
struct counters_start_at_zero_of_counters {
  static constexpr unsigned threads = 1;
  Counters counters{2};

  void thread(unsigned) {
    std::array<std::int64_t, 2> all = {7, 7};
    counters.snapshot(all);
    P::check(all[0] == 0 && all[1] == 0, "new counters are zero");
    counters.for_each([](std::size_t, std::int64_t value) { P::check(value == 0, "new counters are zero"); });
  }

  void after() { P::check(counters.get(1) == 0 && counters.take(2) == 0, "and stay so"); }
};

// Each write changes both halves of the counter: a reader sees each of them whole or not at all.
template <checker_policy P, class Counters>
struct writes_are_atomic_of_counters {
  static constexpr unsigned threads = 3;
  static constexpr std::int64_t first = 0x0000'0001'0000'0001;
  static constexpr std::int64_t second = 0x0000'0004'0000'0004;
  Counters counters{1};

  void thread(unsigned index) {
    if (index == 0) counters.add(1, first);
    if (index == 1) counters.sub(1, -second);
    if (index == 2) {
      const std::int64_t seen = counters.get(1);
      P::check(seen == 0 || seen == first || seen == second || seen == first + second,
               "a write is seen whole or not at all");
    }
  }

  void after() { P::check(counters.get(1) == first + second, "both writes are there"); }
};

template <checker_policy P, class Counters>
struct no_write_is_lost_of_counters {
  static constexpr unsigned threads = 3;
  Counters counters{1};

  void thread(unsigned index) {
    const auto mine = std::int64_t{1} << (4 * index);
    counters.add(1, 3 * mine);
    counters.sub(1, mine);
  }

  void after() {
    // Whoever comes later, and maybe owns a stripe that one of them owned, goes on from there.
    counters.add(1, 0x1000);
    P::check(counters.get(1) == 0x1222, "each write counts once");
  }
};

template <checker_policy P, class Counters>
struct counters_wrap_around_of_counters {
  using limits = std::numeric_limits<std::int64_t>;
  static constexpr unsigned threads = 2;
  Counters counters{2};

  counters_wrap_around_of_counters() {
    counters.put(1, limits::max());
    counters.put(2, limits::min());
  }

  void thread(unsigned index) {
    if (index == 0) {
      counters.add(1, 1);
      counters.sub(2, limits::min());
    } else {
      counters.add(1, std::numeric_limits<std::uint64_t>::max());
      counters.sub(2, 1);
      counters.add(1, 2);
    }
  }

  void after() {
    P::check(counters.get(1) == limits::min() + 1, "overflow wraps around");
    P::check(counters.get(2) == -1, "underflow wraps around");
  }
};

// A thread that was told of a write sees it; of another one it may.
template <checker_policy P, class Counters>
struct read_sees_all_writes_before_it_of_counters {
  static constexpr unsigned threads = 3;
  Counters counters{1};
  milestone<P> first_added;

  void thread(unsigned index) {
    if (index == 0) {
      counters.add(1, 1);
      counters.add(1, 2);
      first_added.reach();
    } else if (index == 1) {
      counters.add(1, 4);
    } else {
      first_added.await_reached(1);
      const std::int64_t seen = counters.get(1);
      P::check(seen == 3 || seen == 7, "a read sees the writes before it");
      counters.add(1, 8);
      P::check((counters.get(1) & 0b1011) == 0b1011, "its own among them");
    }
  }

  void after() {}
};

// Once all writers are done and have said so in any way, everybody sees every write.
template <checker_policy P, class Counters>
struct every_write_is_seen_at_last_of_counters {
  static constexpr unsigned threads = 3;
  Counters counters{1};
  milestone<P> done;

  void thread(unsigned index) {
    if (index < 2) {
      counters.put(1, 0x10);
      counters.add(1, index + 1);
      done.reach();
    } else {
      done.await_reached(2);
      const std::int64_t seen = counters.get(1);
      P::check(seen == counters.get(1), "once all is written, nothing changes");
      P::check((seen & 0x10) != 0 && (seen & 3) != 0, "and one put with the add that followed it is there");
    }
  }

  void after() {}
};

}  // namespace stillpoint::verify::clients
