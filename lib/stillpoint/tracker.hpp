// SPDX-License-Identifier: BSL-1.0
//
// tracker: tokens that carry a generation number, for as many threads as like, and a way to wait until all
// tokens of a generation have been given back.
//
// For data that many threads use and somebody replaces, collects or frees: users hold a token while they work
// on what belongs to the token's generation; whoever wants that at rest increments the generation and waits.
// When increment returns, nobody holds a token of the old generation, nor will anybody ever get one.
//
// Costs. A token costs a plain load and store on a cache line of the thread's own to acquire, and as much to
// release: no read-modify-write, no line that two threads write. An increment pays for that: a heavy fence (a
// system call of some microseconds on Linux) and a look at all stripes. Memory: one pair of cache lines for
// each of 80 stripes, 10 KiB. A thread beyond the 64th that lives at the same time shares one of the last 16
// stripes, and pays two read-modify-writes per token.
//
// Do not use it where increments are as frequent as tokens (use a writer_reader_phaser), where many trackers
// are needed (memory), or where a token may be held for good (increments wait for it).
//
// Progress. acquire: lock-free; wait-free while no increment begins. It never waits for an increment.
// release: wait-free where fetch_add is. generation, try_wait: wait-free. begin_increment: blocking, but only
// on other calls of it, and where max_pending generations are not yet at their end, on the tokens of the
// oldest. increment, wait: blocking, on the tokens of one generation.
//
// What the caller owes:
//   1. Each token is released in finite time, and by one thread at a time. It may be handed to another
//   thread, in a way that orders what the first one did before what the other does.
//   2. A thread does not wait for the end of a generation of which it holds a token, nor begin an increment
//   while it holds a token that is max_pending or more generations old.
//   3. The tracker outlives its tokens and all calls, those on its pendings among them.
//   4. acquire and release are not called from a signal handler, and a call does not move from one thread to
//   another before it returns.
//
// What the class owes: ended_generation_has_no_holders, what_holders_wrote_is_seen,
// holders_see_what_came_before_their_generation, generations_are_dense_and_monotonic,
// acquire_never_waits, increments_end_once_tokens_are_released, pendings_end_one_by_one,
// dropped_pending_loses_nothing, tokens_may_change_threads, generations_wrap_around_unharmed.
// docs/tracker.md says what each means and how it is checked.
//
// Source: swaparoo (Go, github.com/zeebo/swaparoo). Differs in that increments may be concurrent and pending,
// and in how tokens are counted, see below.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/failure.hpp"
#include "stillpoint/std_policy.hpp"

namespace stillpoint {

// How a tracker counts. The defaults are for products; a checker takes little of everything.
struct tracker_shape {
  // Generations that may have tokens at the same time: the current one, and those that are pending. Each
  // stripe counts in so many slots. A power of two, at least 2.
  std::size_t slots = 8;
  // Stripes that a thread may own, and such that the others share.
  std::size_t owned_stripes = 64;
  std::size_t shared_stripes = 16;
  // Generations wrap around at 2^generation_bits, at least twice the number of slots. A pending is good for
  // fewer increments than that. (In production that is 2^64.)
  unsigned generation_bits = 64;
};

// A generation's tokens are counted in the slot that its number gives modulo the number of slots. Each stripe
// has for each slot a count of tokens acquired ("entered") and one of tokens released ("left"), which a
// thread counts on its own stripe, wherever the token was acquired. A generation is at its end when the sums
// over all stripes are equal.
//
// acquire announces itself in the slot of the generation it has read, and reads the generation again. If that
// is still the same, the announcement is the token; a light fence in between and the heavy one in
// begin_increment see to it that whoever looks for tokens after the increment finds the announcement. If not,
// the announcement is taken back, as a token would be released.
//
// Whoever looks sums up what has left first, and then what has entered. What he finds left had entered before
// he looked, so the sums are equal only if everything he finds entered has left; and that is all that ever
// enters but for announcements that will be taken back.
//
// A slot is used again for a later generation only when its former one is at its end.
template <atomics_policy P, tracker_shape Shape = tracker_shape{},
          std::unsigned_integral Generation = std::uint64_t>
class basic_tracker {
  static_assert(std::has_single_bit(Shape.slots) && Shape.slots >= 2);
  static_assert(Shape.shared_stripes >= 1);
  static_assert(Shape.generation_bits <= std::numeric_limits<Generation>::digits);
  static_assert(std::uint64_t{Shape.slots} <= std::uint64_t{1} << (Shape.generation_bits - 1));

 public:
  class token;
  class pending;
  using generation_type = Generation;

  // How many generations may be pending before begin_increment has to wait for the oldest.
  static constexpr std::size_t max_pending = Shape.slots - 1;

  constexpr basic_tracker() = default;
  basic_tracker(const basic_tracker&) = delete;
  basic_tracker& operator=(const basic_tracker&) = delete;

  // Where P::checked, a tracker that is destroyed with tokens out ends the program with a message.
  ~basic_tracker() {
    if constexpr (P::checked) require_no_tokens();
  }

