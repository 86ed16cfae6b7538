// SPDX-License-Identifier: BSL-1.0
//
// meeting_point: where two sides meet, again and again, by loads and stores alone. The algorithm of the
// rendezvous; what owns it and who may call it is for others to say. Freestanding.
//
// Each side counts its arrivals, and announces the count in a word that it alone writes. A side that has
// arrived for the n-th time waits until the other's word no longer says n-1. It then says n, or n+1 if the
// other was here and has already arrived again; never more, since for that it needs this side. So two bits of
// generation are enough, and the generation may wrap around.
//
// A word is a generation in its upper bits, and in bit 0 whether its side has left for good. One word, so
// that whoever reads that a side has left also reads how far it came: an arrival counts although its side has
// left since.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <limits>

#include "stillpoint/load_store_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

// How an attempt to meet the other side ended.
//   met:           both sides have arrived. What each did before it arrived is visible to the other.
//   not_yet:       gave up waiting. This side has arrived, and stays so; the next call resumes.
//   disconnected:  the other side left without arriving, and never will. What it did before is visible.
enum class meeting : unsigned char { met, not_yet, disconnected };

namespace detail {

template <load_store_policy P, std::unsigned_integral Word, unsigned GenerationBits>
class meeting_point {
  static_assert(GenerationBits >= 2, "one generation back and one ahead have to differ");
  static_assert(GenerationBits < std::numeric_limits<Word>::digits);

 public:
  using waiter = typename P::waiter;

  meeting_point() = default;
  meeting_point(const meeting_point&) = delete;
  meeting_point& operator=(const meeting_point&) = delete;

  // Arrives, unless a call that did not meet has done so already, and waits for the other side.
  meeting wait(unsigned index, waiter how) {
    side& mine = sides_[index];
    const bool resumed = P::read(mine.state) != progress::met;
    const Word before = resumed ? other_before(mine) : arrive(mine);
    // acquire: pairs with the release in arrive and in leave. What the other side did before it arrived, or
    // left, is visible here.
    const Word seen = P::await(
        sides_[index ^ 1u].announced, std::memory_order_acquire,
        [before](Word word) { return word != before; }, how);
    return conclude(mine, resumed, before, seen);
  }

  // The same without waiting: one look at the other side.
  meeting try_wait(unsigned index) {
    side& mine = sides_[index];
    const bool resumed = P::read(mine.state) != progress::met;
    const Word before = resumed ? other_before(mine) : arrive(mine);
    // acquire: as in wait.
    const Word seen = sides_[index ^ 1u].announced.load(std::memory_order_acquire);
    return conclude(mine, resumed, before, seen);
  }

  // This side will not come again. Nothing else may be called for it afterwards.
  void leave(unsigned index) {
    side& mine = sides_[index];
    // release: pairs with the acquire in wait and try_wait; what this side did is visible to a side that
    // finds itself alone.
    mine.announced.store(static_cast<Word>(P::read(mine.arrived) | gone), std::memory_order_release);
  }

  // Whether this side has arrived and gave up waiting: from then until it has met, the other may go on at any
  // time.
  bool is_pending(unsigned index) const { return P::read(sides_[index].state) == progress::pending; }

  // Which of two things this side holds if they change sides at each meeting: 0 or 1, at first its own index.
  // To be asked only while the side is not pending.
  unsigned holds(unsigned index) const {
    const side& mine = sides_[index];
    // An arrival that ended with the other side gone changed nothing.
    const unsigned unmet = P::read(mine.state) == progress::met ? 0u : 1u;
    const unsigned arrivals = static_cast<unsigned>(P::read(mine.arrived) / one_generation);
    return (index + arrivals + unmet) & 1u;
  }

 private:
  static constexpr Word gone = 1;
  static constexpr Word one_generation =
      static_cast<Word>(Word{1} << (std::numeric_limits<Word>::digits - GenerationBits));

  // What came of this side's last arrival.
  enum class progress : unsigned char { met, pending, alone };

  // All of one side: only it writes here, and the other only reads what is announced. That lies alone: a
  // waiting side looks at it all the time, so that each further write to its line would cost a journey of the
  // line.
  struct side {
    alignas(P::cache_line) typename P::template atomic<Word> announced{Word{0}};
    alignas(P::cache_line) typename P::template plain<Word> arrived{Word{0}};
    typename P::template plain<progress> state{progress::met};
  };

  // Returns what the other side's word says as long as it has not arrived as often as this side.
  static Word arrive(side& mine) {
    const Word before = P::read(mine.arrived);
    const Word now = static_cast<Word>(before + one_generation);
    P::write(mine.arrived, now);
    // release: pairs with the acquire in the other side's wait and try_wait. What this side did until now is
    // visible to the other once it has met this arrival; and it is done with what it held.
    mine.announced.store(now, std::memory_order_release);
    return before;
  }

  static Word other_before(const side& mine) {
    return static_cast<Word>(P::read(mine.arrived) - one_generation);
  }

  static meeting conclude(side& mine, bool resumed, Word before, Word seen) {
    if (seen == before) return record(mine, progress::pending, meeting::not_yet);
    if (seen == static_cast<Word>(before | gone)) {
      return record(mine, progress::alone, meeting::disconnected);
    }
    return resumed ? record(mine, progress::met, meeting::met) : meeting::met;
  }

  static meeting record(side& mine, progress state, meeting result) {
    if (P::read(mine.state) != state) P::write(mine.state, state);
    return result;
  }

  side sides_[2];
};

}  // namespace detail

}  // namespace stillpoint

#pragma GCC diagnostic pop
