// SPDX-License-Identifier: BSL-1.0
//
// What programs ask of the kernel without a function of its own: futexes, as std::atomic's wait does, and
// membarrier. From code that is explored they lead into the machine.
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <ctime>
#include <optional>

#include "verify/explorer/machine/next_definition.hpp"
#include "verify/native/runtime.hpp"

namespace stillpoint::verify::native {

namespace {

using explorer::machine;
using nanoseconds = explorer::virtual_time::nanoseconds;

// On the engine's stack.
void futex_wait(std::uintptr_t word, std::uint32_t expected, std::source_location where) {
  runtime::of_program().park(word, expected, where);
}
void futex_wake(std::uintptr_t word, bool all, std::source_location where) {
  runtime::of_program().unpark(word, all, where);
}
bool futex_wait_until(std::uintptr_t word, std::uint32_t expected, nanoseconds end,
                      std::source_location where) {
  return runtime::of_program().park_until(word, expected, end, where);
}
void heavy_fence(std::source_location where) {
  runtime::of_program().heavy_fence(where);
}

constexpr std::size_t most_arguments = 6;
using arguments = std::array<long, most_arguments>;

// What a followed call returns; nothing if it is none.
using result = std::optional<long>;

long fail_with(int error) {
  errno = error;
  return -1;
}

// FUTEX_WAIT has a time from now on, FUTEX_WAIT_BITSET a point in time.
nanoseconds end_of(const arguments& a) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): a system call's argument
  const auto& time = *reinterpret_cast<const timespec*>(a[3]);
  const nanoseconds number = explorer::virtual_time::number(time);
  return (a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT ? machine::active()->time_now() + number : number;
}

result follow_futex(const arguments& a, std::source_location where) {
  const auto word = static_cast<std::uintptr_t>(a[0]);
  const auto number = static_cast<std::uint32_t>(a[2]);
  switch (a[1] & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
      if (a[3] != 0) {
        const bool late = machine::enter<&futex_wait_until>(word, number, end_of(a), where);
        return late ? fail_with(ETIMEDOUT) : 0;
      }
      machine::enter<&futex_wait>(word, number, where);
      return 0;
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
      machine::enter<&futex_wake>(word, a[2] != 1, where);
      return 0;
    default:
      return {};
  }
}

result follow(long number, const arguments& a, std::source_location where) {
  if (number == SYS_futex) return follow_futex(a, where);
  if (number != SYS_membarrier) return {};
  // The rest is made once, where threads do not run yet.
  if (a[0] != MEMBARRIER_CMD_PRIVATE_EXPEDITED && a[0] != MEMBARRIER_CMD_GLOBAL) return {};
  machine::enter<&heavy_fence>(where);
  return 0;
}

}  // namespace

}  // namespace stillpoint::verify::native

extern "C" long syscall(long number, ...) noexcept {
  namespace native = stillpoint::verify::native;
  va_list rest;
  va_start(rest, number);
  native::arguments a{};
  for (long& each : a) each = va_arg(rest, long);
  va_end(rest);
  if (native::machine::running_client() != nullptr) {
    const auto followed = native::follow(number, a, native::machine::where_of(__builtin_return_address(0)));
    if (followed) return *followed;
  }
  static constinit stillpoint::verify::explorer::next_definition<long (*)(long, ...)> system("syscall");
  return system(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
