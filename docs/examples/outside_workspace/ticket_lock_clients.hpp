// SPDX-License-Identifier: BSL-1.0
//
// What the ticket lock promises, as clients for the engines.
#pragma once

#include <string_view>

#include "ticket_lock.hpp"
#include "verify/client.hpp"

namespace product {

// Three threads add to a count that is not atomic: without exclusion and visibility this is a data race.
template <stillpoint::verify::checker_policy P>
struct excludes {
  static constexpr std::string_view primitive = "ticket_lock";
  static constexpr std::string_view guarantee = "excludes";
  static constexpr unsigned threads = 3;

  ticket_lock<P> lock;
  typename P::template plain<int> count{0};

  void thread(unsigned) {
    lock.lock();
    P::write(count, P::read(count) + 1);
    lock.unlock();
  }

  void after() { P::check(P::read(count) == 3, "each thread has counted"); }
};

using ticket_lock_clients = stillpoint::verify::client_list<excludes>;

}  // namespace product
