// SPDX-License-Identifier: BSL-1.0
// What info() says of memory is what was allocated, to the byte: this program counts.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include "stillpoint/counters.hpp"
#include "stillpoint/counters_ref.hpp"
#include "tests/unit/counted_allocations.hpp"

namespace {

using stillpoint::atomics;
using stillpoint::counters;
using stillpoint::counters_info;
using stillpoint::counters_kind;
using stillpoint::std_policy;
using stillpoint::write_concurrency;
using stillpoint::tests::bytes_asked_for;

template <class Make>
void expect_exact(std::size_t size, Make make) {
  const std::size_t before = bytes_asked_for();
  const auto& made = make();
  EXPECT_EQ(bytes_asked_for() - before, made.info().memory);
  EXPECT_EQ(made.info().size, size);
}

constexpr std::size_t line = std_policy::cache_line;

TEST(counters_memory, is_exact) {
  for (const std::size_t size : {1u, 15u, 16u, 17u, 1000u}) {
    expect_exact(size, [size] { return counters<atomics>(size); });
    for (const std::size_t stripes : {1u, 2u, 7u}) {
      expect_exact(size, [=] { return counters<write_concurrency>(size, stripes); });
    }
    for (const auto kind : {counters_kind::atomics, counters_kind::write_concurrency}) {
      expect_exact(size, [=] { return stillpoint::new_counters(size, kind); });
    }
  }
}

// 8 bytes for each counter and row, in whole cache lines; a row per stripe, and one more.
TEST(counters_memory, is_that_of_the_originals_layout) {
  EXPECT_EQ(counters<atomics>(1).info(), (counters_info{1, line}));
  EXPECT_EQ(counters<atomics>(line).info(), (counters_info{line, 8 * line}));
  EXPECT_EQ(counters<write_concurrency>(1, 4).info(), (counters_info{1, 5 * line}));
  EXPECT_EQ(counters<write_concurrency>(1000, 4).info().memory, 5 * ((8 * 1000 + line - 1) / line * line));
}

// The page's table of bytes per counter.
TEST(counters_memory, per_counter_is_that_of_the_page) {
  const auto striped = [](std::size_t size, std::size_t stripes) {
    return counters<write_concurrency>(size, stripes).info().memory;
  };
  EXPECT_EQ(counters<atomics>(1).info().memory, 128u);
  EXPECT_EQ(striped(1, 1), 256u);
  EXPECT_EQ(striped(1, 8), 1152u);
  EXPECT_EQ(striped(1, 128), 16512u);
  EXPECT_EQ(counters<atomics>(16).info().memory, 16 * 8u);
  EXPECT_EQ(striped(16, 1), 16 * 16u);
  EXPECT_EQ(striped(16, 8), 16 * 72u);
  EXPECT_EQ(striped(16, 128), 16 * 1032u);
  EXPECT_EQ(counters<atomics>(1000).info().memory, 8064u);
  EXPECT_EQ(striped(1000, 1), 2 * 8064u);
  EXPECT_EQ(striped(1000, 8), 9 * 8064u);
  EXPECT_EQ(striped(1000, 128), 129 * 8064u);
}

// What the allocator refuses, too, is too large.
TEST(counters_memory, that_is_not_there_is_refused) {
  const std::size_t size = std::numeric_limits<std::size_t>::max() / 32;
  EXPECT_THROW(counters<atomics> many(size), std::length_error);
}

}  // namespace
