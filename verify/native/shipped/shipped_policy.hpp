// SPDX-License-Identifier: BSL-1.0
//
// shipped_policy: clients on what products get. std_policy as it is, with its fences, its stripes and its
// waiting, extended by what a checker's policy offers, under the explorer of compiled code.
//
// Compiled with STILLPOINT_EXPLORED, as all explored code, std_policy differs in two lines from what products
// have: who waits yields from the first turn on, and does not first count down turns in which it spins; and
// this_thread() is the system's name of the thread, not the address of a thread_local variable, which in
// explored code is the same for all threads.
#pragma once

#include <cstddef>
#include <source_location>

#include "stillpoint/std_policy.hpp"
#include "verify/client.hpp"
#include "verify/native/client_calls.hpp"

namespace stillpoint::verify::native {

struct shipped_policy : std_policy {
  using moment = native::moment;
  using location = std::source_location;

  static void check(bool condition, const char* text, location where = location::current()) {
    if (!condition) fail_check(text, where);
  }
  static std::size_t choose(std::size_t n, location where = location::current()) {
    return native::choose(n, where);
  }
  static void assume(bool condition) {
    if (!condition) drop_execution();
  }
  static moment now() { return native::now(); }
  static bool precedes(const moment& a, const moment& b) { return native::precedes(a, b); }

  // For clients that ask for it: always the thread's own.
  static std::size_t steady_stripe() { return owned_stripe(); }
};

static_assert(checker_policy<shipped_policy>);

}  // namespace stillpoint::verify::native
