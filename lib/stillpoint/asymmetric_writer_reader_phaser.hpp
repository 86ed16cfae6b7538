// SPDX-License-Identifier: BSL-1.0
//
// asymmetric_writer_reader_phaser: a writer_reader_phaser whose writer sections cost two plain stores.
//
// Same interface and guarantees. For sections that are frequent and short, on any number of threads, and
// flips that are rare.
//
// Costs. A section of a thread that owns a stripe (see P::quick_stripe) is a store to a cache line of the
// thread's own to enter, and another one to exit: no read-modify-write, no fence instruction, no line that
// two writers share. A flip pays for that: a heavy fence (a system call of some microseconds on Linux), and a
// scan of the stripes that threads own or ever owned, and of the shared ones. A thread counts a section as
// striped_writer_reader_phaser does, by two read-modify-writes, if it owns no stripe, if it is inside another
// section of the same phaser already, or where light fences are not free (no membarrier). Memory: a pair of
// cache lines for each of 80 stripes, 10 KiB.
//
// Do not use it where flips are as frequent as sections, or where there are many phasers (memory): take the
// plain writer_reader_phaser there.
//
// Progress. writer_enter: wait-free where fetch_add is; there is no loop in it. writer_exit: the same. flip:
// blocking, but only on writer sections entered before it. reader_lock: blocking, but only on other readers.
//
// What the caller owes: as for writer_reader_phaser, and
//   5. writer_enter and writer_exit are not called from a signal handler, and a call does not move from one
//      thread to another before it returns.
//   6. The process has one copy of the library's inline variables.
//
// What the class owes: as writer_reader_phaser. docs/writer_reader_phaser.md says what each means and how it
// is checked.
//
// Source: the interface and the counted sections are the plain phaser's; the published sections are the
// tracker's tokens, without the retry: see below.
#pragma once

#include <algorithm>
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
#include "stillpoint/detail/one_copy.hpp"
#include "stillpoint/detail/typestate.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/writer_reader_phaser.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

// The phaser over given numbers of stripes that a thread may own, and of stripes that the others share. Epoch
// is the unsigned integer that holds phases modulo 2^CountBits, and the counts of the shared stripes.
// Requirement: fewer than 2^CountBits - 1 flips begin during one writer_enter; in production that is 2^63.
//
// Phases have numbers: 0, 1, 2, and so on. A flip increments the number. A thread that owns a stripe
// publishes in it the phase of its section, until the section ends. It does so in four steps:
//
//   1. reads the number: a guess, which may be stale;
//   2. publishes the guess;
//   3. runs a light fence;
//   4. reads the number again. That is the phase of the section. If the guess was another one, it is
//   replaced.
//
// A flip does the opposite: it stores the new number n, runs a heavy fence, and then reads each stripe. It
// waits while a stripe holds any phase but n.
//
// Of the two fences, one comes first. If that is the light one, the flip finds what was published in step 2,
// or what replaced it. If it is the heavy one, step 4 reads n or a later number. So a section of a phase
// before n is found by the flip, and its phase is not n: the flip waits. A section of phase n is not waited
// for: it has seen what the reader did before it stored n, through the acquire in step 4.
//
// A stale guess is never n: it is older than the phase, and the flip waits for each phase but n. So a writer
// that falls asleep between steps 1 and 4 is waited for, at most. After step 4 the stripe says the phase, and
// a thread's later guesses are no older than that. So a writer that enters again and again is in a phase that
// the flip does not wait for, and does not hold it up.
//
// No step is repeated: it does not matter whether the phase is the guessed one, or which later one it is.
template <atomics_policy P, std::size_t OwnedStripes, std::size_t SharedStripes,
          std::unsigned_integral Epoch = std::uint64_t,
          unsigned CountBits = std::numeric_limits<Epoch>::digits - 1>
