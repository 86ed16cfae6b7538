// SPDX-License-Identifier: BSL-1.0
//
// The two primitives that the same clients run on, atomic_value and any_value, and what most clients begin
// with: a domain and a value.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "stillpoint/any_value.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/snapshot_domain.hpp"
#include "verify/clients/atomic_value/policies.hpp"
#include "verify/clients/atomic_value/values.hpp"

namespace stillpoint::verify::clients {

// An any_value that holds values of one type only, with atomic_value's calls.
template <class T, class P>
class any_value_of {
  using inner = any_value<P>;

  template <class Pointer>
  class typed : public Pointer {
   public:
    typed() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): what the any_value's calls return.
    typed(Pointer found) : Pointer(std::move(found)) {}

    const T* operator->() const { return this->template get<T>(); }
  };

 public:
  using snapshot = typed<typename inner::snapshot>;
  using owner = typed<typename inner::owner>;

  any_value_of(snapshot_domain<P>& domain, reclaim_after batch) : value_(domain, batch) {}

  snapshot load() const { return value_.load(); }
  owner load_shared() const { return value_.load_shared(); }
  void store(T value) { value_.store(std::move(value)); }
  template <class... Args>
  void emplace(Args&&... args) {
    value_.store(make(std::forward<Args>(args)...));
  }
  owner swap(T value) { return value_.swap(std::move(value)); }
  bool compare_exchange(const T& expected, T desired) {
    return value_.compare_exchange(expected, std::move(desired));
  }
  bool compare_exchange(snapshot& expected, T desired) {
    return value_.compare_exchange(expected, std::move(desired));
  }
  // As one writes it where there is no such call.
  template <class F>
  void update(F f) {
    for (;;) {
      snapshot now = load();
      if (value_.compare_exchange(now, make(f(std::as_const(now))))) return;
    }
  }
  void reclaim() { value_.reclaim(); }

 private:
  template <class... Args>
  static typename inner::boxed make(Args&&... args) {
    return typename inner::boxed(std::in_place_type<T>, std::forward<Args>(args)...);
  }

  inner value_;
};

struct typed_kind {
  static constexpr std::string_view name = "atomic_value";
  // A store holds nothing.
  static constexpr unsigned held_by_stores = 0;
  template <class P>
  using domain = snapshot_domain<P>;
  template <class T, class P>
  using value = atomic_value<T, P>;
};

struct any_kind {
  static constexpr std::string_view name = "any_value";
  // A store holds a snapshot while it looks at the type.
  static constexpr unsigned held_by_stores = 1;
  // As each store loads, clients would have too many executions if it could be done in two ways. Those of
  // atomic_value show that it can.
  template <class P>
  using domain = snapshot_domain<with_steady_stripes<P>>;
  template <class T, class P>
  using value = any_value_of<T, with_steady_stripes<P>>;
};

// A value with a domain of its own, of which a store looks after `Batch` others.
template <class P, class Kind, std::size_t Batch>
struct value_world {
  using value_type = two_halves<P>;
  using atomic = typename Kind::template value<value_type, P>;
  using snapshot = typename atomic::snapshot;
  using owner = typename atomic::owner;

  typename Kind::template domain<P> domain;
  atomic value{domain, reclaim_after{Batch}};
};

// Too many to be reached.
inline constexpr std::size_t never = 100;

}  // namespace stillpoint::verify::clients
