// SPDX-License-Identifier: BSL-1.0
//
// The clients of atomic_value and any_value: one per guarantee, run by every engine. The first two threads
// own a stripe or not, at each call anew; a third one never does. Values are built from plain memory, and
// engines watch what is allocated: a value that is destroyed too early, twice, or never, is an error in each
// of these clients.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "models/atomic_value.hpp"
#include "stillpoint/any_value.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/detail/slot_list.hpp"
#include "stillpoint/snapshot_domain.hpp"
#include "verify/client.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::clients {

// A value that does not fit into one atomic: a number, twice.
template <class P>
class two_halves {
 public:
  explicit two_halves(unsigned number) : first_(number), second_(number) {}
  two_halves(const two_halves& other) : first_(P::read(other.first_)), second_(P::read(other.second_)) {}
  two_halves& operator=(const two_halves&) = delete;
  // Writes, as destructors do: whoever may still read is seen to race.
  ~two_halves() {
    P::write(first_, 0u);
    P::write(second_, 0u);
  }

  unsigned number() const {
    const unsigned first = P::read(first_);
    P::check(first == P::read(second_), "a value is whole");
    return first;
  }

  friend bool operator==(const two_halves& a, const two_halves& b) {
    return models::equal_values(a.number(), b.number());
  }

 private:
  typename P::template plain<unsigned> first_;
  typename P::template plain<unsigned> second_;
};

// Hands something from one thread to another.
template <class P, class Content>
class mailbox {
 public:
  void put(Content content) {
    content_ = std::move(content);
    // release: pairs with the acquire in take.
    full_.store(1, std::memory_order_release);
  }
  Content take() {
    P::await(
        full_, std::memory_order_acquire, [](int full) { return full != 0; }, typename P::waiter());
    return std::move(content_);
  }

 private:
  Content content_{};
  typename P::template atomic<int> full_{0};
};

// No thread owns a stripe: as on a platform that has none.
template <class P>
struct without_stripes : P {
  static std::size_t owned_stripe() { return no_stripe; }
  static std::size_t steady_stripe() { return no_stripe; }
};

// Who may own a stripe always does.
template <class P>
struct with_steady_stripes : P {
  static std::size_t owned_stripe() { return P::steady_stripe(); }
};

// A stripe has two slots.
template <class P>
struct with_two_slots : P {
  static constexpr std::size_t cache_line = 2 * sizeof(void*);
};

// An any_value that holds values of one type only, with atomic_value's calls.
template <class T, class P>
class any_value_of {
  using inner = any_value<P>;

  template <class Pointer>
  class typed : public Pointer {
   public:
    typed() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): what the any_value's calls return.
    typed(Pointer found) : Pointer(std::move(found)) {}

    const T* operator->() const { return this->template get<T>(); }
  };

 public:
  using snapshot = typed<typename inner::snapshot>;
  using owner = typed<typename inner::owner>;

  any_value_of(snapshot_domain<P>& domain, reclaim_after batch) : value_(domain, batch) {}

  snapshot load() const { return value_.load(); }
  owner load_shared() const { return value_.load_shared(); }
  void store(T value) { value_.store(std::move(value)); }
  template <class... Args>
  void emplace(Args&&... args) {
    value_.store(make(std::forward<Args>(args)...));
  }
  owner swap(T value) { return value_.swap(std::move(value)); }
  bool compare_exchange(const T& expected, T desired) {
    return value_.compare_exchange(expected, std::move(desired));
  }
  bool compare_exchange(snapshot& expected, T desired) {
    return value_.compare_exchange(expected, std::move(desired));
  }
  // As one writes it where there is no such call.
  template <class F>
  void update(F f) {
    for (;;) {
      snapshot now = load();
      if (value_.compare_exchange(now, make(f(std::as_const(now))))) return;
    }
  }
  void reclaim() { value_.reclaim(); }

 private:
  template <class... Args>
  static typename inner::boxed make(Args&&... args) {
    return typename inner::boxed(std::in_place_type<T>, std::forward<Args>(args)...);
  }

  inner value_;
};

struct typed_kind {
  static constexpr std::string_view name = "atomic_value";
  // A store holds nothing.
  static constexpr unsigned held_by_stores = 0;
  template <class P>
  using domain = snapshot_domain<P>;
  template <class T, class P>
  using value = atomic_value<T, P>;
};

struct any_kind {
  static constexpr std::string_view name = "any_value";
  // A store holds a snapshot while it looks at the type.
  static constexpr unsigned held_by_stores = 1;
  // As each store loads, clients would have too many executions if it could be done in two ways. Those of
  // atomic_value show that it can.
  template <class P>
  using domain = snapshot_domain<with_steady_stripes<P>>;
  template <class T, class P>
  using value = any_value_of<T, with_steady_stripes<P>>;
};

// A value with a domain of its own, of which a store looks after `Batch` others.
template <class P, class Kind, std::size_t Batch>
struct value_world {
  using value_type = two_halves<P>;
  using atomic = typename Kind::template value<value_type, P>;
  using snapshot = typename atomic::snapshot;
  using owner = typename atomic::owner;

  typename Kind::template domain<P> domain;
  atomic value{domain, reclaim_after{Batch}};
};

// Too many to be reached.
inline constexpr std::size_t never = 100;

