// SPDX-License-Identifier: BSL-1.0
//
// value_cell: a place for one value at a time, whatever its type, and the reclamation of those it held
// before. What atomic_value and any_value are made of.
//
// A load leaves the value's address in a slot, and looks again whether the value is still current. A store
// puts the former value on the list of the retired. When there are enough of them, the storing thread runs
// the heavy fence and reads all slots: a load whose slot it does not see will see, when it looks again, that
// the value is no longer current. So whatever is in no slot is read by nobody and loses the share that the
// cell had in it; shared owners may have others.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <new>
#include <utility>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/slot_list.hpp"
#include "stillpoint/detail/value_node.hpp"
#include "stillpoint/snapshot_domain.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

// A value held by a load: by a slot, or, without one, by a share. Move-only; given up on any thread.
template <atomics_policy P>
class held_value {
 public:
  using slot = typename slot_list<P, const value_node<P>*>::slot;

  held_value() = default;
  held_value(value_node<P>* node, slot* protection) noexcept : node_(node), slot_(protection) {}
  held_value(held_value&& other) noexcept : node_(std::exchange(other.node_, nullptr)), slot_(other.slot_) {}
  held_value& operator=(held_value&& other) noexcept {
    if (this != &other) {
      release();
      node_ = std::exchange(other.node_, nullptr);
      slot_ = other.slot_;
    }
    return *this;
  }
  ~held_value() { release(); }

  value_node<P>* node() const noexcept { return node_; }

  void release() {
    if (node_ == nullptr) return;
    if (slot_ != nullptr) [[likely]] {
      give_back(*slot_);
    } else {
      node_->disown();
    }
    node_ = nullptr;
  }

  // Holds by a share from now on; the slot is free for others.
  void hold_by_share() {
    if (node_ == nullptr || slot_ == nullptr) return;
    node_->own();
    give_back(*std::exchange(slot_, nullptr));
  }

  // The share that this holds, or a new one; holds nothing from now on.
  owned_value<P> share() {
    hold_by_share();
    return owned_value<P>(std::exchange(node_, nullptr));
  }

 private:
  static void give_back(slot& used) {
    // release: pairs with the acquire of whoever looks at the slot next. What was read of the value, and the
    // share that was taken, happen before the value is destroyed.
    used.store(nullptr, std::memory_order_release);
  }

  value_node<P>* node_ = nullptr;
  slot* slot_ = nullptr;
};

template <atomics_policy P>
class value_cell {
  using node = value_node<P>;
  using domain_type = snapshot_domain<P>;
  using slot = typename held_value<P>::slot;

 public:
  // `batch`: how many values may be retired before a store looks which of them nobody holds; 0 for as many as
  // the number of threads suggests.
  value_cell(domain_type& domain, std::size_t batch) : domain_(domain), batch_(batch) {}
  value_cell(const value_cell&) = delete;
  value_cell& operator=(const value_cell&) = delete;

  // Nobody calls or holds a snapshot any more; but the destructors of values may still store and load.
  ~value_cell() {
    for (;;) {
      node* const last = take(current_);
      node* const rest = take(retired_);
      if (last == nullptr && rest == nullptr) return;
      if (last != nullptr) last->disown();
      disown_all(rest);
    }
  }

  // The current value, held; empty before the first one. Lock-free: goes round again only when a store came
  // in between.
  [[gnu::always_inline]] held_value<P> hold() const {
    // relaxed: a guess, checked below. Nothing is read of the value before that.
    node* const guess = current_.load(std::memory_order_relaxed);
    if (guess == nullptr) [[unlikely]]
      return {};
    slot* const own = domain_.protect_in_own_slot(guess);
    if (own == nullptr) [[unlikely]]
      return hold_by_share(guess);
    return held_value<P>(confirm(guess, *own), own);
  }

  // Publishes the value and retires the former one.
  void put(fresh_node<P> value) {
    node* const former = exchange(value.publish());
    if (former != nullptr) retire(former);
  }

  // The same; returns a share in the former one.
  owned_value<P> swap(fresh_node<P> value) {
    node* const former = exchange(value.publish());
    if (former == nullptr) return {};
    former->own();
    owned_value<P> share(former);
    retire(former);
    return share;
  }

  // Publishes `value` if the current one is `expected`, which the caller holds (or null, for none), and then
  // gives up `expected` and retires it. Otherwise nothing has changed.
  template <class Held>
  bool replace(Held& expected, fresh_node<P>& value) {
    node* const former = expected.node();
    node* found = former;
    // release: pairs with the acquire in confirm and exchange; whoever finds the value finds it whole.
    // relaxed on failure: the caller loads again.
    if (!current_.compare_exchange_strong(found, value.get(), std::memory_order_release,
                                          std::memory_order_relaxed)) {
      return false;
    }
    value.publish();
    expected = Held();
    if (former != nullptr) retire(former);
    return true;
  }

