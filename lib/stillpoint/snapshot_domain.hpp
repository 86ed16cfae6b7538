// SPDX-License-Identifier: BSL-1.0
//
// snapshot_domain: where threads say which values they hold, so that nobody destroys those. What
// atomic_value and any_value use behind their calls; a program that does not name a domain uses the
// process-wide one.
//
// Costs. Memory: one cache line for each stripe that a thread may own (128 KiB with std_policy, of which
// only those of threads that loaded are touched), and a few words for each load by threads without one that
// were ever under way at the same time. A look at who holds what reads one line per stripe ever used.
//
// Do not make one of your own in production unless you want to keep one subsystem's looks apart from
// another's.
//
// What the caller owes: a domain outlives the values and the snapshots that use it. The process-wide one is
// never destroyed.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/one_copy.hpp"
#include "stillpoint/detail/slot_list.hpp"
#include "stillpoint/std_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

namespace detail {

template <atomics_policy P>
struct value_node;
template <atomics_policy P>
class value_cell;

}  // namespace detail

template <atomics_policy P = std_policy>
class snapshot_domain {
  using node = detail::value_node<P>;

 public:
  constexpr snapshot_domain() = default;
  snapshot_domain(const snapshot_domain&) = delete;
  snapshot_domain& operator=(const snapshot_domain&) = delete;

  // How many snapshots a thread that owns a stripe can hold before the next ones cost a count of owners.
  static constexpr std::size_t slots_per_stripe =
      P::cache_line <= sizeof(void*) ? 1 : P::cache_line / sizeof(void*);

 private:
  friend detail::value_cell<P>;

  // Null, or the value that may not be destroyed.
  using slot = typename detail::slot_list<P, const node*>::slot;

  struct alignas(P::cache_line) stripe {
    std::array<slot, slots_per_stripe> slots{};
  };

  // A free slot of the calling thread's own, which protects `value` from now on; null if it has none.
  slot* protect_in_own_slot(const node* value) {
    copy_.require("snapshot_domain");
    const std::size_t mine = P::owned_stripe();
    // relaxed: see use_stripe.
    if (mine < stripes_in_use_.load(std::memory_order_relaxed)) [[likely]] {
      slot& first = stripes_[mine].slots.front();
      if (protect(first, value)) [[likely]]
        return &first;
    }
    return protect_in_later_slot(mine, value);
  }

  // The same, where the first slot is in use, or the stripe is not yet, or there is none.
  [[gnu::cold, gnu::noinline]] slot* protect_in_later_slot(std::size_t mine, const node* value) {
    if (mine == no_stripe) return nullptr;
    use_stripe(mine);
    for (slot& each : stripes_[mine].slots) {
      if (protect(each, value)) return &each;
    }
    return nullptr;
  }

  // Whether the slot was free, and protects the value from now on. Only the stripe's owner may call it.
  static bool protect(slot& own, const node* value) {
    // acquire: pairs with the release by which a snapshot that was moved to another thread gave the slot
    // back; what was read under it happens before the store below.
    if (own.load(std::memory_order_acquire) != nullptr) return false;
    // release: pairs with the acquire in for_each_protected; whoever finds this value, and not the former
    // one, knows that the former one is no longer read.
    own.store(value, std::memory_order_release);
    return true;
  }

  // The same for any thread. Errors: what P::create throws.
  slot* protect_in_shared_slot(const node* value) { return shared_.claim(value); }

  void use_stripe(std::size_t mine) {
    // relaxed, wherever it is read or raised: the light fence that follows in a load, and the heavy one
    // before for_each_protected, order it like the slot itself. Whoever raised it that far.
    std::size_t in_use = stripes_in_use_.load(std::memory_order_relaxed);
    // relaxed: see above. One that fails tells how far the stripes are in use.
    while (in_use <= mine && !stripes_in_use_.compare_exchange_strong(
                                 in_use, mine + 1, std::memory_order_relaxed, std::memory_order_relaxed)) {
    }
  }

  // Calls f(value) for each value that was protected before the caller's heavy fence and still is, and maybe
  // for others.
  template <class F>
  void for_each_protected(F&& f) const {
    const auto visit = [&f](const node* value) {
      if (value != nullptr) f(value);
    };
    const std::size_t in_use = stripes_in_use();
    for (std::size_t s = 0; s < in_use; ++s) {
      for (const slot& each : stripes_[s].slots) {
        // acquire: pairs with the release by which a snapshot ends, or the slot is used for another value;
        // what was read under it is read.
        visit(each.load(std::memory_order_acquire));
      }
    }
    shared_.for_each(visit);
  }

  // Of which stripes a thread loaded so far: all below this.
  std::size_t stripes_in_use() const {
    // relaxed: see use_stripe.
    return stripes_in_use_.load(std::memory_order_relaxed);
  }

  typename P::template atomic<std::size_t> stripes_in_use_{std::size_t{0}};
  std::array<stripe, P::owned_stripe_limit> stripes_{};
  // For threads that own no stripe or whose slots are all in use; only within a load.
  detail::slot_list<P, const node*> shared_{};
  [[no_unique_address]] detail::one_copy<P> copy_{};
};

namespace detail {

// Visible: a process has to have one of them per policy, also where shared objects are compiled with
// -fvisibility=hidden. Never destroyed: snapshots may be held until the very end.
template <atomics_policy P>
struct [[gnu::visibility("default")]] process_wide {
  union holder {
    constexpr holder() : domain() {}
    ~holder() {}
    snapshot_domain<P> domain;
  };
  static inline constinit holder held{};
};

}  // namespace detail

}  // namespace stillpoint

#pragma GCC diagnostic pop
