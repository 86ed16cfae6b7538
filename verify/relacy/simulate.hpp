// SPDX-License-Identifier: BSL-1.0
//
// A client as the engine hands it to Relacy: by function pointers, so that Relacy's templates are compiled
// once per number of threads and not once per client.
#pragma once

#include <cstddef>
#include <new>

#include "verify/client.hpp"
#include "verify/relacy/relacy.hpp"

namespace stillpoint::verify::relacy {

// The most threads that a client may have on this engine.
inline constexpr unsigned most_client_threads = 8;

struct client_operations {
  std::size_t size = 0;
  unsigned threads = 0;
  void (*construct)(void* memory) = nullptr;
  void (*thread)(void* self, unsigned index) = nullptr;
  void (*after)(void* self) = nullptr;
  void (*destroy)(void* self) = nullptr;
};

template <client C>
constexpr client_operations operations_of() {
  static_assert(alignof(C) <= rl::alignment, "Relacy allocates no memory that is better aligned");
  static_assert(C::threads >= 1 && C::threads <= most_client_threads);
  return {sizeof(C), C::threads,
          // Without parentheses, so that members without initializers stay as they are.
          [](void* memory) { static_cast<void>(new (memory) C); },
          [](void* self, unsigned index) { static_cast<C*>(self)->thread(index); },
          [](void* self) { static_cast<C*>(self)->after(); },
          [](void* self) { static_cast<C*>(self)->~C(); }};
}

// Runs executions of the client until one fails, or current_session.next_execution says that it is enough.
rl::test_result_e simulate(const client_operations& client);

}  // namespace stillpoint::verify::relacy
