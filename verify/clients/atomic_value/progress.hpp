// SPDX-License-Identifier: BSL-1.0
//
// Neither readers nor writers wait for each other.
#pragma once

#include <atomic>

#include "stillpoint/atomic_value.hpp"
#include "verify/client.hpp"
#include "verify/clients/atomic_value/kinds.hpp"
#include "verify/clients/atomic_value/values.hpp"

namespace stillpoint::verify::clients {

// A writer makes two stores, a swap and a compare_exchange while a reader holds what they replace, and the
// reader goes on holding until they are done.
template <checker_policy P, class Kind>
struct snapshots_never_delay_stores_base : value_world<P, Kind, 1> {
  static constexpr unsigned threads = 2;
  typename P::template atomic<int> done{0};

  snapshots_never_delay_stores_base() { this->value.emplace(0u); }

  void thread(unsigned index) {
    if (index == 0) {
      const auto held = this->value.load();
      const unsigned earlier = held->number();
      P::await(
          done, std::memory_order_acquire, [](int is) { return is != 0; }, typename P::waiter());
      P::check(held->number() == earlier, "what is held stays as it was");
    } else {
      this->value.emplace(1u);
      const auto previous = this->value.swap(two_halves<P>(2));
      P::check(previous->number() == 1, "stores take place beside a snapshot");
      // release: pairs with the await.
      done.store(1, std::memory_order_release);
    }
  }

  void after() { P::check(this->value.load()->number() == 2, "all of them"); }
};

// One thread is stuck, in the destructor of a value that it replaced, or in what it gave to update, until the
// other one is done with its calls.
template <checker_policy P, class Kind>
struct calls_never_wait_for_each_other_base {
  static constexpr unsigned threads = 2;
  // Where each store loads, only one of them looks: else there are too many executions.
  static constexpr bool both_look = Kind::held_by_stores == 0;
  using bell = typename P::template atomic<int>;
  // Who waits in destructors; nobody before the threads start.
  using sleeper = typename P::template atomic<typename P::thread_id>;

  static void wait_for(const bell& rung) {
    P::await(
        rung, std::memory_order_acquire, [](int is) { return is != 0; }, typename P::waiter());
  }

  struct slow_to_go {
    slow_to_go(const bell& b, const sleeper* w) : rung(b), who_waits(w) {}
    slow_to_go(const slow_to_go&) = delete;
    slow_to_go& operator=(const slow_to_go&) = delete;
    ~slow_to_go() {
      // relaxed: only the thread that wrote it finds itself there.
      if (who_waits != nullptr && who_waits->load(std::memory_order_relaxed) == P::this_thread()) {
        wait_for(rung);
      }
    }
    const bell& rung;
    // Null in values that do not wait.
    const sleeper* who_waits;
  };

  bell rung{0};
  sleeper who_waits{typename P::thread_id{}};
  typename Kind::template domain<P> domain;
  typename Kind::template value<slow_to_go, P> value{domain, reclaim_after{both_look ? 1 : never}};

  calls_never_wait_for_each_other_base() { value.emplace(rung, &who_waits); }

  void thread(unsigned index) {
    if (index == 0) {
      who_waits.store(P::this_thread(), std::memory_order_relaxed);
      value.emplace(rung, nullptr);
      if (!both_look) value.reclaim();
    } else {
      if (both_look) P::check(bool(value.load()), "a load does not wait");
      value.emplace(rung, nullptr);
      // release: pairs with the await.
      rung.store(1, std::memory_order_release);
    }
  }

  void after() { P::check(bool(value.load()), "there is a value"); }
};

}  // namespace stillpoint::verify::clients
