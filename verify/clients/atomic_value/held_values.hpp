// SPDX-License-Identifier: BSL-1.0
//
// What a reader holds stays alive while others replace it.
#pragma once

#include <array>
#include <atomic>
#include <optional>

#include "stillpoint/detail/slot_list.hpp"
#include "verify/client.hpp"
#include "verify/clients/atomic_value/kinds.hpp"
#include "verify/clients/atomic_value/policies.hpp"
#include "verify/clients/atomic_value/values.hpp"

namespace stillpoint::verify::clients {

// Readers hold, each `Held` snapshots, what a writer replaces and would destroy at once.
template <checker_policy P, class Kind, unsigned Readers, unsigned Held, unsigned Stores>
struct held_values_stay_alive_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = Readers + 1;

  held_values_stay_alive_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    if (index == Readers) {
      for (unsigned n = 1; n <= Stores; ++n) this->value.emplace(n);
      return;
    }
    std::array<typename held_values_stay_alive_base::snapshot, Held> held;
    for (auto& each : held) each = this->value.load();
    for (auto& each : held) P::check(each->number() <= Stores, "a held value is there");
  }

  void after() { P::check(this->value.load()->number() == Stores, "and the last one, too"); }
};

// Two writers, of which one looks after both.
template <checker_policy P, class Kind>
struct one_looks_after_both_base : value_world<P, Kind, never> {
  static constexpr unsigned threads = 3;

  one_looks_after_both_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    if (index == 0) {
      P::check(this->value.load()->number() <= 2, "a held value is there");
    } else {
      this->value.emplace(index);
      if (index == 1) this->value.reclaim();
    }
  }

  void after() {}
};

// A reader that loads twice: its slot is used again, and its first value is no longer protected.
template <checker_policy P, class Kind, unsigned Readers>
struct slots_are_used_again_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = Readers + 1;

  slots_are_used_again_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    if (index == Readers) {
      this->value.emplace(1u);
      return;
    }
    const unsigned earlier = this->value.load()->number();
    const unsigned later = this->value.load()->number();
    P::check(earlier <= later && later <= 1, "each is there while it is held");
  }

  void after() {}
};

// Two readers that come by the same free place in the list of those that own no slot.
template <checker_policy P, class Kind>
struct free_place_is_taken_once_base : value_world<without_stripes<P>, Kind, 1> {
  static constexpr unsigned threads = 3;

  // Leaves the place behind.
  free_place_is_taken_once_base() {
    this->value.emplace(0u);
    P::check(bool(this->value.load()), "there is a value to load");
  }

  void thread(unsigned index) {
    if (index == 2) {
      this->value.emplace(1u);
    } else {
      P::check(this->value.load()->number() <= 1, "a held value is there");
    }
  }

  void after() {}
};

// What the list of places itself has to give: who takes a place, or finds its key replaced, comes after who
// had it before.
template <checker_policy P>
struct places_are_handed_over_base {
  static constexpr unsigned threads = 2;
  stillpoint::detail::slot_list<P, unsigned> places;
  typename stillpoint::detail::slot_list<P, unsigned>::slot* const first = places.claim(1);
  // For whoever has the first place.
  typename P::template plain<unsigned> users{0u};

  places_are_handed_over_base() { first->store(0, std::memory_order_release); }

  void thread(unsigned index) {
    if (index == 1) {
      places.for_each([this](unsigned key) {
        if (key == 2) P::check(P::read(users) == 1, "whose key was replaced is done with what it did before");
      });
    }
    auto* const mine = places.claim(1);
    if (mine == first) P::write(users, P::read(users) + 1);
    // release: pairs with the acquire in for_each, and then in claim.
    if (index == 0) mine->store(2, std::memory_order_release);
    mine->store(0, std::memory_order_release);
  }

  void after() { P::check(P::read(users) <= threads, "one at a time"); }
};

// A snapshot is taken by one thread and given up by another, while the first one goes on loading.
template <checker_policy P, class Kind>
struct snapshots_may_change_threads_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = 3;
  mailbox<P, typename snapshots_may_change_threads_base::snapshot> sent;

  snapshots_may_change_threads_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    if (index == 0) {
      sent.put(this->value.load());
      P::check(this->value.load()->number() <= 1, "who sent a snapshot loads another");
    } else if (index == 1) {
      const auto received = sent.take();
      P::check(received->number() <= 1, "a snapshot holds wherever it is");
    } else {
      this->value.emplace(1u);
    }
  }

  void after() {}
};

// Owners are copied and sent, and read after the atomic_value's end.
template <checker_policy P, class Kind>
struct shared_owners_outlive_the_value_base {
  static constexpr unsigned threads = 3;
  using world = value_world<P, Kind, 1>;
  std::optional<world> home;
  typename world::owner kept;
  mailbox<P, typename world::owner> sent;

  shared_owners_outlive_the_value_base() {
    home.emplace();
    home->value.emplace(0u);
  }

  void thread(unsigned index) {
    if (index == 0) {
      kept = home->value.load_shared();
      sent.put(kept);
    } else if (index == 1) {
      const auto received = sent.take();
      P::check(received->number() <= 1, "a copy is an owner");
    } else {
      home->value.emplace(1u);
    }
  }

  void after() {
    home.reset();
    P::check(kept->number() <= 1, "an owner's value outlives the atomic_value");
  }
};

}  // namespace stillpoint::verify::clients
