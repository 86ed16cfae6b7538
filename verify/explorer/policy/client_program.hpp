// SPDX-License-Identifier: BSL-1.0
//
// A client as a program of the explorer: constructed, its threads spawned and joined, after() called,
// destroyed, all by the main thread.
#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <source_location>

#include "verify/client.hpp"
#include "verify/explorer/machine/machine.hpp"

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

// Runs a client made by `construct(memory)`, which returns what it made there.
template <class C, class Construct>
void run_client(const Construct& construct, unsigned threads) {
  const std::source_location nowhere;
  machine& m = *machine::active();
  void* const memory = m.allocate(sizeof(C), alignof(C));
  m.note_block(noted_block::kind::client, memory, sizeof(C), &described<C>);
  C* const made = construct(memory);
  std::array<client_thread<C>, max_threads> parts{};
  std::array<std::size_t, max_threads> ids{};
  for (unsigned i = 0; i < threads; ++i) {
    parts[i] = {made, i};
    ids[i] = m.spawn(&client_thread<C>::run, &parts[i], nowhere);
  }
  for (unsigned i = 0; i < threads; ++i) m.join(ids[i], nowhere);
  made->after();
  made->~C();
}

template <client C>
program client_program() {
  static_assert(C::threads < max_threads, "the explorer follows at most 15 threads besides the main one");
  // Default-initialized: what the client leaves without a value has none.
  return {[](void*) { run_client<C>([](void* memory) { return ::new (memory) C; }, C::threads); }, nullptr};
}

}  // namespace stillpoint::verify::explorer
