// SPDX-License-Identifier: BSL-1.0
//
// snapshot_counters: an array of 64-bit counters that any number of threads add to, and that is taken as a
// whole: all counters at one moment.
//
// For statistics in intervals whose numbers have to agree: requests begun and ended, bytes in and out. take
// returns what was added since the last take and starts from zero. Two sets of counters and a tracker: adds
// go to the set of their token's generation, and take increments the generation.
//
// Costs. add: a token, and a load and a store on a cache line of the thread's own; a fetch_add for threads
// that own no stripe. take: an increment of the generation, waiting for the adds under way, and a look at
// every counter of every stripe. Memory: 16 bytes x (stripes + 1) per counter, each row of counters rounded
// up to whole cache lines, and a tracker.
//
// Do not use it where a counter is to be read without being taken, or where one number at a time is enough:
// use counters.
//
// Progress. add: lock-free; wait-free while no take begins. take: blocking, on other takes and on the adds
// that began before.
//
// What the caller owes:
//   1. The array outlives every call on it.
//   2. add is not called from a signal handler, and a call does not move from one thread to another before it
//   returns.
//   3. The process has one copy of the library's inline variables.
//
// What the class owes: no_add_is_lost, snapshots_are_consistent_cuts, snapshots_start_from_zero.
// docs/snapshot_counters.md says what each means and how it is checked.
//
// Source: the example of swaparoo (Go, github.com/zeebo/swaparoo), whose resets must not overlap.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/counter_rows.hpp"
#include "stillpoint/detail/exception.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/tracker.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

template <atomics_policy P = std_policy, class Tracker = tracker<P>>
class snapshot_counters {
 public:
  // All zero. `stripes` threads can add without sharing a cell; by default as many as can run at once.
  // Errors: std::invalid_argument if size is 0 or stripes is not in [1, P::owned_stripe_limit];
  // std::length_error if so many cannot be allocated.
  explicit snapshot_counters(std::size_t size, std::size_t stripes = default_stripes())
      : stripes_(checked_stripes(stripes)), rows_(size, 2 * (stripes + 1), "snapshot_counters") {}

  snapshot_counters(const snapshot_counters&) = delete;
  snapshot_counters& operator=(const snapshot_counters&) = delete;

  // Adds n, modulo 2^64. Errors: std::out_of_range if index is not less than size(); nothing has changed
  // then.
  template <counter_number N, counter_index I>
  [[gnu::always_inline]] void add(I index, N n) {
    const auto position = static_cast<std::size_t>(index);
    if (position >= rows_.size()) [[unlikely]]
      fail_index(position);
    const auto inside = tracker_.acquire();
    const std::size_t set = set_of(inside.generation());
    // The question that the token has asked: the answer is at hand.
    const std::size_t mine = P::quick_stripe(stripes_);
    if (mine < stripes_) [[likely]] {
      add_to_own(rows_.at(set + mine, position), static_cast<std::uint64_t>(n));
    } else {
      add_slowly(set, position, static_cast<std::uint64_t>(n));
    }
  }

  // Ends the current interval: what was added in it, and never comes again. Returns its number, from 0 on.
  // Errors: std::invalid_argument if values.size() is not size(); the interval goes on then.
  std::uint64_t take_into(std::span<std::int64_t> values) {
    if (values.size() != rows_.size()) [[unlikely]]
      fail_span(values.size());
    const guard only_one(takers_);
    const auto ended = tracker_.increment();
    for (std::size_t index = 0; index < values.size(); ++index) {
      values[index] = static_cast<std::int64_t>(empty(set_of(ended), index));
    }
    return ended;
  }

  // The same in a new vector. If that cannot be allocated, the interval goes on.
  [[nodiscard]] std::vector<std::int64_t> take() {
    std::vector<std::int64_t> values(rows_.size());
    take_into(values);
    return values;
  }

