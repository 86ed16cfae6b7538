// SPDX-License-Identifier: BSL-1.0
//
// any_value: an atomic_value whose type is found out at run time: the first value stored fixes it.
//
// For values whose type the holder does not know: plug-ins, generic caches, what was written in Go against
// atomic.Value. A store of another type, or of nothing, is refused, so that readers may rely on the type.
//
// Costs. As atomic_value; each store holds a snapshot for a moment to look at the type.
//
// Do not use it where the type is known: atomic_value costs less and mistakes do not compile.
//
// Progress, and what the caller owes: as atomic_value.
//
// What the class owes: what atomic_value does, and first_store_fixes_the_type. docs/atomic_value.md says
// more.
//
// Source: Value of Go's package sync/atomic, Store (Dmitry Vyukov, 2014), Swap and CompareAndSwap (2021).
// Differs in that a load during the first store is never told apart from one before it, and no store waits
// for another.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "stillpoint/atomic_value.hpp"
#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/exception.hpp"
#include "stillpoint/detail/typestate.hpp"
#include "stillpoint/detail/value_cell.hpp"
#include "stillpoint/detail/value_node.hpp"
#include "stillpoint/snapshot_domain.hpp"
#include "stillpoint/std_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

namespace detail {

// What any_value's snapshots and owners have in common.
template <atomics_policy P, class Held>
class any_pointer {
 public:
  any_pointer() = default;

  explicit operator bool() const noexcept { return held_.node() != nullptr; }

  template <class T>
  bool holds() const noexcept {
    return held_.node() != nullptr && held_.node()->kind == &kind_of<T, P>::kind;
  }

  // Null if empty or of another type.
  template <class T>
  const T* get() const noexcept STILLPOINT_LIFETIME_BOUND {
    return holds<T>() ? &value_in<T>(*held_.node()) : nullptr;
  }

  friend bool operator==(const any_pointer& a, const any_pointer& b) noexcept {
    return a.held_.node() == b.held_.node();
  }

 protected:
  explicit any_pointer(Held held) noexcept : held_(std::move(held)) {}

  Held held_;
};

}  // namespace detail

template <atomics_policy P = std_policy>
class any_value {
 public:
  class snapshot;
  class owner;

  // A value of any type, to be stored; or nothing. Move-only.
  class boxed {
    template <class T>
    static constexpr bool is_value = !std::is_same_v<T, boxed> && !std::is_same_v<T, snapshot> &&
                                     !std::is_same_v<T, owner> && !std::is_null_pointer_v<T>;

   public:
    // Nothing.
    boxed() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): nothing, as in store(nullptr).
    boxed(std::nullptr_t) noexcept {}
    template <class T>
    requires is_value<std::decay_t<T>>
    // NOLINTNEXTLINE(google-explicit-constructor): store(T), as in the original.
    boxed(T&& value) : boxed(std::in_place_type<std::decay_t<T>>, std::forward<T>(value)) {}
    template <class T, class... Args>
    explicit boxed(std::in_place_type_t<T>, Args&&... args)
        : node_(detail::make_node<T, P>(std::forward<Args>(args)...)) {}

    explicit operator bool() const noexcept { return static_cast<bool>(node_); }

