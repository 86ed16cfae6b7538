// SPDX-License-Identifier: BSL-1.0
// fenced_program [NUMBER]: uses everything that needs a heavy fence, beside a thread that needs light ones.
// With NUMBER, the kernel answers membarrier by that errno before it does so, after the program has begun.
// Prints which fences it began with.

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "stillpoint/atomic_value.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/tracker.hpp"
#include "tests/unit/membarrier_filter.hpp"

namespace {

constexpr int rounds = 200;

stillpoint::tracker<> tracked;
stillpoint::atomic_value<int> value(stillpoint::reclaim_after{1});
stillpoint::snapshot_counters<> counts(1);

void use_light_fences(const std::atomic<bool>& enough) {
  while (!enough) {
    const auto token = tracked.acquire();
    const auto now = value.load();
    counts.add(0, 1);
  }
}

void use_heavy_fences() {
  for (int round = 0; round < rounds; ++round) {
    tracked.increment();
    value.store(round);
    static_cast<void>(counts.take());
  }
}

}  // namespace

int main(int argc, char** argv) {
  using stillpoint::std_policy;
  const bool free = std_policy::quick_stripe(std_policy::owned_stripe_limit) != stillpoint::no_stripe;
  std::printf("light fences are %s\n", free ? "free" : "real");
  std::fflush(stdout);
  std::atomic<bool> enough = false;
  const std::jthread other([&enough] { use_light_fences(enough); });
  if (argc > 1) stillpoint::tests::filter_membarrier(std::atoi(argv[1]));
  use_heavy_fences();
  enough = true;
  return 0;
}
