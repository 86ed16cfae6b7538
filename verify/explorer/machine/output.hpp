// SPDX-License-Identifier: BSL-1.0
//
// Keeps back what a client prints, thousands of times in a search: standard output and standard error lead
// elsewhere while one of these lives.
#pragma once

#include <array>
#include <string>

namespace stillpoint::verify::explorer {

class held_output {
 public:
  enum class to { nowhere, memory };

  // If there is nowhere else for it to go, it goes where it went.
  explicit held_output(to where);
  held_output(const held_output&) = delete;
  held_output& operator=(const held_output&) = delete;
  ~held_output();

  // What was printed so far, if it goes to memory; of very much, the beginning and the end.
  std::string text() const;

 private:
  static constexpr std::array<int, 2> standard = {1, 2};

  int target_ = -1;
  // Where they led; -1 if there was nothing.
  std::array<int, 2> held_ = {-1, -1};
};

}  // namespace stillpoint::verify::explorer
