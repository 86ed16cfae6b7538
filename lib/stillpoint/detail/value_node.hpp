// SPDX-License-Identifier: BSL-1.0
//
// value_node: a value that was stored, with what its reclamation needs: the number of its owners and its
// place in a list. One allocation per value.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <utility>

#include "stillpoint/atomics_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

template <atomics_policy P>
struct value_node;

// What there is to know of a value's type. Its address tells types apart.
template <atomics_policy P>
struct value_kind {
  void (*destroy)(value_node<P>*) = nullptr;
  // Null where values of the type cannot be compared.
  bool (*equal)(const value_node<P>&, const value_node<P>&) = nullptr;
};

template <atomics_policy P>
struct value_node {
  explicit value_node(const value_kind<P>& k) : kind(&k) {}
  value_node(const value_node&) = delete;
  value_node& operator=(const value_node&) = delete;

  // One more. The caller is an owner itself, or protects the value by a slot.
  void own() {
    // relaxed: whoever lets another thread destroy the value orders this before it, by giving back its slot
    // or its own share.
    owners.fetch_add(1, std::memory_order_relaxed);
  }

  // One less; the last destroys the value.
  void disown() {
    // release: what this owner read is read before the value is destroyed. acquire: pairs with the release of
    // all other owners, if this one is the last. With either missing, the value could be destroyed while
    // another thread reads it.
    if (owners.fetch_sub(1, std::memory_order_acq_rel) == 1) kind->destroy(this);
  }

  const value_kind<P>* const kind;
  // Whoever publishes the value and retires it counts as one.
  typename P::template atomic<std::size_t> owners{std::size_t{1}};
  // For the thread that retires the value, and then for the one that looks whether anybody protects it.
  typename P::template plain<value_node*> next{nullptr};
  typename P::template plain<bool> is_protected{false};
};

template <class T, atomics_policy P>
struct typed_node : value_node<P> {
  template <class... Args>
  explicit typed_node(const value_kind<P>& k, Args&&... args)
      : value_node<P>(k), value(std::forward<Args>(args)...) {}

  T value;
};

template <class T, atomics_policy P>
void destroy_typed(value_node<P>* node) {
  P::destroy(static_cast<typed_node<T, P>*>(node));
}

template <class T, atomics_policy P>
bool equal_typed(const value_node<P>& a, const value_node<P>& b) {
  return static_cast<bool>(static_cast<const typed_node<T, P>&>(a).value ==
                           static_cast<const typed_node<T, P>&>(b).value);
}

template <class T, atomics_policy P>
constexpr value_kind<P> make_kind() {
  if constexpr (std::equality_comparable<T>) {
    return {&destroy_typed<T, P>, &equal_typed<T, P>};
  } else {
    return {&destroy_typed<T, P>, nullptr};
  }
}

// Visible: a process has to have one per type, also where shared objects are compiled with
// -fvisibility=hidden.
template <class T, atomics_policy P>
struct [[gnu::visibility("default")]] kind_of {
  static constexpr value_kind<P> kind = make_kind<T, P>();
};

template <class T, atomics_policy P, class... Args>
value_node<P>* make_node(Args&&... args) {
  return P::template create<typed_node<T, P>>(kind_of<T, P>::kind, std::forward<Args>(args)...);
}

template <class T, atomics_policy P>
const T& value_in(const value_node<P>& node) {
  return static_cast<const typed_node<T, P>&>(node).value;
}

// A value that is not published yet; destroyed, if it never is.
template <atomics_policy P>
class fresh_node {
 public:
  fresh_node() = default;
  explicit fresh_node(value_node<P>* node) noexcept : node_(node) {}
  fresh_node(fresh_node&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  fresh_node& operator=(fresh_node&& other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~fresh_node() {
    if (node_ != nullptr) node_->kind->destroy(node_);
  }

  value_node<P>* get() const noexcept { return node_; }
  value_node<P>* operator->() const noexcept { return node_; }
  explicit operator bool() const noexcept { return node_ != nullptr; }
  value_node<P>* publish() noexcept { return std::exchange(node_, nullptr); }

 private:
  value_node<P>* node_ = nullptr;
};

// A share in a value. Copied, moved, and ended on any thread; the value lives as long as one of its owners.
template <atomics_policy P>
class owned_value {
 public:
  owned_value() = default;
  // Takes over a share.
  explicit owned_value(value_node<P>* node) noexcept : node_(node) {}
  owned_value(const owned_value& other) noexcept : node_(other.node_) {
    if (node_ != nullptr) node_->own();
  }
  owned_value(owned_value&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  owned_value& operator=(owned_value other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~owned_value() {
    if (node_ != nullptr) node_->disown();
  }

  value_node<P>* node() const noexcept { return node_; }

 private:
  value_node<P>* node_ = nullptr;
};

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
