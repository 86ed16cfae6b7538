// SPDX-License-Identifier: BSL-1.0
//
// What the program's waits have said of the values that they were offered.
//
// A wait is asked only while its thread executes it, and is then asked with what its thread has observed. The
// search has to know the answers at other times, too: for a value that is written after the wait is over, and
// for an execution in which the wait has ended differently. So the answers are kept, under the wait's
// `question`. Two waits have the same question only if they answer alike: it names the callable and all that
// it captured, or the callable and all that its thread has observed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

#include "verify/explorer/model/hash.hpp"

namespace stillpoint::verify::explorer {

enum class answer : std::uint8_t { no, yes, unknown };

class answers {
 public:
  answers() { forget(); }

  answer of(std::uint64_t question, std::uint64_t value) const {
    const std::uint64_t key = key_of(question, value);
    for (std::size_t i = key & mask_;; i = (i + 1) & mask_) {
      if (slots_[i] == 0) return answer::unknown;
      if ((slots_[i] | 1) == key) return (slots_[i] & 1) != 0 ? answer::yes : answer::no;
    }
  }

  void record(std::uint64_t question, std::uint64_t value, bool accepted) {
    // An answer that is forgotten is asked for again: this bounds the memory, not what can be known.
    if (used_ >= most) forget();
    if (used_ * 2 >= slots_.size()) grow();
    insert(key_of(question, value), accepted);
  }

  void forget() {
    slots_.assign(1024, 0);
    mask_ = slots_.size() - 1;
    used_ = 0;
  }

  // Of a load of which some values are known to lead back to it: never forgotten, since the search relies on
  // them.
  void reject(std::uint64_t question, std::uint64_t value) {
    rejecting_.insert(question);
    rejected_.insert(key_of(question, value));
  }
  bool rejects_some(std::uint64_t question) const { return rejecting_.contains(question); }
  bool rejects(std::uint64_t question, std::uint64_t value) const {
    return rejected_.contains(key_of(question, value));
  }

 private:
  static constexpr std::size_t most = std::size_t{1} << 20;

  // Odd; the lowest bit of a slot tells the answer.
  static std::uint64_t key_of(std::uint64_t question, std::uint64_t value) {
    return mixed(question, value) | 3;
  }

  void insert(std::uint64_t key, bool accepted) {
    std::size_t i = key & mask_;
    while (slots_[i] != 0 && (slots_[i] | 1) != key) i = (i + 1) & mask_;
    if (slots_[i] == 0) ++used_;
    slots_[i] = accepted ? key : key & ~std::uint64_t{1};
  }

  void grow() {
    std::vector<std::uint64_t> old(slots_.size() * 2, 0);
    old.swap(slots_);
    mask_ = slots_.size() - 1;
    used_ = 0;
    for (const std::uint64_t slot : old) {
      if (slot != 0) insert(slot | 1, (slot & 1) != 0);
    }
  }

  std::unordered_set<std::uint64_t> rejecting_;
  std::unordered_set<std::uint64_t> rejected_;
  std::vector<std::uint64_t> slots_;
  std::size_t mask_ = 0;
  std::size_t used_ = 0;
};

}  // namespace stillpoint::verify::explorer
