// SPDX-License-Identifier: BSL-1.0
//
// What others offer, measured in the same rounds as ours, each in a process of its own: written in another
// language, or against a library that nobody needs but to be compared with. Those whose compiler,
// interpreter or library is missing are left out.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "tests/bench/measure.hpp"

namespace stillpoint::bench {

// A folder that is gone with this object.
class temporary_folder {
 public:
  temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder();

  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

class peers {
 public:
  // Compiles what has to be compiled; tells `progress` who is left out.
  explicit peers(std::ostream& progress);

  // Runs each once.
  std::vector<measurement> measure(std::size_t round) const;

 private:
  temporary_folder folder_;
  // The shell's commands that run them.
  std::vector<std::string> commands_;
};

}  // namespace stillpoint::bench
