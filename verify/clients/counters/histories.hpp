// SPDX-License-Identifier: BSL-1.0
//
// Calls that are recorded with their results, and judged by the model of their kind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "models/counters.hpp"
#include "stillpoint/counters.hpp"
#include "verify/client.hpp"
#include "verify/clients/counters/milestone.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::clients {

// The calls of a client, each recorded with its result.
template <checker_policy P, class Counters, unsigned Threads, std::size_t PerThread>
struct recorded_counters {
  using operation = models::counters_operation;
  using action = models::counters_action;
  Counters counters{2};
  // One thread more: whoever reads after all others.
  history<P, operation, Threads + 1, PerThread> calls{};

  void add(unsigned thread, std::size_t index, std::uint64_t n) {
    auto& call = calls.invoke(thread, {action::add, thread, index, n});
    counters.add(index, n);
    calls.respond(call);
  }
  void put(unsigned thread, std::size_t index, std::uint64_t value) {
    auto& call = calls.invoke(thread, {action::put, thread, index, value});
    counters.put(index, value);
    calls.respond(call);
  }
  void get(unsigned thread, std::size_t index) {
    auto& call = calls.invoke(thread, {action::get, thread, index});
    call.operation.found = static_cast<std::uint64_t>(counters.get(index));
    calls.respond(call);
  }
  void exchange(unsigned thread, std::size_t index, std::uint64_t value) {
    auto& call = calls.invoke(thread, {action::exchange, thread, index, value});
    call.operation.found = static_cast<std::uint64_t>(counters.exchange(index, value));
    calls.respond(call);
  }
  // atomics only, as compare_exchange.
  void add_get(unsigned thread, std::size_t index, std::uint64_t n) {
    auto& call = calls.invoke(thread, {action::add_get, thread, index, n});
    call.operation.found = static_cast<std::uint64_t>(counters.add_get(index, n));
    calls.respond(call);
  }
  void compare_exchange(unsigned thread, std::size_t index, std::uint64_t expected, std::uint64_t value) {
    auto& call =
        calls.invoke(thread, {action::compare_exchange, thread, index, value, std::nullopt, false, expected});
    auto found = static_cast<typename Counters::value_type>(expected);
    const bool replaced = counters.compare_exchange(index, found, value);
    P::check(replaced == (static_cast<std::uint64_t>(found) == expected), "it says whether it did");
    call.operation.found = static_cast<std::uint64_t>(found);
    calls.respond(call);
  }
};

// What was recorded agrees with the model of its kind.
template <checker_policy P, class Counters, class History>
void check_with_model(const History& calls) {
  if constexpr (std::is_same_v<Counters, counters<atomics, P>>) {
    P::check(bool(linearizable(calls, models::counters<2>())),
             "there is an order of the calls that the model allows");
  } else {
    P::check(!calls.overflowed(), "all calls are recorded");
    P::check(models::write_concurrency_guarantees::all_hold(calls),
             "each read returns a value that the model allows");
  }
}

// Two reads beside a put, an add before it, one after it, and one by somebody else.
template <checker_policy P, class Counters>
struct read_beside_a_put_is_a_put_plus_adds_of_counters {
  static constexpr unsigned threads = 3;
  recorded_counters<P, Counters, threads, 3> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.add(index, 1, 1);
      recorded.add(index, 1, 2);
    } else if (index == 1) {
      recorded.put(index, 1, 0x100);
      recorded.add(index, 1, 4);
    } else {
      recorded.get(index, 1);
      recorded.get(index, 1);
    }
  }

  void after() {
    recorded.get(threads, 1);
    check_with_model<P, Counters>(recorded.calls);
  }
};

// The same with two puts, one of them ordered after an add by another thread's word.
template <checker_policy P, class Counters>
struct read_beside_two_puts_of_counters {
  static constexpr unsigned threads = 3;
  recorded_counters<P, Counters, threads, 3> recorded;
  milestone<P> added;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.add(index, 1, 1);
      added.reach();
      recorded.put(index, 1, 0x100);
    } else if (index == 1) {
      added.await_reached(1);
      recorded.put(index, 1, 0x200);
      recorded.add(index, 1, 2);
    } else {
      recorded.get(index, 1);
      recorded.get(index, 1);
    }
  }

  void after() {
    recorded.get(threads, 1);
    check_with_model<P, Counters>(recorded.calls);
  }
};

