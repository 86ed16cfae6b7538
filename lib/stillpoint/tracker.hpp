// SPDX-License-Identifier: BSL-1.0
//
// tracker: tokens that carry a generation number, for as many threads as like, and a way to wait until all
// tokens of a generation have been given back.
//
// For data that many threads use and somebody replaces, collects or frees: users hold a token while they work
// on what belongs to the token's generation; whoever wants that at rest increments the generation and waits.
// When increment returns, nobody holds a token of the old generation, nor will anybody ever get one.
//
// Costs. A token costs a store to a cache line of the thread's own to acquire, and another one to release: no
// read-modify-write, no line that two threads write. An increment pays for that: a heavy fence (a system call
// of some microseconds on Linux) and a scan of the stripes that threads own or ever owned, and of the shared
// ones. Memory: 80 pairs of cache lines, 10 KiB. A thread's ninth token at a time, the tokens of threads
// beyond the 64th alive, and all tokens where light fences are not free (no membarrier) are counted on one of
// 16 shared stripes: two read-modify-writes each.
//
// Do not use it where increments are as frequent as tokens (use a writer_reader_phaser), where many trackers
// are needed (memory), or where a token may be held for good (increments wait for it).
//
// Progress. acquire: lock-free; wait-free while no increment begins. It never waits for an increment.
// release: wait-free where fetch_add is. generation, try_wait: wait-free. begin_increment: blocking, but only
// on other calls of it, and where max_pending generations are not yet at their end, on the tokens of the
// oldest. increment, wait: blocking, on the tokens of one generation; synchronize, on all that are out.
//
// What the caller owes:
//   1. Each token is released in finite time, and by one thread at a time. It may be handed to another
//   thread, in a way that orders what the first one did before what the other does.
//   2. A thread does not wait for the end of a generation of which it holds a token, nor begin an increment
//   while it holds a token that is max_pending or more generations old.
//   3. The tracker outlives its tokens and all calls, those on its pendings among them.
//   4. acquire and release are not called from a signal handler, and a call does not move from one thread to
//   another before it returns.
//   5. The process has one copy of the library's inline variables.
//
// What the class owes: ended_generation_has_no_holders, what_holders_wrote_is_seen,
// holders_see_what_came_before_their_generation, generations_are_dense_and_monotonic,
// acquire_never_waits, increments_end_once_tokens_are_released, pendings_end_one_by_one,
// grace_periods_outlast_all_earlier_tokens, dropped_pending_loses_nothing, tokens_may_change_threads,
// generations_wrap_around_unharmed. docs/tracker.md says what each means and how it is checked.
//
// To free what users may have found before, call synchronize: the end of one generation says nothing of
// earlier ones.
//
// Source: swaparoo (Go, github.com/zeebo/swaparoo). Allocates nothing here; a pending can be asked.
#pragma once

#include <algorithm>
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
#include "stillpoint/detail/one_copy.hpp"
#include "stillpoint/detail/typestate.hpp"
#include "stillpoint/std_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

// How a tracker keeps its tokens. The defaults are for products; a checker takes little of everything.
struct tracker_shape {
  // Generations that may have tokens at the same time: the current one, and those that are pending. Each
  // shared stripe counts in so many slots. A power of two, at least 2.
  std::size_t slots = 8;
  // Stripes that a thread may own, and such that the others share.
  std::size_t owned_stripes = 64;
  std::size_t shared_stripes = 16;
  // Generations wrap around at 2^generation_bits, at least twice the number of slots; one bit less than the
  // type has at most. A pending is good for fewer increments than that. (In production that is 2^63.)
  unsigned generation_bits = 63;
  // Tokens at the same time for which an owned stripe has a place.
  std::size_t seats = 8;
};

