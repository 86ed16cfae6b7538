// SPDX-License-Identifier: BSL-1.0
//
// stripe_registry: gives out the numbers below Capacity, each to one owner at a time, the lowest that is
// free.
//
// What an owner did before it gave a number back happens before what the next owner of that number does. So
// an owner may leave values in a place of its own and the next one goes on from them with plain loads and
// stores. Lock-free; nothing is allocated; nothing has to be destroyed.
//
// in_use() bounds the numbers that were ever given out, so that a scan of all owners' places grows with the
// owners that there were. Two cases in which the bound covers a number n that an owner O claimed:
//   - claim() of n happens before the call of in_use();
//   - O runs a seq_cst fence (or a light one) after its claim() returned, the scan runs one (a heavy one)
//     before it calls in_use(), and O's fence comes first.
// In the first case by coherence: claim() raised the bound beyond n, or read that it was there, and the bound
// never falls. In the second case by [atomics.order]/4: if in_use() read an earlier value, its load would be
// coherence-ordered before what claim() wrote or read, and so the scan's fence would come before O's.
// If the scan's fence comes first, O's loads after its own fence see what was stored before the scan's. That
// is the other half of each announcement that two fences protect: O does not rely on what it announced.
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
      if (bit == no_stripe) continue;
      const std::size_t number = w * word_bits + bit;
      put_in_use(number);
      return number;
    }
    return no_stripe;
  }

  // A bound for the numbers that were ever given out: all of them are less. See above which.
  std::size_t in_use() const noexcept {
    // relaxed: the fences of the scan and of the owner have ordered it, or happens-before has.
    return in_use_.load(std::memory_order_relaxed);
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
  // Before claim() returns, and so before the owner announces anything in a place of that number.
  void put_in_use(std::size_t number) noexcept {
    const auto beyond = static_cast<word>(number + 1);
    // relaxed, here and below: nothing is published by the bound but the bound. That a scan finds it in time
    // is the fences' part; whoever raised it that far.
    word bound = in_use_.load(std::memory_order_relaxed);
    // relaxed: see above. One that fails tells how far it is raised.
    while (bound < beyond && !in_use_.compare_exchange_strong(bound, beyond, std::memory_order_relaxed,
                                                              std::memory_order_relaxed)) {
    }
  }

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
  // Never falls: a place may still be used for an owner that is gone.
  Atomic<word> in_use_{word{0}};
};

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