class basic_asymmetric_writer_reader_phaser {
  static_assert(OwnedStripes >= 1, "for no owned stripes there is basic_writer_reader_phaser");
  static_assert(SharedStripes >= 1, "those who own no stripe need a shared one");
  static_assert(CountBits >= 2, "a stale guess is neither the current phase nor the next one");
  static_assert(CountBits < std::numeric_limits<Epoch>::digits, "a stripe holds one number more than phases");

 public:
  class token;
  class writer_section;
  class reader_guard;

  basic_asymmetric_writer_reader_phaser() = default;
  basic_asymmetric_writer_reader_phaser(const basic_asymmetric_writer_reader_phaser&) = delete;
  basic_asymmetric_writer_reader_phaser& operator=(const basic_asymmetric_writer_reader_phaser&) = delete;

  // Begins a writer section. Wait-free: two stores at most, or one read-modify-write. The token goes to the
  // matching writer_exit. Inlined, and all that is rare is not, so that a token never leaves the registers.
  [[nodiscard, gnu::always_inline]] token writer_enter() {
    copy_.require("writer_reader_phaser::writer_enter");
    const std::size_t mine = P::quick_stripe(OwnedStripes);
    if (mine < OwnedStripes) [[likely]] {
      published& own = owned_[mine].section;
      if (is_free(own)) [[likely]]
        return token(this, own, publish(own));
    }
    return token(this, count());
  }

  // Ends the writer section that `section` stands for. Wait-free: one store, or one read-modify-write.
  // Errors, where P::checked: std::logic_error if the token is empty (already used, or never issued) or
  // another phaser's.
  [[gnu::always_inline]] void writer_exit(token&& section) {
    if constexpr (P::checked) section.require_issued_by(this);
    published* const where = section.where_;
    section.consume();
    if (where != nullptr) [[likely]] {
      clear(*where);
    } else {
      uncount({section.phase_, section.stripe_});
    }
  }

  // Excludes other readers, not writers. Reentrant. Blocks while another thread holds it.
  void reader_lock() { counted_.reader_lock(); }

  // Errors, where P::checked: std::logic_error if the calling thread does not hold the lock.
  void reader_unlock() { counted_.reader_unlock(); }

  // Locks for the guard's lifetime; the guard's flip() is the natural way to flip.
  [[nodiscard]] reader_guard lock_reader() STILLPOINT_LIFETIME_BOUND { return reader_guard(*this); }

  // Begins a new phase and returns when every writer section entered before has ended. Sections entered
  // afterwards are not waited for. The calling thread must hold the reader lock. Errors: std::logic_error if
  // it does not; nothing has changed then.
  void flip_phase() {
    counted_.readers_.require_held(counts::flip_without_lock);
    flip(typename P::waiter());
  }

  // The same, sleeping for `yield_time` between two looks at the writers (zero: yielding).
  void flip_phase(std::chrono::nanoseconds yield_time) {
    counted_.readers_.require_held(counts::flip_without_lock);
    flip(typename P::waiter(yield_time));
  }

 private:
  using counts = basic_writer_reader_phaser<P, SharedStripes, Epoch, CountBits>;
  // 0: no section. Else one more than the phase of the section.
  using published = typename P::template atomic<Epoch>;

  struct alignas(P::cache_line) owned_stripe {
    published section{Epoch{0}};
  };

  // A section that is counted. Fits two registers.
  struct counted_section {
    Epoch entered;
    std::size_t stripe;
  };

  static constexpr Epoch last_phase = static_cast<Epoch>(std::numeric_limits<Epoch>::max() >>
                                                         (std::numeric_limits<Epoch>::digits - CountBits));

  static constexpr Epoch next_of(Epoch phase) { return static_cast<Epoch>((phase + 1) & last_phase); }
  static constexpr Epoch mark_of(Epoch phase) { return static_cast<Epoch>(phase + 1); }

  // Of a stripe that is the caller's own: nobody else publishes there.
  [[gnu::always_inline]] static bool is_free(const published& own) {
    // acquire: pairs with the release in clear, if another thread ended the section for this one. By the
    // stores in publish, a flip that finds the next section finds done what that one did.
    return own.load(std::memory_order_acquire) == 0;
  }

