// SPDX-License-Identifier: BSL-1.0
//
// counters: an array of 64-bit counters that any number of threads add to.
//
// For statistics: requests, bytes, errors, and whatever else is counted often and read now and then. Two
// kinds with one interface. counters<atomics> is sequentially consistent over the whole array, and
// counters<unsigned_atomics> is the same with unsigned values. counters<write_concurrency> makes adding as
// cheap as a load and a store that no other core wants, and promises less to those who read meanwhile.
//
// Costs. atomics: a seq_cst read-modify-write per add, on a cache line that all writers share; 8 bytes per
// counter. write_concurrency: a relaxed load and store per add for threads that own a stripe, a fetch_add for
// the others; get, put and exchange visit all stripes; 8 bytes x (stripes + 1) per counter. Both round a row
// of counters up to whole cache lines.
//
// Do not use write_concurrency where a read has to agree with another read, or to tell another thread that
// something is done: it orders nothing. Do not use either where several counters have to be read at one
// moment: use a recorder.
//
// Progress. add, sub, add_get, sub_get: wait-free where fetch_add is; compare_exchange: where it is. get,
// put, for_each, snapshot, clear: wait-free where loads and stores are. exchange, take: wait-free for atomics
// where exchange is; lock-free for write_concurrency, and delayed only by other writes of the base cell.
// There is no lock.
//
// What the caller owes:
//   1. The array outlives every call on it (counters_ref takes care of that).
//   2. write_concurrency: add and sub are not called from a signal handler, and a call does not move from one
//      thread to another before it returns.
//   3. write_concurrency: the process has one copy of the library's inline variables.
//
// What the class owes: counters_start_at_zero, writes_are_atomic, no_write_is_lost, counters_wrap_around,
// read_sees_all_writes_before_it, every_write_is_seen_at_last, concurrent_puts_leave_one_of_them,
// nothing_taken_is_lost; both kinds of atomics: later_write_is_never_seen_alone, readers_agree_on_the_order,
// a_write_is_seen_by_one_of_two, add_get_returns_what_it_leaves,
// compare_exchange_replaces_only_what_it_expects; write_concurrency: read_beside_a_put_is_a_put_plus_adds,
// stripes_change_hands_whole. docs/counters.md says what each means and how it is checked.
//
// Source: the manual pages of Erlang's modules counters and atomics (Ericsson AB, 2018). Differs in what a
// read beside a put may return, and adds take, for_each, snapshot and clear.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/atomic_cells.hpp"
#include "stillpoint/detail/counter_rows.hpp"
#include "stillpoint/detail/exception.hpp"
#include "stillpoint/detail/striped_cells.hpp"
#include "stillpoint/std_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

// The kinds, as counters' first argument.
struct atomics {};
struct unsigned_atomics {};
struct write_concurrency {};

template <class Option>
concept sequentially_consistent_option =
    std::same_as<Option, atomics> || std::same_as<Option, unsigned_atomics>;

template <class Option>
concept counters_option = sequentially_consistent_option<Option> || std::same_as<Option, write_concurrency>;

template <class Value>
struct basic_counters_info {
  // How many counters there are.
  std::size_t size = 0;
  // How many bytes were allocated for them.
  std::size_t memory = 0;
  // The values between which a counter is; it wraps around from one to the other.
  Value min = std::numeric_limits<Value>::min();
  Value max = std::numeric_limits<Value>::max();

  friend bool operator==(const basic_counters_info&, const basic_counters_info&) = default;
};

using counters_info = basic_counters_info<std::int64_t>;

namespace detail {

template <class Option, atomics_policy P>
struct cells_of {
  using type = atomic_cells<P>;
};
template <atomics_policy P>
struct cells_of<write_concurrency, P> {
  using type = striped_cells<P>;
};

}  // namespace detail

template <counters_option Option = atomics, atomics_policy P = std_policy>
class counters {
  static constexpr bool striped = std::same_as<Option, write_concurrency>;

 public:
  // What a counter is read as.
  using value_type = std::conditional_t<std::same_as<Option, unsigned_atomics>, std::uint64_t, std::int64_t>;

  // All zero. Errors: std::invalid_argument if size is 0, std::length_error if so many cannot be allocated.
  explicit counters(std::size_t size) requires(!striped) : cells_(size) {}

  // `stripes` threads can add without sharing a cell; by default as many as can run at once. Errors: as
  // above, and std::invalid_argument if stripes is not in [1, P::owned_stripe_limit].
  explicit counters(std::size_t size, std::size_t stripes = default_stripes()) requires striped
      : cells_(size, checked_stripes(stripes)) {}

  counters(const counters&) = delete;
  counters& operator=(const counters&) = delete;

  // Every `index` below is in [1, size()]. Errors: std::out_of_range if it is not; nothing has changed then.

  template <counter_number N, counter_index I>
  void add(I index, N n) {
    cells_.add(position(static_cast<std::size_t>(index), "add"), static_cast<std::uint64_t>(n));
  }

  template <counter_number N, counter_index I>
  void sub(I index, N n) {
    cells_.add(position(static_cast<std::size_t>(index), "sub"),
               std::uint64_t{0} - static_cast<std::uint64_t>(n));
  }

