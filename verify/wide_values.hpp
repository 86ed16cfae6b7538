// SPDX-License-Identifier: BSL-1.0
//
// Values of more than eight bytes, for engines whose operations carry numbers: each value has a number that
// stands for it, in all executions of the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

namespace stillpoint::verify {

#if defined(__has_builtin) && __has_builtin(__builtin_clear_padding)
inline constexpr bool has_builtin_clear_padding = true;
template <class T>
void clear_padding(T& value) {
  __builtin_clear_padding(&value);
}
#else
inline constexpr bool has_builtin_clear_padding = false;
template <class T>
void clear_padding(T&) {}
#endif

// The bytes of a value, the last word filled with zeros.
using words = std::vector<std::uint64_t>;

// Equal for equal bytes, and never for others: where their hashes are the same, the program ends.
std::uint64_t number_of_words(const void* bytes, std::size_t size);
// What the number stands for; null if it stands for nothing.
const words* words_of_number(std::uint64_t number);

template <class T>
T from_wide(std::uint64_t number) {
  static_assert(std::is_trivially_copyable_v<T>);
  T value;
  std::memcpy(static_cast<void*>(&value), words_of_number(number)->data(), sizeof(T));
  return value;
}

// Calls f with each word of what the number stands for, or with the number.
template <class F>
void for_each_word(std::uint64_t number, const F& f) {
  if (const words* const wide = words_of_number(number)) {
    for (const std::uint64_t word : *wide) f(word);
  } else {
    f(number);
  }
}

}  // namespace stillpoint::verify