   private:
    friend any_value;
    detail::fresh_node<P> node_;
  };

  // The value as it was stored, or nothing. Move-only; may be given up on any thread.
  class [[nodiscard]] snapshot : public detail::any_pointer<P, detail::held_value<P>> {
   public:
    snapshot() = default;
    snapshot(snapshot&&) = default;
    snapshot& operator=(snapshot&&) = default;

   private:
    friend any_value;
    using snapshot::any_pointer::any_pointer;
  };

  // The same, copyable, and independent of the any_value.
  class [[nodiscard]] owner : public detail::any_pointer<P, detail::owned_value<P>> {
   public:
    owner() = default;

   private:
    friend any_value;
    using owner::any_pointer::any_pointer;
  };

  // Empty, and of no type yet.
  any_value() : any_value(reclaim_after{}) {}
  explicit any_value(reclaim_after batch) : any_value(detail::process_wide<P>::held.domain, batch) {}
  explicit any_value(snapshot_domain<P>& domain, reclaim_after batch = {}) : cell_(domain, batch.values) {}
  any_value(const any_value&) = delete;
  any_value& operator=(const any_value&) = delete;

  // The current value; empty before the first store, and never half a value.
  [[nodiscard]] snapshot load() const STILLPOINT_LIFETIME_BOUND { return snapshot(cell_.hold()); }

  // The same, to be kept beyond the any_value's life, or copied.
  [[nodiscard]] owner load_shared() const { return owner(cell_.hold().share()); }

  // Errors, of these: std::invalid_argument if `value` is nothing, or not of the type of the first value
  // stored; nothing has changed then.

  void store(boxed value) {
    require_something(value, "any_value: store of nil value");
    if (!store_first(value, "any_value: store of inconsistently typed value")) {
      cell_.put(std::move(value.node_));
    }
  }

  // Returns what was replaced, empty before the first store.
  [[nodiscard]] owner swap(boxed value) {  // NOLINT(bugprone-exception-escape)
    require_something(value, "any_value: swap of nil value");
    if (store_first(value, "any_value: swap of inconsistently typed value")) return owner();
    return owner(cell_.swap(std::move(value.node_)));
  }

  // Replaces the current value if it equals `expected`, or if there is none and `expected` is nothing; says
  // whether it did. Errors: std::invalid_argument also if both are of different types, or of one that cannot
  // be compared.
  [[nodiscard]] bool compare_exchange(const boxed& expected, boxed desired) {
    require_something(desired, "any_value: compare and swap of nil value");
    if (expected && expected.node_->kind != desired.node_->kind) [[unlikely]] {
      fail("any_value: compare and swap of inconsistently typed values");
    }
    for (;;) {
      detail::held_value<P> now = cell_.hold();
      if (now.node() == nullptr) {
        if (expected) return false;
      } else {
        require_same_type(now, desired, "any_value: compare and swap of inconsistently typed value");
        if (!equal(*now.node(), expected)) return false;
      }
      if (cell_.replace(now, desired.node_)) return true;
    }
  }

  // Replaces the current value if it is the very one of the snapshot, or if both are none. The snapshot is
  // empty afterwards if it did. Errors: std::invalid_argument as store.
  [[nodiscard]] bool compare_exchange(snapshot& expected, boxed desired) {
    require_something(desired, "any_value: compare and swap of nil value");
    if (expected) {
      require_same_type(expected.held_, desired,
                        "any_value: compare and swap of inconsistently typed values");
    }
    if (cell_.replace(expected.held_, desired.node_)) return true;
    if (!expected) {
      require_same_type(cell_.hold(), desired, "any_value: compare and swap of inconsistently typed value");
    }
    return false;
  }

  // Destroys now what was replaced and nobody holds. Costs a P::heavy_fence().
  void reclaim() { cell_.reclaim(); }

 private:
  // Whether `value` was stored, because it is the first. Errors: std::invalid_argument, with that text, if
  // another one was first that is not of its type.
  bool store_first(boxed& value, const char* text) {
    for (;;) {
      detail::held_value<P> now = cell_.hold();
      if (now.node() != nullptr) {
        require_same_type(now, value, text);
        return false;
      }
      if (cell_.replace(now, value.node_)) return true;
    }
  }

  static bool equal(const detail::value_node<P>& now, const boxed& expected) {
    if (!expected) return false;
    if (now.kind->equal == nullptr) [[unlikely]]
      fail("any_value: compare and swap of values of a type that has no ==");
    return now.kind->equal(now, *expected.node_.get());
  }

  static void require_something(const boxed& value, const char* text) {
    if (!value) [[unlikely]]
      fail(text);
  }

  // Once there is a value, there always is one of the same type.
  static void require_same_type(const detail::held_value<P>& now, const boxed& value, const char* text) {
    if (now.node()->kind != value.node_->kind) [[unlikely]]
      fail(text);
  }

  [[noreturn, gnu::cold, gnu::noinline]] static void fail(const char* text) {
    detail::fail<std::invalid_argument>(text);
  }

  detail::value_cell<P> cell_;
};

}  // namespace stillpoint

#pragma GCC diagnostic pop
