// SPDX-License-Identifier: BSL-1.0
//
// The rendezvous that tests run on: on the heap and in storage, checked and unchecked, and with generations
// that wrap around after four meetings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "stillpoint/rendezvous.hpp"
#include "stillpoint/rendezvous_storage.hpp"
#include "stillpoint/std_policy.hpp"

namespace stillpoint::tests {

// Never copied or moved.
struct immovable {
  immovable() = default;
  explicit immovable(int initial) : value(initial) {}
  immovable(immovable&&) = delete;
  immovable& operator=(immovable&&) = delete;

  int value = 0;
};

template <class Policy, class Word = std::size_t, unsigned GenerationBits = 63>
class owned_sides {
 public:
  static constexpr bool checked = Policy::checked;
  using endpoint = basic_rendezvous_data<immovable, Policy, Word, GenerationBits>;

  owned_sides() : both(make_rendezvous_data<immovable, Policy, Word, GenerationBits>(10, 20)) {}
  std::pair<endpoint, endpoint> both;
};

template <class Policy, class Word = std::size_t, unsigned GenerationBits = 63>
class stored_sides {
  using storage = rendezvous_storage<immovable, Policy, Word, GenerationBits>;
  // Its parts lie cache lines apart, which GCC's AddressSanitizer does not always grant on the stack.
  const std::unique_ptr<storage> storage_ = std::make_unique<storage>(10, 20);

 public:
  static constexpr bool checked = Policy::checked;
  using endpoint = typename storage::endpoint;

  std::pair<endpoint, endpoint> both = storage_->endpoints();
};

}  // namespace stillpoint::tests