// Everything at once, by four threads, of which two never own a stripe.
template <checker_policy P, class Counters>
struct calls_agree_with_the_model_of_counters {
  static constexpr unsigned threads = 4;
  recorded_counters<P, Counters, threads, 2> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.add(index, 1, 1);
      recorded.put(index, 1, 0x100);
    } else if (index == 1) {
      recorded.add(index, 1, 2);
      recorded.get(index, 1);
    } else if (index == 2) {
      recorded.exchange(index, 1, 0x200);
    } else {
      recorded.add(index, 1, 4);
      recorded.get(index, 1);
    }
  }

  void after() {
    recorded.get(threads, 1);
    check_with_model<P, Counters>(recorded.calls);
  }
};

// An exchange beside a put, whose value makes the base cell return to what it was: the exchange cannot tell.
template <checker_policy P, class Counters>
struct exchange_beside_a_put_of_counters {
  static constexpr unsigned threads = 3;
  recorded_counters<P, Counters, threads, 3> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.add(index, 1, 5);
      recorded.put(index, 1, 5);
    } else if (index == 1) {
      recorded.exchange(index, 1, 0x100);
    } else {
      recorded.add(index, 1, 8);
      recorded.get(index, 1);
    }
  }

  void after() {
    recorded.get(threads, 1);
    check_with_model<P, Counters>(recorded.calls);
  }
};

// The same, but the counter was put to 1 before: what the exchange finds where it has not looked first is not
// what it may return.
template <checker_policy P, class Counters>
struct exchange_beside_two_puts_of_counters : exchange_beside_a_put_of_counters<P, Counters> {
  exchange_beside_two_puts_of_counters() { this->recorded.put(this->threads, 1, 1); }
};

// Two exchanges beside adds to both counters.
template <checker_policy P, class Counters>
struct exchanges_agree_with_the_model_of_counters {
  static constexpr unsigned threads = 3;
  recorded_counters<P, Counters, threads, 2> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.add(index, 1, 1);
      recorded.exchange(index, 1, 0x10);
    } else if (index == 1) {
      recorded.exchange(index, 1, 0x20);
      recorded.add(index, 1, 2);
    } else {
      recorded.add(index, 2, 4);
      recorded.get(index, 1);
    }
  }

  void after() {
    recorded.get(threads, 1);
    recorded.get(threads, 2);
    check_with_model<P, Counters>(recorded.calls);
  }
};

// atomics only: three that add and are told what they left.
template <checker_policy P, class Counters>
struct add_get_returns_what_it_leaves_of_counters {
  static constexpr unsigned threads = 3;
  recorded_counters<P, Counters, threads, 2> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.add_get(index, 1, 1);
      recorded.add_get(index, 1, 2);
    } else if (index == 1) {
      recorded.add_get(index, 1, 0x10);
    } else {
      recorded.put(index, 1, 0x100);
      recorded.get(index, 1);
    }
  }

  void after() {
    recorded.get(threads, 1);
    check_with_model<P, Counters>(recorded.calls);
    P::check(recorded.counters.sub_get(1, 1) == recorded.counters.get(1), "sub_get returns what it leaves");
  }
};

// atomics only: two that replace the same value, of which one is late, beside an add; and one that replaces
// what the other left.
template <checker_policy P, class Counters>
struct compare_exchange_replaces_only_what_it_expects_of_counters {
  static constexpr unsigned threads = 3;
  recorded_counters<P, Counters, threads, 2> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.compare_exchange(index, 1, 0, 0x10);
      recorded.compare_exchange(index, 1, 0x20, 0x40);
    } else if (index == 1) {
      recorded.compare_exchange(index, 1, 0, 0x20);
    } else {
      recorded.add(index, 1, 1);
    }
  }

  void after() {
    recorded.get(threads, 1);
    check_with_model<P, Counters>(recorded.calls);
  }
};

}  // namespace stillpoint::verify::clients
