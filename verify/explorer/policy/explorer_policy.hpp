// SPDX-License-Identifier: BSL-1.0
//
// explorer_policy: the atomics policy under which a primitive's text runs in the explorer. Every operation
// becomes an event of an execution graph. Values are trivially copyable.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <source_location>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "verify/client.hpp"
#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/model/hash.hpp"
#include "verify/planting.hpp"
#include "verify/wide_values.hpp"

namespace stillpoint::verify::explorer {

// Equal for equal values: padding bits take no part in compare_exchange ([atomics.types.operations]).
template <class T>
std::uint64_t to_raw(const T& value) {
  static_assert(std::is_trivially_copyable_v<T>,
                "explorer_policy: an atomic value must be trivially copyable");
  static_assert(
      has_builtin_clear_padding || std::has_unique_object_representations_v<T> || std::is_floating_point_v<T>,
      "explorer_policy: this compiler cannot clear padding bits, which take no part in "
      "compare_exchange; give T no padding, or use g++");
  T bare = value;
  clear_padding(bare);
  if constexpr (sizeof(T) > sizeof(std::uint64_t)) {
    const machine::engine_scope scope;
    return number_of_words(&bare, sizeof(T));
  } else {
    std::uint64_t raw = 0;
    std::memcpy(&raw, &bare, sizeof(T));
    return raw;
  }
}

template <class T>
T from_raw(std::uint64_t raw) {
  if constexpr (sizeof(T) > sizeof(std::uint64_t)) {
    return from_wide<T>(raw);
  } else {
    T value;
    std::memcpy(static_cast<void*>(&value), &raw, sizeof(T));
    return value;
  }
}

// What is added to a T: itself, or a distance for pointers.
template <class T>
using difference = std::conditional_t<std::is_pointer_v<T>, std::ptrdiff_t, T>;

// The machine that runs the calling client. A policy's object outside of a client has nothing to be checked
// by.
inline machine& here() {
  machine* m = machine::active();
  if (m == nullptr)
    throw std::logic_error("explorer_policy: used outside of a client that the explorer runs");
  return *m;
}

// Where a value lies, if its bytes tell what it is.
template <class T>
const void* noted_bytes(const T* value) {
  return std::is_trivially_copyable_v<T> ? value : nullptr;
}

// How the client's operations reach the engine: Function(args...), which runs on the engine's stack.
template <auto Function, class... Args>
[[gnu::always_inline]] inline auto enter(Args... args) {
  static_cast<void>(here());
  return machine::enter<Function>(args...);
}

template <class T>
location_id make_atomic(const void* self, std::uint64_t value, std::source_location where) {
  here().note(self, sizeof(T), described<T>);
  return here().create(location_kind::atomic, true, value, where);
}
inline location_id make_mutex(const void* self, std::source_location where) {
  here().note(self, sizeof(location_id), described<void>);
  return here().create(location_kind::mutex, true, 0, where);
}
inline location_id make_uninitialized(const void* self, std::source_location where) {
  here().note(self, sizeof(location_id), described<void>);
  return here().create(location_kind::plain, false, 0, where);
}
template <class T>
location_id make_plain(const void* self, const T* value, std::source_location where) {
  here().note(self, sizeof(location_id), described<T>, noted_bytes(value));
  return here().create(location_kind::plain, true, 0, where);
}
inline void end(location_id place, std::source_location where) {
  here().retire(place, where);
}

// From a destructor. An object that outlives its client ends the program, with the text of the exception.
// NOLINTNEXTLINE(bugprone-exception-escape)
[[gnu::always_inline]] inline void enter_end(location_id place, std::source_location where) noexcept {
  enter<&end>(place, where);
}

// As planting::at, which may note the site, in memory that outlasts the execution.
inline execution_mode mode_of(const std::source_location& where, operation op,
                              std::memory_order order = std::memory_order_relaxed,
                              std::memory_order failure_order = std::memory_order_relaxed,
                              bool gives_number = false) {
  const machine::engine_scope scope;
  return planting::at(where, op, order, failure_order, gives_number);
}

// Names a callable together with what it captured, if that is numbers alone; else zero, since what it refers
// to may change while it stays the same.
template <class F>
std::uint64_t identity_of(bool (*ask)(const void*, std::uint64_t), const F& callable) {
  constexpr std::uint64_t least_address = 0x10000;
  std::uint64_t name = reinterpret_cast<std::uintptr_t>(ask);
  if constexpr (std::is_empty_v<F>) {
    return name;
  } else if constexpr (std::is_trivially_copyable_v<F>) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(&callable);
    for (std::size_t i = 0; i < sizeof(F); i += sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes + i, std::min(sizeof word, sizeof(F) - i));
      if (sizeof(F) >= sizeof(void*) && word >= least_address) return 0;
      name = mixed(name, word);
    }
    return name;
  } else {
    return 0;
  }
}

