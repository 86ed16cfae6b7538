// SPDX-License-Identifier: BSL-1.0
//
// rendezvous_storage: a rendezvous, with or without data to swap, in memory that the caller provides: a
// static object, a stack, a shared mapping. Freestanding: no heap, no exceptions, no library behind it, and
// no read-modify-write in any operation, not even at the end of its life. See rendezvous.hpp for what a
// rendezvous is, and docs/rendezvous.md.
//
// It can be constinit, if T can.
//
// What the caller owes beyond that: the storage outlives both endpoints.
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <utility>

#include "stillpoint/detail/failure.hpp"
#include "stillpoint/detail/rendezvous_endpoint.hpp"
#include "stillpoint/detail/typestate.hpp"
#include "stillpoint/freestanding_policy.hpp"
#include "stillpoint/load_store_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

template <class T = void, load_store_policy P = freestanding_policy,
          std::unsigned_integral Word = std::size_t,
          unsigned GenerationBits = std::numeric_limits<Word>::digits - 1>
class rendezvous_storage {
  struct place : detail::rendezvous_place<T, P, Word, GenerationBits> {
    using detail::rendezvous_place<T, P, Word, GenerationBits>::rendezvous_place;

    static void leave(place* from, unsigned side) { from->point.leave(side); }
  };

 public:
  // As rendezvous, or as rendezvous_data.
  using endpoint = detail::endpoint_of<place>;

  rendezvous_storage() = default;
  // What each side holds at first.
  template <class First, class Second>
  constexpr rendezvous_storage(First&& first, Second&& second)
      : place_(std::forward<First>(first), std::forward<Second>(second)) {}
  rendezvous_storage(const rendezvous_storage&) = delete;
  rendezvous_storage& operator=(const rendezvous_storage&) = delete;

  // The two sides. To be called once.
  // Errors, where P::checked: std::logic_error if it was called before (where there are no exceptions, it
  // ends the program; where there is no operating system, by a trap).
  [[nodiscard]] std::pair<endpoint, endpoint> endpoints() STILLPOINT_LIFETIME_BOUND {
    if constexpr (P::checked) {
      if (P::read(given_out_)) [[unlikely]]
        detail::fail_logic("rendezvous_storage::endpoints: the endpoints were given out before");
      P::write(given_out_, true);
    }
    return detail::endpoints_of<endpoint>(place_);
  }

 private:
  place place_;
  typename P::template plain<bool> given_out_{false};
};

}  // namespace stillpoint

#pragma GCC diagnostic pop