  // Returns the phase of the section that begins.
  [[gnu::always_inline]] Epoch publish(published& own) {
    // relaxed: a guess. It is no older than what this thread read before, by coherence.
    const Epoch guess = phase_.load(std::memory_order_relaxed);
    // release: pairs with the acquire in flip's await. A flip may wait for an earlier section on this stripe
    // and find this one in its place: what was done in the earlier one is visible.
    own.store(mark_of(guess), std::memory_order_release);
    // Pairs with the heavy fence in flip: either the load below reads the new phase, or the flip finds what
    // is published.
    P::quick_light_fence();
    // acquire: pairs with the release in flip. A writer that enters the new phase sees everything its reader
    // did before: above all, which buffer is active, and that it was cleaned. The fences do not say so where
    // the light one comes first.
    const Epoch phase = phase_.load(std::memory_order_acquire);
    if (phase != guess) [[unlikely]] {
      // release: as above. The store before heads no release sequence that this one continues.
      own.store(mark_of(phase), std::memory_order_release);
    }
    return phase;
  }

  [[gnu::always_inline]] static void clear(published& own) {
    // release: pairs with the acquires in flip's await and is_free. What this writer did in its section is
    // done before the flip returns.
    own.store(0, std::memory_order_release);
  }

  [[gnu::noinline]] counted_section count() {
    typename counts::token counted = counted_.writer_enter();
    const counted_section section = {counted.entered_, counted.stripe()};
    counted.consume();
    return section;
  }

  [[gnu::noinline]] void uncount(counted_section section) {
    counted_.writer_exit(typename counts::token(&counted_, section.stripe, section.entered));
  }

  void flip(typename P::waiter wait) {
    // relaxed: only readers change the phase, and the reader lock orders them.
    const Epoch next = next_of(phase_.load(std::memory_order_relaxed));
    // release: pairs with the acquire in publish; whoever enters the new phase sees the swapped roles.
    phase_.store(next, std::memory_order_release);
    // Pairs with the light fence in publish.
    P::heavy_fence();
    counted_.flip(wait);
    // Read after the heavy fence. A thread that published on a stripe beyond the bound ran its light fence
    // later than that, and so its section is of the new phase.
    const std::size_t in_use = std::min<std::size_t>(P::stripes_in_use(), OwnedStripes);
    for (std::size_t stripe = 0; stripe < in_use; ++stripe) {
      // acquire: pairs with the releases in clear and publish. The section that was there, if any, is over
      // or belongs to the new phase; all earlier ones are over; and their writes are visible.
      P::await(
          owned_[stripe].section, std::memory_order_acquire,
          [next](Epoch mark) { return mark == 0 || mark == mark_of(next); }, wait);
    }
  }

  // What all writers read, and readers write.
  alignas(P::cache_line) typename P::template atomic<Epoch> phase_{Epoch{0}};
  std::array<owned_stripe, OwnedStripes> owned_{};
  // Its phase has the lowest bit of phase_, but while a flip is under way. Its reader lock is this class's.
  counts counted_;
  [[no_unique_address]] detail::one_copy<P> copy_{};
};

// The receipt of writer_enter. Opaque, move-only; an empty one (default-constructed, moved from, or used)
// stands for no section.
template <atomics_policy P, std::size_t OwnedStripes, std::size_t SharedStripes, std::unsigned_integral Epoch,
          unsigned CountBits>