// How an object remembers its place: so that memory of zeros, as an object has before its constructor runs,
// and poisoned memory name none.
class place_name {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a place's number in another form
  place_name(location_id place) : hidden_(place ^ mask) {}
  // NOLINTNEXTLINE(google-explicit-constructor): the same
  operator location_id() const { return hidden_ ^ mask; }

 private:
  static constexpr location_id mask = 0x13579bdf;
  location_id hidden_;
};

// Another number may stand for it.
template <class T>
inline constexpr bool gives_number = std::is_arithmetic_v<T> && sizeof(T) <= sizeof(std::uint64_t);

template <class T>
class atomic {
  using location = std::source_location;
  using order = std::memory_order;

 public:
  using value_type = T;

  // NOLINTNEXTLINE(google-explicit-constructor): as std::atomic's.
  atomic(T value = T(), location where = location::current())
      : place_(enter<&make_atomic<T>>(static_cast<const void*>(this), to_raw(value), where)) {}
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;
  ~atomic() { enter_end(place_, location()); }

  T load(order o, location where = location::current()) const {
    return from_raw<T>(enter<&load_raw>(place_, o, where));
  }

  void store(T value, order o, location where = location::current()) {
    enter<&store_raw>(place_, to_raw(value), o, where);
  }

  T exchange(T value, order o, location where = location::current()) {
    constexpr auto function = [](T, T operand) { return operand; };
    return update<operation::exchange, function>(value, o, where);
  }

  T fetch_add(difference<T> value, order o, location where = location::current()) {
    constexpr auto function = [](T old, difference<T> n) { return static_cast<T>(old + n); };
    return update<operation::fetch_add, function>(value, o, where);
  }
  T fetch_sub(difference<T> value, order o, location where = location::current()) {
    constexpr auto function = [](T old, difference<T> n) { return static_cast<T>(old - n); };
    return update<operation::fetch_sub, function>(value, o, where);
  }
  T fetch_and(T value, order o, location where = location::current()) {
    constexpr auto function = [](T old, T mask) { return static_cast<T>(old & mask); };
    return update<operation::fetch_and, function>(value, o, where);
  }
  T fetch_or(T value, order o, location where = location::current()) {
    constexpr auto function = [](T old, T mask) { return static_cast<T>(old | mask); };
    return update<operation::fetch_or, function>(value, o, where);
  }
  T fetch_xor(T value, order o, location where = location::current()) {
    constexpr auto function = [](T old, T mask) { return static_cast<T>(old ^ mask); };
    return update<operation::fetch_xor, function>(value, o, where);
  }
  // As C++26's: a read-modify-write also where the value stays.
  T fetch_max(T value, order o, location where = location::current()) {
    constexpr auto function = [](T old, T other) { return std::max(old, other, std::less<T>()); };
    return update<operation::fetch_max, function>(value, o, where);
  }
  T fetch_min(T value, order o, location where = location::current()) {
    constexpr auto function = [](T old, T other) { return std::min(old, other, std::less<T>()); };
    return update<operation::fetch_min, function>(value, o, where);
  }

