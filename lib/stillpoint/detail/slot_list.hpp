// SPDX-License-Identifier: BSL-1.0
//
// slot_list: places in which threads leave a key for others to see, as many as were ever taken at the same
// time. A place whose key is Key{} is free.
//
// Lock-free: a thread takes the first free place that it comes by, or adds one. Places are freed with the
// list.
#pragma once

#include <atomic>

#include "stillpoint/atomics_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

template <atomics_policy P, class Key>
class slot_list {
 public:
  using slot = typename P::template atomic<Key>;

  constexpr slot_list() = default;
  slot_list(const slot_list&) = delete;
  slot_list& operator=(const slot_list&) = delete;
  ~slot_list() {
    // relaxed: whoever destroys the list comes after all who used it.
    entry* rest = first_.load(std::memory_order_relaxed);
    while (rest != nullptr) {
      entry* const next = P::read(rest->next);
      P::destroy(rest);
      rest = next;
    }
  }

  // A place that holds `key` and is the caller's until it stores Key{} there: with release, if what it did
  // while it held the place matters to the next one, or to for_each. Errors: what P::create throws.
  slot* claim(Key key) {
    // acquire: pairs with the release in add; the entries' contents are there.
    for (entry* e = first_.load(std::memory_order_acquire); e != nullptr; e = P::read(e->next)) {
      // relaxed: a guess that saves a failing compare_exchange.
      if (e->key.load(std::memory_order_relaxed) != Key{}) continue;
      Key free{};
      // acquire: pairs with the release of whoever gave the place back; what it did while it held the place
      // happens before what this thread stores there next. relaxed on failure: nothing was taken.
      if (e->key.compare_exchange_strong(free, key, std::memory_order_acquire, std::memory_order_relaxed)) {
        return &e->key;
      }
    }
    return add(key);
  }

  // Calls f(key) for each place's key, Key{} included.
  template <class F>
  void for_each(F&& f) const {
    // acquire: pairs with the release in add.
    for (const entry* e = first_.load(std::memory_order_acquire); e != nullptr; e = P::read(e->next)) {
      // acquire: pairs with the release by which a place is given back or its key replaced; what was done
      // under the former key is over.
      f(e->key.load(std::memory_order_acquire));
    }
  }

 private:
  struct entry {
    explicit entry(Key k) : key(k) {}

    slot key;
    typename P::template plain<entry*> next{nullptr};
  };

  slot* add(Key key) {
    entry* const made = P::template create<entry>(key);
    // relaxed: only the value is needed, to be compared; entries are reached by acquire loads.
    entry* first = first_.load(std::memory_order_relaxed);
    do {
      P::write(made->next, first);
      // release: pairs with the acquire in claim and for_each; whoever finds the entry finds it whole.
    } while (
        !first_.compare_exchange_strong(first, made, std::memory_order_release, std::memory_order_relaxed));
    return &made->key;
  }

  typename P::template atomic<entry*> first_{nullptr};
};

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