// Who owns a stripe sits down on one of its seats: stores there which generation the token is of, and whoever
// releases the token, on whatever thread, clears the seat. Nobody else writes it meanwhile. Who owns none, or
// finds no seat free, is counted on a shared stripe, in the slot that the generation's number gives modulo
// the number of slots: tokens acquired there ("entered") and tokens released ("left"), on any stripe. A
// generation is at its end when no seat has it, and the sums of its slot over all shared stripes are equal.
//
// acquire announces a token of the generation that it has read, in one way or the other, and reads the
// generation again. If that is still the same, the announcement is the token; a light fence in between and
// the heavy one in begin_increment see to it that whoever looks for tokens after the increment finds the
// announcement. If not, the announcement is taken back, as a token would be released.
//
// Whoever looks finds a seat with the generation, or something that was stored there later; then the token is
// released, and all that its holder did is done. Of the slot, he sums up what has left first, and then what
// has entered. What he finds left had entered before he looked, so the sums are equal only if everything he
// finds entered has left; and that is all that ever enters but for announcements that will be taken back.
//
// A slot is used again for a later generation only when its former one is at its end.
template <atomics_policy P, tracker_shape Shape = tracker_shape{},
          std::unsigned_integral Generation = std::uint64_t>
class basic_tracker {
  static_assert(std::has_single_bit(Shape.slots) && Shape.slots >= 2, "slots: a power of two, at least 2");
  static_assert(Shape.owned_stripes >= 1 && Shape.seats >= 1, "owned stripes have seats");
  static_assert(Shape.shared_stripes >= 1, "those who own no stripe need a shared one");
  static_assert(Shape.generation_bits < std::numeric_limits<Generation>::digits,
                "a seat holds one number more than there are generations");
  static_assert(std::uint64_t{Shape.slots} <= std::uint64_t{1} << (Shape.generation_bits - 1),
                "there are at least twice as many generations as slots");

