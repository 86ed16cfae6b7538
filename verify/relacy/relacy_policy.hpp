// SPDX-License-Identifier: BSL-1.0
//
// relacy_policy: the policy under which the Relacy race detector runs a client. For clients; an engine or a
// test instantiates a primitive with it and runs that inside a Relacy simulation (run.hpp).
//
// Cost: each atomic operation is a scheduling point. What Relacy's model lacks, in which direction it errs,
// and what this policy adds:
//   - Relacy's model is stronger than C++20 (see litmus_test.cc): it finds errors, and cannot show their
//     absence.
//   - Relacy by itself orders seq_cst fences among each other but not against seq_cst accesses, and so
//     shows what C++20 excludes. Here a fence comes after the stores, and a load after the fences, that
//     were run before. Thus nothing is reported that C++20 excludes.
//   - await parks the thread until a store to the atomic makes the predicate true. It reads as a loop of
//     loads would, stale values included. It adds no synchronization but that of the load which ends it.
//   - light_fence and heavy_fence: a heavy fence is a seq_cst fence, and orders against each light one in
//     the order in which the execution ran them. Light ones order nothing among themselves, nor against
//     seq_cst fences. As Relacy's seq_cst fences do, the pair synchronizes, which is more than C++20 gives:
//     errors may be hidden by that, never made up.
//   - A failed compare_exchange reads the newest value. Where its failure order is stronger than what Relacy
//     accepts beside the success order, a fence (or a stronger success order) makes up for it.
//   - destroy poisons the memory, and in half of the cases keeps it from being used again in this
//     execution: use after free shows either way.
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
#include <new>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include "verify/client.hpp"
#include "verify/planting.hpp"
#include "verify/relacy/session.hpp"
#include "verify/wide_values.hpp"

namespace stillpoint::verify {

namespace relacy {

constexpr rl::memory_order to_relacy(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return rl::mo_relaxed;
    case std::memory_order_consume:
      return rl::mo_consume;
    case std::memory_order_acquire:
      return rl::mo_acquire;
    case std::memory_order_release:
      return rl::mo_release;
    case std::memory_order_acq_rel:
      return rl::mo_acq_rel;
    case std::memory_order_seq_cst:
      return rl::mo_seq_cst;
  }
  return rl::mo_seq_cst;
}

// The part of an order that a load, or a store, can have.
constexpr rl::memory_order load_part(std::memory_order order) {
  if (order == std::memory_order_acq_rel) return rl::mo_acquire;
  if (order == std::memory_order_release) return rl::mo_relaxed;
  return to_relacy(order);
}

constexpr rl::memory_order store_part(std::memory_order order) {
  if (order == std::memory_order_acq_rel) return rl::mo_release;
  if (order == std::memory_order_acquire || order == std::memory_order_consume) return rl::mo_relaxed;
  return to_relacy(order);
}

inline std::string written_order(std::memory_order done, std::memory_order written) {
  std::string text(name_of(done));
  if (done != written) text.append(" planted for ").append(name_of(written));
  return text;
}

constexpr std::string_view kind_of_object(operation op) {
  switch (op) {
    case operation::plain_read:
    case operation::plain_write:
      return "plain";
    case operation::create:
    case operation::destroy:
      return "object";
    case operation::lock:
    case operation::try_lock:
    case operation::unlock:
      return "mutex";
    default:
      return "atomic";
  }
}

// One operation of the running thread: how it is to be carried out, and its line in the trace if there is
// one.
class step {
 public:
  step(const std::source_location& at, operation op, std::memory_order order = std::memory_order_relaxed,
       std::memory_order failure_order = std::memory_order_relaxed, bool gives_number = false)
      : at_(at), op_(op), order_(order), mode_(ask(at, op, order, failure_order, gives_number)) {
    ++current_session.steps;
  }

  const execution_mode& mode() const { return mode_; }
  rl::debug_info where() const { return {at_.function_name(), at_.file_name(), at_.line()}; }

  // `describe(tracer&)` gives the text of what is about to be done to `object`.
  template <class Describe>
  void begin(const void* object, Describe describe) const {
    if (current_session.trace != nullptr) [[unlikely]]
      begin_traced(object, [&describe](tracer& trace) { return std::string(describe(trace)); });
  }

