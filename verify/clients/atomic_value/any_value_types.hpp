// SPDX-License-Identifier: BSL-1.0
//
// What any_value guarantees besides: its first store fixes the type.
#pragma once

#include <array>
#include <cstddef>
#include <stdexcept>

#include "models/atomic_value.hpp"
#include "stillpoint/any_value.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/snapshot_domain.hpp"
#include "verify/client.hpp"
#include "verify/clients/atomic_value/kinds.hpp"
#include "verify/clients/atomic_value/values.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::clients {

// Two types that any_value tells apart.
template <class P>
struct one_type : two_halves<P> {
  using two_halves<P>::two_halves;
};

template <class P>
struct other_type : two_halves<P> {
  using two_halves<P>::two_halves;
};

template <class P, std::size_t Batch>
struct any_world {
  snapshot_domain<P> domain;
  any_value<P> value{domain, reclaim_after{Batch}};

  // The type of what is there: 0 for nothing.
  unsigned type() const {
    const auto seen = value.load();
    if (!seen) return 0;
    P::check(seen.template holds<one_type<P>>() != seen.template holds<other_type<P>>(), "of one type");
    if (const auto* const one = seen.template get<one_type<P>>()) {
      P::check(one->number() == 1, "whole, and of its type");
      return 1;
    }
    P::check(seen.template get<other_type<P>>()->number() == 2, "whole, and of its type");
    return 2;
  }

  // Whether it was refused.
  template <class F>
  static bool refuses(F f) {
    try {
      f();
    } catch (const std::invalid_argument&) {
      return true;
    }
    return false;
  }

  template <class T>
  bool store_refused(unsigned number) {
    return refuses([&] { value.store(T(number)); });
  }
};

// Two first stores of different types, in each of the ways to store.
template <checker_policy P, bool ByStore>
struct first_store_fixes_the_type_base : any_world<P, 1> {
  static constexpr unsigned threads = 2;
  std::array<bool, threads> refused{};

  void thread(unsigned index) {
    if (index == 0) {
      refused[index] = this->template store_refused<one_type<P>>(1);
    } else {
      refused[index] = second_refused();
    }
    P::check(this->type() != 0, "who stored, or was refused, finds a value");
  }

  void after() {
    P::check(refused[0] != refused[1], "one of them was first, the other was refused");
    P::check(this->type() == (refused[0] ? 2u : 1u), "the first value is in place");
    P::check(this->refuses([this] { this->value.store(nullptr); }), "nothing is no value");
  }

 private:
  bool second_refused() {
    if constexpr (ByStore) return this->template store_refused<other_type<P>>(2);
    if (P::choose(2) == 0) {
      return this->refuses([this] {
        const auto previous = this->value.swap(other_type<P>(2));
        P::check(!previous, "the first swap replaces nothing");
      });
    }
    return this->refuses([this] {
      const bool done = this->value.compare_exchange(nullptr, other_type<P>(2));
      P::check(done, "of another type, or first");
    });
  }
};

// A load during the first store.
template <checker_policy P>
struct load_during_the_first_store_base : any_world<P, never> {
  static constexpr unsigned threads = 2;

  void thread(unsigned index) {
    if (index == 0) {
      this->value.store(one_type<P>(1));
    } else {
      const unsigned earlier = this->type();
      P::check(earlier <= this->type(), "nothing, or the whole value, and then always");
    }
  }

  void after() {}
};

// Two of the same type, one of them by compare-and-swap.
template <checker_policy P>
struct any_compare_exchange_base : any_world<P, never> {
  static constexpr unsigned threads = 2;
  std::array<bool, threads> done{};

  any_compare_exchange_base() { this->value.store(one_type<P>(1)); }

  void thread(unsigned index) {
    if (index == 0) {
      done[index] = this->value.compare_exchange(one_type<P>(1), one_type<P>(2));
    } else {
      auto expected = this->value.load();
      const unsigned number = expected.template get<one_type<P>>()->number();
      done[index] = this->value.compare_exchange(expected, one_type<P>(number + 2));
    }
  }

  void after() {
    const auto left = this->value.load();
    const unsigned number = left.template get<one_type<P>>()->number();
    const unsigned by_both = done[0] && done[1] ? 4 : done[0] ? 2 : 3;
    P::check(done[0] || done[1], "one of them was first");
    P::check(number == by_both, "and each replaced only what it expected");
    P::check(this->refuses([this] {
      static_cast<void>(this->value.compare_exchange(one_type<P>(1), other_type<P>(1)));
    }) && this->refuses([this] {
      static_cast<void>(this->value.compare_exchange(other_type<P>(1), other_type<P>(1)));
    }),
             "mistakes are refused");
  }
};

// Typed calls, recorded with their results, against the model.
template <checker_policy P>
struct typed_calls_agree_with_the_model_base : any_world<P, never> {
  using operation = models::value_operation;
  using action = models::value_action;
  static constexpr unsigned threads = 2;
  history<P, operation, threads + 1, 2> calls{};

  void thread(unsigned index) {
    auto& store = calls.invoke(index, {action::store, index, index + 1, index + 1});
    store.operation.refused = index == 0 ? this->template store_refused<one_type<P>>(1)
                                         : this->template store_refused<other_type<P>>(2);
    calls.respond(store);
    load(index);
  }

  void after() {
    load(threads);
    P::check(bool(linearizable(calls, models::atomic_value())),
             "there is an order of the calls that the model allows");
  }

 private:
  void load(unsigned index) {
    auto& call = calls.invoke(index, {action::load, index});
    const unsigned type = this->type();
    if (type != 0) call.operation.found = type;
    calls.respond(call);
  }
};

}  // namespace stillpoint::verify::clients
