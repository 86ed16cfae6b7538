// SPDX-License-Identifier: BSL-1.0
//
// Constructors that throw, and destructors that call the value they were stored in.
#pragma once

#include <exception>

#include "stillpoint/atomic_value.hpp"
#include "verify/client.hpp"
#include "verify/clients/atomic_value/values.hpp"

namespace stillpoint::verify::clients {

struct will_not_be_made : std::exception {};

// Making it fails for some numbers.
template <class P>
struct fragile : two_halves<P> {
  explicit fragile(unsigned number) : two_halves<P>(number) {
    if (number == 0) throw will_not_be_made();
  }
};

template <checker_policy P, class Kind>
struct failed_stores_change_nothing_base {
  static constexpr unsigned threads = 2;
  typename Kind::template domain<P> domain;
  typename Kind::template value<fragile<P>, P> value{domain, reclaim_after{1}};

  failed_stores_change_nothing_base() { value.emplace(1u); }

  void thread(unsigned index) {
    if (index == 0) {
      const bool failed = fails([this] { value.emplace(0u); }) &&
                          fails([this] { value.update([](const auto&) { return fragile<P>(0); }); });
      P::check(failed, "who cannot make the value is told so");
    } else {
      P::check(value.load()->number() == 1, "and the old one is in place");
    }
  }

  void after() {
    P::check(value.load()->number() == 1, "and stays there");
    value.emplace(2u);
    P::check(value.load()->number() == 2, "until another one is made");
  }

 private:
  template <class F>
  static bool fails(F f) {
    try {
      f();
    } catch (const will_not_be_made&) {
      return true;
    }
    return false;
  }
};

// When it is destroyed it looks at its home, and leaves an heir there if it may.
template <class P, class Kind>
class testator {
 public:
  using home_type = typename Kind::template value<testator, P>;

  testator(home_type& home, unsigned heirs) : home_(home), heirs_(heirs) {}
  testator(const testator&) = delete;
  testator& operator=(const testator&) = delete;
  ~testator() {
    const auto now = home_.load();
    if (now) P::check(now->heirs() <= 1, "what a destructor loads is whole");
    if (P::read(heirs_) != 0) home_.emplace(home_, P::read(heirs_) - 1);
  }

  unsigned heirs() const { return P::read(heirs_); }

 private:
  home_type& home_;
  typename P::template plain<unsigned> heirs_;
};

template <checker_policy P, class Kind>
struct destructors_may_store_and_load_base {
  static constexpr unsigned threads = 2;
  typename Kind::template domain<P> domain;
  typename Kind::template value<testator<P, Kind>, P> value{domain, reclaim_after{1}};

  destructors_may_store_and_load_base() { value.emplace(value, 1u); }

  void thread(unsigned index) {
    if (index == 0) {
      value.emplace(value, 0u);
    } else {
      P::check(value.load()->heirs() <= 1, "readers are not in the way");
    }
  }

  void after() {}
};

}  // namespace stillpoint::verify::clients