  bool compare_exchange_weak(T& expected, T desired, order success, order failure,
                             location where = location::current()) {
    return enter<&compare_exchange<operation::compare_exchange_weak>>(place_, &expected, to_raw(desired),
                                                                      orders{success, failure}, where);
  }
  bool compare_exchange_strong(T& expected, T desired, order success, order failure,
                               location where = location::current()) {
    return enter<&compare_exchange<operation::compare_exchange_strong>>(place_, &expected, to_raw(desired),
                                                                        orders{success, failure}, where);
  }
  bool compare_exchange_weak(T& expected, T desired, order o, location where = location::current()) {
    return compare_exchange_weak(expected, desired, o, failure_part(o), where);
  }
  bool compare_exchange_strong(T& expected, T desired, order o, location where = location::current()) {
    return compare_exchange_strong(expected, desired, o, failure_part(o), where);
  }

  // As std's; see notifications.cc. A value may come and go without being seen.
  void wait(T old, order o = std::memory_order_seq_cst, location where = location::current()) const {
    enter<&wait_raw>(place_, to_raw(old), o, where);
  }
  void notify_one(location where = location::current()) { enter<&notify<false>>(place_, where); }
  void notify_all(location where = location::current()) { enter<&notify<true>>(place_, where); }

  location_id place() const { return place_; }

 private:
  struct orders {
    order success;
    order failure;
  };

  static constexpr order relaxed = std::memory_order_relaxed;

  template <operation Op, auto Function, class Operand>
  T update(Operand operand, order o, location where) {
    return from_raw<T>(enter<&update_raw<Op, Function, Operand>>(place_, to_raw(operand), o, where));
  }

  // From here on, on the engine's stack.
  static std::uint64_t load_raw(location_id place, order o, location where) {
    const execution_mode mode = mode_of(where, operation::load, o, relaxed, gives_number<T>);
    return mode.dropped ? to_raw(T()) : here().load(place, mode.order, where) ^ mode.result_mask;
  }

  static void store_raw(location_id place, std::uint64_t value, order o, location where) {
    const execution_mode mode = mode_of(where, operation::store, o);
    if (!mode.dropped) here().store(place, value, mode.order, where);
  }

  template <operation Op, auto Function, class Operand>
  static std::uint64_t update_raw(location_id place, std::uint64_t operand, order o, location where) {
    const execution_mode mode = mode_of(where, Op, o, relaxed, gives_number<T>);
    if (mode.dropped) return here().load(place, load_part(mode.order), where) ^ mode.result_mask;
    modification how;
    how.compute = [](std::uint64_t old, std::uint64_t with) {
      return to_raw(Function(from_raw<T>(old), from_raw<Operand>(with)));
    };
    how.operand = operand;
    how.success = mode.order;
    if (mode.torn) {
      const std::uint64_t old = here().load(place, load_part(mode.order), where);
      here().store(place, how.compute(old, operand), store_part(mode.order), where);
      return old ^ mode.result_mask;
    }
    bool modified = false;
    const std::uint64_t old = here().modify(place, Op, how, modified, where);
    if (mode.doubled) here().modify(place, Op, how, modified, where);
    return old ^ mode.result_mask;
  }

  static void wait_raw(location_id place, std::uint64_t old, order o, location where) {
    const execution_mode mode = mode_of(where, operation::wait, o);
    if (mode.impatient) {
      here().load(place, mode.order, where);
    } else {
      here().wait(place, old, mode.order, where);
    }
  }
  template <bool All>
  static void notify(location_id place, location where) {
    if (mode_of(where, All ? operation::notify_all : operation::notify_one).dropped) return;
    All ? here().notify_all(place, where) : here().notify_one(place, where);
  }

  template <operation Op>
  static bool compare_exchange(location_id place, T* expected, std::uint64_t desired, orders o,
                               location where) {
    const execution_mode mode = mode_of(where, Op, o.success, o.failure);
    modification how;
    how.compute = [](std::uint64_t, std::uint64_t with) { return with; };
    how.operand = desired;
    how.expected = to_raw(*expected);
    how.conditional = true;
    how.weak = Op == operation::compare_exchange_weak;
    how.success = mode.order;
    how.failure = mode.failure_order;
    bool modified = false;
    const std::uint64_t old = mode.torn ? compare_and_store(place, how, modified, where)
                                        : here().modify(place, Op, how, modified, where);
    if (!modified) *expected = from_raw<T>(old);
    if (!modified && old != how.expected) here().gave_result(expected);
    return modified != ((mode.result_mask & 1) != 0);
  }

