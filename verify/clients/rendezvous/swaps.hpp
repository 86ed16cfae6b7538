// SPDX-License-Identifier: BSL-1.0
//
// Each datum that is swapped has one holder.
#pragma once

#include <utility>

#include "stillpoint/rendezvous.hpp"
#include "verify/client.hpp"
#include "verify/clients/rendezvous/kinds.hpp"

namespace stillpoint::verify::clients {

// Each side marks what it holds and swaps it: it finds the other's mark, of the same round. Both write, so
// that two holders of one datum are a data race.
template <checker_policy P, class Sides, int Swaps>
struct swapping {
  static constexpr unsigned threads = 2;
  Sides sides;

  static int mark(unsigned index, int swap) { return 10 * swap + static_cast<int>(index); }

  void thread(unsigned index) {
    sides[index].held().set(mark(index, 0));
    for (int swap = 1; swap <= Swaps; ++swap) {
      cell<P>& held = sides[index].swap();
      P::check(held.get() == mark(index ^ 1u, swap - 1), "the other side's mark of this round is found");
      held.set(mark(index, swap));
    }
  }

  void after() { P::check(&sides[0].held() != &sides[1].held(), "each datum has one holder"); }
};

// The same with borrows, each of which consumes the one before; at last one side leaves, and the other's
// borrow stays what it was.
template <checker_policy P, class Kind>
struct swapping_borrows {
  static constexpr unsigned threads = 2;
  data_sides<P, Kind> sides;

  void thread(unsigned index) {
    auto first = std::move(sides[index]).borrow();
    first->set(static_cast<int>(index));
    auto second = std::move(first).swap();
    P::check(second->get() == static_cast<int>(index ^ 1u), "the other side's mark is found");
    second->set(static_cast<int>(index) + 2);
    auto third = std::move(second).swap();
    P::check((*third).get() == static_cast<int>(index ^ 1u) + 2, "and the next one");
    if (index == 0) return;
    third->set(9);
    meeting result = meeting::met;
    const auto last = std::move(third).swap(result);
    P::check(result == meeting::disconnected && last->get() == 9, "the other side has left");
  }

  void after() { P::check(!sides[0] && !sides[1], "both have left"); }
};

}  // namespace stillpoint::verify::clients
