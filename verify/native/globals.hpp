// SPDX-License-Identifier: BSL-1.0
//
// The program's variables with static storage duration, and what they have allocated before main, which each
// execution begins with as they were. Those of shared objects are not among them.
#pragma once

#include <cstddef>
#include <vector>

namespace stillpoint::verify::native {

class globals {
 public:
  // Whether it lies in the program itself, and in no shared object.
  static bool are_of_program(const void* variable);
  void save();
  void restore() const;
  // Whether it lies among what is saved.
  bool would_reset(const void* variable) const;
  template <class F>
  void for_each_range(const F& f) const {
    for (const segment& each : segments_) f(each.first, each.content.size());
  }

 private:
  struct segment {
    std::byte* first;
    std::vector<std::byte> content;
  };
  std::vector<segment> segments_;
};

}  // namespace stillpoint::verify::native
