// SPDX-License-Identifier: BSL-1.0
//
// The rendezvous beside two flags by hand and std::barrier: on two cores, and with both sides on one.
#include "stillpoint/rendezvous.hpp"

#include <benchmark/benchmark.h>
#include <sched.h>

#include <array>
#include <atomic>
#include <barrier>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>

#include "stillpoint/std_policy.hpp"
#include "tests/bench/measure.hpp"

namespace stillpoint::bench {
namespace {

// What a product gets in a release build, whatever this file is compiled with.
using policy = basic_std_policy<false>;

struct alignas(policy::cache_line) counted {
  std::uint64_t count = 0;
};

// What one writes instead of a library: a counter for each side, and the other's pointer.
class by_hand {
 public:
  template <class Pause>
  void wait(std::size_t side, Pause pause) {
    const std::uint64_t now = ++sides_[side].count;
    flags_[side].count.store(now, std::memory_order_release);
    while (flags_[side ^ 1].count.load(std::memory_order_acquire) < now) pause();
  }

  template <class Pause>
  counted& swap(std::size_t side, Pause pause) {
    wait(side, pause);
    std::swap(sides_[side].mine, sides_[side].theirs);
    return *sides_[side].mine;
  }

 private:
  struct alignas(policy::cache_line) flag {
    std::atomic<std::uint64_t> count{0};
  };
  struct alignas(policy::cache_line) local {
    std::uint64_t count = 0;
    counted* mine;
    counted* theirs;
  };

  std::array<counted, 2> data_{};
  std::array<flag, 2> flags_{};
  std::array<local, 2> sides_{{{0, &data_[0], &data_[1]}, {0, &data_[1], &data_[0]}}};
};

// Keeps the calling thread on one core while it lives, if it may choose.
class on_core {
 public:
  explicit on_core(std::size_t which) {
    if (sched_getaffinity(0, sizeof before_, &before_) != 0) return;
    cpu_set_t chosen;
    CPU_ZERO(&chosen);
    which %= static_cast<std::size_t>(CPU_COUNT(&before_));
    for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
      if (CPU_ISSET(core, &before_) && which-- == 0) CPU_SET(core, &chosen);
    }
    pinned_ = sched_setaffinity(0, sizeof chosen, &chosen) == 0;
  }
  on_core(const on_core&) = delete;
  on_core& operator=(const on_core&) = delete;
  ~on_core() {
    if (pinned_) sched_setaffinity(0, sizeof before_, &before_);
  }

 private:
  cpu_set_t before_{};
  bool pinned_ = false;
};

enum class cores { two, one };

// Both sides do `work(side)` equally often, thread 0 the one and thread 1 the other.
template <cores Where, class Work>
void both_sides(benchmark::State& state, Work work) {
  const auto side = static_cast<std::size_t>(state.thread_index());
  const on_core pinned(Where == cores::one ? 0 : side);
  for (auto _ : state) work(side);
}

template <class Sides>
auto& of(Sides& both, std::size_t side) {
  return side == 0 ? both.first : both.second;
}

void wait_by_hand(benchmark::State& state) {
  static by_hand both;
  both_sides<cores::two>(state, [](std::size_t side) { both.wait(side, spinning_waiter()); });
}

void swap_by_hand(benchmark::State& state) {
  static by_hand both;
  both_sides<cores::two>(state, [](std::size_t side) { ++both.swap(side, spinning_waiter()).count; });
}

void yield_by_hand(benchmark::State& state) {
  static by_hand both;
  both_sides<cores::one>(state, [](std::size_t side) { both.wait(side, std::this_thread::yield); });
}

template <cores Where, waiting How>
void wait(benchmark::State& state) {
  static auto both = make_rendezvous<policy>();
  both_sides<Where>(state, [](std::size_t side) { static_cast<void>(of(both, side).wait(How)); });
}

void swap(benchmark::State& state) {
  static auto both = make_rendezvous_data<counted, policy>();
  both_sides<cores::two>(state, [](std::size_t side) { ++of(both, side).swap().count; });
}

template <cores Where>
void barrier(benchmark::State& state) {
  static std::barrier<> both(2);
  both_sides<Where>(state, [](std::size_t) { both.arrive_and_wait(); });
}

}  // namespace

void register_rendezvous_benchmarks(double seconds) {
  // Short, so that on a busy machine some of them have both cores to themselves from the first to the last.
  const auto on_two_cores = [](const std::string& name, void (*run)(benchmark::State&)) {
    constexpr int meetings = 20'000;
    benchmark::RegisterBenchmark(name.c_str(), run)->Iterations(meetings)->UseRealTime()->Threads(2);
  };
  on_two_cores("two flags by hand", wait_by_hand);
  on_two_cores("rendezvous wait", wait<cores::two, waiting::patiently>);
  on_two_cores("rendezvous swap", swap);
  on_two_cores("two flags, swap by hand", swap_by_hand);
  on_two_cores("std::barrier of 2", barrier<cores::two>);
  const auto on_one_core = [seconds](const std::string& name, void (*run)(benchmark::State&)) {
    benchmark::RegisterBenchmark(name.c_str(), run)->MinTime(seconds)->UseRealTime()->Threads(2);
  };
  on_one_core("one core: flags, yield", yield_by_hand);
  on_one_core("one core: wait, yield", wait<cores::one, waiting::yielding>);
  on_one_core("one core: wait, patient", wait<cores::one, waiting::patiently>);
  on_one_core("one core: wait, sleep", wait<cores::one, waiting::sleeping>);
  on_one_core("one core: std::barrier", barrier<cores::one>);
}

}  // namespace stillpoint::bench
