// SPDX-License-Identifier: BSL-1.0
//
// atomic_value: a value that many threads read all the time and some thread replaces now and then.
//
// For configurations, routing tables, and other data that is copied, changed and published as a whole. A load
// gives a snapshot: a pointer to the value as it was stored, good for as long as it is held, whatever is
// stored meanwhile. Values that were replaced are destroyed once nobody holds them; no collector is needed.
//
// Costs. A load is a few plain loads and stores, in memory that is the thread's own. A store allocates the
// new value; every so often (32 stores, or twice as many as threads that ever loaded at once, if that is
// more) one of them runs P::heavy_fence() and destroys what nobody holds. Of the replaced values stay in
// memory: fewer than so many, one more for each thread that is in a store, and those that are held or were
// when a store last looked; a thread that is stopped while it looks keeps those it looks at. 48 bytes and
// the values.
//
// Do not use it where values change as often as they are read, or where a change has to be made in place (see
// writer_reader_phaser). Do not keep very large values without reclaim_after{1} or reclaim(): up to 32 old
// ones are kept.
//
// Progress. load: lock-free; it goes round again only when a store came in between. store, emplace, swap:
// lock-free. compare_exchange, update: lock-free; they go round again only when another one changed the
// value. The first load of a thread that owns no stripe may allocate. Destructors of values run in a call
// that stored or that gave up the last share, and with no lock held: they may load and store.
//
// What the caller owes:
//   1. Snapshots end before the atomic_value does, and all calls; load_shared's owners may outlive it.
//   2. The value is not changed through the snapshot's pointer, unless by what is safe among threads.
//   3. No call from a signal handler, and none that moves between threads before it returns.
//   4. Destructors of values do not throw.
//
// What the class owes: starts_empty, loads_return_what_was_stored, reads_never_go_back,
// held_values_stay_alive, snapshots_may_change_threads, snapshots_never_delay_stores,
// calls_never_wait_for_each_other, superseded_values_are_destroyed_once, retired_values_are_few,
// shared_owners_outlive_the_value, swap_returns_what_it_replaced,
// compare_exchange_replaces_only_what_it_expects, no_update_is_lost, failed_stores_change_nothing,
// destructors_may_store_and_load, calls_agree_with_the_model. docs/atomic_value.md says what each means and
// how it is checked.
//
// Source: Value of Go's package sync/atomic (Dmitry Vyukov, 2014), which leaves the old values to a
// collector. Here: hazard pointers (Michael, IEEE TPDS 15(6), 2004) in slots of the thread's own, with the
// asymmetric fences of WG21 P1202 in place of the fence in each load.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/failure.hpp"
#include "stillpoint/detail/typestate.hpp"
#include "stillpoint/detail/value_cell.hpp"
#include "stillpoint/detail/value_node.hpp"
#include "stillpoint/snapshot_domain.hpp"
#include "stillpoint/std_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

// After how many replaced values a store looks which of them nobody holds; 0: as many as threads suggest.
struct reclaim_after {
  std::size_t values = 0;
};

namespace detail {

// What snapshots and owners have in common: they point to a value, or are empty.
template <class T, atomics_policy P, class Held>
class value_pointer {
 public:
  value_pointer() = default;

  explicit operator bool() const noexcept { return held_.node() != nullptr; }

  // Null if empty.
  const T* get() const noexcept STILLPOINT_LIFETIME_BOUND {
    return held_.node() == nullptr ? nullptr : &value_in<T>(*held_.node());
  }

  // Errors, where P::checked: std::logic_error if empty.
  const T& operator*() const STILLPOINT_LIFETIME_BOUND {
    if constexpr (P::checked) require_value();
    return value_in<T>(*held_.node());
  }
  const T* operator->() const STILLPOINT_LIFETIME_BOUND { return &**this; }

  friend bool operator==(const value_pointer& a, const value_pointer& b) noexcept {
    return a.held_.node() == b.held_.node();
  }

 protected:
  explicit value_pointer(Held held) noexcept : held_(std::move(held)) {}

  void require_value() const {
    if (held_.node() == nullptr) [[unlikely]]
      fail_logic("atomic_value: an empty snapshot was dereferenced");
  }

