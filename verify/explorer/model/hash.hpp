// SPDX-License-Identifier: BSL-1.0
//
// mixed: one number of two, such that different pairs give different numbers but by a chance of 2^-64.
#pragma once

#include <cstdint>

namespace stillpoint::verify::explorer {

// The finalizer of splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
constexpr std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  std::uint64_t z = a * 0x9e3779b97f4a7c15 + b + 0x632be59bd9b4e019;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace stillpoint::verify::explorer
