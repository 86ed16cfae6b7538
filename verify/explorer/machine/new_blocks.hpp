// SPDX-License-Identifier: BSL-1.0
//
// What a client's threads have allocated by `new` in the current execution, and deleted.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "verify/explorer/model/clock.hpp"

namespace stillpoint::verify::explorer {

// By which operators: they have to be a pair.
// The last is the C library's: by malloc, freed by free.
enum class new_form : std::uint8_t { object, array, aligned, malloc };

struct new_block {
  std::uintptr_t address = 0;
  std::size_t size = 0;
  new_form form = new_form::object;
  bool deleted = false;
  // A static variable leads to it, when the execution has ended.
  bool kept = false;
};

// Names one by who allocated it and how many its thread had allocated before.
struct new_block_name {
  std::size_t thread = 0;
  std::size_t number = 0;
  friend bool operator==(const new_block_name&, const new_block_name&) = default;
};

class new_blocks {
 public:
  void clear() {
    for (auto& blocks : of_) blocks.clear();
  }

  new_block_name add(std::size_t thread, const new_block& block) {
    of_[thread].push_back(block);
    return {thread, of_[thread].size() - 1};
  }

  // Null if nothing begins there. The addresses of a thread's blocks ascend.
  new_block* find(std::uintptr_t address) {
    for (auto& blocks : of_) {
      const auto at = std::lower_bound(blocks.begin(), blocks.end(), address,
                                       [](const new_block& b, std::uintptr_t a) { return b.address < a; });
      if (at != blocks.end() && at->address == address) return &*at;
    }
    return nullptr;
  }

  // That the address lies in; null if there is none.
  new_block* containing(std::uintptr_t address) {
    for (auto& blocks : of_) {
      const auto behind =
          std::upper_bound(blocks.begin(), blocks.end(), address,
                           [](std::uintptr_t a, const new_block& b) { return a < b.address; });
      if (behind == blocks.begin()) continue;
      new_block& last = *(behind - 1);
      if (address - last.address < std::max<std::size_t>(last.size, 1)) return &last;
    }
    return nullptr;
  }

  // The first that is neither deleted nor kept; false if all are.
  bool find_alive(new_block_name& name) const {
    for (std::size_t t = 0; t < of_.size(); ++t) {
      for (std::size_t i = 0; i < of_[t].size(); ++i) {
        if (of_[t][i].deleted || of_[t][i].kept) continue;
        name = {t, i};
        return true;
      }
    }
    return false;
  }

  // Null if there is none of that name.
  const new_block* at(const new_block_name& name) const {
    return name.number < of_[name.thread].size() ? &of_[name.thread][name.number] : nullptr;
  }

 private:
  std::array<std::vector<new_block>, max_threads> of_;
};

constexpr const char* operator_of(new_form form) {
  switch (form) {
    case new_form::object:
      return "new";
    case new_form::array:
      return "new[]";
    case new_form::aligned:
      return "aligned new";
    case new_form::malloc:
      break;
  }
  return "malloc";
}

// What gives such memory back.
constexpr const char* release_of(new_form form) {
  return form == new_form::malloc ? "free" : form == new_form::array ? "delete[]" : "delete";
}

}  // namespace stillpoint::verify::explorer