template <checker_policy P, class Kind>
struct starts_empty_base : value_world<P, Kind, never> {
  static constexpr unsigned threads = 2;

  starts_empty_base() { P::check(!this->value.load() && !this->value.load_shared(), "empty at first"); }

  void thread(unsigned index) {
    if (index == 0) {
      this->value.emplace(1u);
    } else {
      const auto seen = this->value.load();
      P::check(!seen || seen->number() == 1, "nothing, or the whole first value");
    }
  }

  void after() { P::check(bool(this->value.load()), "and then no longer"); }
};

template <checker_policy P, class Kind>
struct loads_return_what_was_stored_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = 2;

  void thread(unsigned index) {
    if (index == 0) {
      this->value.emplace(1u);
      this->value.store(two_halves<P>(2));
    } else {
      const auto seen = this->value.load();
      if (seen) P::check(seen->number() == 1 || seen->number() == 2, "a value that was stored");
    }
  }

  void after() { P::check(this->value.load()->number() == 2, "the last one stays"); }
};

template <checker_policy P, class Kind>
struct reads_never_go_back_base : value_world<P, Kind, never> {
  static constexpr unsigned threads = 2;

  void thread(unsigned index) {
    if (index == 0) {
      this->value.emplace(1u);
      this->value.emplace(2u);
    } else {
      const unsigned earlier = number(this->value.load());
      const unsigned later = number(this->value.load());
      P::check(earlier <= later, "a thread's loads never go back in time");
    }
  }

  void after() {}

 private:
  template <class Snapshot>
  static unsigned number(const Snapshot& seen) {
    return seen ? seen->number() : 0;
  }
};

// Readers hold, each `Held` snapshots, what a writer replaces and would destroy at once.
template <checker_policy P, class Kind, unsigned Readers, unsigned Held, unsigned Stores>
struct held_values_stay_alive_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = Readers + 1;

  held_values_stay_alive_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    if (index == Readers) {
      for (unsigned n = 1; n <= Stores; ++n) this->value.emplace(n);
      return;
    }
    std::array<typename held_values_stay_alive_base::snapshot, Held> held;
    for (auto& each : held) each = this->value.load();
    for (auto& each : held) P::check(each->number() <= Stores, "a held value is there");
  }

  void after() { P::check(this->value.load()->number() == Stores, "and the last one, too"); }
};

// Two writers, of which one looks after both.
template <checker_policy P, class Kind>
struct one_looks_after_both_base : value_world<P, Kind, never> {
  static constexpr unsigned threads = 3;

  one_looks_after_both_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    if (index == 0) {
      P::check(this->value.load()->number() <= 2, "a held value is there");
    } else {
      this->value.emplace(index);
      if (index == 1) this->value.reclaim();
    }
  }

  void after() {}
};

// A reader that loads twice: its slot is used again, and its first value is no longer protected.
template <checker_policy P, class Kind, unsigned Readers>
struct slots_are_used_again_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = Readers + 1;

  slots_are_used_again_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    if (index == Readers) {
      this->value.emplace(1u);
      return;
    }
    const unsigned earlier = this->value.load()->number();
    const unsigned later = this->value.load()->number();
    P::check(earlier <= later && later <= 1, "each is there while it is held");
  }

  void after() {}
};

// Two readers that come by the same free place in the list of those that own no slot.
template <checker_policy P, class Kind>
struct free_place_is_taken_once_base : value_world<without_stripes<P>, Kind, 1> {
  static constexpr unsigned threads = 3;

  // Leaves the place behind.
  free_place_is_taken_once_base() {
    this->value.emplace(0u);
    P::check(bool(this->value.load()), "there is a value to load");
  }

  void thread(unsigned index) {
    if (index == 2) {
      this->value.emplace(1u);
    } else {
      P::check(this->value.load()->number() <= 1, "a held value is there");
    }
  }

  void after() {}
};

// What the list of places itself has to give: who takes a place, or finds its key replaced, comes after who
// had it before.
template <checker_policy P>
struct places_are_handed_over_base {
  static constexpr unsigned threads = 2;
  stillpoint::detail::slot_list<P, unsigned> places;
  typename stillpoint::detail::slot_list<P, unsigned>::slot* const first = places.claim(1);
  // For whoever has the first place.
  typename P::template plain<unsigned> users{0u};

  places_are_handed_over_base() { first->store(0, std::memory_order_release); }

  void thread(unsigned index) {
    if (index == 1) {
      places.for_each([this](unsigned key) {
        if (key == 2) P::check(P::read(users) == 1, "whose key was replaced is done with what it did before");
      });
    }
    auto* const mine = places.claim(1);
    if (mine == first) P::write(users, P::read(users) + 1);
    // release: pairs with the acquire in for_each, and then in claim.
    if (index == 0) mine->store(2, std::memory_order_release);
    mine->store(0, std::memory_order_release);
  }

  void after() { P::check(P::read(users) <= threads, "one at a time"); }
};

