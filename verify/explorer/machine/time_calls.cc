// SPDX-License-Identifier: BSL-1.0
//
// The system's clocks in client code: those of the thread that looks, see virtual_time.hpp. All of them show
// the same time.
#include <sys/time.h>
#include <unistd.h>

#include <ctime>

#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/machine/next_definition.hpp"

namespace stillpoint::verify::explorer {

namespace {

using nanoseconds = virtual_time::nanoseconds;

constexpr nanoseconds second = virtual_time::second;
constexpr nanoseconds microsecond = 1'000;

// Each leads to no operation: it is done at once, in the engine's name.
nanoseconds clock_of(machine& m) {
  const machine::engine_scope scope;
  return m.look_at_clock();
}
void sleep(machine& m, nanoseconds time) {
  const machine::engine_scope scope;
  m.sleep_for(time);
}
void sleep_until(machine& m, nanoseconds time) {
  const machine::engine_scope scope;
  m.sleep_until(time);
}

}  // namespace

}  // namespace stillpoint::verify::explorer

namespace explorer = stillpoint::verify::explorer;
using explorer::machine;
using explorer::next_definition;

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  machine* const m = machine::called_by_client(__builtin_frame_address(0));
  // What the processor has worked is no time that passes.
  if (m != nullptr && clock != CLOCK_PROCESS_CPUTIME_ID && clock != CLOCK_THREAD_CPUTIME_ID) {
    const explorer::nanoseconds now = explorer::clock_of(*m);
    *time = {now / explorer::second, now % explorer::second};
    return 0;
  }
  static constinit next_definition<int (*)(clockid_t, timespec*)> system("clock_gettime");
  return system(clock, time);
}

int gettimeofday(timeval* __restrict time, void* __restrict zone) noexcept {
  if (machine* const m = machine::called_by_client(__builtin_frame_address(0))) {
    const explorer::nanoseconds now = explorer::clock_of(*m);
    *time = {now / explorer::second, now % explorer::second / explorer::microsecond};
    return 0;
  }
  static constinit next_definition<int (*)(timeval*, void*)> system("gettimeofday");
  return system(time, zone);
}

time_t time(time_t* into) noexcept {
  if (machine* const m = machine::called_by_client(__builtin_frame_address(0))) {
    const time_t now = explorer::clock_of(*m) / explorer::second;
    if (into != nullptr) *into = now;
    return now;
  }
  static constinit next_definition<time_t (*)(time_t*)> system("time");
  return system(into);
}

int nanosleep(const timespec* time, timespec* left) {
  if (machine* const m = machine::called_by_client(__builtin_frame_address(0))) {
    explorer::sleep(*m, explorer::virtual_time::number(*time));
    return 0;
  }
  static constinit next_definition<int (*)(const timespec*, timespec*)> system("nanosleep");
  return system(time, left);
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* left) {
  if (machine* const m = machine::called_by_client(__builtin_frame_address(0))) {
    const bool absolute = (flags & TIMER_ABSTIME) != 0;
    absolute ? explorer::sleep_until(*m, explorer::virtual_time::number(*time))
             : explorer::sleep(*m, explorer::virtual_time::number(*time));
    return 0;
  }
  static constinit next_definition<int (*)(clockid_t, int, const timespec*, timespec*)> system(
      "clock_nanosleep");
  return system(clock, flags, time, left);
}

int usleep(useconds_t time) {
  if (machine* const m = machine::called_by_client(__builtin_frame_address(0))) {
    explorer::sleep(*m, time * explorer::microsecond);
    return 0;
  }
  static constinit next_definition<int (*)(useconds_t)> system("usleep");
  return system(time);
}

unsigned sleep(unsigned seconds) {
  if (machine* const m = machine::called_by_client(__builtin_frame_address(0))) {
    explorer::sleep(*m, seconds * explorer::second);
    return 0;
  }
  static constinit next_definition<unsigned (*)(unsigned)> system("sleep");
  return system(seconds);
}

}  // extern "C"