  // A token of the current generation. Lock-free: tries again only if an increment has begun meanwhile.
  [[nodiscard]] token acquire() {
    // relaxed: a guess, that the load below confirms.
    Generation guess = generation_.load(std::memory_order_relaxed);
    for (;;) {
      announce(slot_of(guess));
      // Pairs with the heavy fence in begin_increment: either the load below finds the generation
      // incremented, or the announcement is seen by all who wait for the end of the old one.
      P::light_fence();
      // acquire: pairs with the release in begin_increment. A holder of a token sees what the incrementer did
      // before it began that generation.
      const Generation current = generation_.load(std::memory_order_acquire);
      if (current == guess) [[likely]]
        return token(this, guess);
      leave(slot_of(guess));
      tell_who_waits();
      guess = current;
    }
  }

  // The current generation, from 0 on. It may be the last one when the call returns.
  Generation generation() const {
    // relaxed: only a number; who wants to rely on it acquires a token.
    return generation_.load(std::memory_order_relaxed);
  }

  // Begins the next generation, waits until all tokens of the old one are released, and returns the old one.
  Generation increment() {
    const pending old = begin_increment();
    old.wait();
    return old.generation();
  }

  // Begins the next generation. What is returned stands for the old one and its tokens; it may be waited for,
  // or dropped.
  [[nodiscard]] pending begin_increment() {
    const guard only_one(incrementers_);
    // relaxed: only incrementers change it, and the mutex orders them.
    const Generation old = generation_.load(std::memory_order_relaxed);
    const Generation next = plus(old, 1);
    // The slot's former generation. It ends here at the latest, so that tokens of two generations are never
    // counted together.
    await_end(plus(next, Generation{0} - Generation{Shape.slots}));
    // release: pairs with the acquire in acquire, and with the one in has_ended.
    generation_.store(next, std::memory_order_release);
    // Whoever still waits for that former generation finds its slot in use from now on, and so has to look
    // at the generation again.
    tell_who_waits();
    // Pairs with the light fences in acquire and release. Under the mutex, so that it comes before all that
    // later incrementers do, who may wait for the end of this generation, too.
    P::heavy_fence();
    return pending(this, old);
  }

 private:
  using count = std::uint64_t;
  using counts = std::array<typename P::template atomic<count>, Shape.slots>;

  struct alignas(P::cache_line) stripe {
    counts entered{};
    counts left{};
  };

  static constexpr std::size_t stripe_count = Shape.owned_stripes + Shape.shared_stripes;
  static constexpr Generation last_generation =
      static_cast<Generation>(std::numeric_limits<Generation>::max() >>
                              (std::numeric_limits<Generation>::digits - Shape.generation_bits));

  struct guard {
    explicit guard(typename P::mutex& m) : held(m) { held.lock(); }
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;
    ~guard() { held.unlock(); }
    typename P::mutex& held;
  };

  static constexpr Generation plus(Generation generation, Generation distance) {
    return static_cast<Generation>((generation + distance) & last_generation);
  }
  static constexpr std::size_t slot_of(Generation generation) {
    return static_cast<std::size_t>(generation) % Shape.slots;
  }

  static std::size_t shared_stripe() {
    if constexpr (Shape.shared_stripes == 1) {
      return Shape.owned_stripes;
    } else {
      return Shape.owned_stripes + P::stripe() % Shape.shared_stripes;
    }
  }

