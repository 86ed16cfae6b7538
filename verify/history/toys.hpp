// SPDX-License-Identifier: BSL-1.0
//
// Toys that are not linearizable, each with its model and a client that says it is: planted defects, by which
// an engine shows that its histories and their check bite. Every engine has to fail both clients.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "verify/client.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::toys {

// Each increment returns the value before it.
struct counter_model {
  struct operation {
    unsigned returned = 0;
  };

  bool step(const operation& op) {
    if (op.returned != value) return false;
    ++value;
    return true;
  }
  friend bool operator==(const counter_model&, const counter_model&) = default;

  unsigned value = 0;
};

struct register_model {
  enum class action : std::uint8_t { write, read };
  struct operation {
    action what = action::write;
    int value = 0;
  };

  bool step(const operation& op) {
    if (op.what == action::read) return op.value == value;
    value = op.value;
    return true;
  }
  friend bool operator==(const register_model&, const register_model&) = default;

  int value = 0;
};

// The defect: the increment is a load and a store, and another may come between.
template <class P>
class torn_counter {
 public:
  unsigned increment() {
    const unsigned before = value_.load(std::memory_order_acquire);
    // On real threads an access is where others get the core.
    P::read(never_written_);
    value_.store(before + 1, std::memory_order_release);
    return before;
  }

 private:
  typename P::template atomic<unsigned> value_{0u};
  typename P::template plain<int> never_written_{0};
};

// The defect: a write becomes visible with the next one.
template <class P>
class late_register {
 public:
  // One writer.
  void write(int value) {
    visible_.store(P::read(latest_), std::memory_order_release);
    P::write(latest_, value);
  }
  int read() const { return visible_.load(std::memory_order_acquire); }

 private:
  typename P::template atomic<int> visible_{0};
  typename P::template plain<int> latest_{0};
};

template <checker_policy P>
struct torn_counter_is_linearizable {
  static constexpr std::string_view primitive = "torn_counter";
  static constexpr std::string_view guarantee = "torn_counter_is_linearizable";
  static constexpr unsigned threads = 2;
  torn_counter<P> counter;
  history<P, counter_model::operation, threads, 2> calls;

  void thread(unsigned index) {
    for (int round = 0; round < 2; ++round) {
      auto& call = calls.invoke(index, {});
      call.operation.returned = counter.increment();
      calls.respond(call);
    }
  }

  void after() { P::check(bool(linearizable(calls, counter_model())), "the calls are linearizable"); }
};

// The reader is told when the write is over: by happens-before, and so in real time.
template <checker_policy P>
struct late_register_is_linearizable {
  static constexpr std::string_view primitive = "late_register";
  static constexpr std::string_view guarantee = "late_register_is_linearizable";
  static constexpr unsigned threads = 2;
  late_register<P> place;
  typename P::template atomic<int> written{0};
  history<P, register_model::operation, threads, 1> calls;

  void thread(unsigned index) {
    if (index == 0) {
      auto& call = calls.invoke(index, {register_model::action::write, 7});
      place.write(7);
      calls.respond(call);
      written.store(1, std::memory_order_release);
    } else {
      P::await(
          written, std::memory_order_acquire, [](int w) { return w == 1; }, typename P::waiter());
      auto& call = calls.invoke(index, {register_model::action::read});
      call.operation.value = place.read();
      calls.respond(call);
    }
  }

  void after() { P::check(bool(linearizable(calls, register_model())), "the calls are linearizable"); }
};

}  // namespace stillpoint::verify::toys