  // `describe(tracer&)` gives the text of what came of it.
  template <class Describe>
  void end(Describe describe) const {
    if (current_session.trace != nullptr) [[unlikely]]
      end_traced([&describe](tracer& trace) { return std::string(describe(trace)); });
  }
  void end() const {
    end([](tracer&) { return ""; });
  }

  std::string choice(std::size_t among) const {
    return std::string(name_of(op_)) + '(' + std::to_string(among) + ')';
  }

  // As "load(relaxed planted for acquire)", with the argument's value before the order.
  std::string call(const std::string& arguments = {}) const {
    std::string text(name_of(op_));
    text.append("(").append(arguments).append(arguments.empty() ? "" : ", ");
    text.append(written_order(mode_.order, order_)).append(")");
    if (mode_.torn) text += " planted as load and store";
    if (mode_.doubled) text += " planted: done twice";
    return text;
  }

 private:
  static execution_mode ask(const std::source_location& at, operation op, std::memory_order order,
                            std::memory_order failure_order, bool gives_number) {
    if (planting::survey == nullptr) [[likely]]
      return planting::at(at, op, order, failure_order, gives_number);
    const untracked engine;
    return planting::at(at, op, order, failure_order, gives_number);
  }

  template <class Describe>
  void begin_traced(const void* object, Describe describe) const {
    const untracked engine;
    tracer& trace = *current_session.trace;
    trace_event event;
    event.when = current_session.when;
    event.thread = current_session.running;
    event.op = op_;
    event.file = at_.file_name();
    event.line = at_.line();
    if (object != nullptr) event.object = trace.object_name(object, kind_of_object(op_));
    event.text = describe(trace);
    if (object != nullptr) event.text.append(" ").append(event.object);
    if (mode_.dropped) event.text += " planted: left out";
    if (mode_.impatient) event.text += " planted: does not wait";
    const rl::timestamp_t* const clock = rl::ctx().threadx_->acq_rel_order_;
    std::copy_n(clock, rl::ctx().get_thread_count(), event.seen.begin());
    trace.begin(event);
  }

  template <class Describe>
  void end_traced(Describe describe) const {
    const untracked engine;
    tracer& trace = *current_session.trace;
    const unsigned thread = current_session.running;
    const std::string outcome = describe(trace);
    trace.end(thread, outcome, rl::ctx().threadx_->acq_rel_order_[thread]);
  }

  std::source_location at_;
  operation op_;
  std::memory_order order_;
  execution_mode mode_;
};

// Not to const: GCC would take the object, which is not made yet, to be read here.
inline void name_object(void* object, std::string_view kind) {
  if (current_session.trace == nullptr) [[likely]]
    return;
  const untracked engine;
  current_session.trace->name_object(object, kind);
}

// What Relacy stores for a T: an unsigned integer of its size, so that all kinds of T, and the wrap-around of
// small integers, are one case.
template <class T>
struct bits_of;
template <class T>
requires std::integral<T> || std::is_enum_v<T> || std::is_pointer_v<T>
struct bits_of<T> {
  using type = std::conditional_t<
      sizeof(T) == 1, std::uint8_t,
      std::conditional_t<sizeof(T) == 2, std::uint16_t,
                         std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;

  static type encode(T value) {
    type bits;
    static_assert(sizeof bits == sizeof value);
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
  }
  static T decode(type bits) {
    T value;
    std::memcpy(&value, &bits, sizeof bits);
    return value;
  }
};

// Any other value: one number stands for it, and padding takes no part in comparison.
template <class T>
requires(std::is_trivially_copyable_v<T> && !std::integral<T> && !std::is_enum_v<T> &&
         !std::is_pointer_v<T>) struct bits_of<T> {
  using type = std::uint64_t;

  static type encode(T value) {
    static_assert(has_builtin_clear_padding || std::has_unique_object_representations_v<T> ||
                      std::is_floating_point_v<T>,
                  "relacy_policy: this compiler cannot clear padding bits, which take no part in "
                  "compare_exchange; give T no padding, or use g++");
    clear_padding(value);
    if constexpr (sizeof(T) > sizeof(type)) return number_of_words(&value, sizeof(T));
    type bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    return bits;
  }
  static T decode(type bits) {
    if constexpr (sizeof(T) > sizeof(type)) {
      return from_wide<T>(bits);
    } else {
      T value;
      std::memcpy(static_cast<void*>(&value), &bits, sizeof value);
      return value;
    }
  }
};

// A thread that await has parked, on that thread's stack; `wanted` tells a value that ends the wait.
template <class Bits>
struct parked {
  rl::thread_id_t thread;
  bool (*wanted)(const void* predicate, Bits value);
  const void* predicate;
  parked* next;
};

}  // namespace relacy

