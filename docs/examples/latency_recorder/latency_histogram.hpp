// SPDX-License-Identifier: BSL-1.0
//
// latency_histogram: counts durations in buckets that grow with the duration; safe for any number of threads
// that add at the same time.
//
// A duration is placed by its highest bit and the four bits below it, so a bucket is at most 1/16 as wide as
// the durations in it. Costs: 8 KiB; add() is two relaxed read-modify-writes, and a third while it is the
// longest so far. Reading, and reset(), are for a histogram at rest.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

class latency_histogram {
 public:
  using nanoseconds = std::chrono::nanoseconds;

  void add(nanoseconds duration) {
    const auto value = static_cast<std::uint64_t>(std::max(duration, nanoseconds::zero()).count());
    // relaxed, here and below: the recorder's writer section orders these counts before whoever samples them.
    counts_[bucket_of(value)].fetch_add(1, std::memory_order_relaxed);
    std::uint64_t longest = longest_.load(std::memory_order_relaxed);
    while (longest < value && !longest_.compare_exchange_weak(longest, value, std::memory_order_relaxed,
                                                              std::memory_order_relaxed)) {
    }
  }

  void reset() {
    for (auto& count : counts_) count.store(0, std::memory_order_relaxed);
    longest_.store(0, std::memory_order_relaxed);
  }

  std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const auto& count : counts_) sum += count.load(std::memory_order_relaxed);
    return sum;
  }

  nanoseconds longest() const { return to_duration(longest_.load(std::memory_order_relaxed)); }

  // The duration that `fraction` of all durations do not exceed, up to the width of a bucket.
  nanoseconds quantile(double fraction) const {
    const auto rank = static_cast<std::uint64_t>(std::ceil(fraction * static_cast<double>(total())));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
      seen += counts_[bucket].load(std::memory_order_relaxed);
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

  std::array<std::atomic<std::uint64_t>, buckets> counts_{};
  std::atomic<std::uint64_t> longest_{0};
};
