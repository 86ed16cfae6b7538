// SPDX-License-Identifier: BSL-1.0
//
// What was replaced is destroyed: once, by a thread that stores or releases, and soon enough.
#pragma once

#include <atomic>
#include <cstddef>

#include "stillpoint/atomic_value.hpp"
#include "verify/client.hpp"
#include "verify/clients/atomic_value/kinds.hpp"
#include "verify/clients/atomic_value/policies.hpp"
#include "verify/clients/atomic_value/values.hpp"

namespace stillpoint::verify::clients {

template <checker_policy P, class Kind, unsigned Writers, std::size_t Batch>
struct superseded_values_are_destroyed_once_base : value_world<P, Kind, Batch> {
  static constexpr unsigned threads = Writers;

  // One more than a batch, together with those that the threads replace.
  superseded_values_are_destroyed_once_base() {
    for (std::size_t n = 0; n < Batch; ++n) this->value.emplace(1u);
  }

  void thread(unsigned index) { this->value.emplace(index + 1); }

  void after() {
    const unsigned left = this->value.load()->number();
    P::check(left >= 1 && left <= Writers, "one of them is left");
  }
};

// A value that looks which thread destroys it.
template <class P>
class guarded_value {
 public:
  using thread_number = typename P::template atomic<typename P::thread_id>;

  explicit guarded_value(const thread_number& bystander) : bystander_(bystander) {}
  guarded_value(const guarded_value&) = delete;
  guarded_value& operator=(const guarded_value&) = delete;
  ~guarded_value() {
    // relaxed: the bystander itself would find its own number.
    P::check(bystander_.load(std::memory_order_relaxed) != P::this_thread(),
             "a value is destroyed by who stored or gave up a snapshot");
  }

 private:
  const thread_number& bystander_;
};

// One thread loads and hands over what it loaded; another gives it up; a third one stores.
template <checker_policy P, class Kind>
struct destroyed_by_who_stores_or_releases_base {
  static constexpr unsigned threads = 3;
  using value_type = typename Kind::template value<guarded_value<P>, P>;
  typename guarded_value<P>::thread_number bystander{typename P::thread_id{}};
  typename Kind::template domain<P> domain;
  value_type value{domain, reclaim_after{1}};
  mailbox<P, typename value_type::owner> sent;

  destroyed_by_who_stores_or_releases_base() { value.emplace(bystander); }

  void thread(unsigned index) {
    if (index == 0) {
      bystander.store(P::this_thread(), std::memory_order_relaxed);
      sent.put(value.load_shared());
    } else if (index == 1) {
      P::check(bool(sent.take()), "a value was sent");
    } else {
      value.emplace(bystander);
    }
  }

  void after() {}
};

// A value that is counted while it lives.
template <class P>
class counted_value {
 public:
  using counter = typename P::template atomic<unsigned>;

  explicit counted_value(counter& alive) : alive_(alive) {
    // relaxed, here and below: read where all that counts happens before.
    alive_.fetch_add(1, std::memory_order_relaxed);
  }
  counted_value(const counted_value&) = delete;
  counted_value& operator=(const counted_value&) = delete;
  ~counted_value() { alive_.fetch_sub(1, std::memory_order_relaxed); }

 private:
  counter& alive_;
};

// A domain, a value whose values are counted, of which a store looks after `Batch` others.
template <checker_policy P, class Kind, std::size_t Batch>
struct counted_world {
  typename counted_value<P>::counter alive{0u};
  typename Kind::template domain<P> domain;
  typename Kind::template value<counted_value<P>, P> value{domain, reclaim_after{Batch}};

  counted_world() { store(); }

  void store() { value.emplace(alive); }
  unsigned count() const { return alive.load(std::memory_order_relaxed); }
};

// One writer, and a reader that holds a value: all others but the current one and a batch are gone.
template <checker_policy P, class Kind>
struct retired_values_are_few_base : counted_world<P, Kind, 2> {
  static constexpr unsigned threads = 2;

  void thread(unsigned index) {
    if (index == 1) {
      P::check(bool(this->value.load()), "there is a value to hold");
      return;
    }
    for (unsigned n = 0; n < 3; ++n) {
      this->store();
      // A store looks when the batch is full: less than a batch is left, but for what is held.
      P::check(this->count() <= 1 + 1 + 1, "the current one, the held one, and less than a batch");
    }
  }

  void after() {
    this->value.reclaim();
    P::check(this->count() == 1, "when nobody holds anything, reclaim leaves the current one");
  }
};

// Two that store at the same time: one of them finds the batch full.
template <checker_policy P, class Kind>
struct stores_are_counted_base : counted_world<P, Kind, 2> {
  static constexpr unsigned threads = 2;

  void thread(unsigned) { this->store(); }

  void after() {
    P::check(this->count() <= 1 + 1 + Kind::held_by_stores, "less than a batch is left of what nobody holds");
  }
};

// One thread alone: what is destroyed is destroyed batch by batch, and no more often.
template <checker_policy P, class Kind, std::size_t Batch>
struct batch_by_batch_base : counted_world<P, Kind, Batch> {
  static constexpr unsigned threads = 1;

  void thread(unsigned) {
    for (unsigned n = 1; n <= 2 * Batch; ++n) {
      this->store();
      P::check(this->count() == 1 + n % Batch, "a store looks when the batch is full, and only then");
    }
  }

  void after() {}
};

// Without stripes: a place that was given back protects nothing any more.
template <checker_policy P, class Kind>
struct places_protect_nothing_for_ever_base : counted_world<without_stripes<P>, Kind, never> {
  static constexpr unsigned threads = 1;

  void thread(unsigned) {
    P::check(this->value.load() == this->value.load(), "the same value twice");
    this->store();
    this->value.reclaim();
    P::check(this->count() == 1, "what nobody holds any longer is gone");
  }

  void after() {}
};

}  // namespace stillpoint::verify::clients