struct relacy_policy {
  static constexpr std::size_t stripe_count = 2;
  static constexpr std::size_t owned_stripe_limit = 2;
  // Relacy's allocations are no better aligned than that, and under a checker nothing is to be gained from
  // it.
  static constexpr std::size_t cache_line = rl::alignment;
  static constexpr bool checked = true;

  template <class T>
  class atomic;
  template <class T>
  class plain;
  class mutex;

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

    bool passed(std::source_location at = std::source_location::current()) const {
      return std::exchange(asked_, true) || choose_among(2, relacy::step(at, operation::choose)) == 0;
    }

   private:
    mutable bool asked_ = false;
  };

  // The thread's index, plus one so that it is never the value-initialized one.
  using thread_id = std::size_t;
  static thread_id this_thread() { return current_thread() + 1; }

  // A point in a thread's execution, for happens-before.
  struct moment {
    unsigned thread = 0;
    std::uint64_t time = 0;
    relacy::vector_clock seen{};
  };

  static moment now() {
    rl::thread_info_base& self = *rl::ctx().threadx_;
    moment here;
    here.thread = current_thread();
    here.time = ++self.own_acq_rel_order_;
    std::copy_n(self.acq_rel_order_, rl::ctx().get_thread_count(), here.seen.begin());
    return here;
  }

  // Relacy's happens-before. The mere order of steps would not do: an operation that comes later in it may
  // rightly read stale values.
  static bool precedes(const moment& a, const moment& b) {
    return a.thread == b.thread ? a.time < b.time : a.time <= b.seen[a.thread];
  }

  template <class T>
  static T read(const plain<T>& place, std::source_location at = std::source_location::current()) {
    return place.read(at);
  }

  template <class T, class U>
  static void write(plain<T>& place, U&& value, std::source_location at = std::source_location::current()) {
    place.write(static_cast<T>(std::forward<U>(value)), at);
  }

  // The value, moved out: a read and a write.
  template <class T>
  static T take(plain<T>& place, std::source_location at = std::source_location::current()) {
    return place.take(at);
  }

  template <class T, class Predicate>
  static T await(const atomic<T>& place, std::memory_order order, Predicate predicate, waiter,
                 std::source_location at = std::source_location::current()) {
    return place.await(order, predicate, at);
  }

  static void fence(std::memory_order order, std::source_location at = std::source_location::current()) {
    const relacy::step now(at, operation::fence, order);
    now.begin(nullptr, [&](auto&) { return now.call(); });
    const std::memory_order done = now.mode().order;
    if (done == std::memory_order_seq_cst && !now.mode().dropped) {
      relacy::run_seq_cst_fence(now.where());
    } else if (done != std::memory_order_relaxed && !now.mode().dropped) {
      rl::atomic_thread_fence(relacy::to_relacy(done), now.where());
    }
    now.end();
  }

  static void light_fence(std::source_location at = std::source_location::current());
  static void heavy_fence(std::source_location at = std::source_location::current());

  static std::size_t stripe(std::source_location at = std::source_location::current()) {
    return choose_among(stripe_count, relacy::step(at, operation::stripe));
  }

  // The client's first two threads may own one each, and at each call may not.
  static std::size_t owned_stripe(std::source_location at = std::source_location::current()) {
    const relacy::step now(at, operation::stripe);
    const std::size_t mine = steady_stripe();
    return mine == no_stripe || choose_among(2, now) == 0 ? mine : no_stripe;
  }
  // The same without the choice.
  static std::size_t steady_stripe() {
    return current_thread() < owned_stripe_limit ? current_thread() : no_stripe;
  }
  static std::size_t quick_stripe(std::size_t limit,
                                  std::source_location at = std::source_location::current()) {
    const std::size_t mine = owned_stripe(at);
    return mine < limit ? mine : no_stripe;
  }
  // The slowest answer. verify/claimed_stripes.hpp has the one that products get.
  static std::size_t stripes_in_use() { return owned_stripe_limit; }
  static void quick_light_fence(std::source_location at = std::source_location::current()) {
    light_fence(at);
  }

  static std::size_t concurrency() { return stripe_count; }

  // Relacy's traces have no names.
  template <class T>
  static constexpr void name(const T&, const char*) {}

  static std::size_t choose(std::size_t n, std::source_location at = std::source_location::current()) {
    return choose_among(n, relacy::step(at, operation::choose));
  }

  static void check(bool condition, const char* text,
                    std::source_location at = std::source_location::current()) {
    if (condition) [[likely]]
      return;
    relacy::fail(
        std::string("check failed: ") + text + " (" + at.file_name() + ':' + std::to_string(at.line()) + ')',
        rl::test_result_user_assert_failed, {at.function_name(), at.file_name(), at.line()});
  }

  // One overload per number of arguments: a defaulted source_location cannot follow a pack.
  template <class T>
  static T* create(std::source_location at = std::source_location::current()) {
    return create_at<T>(at);
  }
  template <class T, class A>
  static T* create(A&& a, std::source_location at = std::source_location::current()) {
    return create_at<T>(at, std::forward<A>(a));
  }
  template <class T, class A, class B>
  static T* create(A&& a, B&& b, std::source_location at = std::source_location::current()) {
    return create_at<T>(at, std::forward<A>(a), std::forward<B>(b));
  }
  template <class T, class A, class B, class C>
  static T* create(A&& a, B&& b, C&& c, std::source_location at = std::source_location::current()) {
    return create_at<T>(at, std::forward<A>(a), std::forward<B>(b), std::forward<C>(c));
  }

  template <class T>
  static void destroy(T* object, std::source_location at = std::source_location::current());

  template <class T>
  static T* create_array(std::size_t count, std::size_t alignment,
                         std::source_location at = std::source_location::current());

  template <class T>
  static void destroy_array(T* first, std::size_t count, std::size_t alignment,
                            std::source_location at = std::source_location::current());

 private:
  static unsigned current_thread() { return static_cast<unsigned>(rl::ctx().threadx_->index_); }

  template <class T, class... Args>
  static T* create_at(const std::source_location& at, Args&&... args);

  static std::size_t choose_among(std::size_t n, const relacy::step& now) {
    now.begin(nullptr, [&](auto&) { return now.choice(n); });
    const unsigned chosen = rl::ctx().rand(static_cast<unsigned>(n), rl::sched_type_user);
    now.end([&](auto&) { return ": " + std::to_string(chosen); });
    return chosen;
  }
};