// A writer makes two stores, a swap and a compare_exchange while a reader holds what they replace, and the
// reader goes on holding until they are done.
template <checker_policy P, class Kind>
struct snapshots_never_delay_stores_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = 2;
  typename P::template atomic<int> done{0};

  snapshots_never_delay_stores_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    if (index == 0) {
      const auto held = this->value.load();
      const unsigned earlier = held->number();
      P::await(
          done, std::memory_order_acquire, [](int is) { return is != 0; }, typename P::waiter());
      P::check(held->number() == earlier, "what is held stays as it was");
    } else {
      this->value.emplace(1u);
      const auto previous = this->value.swap(two_halves<P>(2));
      P::check(previous->number() == 1, "stores take place beside a snapshot");
      // release: pairs with the await.
      done.store(1, std::memory_order_release);
    }
  }

  void after() { P::check(this->value.load()->number() == 2, "all of them"); }
};

// One thread is stuck, in the destructor of a value that it replaced, or in what it gave to update, until the
// other one is done with its calls.
template <checker_policy P, class Kind>
struct calls_never_wait_for_each_other_base {
  static constexpr unsigned threads = 2;
  // Where each store loads, only one of them looks: else there are too many executions.
  static constexpr bool both_look = Kind::held_by_stores == 0;
  using bell = typename P::template atomic<int>;
  // Who waits in destructors; nobody before the threads start.
  using sleeper = typename P::template atomic<typename P::thread_id>;

  static void wait_for(const bell& rung) {
    P::await(
        rung, std::memory_order_acquire, [](int is) { return is != 0; }, typename P::waiter());
  }

  struct slow_to_go {
    slow_to_go(const bell& b, const sleeper* w) : rung(b), who_waits(w) {}
    slow_to_go(const slow_to_go&) = delete;
    slow_to_go& operator=(const slow_to_go&) = delete;
    ~slow_to_go() {
      // relaxed: only the thread that wrote it finds itself there.
      if (who_waits != nullptr && who_waits->load(std::memory_order_relaxed) == P::this_thread()) {
        wait_for(rung);
      }
    }
    const bell& rung;
    // Null in values that do not wait.
    const sleeper* who_waits;
  };

  bell rung{0};
  sleeper who_waits{typename P::thread_id{}};
  typename Kind::template domain<P> domain;
  typename Kind::template value<slow_to_go, P> value{domain, reclaim_after{both_look ? 1 : never}};

  calls_never_wait_for_each_other_base() { value.emplace(rung, &who_waits); }

  void thread(unsigned index) {
    if (index == 0) {
      who_waits.store(P::this_thread(), std::memory_order_relaxed);
      value.emplace(rung, nullptr);
      if (!both_look) value.reclaim();
    } else {
      if (both_look) P::check(bool(value.load()), "a load does not wait");
      value.emplace(rung, nullptr);
      // release: pairs with the await.
      rung.store(1, std::memory_order_release);
    }
  }

  void after() { P::check(bool(value.load()), "there is a value"); }
};

// A snapshot is taken by one thread and given up by another, while the first one goes on loading.
template <checker_policy P, class Kind>
struct snapshots_may_change_threads_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = 3;
  mailbox<P, typename snapshots_may_change_threads_base::snapshot> sent;

  snapshots_may_change_threads_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    if (index == 0) {
      sent.put(this->value.load());
      P::check(this->value.load()->number() <= 1, "who sent a snapshot loads another");
    } else if (index == 1) {
      const auto received = sent.take();
      P::check(received->number() <= 1, "a snapshot holds wherever it is");
    } else {
      this->value.emplace(1u);
    }
  }

  void after() {}
};

template <checker_policy P, class Kind, unsigned Writers, std::size_t Batch>
struct superseded_values_are_destroyed_once_base : value_world<P, Kind, Batch> {
  static constexpr unsigned threads = Writers;

  // One more than a batch, together with those that the threads replace.
  superseded_values_are_destroyed_once_base() {
    for (std::size_t n = 0; n < Batch; ++n) this->value.emplace(1u);
  }

  void thread(unsigned index) { this->value.emplace(index + 1); }

  void after() {
    const unsigned left = this->value.load()->number();
    P::check(left >= 1 && left <= Writers, "one of them is left");
  }
};

// A value that looks which thread destroys it.
template <class P>
class guarded_value {
 public:
  using thread_number = typename P::template atomic<typename P::thread_id>;

  explicit guarded_value(const thread_number& bystander) : bystander_(bystander) {}
  guarded_value(const guarded_value&) = delete;
  guarded_value& operator=(const guarded_value&) = delete;
  ~guarded_value() {
    // relaxed: the bystander itself would find its own number.
    P::check(bystander_.load(std::memory_order_relaxed) != P::this_thread(),
             "a value is destroyed by who stored or gave up a snapshot");
  }

 private:
  const thread_number& bystander_;
};

// One thread loads and hands over what it loaded; another gives it up; a third one stores.
template <checker_policy P, class Kind>
struct destroyed_by_who_stores_or_releases_base {
  static constexpr unsigned threads = 3;
  using value_type = typename Kind::template value<guarded_value<P>, P>;
  typename guarded_value<P>::thread_number bystander{typename P::thread_id{}};
  typename Kind::template domain<P> domain;
  value_type value{domain, reclaim_after{1}};
  mailbox<P, typename value_type::owner> sent;

  destroyed_by_who_stores_or_releases_base() { value.emplace(bystander); }

  void thread(unsigned index) {
    if (index == 0) {
      bystander.store(P::this_thread(), std::memory_order_relaxed);
      sent.put(value.load_shared());
    } else if (index == 1) {
      P::check(bool(sent.take()), "a value was sent");
    } else {
      value.emplace(bystander);
    }
  }