 public:
  class token;
  class pending;
  class grace_period;
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
  // Inlined, and all that is rare is not, so that a token never leaves the registers.
  [[nodiscard, gnu::always_inline]] token acquire() STILLPOINT_LIFETIME_BOUND {
    copy_.require("tracker::acquire");
    const std::size_t mine = P::quick_stripe(Shape.owned_stripes);
    // relaxed: a guess, that sit_down or enter confirms.
    const Generation guess = generation_.load(std::memory_order_relaxed);
    Generation current = guess;
    seat* announced = nullptr;
    if (mine < Shape.owned_stripes) [[likely]] {
      seat& first = owned_[mine].seats.front();
      if (is_free(first)) [[likely]] {
        current = sit_down(first, guess);
        if (current == guess) [[likely]]
          return token(this, {guess, &first});
        announced = &first;
      }
    }
    return token(this, acquire_slowly(mine, current, announced));
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
  [[nodiscard]] pending begin_increment() STILLPOINT_LIFETIME_BOUND {
    const guard only_one(incrementers_);
    // relaxed: only incrementers change it, and the mutex orders them.
    const Generation old = generation_.load(std::memory_order_relaxed);
    const Generation next = plus(old, 1);
    // The slot's former generation. It ends here at the latest, so that tokens of two generations are never
    // counted together.
    await_end(minus(next, Generation{Shape.slots}));
    // release: pairs with the acquires in sit_down, enter and has_ended.
    generation_.store(next, std::memory_order_release);
    // Whoever still waits for that former generation finds its slot in use from now on, and so has to look
    // at the generation again.
    tell_who_waits();
    // Pairs with the light fences of those who acquire and release. Under the mutex, so that it comes before
    // all that later incrementers do, who may wait for the end of this generation, too.
    P::heavy_fence();
    return pending(this, old);
  }

  // Begins the next generation. What is returned stands for the tokens of the old one and of all before it:
  // for each token that was out when this was called.
  [[nodiscard]] grace_period begin_grace_period() STILLPOINT_LIFETIME_BOUND {
    return grace_period(this, begin_increment().generation());
  }

  // Begins the next generation and returns when each token that was out when this was called is released: the
  // call for whoever frees what users may have found before.
  void synchronize() { begin_grace_period().wait(); }

 private:
  // Which generations are waited for: one, or all before it as well.
  enum class extent : bool { one, all };

  using count = std::uint64_t;
  // 0: free. Else one more than the generation of the token that has it.
  using seat = typename P::template atomic<Generation>;
  using counts = std::array<typename P::template atomic<count>, Shape.slots>;

  struct alignas(P::cache_line) owned_stripe {
    std::array<seat, Shape.seats> seats{};
  };
  struct alignas(P::cache_line) shared_stripe {
    counts entered{};
    counts left{};
  };

  // What a token consists of. Fits two registers.
  struct acquired {
    Generation generation;
    // nullptr: it is counted on the shared stripes.
    seat* where;
  };

  static constexpr Generation last_generation =
      static_cast<Generation>(std::numeric_limits<Generation>::max() >>
                              (std::numeric_limits<Generation>::digits - Shape.generation_bits));

  // A class of its own, so that checkers can leave out this lock and no other one.
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
  static constexpr Generation minus(Generation generation, Generation distance) {
    return static_cast<Generation>((generation - distance) & last_generation);
  }
  static constexpr std::size_t slot_of(Generation generation) {
    return static_cast<std::size_t>(generation) % Shape.slots;
  }

  static constexpr Generation mark_of(Generation generation) {
    return static_cast<Generation>(generation + 1);
  }

  shared_stripe& shared() {
    if constexpr (Shape.shared_stripes == 1) {
      return shared_.front();
    } else {
      return shared_[P::stripe() % Shape.shared_stripes];
    }
  }

  // Of a stripe that is the caller's own. It is the only one who ever takes that seat.
  [[gnu::always_inline]] static bool is_free(const seat& own) {
    // acquire: pairs with the release in stand_up, of whatever thread. By the store in sit_down, whoever
    // looks then finds what that token's holder did done.
    return own.load(std::memory_order_acquire) == 0;
  }

  // Announces a token of the generation `guess`, and returns what the current one is. If they are equal, the
  // token is held; else the announcement has to be taken back.
  [[gnu::always_inline]] Generation sit_down(seat& own, Generation guess) {
    // release: pairs with the acquire in no_seat_has. Who looks for the holder of an earlier token on this
    // seat may find this one instead; what that holder did is done.
    own.store(mark_of(guess), std::memory_order_release);
    // Pairs with the heavy fence in begin_increment: either the load below finds the generation incremented,
    // or the announcement is seen by all who wait for the end of the old one.
    P::quick_light_fence();
    // acquire: pairs with the release in begin_increment. A holder of a token sees what the incrementer did
    // before it began that generation.
    return generation_.load(std::memory_order_acquire);
  }

  [[gnu::always_inline]] static void stand_up(seat& taken) {
    // release: pairs with the acquires in no_seat_has and is_free. Who finds the seat free, or taken again,
    // finds all done that the token's holder did.
    taken.store(0, std::memory_order_release);
  }

  // As sit_down, for those who find no seat.
  Generation enter(Generation guess) {
    // relaxed: that it is seen in time is the fences' part. A read-modify-write, because the stripe is
    // everybody's.
    shared().entered[slot_of(guess)].fetch_add(1, std::memory_order_relaxed);
    // Pairs with the heavy fence in begin_increment, as in sit_down.
    P::light_fence();
    // acquire: as in sit_down.
    return generation_.load(std::memory_order_acquire);
  }

  void leave(Generation generation) {
    // release: pairs with the acquire in is_empty. Whoever finds it counted as left finds it counted as
    // entered, and all that the token's holder did is done. All changes are read-modify-writes, so that the
    // last one continues the release sequences of all others.
    shared().left[slot_of(generation)].fetch_add(1, std::memory_order_release);
  }

  // What acquire does when the seat is taken, there is none, or it was announced in vain.
  [[gnu::noinline]] acquired acquire_slowly(std::size_t mine, Generation guess, seat* announced) {
    if (announced != nullptr) take_back(announced, guess);
    for (;;) {
      seat* const where = free_seat(mine);
      const Generation current = where != nullptr ? sit_down(*where, guess) : enter(guess);
      if (current == guess) return {guess, where};
      take_back(where, guess);
      guess = current;
    }
  }

  seat* free_seat(std::size_t mine) {
    if (mine >= Shape.owned_stripes) return nullptr;
    for (seat& each : owned_[mine].seats) {
      if (is_free(each)) return &each;
    }
    return nullptr;
  }

  void take_back(seat* where, Generation generation) {
    if (where != nullptr) {
      stand_up(*where);
    } else {
      leave(generation);
    }
    tell_who_waits();
  }

  [[gnu::always_inline]] void release_seat(seat& taken, Generation generation) {
    stand_up(taken);
    // Pairs with the heavy fence in begin_increment: either the load below finds the generation incremented,
    // or whoever waits for its end sees, before it first goes to wait, that this token is released.
    P::quick_light_fence();
    // relaxed: the fence has ordered it.
    if (generation_.load(std::memory_order_relaxed) != generation) [[unlikely]]
      tell_who_waits();
  }

  [[gnu::noinline]] void release_counted(Generation generation) noexcept {
    leave(generation);
    // Pairs with the heavy fence in begin_increment, as in release_seat.
    P::light_fence();
    // relaxed: as in release_seat.
    if (generation_.load(std::memory_order_relaxed) != generation) tell_who_waits();
  }

  [[gnu::noinline]] void tell_who_waits() noexcept {
    // release: pairs with the acquires in await_end; who is told looks again and sees what was to be told.
    changes_.fetch_add(1, std::memory_order_release);
  }

  template <extent Extent = extent::one>
  void await_end(Generation generation) const {
    // acquire: pairs with the release in tell_who_waits, of whom may never tell again.
    count seen = changes_.load(std::memory_order_acquire);
    while (!has_ended<Extent>(generation)) {
      // acquire: as above.
      seen = P::await(
          changes_, std::memory_order_acquire, [seen](count now) { return now != seen; },
          typename P::waiter());
    }
  }

  // Waits for what a pending or a grace period stands for, no longer than that, or a little.
  template <class Ending, class Duration>
  static bool await_end_for(const Ending& old, const Duration& at_most) {
    const typename P::deadline end(at_most);
    typename P::waiter wait;
    while (!old.try_wait()) {
      if (end.passed()) return false;
      wait();
    }
    return true;
  }

  template <extent Extent = extent::one>
  bool has_ended(Generation generation) const {
    // acquire: pairs with the release in begin_increment. Whoever began a generation that uses the slot again
    // has seen the former one end; and so has, by this, the caller.
    const Generation current = generation_.load(std::memory_order_acquire);
    const Generation age = minus(current, generation);
    if (age >= Shape.slots) return true;
    // Those before the first generation have no tokens, and their slots are empty, or in use for a later one
    // that makes them too old to be looked at.
    const Generation oldest = Extent == extent::one ? age : static_cast<Generation>(Shape.slots - 1);
    if (!no_seat_has(current, age, oldest)) return false;
    for (Generation each = age; each <= oldest; ++each) {
      if (!is_empty(slot_of(minus(current, each)))) return false;
    }
    return true;
  }

  // Whether no seat has a generation of an age from `youngest` to `oldest`.
  bool no_seat_has(Generation current, Generation youngest, Generation oldest) const {
    // Read after the heavy fence of the increment that made the generation old. A thread that sat down on a
    // stripe beyond the bound ran its light fence later than that, and so finds the generation incremented:
    // it stands up again.
    const std::size_t in_use = std::min<std::size_t>(P::stripes_in_use(), Shape.owned_stripes);
    for (std::size_t stripe = 0; stripe < in_use; ++stripe) {
      for (const seat& each : owned_[stripe].seats) {
        // acquire: pairs with the releases in stand_up and sit_down.
        const Generation mark = each.load(std::memory_order_acquire);
        const Generation age = minus(current, minus(mark, 1));
        if (mark != 0 && youngest <= age && age <= oldest) return false;
      }
    }
    return true;
  }

  bool is_empty(std::size_t slot) const {
    count left = 0;
    for (const shared_stripe& each : shared_) {
      // acquire: pairs with the release in leave.
      left += each.left[slot].load(std::memory_order_acquire);
    }
    count entered = 0;
    for (const shared_stripe& each : shared_) {
      // relaxed: the fences, and the acquires above, have ordered it.
      entered += each.entered[slot].load(std::memory_order_relaxed);
    }
    return left == entered;
  }

  void require_no_tokens() const {
    bool none = true;
    for (std::size_t slot = 0; slot < Shape.slots; ++slot) none = none && is_empty(slot);
    for (const owned_stripe& stripe : owned_) {
      for (const seat& each : stripe.seats) none = none && is_free(each);
    }
    if (!none) [[unlikely]]
      detail::terminate("tracker::~tracker: tokens are out");
  }

  // What all threads read, and incrementers write.
  alignas(P::cache_line) typename P::template atomic<Generation> generation_{Generation{0}};
  std::array<owned_stripe, Shape.owned_stripes> owned_{};
  std::array<shared_stripe, Shape.shared_stripes> shared_{};
  // Counts what those who wait for the end of a generation have to look at.
  alignas(P::cache_line) typename P::template atomic<count> changes_{count{0}};
  typename P::mutex incrementers_;
  [[no_unique_address]] detail::one_copy<P> copy_{};
};

// Holds its generation until it is released, at the latest when it is destroyed. Move-only. An empty one
// (default-constructed, moved from, or released) holds none.
template <atomics_policy P, tracker_shape Shape, std::unsigned_integral Generation>
class [[nodiscard]] basic_tracker<P, Shape, Generation>::token {
 public:
  token() = default;
  [[gnu::always_inline]] token(token&& other) noexcept
      : tracker_(std::exchange(other.tracker_, nullptr)),
        seat_(std::exchange(other.seat_, nullptr)),
        generation_(other.generation_) {}
  // What it held before is released.
  token& operator=(token&& other) noexcept {
    token taken(std::move(other));
    std::swap(tracker_, taken.tracker_);
    std::swap(seat_, taken.seat_);
    std::swap(generation_, taken.generation_);
    return *this;
  }
  [[gnu::always_inline]] ~token() { end(); }

