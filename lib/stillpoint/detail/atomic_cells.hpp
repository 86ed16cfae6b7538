// SPDX-License-Identifier: BSL-1.0
//
// The algorithm behind counters<atomics>: with which orders a counter is touched.
// Positions count from zero and are in range; numbers are unsigned, so that they wrap.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/counter_rows.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

// A counter is one cell, and every operation one seq_cst operation on it. There is a single order of all of
// them, over the whole array, that agrees with each thread's own and in which every read finds the last
// write. With acquire and release a reader would still not see a later write alone, but two readers could
// disagree which of two writes came first, and two threads that each write one counter and then read the
// other's could both miss the other's write.
template <atomics_policy P>
class atomic_cells {
 public:
  static constexpr std::size_t rows = 1;

  explicit atomic_cells(std::size_t size) : rows_(size, rows) {}

  void add(std::size_t position, std::uint64_t n) {
    // seq_cst: its place in the single order; pairs with the seq_cst reads of other counters.
    rows_.at(0, position).fetch_add(n, std::memory_order_seq_cst);
  }

  std::uint64_t get(std::size_t position) const {
    // seq_cst: two readers of two counters agree on the order of the writes that they see.
    return rows_.at(0, position).load(std::memory_order_seq_cst);
  }

  void put(std::size_t position, std::uint64_t value) {
    // seq_cst: as add's.
    rows_.at(0, position).store(value, std::memory_order_seq_cst);
  }

  // Returns what the counter was.
  std::uint64_t replace(std::size_t position, std::uint64_t value) {
    // seq_cst: as add's and get's. One read-modify-write: no add can come between what it returns and what it
    // leaves.
    return rows_.at(0, position).exchange(value, std::memory_order_seq_cst);
  }

  // Returns what the counter is with `n`.
  std::uint64_t add_get(std::size_t position, std::uint64_t n) {
    // seq_cst: as add's and get's. What it returns is of the same operation as the add: two of them never
    // return the same step.
    return rows_.at(0, position).fetch_add(n, std::memory_order_seq_cst) + n;
  }

  // Sets the counter to `desired` if it is `expected`; if not, puts what it is into `expected`.
  bool compare_exchange(std::size_t position, std::uint64_t& expected, std::uint64_t desired) {
    // seq_cst: as replace's where it succeeds, and as get's where it fails: a failure is a read, of which
    // others may conclude something.
    return rows_.at(0, position)
        .compare_exchange_strong(expected, desired, std::memory_order_seq_cst, std::memory_order_seq_cst);
  }

  std::size_t size() const { return rows_.size(); }
  std::size_t memory() const { return rows_.memory(); }

 private:
  counter_rows<P> rows_;
};

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