  void after() {}
};

// A value that is counted while it lives.
template <class P>
class counted_value {
 public:
  using counter = typename P::template atomic<unsigned>;

  explicit counted_value(counter& alive) : alive_(alive) {
    // relaxed, here and below: read where all that counts happens before.
    alive_.fetch_add(1, std::memory_order_relaxed);
  }
  counted_value(const counted_value&) = delete;
  counted_value& operator=(const counted_value&) = delete;
  ~counted_value() { alive_.fetch_sub(1, std::memory_order_relaxed); }

 private:
  counter& alive_;
};

// A domain, a value whose values are counted, of which a store looks after `Batch` others.
template <checker_policy P, class Kind, std::size_t Batch>
struct counted_world {
  typename counted_value<P>::counter alive{0u};
  typename Kind::template domain<P> domain;
  typename Kind::template value<counted_value<P>, P> value{domain, reclaim_after{Batch}};

  counted_world() { store(); }

  void store() { value.emplace(alive); }
  unsigned count() const { return alive.load(std::memory_order_relaxed); }
};

// One writer, and a reader that holds a value: all others but the current one and a batch are gone.
template <checker_policy P, class Kind>
struct retired_values_are_few_base : counted_world<P, Kind, 2> {
  static constexpr unsigned threads = 2;

  void thread(unsigned index) {
    if (index == 1) {
      P::check(bool(this->value.load()), "there is a value to hold");
      return;
    }
    for (unsigned n = 0; n < 3; ++n) {
      this->store();
      // A store looks when the batch is full: less than a batch is left, but for what is held.
      P::check(this->count() <= 1 + 1 + 1, "the current one, the held one, and less than a batch");
    }
  }

  void after() {
    this->value.reclaim();
    P::check(this->count() == 1, "when nobody holds anything, reclaim leaves the current one");
  }
};

// Two that store at the same time: one of them finds the batch full.
template <checker_policy P, class Kind>
struct stores_are_counted_base : counted_world<P, Kind, 2> {
  static constexpr unsigned threads = 2;

  void thread(unsigned) { this->store(); }

  void after() {
    P::check(this->count() <= 1 + 1 + Kind::held_by_stores, "less than a batch is left of what nobody holds");
  }
};

// One thread alone: what is destroyed is destroyed batch by batch, and no more often.
template <checker_policy P, class Kind, std::size_t Batch>
struct batch_by_batch_base : counted_world<P, Kind, Batch> {
  static constexpr unsigned threads = 1;

  void thread(unsigned) {
    for (unsigned n = 1; n <= 2 * Batch; ++n) {
      this->store();
      P::check(this->count() == 1 + n % Batch, "a store looks when the batch is full, and only then");
    }
  }

  void after() {}
};

// Without stripes: a place that was given back protects nothing any more.
template <checker_policy P, class Kind>
struct places_protect_nothing_for_ever_base : counted_world<without_stripes<P>, Kind, never> {
  static constexpr unsigned threads = 1;

  void thread(unsigned) {
    P::check(this->value.load() == this->value.load(), "the same value twice");
    this->store();
    this->value.reclaim();
    P::check(this->count() == 1, "what nobody holds any longer is gone");
  }

  void after() {}
};

// Owners are copied and sent, and read after the atomic_value's end.
template <checker_policy P, class Kind>
struct shared_owners_outlive_the_value_base {
  static constexpr unsigned threads = 3;
  using world = value_world<P, Kind, 1>;
  std::optional<world> home;
  typename world::owner kept;
  mailbox<P, typename world::owner> sent;

  shared_owners_outlive_the_value_base() {
    home.emplace();
    home->value.emplace(0u);
  }

  void thread(unsigned index) {
    if (index == 0) {
      kept = home->value.load_shared();
      sent.put(kept);
    } else if (index == 1) {
      const auto received = sent.take();
      P::check(received->number() <= 1, "a copy is an owner");
    } else {
      home->value.emplace(1u);
    }
  }

  void after() {
    home.reset();
    P::check(kept->number() <= 1, "an owner's value outlives the atomic_value");
  }
};

template <checker_policy P, class Kind>
struct swap_returns_what_it_replaced_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = 2;
  std::array<unsigned, threads> returned{};

  void thread(unsigned index) {
    const auto previous = this->value.swap(two_halves<P>(index + 1));
    returned[index] = previous ? previous->number() : 0;
  }

  void after() {
    const unsigned left = this->value.load()->number();
    P::check((returned[0] == 0) != (returned[1] == 0), "one of them replaced nothing");
    P::check(returned[0] + returned[1] + left == 3, "and each value is returned, or left, once");
  }
};

// Two that expect the same value, of which one can find it.
template <checker_policy P, class Kind>
struct compare_exchange_by_value_base : value_world<P, Kind, never> {
  static constexpr unsigned threads = 2;
  std::array<bool, threads> done{};

  compare_exchange_by_value_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    done[index] = this->value.compare_exchange(two_halves<P>(0), two_halves<P>(index + 1));
  }

  void after() {
    P::check(done[0] != done[1], "one of them found what it expected");
    P::check(this->value.load()->number() == (done[0] ? 1u : 2u), "and its value is there");
  }
};

// By identity an equal value is another one.
template <checker_policy P, class Kind, std::size_t Batch>
struct compare_exchange_by_identity_base : value_world<P, Kind, Batch> {
  static constexpr unsigned threads = 2;
  bool done = false;