template <class T>
class relacy_policy::atomic {
  using codec = relacy::bits_of<T>;
  using bits = typename codec::type;
  using difference = std::conditional_t<std::is_pointer_v<T>, std::ptrdiff_t, T>;
  static constexpr bool counts = (std::integral<T> && !std::same_as<T, bool>) || std::is_pointer_v<T>;

 public:
  atomic() : atomic(T()) {}
  // Implicit, as std::atomic's.
  atomic(T value, std::source_location at = std::source_location::current()) {
    relacy::name_object(this, "atomic");
    cell_.store(codec::encode(value), rl::mo_relaxed, {at.function_name(), at.file_name(), at.line()});
  }
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  T load(std::memory_order order, std::source_location at = std::source_location::current()) const {
    const relacy::step now(at, operation::load, order, std::memory_order_relaxed, is_number);
    now.begin(this, [&](auto&) { return now.call() + " of"; });
    if (now.mode().dropped) {
      now.end();
      return T();
    }
    const bits found = load_cell(now);
    now.end([&](relacy::tracer& trace) { return ": " + read_text(trace, found); });
    return result(found, now);
  }

  void store(T value, std::memory_order order, std::source_location at = std::source_location::current()) {
    const relacy::step now(at, operation::store, order);
    now.begin(this,
              [&](relacy::tracer& trace) { return now.call(relacy::value_text(trace, value)) + " to"; });
    if (!now.mode().dropped) {
      store_cell(codec::encode(value), now);
      wake();
    }
    now.end();
  }

  T exchange(T value, std::memory_order order, std::source_location at = std::source_location::current()) {
    return modify<rl::rmw_type_swap>(operation::exchange, codec::encode(value), value, order, at);
  }

