// SPDX-License-Identifier: BSL-1.0
//
// The trackers that the clients run on: small ones, so that every execution can be looked at.
#pragma once

#include <cstdint>

#include "models/tracker.hpp"
#include "stillpoint/tracker.hpp"
#include "verify/clients/tracker/policies.hpp"

namespace stillpoint::verify::clients {

// Which tracker the clients run on.
struct small_trackers {
  static constexpr tracker_shape one_owner_shape{2, 1, 1, 7, 1};
  static constexpr tracker_shape two_owners_shape{2, 2, 1, 7, 1};
  static constexpr tracker_shape two_seats_shape{2, 1, 1, 7, 2};
  static constexpr tracker_shape two_shared_shape{2, 1, 2, 7, 1};
  static constexpr tracker_shape four_slots_shape{4, 1, 1, 7, 1};
  static constexpr tracker_shape four_generations_shape{2, 1, 1, 2, 1};
  using model = models::basic_tracker<128, 1>;

  template <class P>
  using one_owner = basic_tracker<P, one_owner_shape, std::uint8_t>;
  template <class P>
  using two_owners = basic_tracker<P, two_owners_shape, std::uint8_t>;
  template <class P>
  using two_seats = basic_tracker<P, two_seats_shape, std::uint8_t>;
  template <class P>
  using no_owner = basic_tracker<without_owned_stripes<P>, one_owner_shape, std::uint8_t>;
  template <class P>
  using counted = basic_tracker<counting<P>, one_owner_shape, std::uint8_t>;
  template <class P>
  using two_shared = basic_tracker<without_owned_stripes<P>, two_shared_shape, std::uint8_t>;
  template <class P>
  using four_slots = basic_tracker<P, four_slots_shape, std::uint8_t>;
  template <class P>
  using four_generations = basic_tracker<P, four_generations_shape, std::uint8_t>;
};

}  // namespace stillpoint::verify::clients
