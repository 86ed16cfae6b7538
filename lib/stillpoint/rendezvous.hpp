// SPDX-License-Identifier: BSL-1.0
//
// rendezvous: two threads wait for each other, again and again, and with rendezvous_data they change places
// at what they hold each time they meet.
//
// For a pair of threads that work in step: a producer and a consumer with a buffer each, the two halves of a
// simulation, a device's driver and its double. Meeting takes one store and the loads that wait for the other
// side; no read-modify-write, no fence, no system call unless the waiting takes long. Data are never copied
// or moved: the sides exchange which of the two they may access.
//
// Costs. Two cache lines (and two for each datum), and an allocation at the beginning. Each meeting costs the
// time in which a cache line travels from one core to the other, both ways.
//
// Do not use it for more than two threads (std::barrier), nor when one side should not wait for the other (a
// queue, or atomic_value).
//
// Progress. wait, swap: blocking, on the other side's arrival only. try_wait: wait-free, one store and one
// load.
//
// What the caller owes (the clients that check each guarantee rely on these):
//   1. Each endpoint is used by one thread at a time; handing it to another needs synchronization.
//   2. After a call that gave up (not_yet), the side touches nothing that the other side may access, until a
//      later call has met: the arrival stands, and the other may be past the meeting.
//   3. A reference from swap() or held() is not used after the next call that meets.
//
// What the class owes: neither_side_passes_early, writes_before_are_seen_after, each_datum_has_one_holder,
// generations_wrap_around_unharmed, giving_up_keeps_the_arrival, an_arrival_is_not_overlooked,
// a_side_that_leaves_is_noticed, an_arrival_outlives_its_side, the_last_to_leave_cleans_up.
// docs/rendezvous.md says what each means and how it is checked.
//
// rendezvous_storage.hpp has the same without a heap.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <limits>
#include <utility>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/rendezvous_endpoint.hpp"
#include "stillpoint/std_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

namespace detail {

// A place that goes when both its endpoints have gone.
template <class T, atomics_policy P, std::unsigned_integral Word, unsigned GenerationBits>
class owned_place : public rendezvous_place<T, P, Word, GenerationBits> {
 public:
  using rendezvous_place<T, P, Word, GenerationBits>::rendezvous_place;

  static void leave(owned_place* from, unsigned side) {
    from->point.leave(side);
    // A read-modify-write, at the end of life only: that exactly one of two sides finds itself the last
    // cannot be had from loads and stores without one waiting for the other. acq_rel: pairs with itself on
    // the other side. The first side's last access comes before the destruction.
    if (from->one_has_left_.exchange(true, std::memory_order_acq_rel)) P::destroy(from);
  }

 private:
  typename P::template atomic<bool> one_has_left_{false};
};

}  // namespace detail

// One side of a rendezvous. Movable; an empty one (default-constructed or moved from) is no side of any. When
// it is destroyed, the other side finds itself disconnected. Word and GenerationBits say how wide the counter
// of meetings is; it wraps around, and a checker makes it two bits wide to see that.
template <atomics_policy P, std::unsigned_integral Word = std::size_t,
          unsigned GenerationBits = std::numeric_limits<Word>::digits - 1>
using basic_rendezvous = detail::rendezvous_endpoint<detail::owned_place<void, P, Word, GenerationBits>>;

template <atomics_policy P = std_policy>
using rendezvous = basic_rendezvous<P>;

// One side of a rendezvous that holds one of two T, and changes to the other at each meeting.
template <class T, atomics_policy P, std::unsigned_integral Word = std::size_t,
          unsigned GenerationBits = std::numeric_limits<Word>::digits - 1>
using basic_rendezvous_data =
    detail::rendezvous_data_endpoint<detail::owned_place<T, P, Word, GenerationBits>>;

template <class T, atomics_policy P = std_policy>
using rendezvous_data = basic_rendezvous_data<T, P>;

// Both sides of a new rendezvous. Errors: what P::create throws.
template <atomics_policy P = std_policy, std::unsigned_integral Word = std::size_t,
          unsigned GenerationBits = std::numeric_limits<Word>::digits - 1>
[[nodiscard]] std::pair<basic_rendezvous<P, Word, GenerationBits>, basic_rendezvous<P, Word, GenerationBits>>
make_rendezvous() {
  using place = detail::owned_place<void, P, Word, GenerationBits>;
  return detail::endpoints_of<basic_rendezvous<P, Word, GenerationBits>>(*P::template create<place>());
}

// The same with data: what each side holds at first is a T(), or made of the argument for it.
// Errors: what P::create throws, or the construction of a T.
template <class T, atomics_policy P = std_policy, std::unsigned_integral Word = std::size_t,
          unsigned GenerationBits = std::numeric_limits<Word>::digits - 1, class... Initial>
requires(sizeof...(Initial) == 0 || sizeof...(Initial) == 2) [[nodiscard]] std::pair<
    basic_rendezvous_data<T, P, Word, GenerationBits>,
    basic_rendezvous_data<T, P, Word, GenerationBits>> make_rendezvous_data(Initial&&... initial) {
  using place = detail::owned_place<T, P, Word, GenerationBits>;
  return detail::endpoints_of<basic_rendezvous_data<T, P, Word, GenerationBits>>(
      *P::template create<place>(std::forward<Initial>(initial)...));
}

}  // namespace stillpoint

#pragma GCC diagnostic pop
