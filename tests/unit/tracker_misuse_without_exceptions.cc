// SPDX-License-Identifier: BSL-1.0
// Built with -fno-exceptions: releasing twice ends the program, with the words that an exception would have.

#include <memory>

#include "stillpoint/tracker.hpp"

int main() {
  const auto tracked = std::make_unique<stillpoint::tracker<stillpoint::basic_std_policy<true>>>();
  auto token = tracked->acquire();
  token.release();
  token.release();
}
