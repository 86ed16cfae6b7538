// SPDX-License-Identifier: BSL-1.0
//
// The algorithm behind counters<write_concurrency>: where a counter's bits are, and with which orders they
// are touched. Positions count from zero and are in range; numbers are unsigned, so that they wrap.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/counter_rows.hpp"
#include "stillpoint/detail/one_copy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

// A counter is the sum of its cells, modulo 2^64: one for each stripe, and the base cell in the last row. A
// thread that owns a stripe adds to its cell, which nobody else writes, by a load and a store. Threads that
// own none add to the base cell by fetch_add. put and replace write the base cell only: they set it to what
// the stripes' cells lack for the new value.
//
// Whoever reads a counter reads the base cell first. If what it finds there was written by a put, it finds in
// each stripe's cell at least what that put found there, so that every add that the put subtracted is in the
// sum that it is subtracted from: the sum is that put's value and whole adds, nothing else.
template <atomics_policy P>
class striped_cells {
 public:
  striped_cells(std::size_t size, std::size_t stripes) : rows_(size, stripes + 1), stripes_(stripes) {}

  void add(std::size_t position, std::uint64_t n) {
    copy_.require("counters::add");
    const std::size_t stripe = P::owned_stripe();
    if (stripe < stripes_) [[likely]] {
      auto& mine = rows_.at(stripe, position);
      // relaxed, and no read-modify-write: the cell is this thread's own, and P::owned_stripe orders it after
      // the stripe's earlier owners. Adds promise no order to those who read beside them.
      mine.store(mine.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    } else {
      // relaxed: as above. A read-modify-write, because the cell is everybody's; and so it continues the
      // release sequence of the put that wrote the cell before.
      base_cell(position).fetch_add(n, std::memory_order_relaxed);
    }
  }

  std::uint64_t get(std::size_t position) const {
    // acquire: pairs with the release in put and replace; what they found in the stripes' cells, or later
    // values, are what sum_of_stripes finds. Relaxed, the sum could lack an add that the put subtracted.
    const std::uint64_t base = base_cell(position).load(std::memory_order_acquire);
    return base + sum_of_stripes(position);
  }

  void put(std::size_t position, std::uint64_t value) {
    const std::uint64_t in_stripes = sum_of_stripes(position);
    // release: pairs with the acquire in get and replace.
    base_cell(position).store(value - in_stripes, std::memory_order_release);
  }

  // Returns what the counter was.
  std::uint64_t replace(std::size_t position, std::uint64_t value) {
    cell& shared = base_cell(position);
    // acquire, here and where the compare_exchange fails: as in get.
    std::uint64_t base = shared.load(std::memory_order_acquire);
    for (;;) {
      const std::uint64_t in_stripes = sum_of_stripes(position);
      // It succeeds on the value read, so the counter changes by exactly what is returned and left, and no
      // add is lost or counted twice, even if the base cell had other values in between.
      // release: pairs with the acquire in get and replace, as put's. No acquire on success: nothing is read
      // after it.
      if (shared.compare_exchange_strong(base, value - in_stripes, std::memory_order_release,
                                         std::memory_order_acquire)) {
        return base + in_stripes;
      }
    }
  }

  std::size_t size() const { return rows_.size(); }
  std::size_t stripes() const { return stripes_; }
  std::size_t memory() const { return rows_.memory(); }

 private:
  using cell = typename counter_rows<P>::cell;

  cell& base_cell(std::size_t position) const { return rows_.at(stripes_, position); }

  std::uint64_t sum_of_stripes(std::size_t position) const {
    std::uint64_t sum = 0;
    for (std::size_t stripe = 0; stripe < stripes_; ++stripe) {
      // relaxed: coherence gives the last value that happens before, which is all that is promised.
      sum += rows_.at(stripe, position).load(std::memory_order_relaxed);
    }
    return sum;
  }

  [[no_unique_address]] one_copy<P> copy_;
  counter_rows<P> rows_;
  std::size_t stripes_;
};

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
