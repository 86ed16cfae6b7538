// SPDX-License-Identifier: BSL-1.0
//
// What a token guarantees: its generation has not ended, and acquire never waits.
#pragma once

#include <array>
#include <atomic>
#include <utility>

#include "verify/client.hpp"
#include "verify/clients/tracker/policies.hpp"

namespace stillpoint::verify::clients {

// Generation 0 is at its end once `ended` says so, though that is only said by the way.
template <checker_policy P, class Tracker>
struct ended_generation_has_no_holders_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename P::template atomic<int> ended{0};

  void thread(unsigned index) {
    if (index == 1) {
      P::check(tracker.increment() == 0, "the old generation is returned");
      ended.store(1, std::memory_order_relaxed);
      return;
    }
    const bool over = ended.load(std::memory_order_relaxed) == 1;
    auto token = tracker.acquire();
    P::check(!over || token.generation() == 1, "nobody gets a token of a generation that is at its end");
    const bool old = token.generation() == 0;
    P::check(!old || ended.load(std::memory_order_relaxed) == 0, "nobody holds a token of it");
    token.release();
  }

  void after() {}
};

// One thread has several tokens of a generation, and releases them one by one.
template <checker_policy P, class Tracker>
struct every_token_counts_base {
  static constexpr unsigned threads = 2;
  Tracker tracker;
  typename P::template plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      auto first = tracker.acquire();
      auto second = tracker.acquire();
      const bool both = first.generation() == second.generation();
      first.release();
      if (both && second.generation() == 0) P::write(data, 1);
      second.release();
    } else {
      tracker.increment();
      P::check(P::read(data) >= 0, "what is written under the last token of a generation is seen");
    }
  }

  void after() {}
};

// Each owner of a stripe goes on from where it was counted before, and so does whoever shares one.
template <checker_policy P, class Tracker>
struct holders_see_what_came_before_base {
  static constexpr unsigned threads = 2;
  Tracker tracker;
  std::array<typename P::template plain<int>, 3> prepared{};

  void thread(unsigned index) {
    if (index == 0) {
      for (int use = 0; use < 2; ++use) {
        const auto token = tracker.acquire();
        const int seen = P::read(prepared[token.generation()]);
        P::check(token.generation() == 0 || seen == 7, "what was done before the increment is seen");
      }
    } else {
      P::write(prepared[1], 7);
      tracker.increment();
    }
  }

  void after() {}
};

// A user comes and goes while an increment is held up by another: had it to wait for the increment, all three
// would wait for each other.
template <checker_policy P, class Tracker>
struct acquire_never_waits_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename P::template atomic<int> passed{0};
  typename Tracker::token held = tracker.acquire();

  void thread(unsigned index) {
    if (index == 0) {
      for (int use = 1; use <= 2; ++use) {
        tracker.acquire().release();
        passed.store(use, std::memory_order_relaxed);
      }
    } else if (index == 2) {
      P::await(
          passed, std::memory_order_relaxed, [](int p) { return p == 2; }, typename P::waiter());
      held.release();
    } else {
      P::check(tracker.increment() == 0, "the increment ends");
    }
  }

  void after() { P::check(passed.load(std::memory_order_relaxed) == 2, "the other one passed twice"); }
};

// While no increment begins, the first try to acquire is the last.
template <checker_policy P, class Tracker>
struct acquire_tries_once_base {
  static constexpr unsigned threads = 1;
  Tracker tracker;

  acquire_tries_once_base() { tracker.increment(); }

  void thread(unsigned) {
    for (int use = 0; use < 2; ++use) {
      counting<P>::fences = 0;
      auto token = tracker.acquire();
      P::check(counting<P>::fences == 1, "acquire tries once");
      P::check(token.generation() == 1, "and gets the current generation");
      token.release();
    }
  }

  void after() {}
};

// One thread acquires, another one goes on with the work and releases. Meanwhile the first one acquires
// again: it may find its seat free.
template <checker_policy P, class Tracker>
struct tokens_may_change_threads_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename Tracker::token passed_on = tracker.acquire();
  typename P::template plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      tracker.acquire().release();
    } else if (index == 1) {
      const auto mine = std::move(passed_on);
      P::write(data, 1);
    } else {
      tracker.increment();
      P::check(P::read(data) == 1, "the work is done");
    }
  }

  void after() {}
};

}  // namespace stillpoint::verify::clients