class [[nodiscard]] basic_asymmetric_writer_reader_phaser<P, OwnedStripes, SharedStripes, Epoch,
                                                          CountBits>::token {
 public:
  token() = default;
  [[gnu::always_inline]] token(token&& other) noexcept
      : where_(other.where_),
        phase_(other.phase_),
        stripe_(other.stripe_),
        issuer_(std::exchange(other.issuer_, {})) {}
  token& operator=(token&& other) noexcept {
    where_ = other.where_;
    phase_ = other.phase_;
    stripe_ = other.stripe_;
    issuer_ = std::exchange(other.issuer_, {});
    return *this;
  }

  // Which of the two phases (0 or 1) the section belongs to; for diagnostics and tests.
  unsigned phase() const noexcept { return static_cast<unsigned>(phase_ & 1u); }

 private:
  friend basic_asymmetric_writer_reader_phaser;

  struct no_issuer {
    constexpr no_issuer(const void* = nullptr) noexcept {}
  };

  [[gnu::always_inline]] token(const basic_asymmetric_writer_reader_phaser* issuer, published& where,
                               Epoch phase) noexcept
      : where_(&where), phase_(phase), issuer_(issuer) {}
  [[gnu::always_inline]] token(const basic_asymmetric_writer_reader_phaser* issuer,
                               counted_section section) noexcept
      : phase_(section.entered), stripe_(section.stripe), issuer_(issuer) {}

  [[gnu::always_inline]] void consume() noexcept { issuer_ = {}; }

  void require_issued_by(const basic_asymmetric_writer_reader_phaser* phaser) const {
    if (issuer_ == nullptr) [[unlikely]] {
      detail::fail_logic(
          "writer_reader_phaser::writer_exit: the token is empty: used before, or never issued");
    }
    if (issuer_ != phaser) [[unlikely]] {
      detail::fail_logic("writer_reader_phaser::writer_exit: the token was issued by another phaser");
    }
  }

  // nullptr: it is counted.
  published* where_ = nullptr;
  // Of a section that is counted, the epoch with which it is; its lowest bit is the phase's.
  Epoch phase_ = 0;
  std::size_t stripe_ = 0;
  [[no_unique_address]] std::conditional_t<P::checked, const void*, no_issuer> issuer_{nullptr};
};

// A writer section for the lifetime of this object; also when it ends by an exception.
template <atomics_policy P, std::size_t OwnedStripes, std::size_t SharedStripes, std::unsigned_integral Epoch,
          unsigned CountBits>
class [[nodiscard]] basic_asymmetric_writer_reader_phaser<P, OwnedStripes, SharedStripes, Epoch,
                                                          CountBits>::writer_section {
 public:
  [[nodiscard, gnu::always_inline]] explicit writer_section(basic_asymmetric_writer_reader_phaser& phaser)
      : phaser_(phaser), token_(phaser.writer_enter()) {}
  writer_section(const writer_section&) = delete;
  writer_section& operator=(const writer_section&) = delete;
  [[gnu::always_inline]] ~writer_section() { phaser_.writer_exit(std::move(token_)); }

 private:
  basic_asymmetric_writer_reader_phaser& phaser_;
  token token_;
};

// Holds the reader lock for its lifetime; also when it ends by an exception.
template <atomics_policy P, std::size_t OwnedStripes, std::size_t SharedStripes, std::unsigned_integral Epoch,
          unsigned CountBits>
class [[nodiscard]] basic_asymmetric_writer_reader_phaser<P, OwnedStripes, SharedStripes, Epoch,
                                                          CountBits>::reader_guard {
 public:
  [[nodiscard]] explicit reader_guard(basic_asymmetric_writer_reader_phaser& phaser) : phaser_(phaser) {
    phaser_.reader_lock();
  }
  reader_guard(const reader_guard&) = delete;
  reader_guard& operator=(const reader_guard&) = delete;
  ~reader_guard() { phaser_.reader_unlock(); }

  // As flip_phase(); the lock is held by construction.
  void flip() { phaser_.flip(typename P::waiter()); }
  void flip(std::chrono::nanoseconds yield_time) { phaser_.flip(typename P::waiter(yield_time)); }

 private:
  basic_asymmetric_writer_reader_phaser& phaser_;
};

// How many stripes a thread may own: 64, or what the policy has.
template <atomics_policy P = std_policy>
using asymmetric_writer_reader_phaser =
    basic_asymmetric_writer_reader_phaser<P, (P::owned_stripe_limit < 64 ? P::owned_stripe_limit : 64),
                                          P::stripe_count>;

}  // namespace stillpoint

#pragma GCC diagnostic pop
