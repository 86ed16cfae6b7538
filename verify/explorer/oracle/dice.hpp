// SPDX-License-Identifier: BSL-1.0
//
// What random programs are made with.
#pragma once

#include <cstdint>
#include <vector>

namespace stillpoint::verify::oracle {

// splitmix64 (Steele, Lea, Flood 2014): small, good enough, the same everywhere.
class dice {
 public:
  explicit dice(std::uint64_t seed) : state_(seed) {}

  unsigned below(unsigned bound) { return static_cast<unsigned>(next() % bound); }
  unsigned between(unsigned low, unsigned high) { return low + below(high - low + 1); }
  bool percent(unsigned chance) { return below(100) < chance; }

  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(static_cast<unsigned>(from.size()))];
  }

 private:
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

}  // namespace stillpoint::verify::oracle
