// SPDX-License-Identifier: BSL-1.0
//
// Which number a thread has: the same in all executions of a search, whichever thread comes first in one, so
// that an execution says by itself who is who.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "verify/explorer/model/clock.hpp"

namespace stillpoint::verify::explorer {

class thread_numbers {
 public:
  // Of the parent's child, which has `before` older siblings. A new one gets `wanted` if that is free, and
  // else the first free number. Unset if there is none.
  std::optional<std::size_t> of(std::size_t parent, std::size_t before, std::size_t wanted) {
    for (const child& c : children_) {
      if (c.parent == parent && c.before == before) return c.number;
    }
    const std::size_t number = is_free(wanted) ? wanted : first_free();
    if (number == max_threads) return std::nullopt;
    children_.push_back({parent, before, number});
    return number;
  }

 private:
  struct child {
    std::size_t parent;
    std::size_t before;
    std::size_t number;
  };

  bool is_free(std::size_t number) const {
    if (number == 0 || number >= max_threads) return false;
    for (const child& c : children_) {
      if (c.number == number) return false;
    }
    return true;
  }
  std::size_t first_free() const {
    std::size_t number = 1;
    while (number < max_threads && !is_free(number)) ++number;
    return number;
  }

  std::vector<child> children_;
};

}  // namespace stillpoint::verify::explorer
