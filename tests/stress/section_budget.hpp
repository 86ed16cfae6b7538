// SPDX-License-Identifier: BSL-1.0
//
// section_budget: keeps writers to the number of sections that a phaser with tiny epochs can count between
// two flips. Who enters takes from it first; who has flipped gives back what the flip covered.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"

namespace stillpoint::tests {

template <class Phaser>
struct parts_of;

template <class Policy, std::size_t Stripes, class Epoch, unsigned CountBits>
struct parts_of<basic_writer_reader_phaser<Policy, Stripes, Epoch, CountBits>> {
  using policy = Policy;
  static constexpr std::uint64_t most_sections = (std::uint64_t{1} << CountBits) - 1;
};

// Those sections that are counted.
template <class Policy, std::size_t OwnedStripes, std::size_t SharedStripes, class Epoch, unsigned CountBits>
struct parts_of<
    basic_asymmetric_writer_reader_phaser<Policy, OwnedStripes, SharedStripes, Epoch, CountBits>> {
  using policy = Policy;
  static constexpr std::uint64_t most_sections = (std::uint64_t{1} << CountBits) - 1;
};

template <class Phaser>
class section_budget {
 public:
  // False: nothing is left until the next flip.
  bool take() {
    if constexpr (!bounded) return true;
    // relaxed, here and below: it may order nothing, lest it hide a race that the phaser does not prevent.
    std::uint64_t left = left_.load(std::memory_order_relaxed);
    while (left > 0) {
      if (left_.compare_exchange_weak(left, left - 1, std::memory_order_relaxed)) return true;
    }
    return false;
  }

  void give_back(std::uint64_t sections) {
    if constexpr (bounded) left_.fetch_add(sections, std::memory_order_relaxed);
  }

 private:
  static constexpr std::uint64_t most = parts_of<Phaser>::most_sections;
  // What no test can reach is no bound.
  static constexpr bool bounded = most < std::numeric_limits<std::uint32_t>::max();
  std::atomic<std::uint64_t> left_{most};
};

}  // namespace stillpoint::tests
