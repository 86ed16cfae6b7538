// SPDX-License-Identifier: BSL-1.0
// The recorder under load by real threads: each recording is found in exactly one sample, and samples are at
// rest.

#include "stillpoint/recorder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "tests/stress/crowd.hpp"
#include "tests/stress/section_budget.hpp"
#include "tests/unit/phaser_kinds.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::tests::checked;
using stillpoint::tests::crowd;
using stillpoint::tests::demand;
using stillpoint::tests::parts_of;
using stillpoint::tests::unchecked;

constexpr auto time_for_each = 400ms;
constexpr std::uint64_t least_samples = 20;
constexpr std::size_t writers = stillpoint::tests::most_inside_tiny;

// A counter that all writers share, and plain memory that only one of them touches: a log of what it
// recorded, which moves in memory as it grows.
struct interval_data {
  std::atomic<std::uint64_t> shared{0};
  std::array<std::vector<std::uint64_t>, writers> logs;

  interval_data() = default;
  void reset() {
    shared.store(0, std::memory_order_relaxed);
    for (auto& log : logs) log.clear();
  }
  friend void swap(interval_data& a, interval_data& b) {
    b.shared.store(a.shared.exchange(b.shared.load(std::memory_order_relaxed), std::memory_order_relaxed),
                   std::memory_order_relaxed);
    std::swap(a.logs, b.logs);
  }
};

// Empties a buffer, and throws before that on every third one, on purpose.
struct thrown_on_purpose {};
template <bool Throws>
struct reset_that_throws {
  void operator()(interval_data& buffer) {
    // One reset at a time.
    static unsigned resets = 0;
    if (Throws && ++resets % 3 == 0) throw thrown_on_purpose();
    buffer.reset();
  }
};

template <class Phaser, bool Throws>
class load {
 public:
  void record_once(std::size_t writer) {
    if (!budget_.take()) return std::this_thread::yield();
    const std::uint64_t value = recorded_[writer]++;
    try {
      recorder_.record([writer, value](interval_data& active) {
        active.shared.fetch_add(1, std::memory_order_relaxed);
        if (value % 8 == 0) std::this_thread::yield();
        active.logs[writer].push_back(value);
        if (Throws && value % 4 == 0) throw thrown_on_purpose();
      });
      demand(!Throws || value % 4 != 0, "the exception passes on");
    } catch (const thrown_on_purpose&) {
    }
  }

  void sample_once() {
    try {
      const auto interval = recorder_.sample();
      look_into(*interval);
    } catch (const thrown_on_purpose&) {
    }
  }

  void sample_once_into(interval_data& recycled) {
    try {
      recorder_.sample_into(recycled);
    } catch (const thrown_on_purpose&) {
      return;
    }
    look_into(recycled);
  }

  void expect_that_every_recording_was_sampled_once() {
    // One of three may throw.
    for (int sample = 0; sample < 2; ++sample) sample_once();
    for (std::size_t writer = 0; writer < writers; ++writer) {
      EXPECT_EQ(found_[writer], std::vector<bool>(recorded_[writer], true)) << "by writer " << writer;
    }
    const std::uint64_t all = recorded_[0] + recorded_[1] + recorded_[2];
    EXPECT_GT(all, 0u);
    testing::Test::RecordProperty("recorded", std::to_string(all));
    testing::Test::RecordProperty("samples", std::to_string(samples().load(std::memory_order_relaxed)));
  }

  const std::atomic<std::uint64_t>& samples() const { return samples_; }

 private:
  static std::uint64_t sum(const interval_data& of) {
    std::uint64_t total = of.shared.load(std::memory_order_relaxed);
    for (const auto& log : of.logs) {
      for (const std::uint64_t value : log) total = total * 31 + value;
    }
    return total;
  }

  void look_into(const interval_data& sampled) {
    const std::uint64_t first = sum(sampled);
    std::this_thread::yield();
    demand(sum(sampled) == first, "the sample is stable");
    count(sampled);
    samples_.fetch_add(1, std::memory_order_relaxed);
  }

  void count(const interval_data& sampled) {
    const std::lock_guard hold(found_guard_);
    std::uint64_t logged = 0;
    for (std::size_t writer = 0; writer < writers; ++writer) {
      const auto& log = sampled.logs[writer];
      logged += log.size();
      for (const std::uint64_t value : log) note(found_[writer], value);
    }
    demand(sampled.shared.load(std::memory_order_relaxed) == logged, "no recording is under way");
    budget_.give_back(logged);
  }

  static void note(std::vector<bool>& found, std::uint64_t value) {
    if (found.size() <= value) found.resize(value + 1);
    demand(!found[value], "no recording is in two samples");
    found[value] = true;
  }

  stillpoint::recorder<interval_data, typename parts_of<Phaser>::policy, Phaser, reset_that_throws<Throws>>
      recorder_;
  stillpoint::tests::section_budget<Phaser> budget_;
  // By writer: what it records next; it counts.
  std::array<std::uint64_t, writers> recorded_{};
  // What the samplers found; the mutex is theirs.
  std::mutex found_guard_;
  std::array<std::vector<bool>, writers> found_;
  std::atomic<std::uint64_t> samples_{0};
};

template <class Phaser>
class recorder_stress : public testing::Test {};

using kinds = testing::Types<
    stillpoint::writer_reader_phaser<checked>, stillpoint::striped_writer_reader_phaser<unchecked>,
    stillpoint::tests::tiny_phaser<unchecked>, stillpoint::asymmetric_writer_reader_phaser<unchecked>>;
TYPED_TEST_SUITE(recorder_stress, kinds);

template <class Load>
void record_and_sample(Load& on) {
  crowd threads;
  for (std::size_t writer = 0; writer < writers; ++writer) {
    threads.add([&on, writer] { on.record_once(writer); });
  }
  threads.add([&on] { on.sample_once(); });
  threads.add([&on, recycled = std::make_shared<interval_data>()] { on.sample_once_into(*recycled); });
  threads.work_for(time_for_each, on.samples(), least_samples);
  on.expect_that_every_recording_was_sampled_once();
}

TYPED_TEST(recorder_stress, every_recording_is_sampled_once) {
  const auto on = std::make_unique<load<TypeParam, false>>();
  record_and_sample(*on);
}

TYPED_TEST(recorder_stress, exceptions_leave_it_usable) {
  const auto on = std::make_unique<load<TypeParam, true>>();
  record_and_sample(*on);
}

TYPED_TEST(recorder_stress, threads_may_come_and_go) {
  const auto on = std::make_unique<load<TypeParam, false>>();
  crowd threads;
  for (std::size_t writer = 0; writer < writers; ++writer) {
    threads.add_short_lived(20, [&on, writer] { on->record_once(writer); });
  }
  threads.add_short_lived(3, [&on] { on->sample_once(); });
  threads.add_short_lived(
      3, [&on, recycled = std::make_shared<interval_data>()] { on->sample_once_into(*recycled); });
  threads.work_for(time_for_each, on->samples(), least_samples);
  on->expect_that_every_recording_was_sampled_once();
}

}  // namespace