  void announce(std::size_t slot) {
    const std::size_t mine = P::owned_stripe();
    if (mine < Shape.owned_stripes) [[likely]] {
      auto& entered = stripes_[mine].entered[slot];
      // relaxed, and no read-modify-write: the stripe is this thread's own, and P::owned_stripe orders it
      // after the stripe's earlier owners. That it is seen in time is the fences' part.
      entered.store(entered.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    } else {
      // relaxed: as above. A read-modify-write, because the stripe is everybody's.
      stripes_[shared_stripe()].entered[slot].fetch_add(1, std::memory_order_relaxed);
    }
  }

  void leave(std::size_t slot) {
    const std::size_t mine = P::owned_stripe();
    if (mine < Shape.owned_stripes) [[likely]] {
      auto& left = stripes_[mine].left[slot];
      // relaxed: this thread's own, as in announce.
      const count before = left.load(std::memory_order_relaxed);
      // release: pairs with the acquire in is_empty. Whoever finds it counted as left finds it counted as
      // entered, and all that the token's holder did is done.
      left.store(before + 1, std::memory_order_release);
    } else {
      // release: as above. All changes are read-modify-writes, so that the last one continues the release
      // sequences of all others.
      stripes_[shared_stripe()].left[slot].fetch_add(1, std::memory_order_release);
    }
  }

  void release(Generation generation) {
    leave(slot_of(generation));
    // Pairs with the heavy fence in begin_increment: either the load below finds the generation incremented,
    // or whoever waits for its end sees, before it first goes to wait, that this token is released.
    P::light_fence();
    // relaxed: the fence has ordered it.
    if (generation_.load(std::memory_order_relaxed) != generation) [[unlikely]]
      tell_who_waits();
  }

  void tell_who_waits() {
    // release: pairs with the acquires in await_end; who is told looks again and sees what was to be told.
    changes_.fetch_add(1, std::memory_order_release);
  }

  void await_end(Generation generation) const {
    // acquire: pairs with the release in tell_who_waits, of whom may never tell again.
    count seen = changes_.load(std::memory_order_acquire);
    while (!has_ended(generation)) {
      // acquire: as above.
      seen = P::await(
          changes_, std::memory_order_acquire, [seen](count now) { return now != seen; },
          typename P::waiter());
    }
  }

  bool has_ended(Generation generation) const {
    // acquire: pairs with the release in begin_increment. Whoever began a generation that uses the slot again
    // has seen the former one end; and so has, by this, the caller.
    const Generation current = generation_.load(std::memory_order_acquire);
    const Generation age = plus(current, Generation{0} - generation);
    return age >= Shape.slots || is_empty(slot_of(generation));
  }

  bool is_empty(std::size_t slot) const {
    count left = 0;
    for (const stripe& each : stripes_) {
      // acquire: pairs with the release in leave.
      left += each.left[slot].load(std::memory_order_acquire);
    }
    count entered = 0;
    for (const stripe& each : stripes_) {
      // relaxed: the fences, and the acquires above, have ordered it.
      entered += each.entered[slot].load(std::memory_order_relaxed);
    }
    return left == entered;
  }

  void require_no_tokens() const {
    for (std::size_t slot = 0; slot < Shape.slots; ++slot) {
      if (!is_empty(slot)) [[unlikely]]
        detail::terminate("tracker::~tracker: tokens are out");
    }
  }

  // What all threads read, and incrementers write.
  alignas(P::cache_line) typename P::template atomic<Generation> generation_{Generation{0}};
  // Counts what those who wait for the end of a generation have to look at.
  alignas(P::cache_line) typename P::template atomic<count> changes_{count{0}};
  typename P::mutex incrementers_;
  std::array<stripe, stripe_count> stripes_{};
};

// Holds its generation until it is released, at the latest when it is destroyed. Move-only. An empty one
// (default-constructed, moved from, or released) holds none.
template <atomics_policy P, tracker_shape Shape, std::unsigned_integral Generation>
class [[nodiscard]] basic_tracker<P, Shape, Generation>::token {
 public:
  token() = default;
  token(token&& other) noexcept
      : tracker_(std::exchange(other.tracker_, nullptr)), generation_(other.generation_) {}
  // What it held before is released.
  token& operator=(token&& other) noexcept {
    token taken(std::move(other));
    std::swap(tracker_, taken.tracker_);
    std::swap(generation_, taken.generation_);
    return *this;
  }
  ~token() {
    if (tracker_ != nullptr) tracker_->release(generation_);
  }

  // Errors, where P::checked: std::logic_error if the token is empty.
  Generation generation() const {
    if constexpr (P::checked) require_held("tracker::token::generation: the token is empty");
    return generation_;
  }

  // Errors, where P::checked: std::logic_error if the token is empty: released before, moved from, or never
  // acquired. Elsewhere that is undefined.
  void release() {
    if constexpr (P::checked) require_held("tracker::token::release: the token is empty");
    std::exchange(tracker_, nullptr)->release(generation_);
  }

 private:
  friend basic_tracker;

  token(basic_tracker* tracker, Generation generation) noexcept
      : tracker_(tracker), generation_(generation) {}

  void require_held(const char* text) const {
    if (tracker_ == nullptr) [[unlikely]]
      detail::fail_logic(text);
  }

  basic_tracker* tracker_ = nullptr;
  Generation generation_ = 0;
};

// A generation that is no longer current, and the wait for its end. May be copied, used by any thread, any
// number of times, and dropped. Whoever uses it on another thread than begin_increment returned it on hands
// it over in a way that orders the one before the other.
template <atomics_policy P, tracker_shape Shape, std::unsigned_integral Generation>
class [[nodiscard]] basic_tracker<P, Shape, Generation>::pending {
 public:
  // Which generation it stands for.
  Generation generation() const noexcept { return generation_; }

  // Returns when all tokens of the generation are released.
  void wait() const { tracker_->await_end(generation_); }

  // Whether they are. May say no while another thread is inside acquire, although they are.
  [[nodiscard]] bool try_wait() const { return tracker_->has_ended(generation_); }

  // Waits no longer than that, or a little. Whether all tokens are released.
  template <class Rep, class Period>
  requires policy_provides_deadline<P, std::chrono::duration<Rep, Period>>
  [[nodiscard]] bool wait_for(const std::chrono::duration<Rep, Period>& at_most) const {
    const typename P::deadline end(at_most);
    typename P::waiter wait;
    while (!try_wait()) {
      if (end.passed()) return false;
      wait();
    }
    return true;
  }

 private:
  friend basic_tracker;

  pending(const basic_tracker* tracker, Generation generation) noexcept
      : tracker_(tracker), generation_(generation) {}

  const basic_tracker* tracker_;
  Generation generation_;
};

template <atomics_policy P = std_policy>
using tracker = basic_tracker<P>;

}  // namespace stillpoint
