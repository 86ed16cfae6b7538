// SPDX-License-Identifier: BSL-1.0
//
// Vector clocks: which events of each thread lie in an event's past. One clock says happens-before, another
// po ∪ rf.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace stillpoint::verify::explorer {

// The main thread and up to fifteen others. A client with more is refused, not cut.
inline constexpr std::size_t max_threads = 16;

// counts[t] is the number of events of thread t, counted from its beginning, that lie in the past.
struct alignas(32) clock {
  std::array<std::uint16_t, max_threads> counts{};

  void join(const clock& other) {
    for (std::size_t t = 0; t < max_threads; ++t) counts[t] = std::max(counts[t], other.counts[t]);
  }
  bool covers(std::size_t thread, std::size_t index) const { return counts[thread] > index; }

  friend bool operator==(const clock&, const clock&) = default;
};

}  // namespace stillpoint::verify::explorer
