// SPDX-License-Identifier: BSL-1.0
#include "tests/unit/played_time.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace stillpoint::tests {
namespace {

thread_local constinit played_time* mine = nullptr;

constexpr std::size_t more_than_any_test_waits = 1'000'000;

}  // namespace

played_time::played_time() {
  mine = this;
}
played_time::~played_time() {
  mine = nullptr;
}

played_time* played_time::of_this_thread() {
  return mine;
}

void played_time::pass(nanoseconds pause) {
  if (pauses.size() == more_than_any_test_waits) {
    std::fputs("played_time: nobody ends the wait\n", stderr);
    std::abort();
  }
  pauses.push_back(pause);
  now += pause;
  if (others) others();
}

}  // namespace stillpoint::tests

using stillpoint::tests::played_time;

extern "C" {

int nanosleep(const timespec* length, timespec* rest) {
  auto* const played = played_time::of_this_thread();
  if (played == nullptr) return static_cast<int>(syscall(SYS_nanosleep, length, rest));
  played->pass(std::chrono::seconds(length->tv_sec) + std::chrono::nanoseconds(length->tv_nsec));
  return 0;
}

int sched_yield() noexcept {
  auto* const played = played_time::of_this_thread();
  if (played == nullptr) return static_cast<int>(syscall(SYS_sched_yield));
  played->pass(std::chrono::nanoseconds::zero());
  return 0;
}

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const auto* const played = played_time::of_this_thread();
  if (played == nullptr || clock != CLOCK_MONOTONIC)
    return static_cast<int>(syscall(SYS_clock_gettime, clock, now));
  now->tv_sec = static_cast<time_t>(played->now.count() / 1'000'000'000);
  now->tv_nsec = static_cast<decltype(now->tv_nsec)>(played->now.count() % 1'000'000'000);
  return 0;
}

}  // extern "C"
