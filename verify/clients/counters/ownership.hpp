// SPDX-License-Identifier: BSL-1.0
//
// Who owns what: handles an array, and threads a stripe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "stillpoint/counters.hpp"
#include "stillpoint/counters_ref.hpp"
#include "stillpoint/detail/stripe_registry.hpp"
#include "verify/client.hpp"

namespace stillpoint::verify::clients {

// Handles are copied, used and given up on several threads; the last to go frees the array, and no earlier
// one.
template <checker_policy P, counters_kind Kind>
struct last_owner_frees_of_counters {
  static constexpr unsigned threads = 3;
  std::array<std::optional<basic_counters_ref<P>>, threads> handles;

  last_owner_frees_of_counters() {
    handles[0].emplace(std::size_t{1}, Kind);
    for (auto& handle : handles) handle = handles[0];
  }

  void thread(unsigned index) {
    std::optional<basic_counters_ref<P>>& mine = handles[index];
    mine->add(1, 1);
    if (index == 0) {
      const basic_counters_ref<P> copy(*mine);
      mine.reset();
      const std::int64_t seen = copy.get(1);
      P::check(seen >= 1 && seen <= 3, "what other handles add is added to the same array");
    }
    mine.reset();
  }

  void after() {}
};

// A stripe's owner leaves a value in a plain place of its own; the next one goes on from it.
template <checker_policy P, std::size_t Stripes>
struct stripes_change_hands_whole_of_counters {
  static constexpr unsigned threads = 3;
  stillpoint::detail::stripe_registry<P::template atomic, Stripes> registry;
  std::array<typename P::template plain<int>, Stripes> sums{};
  std::array<int, threads> unowned{};

  void thread(unsigned index) {
    const std::size_t mine = registry.claim();
    if (mine == no_stripe) {
      unowned[index] = 1;
      return;
    }
    P::check(mine < Stripes, "a stripe is one of those that there are");
    P::write(sums[mine], P::read(sums[mine]) + 1);
    registry.give_back(mine);
  }

  void after() {
    int sum = unowned[0] + unowned[1] + unowned[2];
    for (const auto& each : sums) sum += P::read(each);
    P::check(sum == static_cast<int>(threads), "each owner counted once");
    P::check(unowned[0] + unowned[1] + unowned[2] < static_cast<int>(threads), "somebody got a stripe");
    P::check(registry.claim() == 0, "and gave it back");
  }
};

// What is announced on a stripe, and who scans the stripes: the scan covers the stripe, or whoever announced
// sees what the scan is for.
template <checker_policy P>
struct stripes_in_use_cover_owners_of_counters {
  static constexpr unsigned threads = 3;
  static constexpr std::size_t stripes = 2;
  stillpoint::detail::stripe_registry<P::template atomic, stripes> registry;
  typename P::template atomic<int> begun{0};
  // One more than the stripe of an owner that did not see it begun.
  std::array<std::size_t, 2> announced{};
  std::size_t in_use = 0;

  void thread(unsigned index) {
    if (index == 2) {
      // relaxed, here and below: the order is to come from the fences.
      begun.store(1, std::memory_order_relaxed);
      P::heavy_fence();
      in_use = registry.in_use();
      return;
    }
    const std::size_t mine = registry.claim();
    P::light_fence();
    if (begun.load(std::memory_order_relaxed) == 0) announced[index] = mine + 1;
    P::check(registry.in_use() > mine, "an owner finds its own stripe in use");
    // The next one may get the same.
    if (index == 0) registry.give_back(mine);
  }

  void after() {
    for (const std::size_t each : announced) P::check(each <= in_use, "the scan covers the stripe");
    P::check(registry.in_use() >= in_use && registry.in_use() <= stripes, "the bound never falls");
    P::check(registry.in_use() >= 1, "and is as high as what happens before");
  }
};

// After a fork, the child's only thread gives back the stripes of the threads that it has not: all but its
// own. Who claims one then goes on from what the one that is gone left in it, and the one that was kept is
// nobody else's.
template <checker_policy P>
struct stripes_of_the_gone_are_given_back_of_counters {
  static constexpr unsigned threads = 3;
  static constexpr std::size_t stripes = 2;
  stillpoint::detail::stripe_registry<P::template atomic, stripes> registry;
  std::array<typename P::template plain<int>, stripes> sums{};
  typename P::template atomic<int> gone{0};
  typename P::template atomic<int> given_back{0};
  int claimed_again = 0;

  void thread(unsigned index) {
    if (index == 0) {
      keep_one();
    } else if (index == 1) {
      count(registry.claim());
      // release: pairs with the acquire in keep_one; this thread's stripe is as it leaves it.
      gone.store(1, std::memory_order_release);
    } else {
      // relaxed: the order is to come from the registry.
      P::await(given_back, std::memory_order_relaxed, is_set, typename P::waiter());
      const std::size_t mine = registry.claim();
      if (mine == no_stripe) return;
      count(mine);
      claimed_again = 1;
    }
  }

  void after() {
    P::check(P::read(sums[0]) + P::read(sums[1]) == 2 + claimed_again, "each owner counted once");
    P::check((registry.claim() == no_stripe) == (claimed_again == 1),
             "and the stripe kept is still its owner's");
  }

 private:
  void keep_one() {
    const std::size_t mine = registry.claim();
    // acquire: pairs with the release in thread().
    P::await(gone, std::memory_order_acquire, is_set, typename P::waiter());
    registry.give_back_all_but(mine);
    // relaxed: says only that it was done.
    given_back.store(1, std::memory_order_relaxed);
    count(mine);
  }

  static bool is_set(int value) { return value == 1; }

  void count(std::size_t mine) { P::write(sums[mine], P::read(sums[mine]) + 1); }
};

}  // namespace stillpoint::verify::clients