  // Errors, where P::checked: std::logic_error if the token is empty.
  Generation generation() const {
    if constexpr (P::checked) require_held("tracker::token::generation: the token is empty");
    return generation_;
  }

  // Errors, where P::checked: std::logic_error if the token is empty: released before, moved from, or never
  // acquired. Elsewhere that is undefined.
  [[gnu::always_inline]] void release() {
    if constexpr (P::checked) require_held("tracker::token::release: the token is empty");
    end();
    tracker_ = nullptr;
    seat_ = nullptr;
  }

 private:
  friend basic_tracker;

  [[gnu::always_inline]] token(basic_tracker* tracker, const acquired& given) noexcept
      : tracker_(tracker), seat_(given.where), generation_(given.generation) {}

  [[gnu::always_inline]] void end() {
    if (seat_ != nullptr) [[likely]] {
      tracker_->release_seat(*seat_, generation_);
    } else if (tracker_ != nullptr) {
      tracker_->release_counted(generation_);
    }
  }

  void require_held(const char* text) const {
    // A token without a tracker has no seat. The second condition tells g++ so: without it, the destruction
    // of a token after a failure warns of a null pointer.
    if (seat_ == nullptr && tracker_ == nullptr) [[unlikely]]
      detail::fail_logic(text);
  }

