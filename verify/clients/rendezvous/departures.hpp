// SPDX-License-Identifier: BSL-1.0
//
// A side that leaves: the other one notices, and the last to leave cleans up.
#pragma once

#include <utility>

#include "stillpoint/rendezvous.hpp"
#include "verify/client.hpp"
#include "verify/clients/rendezvous/kinds.hpp"

namespace stillpoint::verify::clients {

// One side meets `Meetings` times and leaves; the other waits once more: it is told so, again and again, sees
// what was done last, and keeps what it holds. Nothing else ends its wait, so a departure that is not noticed
// is a deadlock.
template <checker_policy P, class Kind, int Meetings>
struct a_side_that_leaves_is_noticed_base {
  static constexpr unsigned threads = 2;
  tiny_sides<P, Kind> sides;
  typename P::template plain<int> last_words{0};

  void thread(unsigned index) {
    auto& mine = sides[index];
    for (int meeting = 0; meeting < Meetings; ++meeting) {
      P::check(mine.wait() == meeting::met, "they meet");
    }
    if (index == 0) {
      P::write(last_words, 5);
      { const auto gone = std::move(mine); }
      return;
    }
    mine.held().set(3);
    // The other may leave before or after.
    const meeting tried = mine.try_wait();
    P::check(tried != meeting::met, "the other side does not come");
    P::check(mine.wait() == meeting::disconnected, "it is noticed that the other side has left");
    P::check(P::read(last_words) == 5, "what it did before is seen");
    P::check(mine.wait() == meeting::disconnected, "and again");
    P::check(mine.try_wait() == meeting::disconnected, "and again");
    P::check(mine.held().get() == 3, "what was held is still held");
  }

  void after() {}
};

// One side arrives and leaves without waiting: it is met all the same, and what it held is taken over. After
// that it is gone.
template <checker_policy P, class Kind>
struct an_arrival_outlives_its_side_base {
  static constexpr unsigned threads = 2;
  data_sides<P, Kind> sides;

  void thread(unsigned index) {
    auto& mine = sides[index];
    mine.held().set(static_cast<int>(index) + 1);
    if (index == 0) {
      auto leaving = std::move(mine);
      P::check(leaving.try_wait() != meeting::disconnected, "the other side does not leave first");
    } else {
      P::check(mine.wait() == meeting::met, "the arrival counts");
      P::check(mine.held().get() == 1, "what the other side held is here");
      P::check(mine.wait() == meeting::disconnected, "and then it is gone");
      P::check(mine.held().get() == 1, "and leaves this side what it holds");
    }
  }

  void after() {}
};

// Both sides use what they hold until they leave, in either order or at once: what they share goes after the
// last use, and once. The engines watch the heap: a leak, a use after the end or a second end is an error.
template <checker_policy P, class Kind>
struct the_last_to_leave_cleans_up_base {
  static constexpr unsigned threads = 2;
  data_sides<P, Kind> sides;

  void thread(unsigned index) {
    auto mine = std::move(sides[index]);
    const meeting result = mine.try_wait();
    if (result == meeting::not_yet) return;
    mine.held().set(mine.held().get() + 1);
  }

  void after() {
    P::check(!sides[0] && !sides[1], "both have left");
    P::check(sides.are_given_out_once(), "nobody gets a side that has left");
  }
};

}  // namespace stillpoint::verify::clients
