// SPDX-License-Identifier: BSL-1.0
//
// latency_histogram: counts durations in buckets that grow with the duration. Not for several threads at a
// time: a striped_recorder gives each one of its own, and merges them.
//
// A duration is placed by its highest bit and the four bits below it, so a bucket is at most 1/16 as wide as
// the durations in it. Costs: 8 KiB; add() is a count and a comparison. Merging, and reset(), take the time
// to go through all of it.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>

class latency_histogram {
 public:
  using nanoseconds = std::chrono::nanoseconds;

  void add(nanoseconds duration) {
    const auto value = static_cast<std::uint64_t>(std::max(duration, nanoseconds::zero()).count());
    ++counts_[bucket_of(value)];
    longest_ = std::max(longest_, value);
  }

  latency_histogram& operator+=(const latency_histogram& from) {
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) counts_[bucket] += from.counts_[bucket];
    longest_ = std::max(longest_, from.longest_);
    return *this;
  }

  void reset() {
    counts_.fill(0);
    longest_ = 0;
  }

  std::uint64_t total() const { return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0}); }

  nanoseconds longest() const { return to_duration(longest_); }

  // The duration that `fraction` of all durations do not exceed, up to the width of a bucket.
  nanoseconds quantile(double fraction) const {
    const auto rank = static_cast<std::uint64_t>(std::ceil(fraction * static_cast<double>(total())));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
      seen += counts_[bucket];
      if (seen >= rank && seen > 0) return std::min(to_duration(last_of(bucket)), longest());
    }
    return nanoseconds::zero();
  }

 private:
  static constexpr unsigned detail_bits = 4;
  static constexpr std::size_t details = std::size_t{1} << detail_bits;
  static constexpr std::size_t buckets = (64 - detail_bits + 1) * details;

  static nanoseconds to_duration(std::uint64_t value) {
    return nanoseconds(static_cast<nanoseconds::rep>(value));
  }

  // Values below `details` have a bucket each; from there on every power of two is divided in `details`.
  static std::size_t bucket_of(std::uint64_t value) {
    if (value < details) return static_cast<std::size_t>(value);
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - detail_bits;
    return (shift + 1) * details + static_cast<std::size_t>((value >> shift) - details);
  }

  static std::uint64_t last_of(std::size_t bucket) {
    if (bucket < details) return bucket;
    const std::size_t shift = bucket / details - 1;
    return (((bucket % details) + details + 1) << shift) - 1;
  }

  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t longest_ = 0;
};