  T fetch_add(difference by, std::memory_order order,
              std::source_location at = std::source_location::current()) requires counts {
    return modify<rl::rmw_type_add>(operation::fetch_add, scaled(by), by, order, at);
  }

  T fetch_sub(difference by, std::memory_order order,
              std::source_location at = std::source_location::current()) requires counts {
    return modify<rl::rmw_type_sub>(operation::fetch_sub, scaled(by), by, order, at);
  }

  T fetch_and(T value, std::memory_order order,
              std::source_location at = std::source_location::current()) requires std::integral<T> {
    return modify<rl::rmw_type_and>(operation::fetch_and, codec::encode(value), value, order, at);
  }

  T fetch_or(T value, std::memory_order order,
             std::source_location at = std::source_location::current()) requires std::integral<T> {
    return modify<rl::rmw_type_or>(operation::fetch_or, codec::encode(value), value, order, at);
  }

  T fetch_xor(T value, std::memory_order order,
              std::source_location at = std::source_location::current()) requires std::integral<T> {
    return modify<rl::rmw_type_xor>(operation::fetch_xor, codec::encode(value), value, order, at);
  }

  // As C++26's: a read-modify-write also where the value stays.
  T fetch_max(T value, std::memory_order order,
              std::source_location at = std::source_location::current()) requires counts {
    return choose_between(operation::fetch_max, value, order, at,
                          [](T old, T other) { return std::max(old, other, std::less<T>()); });
  }

  T fetch_min(T value, std::memory_order order,
              std::source_location at = std::source_location::current()) requires counts {
    return choose_between(operation::fetch_min, value, order, at,
                          [](T old, T other) { return std::min(old, other, std::less<T>()); });
  }

  bool compare_exchange_weak(T& expected, T desired, std::memory_order success, std::memory_order failure,
                             std::source_location at = std::source_location::current()) {
    return compare_exchange<true>(expected, desired,
                                  relacy::step(at, operation::compare_exchange_weak, success, failure));
  }

  bool compare_exchange_strong(T& expected, T desired, std::memory_order success, std::memory_order failure,
                               std::source_location at = std::source_location::current()) {
    return compare_exchange<false>(expected, desired,
                                   relacy::step(at, operation::compare_exchange_strong, success, failure));
  }

  bool compare_exchange_weak(T& expected, T desired, std::memory_order order,
                             std::source_location at = std::source_location::current()) {
    return compare_exchange_weak(expected, desired, order, failure_part(order), at);
  }

  bool compare_exchange_strong(T& expected, T desired, std::memory_order order,
                               std::source_location at = std::source_location::current()) {
    return compare_exchange_strong(expected, desired, order, failure_part(order), at);
  }

 private:
  friend relacy_policy;

  static constexpr bool is_number = std::is_arithmetic_v<T> && sizeof(T) <= sizeof(std::uint64_t);

  static bits scaled(difference by) {
    if constexpr (std::is_pointer_v<T>) {
      return static_cast<bits>(by) * sizeof(std::remove_pointer_t<T>);
    } else {
      return codec::encode(by);
    }
  }

  static T result(bits found, const relacy::step& now) {
    return codec::decode(static_cast<bits>(found ^ now.mode().result_mask));
  }

  bits load_cell(const relacy::step& now) const {
    const rl::memory_order order = relacy::load_part(now.mode().order);
    if (order != rl::mo_seq_cst) return cell_.load(order, now.where());
    const relacy::seq_cst_load after_fences;
    return cell_.load(order, now.where());
  }

  void store_cell(bits value, const relacy::step& now) {
    cell_.store(value, relacy::store_part(now.mode().order), now.where());
    note_store(now.mode().order);
  }

  static void note_store(std::memory_order order) {
    if (order == std::memory_order_seq_cst) relacy::note_seq_cst_store();
  }

  std::string read_text(relacy::tracer& trace, bits found) const {
    std::string text = relacy::value_text(trace, codec::decode(found));
    const bits newest = cell_.debug_value();
    if (found != newest) text += ", stale: it is " + relacy::value_text(trace, codec::decode(newest));
    return text;
  }