  compare_exchange_by_identity_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    if (index == 0) {
      auto expected = this->value.load();
      const unsigned number = expected->number();
      done = this->value.compare_exchange(expected, two_halves<P>(1));
      P::check(done == !expected, "a snapshot that was replaced is given up");
      if (number == 4) P::check(done, "the last value is not replaced by another one");
    } else {
      this->value.emplace(4u);
    }
  }

  void after() {
    const unsigned left = this->value.load()->number();
    P::check(done ? left == 1 || left == 4 : left == 4, "only what was expected is replaced");
  }
};

// Two that expect nothing, of which one can find it.
template <checker_policy P, class Kind>
struct compare_exchange_with_nothing_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = 2;
  std::array<bool, threads> done{};

  void thread(unsigned index) {
    typename compare_exchange_with_nothing_base::snapshot nothing;
    done[index] = this->value.compare_exchange(nothing, two_halves<P>(index + 1));
    P::check(bool(this->value.load()), "there is a value now");
  }

  void after() {
    P::check(done[0] != done[1], "one of them was first");
    P::check(this->value.load()->number() == (done[0] ? 1u : 2u), "and its value is there");
  }
};

template <checker_policy P, class Kind, unsigned Writers, unsigned Updates>
struct no_update_is_lost_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = Writers;

  void thread(unsigned) {
    for (unsigned n = 0; n < Updates; ++n) {
      this->value.update([](const auto& now) { return two_halves<P>(now ? now->number() + 1 : 1); });
    }
  }

  void after() { P::check(this->value.load()->number() == Writers * Updates, "each update counts once"); }
};

struct will_not_be_made : std::exception {};

// Making it fails for some numbers.
template <class P>
struct fragile : two_halves<P> {
  explicit fragile(unsigned number) : two_halves<P>(number) {
    if (number == 0) throw will_not_be_made();
  }
};

template <checker_policy P, class Kind>
struct failed_stores_change_nothing_base {
  static constexpr unsigned threads = 2;
  typename Kind::template domain<P> domain;
  typename Kind::template value<fragile<P>, P> value{domain, reclaim_after{1}};

  failed_stores_change_nothing_base() { value.emplace(1u); }

  void thread(unsigned index) {
    if (index == 0) {
      const bool failed = fails([this] { value.emplace(0u); }) &&
                          fails([this] { value.update([](const auto&) { return fragile<P>(0); }); });
      P::check(failed, "who cannot make the value is told so");
    } else {
      P::check(value.load()->number() == 1, "and the old one is in place");
    }
  }

  void after() {
    P::check(value.load()->number() == 1, "and stays there");
    value.emplace(2u);
    P::check(value.load()->number() == 2, "until another one is made");
  }

 private:
  template <class F>
  static bool fails(F f) {
    try {
      f();
    } catch (const will_not_be_made&) {
      return true;
    }
    return false;
  }
};

// When it is destroyed it looks at its home, and leaves an heir there if it may.
template <class P, class Kind>
class testator {
 public:
  using home_type = typename Kind::template value<testator, P>;

  testator(home_type& home, unsigned heirs) : home_(home), heirs_(heirs) {}
  testator(const testator&) = delete;
  testator& operator=(const testator&) = delete;
  ~testator() {
    const auto now = home_.load();
    if (now) P::check(now->heirs() <= 1, "what a destructor loads is whole");
    if (P::read(heirs_) != 0) home_.emplace(home_, P::read(heirs_) - 1);
  }

  unsigned heirs() const { return P::read(heirs_); }

 private:
  home_type& home_;
  typename P::template plain<unsigned> heirs_;
};

template <checker_policy P, class Kind>
struct destructors_may_store_and_load_base {
  static constexpr unsigned threads = 2;
  typename Kind::template domain<P> domain;
  typename Kind::template value<testator<P, Kind>, P> value{domain, reclaim_after{1}};

  destructors_may_store_and_load_base() { value.emplace(value, 1u); }

  void thread(unsigned index) {
    if (index == 0) {
      value.emplace(value, 0u);
    } else {
      P::check(value.load()->heirs() <= 1, "readers are not in the way");
    }
  }

  void after() {}
};

// The calls of a client, each recorded with its result.
template <checker_policy P, class Kind, std::size_t Batch, unsigned Threads, std::size_t PerThread>
struct recorded_value : value_world<P, Kind, Batch> {
  using operation = models::value_operation;
  using action = models::value_action;
  // One thread more: whoever reads after all others.
  history<P, operation, Threads + 1, PerThread> calls{};

