// SPDX-License-Identifier: BSL-1.0
// What info() says of memory is what was allocated, to the byte: this program counts.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>
#include <stdexcept>

#include "stillpoint/counters.hpp"
#include "stillpoint/counters_ref.hpp"

namespace {

std::size_t bytes_asked_for = 0;

void* allocate(std::size_t size, std::size_t alignment) {
  bytes_asked_for += size;
  void* const memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}

namespace {

using stillpoint::atomics;
using stillpoint::counters;
using stillpoint::counters_info;
using stillpoint::counters_kind;
using stillpoint::std_policy;
using stillpoint::write_concurrency;

template <class Make>
void expect_exact(std::size_t size, Make make) {
  const std::size_t before = bytes_asked_for;
  const auto& made = make();
  EXPECT_EQ(bytes_asked_for - before, made.info().memory);
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

// What the allocator refuses, too, is too large.
TEST(counters_memory, that_is_not_there_is_refused) {
  const std::size_t size = std::numeric_limits<std::size_t>::max() / 32;
  EXPECT_THROW(counters<atomics> many(size), std::length_error);
}

}  // namespace
