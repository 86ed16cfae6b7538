// SPDX-License-Identifier: BSL-1.0
//
// The calls that replace what they have read: swap, compare_exchange and update.
#pragma once

#include <array>
#include <cstddef>

#include "verify/client.hpp"
#include "verify/clients/atomic_value/kinds.hpp"
#include "verify/clients/atomic_value/values.hpp"

namespace stillpoint::verify::clients {

template <checker_policy P, class Kind>
struct swap_returns_what_it_replaced_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = 2;
  std::array<unsigned, threads> returned{};

  void thread(unsigned index) {
    const auto previous = this->value.swap(two_halves<P>(index + 1));
    returned[index] = previous ? previous->number() : 0;
  }

  void after() {
    const unsigned left = this->value.load()->number();
    P::check((returned[0] == 0) != (returned[1] == 0), "one of them replaced nothing");
    P::check(returned[0] + returned[1] + left == 3, "and each value is returned, or left, once");
  }
};

// Two that expect the same value, of which one can find it.
template <checker_policy P, class Kind>
struct compare_exchange_by_value_base : value_world<P, Kind, never> {
  static constexpr unsigned threads = 2;
  std::array<bool, threads> done{};

  compare_exchange_by_value_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    done[index] = this->value.compare_exchange(two_halves<P>(0), two_halves<P>(index + 1));
  }

  void after() {
    P::check(done[0] != done[1], "one of them found what it expected");
    P::check(this->value.load()->number() == (done[0] ? 1u : 2u), "and its value is there");
  }
};

// By identity an equal value is another one.
template <checker_policy P, class Kind, std::size_t Batch>
struct compare_exchange_by_identity_base : value_world<P, Kind, Batch> {
  static constexpr unsigned threads = 2;
  bool done = false;

  compare_exchange_by_identity_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    if (index == 0) {
      auto expected = this->value.load();
      const unsigned number = expected->number();
      done = this->value.compare_exchange(expected, two_halves<P>(1));
      P::check(done == !expected, "a snapshot that was replaced is given up");
      if (number == 4) P::check(done, "the last value is not replaced by another one");
    } else {
      this->value.emplace(4u);
    }
  }

  void after() {
    const unsigned left = this->value.load()->number();
    P::check(done ? left == 1 || left == 4 : left == 4, "only what was expected is replaced");
  }
};

// Two that expect nothing, of which one can find it.
template <checker_policy P, class Kind>
struct compare_exchange_with_nothing_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = 2;
  std::array<bool, threads> done{};

  void thread(unsigned index) {
    typename compare_exchange_with_nothing_base::snapshot nothing;
    done[index] = this->value.compare_exchange(nothing, two_halves<P>(index + 1));
    P::check(bool(this->value.load()), "there is a value now");
  }

  void after() {
    P::check(done[0] != done[1], "one of them was first");
    P::check(this->value.load()->number() == (done[0] ? 1u : 2u), "and its value is there");
  }
};

template <checker_policy P, class Kind, unsigned Writers, unsigned Updates>
struct no_update_is_lost_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = Writers;

  void thread(unsigned) {
    for (unsigned n = 0; n < Updates; ++n) {
      this->value.update([](const auto& now) { return two_halves<P>(now ? now->number() + 1 : 1); });
    }
  }

  void after() { P::check(this->value.load()->number() == Writers * Updates, "each update counts once"); }
};

}  // namespace stillpoint::verify::clients
