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

}  // namespace stillpoint::verify::clients
