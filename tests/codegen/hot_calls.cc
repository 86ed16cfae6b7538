// SPDX-License-Identifier: BSL-1.0
//
// The hot calls, each beside the same thing written by hand on std::atomic: functions library_X and
// by_hand_X, of which compare_instructions.py compares the instructions. Compiled, never run.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "stillpoint/counters.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"

static_assert(STILLPOINT_CHECKED == 0, "what a product pays is compared");

// Over the plain phaser; phaser_calls.cc has the other one.
template <class T>
using plain_recorder = stillpoint::recorder<T, stillpoint::std_policy, stillpoint::writer_reader_phaser<>>;
using stillpoint::striped_writer_reader_phaser;
using stillpoint::writer_reader_phaser;

// What is recorded into; a plain store, so that the only read-modify-writes are the phaser's.
struct last_value {
  std::atomic<std::uint64_t> value{0};
};

namespace by_hand {

struct alignas(128) stripe {
  std::atomic<std::uint64_t> entered{0};
  std::array<std::atomic<std::uint64_t>, 2> left{0, 1};
};

struct alignas(128) reader_lock {
  std::mutex mutex;
  std::atomic<std::uintptr_t> owner{0};
  unsigned depth = 0;
};

template <std::size_t Stripes>
struct phaser {
  std::array<stripe, Stripes> stripes;
  reader_lock readers;
};

struct striped_token {
  std::uint64_t entered;
  std::size_t stripe;
};

inline std::size_t choose_stripe() {
  static constinit std::atomic<std::size_t> next{0};
  static thread_local constinit std::size_t mine = 0;
  if (mine == 0) [[unlikely]]
    mine = next.fetch_add(1, std::memory_order_relaxed) % 16 + 1;
  return (mine - 1) % 16;
}

struct recorder {
  phaser<1> sections;
  last_value first;
  last_value second;
  std::atomic<last_value*> active{&first};
  last_value* inactive = &second;
};

// As the library's: one row for atomics, one for each stripe and one more for write_concurrency.
struct counters {
  std::size_t size;
  std::size_t row_length;
  std::size_t cell_count;
  std::atomic<std::uint64_t>* cells;
  std::size_t stripes;

  std::atomic<std::uint64_t>& at(std::size_t row, std::size_t position) const {
    return cells[row * row_length + position];
  }
  std::size_t position(std::size_t index, const char* call) const {
    const std::size_t at = index - 1;
    if (at >= size) [[unlikely]]
      fail(index, call);
    return at;
  }
  [[noreturn, gnu::cold, gnu::noinline]] void fail(std::size_t index, const char* call) const {
    throw std::out_of_range(call + std::to_string(index) + std::to_string(size));
  }
};

struct process {
  static constexpr std::size_t not_yet_asked = static_cast<std::size_t>(-2);
  static inline thread_local constinit std::size_t mine = not_yet_asked;
  [[gnu::cold, gnu::noinline]] static std::size_t claim() noexcept {
    static constinit std::atomic<std::size_t> next{0};
    return mine = next.fetch_add(1, std::memory_order_relaxed);
  }
};

static_assert(sizeof(counters) == sizeof(stillpoint::counters<stillpoint::write_concurrency>));
static_assert(sizeof(phaser<1>) == sizeof(writer_reader_phaser<>));
static_assert(sizeof(phaser<16>) == sizeof(striped_writer_reader_phaser<>));
static_assert(sizeof(recorder) == sizeof(plain_recorder<last_value>));
static_assert(sizeof(std::uint64_t) == sizeof(writer_reader_phaser<>::token));
static_assert(sizeof(striped_token) == sizeof(striped_writer_reader_phaser<>::token));

}  // namespace by_hand

extern "C" {

void library_enter(writer_reader_phaser<>& phaser, writer_reader_phaser<>::token& token) {
  token = phaser.writer_enter();
}

void by_hand_enter(by_hand::phaser<1>& phaser, std::uint64_t& token) {
  token = phaser.stripes[0].entered.fetch_add(2, std::memory_order_acquire);
}

void library_exit(writer_reader_phaser<>& phaser, writer_reader_phaser<>::token& token) {
  phaser.writer_exit(std::move(token));
}

void by_hand_exit(by_hand::phaser<1>& phaser, const std::uint64_t& token) {
  phaser.stripes[0].left[token & 1].fetch_add(2, std::memory_order_release);
}

void library_section(writer_reader_phaser<>& phaser) {
  const writer_reader_phaser<>::writer_section inside(phaser);
}

void by_hand_section(by_hand::phaser<1>& phaser) {
  const std::uint64_t token = phaser.stripes[0].entered.fetch_add(2, std::memory_order_acquire);
  phaser.stripes[0].left[token & 1].fetch_add(2, std::memory_order_release);
}

void library_striped_enter(striped_writer_reader_phaser<>& phaser,
                           striped_writer_reader_phaser<>::token& token) {
  token = phaser.writer_enter();
}

void by_hand_striped_enter(by_hand::phaser<16>& phaser, by_hand::striped_token& token) {
  const std::size_t index = by_hand::choose_stripe();
  const std::uint64_t entered = phaser.stripes[index].entered.fetch_add(2, std::memory_order_acquire);
  token = {entered, index};
}

void library_striped_exit(striped_writer_reader_phaser<>& phaser,
                          striped_writer_reader_phaser<>::token& token) {
  phaser.writer_exit(std::move(token));
}

void by_hand_striped_exit(by_hand::phaser<16>& phaser, const by_hand::striped_token& token) {
  phaser.stripes[token.stripe].left[token.entered & 1].fetch_add(2, std::memory_order_release);
}

void library_record(plain_recorder<last_value>& values, std::uint64_t value) {
  values.record([value](last_value& into) { into.value.store(value, std::memory_order_relaxed); });
}

void by_hand_record(by_hand::recorder& values, std::uint64_t value) {
  by_hand::stripe& sections = values.sections.stripes[0];
  const std::uint64_t token = sections.entered.fetch_add(2, std::memory_order_acquire);
  values.active.load(std::memory_order_acquire)->value.store(value, std::memory_order_relaxed);
  sections.left[token & 1].fetch_add(2, std::memory_order_release);
}

void library_add(stillpoint::counters<stillpoint::atomics>& counts, std::size_t index, std::uint64_t n) {
  counts.add(index, n);
}

void by_hand_add(by_hand::counters& counts, std::size_t index, std::uint64_t n) {
  const std::size_t position = counts.position(index, "add");
  counts.cells[position].fetch_add(n, std::memory_order_seq_cst);
}

void library_striped_add(stillpoint::counters<stillpoint::write_concurrency>& counts, std::size_t index,
                         std::uint64_t n) {
  counts.add(index, n);
}

void by_hand_striped_add(by_hand::counters& counts, std::size_t index, std::uint64_t n) {
  const std::size_t position = counts.position(index, "add");
  std::size_t stripe = by_hand::process::mine;
  if (stripe == by_hand::process::not_yet_asked) [[unlikely]]
    stripe = by_hand::process::claim();
  if (stripe < counts.stripes) [[likely]] {
    auto& mine = counts.at(stripe, position);
    mine.store(mine.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  } else {
    counts.at(counts.stripes, position).fetch_add(n, std::memory_order_relaxed);
  }
}

}  // extern "C"
