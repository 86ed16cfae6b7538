// SPDX-License-Identifier: BSL-1.0
//
// What is measured: the three phasers and the recorder over each, beside std::atomic and std::mutex; and what
// rendezvous.cc adds.
#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/striped_recorder.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"
#include "tests/bench/background.hpp"
#include "tests/bench/measure.hpp"

namespace stillpoint::bench {
namespace {

// What a product gets in a release build, whatever this file is compiled with.
using policy = basic_std_policy<false>;
using plain_phaser = writer_reader_phaser<policy>;
using striped_phaser = striped_writer_reader_phaser<policy>;
using asymmetric_phaser = asymmetric_writer_reader_phaser<policy>;

// As with more threads than stripes, or without membarrier.
struct nobody_owns : policy {
  static std::size_t quick_stripe(std::size_t) noexcept { return no_stripe; }
};

constexpr unsigned background_writers = 2;

// One T for all threads, alone on its cache lines.
template <class T>
T& shared() {
  struct alignas(policy::cache_line) isolated {
    T value{};
  };
  static isolated instance;
  return instance.value;
}

// The compiler must compute the value, but need not store it anywhere.
void keep(std::uint64_t value) {
  asm volatile("" : : "r"(value));
}

template <std::memory_order Order>
void fetch_add(benchmark::State& state) {
  auto& counter = shared<std::atomic<std::uint64_t>>();
  for (auto _ : state) keep(counter.fetch_add(1, Order));
}

void lock_unlock(benchmark::State& state) {
  auto& mutex = shared<std::mutex>();
  for (auto _ : state) {
    const std::lock_guard inside(mutex);
    benchmark::ClobberMemory();
  }
}

template <class Phaser>
void enter_exit(benchmark::State& state) {
  auto& phaser = shared<Phaser>();
  for (auto _ : state) {
    const typename Phaser::writer_section inside(phaser);
    benchmark::ClobberMemory();
  }
}

// The work of every recording: one count.
struct counter {
  std::atomic<std::uint64_t> count{0};

  void reset() { count.store(0, std::memory_order_relaxed); }
  void add() { count.fetch_add(1, std::memory_order_relaxed); }
};

struct guarded_counter {
  std::mutex mutex;
  std::uint64_t count = 0;
};

void record_under_mutex(benchmark::State& state) {
  auto& guarded = shared<guarded_counter>();
  for (auto _ : state) {
    const std::lock_guard inside(guarded.mutex);
    ++guarded.count;
    benchmark::ClobberMemory();
  }
}

template <class Phaser>
using counting_recorder = recorder<counter, policy, Phaser>;

template <class Phaser>
void record(benchmark::State& state) {
  auto& recorder = shared<counting_recorder<Phaser>>();
  for (auto _ : state) recorder.record([](counter& active) { active.add(); });
}

// One for each stripe, so that it need not be atomic.
struct plain_counter {
  std::uint64_t count = 0;

