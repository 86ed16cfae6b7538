// SPDX-License-Identifier: BSL-1.0
//
// Gives out the endpoints twice, which a checked build answers by a trap where there is nothing else.
#include "stillpoint/rendezvous_storage.hpp"

namespace {

constinit stillpoint::rendezvous_storage<> storage;

}  // namespace

extern "C" void _start() {
  static_cast<void>(storage.endpoints());
  static_cast<void>(storage.endpoints());
}