  template <rl::rmw_type_e Type, class Shown>
  T modify(operation op, bits argument, Shown shown, std::memory_order order,
           const std::source_location& at) {
    const relacy::step now(at, op, order, std::memory_order_relaxed, is_number);
    now.begin(this,
              [&](relacy::tracer& trace) { return now.call(relacy::value_text(trace, shown)) + " on"; });
    const bits before = carry_out(rl::rmw_type_t<Type>(), argument, now);
    wake();
    now.end([&](relacy::tracer& trace) {
      return ": " + relacy::value_text(trace, codec::decode(before)) + " -> " +
             relacy::value_text(trace, codec::decode(cell_.debug_value()));
    });
    return result(before, now);
  }

  template <rl::rmw_type_e Type>
  bits carry_out(rl::rmw_type_t<Type> how, bits argument, const relacy::step& now) {
    if (now.mode().dropped) return load_cell(now);
    if (now.mode().torn) {
      const bits before = load_cell(now);
      store_cell(rl::perform_rmw(how, before, argument), now);
      return before;
    }
    const rl::memory_order order = relacy::to_relacy(now.mode().order);
    const bits before = cell_.rmw(how, argument, order, now.where());
    if (now.mode().doubled) cell_.rmw(how, argument, order, now.where());
    note_store(now.mode().order);
    return before;
  }

  // Relacy has no such operation; a compare-exchange is tried until it succeeds.
  template <class Function>
  T choose_between(operation op, T value, std::memory_order order, const std::source_location& at,
                   const Function& function) {
    const relacy::step now(at, op, order, std::memory_order_relaxed, is_number);
    now.begin(this,
              [&](relacy::tracer& trace) { return now.call(relacy::value_text(trace, value)) + " on"; });
    const auto changed = [&](bits old) { return codec::encode(function(codec::decode(old), value)); };
    bits before = load_cell(now);
    if (now.mode().torn) {
      store_cell(changed(before), now);
    } else if (!now.mode().dropped) {
      const rl::memory_order success = relacy::to_relacy(now.mode().order);
      before = cell_.debug_value();
      while (!cell_.compare_exchange(rl::bool_t<false>(), before, changed(before), success, rl::mo_relaxed,
                                     now.where())) {
      }
      note_store(now.mode().order);
    }
    wake();
    now.end([&](relacy::tracer& trace) {
      return ": " + relacy::value_text(trace, codec::decode(before)) + " -> " +
             relacy::value_text(trace, codec::decode(cell_.debug_value()));
    });
    return result(before, now);
  }

  template <bool MayFailSpuriously>
  bool compare_exchange(T& expected, T desired, const relacy::step& now) {
    now.begin(this, [&](relacy::tracer& trace) {
      return now.call(relacy::value_text(trace, expected) + " -> " + relacy::value_text(trace, desired)) +
             " on";
    });
    bits found = codec::encode(expected);
    const bool done = now.mode().torn
                          ? compare_and_store(found, codec::encode(desired), now)
                          : compare_and_swap<MayFailSpuriously>(found, codec::encode(desired), now);
    if (done) {
      wake();
    } else {
      expected = codec::decode(found);
    }
    now.end([&](relacy::tracer& trace) {
      return done ? std::string(": done") : ": failed, found " + relacy::value_text(trace, expected);
    });
    return done != ((now.mode().result_mask & 1) != 0);
  }

  bool compare_and_store(bits& expected, bits desired, const relacy::step& now) {
    const bits wanted = expected;
    expected = load_cell(now);
    if (expected != wanted) return false;
    store_cell(desired, now);
    return true;
  }

  template <bool MayFailSpuriously>
  bool compare_and_swap(bits& expected, bits desired, const relacy::step& now) {
    const rl::memory_order failure = relacy::load_part(now.mode().failure_order);
    // Relacy takes no failure order that is stronger than the success order.
    const rl::memory_order success =
        failure == rl::mo_seq_cst ? rl::mo_seq_cst : relacy::to_relacy(now.mode().order);
    const bool combines = failure == rl::mo_relaxed || success == rl::mo_acquire ||
                          success == rl::mo_acq_rel || success == rl::mo_seq_cst;
    const bool done = cell_.compare_exchange(rl::bool_t<MayFailSpuriously>(), expected, desired, success,
                                             combines ? failure : rl::mo_relaxed, now.where());
    if (done) note_store(now.mode().order);
    if (!done && !combines) rl::ctx().atomic_thread_fence_acquire();
    return done;
  }

