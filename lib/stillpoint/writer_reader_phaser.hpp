// SPDX-License-Identifier: BSL-1.0
//
// writer_reader_phaser: writers that never wait, and readers that get a moment at which the writers they saw
// have left.
//
// For double-buffered data: any number of writers update the active of two buffers inside short writer
// sections; a reader swaps the roles of the buffers and flips the phase. When the flip returns, no writer is
// still at work on the buffer that has become inactive, nor will one ever be again until the roles are
// swapped back.
//
// Costs. A writer pays two atomic read-modify-writes on one cache line that all writers share (see
// asymmetric_writer_reader_phaser and striped_writer_reader_phaser when many write at once). A flip waits for
// the writers inside; a writer that stays in its section keeps the reader waiting. Memory: two cache lines
// and a mutex.
//
// Do not use it when readers are many and writers few (that is the opposite asymmetry: use atomic_value), or
// when a writer section may block.
//
// Progress. writer_enter, writer_exit: wait-free where fetch_add is. flip: blocking, but only on writer
// sections entered before it. reader_lock: blocking, but only on other readers.
//
// What the caller owes (the clients that check each guarantee rely on these):
//   1. Writers touch the buffers only between writer_enter and writer_exit, and only the one they find
//   active.
//   2. Only a reader that holds the reader lock swaps the roles, and it does so before it flips.
//   3. The pointer or index that says which buffer is active is atomic, stored with release and loaded with
//   acquire. With relaxed
//      ones a writer that entered before the flip may find the new role without seeing how the reader cleaned
//      that buffer.
//   4. Writers leave their sections in finite time; readers release the lock in finite time.
//
// What the class owes: writers_never_wait, flip_waits_for_writers_inside, flip_waits_for_no_later_writer,
// inactive_side_is_stable, no_write_is_lost, flips_exclude_each_other, idle_flip_returns,
// epochs_wrap_around_unharmed, sections_may_change_threads. docs/writer_reader_phaser.md says what each means
// and how it is checked.
//
// Source: WriterReaderPhaser of HdrHistogram (Gil Tene, public domain). Differs in the encoding of epochs,
// see below.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/failure.hpp"
#include "stillpoint/detail/reader_lock.hpp"
#include "stillpoint/detail/typestate.hpp"
#include "stillpoint/std_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

template <atomics_policy P, std::size_t OwnedStripes, std::size_t SharedStripes, std::unsigned_integral Epoch,
          unsigned CountBits>
class basic_asymmetric_writer_reader_phaser;

// The phaser over a given number of stripes. Epoch is the unsigned integer that counts sections modulo
// 2^CountBits; between two flips at most 2^CountBits - 1 sections may be entered on one stripe. (One more,
// and a flip that looks at an old value of the count could take it for the new one. In production that is
// 2^63 sections between two flips.) A checker takes few bits, to see the counts wrap around.
//
// An epoch is a count of sections in its upper bits and the phase (0 or 1) in bit 0. Each stripe has an epoch
// of sections entered, which carries the current phase, and one of sections left for each phase. A phase
// begins with the count at which its "left" epoch stands, so nothing has to be reset, and the counts may wrap
// around.
template <atomics_policy P, std::size_t Stripes, std::unsigned_integral Epoch = std::uint64_t,
          unsigned CountBits = std::numeric_limits<Epoch>::digits - 1>
class basic_writer_reader_phaser {
  static_assert(Stripes >= 1);
  static_assert(CountBits >= 1 && CountBits < std::numeric_limits<Epoch>::digits);

 public:
  class token;
  class writer_section;
  class reader_guard;

  basic_writer_reader_phaser() = default;
  basic_writer_reader_phaser(const basic_writer_reader_phaser&) = delete;
  basic_writer_reader_phaser& operator=(const basic_writer_reader_phaser&) = delete;

  // Begins a writer section. Wait-free: one read-modify-write. The token goes to the matching writer_exit.
  [[nodiscard]] token writer_enter() {
    const std::size_t index = choose_stripe();
    // acquire: pairs with the release exchange in flip. A writer that enters after a flip sees everything its
    // reader did before: above all, which buffer is active, and that it was cleaned.
    const Epoch entered = stripes_[index].entered.fetch_add(one_section, std::memory_order_acquire);
    return token(this, index, entered);
  }

