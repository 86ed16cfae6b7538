// SPDX-License-Identifier: BSL-1.0
//
// What a load returns: nothing at first, then what was stored, and never again what was there before.
#pragma once

#include "verify/client.hpp"
#include "verify/clients/atomic_value/kinds.hpp"
#include "verify/clients/atomic_value/values.hpp"

namespace stillpoint::verify::clients {

template <checker_policy P, class Kind>
struct starts_empty_base : value_world<P, Kind, never> {
  static constexpr unsigned threads = 2;

  starts_empty_base() { P::check(!this->value.load() && !this->value.load_shared(), "empty at first"); }

  void thread(unsigned index) {
    if (index == 0) {
      this->value.emplace(1u);
    } else {
      const auto seen = this->value.load();
      P::check(!seen || seen->number() == 1, "nothing, or the whole first value");
    }
  }

  void after() { P::check(bool(this->value.load()), "and then no longer"); }
};

template <checker_policy P, class Kind>
struct loads_return_what_was_stored_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = 2;

  void thread(unsigned index) {
    if (index == 0) {
      this->value.emplace(1u);
      this->value.store(two_halves<P>(2));
    } else {
      const auto seen = this->value.load();
      if (seen) P::check(seen->number() == 1 || seen->number() == 2, "a value that was stored");
    }
  }

  void after() { P::check(this->value.load()->number() == 2, "the last one stays"); }
};

template <checker_policy P, class Kind>
struct reads_never_go_back_base : value_world<P, Kind, never> {
  static constexpr unsigned threads = 2;

  void thread(unsigned index) {
    if (index == 0) {
      this->value.emplace(1u);
      this->value.emplace(2u);
    } else {
      const unsigned earlier = number(this->value.load());
      const unsigned later = number(this->value.load());
      P::check(earlier <= later, "a thread's loads never go back in time");
    }
  }

  void after() {}

 private:
  template <class Snapshot>
  static unsigned number(const Snapshot& seen) {
    return seen ? seen->number() : 0;
  }
};

}  // namespace stillpoint::verify::clients
