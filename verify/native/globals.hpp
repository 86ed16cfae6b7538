// SPDX-License-Identifier: BSL-1.0
//
// The program's variables with static storage duration, which each execution begins with as they were. Those
// of shared objects are not among them.
#pragma once

#include <cstddef>
#include <vector>

namespace stillpoint::verify::native {

class globals {
 public:
  void save();
  void restore() const;
  // Whether it lies among what is saved.
  bool would_reset(const void* variable) const;

 private:
  struct segment {
    std::byte* first;
    std::vector<std::byte> content;
  };
  std::vector<segment> segments_;
};

}  // namespace stillpoint::verify::native
