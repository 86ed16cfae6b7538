// SPDX-License-Identifier: BSL-1.0
//
// What the clients of atomic_value and any_value store, and how they hand it on.
#pragma once

#include <atomic>
#include <utility>

#include "models/atomic_value.hpp"

namespace stillpoint::verify::clients {

// A value that does not fit into one atomic: a number, twice.
template <class P>
class two_halves {
 public:
  explicit two_halves(unsigned number) : first_(number), second_(number) {}
  two_halves(const two_halves& other) : first_(P::read(other.first_)), second_(P::read(other.second_)) {}
  two_halves& operator=(const two_halves&) = delete;
  // Writes, as destructors do: whoever may still read is seen to race.
  ~two_halves() {
    P::write(first_, 0u);
    P::write(second_, 0u);
  }

  unsigned number() const {
    const unsigned first = P::read(first_);
    P::check(first == P::read(second_), "a value is whole");
    return first;
  }

  friend bool operator==(const two_halves& a, const two_halves& b) {
    return models::equal_values(a.number(), b.number());
  }

 private:
  typename P::template plain<unsigned> first_;
  typename P::template plain<unsigned> second_;
};

// Hands something from one thread to another.
template <class P, class Content>
class mailbox {
 public:
  void put(Content content) {
    content_ = std::move(content);
    // release: pairs with the acquire in take.
    full_.store(1, std::memory_order_release);
  }
  Content take() {
    P::await(
        full_, std::memory_order_acquire, [](int full) { return full != 0; }, typename P::waiter());
    return std::move(content_);
  }

 private:
  Content content_{};
  typename P::template atomic<int> full_{0};
};

}  // namespace stillpoint::verify::clients
