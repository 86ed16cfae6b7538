// SPDX-License-Identifier: BSL-1.0
//
// Increments that were begun and are waited for later, by one thread or several.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <optional>

#include "verify/client.hpp"

namespace stillpoint::verify::clients {

// Two generations are pending; the later one is at its end first, and the earlier one's holder waits for
// that.
template <checker_policy P, class Tracker>
struct pendings_end_one_by_one_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename Tracker::token first = tracker.acquire();
  typename Tracker::pending until_first = tracker.begin_increment();
  typename Tracker::token second = tracker.acquire();
  typename Tracker::pending until_second = tracker.begin_increment();
  typename P::template atomic<int> second_ended{0};
  std::array<typename P::template plain<int>, 2> data{};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data[1], 1);
      second.release();
    } else if (index == 1) {
      until_second.wait();
      P::check(P::read(data[1]) == 1, "the second generation is at its end");
      P::check(!until_first.try_wait(), "while the first one has a holder");
      second_ended.store(1, std::memory_order_release);
      until_first.wait();
      P::check(P::read(data[0]) == 1, "the first generation is at its end, too");
    } else {
      P::await(
          second_ended, std::memory_order_acquire, [](int e) { return e == 1; }, typename P::waiter());
      P::write(data[0], 1);
      first.release();
    }
  }

  void after() {
    P::check(until_first.try_wait() && until_second.try_wait(), "a pending may be asked again");
    P::check(until_first.generation() == 0 && until_second.generation() == 1, "each knows its generation");
  }
};

// Two threads wait for the same generation, one of them no longer than some time.
template <checker_policy P, class Tracker>
struct pending_is_waited_for_by_several_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename Tracker::token held = tracker.acquire();
  typename Tracker::pending until_released = tracker.begin_increment();
  typename P::template plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      held.release();
    } else if (index == 1) {
      until_released.wait();
      P::check(P::read(data) == 1, "who waited sees what the holder wrote");
    } else if (until_released.wait_for(std::chrono::milliseconds(5))) {
      P::check(P::read(data) == 1, "so does who waited for some time, if that was long enough");
    }
  }

  void after() { P::check(until_released.try_wait(), "the generation is at its end"); }
};

// One thread begins an increment, another one waits for the end of the old generation.
template <checker_policy P, class Tracker>
struct pending_is_handed_over_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  std::optional<typename Tracker::pending> passed_on;
  typename P::template atomic<int> handed_over{0};
  typename P::template plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      const auto token = tracker.acquire();
      if (token.generation() == 0) P::write(data, 1);
    } else if (index == 1) {
      passed_on = tracker.begin_increment();
      handed_over.store(1, std::memory_order_release);
    } else {
      P::await(
          handed_over, std::memory_order_acquire, [](int h) { return h == 1; }, typename P::waiter());
      passed_on->wait();
      P::check(P::read(data) >= 0, "what was written under a token of the old generation is seen");
    }
  }

  void after() {}
};

// A generation is waited for when the place in which it was counted serves a later one, of which there are
// holders.
template <checker_policy P, class Tracker>
struct pending_ends_although_its_slot_is_used_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename Tracker::token held = tracker.acquire();
  typename Tracker::pending until_released = tracker.begin_increment();
  typename P::template plain<int> data{0};
  typename Tracker::token later;

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      held.release();
    } else if (index == 1) {
      // Waits for `held`, as there are two slots.
      static_cast<void>(tracker.begin_increment());
      later = tracker.acquire();
    } else {
      until_released.wait();
      P::check(P::read(data) == 1, "the generation is at its end");
    }
  }

  void after() {
    P::check(later.generation() == 2 && until_released.try_wait(), "later holders do not count");
    later.release();
  }
};

// What readers find by a link is unlinked and then written, as who frees it would. Who read it before that
// may hold a token of an earlier generation than the one that the grace period ends.
template <checker_policy P, class Tracker>
struct grace_periods_outlast_all_earlier_tokens_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename P::template atomic<int> linked{1};
  typename P::template plain<int> data{1};
  typename Tracker::token held = tracker.acquire();
  typename Tracker::pending earlier = tracker.begin_increment();

  void thread(unsigned index) {
    if (index == 0) {
      P::check(P::read(data) == 1, "nobody has freed what a holder of an earlier token reads");
      held.release();
    } else if (index == 1) {
      linked.store(0, std::memory_order_relaxed);
      tracker.synchronize();
      P::write(data, 0);
    } else {
      const auto token = tracker.acquire();
      if (linked.load(std::memory_order_relaxed) == 1) {
        P::check(P::read(data) == 1, "nor what a holder of a current one has found");
      }
    }
  }

  void after() { P::check(earlier.try_wait(), "the earlier generation is at its end, too"); }
};

}  // namespace stillpoint::verify::clients
