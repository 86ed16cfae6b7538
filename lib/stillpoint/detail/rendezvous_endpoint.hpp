// SPDX-License-Identifier: BSL-1.0
//
// One side's handle on a rendezvous, and on one that swaps data: what make_rendezvous and rendezvous_storage
// give out. Freestanding.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "stillpoint/detail/disconnected.hpp"
#include "stillpoint/detail/failure.hpp"
#include "stillpoint/detail/meeting_point.hpp"
#include "stillpoint/detail/typestate.hpp"
#include "stillpoint/load_store_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

// The two things that the sides hold, each on cache lines of its own.
template <class T, load_store_policy P>
class swapped_data {
 public:
  using value_type = T;

  swapped_data() = default;
  template <class First, class Second>
  constexpr swapped_data(First&& first, Second&& second)
      : data_{{std::in_place, std::forward<First>(first)}, {std::in_place, std::forward<Second>(second)}} {}

  T& operator[](unsigned index) { return data_[index].value; }

 private:
  // Not one alignas for each: of two, GCC 12 takes the last.
  struct alignas(P::cache_line > alignof(T) ? P::cache_line : alignof(T)) datum {
    datum() = default;
    template <class Argument>
    constexpr datum(std::in_place_t, Argument&& argument) : value(std::forward<Argument>(argument)) {}

    T value{};
  };

  datum data_[2];
};

template <load_store_policy P>
class swapped_data<void, P> {
 public:
  using value_type = void;
};

// What lies behind the two endpoints of a rendezvous.
template <class T, load_store_policy P, std::unsigned_integral Word, unsigned GenerationBits>
struct rendezvous_place {
  using policy = P;
  using value_type = T;

  rendezvous_place() = default;
  template <class First, class Second>
  constexpr rendezvous_place(First&& first, Second&& second)
      : data(std::forward<First>(first), std::forward<Second>(second)) {}

  meeting_point<P, Word, GenerationBits> point;
  [[no_unique_address]] swapped_data<T, P> data;
};

// Place is a rendezvous_place, or derived from one; Place::leave(place, side) is called when an endpoint
// goes.
template <class Place>
class rendezvous_endpoint {
 public:
  using policy = typename Place::policy;
  using waiter = typename policy::waiter;

  // Empty: no side of any rendezvous.
  rendezvous_endpoint() = default;
  rendezvous_endpoint(rendezvous_endpoint&& other) noexcept
      : place_(std::exchange(other.place_, nullptr)), side_(other.side_) {}
  rendezvous_endpoint& operator=(rendezvous_endpoint&& other) noexcept {
    if (this != &other) {
      leave();
      place_ = std::exchange(other.place_, nullptr);
      side_ = other.side_;
    }
    return *this;
  }
  ~rendezvous_endpoint() { leave(); }

  // Whether this is a side of a rendezvous: not default-constructed, not moved from.
  explicit operator bool() const noexcept { return place_ != nullptr; }

  // Arrives, and waits until the other side has arrived as often: met. Or disconnected, if it never will.
  // Resumes an arrival that gave up.
  // Errors, where policy::checked: std::logic_error if the endpoint is empty. The same holds for all below.
  [[nodiscard]] meeting wait(waiter how = waiter()) {
    require("rendezvous::wait: the endpoint is empty: moved from, or never made");
    return place_->point.wait(side_, std::move(how));
  }

  // The same without waiting: not_yet, if the other side was not seen to have arrived. One store, if there is
  // no arrival to resume, and one load.
  [[nodiscard]] meeting try_wait() {
    require("rendezvous::try_wait: the endpoint is empty: moved from, or never made");
    return place_->point.try_wait(side_);
  }

  // The same, waiting no longer than `at_most` and the pause of the waiter in which it ends: then not_yet.
  // Where the policy has a clock.
  template <class Duration>
  requires policy_provides_deadline<policy, Duration>
  [[nodiscard]] meeting wait_for(const Duration& at_most, waiter how = waiter()) {
    require("rendezvous::wait_for: the endpoint is empty: moved from, or never made");
    const typename policy::deadline end(at_most);
    for (;;) {
      const meeting seen = place_->point.try_wait(side_);
      if (seen != meeting::not_yet || end.passed()) return seen;
      how();
    }
  }

 protected:
  rendezvous_endpoint(Place* place, unsigned side) noexcept : place_(place), side_(side) {}

  template <class Endpoint, class AnyPlace>
  friend std::pair<Endpoint, Endpoint> endpoints_of(AnyPlace& place);

  void require([[maybe_unused]] const char* text) const {
    if constexpr (policy::checked) {
      if (place_ == nullptr) [[unlikely]]
        fail_logic(text);
    }
  }

  Place& place() const noexcept { return *place_; }
  unsigned side() const noexcept { return side_; }

 private:
  void leave() noexcept {
    if (place_ != nullptr) Place::leave(std::exchange(place_, nullptr), side_);
  }

  Place* place_ = nullptr;
  unsigned side_ = 0;
};

template <class Endpoint>
class rendezvous_borrow;

// An endpoint that holds one of two data, and the other one after each meeting.
template <class Place>
class [[nodiscard]] rendezvous_data_endpoint : public rendezvous_endpoint<Place> {
  using base = rendezvous_endpoint<Place>;

 public:
  using value_type = typename Place::value_type;
  using borrow_type = rendezvous_borrow<rendezvous_data_endpoint>;
  using typename base::policy;
  using typename base::waiter;

  rendezvous_data_endpoint() = default;