  // Destroys the retired values that nobody holds. Costs a heavy fence. Does nothing within a destructor that
  // is itself called from here: the call under way goes on with what it has.
  void reclaim() {
    if (is_reclaiming()) return;
    slot_of_thread* const turn = claim_turn();
    if (turn == nullptr) return;
    // relaxed: it decides only who looks, and when.
    retired_count_.store(0, std::memory_order_relaxed);
    // acquire: pairs with the release in push; the nodes' links are there, and no value of the list is found
    // current below.
    node* const all = retired_.exchange(nullptr, std::memory_order_acquire);
    if (all != nullptr) {
      // relaxed: any value that is not in the list will do.
      const node* const now = current_.load(std::memory_order_relaxed);
      // Pairs with the light fence in confirm. Without it a load could find the value still current, although
      // its slot is not seen here.
      P::heavy_fence();
      disown_all(keep_protected(all, now));
    }
    // relaxed: only this thread looks for its own number.
    turn->store(thread_id{}, std::memory_order_relaxed);
  }

 private:
  using thread_id = typename P::thread_id;
  using slot_of_thread = typename slot_list<P, thread_id>::slot;

  // Looks until the value in the slot is current, and so is not destroyed before the slot is given back.
  node* confirm(node* guess, slot& protection) const {
    for (;;) {
      // Pairs with the heavy fence in reclaim: it finds the slot, or the load below finds a later value.
      P::light_fence();
      // acquire: pairs with the release of whoever published the value; it is whole.
      node* const found = current_.load(std::memory_order_acquire);
      if (found == guess) [[likely]]
        return found;
      guess = found;
      // release: whoever finds this value in the slot, and not the former one, knows that who used the slot
      // before no longer reads the former one.
      protection.store(guess, std::memory_order_release);
    }
  }

  [[gnu::cold, gnu::noinline]] held_value<P> hold_by_share(node* guess) const {
    slot* const borrowed = domain_.protect_in_shared_slot(guess);
    held_value<P> held(confirm(guess, *borrowed), borrowed);
    held.hold_by_share();
    return held;
  }

  node* exchange(node* value) {
    // release: pairs with the acquire in confirm and below; the value is whole. acquire: pairs with the
    // release of the former value's store; it is made before it is destroyed.
    return current_.exchange(value, std::memory_order_acq_rel);
  }

  void retire(node* former) {
    push(former);
    // relaxed: it decides only who looks, and when.
    if (retired_count_.fetch_add(1, std::memory_order_relaxed) + 1 >= batch()) reclaim();
  }

  std::size_t batch() const {
    if (batch_ != 0) return batch_;
    return std::max<std::size_t>(32, 2 * domain_.stripes_in_use());
  }

  void push(node* former) {
    // relaxed: only the value is needed, to be compared.
    node* first = retired_.load(std::memory_order_relaxed);
    do {
      P::write(former->next, first);
      // release: pairs with the acquire in reclaim.
    } while (!retired_.compare_exchange_strong(first, former, std::memory_order_release,
                                               std::memory_order_relaxed));
  }

  // Retires anew those of the list that are in a slot; returns the others. `now` is none of them, and what
  // most slots hold.
  node* keep_protected(node* all, const node* now) {
    domain_.for_each_protected([all, now](const node* value) {
      if (value == now) return;
      for (node* each = all; each != nullptr; each = P::read(each->next)) {
        if (each == value) P::write(each->is_protected, true);
      }
    });
    node* others = nullptr;
    while (all != nullptr) {
      node* const each = std::exchange(all, P::read(all->next));
      if (P::read(each->is_protected)) {
        P::write(each->is_protected, false);
        push(each);
      } else {
        P::write(each->next, others);
        others = each;
      }
    }
    return others;
  }

  // What is there, when nobody else is.
  static node* take(typename P::template atomic<node*>& place) {
    // relaxed: all that others did happens before the end.
    node* const found = place.load(std::memory_order_relaxed);
    // relaxed: others come after the end, if at all. Without it the value would be taken twice.
    place.store(nullptr, std::memory_order_relaxed);
    return found;
  }

  static void disown_all(node* rest) {
    while (rest != nullptr) std::exchange(rest, P::read(rest->next))->disown();
  }

  // Whether the calling thread is in reclaim already, and now in a destructor.
  bool is_reclaiming() const {
    bool found = false;
    reclaiming_.for_each([&found, me = P::this_thread()](thread_id who) { found = found || who == me; });
    return found;
  }

  // Null if there is no memory for one more thread that reclaims: a later store will do it.
  slot_of_thread* claim_turn() {
#if defined(__cpp_exceptions)
    try {
      return reclaiming_.claim(P::this_thread());
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
#else
    return reclaiming_.claim(P::this_thread());
#endif
  }

  domain_type& domain_;
  // Null until the first value is stored, and never again.
  typename P::template atomic<node*> current_{nullptr};
  const std::size_t batch_;
  typename P::template atomic<node*> retired_{nullptr};
  // How many were retired since somebody looked.
  typename P::template atomic<std::size_t> retired_count_{std::size_t{0}};
  // The threads that are in reclaim.
  slot_list<P, thread_id> reclaiming_{};
};

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
