// SPDX-License-Identifier: BSL-1.0
// The striped_recorder under load by real threads: plain memory is recorded into, so that a sanitizer sees
// what the assertions miss.

#include "stillpoint/striped_recorder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "stillpoint/writer_reader_phaser.hpp"
#include "tests/stress/crowd.hpp"
#include "tests/stress/restless_policy.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::tests::crowd;
using stillpoint::tests::demand;

constexpr auto time_for_each = 400ms;
constexpr std::uint64_t least_samples = 20;
constexpr std::size_t writers = 3;

// A count that is written in two steps, and a log that moves in memory as it grows.
struct records {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::vector<std::size_t> log;

  void add(std::size_t writer) {
    ++first;
    log.push_back(writer);
    if (first % 16 == 0) std::this_thread::yield();
    ++second;
  }
  void reset() {
    first = second = 0;
    log.clear();
  }
  records& operator+=(const records& from) {
    first += from.first;
    second += from.second;
    log.insert(log.end(), from.log.begin(), from.log.end());
    return *this;
  }
};

template <class Recorder>
class striped_recorder_stress : public testing::Test {
 protected:
  struct shared_state {
    Recorder recorder;
    // By writer.
    std::array<std::uint64_t, writers> recorded{};
    std::mutex found_guard;
    std::array<std::uint64_t, writers> found{};
    std::atomic<std::uint64_t> samples{0};
  };
  const std::unique_ptr<shared_state> owned_ = std::make_unique<shared_state>();
  shared_state& state_ = *owned_;

  void record_once(std::size_t writer) {
    state_.recorder.record([writer](records& mine) { mine.add(writer); });
    ++state_.recorded[writer];
  }

  void sample_once() {
    const auto interval = state_.recorder.sample();
    count(*interval);
    std::this_thread::yield();
    demand(interval->first == interval->log.size(), "the sample is stable");
  }

  void sample_once_into(records& recycled) {
    state_.recorder.sample_into(recycled);
    count(recycled);
  }

  void count(const records& of) {
    demand(of.first == of.second && of.first == of.log.size(), "no recording is under way");
    const std::lock_guard only_one(state_.found_guard);
    for (const std::size_t writer : of.log) ++state_.found[writer];
    state_.samples.fetch_add(1, std::memory_order_relaxed);
  }

  void add_samplers(crowd& threads) {
    threads.add([this] { this->sample_once(); });
    threads.add([this, recycled = std::make_shared<records>()] { this->sample_once_into(*recycled); });
  }

  void expect_that_every_recording_was_sampled_once() {
    sample_once();
    sample_once();
    EXPECT_EQ(state_.found, state_.recorded);
    EXPECT_GT(std::accumulate(state_.found.begin(), state_.found.end(), std::uint64_t{0}), 0u);
  }
};

using stillpoint::striped_recorder;
using kinds =
    testing::Types<striped_recorder<records>, striped_recorder<records, stillpoint::basic_std_policy<false>>,
                   striped_recorder<records, stillpoint::tests::restless_policy>,
                   striped_recorder<records, stillpoint::tests::without_membarrier>,
                   striped_recorder<records, stillpoint::std_policy, stillpoint::writer_reader_phaser<>>>;
TYPED_TEST_SUITE(striped_recorder_stress, kinds);

TYPED_TEST(striped_recorder_stress, every_recording_is_sampled_once) {
  crowd threads;
  for (std::size_t writer = 0; writer < writers; ++writer) {
    threads.add([this, writer] { this->record_once(writer); });
  }
  this->add_samplers(threads);
  threads.work_for(time_for_each, this->state_.samples, least_samples);
  this->expect_that_every_recording_was_sampled_once();
}

TYPED_TEST(striped_recorder_stress, threads_may_come_and_go) {
  crowd threads;
  for (std::size_t writer = 0; writer < writers; ++writer) {
    threads.add_short_lived(20, [this, writer] { this->record_once(writer); });
  }
  this->add_samplers(threads);
  threads.work_for(time_for_each, this->state_.samples, least_samples);
  this->expect_that_every_recording_was_sampled_once();
}

}  // namespace
