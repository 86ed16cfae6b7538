// SPDX-License-Identifier: BSL-1.0
//
// Counters of both kinds, beside std::atomic and a mutex (benchmarks.cc) and Erlang's (peers).
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "stillpoint/counters.hpp"
#include "stillpoint/counters_ref.hpp"
#include "stillpoint/std_policy.hpp"
#include "tests/bench/measure.hpp"

namespace stillpoint::bench {
namespace {

using policy = basic_std_policy<false>;

// As with more threads than stripes.
struct nobody_owns : policy {
  static std::size_t owned_stripe() noexcept { return no_stripe; }
};

// The counter that all threads use, out of several.
constexpr std::size_t index_used = 2;
constexpr std::size_t size = 4;

template <class Counters>
Counters& shared() {
  static Counters instance(size);
  return instance;
}

// The compiler knows neither the index nor that it is the same as before.
std::size_t some_index() {
  std::size_t index = index_used;
  asm volatile("" : "+r"(index));
  return index;
}

void keep(std::int64_t value) {
  asm volatile("" : : "r"(value));
}

template <class Counters>
void add(benchmark::State& state) {
  auto& counts = shared<Counters>();
  for (auto _ : state) counts.add(some_index(), 1);
}

template <class Counters>
void get(benchmark::State& state) {
  auto& counts = shared<Counters>();
  for (auto _ : state) keep(counts.get(some_index()));
}

template <class Counters>
void put(benchmark::State& state) {
  auto& counts = shared<Counters>();
  for (auto _ : state) counts.put(some_index(), 5);
}

// What put is compared with: a get, and a put of the other kind.
void get_and_atomics_put(benchmark::State& state) {
  auto& striped = shared<counters<write_concurrency, policy>>();
  auto& plain = shared<counters<atomics, policy>>();
  for (auto _ : state) {
    keep(striped.get(some_index()));
    plain.put(some_index(), 5);
  }
}

template <class Counters>
void take(benchmark::State& state) {
  auto& counts = shared<Counters>();
  for (auto _ : state) keep(counts.take(some_index()));
}

template <counters_kind Kind>
void add_by_handle(benchmark::State& state) {
  static const basic_counters_ref<policy> handle(size, Kind);
  for (auto _ : state) handle.add(some_index(), 1);
}

// The least that any counting costs: no other thread may write.
void load_and_store(benchmark::State& state) {
  alignas(policy::cache_line) static std::atomic<std::uint64_t> counter{0};
  for (auto _ : state) {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
}

}  // namespace

void register_counters_benchmarks(double seconds) {
  using plain = counters<atomics, policy>;
  using striped = counters<write_concurrency, policy>;
  const auto add_benchmark = [seconds](const std::string& name, void (*run)(benchmark::State&), int threads) {
    benchmark::RegisterBenchmark(name.c_str(), run)->MinTime(seconds)->UseRealTime()->Threads(threads);
  };
  add_benchmark("load+store relaxed", load_and_store, 1);
  for (const int threads : {1, 2}) {
    add_benchmark("atomics add", add<plain>, threads);
    add_benchmark("write_conc. add", add<striped>, threads);
    add_benchmark("write_conc. add, unowned", add<counters<write_concurrency, nobody_owns>>, threads);
  }
  add_benchmark("atomics add by handle", add_by_handle<counters_kind::atomics>, 1);
  add_benchmark("write_conc. add by handle", add_by_handle<counters_kind::write_concurrency>, 1);
  add_benchmark("atomics get", get<plain>, 1);
  add_benchmark("write_conc. get", get<striped>, 1);
  add_benchmark("atomics put", put<plain>, 1);
  add_benchmark("write_conc. put", put<striped>, 1);
  add_benchmark("get + atomics put", get_and_atomics_put, 1);
  add_benchmark("atomics take", take<plain>, 1);
  add_benchmark("write_conc. take", take<striped>, 1);
}

std::vector<ratio> ratios_of_counters() {
  const subject atomics_1{"atomics add", 1};
  const subject striped_1{"write_conc. add", 1};
  const subject striped_2{"write_conc. add", 2};
  return {
      {"atomics add / fetch_add seq_cst, 1 thread", atomics_1, {"fetch_add seq_cst", 1}, bound::at_most, 1.1},
      {"atomics add / fetch_add seq_cst, 2 threads",
       {"atomics add", 2},
       {"fetch_add seq_cst", 2},
       bound::at_most,
       1.1},
      {"nanoseconds of write_conc. add, 1 thread", striped_1, {}, bound::at_most, 1.5},
      {"write_conc. add, 2 threads / 1 thread", striped_2, striped_1, bound::at_most, 1.2},
      {"fetch_add relaxed / write_conc. add, 1 thread", {"fetch_add relaxed", 1}, striped_1},
      {"fetch_add relaxed / write_conc. add, 2 threads", {"fetch_add relaxed", 2}, striped_2},
      {"write_conc. add / load+store relaxed, 1 thread", striped_1, {"load+store relaxed", 1}},
      {"mutex lock+count+unlock / atomics add, 1 thread", {"mutex lock+count+unlock", 1}, atomics_1},
      {"mutex lock+count+unlock / write_conc. add, 1 thread", {"mutex lock+count+unlock", 1}, striped_1},
      {"write_conc. put / (get + atomics put), 1 thread",
       {"write_conc. put", 1},
       {"get + atomics put", 1},
       bound::at_most,
       1.1},
      {"Erlang atomics / atomics add, 1 thread", {"Erlang atomics add", 1}, atomics_1},
      {"Erlang atomics / atomics add, 2 threads", {"Erlang atomics add", 2}, {"atomics add", 2}},
      {"Erlang write_conc. / write_conc. add, 1 thread", {"Erlang write_conc. add", 1}, striped_1},
      {"Erlang write_conc. / write_conc. add, 2 threads", {"Erlang write_conc. add", 2}, striped_2},
  };
}

}  // namespace stillpoint::bench
