// SPDX-License-Identifier: BSL-1.0
//
// A rendezvous on the heap: without a library there is none, and the test has to notice.
#include "stillpoint/rendezvous.hpp"

extern "C" void _start() {
  auto [mine, theirs] = stillpoint::make_rendezvous();
  static_cast<void>(mine.try_wait());
}
