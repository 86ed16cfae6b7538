// SPDX-License-Identifier: BSL-1.0
//
// digest_of: a number that stands for what memory holds, for comparing it with what it held.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "verify/explorer/model/hash.hpp"

namespace stillpoint::verify::explorer {

// Words of long memory go to lanes, so that they do not wait for each other. Each bit of a word moves on
// before the next word of its lane comes. No call of memcpy, which may be the client's.
inline std::uint64_t digest_of(const void* begin, std::size_t size) {
  constexpr std::size_t lanes = 8;
  constexpr std::size_t word = sizeof(std::uint64_t);
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
  const auto* bytes = static_cast<const unsigned char*>(begin);
  const auto next = [&bytes, &size] {
    std::uint64_t read = 0;
    std::memcpy(&read, bytes, word);
    bytes += word;
    size -= word;
    return read;
  };
  const auto added = [](std::uint64_t to, std::uint64_t read) { return std::rotl(to ^ read, 29) * odd; };
  std::uint64_t result = size;
  if (size >= lanes * word) {
    std::array<std::uint64_t, lanes> all{};
    while (size >= lanes * word) {
      for (std::uint64_t& lane : all) lane = added(lane, next());
    }
    for (const std::uint64_t lane : all) result = mixed(result, lane);
  }
  while (size >= word) result = added(result, next());
  std::uint64_t rest = 0;
  for (; size > 0; --size) rest = rest << 8 | *bytes++;
  return mixed(result, rest);
}

}  // namespace stillpoint::verify::explorer
