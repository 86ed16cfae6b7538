// SPDX-License-Identifier: BSL-1.0
//
// Moments of compiled code, whose plain accesses are no events: what a thread has done by plain accesses
// after its last operation is not done yet for who has synchronized with that operation.
#include <atomic>
#include <cassert>
#include <thread>

#include "verify/native/client_calls.hpp"
#include "verify/native/testing.hpp"

namespace {

using stillpoint::verify::native::expect_passes;
using stillpoint::verify::native::moment;
using stillpoint::verify::native::now;
using stillpoint::verify::native::precedes;

template <bool WritesAfter>
void hands_over() {
  std::atomic<int> flag{0};
  int data = 0;
  moment done{};
  std::thread writer([&] {
    // Captured references are read from plain memory.
    std::atomic<int>& to = flag;
    int& written = data;
    moment& at = done;
    if (!WritesAfter) written = 1;
    to.store(1, std::memory_order_release);
    if (WritesAfter) written = 1;
    at = now();
  });
  const bool seen = flag.load(std::memory_order_acquire) == 1;
  const moment later = now();
  writer.join();
  if (seen) assert(precedes(done, later) != WritesAfter);
}

TEST(moments, know_of_plain_accesses) {
  expect_passes(hands_over<false>);
  expect_passes(hands_over<true>);
}

}  // namespace
