// SPDX-License-Identifier: BSL-1.0
//
// Where the two sides come from, the heap or storage of the caller's, and what they swap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

#include "stillpoint/rendezvous.hpp"
#include "stillpoint/rendezvous_storage.hpp"

namespace stillpoint::verify::clients {

// What is swapped: plain memory that cannot be copied or moved. Its end is a write, which has to come after
// what either side did with it.
template <class P>
struct cell {
  cell() = default;
  cell(const cell&) = delete;
  cell& operator=(const cell&) = delete;
  ~cell() { P::write(value, -1); }

  typename P::template plain<int> value{0};

  int get() const { return P::read(value); }
  void set(int now) { P::write(value, now); }
};

// Where the two sides come from. Word and GenerationBits as in the library.
struct owned_kind {
  static constexpr std::string_view primitive = "rendezvous";

  template <class P, class T, class Word, unsigned GenerationBits>
  class sides {
   public:
    auto& operator[](unsigned index) { return index == 0 ? both_.first : both_.second; }
    // Each call makes a rendezvous of its own.
    static bool are_given_out_once() { return true; }

   private:
    static auto make() {
      if constexpr (std::is_void_v<T>) {
        return make_rendezvous<P, Word, GenerationBits>();
      } else {
        return make_rendezvous_data<T, P, Word, GenerationBits>();
      }
    }
    decltype(make()) both_ = make();
  };
};

struct storage_kind {
  static constexpr std::string_view primitive = "rendezvous_storage";

  template <class P, class T, class Word, unsigned GenerationBits>
  class sides {
    using storage = rendezvous_storage<T, P, Word, GenerationBits>;

   public:
    auto& operator[](unsigned index) { return index == 0 ? both_.first : both_.second; }
    bool are_given_out_once() {
      try {
        static_cast<void>(storage_.endpoints());
        return false;
      } catch (const std::logic_error&) {
        return true;
      }
    }

   private:
    storage storage_;
    std::pair<typename storage::endpoint, typename storage::endpoint> both_ = storage_.endpoints();
  };
};

template <class P, class Kind>
using barrier_sides =
    typename Kind::template sides<P, void, std::size_t, std::numeric_limits<std::size_t>::digits - 1>;

template <class P, class Kind>
using data_sides =
    typename Kind::template sides<P, cell<P>, std::size_t, std::numeric_limits<std::size_t>::digits - 1>;

// Two bits of generation: they wrap around at every fourth meeting.
template <class P, class Kind>
using tiny_sides = typename Kind::template sides<P, cell<P>, std::uint8_t, 2>;

}  // namespace stillpoint::verify::clients
