// SPDX-License-Identifier: BSL-1.0
//
// What a meeting guarantees: neither side passes early, and an arrival is neither lost nor overlooked.
#pragma once

#include <array>
#include <atomic>

#include "stillpoint/rendezvous.hpp"
#include "verify/client.hpp"
#include "verify/clients/rendezvous/kinds.hpp"

namespace stillpoint::verify::clients {

// After the n-th wait, the other side has begun its n-th. What tells is relaxed, so that nothing but the
// rendezvous orders it.
template <checker_policy P, class Kind, int Meetings>
struct neither_side_passes_early_base {
  static constexpr unsigned threads = 2;
  barrier_sides<P, Kind> sides;
  std::array<typename P::template atomic<int>, 2> entered{0, 0};

  void thread(unsigned index) {
    for (int meeting = 1; meeting <= Meetings; ++meeting) {
      // relaxed, both: see above.
      entered[index].store(meeting, std::memory_order_relaxed);
      P::check(sides[index].wait() == meeting::met, "they meet");
      P::check(entered[index ^ 1u].load(std::memory_order_relaxed) >= meeting, "the other side has entered");
    }
  }

  void after() {}
};

// Each side writes plain memory of its own, they meet, each reads the other's, they meet again and go on.
template <checker_policy P, class Kind, int Rounds>
struct writes_before_are_seen_after_base {
  static constexpr unsigned threads = 2;
  barrier_sides<P, Kind> sides;
  std::array<typename P::template plain<int>, 2> written{0, 0};

  void thread(unsigned index) {
    for (int round = 1; round <= Rounds; ++round) {
      P::write(written[index], round);
      P::check(sides[index].wait() == meeting::met, "they meet");
      P::check(P::read(written[index ^ 1u]) == round, "what the other side wrote before is seen");
      P::check(sides[index].wait() == meeting::met, "they meet again");
    }
  }

  void after() {}
};

// Both sides give up once or not at all in each round, and resume. They meet once for each arrival all the
// same, also where the generation wraps around in between.
template <checker_policy P, class Kind, int Rounds>
struct giving_up_keeps_the_arrival_base {
  static constexpr unsigned threads = 2;
  tiny_sides<P, Kind> sides;

  void thread(unsigned index) {
    auto& mine = sides[index];
    for (int round = 1; round <= Rounds; ++round) {
      mine.held().set(10 * round + static_cast<int>(index));
      const meeting tried = mine.try_wait();
      P::check(tried != meeting::disconnected, "nobody has left");
      if (tried == meeting::not_yet) {
        P::check(mine.wait() == meeting::met, "the arrival that gave up is resumed");
      }
      P::check(mine.held().get() == 10 * round + static_cast<int>(index ^ 1u), "they have met once");
    }
  }

  void after() {}
};

// Where something else tells one side that the other has arrived, its look meets it.
template <checker_policy P, class Kind>
struct an_arrival_is_not_overlooked_base {
  static constexpr unsigned threads = 2;
  data_sides<P, Kind> sides;
  typename P::template atomic<int> told{0};

  void thread(unsigned index) {
    auto& mine = sides[index];
    if (index == 0) {
      mine.held().set(7);
      const meeting tried = mine.try_wait();
      // release: pairs with the acquire below.
      told.store(1, std::memory_order_release);
      if (tried == meeting::not_yet) P::check(mine.wait() == meeting::met, "they meet");
      P::check(mine.held().get() == 8, "the other side's datum is here");
    } else {
      mine.held().set(8);
      P::await(
          told, std::memory_order_acquire, [](int is) { return is == 1; }, typename P::waiter());
      P::check(mine.try_wait() == meeting::met, "the arrival is seen");
      P::check(mine.held().get() == 7, "and what was written before it");
    }
  }

  void after() {}
};

}  // namespace stillpoint::verify::clients