  template <class Predicate>
  T await(std::memory_order order, const Predicate& predicate, const std::source_location& at) const {
    rl::thread_info_base& self = *rl::ctx().threadx_;
    // Relacy lets no thread read again what it saw before it yielded. That must hold among the loads of one
    // wait, which would else be endless, but not longer.
    const rl::timestamp_t last_yield = self.last_yield_;
    for (;;) {
      const relacy::step now(at, operation::await, order, std::memory_order_relaxed, is_number);
      now.begin(this, [&](auto&) { return now.call() + " of"; });
      const bits found = load_cell(now);
      const bool over = predicate(codec::decode(found)) || now.mode().impatient;
      now.end([&](relacy::tracer& trace) {
        return ": " + read_text(trace, found) + (over ? "" : ", goes on waiting");
      });
      if (over) {
        self.last_yield_ = last_yield;
        return result(found, now);
      }
      if (found == cell_.debug_value()) {
        park(predicate, now);
      } else {
        rl::yield(1, now.where());
      }
    }
  }

  template <class Predicate>
  void park(const Predicate& predicate, const relacy::step& now) const {
    now.begin(this, [&](auto&) { return now.call() + " waits for"; });
    if (current_session_is_sequential()) {
      relacy::fail("deadlock: an await that nothing can end", rl::test_result_deadlock, now.where());
    }
    relacy::parked<bits> me{
        rl::ctx().threadx_->index_,
        [](const void* wanted, bits value) {
          return static_cast<bool>((*static_cast<const Predicate*>(wanted))(codec::decode(value)));
        },
        &predicate, parked_};
    parked_ = &me;
    rl::ctx().park_current_thread(false, false, false, now.where());
  }

  static bool current_session_is_sequential() {
    return relacy::current_session.when != relacy::section::threads;
  }

  // After each change of the value.
  void wake() {
    if (parked_ == nullptr) [[likely]]
      return;
    const bits value = cell_.debug_value();
    for (relacy::parked<bits>** link = &parked_; *link != nullptr;) {
      relacy::parked<bits>* const waiting = *link;
      if (waiting->wanted(waiting->predicate, value)) {
        *link = waiting->next;
        rl::ctx().unpark_thread(waiting->thread, false, {});
      } else {
        link = &waiting->next;
      }
    }
  }

  rl::atomic<bits> cell_;
  // Threads that await has parked, until the value is what they want.
  mutable relacy::parked<bits>* parked_ = nullptr;
};

// Declared without an initializer it has no value, and reading it is an error; with one (`{}` too), it has.
template <class T>
class relacy_policy::plain {
 public:
  // Not user-provided, so that `{}` zeroes the members, and a mere declaration leaves them as they were:
  // poisoned, where the engine or create() made the memory ready.
  plain() = default;
  // Implicit, as T itself would be.
  plain(T value) : no_value_(0), value_(std::move(value)) {}
  plain(const plain&) = delete;
  plain& operator=(const plain&) = delete;

 private:
  friend relacy_policy;

  // A mere declaration of a class with a constructor of its own does give it a value.
  static constexpr bool may_lack_value = std::is_trivially_default_constructible_v<T>;

  struct name {
    name() { relacy::name_object(this, "plain"); }
  };

  T read(const std::source_location& at) const {
    const relacy::step now(at, operation::plain_read);
    require_readable(now);
    if constexpr (std::integral<T>) {
      return static_cast<T>(value_ ^ static_cast<T>(now.mode().result_mask));
    } else {
      return value_;
    }
  }

  void require_readable(const relacy::step& now) const {
    now.begin(&name_, [](auto&) { return "read of"; });
    static_cast<void>(guard_(now.where()).load());
    if (may_lack_value && no_value_ != 0) {
      relacy::fail("", rl::test_result_unitialized_access, now.where());
    }
    now.end([&](relacy::tracer& trace) { return ": " + relacy::value_text(trace, value_); });
  }

  T take(const std::source_location& at) {
    require_readable(relacy::step(at, operation::plain_read));
    const relacy::step now(at, operation::plain_write);
    now.begin(&name_, [](auto&) { return "move out of"; });
    if (!now.mode().dropped) guard_(now.where()).store(0);
    now.end();
    return std::move(value_);
  }

