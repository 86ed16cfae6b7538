// SPDX-License-Identifier: BSL-1.0
//
// The tracker and snapshot_counters, beside std::atomic and a mutex (benchmarks.cc) and std::shared_mutex.
#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <shared_mutex>
#include <string>
#include <vector>

#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/tracker.hpp"
#include "tests/bench/background.hpp"
#include "tests/bench/measure.hpp"

namespace stillpoint::bench {
namespace {

using policy = basic_std_policy<false>;

// As with more threads than stripes.
struct nobody_owns : policy {
  static std::size_t owned_stripe() noexcept { return no_stripe; }
  static std::size_t quick_stripe(std::size_t) noexcept { return no_stripe; }
};

constexpr std::size_t size = 4;

template <class T, class... Arguments>
T& shared(Arguments... arguments) {
  static T instance(arguments...);
  return instance;
}

void keep(std::uint64_t value) {
  asm volatile("" : : "r"(value));
}

// The compiler knows neither the index nor that it is the same as before.
std::size_t some_index() {
  std::size_t index = 2;
  asm volatile("" : "+r"(index));
  return index;
}

template <class Tracker>
void acquire_release(benchmark::State& state) {
  auto& tracked = shared<Tracker>();
  for (auto _ : state) {
    // Nothing that clobbers memory in between: for that, GCC would put the token there.
    const auto inside = tracked.acquire();
    keep(inside.generation());
  }
}

template <unsigned Users>
void increment(benchmark::State& state) {
  auto& tracked = shared<tracker<policy>>();
  const background load(Users, [&tracked] { keep(tracked.acquire().generation()); });
  for (auto _ : state) keep(tracked.increment());
}

// Nobody holds anything, but another core runs a thread of the process, so that the heavy fence has to reach
// it.
void increment_beside_a_busy_core(benchmark::State& state) {
  auto& tracked = shared<tracker<policy>>();
  const background load(1, [] { keep(0); });
  for (auto _ : state) keep(tracked.increment());
}

void lock_shared(benchmark::State& state) {
  auto& mutex = shared<std::shared_mutex>();
  for (auto _ : state) {
    const std::shared_lock inside(mutex);
    benchmark::ClobberMemory();
  }
}

template <class P>
void add(benchmark::State& state) {
  auto& counts = shared<snapshot_counters<P>>(size);
  for (auto _ : state) counts.add(some_index(), 1);
}

void take(benchmark::State& state) {
  auto& counts = shared<snapshot_counters<policy>>(size);
  std::array<std::int64_t, size> values{};
  for (auto _ : state) {
    counts.take_into(values);
    keep(static_cast<std::uint64_t>(values[0]));
  }
}

}  // namespace

void register_tracker_benchmarks(double seconds) {
  const auto add_benchmark = [seconds](const std::string& name, void (*run)(benchmark::State&), int threads) {
    benchmark::RegisterBenchmark(name.c_str(), run)->MinTime(seconds)->UseRealTime()->Threads(threads);
  };
  for (const int threads : {1, 2}) {
    add_benchmark("tracker acquire+release", acquire_release<tracker<policy>>, threads);
    add_benchmark("tracker, unowned", acquire_release<tracker<nobody_owns>>, threads);
    add_benchmark("snapshot_counters add", add<policy>, threads);
    add_benchmark("snapshot add, unowned", add<nobody_owns>, threads);
    add_benchmark("shared_mutex, shared", lock_shared, threads);
  }
  add_benchmark("tracker increment, idle", increment<0>, 1);
  add_benchmark("tracker incr., busy core", increment_beside_a_busy_core, 1);
  add_benchmark("tracker incr., 2 users", increment<2>, 1);
  add_benchmark("snapshot_counters take", take, 1);
}

std::vector<ratio> ratios_of_tracker() {
  const subject token_1{"tracker acquire+release", 1};
  const subject token_2{"tracker acquire+release", 2};
  const subject add_1{"snapshot_counters add", 1};
  const subject add_2{"snapshot_counters add", 2};
  return {
      {"nanoseconds of tracker acquire+release, 1 thread", token_1, {}, bound::at_most, 3.0},
      // What 3 ns are where a fetch_add takes 5.5.
      {"tracker acquire+release / fetch_add, 1 thread",
       token_1,
       {"fetch_add relaxed", 1},
       bound::at_most,
       3 / 5.5},
      {"tracker acquire+release, 2 threads / 1 thread", token_2, token_1, bound::at_most, 1.2},
      {"fetch_add relaxed / tracker acquire+release, 2 threads", {"fetch_add relaxed", 2}, token_2},
      {"Go atomic.AddInt64 / tracker acquire+release, 1 thread", {"Go atomic.AddInt64", 1}, token_1},
      {"Go atomic.AddInt64 / tracker acquire+release, 2 threads", {"Go atomic.AddInt64", 2}, token_2},
      {"liburcu-memb / tracker acquire+release, 1 thread", {"liburcu-memb lock+unlock", 1}, token_1},
      {"liburcu-memb / tracker acquire+release, 2 threads", {"liburcu-memb lock+unlock", 2}, token_2},
      {"ck_epoch / tracker acquire+release, 1 thread", {"ck_epoch begin+end", 1}, token_1},
      {"ck_epoch / tracker acquire+release, 2 threads", {"ck_epoch begin+end", 2}, token_2},
      {"tracker increment, idle / liburcu-memb synchronize",
       {"tracker increment, idle", 1},
       {"liburcu-memb synchronize", 1},
       bound::at_most,
       1.0},
      {"tracker, unowned / fetch_add, 1 thread", {"tracker, unowned", 1}, {"fetch_add relaxed", 1}},
      {"shared_mutex, shared / tracker acquire+release, 1 thread", {"shared_mutex, shared", 1}, token_1},
      {"shared_mutex, shared / tracker acquire+release, 2 threads", {"shared_mutex, shared", 2}, token_2},
      {"nanoseconds of tracker increment, idle", {"tracker increment, idle", 1}, {}, bound::at_most, 20'000},
      {"snapshot_counters add / tracker acquire+release, 1 thread", add_1, token_1},
      {"snapshot_counters add, 2 threads / 1 thread", add_2, add_1, bound::at_most, 1.2},
      {"mutex lock+count+unlock / snapshot_counters add, 1 thread", {"mutex lock+count+unlock", 1}, add_1},
      {"mutex lock+count+unlock / snapshot_counters add, 2 threads", {"mutex lock+count+unlock", 2}, add_2},
  };
}

}  // namespace stillpoint::bench