  static std::uint64_t compare_and_store(location_id place, const modification& how, bool& modified,
                                         location where) {
    const std::uint64_t old = here().load(place, load_part(how.success), where);
    modified = old == how.expected;
    if (modified) here().store(place, how.operand, store_part(how.success), where);
    return old;
  }

  static order load_part(order o) {
    if (o == std::memory_order_seq_cst) return o;
    return is_acquire(o) ? std::memory_order_acquire : std::memory_order_relaxed;
  }
  static order store_part(order o) {
    if (o == std::memory_order_seq_cst) return o;
    return is_release(o) ? std::memory_order_release : std::memory_order_relaxed;
  }

  // Aligned as std::atomic<T> is: clients keep tags in the low bits of pointers to what contains one.
  alignas(std::atomic<T>) alignas(location_id) place_name place_;
};

// Comes to life with the plain place it stands for; remembers where.
class plain_place {
 public:
  plain_place() : id_(enter<&make_uninitialized>(static_cast<const void*>(this), std::source_location())) {}
  template <class T>
  plain_place(const T& value, std::source_location where)
      : id_(enter<&make_plain<T>>(static_cast<const void*>(this), std::addressof(value), where)) {}
  plain_place(const plain_place&) = delete;
  plain_place& operator=(const plain_place&) = delete;
  ~plain_place() { enter_end(id_, std::source_location()); }

  location_id id() const { return id_; }

 private:
  place_name id_;
};

// Not atomic; read and written through explorer_policy::read and write. Default-constructed it holds what a T
// does: nothing, if nothing is asked for, and T() if value-initialized.
template <class T>
class plain {
 public:
  plain() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): in production a plain<T> is a T.
  plain(T value, std::source_location where = std::source_location::current())
      : value_(std::move(value)), place_(value_, where) {}
  plain(const plain&) = delete;
  plain& operator=(const plain&) = delete;
  ~plain() = default;

 private:
  friend struct policy;

  T value_;
  plain_place place_;
};

class mutex {
  using location = std::source_location;

 public:
  // NOLINTNEXTLINE(google-explicit-constructor): default-constructed, as std::mutex.
  mutex(location where = location::current())
      : place_(enter<&make_mutex>(static_cast<const void*>(this), where)) {}
  mutex(const mutex&) = delete;
  mutex& operator=(const mutex&) = delete;
  ~mutex() { enter_end(place_, location()); }

  void lock(location where = location::current()) { enter<&do_lock>(place_, where); }
  // May fail although the mutex is free, as std::mutex's may. Where it succeeds, it does so once it can.
  bool try_lock(location where = location::current()) { return enter<&do_try_lock>(place_, where); }
  void unlock(location where = location::current()) { enter<&do_unlock>(place_, where); }

 private:
  static void do_lock(location_id place, location where) {
    if (!mode_of(where, operation::lock).dropped) here().lock(place, where);
  }
  static bool do_try_lock(location_id place, location where) {
    mode_of(where, operation::try_lock);
    return here().try_lock(place, where);
  }
  static void do_unlock(location_id place, location where) {
    if (!mode_of(where, operation::unlock).dropped) here().unlock(place, where);
  }

  place_name place_;
};

inline void park_raw(location_id word, std::uint64_t expected, std::source_location where) {
  mode_of(where, operation::park);
  here().park(word, expected, where);
}

inline void drop_execution() {
  here().drop();
}

inline std::size_t start_thread(void (*body)(void*), void* argument, std::source_location where) {
  return here().spawn(body, argument, where);
}
inline void end_thread(std::size_t thread, std::source_location where) {
  here().join(thread, where);
}

inline std::size_t choose_one(std::size_t n, std::source_location where) {
  return here().choose(n, operation::stripe, where);
}

