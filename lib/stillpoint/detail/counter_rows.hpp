// SPDX-License-Identifier: BSL-1.0
//
// The memory of an array of counters: zeros in rows that share no cache line; and what its calls take.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/exception.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

// What a counter is changed by or set to: any integer of up to 64 bits, taken modulo 2^64.
template <class N>
concept counter_number =
    std::integral<N> && !std::same_as<std::remove_cv_t<N>, bool> && sizeof(N) <= sizeof(std::int64_t);

// Which counter: an integer or what converts to one, as an enumeration does. No number with a fraction, so
// that a call with its arguments in the wrong order does not compile.
template <class I>
concept counter_index =
    std::convertible_to<I, std::size_t> && !std::floating_point<I> && !std::same_as<I, bool>;

namespace detail {

// Rows of `size` cells, each row in whole cache lines of its own, in one allocation.
template <atomics_policy P>
class counter_rows {
 public:
  using cell = typename P::template atomic<std::uint64_t>;

  // Errors, in the name of `owner`: std::invalid_argument if size is 0, std::length_error if the rows cannot
  // be allocated.
  counter_rows(std::size_t size, std::size_t rows, const char* owner = "counters")
      : size_(checked(size, rows, owner)),
        row_length_(whole_lines(size)),
        cell_count_(row_length_ * rows),
        cells_(allocate(size, rows, owner)) {}
  counter_rows(const counter_rows&) = delete;
  counter_rows& operator=(const counter_rows&) = delete;
  ~counter_rows() { P::destroy_array(cells_, cell_count_, P::cache_line); }

  cell& at(std::size_t row, std::size_t position) const { return cells_[row * row_length_ + position]; }
  std::size_t size() const { return size_; }
  // In bytes: all that was allocated.
  std::size_t memory() const { return cell_count_ * sizeof(cell); }

 private:
  static constexpr std::size_t cells_per_line = P::cache_line / sizeof(std::uint64_t);
  static_assert(cells_per_line >= 1, "a cache line holds no 64-bit number");

  static constexpr std::size_t whole_lines(std::size_t size) {
    return (size + cells_per_line - 1) / cells_per_line * cells_per_line;
  }

  // The largest size for which the bytes of `rows` rows can be counted as a distance between pointers.
  static constexpr std::size_t max_size(std::size_t rows) {
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max());
    return most / sizeof(cell) / rows / cells_per_line * cells_per_line;
  }

  static std::size_t checked(std::size_t size, std::size_t rows, const char* owner) {
    if (size == 0) [[unlikely]]
      fail<std::invalid_argument>(std::string(owner) + ": size is 0; " + valid_sizes(rows));
    if (size > max_size(rows)) [[unlikely]]
      fail_too_large(size, rows, owner);
    return size;
  }

  cell* allocate(std::size_t size, std::size_t rows, const char* owner) const {
#if defined(__cpp_exceptions)
    try {
      return P::template create_array<cell>(cell_count_, P::cache_line);
    } catch (const std::bad_alloc&) {
      fail_too_large(size, rows, owner);
    }
#else
    static_cast<void>(size);
    static_cast<void>(rows);
    static_cast<void>(owner);
    return P::template create_array<cell>(cell_count_, P::cache_line);
#endif
  }

  [[noreturn, gnu::cold, gnu::noinline]] static void fail_too_large(std::size_t size, std::size_t rows,
                                                                    const char* owner) {
    fail<std::length_error>(std::string(owner) + ": size " + std::to_string(size) +
                            " is too large to allocate; " + valid_sizes(rows));
  }

  static std::string valid_sizes(std::size_t rows) {
    return "valid sizes are 1 to " + std::to_string(max_size(rows)) + ", as far as memory goes";
  }

  std::size_t size_;
  std::size_t row_length_;
  std::size_t cell_count_;
  cell* cells_;
};

}  // namespace detail

}  // namespace stillpoint

#pragma GCC diagnostic pop
