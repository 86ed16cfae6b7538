// SPDX-License-Identifier: BSL-1.0
//
// Runs a program as a client of any checker's policy, so that a checker can be compared with the enumerator
// on the same program. For tests of checkers. Nothing is allocated while the client runs; a run costs a
// switch per operation, and `after` builds an outcome only if somebody listens.
//
// Operation number i of the client's thread t is instruction T<t>.<i>: each instruction is exactly one
// operation, or a loop of them. Atomics are made in the order of their indices, then mutexes, then plain
// locations, and only those that the program uses.
//
// What the policy offers: `P::atomic<int>` made from a value, with std::atomic's names and every order
// explicit; `P::plain<int>` made from nothing, with P::read(p) and P::write(p, v); P::fence(order),
// P::light_fence(), P::heavy_fence(); P::await(atomic, order, predicate, P::waiter{}); P::mutex with lock and
// unlock.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "verify/explorer/oracle/program.hpp"

namespace stillpoint::verify::oracle {

using outcome_listener = std::function<void(const outcome&)>;

// What a default-made interpreter runs, and whom it tells; set for as long as this object lives, in this
// thread.
class current_program {
 public:
  explicit current_program(const program& p, outcome_listener listener = {})
      : program_(p), listener_(std::move(listener)), outer_(std::exchange(innermost(), this)) {}
  ~current_program() { innermost() = outer_; }
  current_program(const current_program&) = delete;
  current_program& operator=(const current_program&) = delete;

  static const current_program& get() { return *innermost(); }
  const program& code() const { return program_; }
  const outcome_listener& listener() const { return listener_; }

 private:
  static current_program*& innermost() {
    static thread_local current_program* current = nullptr;
    return current;
  }

  program program_;
  outcome_listener listener_;
  current_program* outer_;
};

// Numbers in 16 bytes, for a checker to show that it keeps both halves together.
struct alignas(16) wide {
  std::int64_t number = 0;
  std::int64_t inverse = -1;

  friend bool operator==(const wide&, const wide&) = default;
};

template <class Value>
Value made_of(int number) {
  if constexpr (std::is_same_v<Value, wide>) {
    return {number, ~std::int64_t{number}};
  } else {
    return number;
  }
}
inline int number_in(int value) {
  return value;
}
inline int number_in(const wide& value) {
  constexpr int torn = -1'000'000;
  return value.inverse == ~value.number ? static_cast<int>(value.number) : torn;
}

// For programs without.
struct no_condition_variable {
  template <class Mutex>
  void wait(Mutex&) {
    std::abort();
  }
  void notify_one() { std::abort(); }
  void notify_all() { std::abort(); }
};

// Value is int or wide: then the program may have no arithmetic. Condition is a condition variable that waits
// with any mutex, as std::condition_variable_any does.
template <class P, class Value = int, class Condition = no_condition_variable>
class interpreter {
 public:
  // Runs what `current_program` says, which must outlive the run.
  interpreter() : interpreter(current_program::get().code(), &current_program::get().listener()) {}

  // Both must outlive the run; the listener may be missing.
  explicit interpreter(const program& p, const outcome_listener* listener = nullptr)
      : program_(&p), listener_(listener), atomic_count_(atomic_count(p)) {
    for (unsigned l = 0; l < atomic_count_; ++l) atomics_[l].emplace(made_of<Value>(0));
    for (unsigned l = 0; l < condition_count(p); ++l) conditions_[l].emplace();
    for (unsigned l = 0; l < mutex_count(p); ++l) mutexes_[l].emplace();
    for (unsigned l = 0; l < plain_count(p); ++l) {
      P::write(plains_[l].emplace(), 0);
    }
  }

  unsigned thread_count() const { return static_cast<unsigned>(program_->threads.size()); }

  void thread(unsigned index) {
    const auto& code = program_->threads[index];
    for (unsigned i = 0; i < code.size(); ++i) run(code[i], index, i);
  }

  // Builds an outcome if somebody listens.
  void after() {
    if (listener_ == nullptr || !*listener_) return;
    (*listener_)(read_outcome());
  }

  // What the run ended with: for `after` only. A program that deadlocks has no end. `condition::holds` takes
  // an interpreter as it takes an outcome, for those who may not allocate.
  int result(unsigned thread, unsigned index) const { return results_[thread][index]; }
  bool failed_spuriously(unsigned thread, unsigned index) const { return spurious_[thread][index] != 0; }
  int final_value(unsigned location) {
    return number_in(existing(atomics_[location]).load(std::memory_order_relaxed));
  }

  outcome read_outcome() {
    outcome o;
    for (unsigned t = 0; t < program_->threads.size(); ++t) {
      const auto size = static_cast<std::ptrdiff_t>(program_->threads[t].size());
      o.results.emplace_back(results_[t].begin(), results_[t].begin() + size);
      o.spurious.emplace_back(spurious_[t].begin(), spurious_[t].begin() + size);
    }
    for (unsigned l = 0; l < atomic_count_; ++l) o.finals.push_back(final_value(l));
    return o;
  }

 private:
  using atomic = typename P::template atomic<Value>;
  using plain = typename P::template plain<int>;
  using mutex = typename P::mutex;

  template <class T>
  static T& existing(std::optional<T>& place) {
    if (!place) std::abort();
    return *place;
  }

  static int value_of(const operand& o, const int* results) {
    return o.is_constant() ? o.constant : results[o.base] + o.constant;
  }

