// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/watch.hpp"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction() is POSIX's
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "verify/explorer/machine/interruption.hpp"
#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/machine/thread_locals.hpp"

namespace stillpoint::verify::explorer {

namespace {

// Programs that use it are rare: a timer of the process's own processor time.
constexpr int tick_signal = SIGVTALRM;
// Looks within the limit.
constexpr double looks = 8;
// What part of the time a blocked thread runs at most.
constexpr double idling = 0.1;
// How many times longer a thread may take that neither runs much nor is found blocked.
constexpr double starving = 10;

struct watched {
  timer_t timer{};
  double limit = 0;
  double processor_seconds = 0;
  double clock_seconds = 0;
  machine::position at;
  // How often a thread was spared that is in the middle of a system's library, which may hold a lock there.
  int spared = 0;
  bool blocked = false;
};
watched now;
struct sigaction previous_action;

double seconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

timespec time_of(double seconds) {
  const double whole = std::floor(seconds);
  return {static_cast<time_t>(whole), static_cast<long>((seconds - whole) * 1e9)};
}

void set(timer_t timer, double interval) {
  const itimerspec every{time_of(interval), time_of(interval)};
  timer_settime(timer, 0, &every, nullptr);
}

std::string duration_text(double seconds) {
  std::string text = std::to_string(seconds);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + (text == "1" ? " second" : " seconds");
}

// What a blocked thread is in, and what to use instead.
struct blocking_call {
  std::string_view function;
  std::string_view advice;
};
constexpr std::array<blocking_call, 4> blocking_calls = {{
    {"pthread_join", "pthread_join: threads of the system are not the client's"},
    {"pthread_clockjoin", "pthread_join: threads of the system are not the client's"},
    {"nanosleep", "sleeping: other threads of the client do not run meanwhile; use P::await"},
    {"atomic", "the explorer does not see std::atomic; use P::await"},
}};

std::string advice_for(const call_chain& calls) {
  for (std::size_t i = 0; i < calls.count; ++i) {
    const std::string function = text_of(code_place_of(calls.addresses[i] - (i == 0 ? 0 : 1)));
    for (const blocking_call& each : blocking_calls) {
      if (function.find(each.function) != std::string::npos) return ": " + std::string(each.advice);
    }
  }
  return "";
}

void report_standstill() {
  machine& m = *machine::active();
  const machine::engine_scope scope;
  const call_chain& calls = interruption::calls();
  const std::string limit = duration_text(now.limit);
  if (now.blocked) {
    m.hang("blocked in a system call for " + limit, advice_for(calls), calls);
  } else {
    m.hang("no operation in " + limit + " of processor time", "", calls);
  }
}

void give_up() {
  machine::active()->interrupt();
}

bool is_over(const processor_state& processor) {
  const double processor_time = seconds_of(CLOCK_THREAD_CPUTIME_ID) - now.processor_seconds;
  const double time = seconds_of(CLOCK_MONOTONIC) - now.clock_seconds;
  now.blocked = processor_time < idling * now.limit && processor.in_system_call;
  return processor_time >= now.limit || (now.blocked && time >= now.limit) || time >= starving * now.limit;
}

void look(void* context) {
  const machine* const m = machine::running_client();
  const machine::position at = m == nullptr ? machine::position() : m->reached();
  if (m == nullptr || !(at == now.at)) {
    now.at = at;
    now.processor_seconds = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    now.clock_seconds = seconds_of(CLOCK_MONOTONIC);
    now.spared = 0;
    return;
  }
  const processor_state processor = processor_of(context);
  const bool hangs = is_over(processor);
  if (!hangs && !m->time().past()) return;
  constexpr int most_spared = 1000;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): where the thread executes
  const auto* const code = reinterpret_cast<const void*>(processor.instruction);
  if (!now.blocked && !thread_locals::in_module(code) && now.spared++ < most_spared) {
    set(now.timer, 0.001);
    return;
  }
  set(now.timer, now.limit / looks);
  now.at = machine::position();
  interruption::instead(context, hangs ? &report_standstill : &give_up);
}

void on_tick(int, siginfo_t*, void* context) {
  const int error = errno;
  look(context);
  errno = error;
}

}  // namespace

watch::watch(double limit) : first_(!std::exchange(lives_, true)) {
  if (!first_ || limit <= 0 || !interruption::possible()) return;
  now = {};
  now.limit = limit;
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = tick_signal;
  event._sigev_un._tid = gettid();
  if (timer_create(CLOCK_MONOTONIC, &event, &now.timer) != 0) {
    throw std::system_error(errno, std::generic_category(), "timer_create");
  }
  set_ = true;
  struct sigaction action {};
  action.sa_sigaction = &on_tick;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(tick_signal, &action, &previous_action);
  set(now.timer, limit / looks);
}

watch::~watch() {
  if (!first_) return;
  lives_ = false;
  if (!set_) return;
  timer_delete(now.timer);
  sigaction(tick_signal, &previous_action, nullptr);
}

}  // namespace stillpoint::verify::explorer
