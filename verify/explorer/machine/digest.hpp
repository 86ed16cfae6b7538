// SPDX-License-Identifier: BSL-1.0
//
// digest_of: a number that stands for what memory holds, for comparing it with what it held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "verify/explorer/model/hash.hpp"

namespace stillpoint::verify::explorer {

inline std::uint64_t digest_of(const void* begin, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(begin);
  std::uint64_t a = size;
  std::uint64_t b = ~size;
  for (; size >= 16; size -= 16, bytes += 16) {
    std::uint64_t words[2];
    std::memcpy(words, bytes, sizeof words);
    a = (a ^ words[0]) * 0x9e3779b97f4a7c15;
    a ^= a >> 32;
    b = (b ^ words[1]) * 0xd6e8feb86659fd93;
    b ^= b >> 32;
  }
  std::uint64_t rest[2] = {};
  std::memcpy(rest, bytes, size);
  return mixed(mixed(a, rest[0]), mixed(b, rest[1]));
}

}  // namespace stillpoint::verify::explorer