  void load(unsigned thread) {
    auto& call = calls.invoke(thread, {action::load, thread});
    call.operation.found = number(this->value.load());
    calls.respond(call);
  }
  void store(unsigned thread, unsigned stored) {
    auto& call = calls.invoke(thread, {action::store, thread, stored});
    this->value.emplace(stored);
    calls.respond(call);
  }
  void swap(unsigned thread, unsigned stored) {
    auto& call = calls.invoke(thread, {action::swap, thread, stored});
    call.operation.found = number(this->value.swap(two_halves<P>(stored)));
    calls.respond(call);
  }
  void compare_value(unsigned thread, unsigned expected, unsigned stored) {
    auto& call = calls.invoke(thread, {action::compare_value, thread, stored, 1, expected});
    call.operation.done = this->value.compare_exchange(two_halves<P>(expected), two_halves<P>(stored));
    calls.respond(call);
  }
  // Of the value that it loads first.
  void compare_identity(unsigned thread, unsigned stored) {
    auto& first = calls.invoke(thread, {action::load, thread});
    auto expected = this->value.load();
    first.operation.found = number(expected);
    calls.respond(first);
    auto& call = calls.invoke(thread, {action::compare_identity, thread, stored, 1, first.operation.found});
    call.operation.done = this->value.compare_exchange(expected, two_halves<P>(stored));
    calls.respond(call);
  }
  void update(unsigned thread, unsigned stored) {
    auto& call = calls.invoke(thread, {action::update, thread, stored});
    this->value.update([&call, stored](const auto& now) {
      call.operation.found = number(now);
      return two_halves<P>(stored);
    });
    calls.respond(call);
  }

  void check_with_model() const {
    P::check(bool(linearizable(calls, models::atomic_value())),
             "there is an order of the calls that the model allows");
  }

 private:
  template <class Pointer>
  static std::optional<unsigned> number(const Pointer& seen) {
    if (!seen) return std::nullopt;
    return seen->number();
  }
};

template <checker_policy P, class Kind>
struct stores_agree_with_the_model_base {
  static constexpr unsigned threads = 3;
  recorded_value<P, Kind, 1, threads, 2> recorded;

  void thread(unsigned index) {
    if (index == 0) recorded.store(index, 1);
    if (index == 1) recorded.swap(index, 2);
    if (index == 2) {
      recorded.load(index);
      recorded.load(index);
    }
  }

  void after() {
    recorded.load(threads);
    recorded.check_with_model();
  }
};

template <checker_policy P, class Kind>
struct compares_agree_with_the_model_base {
  static constexpr unsigned threads = 2;
  recorded_value<P, Kind, never, threads, 2> recorded;

  compares_agree_with_the_model_base() { recorded.store(threads, 0); }

  void thread(unsigned index) {
    if (index == 0) recorded.compare_value(index, 4, 1);
    if (index == 1) recorded.compare_identity(index, 8);
  }

  void after() {
    recorded.load(threads);
    recorded.check_with_model();
  }
};

template <checker_policy P, class Kind>
struct updates_agree_with_the_model_base {
  static constexpr unsigned threads = 2;
  recorded_value<P, Kind, never, threads, 2> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.update(index, 1);
      recorded.load(index);
    } else {
      recorded.update(index, 2);
    }
  }

  void after() {
    recorded.load(threads);
    recorded.check_with_model();
  }
};

// Two types that any_value tells apart.
template <class P>
struct one_type : two_halves<P> {
  using two_halves<P>::two_halves;
};
template <class P>
struct other_type : two_halves<P> {
  using two_halves<P>::two_halves;
};

template <class P, std::size_t Batch>
struct any_world {
  snapshot_domain<P> domain;
  any_value<P> value{domain, reclaim_after{Batch}};

  // The type of what is there: 0 for nothing.
  unsigned type() const {
    const auto seen = value.load();
    if (!seen) return 0;
    P::check(seen.template holds<one_type<P>>() != seen.template holds<other_type<P>>(), "of one type");
    if (const auto* const one = seen.template get<one_type<P>>()) {
      P::check(one->number() == 1, "whole, and of its type");
      return 1;
    }
    P::check(seen.template get<other_type<P>>()->number() == 2, "whole, and of its type");
    return 2;
  }

  // Whether it was refused.
  template <class F>
  static bool refuses(F f) {
    try {
      f();
    } catch (const std::invalid_argument&) {
      return true;
    }
    return false;
  }

  template <class T>
  bool store_refused(unsigned number) {
    return refuses([&] { value.store(T(number)); });
  }
};

// Two first stores of different types, in each of the ways to store.
template <checker_policy P, bool ByStore>
struct first_store_fixes_the_type_base : any_world<P, 1> {
  static constexpr unsigned threads = 2;
  std::array<bool, threads> refused{};

  void thread(unsigned index) {
    if (index == 0) {
      refused[index] = this->template store_refused<one_type<P>>(1);
    } else {
      refused[index] = second_refused();
    }
    P::check(this->type() != 0, "who stored, or was refused, finds a value");
  }

  void after() {
    P::check(refused[0] != refused[1], "one of them was first, the other was refused");
    P::check(this->type() == (refused[0] ? 2u : 1u), "the first value is in place");
    P::check(this->refuses([this] { this->value.store(nullptr); }), "nothing is no value");
  }

 private:
  bool second_refused() {
    if constexpr (ByStore) return this->template store_refused<other_type<P>>(2);
    if (P::choose(2) == 0) {
      return this->refuses([this] {
        const auto previous = this->value.swap(other_type<P>(2));
        P::check(!previous, "the first swap replaces nothing");
      });
    }
    return this->refuses([this] {
      const bool done = this->value.compare_exchange(nullptr, other_type<P>(2));
      P::check(done, "of another type, or first");
    });
  }
};

// A load during the first store.
template <checker_policy P>
struct load_during_the_first_store_base : any_world<P, never> {
  static constexpr unsigned threads = 2;

