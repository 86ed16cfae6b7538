// SPDX-License-Identifier: BSL-1.0
//
// What cannot be written with a rendezvous.
#include "stillpoint/rendezvous.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

#include "stillpoint/rendezvous_storage.hpp"

namespace stillpoint::tests {

using data = rendezvous_data<int>;

void sides_are_moved_never_copied(rendezvous<>& side) {
  // must not compile: deleted
  rendezvous<> copy(side);
  rendezvous<> moved(std::move(side));
  // must not compile: deleted
  side = moved;
  side = std::move(moved);
  // must not compile: (no matching function|private|protected)
  rendezvous<> made_up(nullptr, 0u);
}

void no_result_is_overlooked(rendezvous<>& side) {
  // must not compile: ignoring return value of .*nodiscard
  side.wait();
  // must not compile: ignoring return value of .*nodiscard
  side.try_wait();
  // must not compile: ignoring return value of .*nodiscard
  side.wait_for(std::chrono::seconds(1));
  // must not compile: ignoring return value of .*nodiscard
  make_rendezvous();
  static_cast<void>(side.wait());
}

void without_data_nothing_is_swapped(rendezvous<>& side) {
  // must not compile: no member named 'swap'
  side.swap();
  // must not compile: no member named 'held'
  side.held();
  static_cast<void>(side.wait());
}

void a_swap_consumes_its_borrow(data& side) {
  // must not compile: ('this' argument .* rvalue|expects an rvalue|'this' argument discards)
  auto lent = side.borrow();
  auto borrow = std::move(side).borrow();
  // must not compile: ('this' argument .* rvalue|expects an rvalue|'this' argument discards)
  auto next = borrow.swap();
  // must not compile: ignoring return(ed)? value of .*nodiscard
  std::move(borrow).swap();
  // must not compile: deleted
  auto copy = borrow;
}

void without_a_clock_no_time_is_limited(rendezvous_storage<>::endpoint& side) {
  static_cast<void>(side.try_wait());
  // must not compile: (constraints not satisfied|no matching)
  static_cast<void>(side.wait_for(std::chrono::seconds(1)));
}

// Both or neither.
// must not compile: (no matching function|constraints not satisfied)
auto one_initial = make_rendezvous_data<int>(1);

rendezvous_storage<int, freestanding_policy, std::uint8_t, 2> small;
// must not compile: one generation back and one ahead have to differ
auto too_small = make_rendezvous<std_policy, std::uint8_t, 1>();

}  // namespace stillpoint::tests