struct waiter {
  waiter() = default;
  explicit waiter(std::chrono::nanoseconds) {}
  void operator()() {}
};

// Has passed when it is asked for the first time, or when it is asked for the second time. A clock may say
// more often that it has not; whoever asks then has only looked more often.
class deadline {
 public:
  template <class Duration>
  explicit deadline(const Duration&) {}

  bool passed(std::source_location where = std::source_location::current()) const {
    return std::exchange(asked_, true) || enter<&choose_one>(std::size_t{2}, where) == 0;
  }

 private:
  mutable bool asked_ = false;
};

struct policy {
  template <class T>
  using atomic = explorer::atomic<T>;
  template <class T>
  using plain = explorer::plain<T>;
  using mutex = explorer::mutex;
  using waiter = explorer::waiter;
  using deadline = explorer::deadline;
  using thread_id = std::uintptr_t;
  using moment = explorer::moment;
  using location = std::source_location;

  static constexpr bool checked = true;
  static constexpr std::size_t stripe_count = 2;
  static constexpr std::size_t owned_stripe_limit = 2;
  // Under a checker nothing is to be gained from distance, and each place that pads an array is one more.
  static constexpr std::size_t cache_line = 8;

  template <class T>
  static const T& read(const plain<T>& p, location where = location::current()) {
    enter<&plain_read<T>>(p.place_.id(), std::addressof(p.value_), where);
    return p.value_;
  }

  template <class T, class U>
  static void write(plain<T>& p, U&& value, location where = location::current()) {
    using given = std::remove_cvref_t<U>;
    const void* bytes = nullptr;
    if constexpr (std::is_scalar_v<T> && std::is_scalar_v<given> && std::is_convertible_v<given, T>) {
      const T converted = static_cast<T>(value);
      if (enter<&plain_write<T>>(p.place_.id(), static_cast<const void*>(&converted), where))
        p.value_ = converted;
      return;
    } else if constexpr (std::is_same_v<T, given>) {
      bytes = noted_bytes(std::addressof(value));
    }
    if (enter<&plain_write<T>>(p.place_.id(), bytes, where)) p.value_ = std::forward<U>(value);
  }

  // The value, moved out: a read and a write.
  template <class T>
  static T take(plain<T>& p, location where = location::current()) {
    enter<&plain_read<T>>(p.place_.id(), std::addressof(p.value_), where);
    enter<&plain_write<T>>(p.place_.id(), static_cast<const void*>(nullptr), where);
    return std::move(p.value_);
  }

  static void fence(std::memory_order order, location where = location::current()) {
    enter<&ordinary_fence>(order, where);
  }
  static void light_fence(location where = location::current()) {
    enter<&asymmetric_fence<fence_kind::light, operation::light_fence>>(where);
  }
  static void heavy_fence(location where = location::current()) {
    enter<&asymmetric_fence<fence_kind::heavy, operation::heavy_fence>>(where);
  }

  template <class T, class Predicate>
  static T await(const atomic<T>& place, std::memory_order order, const Predicate& satisfied, waiter,
                 location where = location::current()) {
    using asked = question<T, Predicate>;
    if (machine::is_loop(&asked::ask)) {
      for (;;) {
        const T value = place.load(order, where);
        if (satisfied(value)) return value;
      }
    }
    asked about{satisfied};
    const std::uint64_t raw = enter<&await_raw<T, Predicate>>(place.place(), order, &about, where);
    // An exception ends the wait: it is thrown where the product would throw it.
    if (about.thrown) static_cast<void>(satisfied(from_raw<T>(raw)));
    return from_raw<T>(raw);
  }

  static std::size_t stripe(location where = location::current()) { return enter<&choose_stripe>(where); }

