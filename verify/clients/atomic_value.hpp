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
};

// A stripe has two slots.
template <class P>
struct with_two_slots : P {
  static constexpr std::size_t cache_line = 2 * sizeof(void*);
};

// A value with a domain of its own, of which a store looks after `Batch` others.
template <class P, std::size_t Batch>
struct value_world {
  using value_type = two_halves<P>;
  using atomic = atomic_value<value_type, P>;
  using snapshot = typename atomic::snapshot;
  using owner = typename atomic::owner;

  snapshot_domain<P> domain;
  atomic value{domain, reclaim_after{Batch}};
};

// Too many to be reached.
inline constexpr std::size_t never = 100;

template <checker_policy P>
struct starts_empty_base : value_world<P, never> {
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

template <checker_policy P>
struct loads_return_what_was_stored_base : value_world<P, 1> {
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

template <checker_policy P>
struct reads_never_go_back_base : value_world<P, never> {
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
template <checker_policy P, unsigned Readers, unsigned Held, unsigned Stores>
struct held_values_stay_alive_base : value_world<P, 1> {
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

// A reader that loads twice: its slot is used again, and its first value is no longer protected.
template <checker_policy P, unsigned Readers>
struct slots_are_used_again_base : value_world<P, 1> {
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

// A snapshot is taken by one thread and given up by another, while the first one goes on loading.
template <checker_policy P>
struct snapshots_may_change_threads_base : value_world<P, 1> {
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

template <checker_policy P, unsigned Writers, std::size_t Batch>
struct superseded_values_are_destroyed_once_base : value_world<P, Batch> {
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

// One writer, and a reader that holds a value: all others but the current one and a batch are gone.
template <checker_policy P>
struct retired_values_are_few_base {
  static constexpr unsigned threads = 2;
  static constexpr unsigned batch = 2;
  typename counted_value<P>::counter alive{0u};
  snapshot_domain<P> domain;
  atomic_value<counted_value<P>, P> value{domain, reclaim_after{batch}};

  retired_values_are_few_base() { value.emplace(alive); }

  void thread(unsigned index) {
    if (index == 1) {
      const auto held = value.load();
      P::check(bool(held), "there is a value to hold");
      return;
    }
    for (unsigned n = 0; n < 5; ++n) {
      value.emplace(alive);
      // A store looks when the batch is full: less than a batch is left, but for what is held.
      P::check(count() <= 1 + (batch - 1) + 1, "the current one, the held one, and less than a batch");
    }
  }

  void after() {
    value.reclaim();
    P::check(count() == 1, "when nobody holds anything, reclaim leaves the current one");
  }

 private:
  unsigned count() const { return alive.load(std::memory_order_relaxed); }
};

// Owners are copied and sent, and read after the atomic_value's end.
template <checker_policy P>
struct shared_owners_outlive_the_value_base {
  static constexpr unsigned threads = 3;
  using world = value_world<P, 1>;
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

template <checker_policy P>
struct swap_returns_what_it_replaced_base : value_world<P, 1> {
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
template <checker_policy P>
struct compare_exchange_by_value_base : value_world<P, never> {
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
template <checker_policy P>
struct compare_exchange_by_identity_base : value_world<P, 1> {
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
template <checker_policy P>
struct compare_exchange_with_nothing_base : value_world<P, 1> {
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

template <checker_policy P, unsigned Writers, unsigned Updates>
struct no_update_is_lost_base : value_world<P, 1> {
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

template <checker_policy P>
struct failed_stores_change_nothing_base {
  static constexpr unsigned threads = 2;
  snapshot_domain<P> domain;
  atomic_value<fragile<P>, P> value{domain, reclaim_after{1}};

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
template <class P>
class testator {
 public:
  using home_type = atomic_value<testator, P>;

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

template <checker_policy P>
struct destructors_may_store_and_load_base {
  static constexpr unsigned threads = 2;
  snapshot_domain<P> domain;
  atomic_value<testator<P>, P> value{domain, reclaim_after{1}};

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
template <checker_policy P, std::size_t Batch, unsigned Threads, std::size_t PerThread>
struct recorded_value : value_world<P, Batch> {
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

template <checker_policy P>
struct stores_agree_with_the_model_base {
  static constexpr unsigned threads = 3;
  recorded_value<P, 1, threads, 2> recorded;

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

template <checker_policy P>
struct compares_agree_with_the_model_base {
  static constexpr unsigned threads = 2;
  recorded_value<P, never, threads, 2> recorded;

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

template <checker_policy P>
struct updates_agree_with_the_model_base {
  static constexpr unsigned threads = 2;
  recorded_value<P, never, threads, 2> recorded;

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

struct atomic_value_clients {
  static constexpr std::string_view name = "atomic_value";

