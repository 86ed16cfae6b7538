// SPDX-License-Identifier: BSL-1.0
//
// The policies under which a thread owns no stripe until it asks for one the first time: the stripes are
// those of the registry that std_policy uses, in the engine's own atomics. So whoever scans stripes may come
// before the first use of one, beside it, or after it.
//
// A client that runs on them has a `stripes` as its first member.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <source_location>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/stripe_registry.hpp"

namespace stillpoint::verify::clients {

// What a client's threads have claimed. One client exists at a time.
template <class P>
class claimed_stripes {
  using registry = stillpoint::detail::stripe_registry<P::template atomic, P::owned_stripe_limit>;

 public:
  claimed_stripes() {
    mine_.fill(not_asked);
    current_ = this;
  }
  claimed_stripes(const claimed_stripes&) = delete;
  claimed_stripes& operator=(const claimed_stripes&) = delete;
  ~claimed_stripes() { current_ = nullptr; }

  static claimed_stripes& of_client() { return *current_; }

  std::size_t of_thread() {
    const std::size_t thread = P::steady_stripe();
    if (thread == no_stripe) return no_stripe;
    if (mine_[thread] == not_asked) mine_[thread] = given_.claim();
    return mine_[thread];
  }

  std::size_t in_use() const { return given_.in_use(); }

 private:
  static constexpr std::size_t not_asked = no_stripe - 1;

  static inline claimed_stripes* current_ = nullptr;
  registry given_;
  // Each used by the thread alone whose number it has.
  std::array<std::size_t, P::owned_stripe_limit> mine_{};
};

// The first two threads claim a stripe when they ask first.
template <class P>
struct claiming_stripes : P {
  using stripes = claimed_stripes<P>;

  static std::size_t owned_stripe() { return stripes::of_client().of_thread(); }
  static std::size_t steady_stripe() { return owned_stripe(); }
  static std::size_t quick_stripe(std::size_t limit) {
    const std::size_t mine = owned_stripe();
    return mine < limit ? mine : no_stripe;
  }
  static std::size_t stripes_in_use() { return stripes::of_client().in_use(); }
};

// A platform's mistakes, to be found. Here a thread is said to use its stripe only after it announced
// something there, and ran its light fence.
template <class P>
struct in_use_once_announced : claiming_stripes<P> {
  using location = std::source_location;

  static std::size_t quick_stripe(std::size_t limit) {
    const std::size_t mine = P::steady_stripe();
    return mine < limit ? mine : no_stripe;
  }
  static std::size_t owned_stripe() { return quick_stripe(P::owned_stripe_limit); }
  static void quick_light_fence(location where = location::current()) {
    P::quick_light_fence(where);
    claiming_stripes<P>::owned_stripe();
  }
};

// And here whoever scans has asked how many stripes are in use before it ran the heavy fence.
template <class P>
struct asked_before_the_fence : claiming_stripes<P> {
  using location = std::source_location;

  struct stripes : claimed_stripes<P> {
    // By the one thread that scans.
    std::size_t asked = 0;

    static stripes& of_client() { return static_cast<stripes&>(claimed_stripes<P>::of_client()); }
  };

  static void heavy_fence(location where = location::current()) {
    stripes::of_client().asked = stripes::of_client().in_use();
    P::heavy_fence(where);
  }
  static std::size_t stripes_in_use() { return stripes::of_client().asked; }
};

}  // namespace stillpoint::verify::clients