  std::size_t size() const noexcept { return rows_.size(); }
  // How many threads can add without sharing a cell.
  std::size_t stripes() const noexcept { return stripes_; }
  // How many bytes were allocated.
  std::size_t memory() const noexcept { return rows_.memory(); }

  static std::size_t default_stripes() {
    return std::min<std::size_t>(P::concurrency(), P::owned_stripe_limit);
  }

 private:
  // A class of its own, so that checkers can leave out this lock and no other one.
  struct guard {
    explicit guard(typename P::mutex& m) : held(m) { held.lock(); }
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;
    ~guard() { held.unlock(); }
    typename P::mutex& held;
  };

  [[gnu::always_inline]] static void add_to_own(typename detail::counter_rows<P>::cell& mine,
                                                std::uint64_t n) {
    // relaxed, and no read-modify-write: the cell is this thread's own, and P::quick_stripe and
    // P::owned_stripe order it after the stripe's earlier owners. The token orders it after the take that
    // emptied it, and before the one that will find it.
    mine.store(mine.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }

  // Where light fences are not free a thread has no quick stripe, and may own one all the same.
  [[gnu::noinline]] void add_slowly(std::size_t set, std::size_t position, std::uint64_t n) {
    const std::size_t mine = P::owned_stripe();
    if (mine < stripes_) {
      add_to_own(rows_.at(set + mine, position), n);
    } else {
      // relaxed: as add_to_own. A read-modify-write, because the cell is everybody's.
      rows_.at(set + stripes_, position).fetch_add(n, std::memory_order_relaxed);
    }
  }

  // The first of the rows for a generation: one for each stripe, and the shared one.
  std::size_t set_of(typename Tracker::generation_type generation) const {
    return generation % 2 == 0 ? 0 : stripes_ + 1;
  }

  // Nobody adds there: the generation is at its end, and the next one but one has not begun.
  std::uint64_t empty(std::size_t set, std::size_t index) {
    // The adds of the generation happen before this, and so do the claims of the stripes that they are on.
    const std::size_t in_use = std::min(P::stripes_in_use(), stripes_);
    std::uint64_t sum = empty(rows_.at(set + stripes_, index));
    for (std::size_t stripe = 0; stripe < in_use; ++stripe) sum += empty(rows_.at(set + stripe, index));
    return sum;
  }

  static std::uint64_t empty(typename detail::counter_rows<P>::cell& cell) {
    // relaxed: the end of the generation orders it after the adds that belong to it.
    const std::uint64_t sum = cell.load(std::memory_order_relaxed);
    // relaxed: the beginning of the next generation that uses the cell orders it before the adds to come.
    cell.store(0, std::memory_order_relaxed);
    return sum;
  }

  static std::size_t checked_stripes(std::size_t stripes) {
    if (stripes == 0 || stripes > P::owned_stripe_limit) [[unlikely]] {
      detail::fail<std::invalid_argument>("snapshot_counters: " + std::to_string(stripes) +
                                          " stripes; valid numbers of stripes are 1 to " +
                                          std::to_string(P::owned_stripe_limit));
    }
    return stripes;
  }

  [[noreturn, gnu::cold, gnu::noinline]] void fail_index(std::size_t index) const {
    detail::fail<std::out_of_range>("snapshot_counters::add: index " + std::to_string(index) +
                                    " is out of range; valid indexes are 0 to " +
                                    std::to_string(rows_.size() - 1));
  }

  [[noreturn, gnu::cold, gnu::noinline]] void fail_span(std::size_t given) const {
    detail::fail<std::invalid_argument>("snapshot_counters::take_into: the span has " +
                                        std::to_string(given) + " elements; it has to have " +
                                        std::to_string(rows_.size()));
  }

  Tracker tracker_;
  std::size_t stripes_;
  detail::counter_rows<P> rows_;
  typename P::mutex takers_;
};

}  // namespace stillpoint

#pragma GCC diagnostic pop
