// SPDX-License-Identifier: BSL-1.0
//
// What is done once: std::call_once, which is pthread_once, and the initialization of local statics. Written
// as client code over atomics of the explored program, which lie where the system has its own: the flag's
// word, and of a static's guard the first byte, which compiled code reads by itself, and the second.
#include <pthread.h>

#include <cstdint>

#include "verify/explorer/machine/next_definition.hpp"
#include "verify/native/runtime.hpp"

namespace stillpoint::verify::native {

namespace {

using explorer::machine;

enum state : std::uint8_t { not_called, running, returned };

constexpr access_kind with(std::uint8_t size, operation op, std::memory_order order) {
  return {size, op, static_cast<std::uint8_t>(order), static_cast<std::uint8_t>(std::memory_order_relaxed)};
}

// On the engine's stack. Whether the where is to make the call.
bool begin(std::uintptr_t flag, std::uint8_t size, std::source_location where) {
  runtime& all = runtime::of_program();
  for (;;) {
    // acquire: pairs with the release in end.
    if (all.await_other(flag, running, size, std::memory_order_acquire, where) == returned) return false;
    all.compare_exchange(flag, not_called, running,
                         with(size, operation::compare_exchange_strong, std::memory_order_acquire), where);
    if (all.succeeded()) return true;
  }
}
void end(std::uintptr_t flag, std::uint8_t size, std::uint8_t how, std::source_location where) {
  runtime::of_program().store(flag, how, with(size, operation::store, std::memory_order_release), where);
}

std::uintptr_t number(const void* address) {
  return reinterpret_cast<std::uintptr_t>(address);
}

constexpr std::uint8_t word = sizeof(pthread_once_t);
constexpr std::uint8_t byte = 1;

void call_once(pthread_once_t* flag, void (*function)(), std::source_location where) {
  if (!machine::enter<&begin>(number(flag), word, where)) return;
  try {
    function();
  } catch (...) {
    machine::enter<&end>(number(flag), word, std::uint8_t{not_called}, where);
    throw;
  }
  machine::enter<&end>(number(flag), word, std::uint8_t{returned}, where);
}

bool follows(const void* object) {
  const machine* const m = machine::running_client();
  return m != nullptr && m->is_clients(object);
}

}  // namespace

}  // namespace stillpoint::verify::native

namespace native = stillpoint::verify::native;
using stillpoint::verify::explorer::machine;
using stillpoint::verify::explorer::next_definition;

extern "C" {

int pthread_once(pthread_once_t* flag, void (*function)()) {
  if (native::follows(flag)) {
    native::call_once(flag, function, machine::where_of(__builtin_return_address(0)));
    return 0;
  }
  static constinit next_definition<int (*)(pthread_once_t*, void (*)())> system("pthread_once");
  return system(flag, function);
}

// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming): the ABI's names
int __cxa_guard_acquire(std::int64_t* guard) {
  if (native::follows(guard)) {
    // The second byte says who initializes; the first, which compiled code reads, that it is done.
    const auto* const busy = reinterpret_cast<const std::uint8_t*>(guard) + 1;
    return machine::enter<&native::begin>(native::number(busy), native::byte,
                                          machine::where_of(__builtin_return_address(0)))
               ? 1
               : 0;
  }
  static constinit next_definition<int (*)(std::int64_t*)> system("__cxa_guard_acquire");
  return system(guard);
}

void __cxa_guard_release(std::int64_t* guard) noexcept {
  if (native::follows(guard)) {
    const auto* const done = reinterpret_cast<const std::uint8_t*>(guard);
    const std::source_location where = machine::where_of(__builtin_return_address(0));
    machine::enter<&native::end>(native::number(done), native::byte, std::uint8_t{1}, where);
    machine::enter<&native::end>(native::number(done + 1), native::byte, std::uint8_t{native::returned},
                                 where);
    return;
  }
  static constinit next_definition<void (*)(std::int64_t*)> system("__cxa_guard_release");
  return system(guard);
}

void __cxa_guard_abort(std::int64_t* guard) noexcept {
  if (native::follows(guard)) {
    const auto* const busy = reinterpret_cast<const std::uint8_t*>(guard) + 1;
    machine::enter<&native::end>(native::number(busy), native::byte, std::uint8_t{native::not_called},
                                 machine::where_of(__builtin_return_address(0)));
    return;
  }
  static constinit next_definition<void (*)(std::int64_t*)> system("__cxa_guard_abort");
  return system(guard);
}
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)

}  // extern "C"