  // The client's first two threads may own one each, and at each call may not.
  static std::size_t owned_stripe(location where = location::current()) {
    return enter<&choose_owned_stripe>(where);
  }
  // The same without the choice. The main thread owns the first one before and after the others run: so does
  // an owner's successor.
  static std::size_t steady_stripe() {
    const std::size_t thread = here().current_thread();
    const std::size_t mine = thread == 0 ? 0 : thread - 1;
    return mine < owned_stripe_limit ? mine : no_stripe;
  }
  static std::size_t quick_stripe(std::size_t limit, location where = location::current()) {
    const std::size_t mine = owned_stripe(where);
    return mine < limit ? mine : no_stripe;
  }
  // The slowest answer. verify/claimed_stripes.hpp has the one that products get.
  static std::size_t stripes_in_use() { return owned_stripe_limit; }
  static void quick_light_fence(location where = location::current()) { light_fence(where); }

  static std::size_t concurrency() { return stripe_count; }

  static thread_id this_thread() { return here().current_thread() + 1; }

  template <class T, class... Args>
  static T* create(Args&&... args) {
    object<T>* const made = enter<&make_object<T>>(location::current());
    try {
      return ::new (made->memory) T(std::forward<Args>(args)...);
    } catch (...) {
      enter<&end_object>(made->id, location::current());
      throw;
    }
  }

  template <class T>
  static void destroy(T* value, location where = location::current()) {
    if (value == nullptr || enter<&drops_destroy>(where)) return;
    auto* made =
        reinterpret_cast<object<T>*>(reinterpret_cast<unsigned char*>(value) - offsetof(object<T>, memory));
    enter<&require_destructible>(made->id, where);
    value->~T();
    enter<&end_object>(made->id, where);
  }

  template <class T>
  static T* create_array(std::size_t count, std::size_t, location where = location::current()) {
    array<T>* const made = enter<&make_array<T>>(count, where);
    T* const first = made->first();
    for (std::size_t i = 0; i < count; ++i) ::new (first + i) T();
    return first;
  }

  template <class T>
  static void destroy_array(T* first, std::size_t count, std::size_t, location where = location::current()) {
    if (enter<&drops_destroy>(where)) return;
    auto* made = reinterpret_cast<array<T>*>(first) - 1;
    enter<&require_destructible>(made->id, where);
    std::destroy_n(first, count);
    enter<&end_object>(made->id, where);
  }

  static void check(bool condition, const char* text, location where = location::current()) {
    if (!condition) here().fail(std::string("assertion failed: ") + text, {}, where);
  }

  // An execution in which the condition is false is dropped: it neither passes nor fails.
  static void assume(bool condition) {
    if (!condition) enter<&drop_execution>();
  }

  static std::size_t choose(std::size_t n, location where = location::current()) {
    return enter<&choose_one>(n, where);
  }

  // As a futex: blocks while nobody unparks it, if the word has the value. It may return at any time, so that
  // a time-out is no other case.
  static void park(const atomic<std::uint32_t>& word, std::uint32_t expected,
                   location where = location::current()) {
    enter<&park_raw>(word.place(), std::uint64_t{expected}, where);
  }
  static void unpark_one(atomic<std::uint32_t>& word, location where = location::current()) {
    word.notify_one(where);
  }
  static void unpark_all(atomic<std::uint32_t>& word, location where = location::current()) {
    word.notify_all(where);
  }

  // Another thread, which runs body(argument); what it is named by when it is joined.
  static std::size_t spawn(void (*body)(void*), void* argument, location where = location::current()) {
    return enter<&start_thread>(body, argument, where);
  }
  static void join(std::size_t thread, location where = location::current()) {
    enter<&end_thread>(thread, where);
  }

  // What reports are to call the object, and what lies in it, where debug information does not tell. Also of
  // std_policy and relacy_policy, where it does nothing.
  template <class T>
  static void name(const T& object, const char* text) {
    enter<&note_name<T>>(std::addressof(object), text);
  }

  static moment now() { return here().now(); }
  // All of a's thread up to a happens before b.
  static bool precedes(const moment& a, const moment& b) {
    if (a.thread == b.thread) return a.step < b.step;
    return b.past.counts[a.thread] >= a.events;
  }

 private:
  template <class T>
  struct object {
    location_id id;
    alignas(T) unsigned char memory[sizeof(T)];
  };