  // What this side holds: its own at first, what the other held after each meeting, the same as before if the
  // other side has left instead. The reference is good until the next call that meets.
  // Errors, where policy::checked: std::logic_error also if this side gave up waiting. It has arrived then,
  // so that the other may have taken what it held.
  value_type& held() const STILLPOINT_LIFETIME_BOUND {
    this->require("rendezvous_data::held: the endpoint is empty: moved from, or never made");
    if constexpr (policy::checked) {
      if (this->place().point.is_pending(this->side())) [[unlikely]]
        fail_logic("rendezvous_data::held: a meeting is pending: this side holds nothing until it has met");
    }
    return this->place().data[this->place().point.holds(this->side())];
  }

  // Waits for the other side and returns what it held. Every reference from before is stale from now on.
  // Errors: rendezvous_disconnected if the other side has left; this one still holds what it held. (So it
  // throws, unlike the std::swap that clang-tidy takes it for, here and below.)
  value_type& swap(waiter how = waiter()) STILLPOINT_LIFETIME_BOUND {  // NOLINT(bugprone-exception-escape)
    this->require("rendezvous_data::swap: the endpoint is empty: moved from, or never made");
    auto& point = this->place().point;
    if (point.wait(this->side(), std::move(how)) != meeting::met) [[unlikely]] {
      fail_disconnected("rendezvous_data::swap: the other side has left");
    }
    return this->place().data[point.holds(this->side())];
  }

  // This endpoint as a borrow of what it holds. Errors, where policy::checked: as held().
  STILLPOINT_RETURNS_UNCONSUMED borrow_type borrow() && {
    this->require("rendezvous_data::borrow: the endpoint is empty: moved from, or never made");
    if constexpr (policy::checked) {
      if (this->place().point.is_pending(this->side())) [[unlikely]]
        fail_logic("rendezvous_data::borrow: a meeting is pending: this side holds nothing until it has met");
    }
    return borrow_type(std::move(*this));
  }

 private:
  using base::base;

  template <class Endpoint, class AnyPlace>
  friend std::pair<Endpoint, Endpoint> endpoints_of(AnyPlace& place);
};

// Exclusive access to what a side holds, as a typestate: the endpoint is inside, so that nothing but swapping
// the borrow away can change what it holds; and that consumes the borrow. Clang tells at compile time, with
// -Wconsumed, when a consumed one is used.
// Errors, where policy::checked: std::logic_error if the borrow is consumed: swapped, released or moved from.
template <class Endpoint>
class [[nodiscard]] STILLPOINT_CONSUMABLE rendezvous_borrow {
 public:
  using value_type = typename Endpoint::value_type;
  using policy = typename Endpoint::policy;
  using waiter = typename Endpoint::waiter;

  STILLPOINT_RETURNS_UNCONSUMED rendezvous_borrow(rendezvous_borrow&&) noexcept = default;
  rendezvous_borrow& operator=(rendezvous_borrow&&) noexcept = default;

  STILLPOINT_UNLESS_CONSUMED value_type& operator*() const STILLPOINT_LIFETIME_BOUND {
    require("rendezvous_data::borrow::operator*: the borrow is consumed: swapped, released or moved from");
    return endpoint_.held();
  }
  STILLPOINT_UNLESS_CONSUMED value_type* operator->() const STILLPOINT_LIFETIME_BOUND {
    require("rendezvous_data::borrow::operator->: the borrow is consumed: swapped, released or moved from");
    return &endpoint_.held();
  }

  // Waits for the other side; what it held is in the borrow that is returned, and this one is consumed.
  // Errors: rendezvous_disconnected if the other side has left; this borrow is as before then.
  STILLPOINT_UNLESS_CONSUMED STILLPOINT_CONSUMES STILLPOINT_RETURNS_UNCONSUMED rendezvous_borrow
  swap(waiter how = waiter()) && {  // NOLINT(bugprone-exception-escape)
    require("rendezvous_data::borrow::swap: the borrow is consumed: swapped, released or moved from");
    static_cast<void>(endpoint_.swap(std::move(how)));
    return std::move(*this);
  }

  // The same without an error: `result` says whether the sides have met. If not, the borrow that is returned
  // holds what this one held.
  STILLPOINT_UNLESS_CONSUMED STILLPOINT_CONSUMES STILLPOINT_RETURNS_UNCONSUMED rendezvous_borrow
  swap(meeting& result, waiter how = waiter()) && {  // NOLINT(bugprone-exception-escape)
    require("rendezvous_data::borrow::swap: the borrow is consumed: swapped, released or moved from");
    result = endpoint_.wait(std::move(how));
    return std::move(*this);
  }

  // The endpoint again, to use without a borrow.
  STILLPOINT_UNLESS_CONSUMED STILLPOINT_CONSUMES Endpoint release() && {
    require("rendezvous_data::borrow::release: the borrow is consumed: swapped, released or moved from");
    return std::move(endpoint_);
  }

 private:
  friend Endpoint;

  STILLPOINT_RETURNS_UNCONSUMED explicit rendezvous_borrow(Endpoint&& endpoint) noexcept
      : endpoint_(std::move(endpoint)) {}

  void require([[maybe_unused]] const char* text) const {
    if constexpr (policy::checked) {
      if (!endpoint_) [[unlikely]]
        fail_logic(text);
    }
  }

  Endpoint endpoint_;
};

// The two sides of a place that nobody has an endpoint of yet.
template <class Endpoint, class Place>
std::pair<Endpoint, Endpoint> endpoints_of(Place& place) {
  return {Endpoint(&place, 0u), Endpoint(&place, 1u)};
}

// The kind of endpoint for a place with data, or without.
template <class Place>
using endpoint_of = std::conditional_t<std::is_void_v<typename Place::value_type>, rendezvous_endpoint<Place>,
                                       rendezvous_data_endpoint<Place>>;

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
