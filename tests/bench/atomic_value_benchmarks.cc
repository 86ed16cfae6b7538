// SPDX-License-Identifier: BSL-1.0
//
// atomic_value beside std::atomic<std::shared_ptr> and a value under std::shared_mutex.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "stillpoint/any_value.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/std_policy.hpp"
#include "tests/bench/measure.hpp"

namespace stillpoint::bench {
namespace {

// What a product gets in a release build, whatever this file is compiled with.
using policy = basic_std_policy<false>;
using value_type = atomic_value<std::uint64_t, policy>;

// As with more threads than stripes.
struct nobody_owns : policy {
  static std::size_t owned_stripe() noexcept { return no_stripe; }
};

// So many that the heavy fence, which one store in so many runs, is next to nothing for each.
constexpr std::size_t large_batch = 4096;

void keep(std::uint64_t value) {
  asm volatile("" : : "r"(value));
}

// One for all threads, with a value in it.
template <class Value>
Value& shared() {
  alignas(policy::cache_line) static Value instance;
  static const bool filled = [] {
    instance.store(std::uint64_t{1});
    return true;
  }();
  static_cast<void>(filled);
  return instance;
}

template <class Value>
void load_and_read(benchmark::State& state) {
  auto& value = shared<Value>();
  for (auto _ : state) keep(*value.load());
}

void any_load_and_read(benchmark::State& state) {
  auto& value = shared<any_value<policy>>();
  for (auto _ : state) keep(*value.load().get<std::uint64_t>());
}

void load_shared_and_read(benchmark::State& state) {
  auto& value = shared<value_type>();
  for (auto _ : state) keep(*value.load_shared());
}

void store(benchmark::State& state, std::size_t batch) {
  value_type value(reclaim_after{batch});
  for (auto _ : state) value.store(1);
}

struct shared_ptr_value {
  void store(std::uint64_t number) { pointer.store(std::make_shared<std::uint64_t>(number)); }
  std::shared_ptr<std::uint64_t> load() const { return pointer.load(std::memory_order_acquire); }

  std::atomic<std::shared_ptr<std::uint64_t>> pointer;
};

void store_shared_ptr(benchmark::State& state) {
  shared_ptr_value value;
  for (auto _ : state) value.store(1);
}

struct locked_value {
  void store(std::uint64_t number) {
    const std::unique_lock hold(mutex);
    value = number;
  }

  std::shared_mutex mutex;
  std::uint64_t value = 0;
};

void lock_shared_and_read(benchmark::State& state) {
  auto& locked = shared<locked_value>();
  for (auto _ : state) {
    const std::shared_lock hold(locked.mutex);
    keep(locked.value);
  }
}

void heavy_fence(benchmark::State& state) {
  for (auto _ : state) policy::heavy_fence();
}

// A thread that loads all the time while this lives: the kernel has to interrupt it for a heavy fence, which
// in a process of one thread costs next to nothing.
class reader {
 public:
  reader() = default;

 private:
  std::jthread thread_{[](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      for (int turn = 0; turn < 64; ++turn) keep(*shared<value_type>().load());
    }
  }};
};

template <class Run>
auto beside_a_reader(Run run) {
  return [run](benchmark::State& state) {
    const reader other;
    run(state);
  };
}

}  // namespace

void register_atomic_value_benchmarks(double seconds) {
  const auto add = [seconds](const std::string& name, const auto& run, int threads) {
    benchmark::RegisterBenchmark(name.c_str(), run)->MinTime(seconds)->UseRealTime()->Threads(threads);
  };
  for (const int threads : {1, 2}) {
    add("atomic_value load+read", load_and_read<value_type>, threads);
    add("shared_ptr load+read", load_and_read<shared_ptr_value>, threads);
    add("shared_mutex lock+read", lock_shared_and_read, threads);
  }
  add("any_value load+read", any_load_and_read, 1);
  add("load+read, unowned", load_and_read<atomic_value<std::uint64_t, nobody_owns>>, 1);
  add("load_shared+read", load_shared_and_read, 1);
  const auto store_in_batches = [](std::size_t batch) {
    return [batch](benchmark::State& state) { store(state, batch); };
  };
  add("atomic_value store", store_in_batches(0), 1);
  add("store, batch of 4096", store_in_batches(large_batch), 1);
  add("shared_ptr store", store_shared_ptr, 1);
  add("heavy fence", heavy_fence, 1);
  add("store, reader beside", beside_a_reader(store_in_batches(0)), 1);
  add("heavy fence, reader beside", beside_a_reader(heavy_fence), 1);
}

std::vector<ratio> ratios_of_atomic_value() {
  const subject load_1{"atomic_value load+read", 1};
  const subject load_2{"atomic_value load+read", 2};
  return {
      {"nanoseconds of atomic_value load+read, 1 thread", load_1, {}, bound::at_most, 2.5},
      {"atomic_value load+read / fetch_add relaxed, 1 thread", load_1, {"fetch_add relaxed", 1}},
      {"atomic_value load+read, 2 threads / 1 thread", load_2, load_1, bound::at_most, 1.2},
      {"any_value / atomic_value load+read, 1 thread", {"any_value load+read", 1}, load_1},
      {"shared_ptr / atomic_value load+read, 1 thread", {"shared_ptr load+read", 1}, load_1},
      {"shared_ptr / atomic_value load+read, 2 threads", {"shared_ptr load+read", 2}, load_2},
      {"shared_mutex / atomic_value load+read, 1 thread", {"shared_mutex lock+read", 1}, load_1},
      {"shared_mutex / atomic_value load+read, 2 threads", {"shared_mutex lock+read", 2}, load_2},
      {"Go / atomic_value load+read, 1 thread", {"Go atomic.Value load", 1}, load_1},
      {"Go / atomic_value load+read, 2 threads", {"Go atomic.Value load", 2}, load_2},
      {"liburcu-memb / atomic_value load+read, 1 thread", {"liburcu-memb lock+read+unlock", 1}, load_1},
      {"liburcu-memb / atomic_value load+read, 2 threads", {"liburcu-memb lock+read+unlock", 2}, load_2},
      {"nanoseconds of store, batch of 4096", {"store, batch of 4096", 1}, {}, bound::at_most, 200},
      {"heavy fence / store, reader beside", {"heavy fence, reader beside", 1}, {"store, reader beside", 1}},
      {"shared_ptr store / store, batch of 4096", {"shared_ptr store", 1}, {"store, batch of 4096", 1}},
      {"Go store / store, batch of 4096", {"Go atomic.Value store", 1}, {"store, batch of 4096", 1}},
  };
}

}  // namespace stillpoint::bench
