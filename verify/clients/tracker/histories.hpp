// SPDX-License-Identifier: BSL-1.0
//
// Calls that are recorded with their results, and judged by the model.
#pragma once

#include <cstddef>
#include <utility>

#include "models/tracker.hpp"
#include "verify/client.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::clients {

// The calls of a client, each recorded with its result.
template <checker_policy P, class Tracker, class Model, unsigned Threads, std::size_t PerThread>
struct recorded_tracker {
  using action = models::tracker_action;
  using token = typename Tracker::token;
  using pending = typename Tracker::pending;
  Tracker tracker;
  history<P, models::tracker_operation, Threads, PerThread> calls{};

  token acquire(unsigned thread) {
    auto& call = calls.invoke(thread, {action::acquire, thread});
    token given = tracker.acquire();
    call.operation.generation = given.generation();
    calls.respond(call);
    return given;
  }
  void release(unsigned thread, token held) {
    auto& call = calls.invoke(thread, {action::release, thread, held.generation()});
    held.release();
    calls.respond(call);
  }
  void read(unsigned thread) {
    auto& call = calls.invoke(thread, {action::read, thread});
    call.operation.generation = tracker.generation();
    calls.respond(call);
  }
  pending begin(unsigned thread) {
    auto& call = calls.invoke(thread, {action::begin, thread});
    const pending old = tracker.begin_increment();
    call.operation.generation = old.generation();
    calls.respond(call);
    return old;
  }
  void wait(unsigned thread, const pending& old) {
    auto& call = calls.invoke(thread, {action::end, thread, old.generation()});
    old.wait();
    calls.respond(call);
  }
  void look(unsigned thread, const pending& old) {
    auto& call = calls.invoke(thread, {action::look, thread, old.generation()});
    call.operation.ended = old.try_wait();
    calls.respond(call);
  }
  // Two steps, of which the second one knows only later what it waits for.
  void increment(unsigned thread) {
    auto& begun = calls.invoke(thread, {action::begin, thread});
    auto& ended = calls.invoke(thread, {action::end, thread});
    begun.operation.generation = tracker.increment();
    ended.operation.generation = begun.operation.generation;
    calls.respond(begun);
    calls.respond(ended);
  }

  void check_with_model() const {
    P::check(bool(linearizable(calls, Model())), "there is an order of the calls that the model allows");
  }
};

template <checker_policy P, class Tracker, class Model, unsigned Threads>
struct calls_agree_with_the_model_base {
  static constexpr unsigned threads = Threads;
  recorded_tracker<P, Tracker, Model, threads, 4> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      auto held = recorded.acquire(index);
      recorded.read(index);
      recorded.release(index, std::move(held));
    } else if (index == 1) {
      const auto old = recorded.begin(index);
      recorded.look(index, old);
      recorded.wait(index, old);
    } else {
      recorded.increment(index);
    }
  }

  void after() { recorded.check_with_model(); }
};

}  // namespace stillpoint::verify::clients