  // Ends the writer section that `section` stands for. Wait-free: one read-modify-write.
  // Errors, where P::checked: std::logic_error if the token is empty (already used, or never issued) or
  // another phaser's.
  void writer_exit(token&& section) {
    if constexpr (P::checked) section.require_issued_by(this);
    auto& left = stripes_[section.stripe()].left[static_cast<std::size_t>(section.entered_ & phase_bit)];
    section.consume();
    // release: pairs with the acquire in flip's await. What this writer did in its section is done before the
    // flip returns.
    left.fetch_add(one_section, std::memory_order_release);
  }

  // Excludes other readers, not writers. Reentrant. Blocks while another thread holds it.
  void reader_lock() { readers_.lock(); }

  // Errors, where P::checked: std::logic_error if the calling thread does not hold the lock.
  void reader_unlock() {
    readers_.unlock("writer_reader_phaser::reader_unlock: the calling thread does not hold the reader lock");
  }

  // Locks for the guard's lifetime; the guard's flip() is the natural way to flip.
  [[nodiscard]] reader_guard lock_reader() STILLPOINT_LIFETIME_BOUND { return reader_guard(*this); }

  // Begins a new phase and returns when every writer section entered before has ended. Sections entered
  // afterwards are not waited for. The calling thread must hold the reader lock. Errors: std::logic_error if
  // it does not; nothing has changed then.
  void flip_phase() {
    readers_.require_held(flip_without_lock);
    flip(typename P::waiter());
  }

  // The same, sleeping for `yield_time` between two looks at the writers (zero: yielding).
  void flip_phase(std::chrono::nanoseconds yield_time) {
    readers_.require_held(flip_without_lock);
    flip(typename P::waiter(yield_time));
  }

 private:
  // Counts on these stripes the sections of threads that own none.
  template <atomics_policy, std::size_t, std::size_t, std::unsigned_integral, unsigned>
  friend class basic_asymmetric_writer_reader_phaser;

  static constexpr Epoch phase_bit = 1;
  static constexpr Epoch one_section =
      static_cast<Epoch>(Epoch{1} << (std::numeric_limits<Epoch>::digits - CountBits));
  static constexpr const char* flip_without_lock =
      "writer_reader_phaser::flip_phase: the calling thread does not hold the reader lock";

  struct alignas(P::cache_line) stripe {
    typename P::template atomic<Epoch> entered{Epoch{0}};
    std::array<typename P::template atomic<Epoch>, 2> left{Epoch{0}, phase_bit};
  };

  static std::size_t choose_stripe() {
    if constexpr (Stripes == 1) {
      return 0;
    } else {
      return P::stripe() % Stripes;
    }
  }

  void flip(typename P::waiter wait) {
    // All phases begin before any waiting, so that the time a writer may still come in under the old phase is
    // short.
    std::array<Epoch, Stripes> entered_at_flip;
    for (std::size_t s = 0; s < Stripes; ++s) entered_at_flip[s] = begin_next_phase(stripes_[s]);
    for (std::size_t s = 0; s < Stripes; ++s) {
      const Epoch expected = entered_at_flip[s];
      // acquire: pairs with the release in writer_exit; every section that counted towards `expected` is
      // over, and its writes are visible. Each exit is a read-modify-write, so the last one continues the
      // release sequence of all others.
      P::await(
          stripes_[s].left[static_cast<std::size_t>(expected & phase_bit)], std::memory_order_acquire,
          [expected](Epoch left) { return left == expected; }, wait);
    }
  }

  // Returns the epoch at which the phase that ends was left: how many sections entered it, modulo
  // wrap-around.
  Epoch begin_next_phase(stripe& s) {
    // relaxed: only readers change the phase, and the reader lock orders them.
    const Epoch current = s.entered.load(std::memory_order_relaxed) & phase_bit;
    // relaxed: the previous flip waited for the last section of that phase and the reader lock orders us
    // after it.
    const Epoch next = s.left[static_cast<std::size_t>(current ^ phase_bit)].load(std::memory_order_relaxed);
    // release: pairs with the acquire in writer_enter; whoever enters the new phase sees the swapped roles.
    return s.entered.exchange(next, std::memory_order_release);
  }

  std::array<stripe, Stripes> stripes_{};
  alignas(P::cache_line) detail::reader_lock<P> readers_;
};