  void write(T value, const std::source_location& at) {
    const relacy::step now(at, operation::plain_write);
    now.begin(&name_,
              [&](relacy::tracer& trace) { return "write of " + relacy::value_text(trace, value) + " to"; });
    if (!now.mode().dropped) {
      guard_(now.where()).store(0);
      no_value_ = 0;
      value_ = std::move(value);
    }
    now.end();
  }

  [[no_unique_address]] name name_;
  // Stands for the value in Relacy's race detection. Construction counts as a write.
  rl::var<char> guard_{0};
  unsigned char no_value_;
  T value_;
};

class relacy_policy::mutex {
 public:
  mutex() { relacy::name_object(this, "mutex"); }
  mutex(const mutex&) = delete;
  mutex& operator=(const mutex&) = delete;

  void lock(std::source_location at = std::source_location::current()) {
    const relacy::step now(at, operation::lock);
    now.begin(this, [](auto&) { return "lock of"; });
    if (!now.mode().dropped) mutex_.lock(now.where());
    now.end();
  }

  bool try_lock(std::source_location at = std::source_location::current()) {
    const relacy::step now(at, operation::try_lock);
    now.begin(this, [](auto&) { return "try_lock of"; });
    const bool locked = mutex_.try_lock(now.where());
    now.end([&](auto&) { return locked ? ": locked" : ": failed"; });
    return locked != ((now.mode().result_mask & 1) != 0);
  }

  void unlock(std::source_location at = std::source_location::current()) {
    const relacy::step now(at, operation::unlock);
    now.begin(this, [](auto&) { return "unlock of"; });
    if (!now.mode().dropped) mutex_.unlock(now.where());
    now.end();
  }

 private:
  rl::mutex mutex_;
};

inline void relacy_policy::light_fence(std::source_location at) {
  const relacy::step now(at, operation::light_fence);
  now.begin(nullptr, [](auto&) { return "light_fence()"; });
  if (!now.mode().dropped) relacy::run_light_fence();
  now.end();
}

inline void relacy_policy::heavy_fence(std::source_location at) {
  const relacy::step now(at, operation::heavy_fence);
  now.begin(nullptr, [](auto&) { return "heavy_fence()"; });
  if (!now.mode().dropped) relacy::run_heavy_fence(now.where());
  now.end();
}

template <class T, class... Args>
T* relacy_policy::create_at(const std::source_location& at, Args&&... args) {
  static_assert(alignof(T) <= rl::alignment, "Relacy allocates no memory that is better aligned");
  const relacy::step now(at, operation::create);
  void* const memory = rl::ctx().alloc(sizeof(T), false, now.where());
  relacy::name_object(memory, "object");
  now.begin(memory, [](auto&) { return "create"; });
  relacy::poison(memory, sizeof(T));
  now.end();
  try {
    return new (memory) T(std::forward<Args>(args)...);
  } catch (...) {
    rl::ctx().free(memory, false, now.where());
    throw;
  }
}

template <class T>
void relacy_policy::destroy(T* object, std::source_location at) {
  if (object == nullptr) return;
  const relacy::step now(at, operation::destroy);
  now.begin(object, [](auto&) { return "destroy"; });
  if (!now.mode().dropped) {
    relacy::refuse_second_destroy(object, now.where());
    object->~T();
    relacy::release(object, sizeof(T), now.where());
  }
  now.end();
}

template <class T>
T* relacy_policy::create_array(std::size_t count, std::size_t, std::source_location at) {
  static_assert(alignof(T) <= rl::alignment, "Relacy allocates no memory that is better aligned");
  const relacy::step now(at, operation::create);
  void* const memory = rl::ctx().alloc(count * sizeof(T), false, now.where());
  relacy::name_object(memory, "object");
  now.begin(memory, [](auto&) { return "create array"; });
  relacy::poison(memory, count * sizeof(T));
  now.end();
  T* const first = static_cast<T*>(memory);
  std::uninitialized_value_construct_n(first, count);
  return first;
}

template <class T>
void relacy_policy::destroy_array(T* first, std::size_t count, std::size_t, std::source_location at) {
  const relacy::step now(at, operation::destroy);
  now.begin(first, [](auto&) { return "destroy array"; });
  if (!now.mode().dropped) {
    relacy::refuse_second_destroy(first, now.where());
    std::destroy_n(first, count);
    relacy::release(first, count * sizeof(T), now.where());
  }
  now.end();
}

static_assert(checker_policy<relacy_policy>);

}  // namespace stillpoint::verify
