// SPDX-License-Identifier: BSL-1.0
//
// The tracker's hot calls, and what is built on them, for hot_path.py. Compiled, never run.
#include <cstddef>
#include <cstdint>

#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/tracker.hpp"

static_assert(STILLPOINT_CHECKED == 0, "what a product pays is looked at");

using stillpoint::snapshot_counters;
using stillpoint::tracker;

extern "C" {

void hold(tracker<>& generations) {
  const auto token = generations.acquire();
}

std::uint64_t hold_and_release(tracker<>& generations) {
  auto token = generations.acquire();
  const std::uint64_t generation = token.generation();
  token.release();
  return generation;
}

void write_under_token(tracker<>& generations, std::uint64_t* buffers, std::uint64_t value) {
  const auto token = generations.acquire();
  buffers[token.generation() % 2] = value;
}

void hand_out(tracker<>& generations, void* place) {
  ::new (place) tracker<>::token(generations.acquire());
}

void take_back(tracker<>::token& token) {
  token.release();
}

void add(snapshot_counters<>& counts, std::size_t index, std::int64_t n) {
  counts.add(index, n);
}

}  // extern "C"
