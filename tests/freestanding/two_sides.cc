// SPDX-License-Identifier: BSL-1.0
//
// A rendezvous in a program without any library: its own entry point, its own way out. Both sides are one
// thread's, as there is nothing that could start another. Exit status 0: all was as it should be.
#include <utility>

#include "stillpoint/rendezvous_storage.hpp"

#if __STDC_HOSTED__
#error "to be compiled as a freestanding program"
#endif

namespace {

using stillpoint::meeting;

struct immovable {
  constexpr explicit immovable(int initial) : value(initial) {}
  immovable(immovable&&) = delete;
  int value;
};

// Static: one on the stack may be made with memset, which compilers expect of every environment.
constinit stillpoint::rendezvous_storage<> barrier;
constinit stillpoint::rendezvous_storage<immovable> storage(1, 2);

int meets() {
  auto [mine, theirs] = barrier.endpoints();
  if (mine.try_wait() != meeting::not_yet) return 1;
  if (theirs.wait() != meeting::met) return 2;
  if (mine.wait() != meeting::met) return 3;
  return 0;
}

int swaps() {
  auto [mine, theirs] = storage.endpoints();
  if (mine.try_wait() != meeting::not_yet) return 11;
  if (theirs.swap().value != 1) return 12;
  if (mine.swap().value != 2) return 13;
  auto borrow = std::move(mine).borrow();
  borrow->value = 3;
  if (theirs.try_wait() != meeting::not_yet) return 14;
  meeting result = meeting::not_yet;
  auto next = std::move(borrow).swap(result);
  if (result != meeting::met || next->value != 1) return 15;
  if (theirs.wait() != meeting::met || theirs.held().value != 3) return 16;
  { const auto gone = std::move(theirs); }
  const auto last = std::move(next).swap(result);
  if (result != meeting::disconnected || last->value != 1) return 17;
  return 0;
}

[[noreturn]] void leave(long status) {
#if defined(__x86_64__)
  __asm__ volatile("syscall" : : "a"(60L), "D"(status) : "memory");
#elif defined(__aarch64__)
  register long number __asm__("x8") = 93;
  register long argument __asm__("x0") = status;
  __asm__ volatile("svc 0" : : "r"(number), "r"(argument) : "memory");
#else
#error "no way out"
#endif
  __builtin_unreachable();
}

}  // namespace

extern "C" [[noreturn]] void run_both() {
  const int first = meets();
  leave(first != 0 ? first : swaps());
}

// Not in C++, whose functions expect to have been called.
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n  call run_both\n");
#else
__asm__(".globl _start\n_start:\n  bl run_both\n");
#endif
