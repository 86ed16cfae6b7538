// SPDX-License-Identifier: BSL-1.0
//
// Calls that are recorded with their results, and judged by the model.
#pragma once

#include <cstddef>
#include <optional>

#include "models/atomic_value.hpp"
#include "verify/client.hpp"
#include "verify/clients/atomic_value/kinds.hpp"
#include "verify/clients/atomic_value/values.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::clients {

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

}  // namespace stillpoint::verify::clients