  void thread(unsigned index) {
    if (index == 0) {
      this->value.store(one_type<P>(1));
    } else {
      const unsigned earlier = this->type();
      P::check(earlier <= this->type(), "nothing, or the whole value, and then always");
    }
  }

  void after() {}
};

// Two of the same type, one of them by compare-and-swap.
template <checker_policy P>
struct any_compare_exchange_base : any_world<P, never> {
  static constexpr unsigned threads = 2;
  std::array<bool, threads> done{};

  any_compare_exchange_base() { this->value.store(one_type<P>(1)); }

  void thread(unsigned index) {
    if (index == 0) {
      done[index] = this->value.compare_exchange(one_type<P>(1), one_type<P>(2));
    } else {
      auto expected = this->value.load();
      const unsigned number = expected.template get<one_type<P>>()->number();
      done[index] = this->value.compare_exchange(expected, one_type<P>(number + 2));
    }
  }

  void after() {
    const auto left = this->value.load();
    const unsigned number = left.template get<one_type<P>>()->number();
    const unsigned by_both = done[0] && done[1] ? 4 : done[0] ? 2 : 3;
    P::check(done[0] || done[1], "one of them was first");
    P::check(number == by_both, "and each replaced only what it expected");
    P::check(this->refuses([this] {
      static_cast<void>(this->value.compare_exchange(one_type<P>(1), other_type<P>(1)));
    }) && this->refuses([this] {
      static_cast<void>(this->value.compare_exchange(other_type<P>(1), other_type<P>(1)));
    }),
             "mistakes are refused");
  }
};

// Typed calls, recorded with their results, against the model.
template <checker_policy P>
struct typed_calls_agree_with_the_model_base : any_world<P, never> {
  using operation = models::value_operation;
  using action = models::value_action;
  static constexpr unsigned threads = 2;
  history<P, operation, threads + 1, 2> calls{};

  void thread(unsigned index) {
    auto& store = calls.invoke(index, {action::store, index, index + 1, index + 1});
    store.operation.refused = index == 0 ? this->template store_refused<one_type<P>>(1)
                                         : this->template store_refused<other_type<P>>(2);
    calls.respond(store);
    load(index);
  }

  void after() {
    load(threads);
    P::check(bool(linearizable(calls, models::atomic_value())),
             "there is an order of the calls that the model allows");
  }

 private:
  void load(unsigned index) {
    auto& call = calls.invoke(index, {action::load, index});
    const unsigned type = this->type();
    if (type != 0) call.operation.found = type;
    calls.respond(call);
  }
};

