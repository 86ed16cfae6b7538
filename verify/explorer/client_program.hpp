// SPDX-License-Identifier: BSL-1.0
//
// A client as a program of the explorer: constructed, its threads spawned and joined, after() called, destroyed, all by the main
// thread.
#pragma once

#include <source_location>

#include "verify/client.hpp"
#include "verify/explorer/machine.hpp"

namespace stillpoint::verify::explorer {

template <class C>
struct client_thread {
  C* owner;
  unsigned index;

  static void run(void* self) {
    const auto* part = static_cast<client_thread*>(self);
    part->owner->thread(part->index);
  }
};

// Runs a client made by `make`, which returns it by value.
template <class C, class Make>
void run_client(const Make& make, unsigned threads) {
  const std::source_location nowhere;
  machine& m = *machine::active();
  struct holder {
    explicit holder(const Make& construct) : value(construct()) {}
    C value;
  };
  holder* const made = new holder(make);
  std::array<client_thread<C>, max_threads> parts{};
  std::array<std::size_t, max_threads> ids{};
  for (unsigned i = 0; i < threads; ++i) {
    parts[i] = {&made->value, i};
    ids[i] = m.spawn(&client_thread<C>::run, &parts[i], nowhere);
  }
  for (unsigned i = 0; i < threads; ++i) m.join(ids[i], nowhere);
  made->value.after();
  delete made;
}

template <client C>
program client_program() {
  static_assert(C::threads < max_threads, "the explorer follows at most 15 threads besides the main one");
  return {[](void*) { run_client<C>([] { return C(); }, C::threads); }, nullptr};
}

}  // namespace stillpoint::verify::explorer