  template <class P>
  struct starts_empty : starts_empty_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "starts_empty";
  };
  template <class P>
  struct loads_return_what_was_stored : loads_return_what_was_stored_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "loads_return_what_was_stored";
  };
  template <class P>
  struct reads_never_go_back : reads_never_go_back_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "reads_never_go_back";
  };
  template <class P>
  struct held_values_stay_alive_1x1x2 : held_values_stay_alive_base<P, 1, 1, 2> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/1_reader_x_2_stores";
  };
  template <class P>
  struct held_values_stay_alive_2x1x1 : held_values_stay_alive_base<P, 2, 1, 1> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_readers_x_1_store";
  };
  template <class P>
  struct held_values_stay_alive_1x2x1 : held_values_stay_alive_base<P, 1, 2, 1> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_at_a_time";
  };
  template <class P>
  struct held_values_stay_alive_two_slots : held_values_stay_alive_base<with_two_slots<P>, 1, 2, 1> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_at_a_time_in_2_slots";
  };
  template <class P>
  struct held_values_stay_alive_without_stripes : held_values_stay_alive_base<without_stripes<P>, 2, 1, 1> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_readers_without_stripes";
  };
  template <class P>
  struct slots_are_used_again : slots_are_used_again_base<P, 1> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/slots_are_used_again";
  };
  template <class P>
  struct snapshots_may_change_threads : snapshots_may_change_threads_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "snapshots_may_change_threads";
  };
  template <class P>
  struct superseded_values_are_destroyed_once_one_by_one
      : superseded_values_are_destroyed_once_base<P, 2, 1> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "superseded_values_are_destroyed_once/2_writers_one_by_one";
  };
  template <class P>
  struct superseded_values_are_destroyed_once_in_twos : superseded_values_are_destroyed_once_base<P, 2, 2> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee =
        "superseded_values_are_destroyed_once/2_writers_in_batches_of_2";
  };
  template <class P>
  struct retired_values_are_few : retired_values_are_few_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "retired_values_are_few";
  };
  template <class P>
  struct shared_owners_outlive_the_value : shared_owners_outlive_the_value_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "shared_owners_outlive_the_value";
  };
  template <class P>
  struct swap_returns_what_it_replaced : swap_returns_what_it_replaced_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "swap_returns_what_it_replaced";
  };
  template <class P>
  struct compare_exchange_by_value : compare_exchange_by_value_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "compare_exchange_replaces_only_what_it_expects/by_value";
  };
  template <class P>
  struct compare_exchange_by_identity : compare_exchange_by_identity_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee =
        "compare_exchange_replaces_only_what_it_expects/by_identity";
  };
  template <class P>
  struct compare_exchange_with_nothing : compare_exchange_with_nothing_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "compare_exchange_replaces_only_what_it_expects/nothing";
  };
  template <class P>
  struct no_update_is_lost : no_update_is_lost_base<P, 2, 1> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "no_update_is_lost/2_writers_x_1_update";
  };
  template <class P>
  struct failed_stores_change_nothing : failed_stores_change_nothing_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "failed_stores_change_nothing";
  };
  template <class P>
  struct destructors_may_store_and_load : destructors_may_store_and_load_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "destructors_may_store_and_load";
  };
  template <class P>
  struct stores_agree_with_the_model : stores_agree_with_the_model_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/stores_and_loads";
  };
  template <class P>
  struct compares_agree_with_the_model : compares_agree_with_the_model_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/compares";
  };
  template <class P>
  struct updates_agree_with_the_model : updates_agree_with_the_model_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/updates";
  };

  using list = client_list<
      starts_empty, loads_return_what_was_stored, reads_never_go_back, held_values_stay_alive_1x1x2,
      held_values_stay_alive_2x1x1, held_values_stay_alive_1x2x1, held_values_stay_alive_two_slots,
      held_values_stay_alive_without_stripes, slots_are_used_again, snapshots_may_change_threads,
      superseded_values_are_destroyed_once_one_by_one, superseded_values_are_destroyed_once_in_twos,
      retired_values_are_few, shared_owners_outlive_the_value, swap_returns_what_it_replaced,
      compare_exchange_by_value, compare_exchange_by_identity, compare_exchange_with_nothing,
      no_update_is_lost, failed_stores_change_nothing, destructors_may_store_and_load,
      stores_agree_with_the_model, compares_agree_with_the_model, updates_agree_with_the_model>;
};

struct any_value_clients {
  static constexpr std::string_view name = "any_value";

  template <class P>
  struct first_store_fixes_the_type_stores : first_store_fixes_the_type_base<P, true> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "first_store_fixes_the_type/2_stores";
  };
  template <class P>
  struct first_store_fixes_the_type_others : first_store_fixes_the_type_base<P, false> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "first_store_fixes_the_type/store_and_swap_or_compare";
  };
  template <class P>
  struct load_during_the_first_store : load_during_the_first_store_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "first_store_fixes_the_type/load_beside_it";
  };
  template <class P>
  struct any_compare_exchange : any_compare_exchange_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "compare_exchange_replaces_only_what_it_expects";
  };
  template <class P>
  struct typed_calls_agree_with_the_model : typed_calls_agree_with_the_model_base<P> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/typed";
  };

  using list =
      client_list<first_store_fixes_the_type_stores, first_store_fixes_the_type_others,
                  load_during_the_first_store, any_compare_exchange, typed_calls_agree_with_the_model>;
};

}  // namespace stillpoint::verify::clients