template <class Kind>
struct value_clients {
  template <class P>
  struct starts_empty : starts_empty_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "starts_empty";
  };
  template <class P>
  struct loads_return_what_was_stored : loads_return_what_was_stored_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "loads_return_what_was_stored";
  };
  template <class P>
  struct reads_never_go_back : reads_never_go_back_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "reads_never_go_back";
  };
  template <class P>
  struct held_values_stay_alive_1x1x2 : held_values_stay_alive_base<P, Kind, 1, 1, 2> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/1_reader_x_2_stores";
  };
  template <class P>
  struct held_values_stay_alive_2x1x1 : held_values_stay_alive_base<P, Kind, 2, 1, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_readers_x_1_store";
  };
  template <class P>
  struct held_values_stay_alive_1x2x1 : held_values_stay_alive_base<P, Kind, 1, 2, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_at_a_time";
  };
  template <class P>
  struct held_values_stay_alive_two_slots : held_values_stay_alive_base<with_two_slots<P>, Kind, 1, 2, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_at_a_time_in_2_slots";
  };
  template <class P>
  struct held_values_stay_alive_without_stripes
      : held_values_stay_alive_base<without_stripes<P>, Kind, 2, 1, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_readers_without_stripes";
  };
  template <class P>
  struct free_place_is_taken_once : free_place_is_taken_once_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_readers_and_a_free_place";
  };
  template <class P>
  struct one_looks_after_both : one_looks_after_both_base<with_steady_stripes<P>, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/one_looks_after_both";
  };
  template <class P>
  struct slots_are_used_again : slots_are_used_again_base<P, Kind, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/slots_are_used_again";
  };
  template <class P>
  struct snapshots_may_change_threads : snapshots_may_change_threads_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "snapshots_may_change_threads";
  };
  template <class P>
  struct snapshots_never_delay_stores : snapshots_never_delay_stores_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "snapshots_never_delay_stores";
  };
  template <class P>
  struct calls_never_wait_for_each_other : calls_never_wait_for_each_other_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "calls_never_wait_for_each_other";
  };
  template <class P>
  struct superseded_values_are_destroyed_once_one_by_one
      : superseded_values_are_destroyed_once_base<P, Kind, 2, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "superseded_values_are_destroyed_once/2_writers_one_by_one";
  };
  template <class P>
  struct superseded_values_are_destroyed_once_in_twos
      : superseded_values_are_destroyed_once_base<P, Kind, 2, 2> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee =
        "superseded_values_are_destroyed_once/2_writers_in_batches_of_2";
  };
  template <class P>
  struct destroyed_by_who_stores_or_releases : destroyed_by_who_stores_or_releases_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee =
        "superseded_values_are_destroyed_once/by_who_stores_or_releases";
  };
  template <class P>
  struct retired_values_are_few : retired_values_are_few_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "retired_values_are_few";
  };
  template <class P>
  struct stores_are_counted : stores_are_counted_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "retired_values_are_few/2_writers";
  };
  template <class P>
  struct two_by_two : batch_by_batch_base<P, Kind, 2> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "retired_values_are_few/2_by_2";
  };
  template <class P>
  struct three_by_three : batch_by_batch_base<P, Kind, 3> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "retired_values_are_few/3_by_3";
  };
  template <class P>
  struct places_protect_nothing_for_ever : places_protect_nothing_for_ever_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "retired_values_are_few/without_stripes";
  };
  template <class P>
  struct shared_owners_outlive_the_value : shared_owners_outlive_the_value_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "shared_owners_outlive_the_value";
  };
  template <class P>
  struct swap_returns_what_it_replaced : swap_returns_what_it_replaced_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "swap_returns_what_it_replaced";
  };
  template <class P>
  struct compare_exchange_by_value : compare_exchange_by_value_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "compare_exchange_replaces_only_what_it_expects/by_value";
  };
  template <class P>
  struct compare_exchange_by_identity : compare_exchange_by_identity_base<P, Kind, never> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee =
        "compare_exchange_replaces_only_what_it_expects/by_identity";
  };
  template <class P>
  struct compare_exchange_by_identity_beside_looks : compare_exchange_by_identity_base<P, Kind, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee =
        "compare_exchange_replaces_only_what_it_expects/by_identity_beside_looks";
  };
  template <class P>
  struct compare_exchange_with_nothing : compare_exchange_with_nothing_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "compare_exchange_replaces_only_what_it_expects/nothing";
  };
  template <class P>
  struct no_update_is_lost : no_update_is_lost_base<P, Kind, 2, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "no_update_is_lost/2_writers_x_1_update";
  };
  template <class P>
  struct failed_stores_change_nothing : failed_stores_change_nothing_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "failed_stores_change_nothing";
  };
  template <class P>
  struct destructors_may_store_and_load : destructors_may_store_and_load_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "destructors_may_store_and_load";
  };
  template <class P>
  struct stores_agree_with_the_model : stores_agree_with_the_model_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/stores_and_loads";
  };
  template <class P>
  struct compares_agree_with_the_model : compares_agree_with_the_model_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/compares";
  };
  template <class P>
  struct updates_agree_with_the_model : updates_agree_with_the_model_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/updates";
  };

  // In order of size.
  using list =
      client_list<starts_empty, swap_returns_what_it_replaced, no_update_is_lost, two_by_two, three_by_three,
                  shared_owners_outlive_the_value, stores_are_counted, destroyed_by_who_stores_or_releases,
                  reads_never_go_back, loads_return_what_was_stored, compare_exchange_by_identity,
                  slots_are_used_again, compare_exchange_with_nothing, failed_stores_change_nothing,
                  held_values_stay_alive_1x1x2, snapshots_never_delay_stores, snapshots_may_change_threads,
                  destructors_may_store_and_load, stores_agree_with_the_model, held_values_stay_alive_1x2x1,
                  updates_agree_with_the_model, retired_values_are_few, compare_exchange_by_value,
                  superseded_values_are_destroyed_once_in_twos, compares_agree_with_the_model,
                  held_values_stay_alive_2x1x1>;

  // Too large, or nothing new, where each store loads.
  using more =
      client_list<places_protect_nothing_for_ever, held_values_stay_alive_two_slots, one_looks_after_both,
                  free_place_is_taken_once, held_values_stay_alive_without_stripes,
                  superseded_values_are_destroyed_once_one_by_one, compare_exchange_by_identity_beside_looks>;

  // Large, and of no new operation.
  using large = client_list<calls_never_wait_for_each_other>;
};

using atomic_value_clients = value_clients<typed_kind>;

// Of the list of places that both use.
struct slot_list_clients {
  template <class P>
  struct places_are_handed_over : places_are_handed_over_base<P> {
    static constexpr std::string_view primitive = "atomic_value";
    static constexpr std::string_view guarantee = "held_values_stay_alive/places_are_handed_over";
  };

  using list = client_list<places_are_handed_over>;
};

// What any_value promises besides.
struct any_value_clients {
  static constexpr std::string_view name = "any_value";

  template <class P>
  struct first_store_fixes_the_type_stores : first_store_fixes_the_type_base<with_steady_stripes<P>, true> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "first_store_fixes_the_type/2_stores";
  };
  template <class P>
  struct first_store_fixes_the_type_others : first_store_fixes_the_type_base<with_steady_stripes<P>, false> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "first_store_fixes_the_type/store_and_swap_or_compare";
  };
  template <class P>
  struct load_during_the_first_store : load_during_the_first_store_base<with_steady_stripes<P>> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "first_store_fixes_the_type/load_beside_it";
  };
  template <class P>
  struct any_compare_exchange : any_compare_exchange_base<with_steady_stripes<P>> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "compare_exchange_replaces_only_what_it_expects/typed";
  };
  template <class P>
  struct typed_calls_agree_with_the_model : typed_calls_agree_with_the_model_base<with_steady_stripes<P>> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/typed";
  };

  using list =
      client_list<first_store_fixes_the_type_stores, first_store_fixes_the_type_others,
                  load_during_the_first_store, any_compare_exchange, typed_calls_agree_with_the_model>;
};

}  // namespace stillpoint::verify::clients