  void reset() { count = 0; }
  plain_counter& operator+=(const plain_counter& from) {
    count += from.count;
    return *this;
  }
};

template <unsigned Writers>
void striped_sample(benchmark::State& state) {
  auto& recorder = shared<striped_recorder<plain_counter, policy>>();
  const background load(Writers, [&recorder] { recorder.record([](plain_counter& mine) { ++mine.count; }); });
  for (auto _ : state) keep(recorder.sample()->count);
}

void striped_record(benchmark::State& state) {
  auto& recorder = shared<striped_recorder<plain_counter, policy>>();
  for (auto _ : state) {
    recorder.record([](plain_counter& mine) { ++mine.count; });
    benchmark::ClobberMemory();
  }
}

template <class Phaser, unsigned Writers>
void flip(benchmark::State& state) {
  auto& phaser = shared<Phaser>();
  const background load(Writers, [&phaser] { const typename Phaser::writer_section inside(phaser); });
  for (auto _ : state) phaser.lock_reader().flip();
}

template <class Phaser, unsigned Writers>
void sample(benchmark::State& state) {
  auto& recorder = shared<counting_recorder<Phaser>>();
  const background load(Writers, [&recorder] { recorder.record([](counter& active) { active.add(); }); });
  for (auto _ : state) keep(recorder.sample()->count.load(std::memory_order_relaxed));
}

}  // namespace

void register_benchmarks(double seconds) {
  const auto add = [seconds](const std::string& name, void (*run)(benchmark::State&), int threads) {
    benchmark::RegisterBenchmark(name.c_str(), run)->MinTime(seconds)->UseRealTime()->Threads(threads);
  };
  for (const int threads : {1, 2}) {
    add("fetch_add relaxed", fetch_add<std::memory_order_relaxed>, threads);
    add("plain enter+exit", enter_exit<plain_phaser>, threads);
    add("fetch_add seq_cst", fetch_add<std::memory_order_seq_cst>, threads);
    add("striped enter+exit", enter_exit<striped_phaser>, threads);
    add("asymmetric enter+exit", enter_exit<asymmetric_phaser>, threads);
    add("asymmetric, unowned", enter_exit<asymmetric_writer_reader_phaser<nobody_owns>>, threads);
    add("mutex lock+unlock", lock_unlock, threads);
    add("plain record", record<plain_phaser>, threads);
    add("striped record", record<striped_phaser>, threads);
    add("asymmetric record", record<asymmetric_phaser>, threads);
    add("striped_recorder record", striped_record, threads);
    add("mutex lock+count+unlock", record_under_mutex, threads);
  }
  add("plain flip, idle", flip<plain_phaser, 0>, 1);
  add("plain flip, 2 writers", flip<plain_phaser, background_writers>, 1);
  add("striped flip, idle", flip<striped_phaser, 0>, 1);
  add("striped flip, 2 writers", flip<striped_phaser, background_writers>, 1);
  add("asymmetric flip, idle", flip<asymmetric_phaser, 0>, 1);
  add("asym. flip, 2 writers", flip<asymmetric_phaser, background_writers>, 1);
  add("plain sample, idle", sample<plain_phaser, 0>, 1);
  add("plain sample, 2 writers", sample<plain_phaser, background_writers>, 1);
  add("striped sample, idle", sample<striped_phaser, 0>, 1);
  add("striped sample, 2 writers", sample<striped_phaser, background_writers>, 1);
  add("asymmetric sample, idle", sample<asymmetric_phaser, 0>, 1);
  add("asym. sample, 2 writers", sample<asymmetric_phaser, background_writers>, 1);
  add("striped_recorder sample", striped_sample<0>, 1);
  add("striped_r. smp, 2 writers", striped_sample<background_writers>, 1);
  register_rendezvous_benchmarks(seconds);
}

std::vector<ratio> ratios_of_asymmetric_phaser() {
  const subject section_1{"asymmetric enter+exit", 1};
  const subject section_2{"asymmetric enter+exit", 2};
  const subject record_1{"asymmetric record", 1};
  const subject record_2{"asymmetric record", 2};
  const subject alone_1{"striped_recorder record", 1};
  const subject alone_2{"striped_recorder record", 2};
  const subject add_1{"fetch_add relaxed", 1};
  return {
      {"asymmetric enter+exit / fetch_add, 1 thread", section_1, add_1, bound::at_most, 0.6},
      {"asymmetric enter+exit, 2 threads / 1 thread", section_2, section_1, bound::at_most, 1.2},
      {"asymmetric, unowned / fetch_add, 1 thread", {"asymmetric, unowned", 1}, add_1},
      {"striped / asymmetric enter+exit, 2 threads", {"striped enter+exit", 2}, section_2},
      {"mutex lock+unlock / asymmetric enter+exit, 1 thread", {"mutex lock+unlock", 1}, section_1},
      {"mutex lock+unlock / asymmetric enter+exit, 2 threads", {"mutex lock+unlock", 2}, section_2},
      // What is recorded is a fetch_add.
      {"asymmetric record / fetch_add, 1 thread", record_1, add_1, bound::at_most, 1.6},
      {"mutex lock+count+unlock / asymmetric record, 1 thread", {"mutex lock+count+unlock", 1}, record_1},
      {"mutex lock+count+unlock / asymmetric record, 2 threads", {"mutex lock+count+unlock", 2}, record_2},
      {"striped_recorder record / fetch_add, 1 thread", alone_1, add_1, bound::at_most, 0.6},
      {"striped_recorder record, 2 threads / 1 thread", alone_2, alone_1, bound::at_most, 1.2},
      {"mutex lock+count+unlock / striped_recorder record, 1 thread",
       {"mutex lock+count+unlock", 1},
       alone_1,
       bound::at_least,
       5},
      {"mutex lock+count+unlock / striped_recorder record, 2 threads",
       {"mutex lock+count+unlock", 2},
       alone_2,
       bound::at_least,
       30},
      {"nanoseconds of asymmetric flip, idle", {"asymmetric flip, idle", 1}, {}, bound::at_most, 20'000},
  };
}

}  // namespace stillpoint::bench