  basic_tracker* tracker_ = nullptr;
  // nullptr: it is counted, or empty.
  seat* seat_ = nullptr;
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
    return tracker_->await_end_for(*this, at_most);
  }

 private:
  friend basic_tracker;

  pending(const basic_tracker* tracker, Generation generation) noexcept
      : tracker_(tracker), generation_(generation) {}

  const basic_tracker* tracker_;
  Generation generation_;
};

// The tokens of a generation that is no longer current, and of all before it, and the wait for their release.
// Used as a pending is.
template <atomics_policy P, tracker_shape Shape, std::unsigned_integral Generation>
class [[nodiscard]] basic_tracker<P, Shape, Generation>::grace_period {
 public:
  // The last one that it stands for.
  Generation generation() const noexcept { return generation_; }

  // Returns when all those tokens are released.
  void wait() const { tracker_->template await_end<extent::all>(generation_); }

  // Whether they are. May say no while another thread is inside acquire, although they are.
  [[nodiscard]] bool try_wait() const { return tracker_->template has_ended<extent::all>(generation_); }

  // Waits no longer than that, or a little. Whether all those tokens are released.
  template <class Rep, class Period>
  requires policy_provides_deadline<P, std::chrono::duration<Rep, Period>>
  [[nodiscard]] bool wait_for(const std::chrono::duration<Rep, Period>& at_most) const {
    return tracker_->await_end_for(*this, at_most);
  }

 private:
  friend basic_tracker;

  grace_period(const basic_tracker* tracker, Generation generation) noexcept
      : tracker_(tracker), generation_(generation) {}

  const basic_tracker* tracker_;
  Generation generation_;
};

template <atomics_policy P = std_policy>
using tracker = basic_tracker<P>;

}  // namespace stillpoint

#pragma GCC diagnostic pop
