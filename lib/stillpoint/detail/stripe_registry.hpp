// SPDX-License-Identifier: BSL-1.0
//
// stripe_registry: gives out the numbers below Capacity, each to one owner at a time, the lowest that is
// free.
//
// What an owner did before it gave a number back happens before what the next owner of that number does. So
// an owner may leave values in a place of its own and the next one goes on from them with plain loads and
// stores. Lock-free; nothing is allocated; nothing has to be destroyed.
//
// Atomic is a policy's atomic: std::atomic in std_policy, a checker's in the clients that check the
// hand-over.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "stillpoint/atomics_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

template <template <class> class Atomic, std::size_t Capacity>
class stripe_registry {
  // 32 bits: every platform that has atomics has them of this size.
  using word = std::uint32_t;
  static constexpr std::size_t word_bits = std::numeric_limits<word>::digits;
  static constexpr std::size_t word_count = (Capacity + word_bits - 1) / word_bits;

 public:
  static constexpr std::size_t capacity = Capacity;

  // The lowest number that was found free; no_stripe if none was.
  std::size_t claim() noexcept {
    for (std::size_t w = 0; w < word_count; ++w) {
      const std::size_t bit = claim_in(words_[w], numbers_in(w));
      if (bit != no_stripe) return w * word_bits + bit;
    }
    return no_stripe;
  }

  void give_back(std::size_t number) noexcept {
    const word bit = word{1} << (number % word_bits);
    // release: pairs with the acquire in claim_in; the next owner finds all that this one left behind.
    words_[number / word_bits].fetch_and(~bit, std::memory_order_release);
  }

  // All but that one, if it is a number. The caller knows that the others' owners are gone for good.
  void give_back_all_but(std::size_t kept) noexcept {
    for (std::size_t w = 0; w < word_count; ++w) {
      const word rest = kept / word_bits == w ? word{1} << (kept % word_bits) : word{0};
      // release: as in give_back.
      words_[w].fetch_and(rest, std::memory_order_release);
    }
  }

 private:
  static constexpr std::size_t numbers_in(std::size_t w) {
    const std::size_t rest = Capacity - w * word_bits;
    return rest < word_bits ? rest : word_bits;
  }

  static std::size_t claim_in(Atomic<word>& taken_numbers, std::size_t count) noexcept {
    // relaxed: a guess what is free; the compare_exchange decides.
    word taken = taken_numbers.load(std::memory_order_relaxed);
    for (;;) {
      const auto lowest = static_cast<unsigned>(std::countr_one(taken));
      if (lowest >= count) return no_stripe;
      // acquire: pairs with the release in give_back. All changes are read-modify-writes, so that this one
      // reads from the release sequence of every earlier one, and the last owner's among them. relaxed on
      // failure: nothing was claimed.
      if (taken_numbers.compare_exchange_strong(taken, taken | word{1} << lowest, std::memory_order_acquire,
                                                std::memory_order_relaxed)) {
        return lowest;
      }
    }
  }

  std::array<Atomic<word>, word_count> words_{};
};

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