  Held held_;
};

}  // namespace detail

// What can be stored.
template <class T>
concept storable_value = std::is_object_v<T> && !std::is_array_v<T> && !std::is_const_v<T>;

template <storable_value T, atomics_policy P = std_policy>
class atomic_value {
 public:
  // A value as it was stored, or nothing. Move-only; may be given up on any thread.
  class [[nodiscard]] snapshot : public detail::value_pointer<T, P, detail::held_value<P>> {
   public:
    snapshot() = default;
    snapshot(snapshot&&) = default;
    snapshot& operator=(snapshot&&) = default;

   private:
    friend atomic_value;
    using snapshot::value_pointer::value_pointer;
  };

  // The same, copyable, and independent of the atomic_value. Costs a read-modify-write per copy.
  class [[nodiscard]] owner : public detail::value_pointer<T, P, detail::owned_value<P>> {
   public:
    owner() = default;

   private:
    friend atomic_value;
    using owner::value_pointer::value_pointer;
  };

  // Empty.
  atomic_value() : atomic_value(reclaim_after{}) {}
  explicit atomic_value(reclaim_after batch) : atomic_value(detail::process_wide<P>::held.domain, batch) {}
  explicit atomic_value(snapshot_domain<P>& domain, reclaim_after batch = {}) : cell_(domain, batch.values) {}
  atomic_value(const atomic_value&) = delete;
  atomic_value& operator=(const atomic_value&) = delete;

  // The current value; empty before the first store.
  [[nodiscard, gnu::always_inline]] snapshot load() const STILLPOINT_LIFETIME_BOUND {
    return snapshot(cell_.hold());
  }

  // The same, to be kept beyond the atomic_value's life, or copied.
  [[nodiscard]] owner load_shared() const { return owner(cell_.hold().share()); }

  // Errors, of these and of all that follow: what T's constructor, ==, f, and P::create throw; the old value
  // is still there then.
  void store(T value) requires std::move_constructible<T> { emplace(std::move(value)); }

  template <class... Args>
  requires std::constructible_from<T, Args...>
  void emplace(Args&&... args) { cell_.put(make(std::forward<Args>(args)...)); }

  // Returns what was replaced, empty before the first store.
  [[nodiscard]] owner swap(T value) requires std::move_constructible<T> {
    return owner(cell_.swap(make(std::move(value))));
  }

  // Replaces the current value if it equals `expected`; says whether it did.
  [[nodiscard]] bool compare_exchange(const T& expected, T desired) requires std::equality_comparable<T> {
    detail::fresh_node<P> made;
    for (;;) {
      snapshot now = load();
      if (!now || !(*now == expected)) return false;
      if (!made) made = make(std::move(desired));
      if (cell_.replace(now.held_, made)) return true;
    }
  }

  // Replaces the current value if it is the very one of the snapshot, or if both are none. The snapshot is
  // empty afterwards if it did.
  [[nodiscard]] bool compare_exchange(snapshot& expected, T desired) requires std::move_constructible<T> {
    detail::fresh_node<P> made = make(std::move(desired));
    return cell_.replace(expected.held_, made);
  }

  // Replaces the current value by f(snapshot of it), which is called again if another store came in between.
  template <std::invocable<const snapshot&> F>
  requires std::constructible_from<T, std::invoke_result_t<F&, const snapshot&>>
  void update(F f) {
    for (;;) {
      snapshot now = load();
      detail::fresh_node<P> made = make(std::invoke(f, std::as_const(now)));
      if (cell_.replace(now.held_, made)) return;
    }
  }

  // Destroys now what was replaced and nobody holds. Costs a P::heavy_fence(). In a destructor of a value it
  // may leave that to the call that runs the destructor.
  void reclaim() { cell_.reclaim(); }

 private:
  template <class... Args>
  static detail::fresh_node<P> make(Args&&... args) {
    return detail::fresh_node<P>(detail::make_node<T, P>(std::forward<Args>(args)...));
  }

  detail::value_cell<P> cell_;
};

}  // namespace stillpoint

#pragma GCC diagnostic pop
