// SPDX-License-Identifier: BSL-1.0
//
// What an increment guarantees: dense generations, and an end once the tokens before it are released.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "verify/client.hpp"
#include "verify/clients/tracker/policies.hpp"

namespace stillpoint::verify::clients {

template <checker_policy P, class Tracker>
struct generations_are_dense_and_monotonic_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  std::array<std::uint64_t, 2> returned{};

  void thread(unsigned index) {
    if (index > 0) {
      returned[index - 1] = tracker.increment();
      P::check(tracker.generation() > returned[index - 1], "the generation has gone on");
    } else {
      const std::uint64_t first = tracker.generation();
      const std::uint64_t held = tracker.acquire().generation();
      const std::uint64_t last = tracker.generation();
      P::check(first <= held && held <= last && last <= 2, "generations are monotonic");
    }
  }

  void after() {
    P::check(returned[0] + returned[1] == 1, "each increment returns a generation of its own");
    P::check(tracker.generation() == 2, "and none is left out");
  }
};

// Who waits looks again when it is told, once for each token that is released, and not else.
template <checker_policy P, class Tracker, std::size_t Tokens>
struct wait_looks_when_told_base {
  static constexpr unsigned threads = 2;
  Tracker tracker;
  std::array<typename Tracker::token, Tokens> held = all_of(std::make_index_sequence<Tokens>());
  typename Tracker::pending until_released = tracker.begin_increment();

  void thread(unsigned index) {
    if (index == 0) {
      for (auto& each : held) each.release();
    } else {
      counting<P>::waits_allowed = static_cast<int>(Tokens);
      until_released.wait();
    }
  }

  template <std::size_t... Index>
  std::array<typename Tracker::token, Tokens> all_of(std::index_sequence<Index...>) {
    return {(static_cast<void>(Index), tracker.acquire())...};
  }

  void after() { P::check(until_released.try_wait(), "all are released"); }
};

// Two increments at once and a token that is released in between: the engines report a deadlock if one of
// them is not told, or waits for the other.
template <checker_policy P, class Tracker>
struct increments_end_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;

  void thread(unsigned index) {
    if (index == 0) {
      tracker.acquire().release();
    } else {
      tracker.increment();
    }
  }

  void after() { P::check(tracker.generation() == 2, "both increments ended"); }
};

// A thread that is given a token of the new generation keeps it until the increment is over.
template <checker_policy P, class Tracker>
struct increment_waits_for_no_later_token_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename P::template atomic<int> over{0};

  void thread(unsigned index) {
    if (index == 1) {
      tracker.increment();
      over.store(1, std::memory_order_relaxed);
      return;
    }
    const auto token = tracker.acquire();
    if (token.generation() == 1) {
      P::await(
          over, std::memory_order_relaxed, [](int o) { return o == 1; }, typename P::waiter());
    }
  }

  void after() { P::check(over.load(std::memory_order_relaxed) == 1, "the increment returned"); }
};

}  // namespace stillpoint::verify::clients
