// SPDX-License-Identifier: BSL-1.0
#include "verify/wide_values.hpp"

#include <cstdio>
#include <cstdlib>
#include <unordered_map>

namespace stillpoint::verify {

namespace {

// Of the process, and never emptied: a number may be in use anywhere.
std::unordered_map<std::uint64_t, words>& table() {
  static std::unordered_map<std::uint64_t, words> all;
  return all;
}

// By the finalizer of splitmix64. A hash, not a count: it is the same whichever value
// comes first, also in another process.
std::uint64_t hash_of(const words& value) {
  std::uint64_t hash = value.size();
  for (const std::uint64_t word : value) {
    std::uint64_t z = hash * 0x9e3779b97f4a7c15 + word + 0x632be59bd9b4e019;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    hash = z ^ (z >> 31);
  }
  return hash;
}

}  // namespace

std::uint64_t number_of_words(const void* bytes, std::size_t size) {
  words value((size + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
  std::memcpy(value.data(), bytes, size);
  const std::uint64_t number = hash_of(value);
  const auto [at, is_new] = table().try_emplace(number, value);
  if (!is_new && at->second != value) {
    std::fputs("two values of an atomic have the same hash of 64 bits\n", stderr);
    std::abort();
  }
  return number;
}

const words* words_of_number(std::uint64_t number) {
  // Most programs have none.
  if (table().empty()) return nullptr;
  const auto found = table().find(number);
  return found == table().end() ? nullptr : &found->second;
}

}  // namespace stillpoint::verify