  // Adds, and returns what the counter is with that very add.
  template <counter_number N, counter_index I>
  value_type add_get(I index, N n) requires(!striped) {
    return static_cast<value_type>(
        cells_.add_get(position(static_cast<std::size_t>(index), "add_get"), static_cast<std::uint64_t>(n)));
  }

  template <counter_number N, counter_index I>
  value_type sub_get(I index, N n) requires(!striped) {
    return static_cast<value_type>(cells_.add_get(position(static_cast<std::size_t>(index), "sub_get"),
                                                  std::uint64_t{0} - static_cast<std::uint64_t>(n)));
  }

  template <counter_index I>
  value_type get(I index) const {
    return static_cast<value_type>(cells_.get(position(static_cast<std::size_t>(index), "get")));
  }

  // Sets the counter. A heavy operation for write_concurrency: a get and then a store.
  template <counter_number N, counter_index I>
  void put(I index, N value) {
    cells_.put(position(static_cast<std::size_t>(index), "put"), static_cast<std::uint64_t>(value));
  }

  // Sets the counter and returns what it was. An add is either in what is returned or in what is left.
  template <counter_number N, counter_index I>
  value_type exchange(I index, N value) {
    return static_cast<value_type>(cells_.replace(position(static_cast<std::size_t>(index), "exchange"),
                                                  static_cast<std::uint64_t>(value)));
  }

  // Sets the counter to `desired` if it is `expected`. Returns whether it was; if not, `expected` is what the
  // counter is, and nothing else has changed.
  template <counter_number N, counter_index I>
  [[nodiscard]] bool compare_exchange(I index, value_type& expected, N desired) requires(!striped) {
    auto found = static_cast<std::uint64_t>(expected);
    const bool done = cells_.compare_exchange(position(static_cast<std::size_t>(index), "compare_exchange"),
                                              found, static_cast<std::uint64_t>(desired));
    expected = static_cast<value_type>(found);
    return done;
  }

  // exchange(index, 0): reads and resets, and nothing is lost in between.
  template <counter_index I>
  [[nodiscard]] value_type take(I index) {
    return static_cast<value_type>(cells_.replace(position(static_cast<std::size_t>(index), "take"), 0));
  }

  // Calls f(index, value) for each counter, from 1 on. Each is read for itself, not all at one moment.
  template <std::invocable<std::size_t, value_type> F>
  void for_each(F&& f) const {
    for (std::size_t at = 0; at < cells_.size(); ++at) {
      f(at + 1, static_cast<value_type>(cells_.get(at)));
    }
  }

  // Reads all counters into `values`, the first into values[0]; each for itself, not all at one moment.
  // Errors: std::invalid_argument if values.size() is not size(); nothing is written then.
  void snapshot(std::span<value_type> values) const {
    if (values.size() != cells_.size()) [[unlikely]]
      fail_span(values.size());
    for (std::size_t at = 0; at < values.size(); ++at) {
      values[at] = static_cast<value_type>(cells_.get(at));
    }
  }

  // The same into a vector of its own. Errors: std::bad_alloc.
  [[nodiscard]] std::vector<value_type> snapshot() const {
    std::vector<value_type> values(cells_.size());
    snapshot(values);
    return values;
  }

  // put(index, 0) for each counter, from 1 on; each for itself, not all at one moment. An add beside it is
  // left or is gone: who has to know which takes.
  void clear() {
    for (std::size_t at = 0; at < cells_.size(); ++at) cells_.put(at, 0);
  }

  std::size_t size() const noexcept { return cells_.size(); }

  // How many threads can add without sharing a cell.
  std::size_t stripes() const noexcept requires striped { return cells_.stripes(); }

  basic_counters_info<value_type> info() const noexcept { return {cells_.size(), cells_.memory()}; }

  static std::size_t default_stripes() requires striped {
    return std::min<std::size_t>(P::concurrency(), P::owned_stripe_limit);
  }

 private:
  std::size_t position(std::size_t index, const char* call) const {
    const std::size_t at = index - 1;
    // Index 0 wraps to the largest position.
    if (at >= cells_.size()) [[unlikely]]
      fail_index(index, call);
    return at;
  }

  static std::size_t checked_stripes(std::size_t stripes) {
    if (stripes == 0 || stripes > P::owned_stripe_limit) [[unlikely]] {
      detail::fail<std::invalid_argument>("counters: " + std::to_string(stripes) +
                                          " stripes; valid numbers of stripes are 1 to " +
                                          std::to_string(P::owned_stripe_limit));
    }
    return stripes;
  }

  [[noreturn, gnu::cold, gnu::noinline]] void fail_index(std::size_t index, const char* call) const {
    detail::fail<std::out_of_range>(std::string("counters::") + call + ": index " + std::to_string(index) +
                                    " is out of range; valid indexes are 1 to " +
                                    std::to_string(cells_.size()));
  }

  [[noreturn, gnu::cold, gnu::noinline]] void fail_span(std::size_t given) const {
    detail::fail<std::invalid_argument>("counters::snapshot: the span has " + std::to_string(given) +
                                        " elements; it has to have " + std::to_string(cells_.size()));
  }

  typename detail::cells_of<Option, P>::type cells_;
};

}  // namespace stillpoint

#pragma GCC diagnostic pop