  // Lies before the array's first element.
  template <class T>
  struct alignas(T) array {
    location_id id;
    T* first() { return reinterpret_cast<T*>(this + 1); }
  };

  // What an await asks of a value.
  template <class T, class Predicate>
  struct question {
    const Predicate& satisfied;
    bool thrown = false;

    static bool ask(const void* self, std::uint64_t raw) {
      auto& asked = *static_cast<question*>(const_cast<void*>(self));
      try {
        return static_cast<bool>(asked.satisfied(from_raw<T>(raw)));
      } catch (...) {
        asked.thrown = true;
        return true;
      }
    }
  };

  // From here on, on the engine's stack.
  template <class T, class Predicate>
  static std::uint64_t await_raw(location_id place, std::memory_order order, question<T, Predicate>* about,
                                 location where) {
    constexpr auto ask = &question<T, Predicate>::ask;
    const execution_mode mode =
        mode_of(where, operation::await, order, std::memory_order_relaxed, gives_number<T>);
    if (mode.impatient) return here().load(place, mode.order, where) ^ mode.result_mask;
    const condition accepts{ask, about, identity_of(ask, about->satisfied)};
    return here().await(place, mode.order, accepts, where) ^ mode.result_mask;
  }

  template <class T>
  static void plain_read(location_id place, const T* value, location where) {
    mode_of(where, operation::plain_read);
    here().note(value, sizeof(T), described<T>, noted_bytes(value));
    here().plain_read(place, value, sizeof(T), where);
  }
  // False if the write is not to take place.
  template <class T>
  static bool plain_write(location_id place, const void* value, location where) {
    here().note(value, sizeof(T), described<T>, value);
    if (mode_of(where, operation::plain_write).dropped) return false;
    here().plain_write(place, where);
    return true;
  }

  static void ordinary_fence(std::memory_order order, location where) {
    const execution_mode mode = mode_of(where, operation::fence, order);
    if (!mode.dropped && mode.order != std::memory_order_relaxed) {
      here().fence(fence_kind::ordinary, mode.order, where);
    }
  }
  template <fence_kind Kind, operation Op>
  static void asymmetric_fence(location where) {
    if (mode_of(where, Op, std::memory_order_seq_cst).dropped) return;
    here().fence(Kind, std::memory_order_seq_cst, where);
  }

  template <class T>
  static void note_name(const T* object, const char* text) {
    here().note_block(noted_block::kind::named, object, sizeof(T), &described<T>, text);
  }

  static std::size_t choose_stripe(location where) {
    mode_of(where, operation::stripe);
    return here().choose(stripe_count, operation::stripe, where);
  }
  static std::size_t choose_owned_stripe(location where) {
    mode_of(where, operation::stripe);
    const std::size_t mine = steady_stripe();
    return mine == no_stripe || here().choose(2, operation::stripe, where) == 0 ? mine : no_stripe;
  }

  template <class T>
  static object<T>* make_object(location where) {
    auto* const made = make_header<object<T>>(sizeof(object<T>), where);
    here().note_block(noted_block::kind::created, made->memory, sizeof(T), &described<T>);
    return made;
  }
  template <class T>
  static array<T>* make_array(std::size_t count, location where) {
    auto* const made = make_header<array<T>>(sizeof(array<T>) + count * sizeof(T), where);
    here().note_block(noted_block::kind::array, made->first(), count * sizeof(T), &described<T>);
    return made;
  }
  template <class Header>
  static Header* make_header(std::size_t size, location where) {
    const machine::allocation made = here().create_object(size, alignof(Header), where);
    auto* const header = static_cast<Header*>(made.memory);
    header->id = made.object;
    return header;
  }
  static void require_destructible(location_id object, location where) {
    here().require_destructible(object, where);
  }
  static void end_object(location_id object, location where) { here().destroy_object(object, where); }
  static bool drops_destroy(location where) { return mode_of(where, operation::destroy).dropped; }
};

static_assert(checker_policy<policy>);

}  // namespace stillpoint::verify::explorer

namespace stillpoint::verify {
using explorer_policy = explorer::policy;
}