  void run(const instruction& i, unsigned thread, unsigned index) {
    int* const results = results_[thread].data();
    if (is_fence(i.op)) {
      run_fence(i);
    } else if (i.op == operation::lock) {
      existing(mutexes_[i.location]).lock();
    } else if (i.op == operation::unlock) {
      existing(mutexes_[i.location]).unlock();
    } else if (is_condition(i.op)) {
      run_condition(i);
    } else if (i.op == operation::plain_read) {
      results[index] = P::read(existing(plains_[i.location]));
    } else if (i.op == operation::plain_write) {
      P::write(existing(plains_[i.location]), value_of(i.value, results));
    } else if (is_cas(i.op)) {
      const int expected = value_of(i.expected, results);
      const int value = value_of(i.value, results);
      results[index] = i.repeat == repetition::once    ? run_cas(i, expected, value, spurious_[thread][index])
                       : i.repeat == repetition::retry ? retry_cas(i, expected, value)
                                                       : repeat_cas(i, expected, value);
    } else if (i.op == operation::await) {
      results[index] = run_await(i, bounds_[thread]);
    } else if (i.repeat == repetition::loop) {
      results[index] = repeat_update(i, value_of(i.value, results));
    } else {
      results[index] = run_access(i, value_of(i.value, results));
    }
  }

  void run_condition(const instruction& i) {
    Condition& condition = existing(conditions_[i.location]);
    mutex& m = existing(mutexes_[i.location]);
    if (i.op == operation::notify_one) {
      condition.notify_one();
    } else if (i.op == operation::notify_all) {
      condition.notify_all();
    } else if (i.repeat == repetition::once) {
      condition.wait(m);
    } else {
      while (!satisfies(i.compare, P::read(existing(plains_[i.location])), i.bound)) condition.wait(m);
    }
  }

  static void run_fence(const instruction& i) {
    if (i.op == operation::light_fence) {
      P::light_fence();
    } else if (i.op == operation::heavy_fence) {
      P::heavy_fence();
    } else {
      P::fence(i.order);
    }
  }

  bool compare_exchange(const instruction& i, int& number, int desired) {
    auto& at = existing(atomics_[i.location]);
    auto seen = made_of<Value>(number);
    const auto value = made_of<Value>(desired);
    const bool done = i.op == operation::cas_weak
                          ? at.compare_exchange_weak(seen, value, i.order, i.failure)
                          : at.compare_exchange_strong(seen, value, i.order, i.failure);
    number = number_in(seen);
    return done;
  }

  int run_cas(const instruction& i, int expected, int desired, char& spurious) {
    int seen = expected;
    const bool done = compare_exchange(i, seen, desired);
    spurious = !done && seen == expected ? 1 : 0;
    return seen;
  }

  // Each loop is a function of its own, for a checker that compares what a thread's turns find in its frame:
  // what was there before is no difference.
  [[gnu::noinline]] int retry_cas(const instruction& i, int expected, int value) {
    int seen = expected;
    while (!compare_exchange(i, seen, seen + value)) {
    }
    return seen;
  }

  [[gnu::noinline]] int repeat_cas(const instruction& i, int expected, int value) {
    int seen = expected;
    while (!compare_exchange(i, seen, value)) seen = expected;
    return seen;
  }

  [[gnu::noinline]] int repeat_update(const instruction& i, int value) {
    for (;;) {
      const int seen = run_access(i, value);
      if (apply(i.op, seen, value) != seen) return seen;
    }
  }

  [[gnu::noinline]] static int repeat_load(const instruction& i, atomic& at) {
    for (;;) {
      const int seen = number_in(at.load(i.order));
      if (satisfies(i.compare, seen, i.bound)) return seen;
    }
  }

  int run_await(const instruction& i, int& bound) {
    auto& at = existing(atomics_[i.location]);
    if (i.repeat == repetition::loop) return repeat_load(i, at);
    if (i.repeat == repetition::once) {
      const auto predicate = [&i](const Value& seen) {
        return satisfies(i.compare, number_in(seen), i.bound);
      };
      return number_in(P::await(at, i.order, predicate, typename P::waiter{}));
    }
    bound = i.bound;
    const auto predicate = [&i, &bound](const Value& seen) {
      return satisfies(i.compare, number_in(seen), bound);
    };
    const int seen = number_in(P::await(at, i.order, predicate, typename P::waiter{}));
    // Whoever asks it now hears something else.
    bound = seen + 1;
    return seen;
  }

  int run_access(const instruction& i, int number) {
    auto& at = existing(atomics_[i.location]);
    const auto value = made_of<Value>(number);
    switch (i.op) {
      case operation::load:
        return number_in(at.load(i.order));
      case operation::exchange:
        return number_in(at.exchange(value, i.order));
      case operation::store:
        at.store(value, i.order);
        return 0;
      default:
        return update(at, i.op, value, i.order);
    }
  }

  static int update(atomic& at, operation op, Value value, std::memory_order order) {
    if constexpr (std::is_same_v<Value, int>) {
      switch (op) {
        case operation::fetch_add:
          return at.fetch_add(value, order);
        case operation::fetch_sub:
          return at.fetch_sub(value, order);
        case operation::fetch_and:
          return at.fetch_and(value, order);
        case operation::fetch_or:
          return at.fetch_or(value, order);
        default:
          break;
      }
    }
    std::abort();
  }

  const program* program_;
  const outcome_listener* listener_;
  unsigned atomic_count_;
  std::array<std::optional<atomic>, max_atomics> atomics_;
  std::array<std::optional<mutex>, max_mutexes> mutexes_;
  std::array<std::optional<Condition>, max_conditions> conditions_;
  std::array<std::optional<plain>, max_plains> plains_;
  std::array<int, max_threads> bounds_{};
  std::array<std::array<int, max_instructions>, max_threads> results_{};
  std::array<std::array<char, max_instructions>, max_threads> spurious_{};
};

}  // namespace stillpoint::verify::oracle