// The receipt of writer_enter. Opaque, move-only; an empty one (default-constructed, moved from, or used)
// stands for no section. Where the policy is not checked it holds the epoch alone (and the stripe, if there
// are several).
template <atomics_policy P, std::size_t Stripes, std::unsigned_integral Epoch, unsigned CountBits>
class [[nodiscard]] basic_writer_reader_phaser<P, Stripes, Epoch, CountBits>::token {
 public:
  token() = default;
  token(token&& other) noexcept
      : entered_(other.entered_), stripe_(other.stripe_), issuer_(std::exchange(other.issuer_, {})) {}
  token& operator=(token&& other) noexcept {
    entered_ = other.entered_;
    stripe_ = other.stripe_;
    issuer_ = std::exchange(other.issuer_, {});
    return *this;
  }

  // Which of the two phases (0 or 1) the section belongs to; for diagnostics and tests.
  unsigned phase() const noexcept { return static_cast<unsigned>(entered_ & phase_bit); }

 private:
  friend basic_writer_reader_phaser;
  template <atomics_policy, std::size_t, std::size_t, std::unsigned_integral, unsigned>
  friend class basic_asymmetric_writer_reader_phaser;

  struct no_stripe {
    constexpr no_stripe(std::size_t = 0) noexcept {}
    constexpr operator std::size_t() const noexcept { return 0; }
  };
  struct no_issuer {
    constexpr no_issuer(const void* = nullptr) noexcept {}
  };

  token(const basic_writer_reader_phaser* issuer, std::size_t stripe, Epoch entered) noexcept
      : entered_(entered), stripe_(stripe), issuer_(issuer) {}

  std::size_t stripe() const noexcept { return stripe_; }

  void consume() noexcept { issuer_ = {}; }

  void require_issued_by(const basic_writer_reader_phaser* phaser) const {
    if (issuer_ == nullptr) [[unlikely]] {
      detail::fail_logic(
          "writer_reader_phaser::writer_exit: the token is empty: used before, or never issued");
    }
    if (issuer_ != phaser) [[unlikely]] {
      detail::fail_logic("writer_reader_phaser::writer_exit: the token was issued by another phaser");
    }
  }

  Epoch entered_ = 0;
  [[no_unique_address]] std::conditional_t<(Stripes > 1), std::size_t, no_stripe> stripe_{0};
  [[no_unique_address]] std::conditional_t<P::checked, const void*, no_issuer> issuer_{nullptr};
};

// A writer section for the lifetime of this object; also when it ends by an exception.
template <atomics_policy P, std::size_t Stripes, std::unsigned_integral Epoch, unsigned CountBits>
class [[nodiscard]] basic_writer_reader_phaser<P, Stripes, Epoch, CountBits>::writer_section {
 public:
  [[nodiscard]] explicit writer_section(basic_writer_reader_phaser& phaser)
      : phaser_(phaser), token_(phaser.writer_enter()) {}
  writer_section(const writer_section&) = delete;
  writer_section& operator=(const writer_section&) = delete;
  ~writer_section() { phaser_.writer_exit(std::move(token_)); }

 private:
  basic_writer_reader_phaser& phaser_;
  token token_;
};

// Holds the reader lock for its lifetime; also when it ends by an exception.
template <atomics_policy P, std::size_t Stripes, std::unsigned_integral Epoch, unsigned CountBits>
class [[nodiscard]] basic_writer_reader_phaser<P, Stripes, Epoch, CountBits>::reader_guard {
 public:
  [[nodiscard]] explicit reader_guard(basic_writer_reader_phaser& phaser) : phaser_(phaser) {
    phaser_.reader_lock();
  }
  reader_guard(const reader_guard&) = delete;
  reader_guard& operator=(const reader_guard&) = delete;
  ~reader_guard() { phaser_.reader_unlock(); }

  // As flip_phase(); the lock is held by construction.
  void flip() { phaser_.flip(typename P::waiter()); }
  void flip(std::chrono::nanoseconds yield_time) { phaser_.flip(typename P::waiter(yield_time)); }

 private:
  basic_writer_reader_phaser& phaser_;
};

// All writers share one cache line: the smallest, and the fastest for one writer at a time.
template <atomics_policy P = std_policy>
using writer_reader_phaser = basic_writer_reader_phaser<P, 1>;

}  // namespace stillpoint

#pragma GCC diagnostic pop
