// SPDX-License-Identifier: BSL-1.0
// The phasers under load by real threads: what they promise is asserted, on plain memory, so that a sanitizer
// sees what the assertions miss.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <utility>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"
#include "tests/stress/crowd.hpp"
#include "tests/stress/restless_policy.hpp"
#include "tests/stress/section_budget.hpp"
#include "tests/unit/phaser_kinds.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::tests::checked;
using stillpoint::tests::crowd;
using stillpoint::tests::demand;
using stillpoint::tests::unchecked;

constexpr auto time_for_each = 400ms;
constexpr std::uint64_t least_flips = 20;
constexpr std::size_t writers = stillpoint::tests::most_inside_tiny;

// Two buffers of plain memory. Each writer has places of its own; a write touches them all, so that one that
// is not over leaves them different.
class double_buffer {
 public:
  using places = std::array<std::uint64_t, 4>;
  using buffer = std::array<places, writers>;

  buffer& active() { return buffers_[active_.load(std::memory_order_acquire)]; }

  // Returns the buffer that was active until now; only under the reader lock.
  buffer& switch_over() {
    const unsigned ended = active_.load(std::memory_order_relaxed);
    active_.store(ended ^ 1u, std::memory_order_release);
    return buffers_[ended];
  }

  static void write(places& mine) {
    for (std::uint64_t& place : mine) {
      ++place;
      if (mine[0] % 16 == 0) std::this_thread::yield();
    }
  }

  static std::uint64_t sum(const buffer& of) {
    std::uint64_t total = 0;
    for (const places& each : of) total = std::accumulate(each.begin(), each.end(), total);
    return total;
  }

 private:
  std::array<buffer, 2> buffers_{};
  std::atomic<unsigned> active_{0};
};

struct nothing_more {
  void operator()() const {}
};

template <class Phaser>
class phaser_stress : public testing::Test {
 protected:
  struct shared_state {
    Phaser phaser;
    stillpoint::tests::section_budget<Phaser> budget;
    double_buffer data;
    // By writer: how many writes it made. Guarded by the reader lock: how many were taken out.
    std::array<std::uint64_t, writers> written{};
    double_buffer::places taken{};
    std::atomic<std::uint64_t> flips{0};
  };
  const std::unique_ptr<shared_state> owned_ = std::make_unique<shared_state>();
  shared_state& state_ = *owned_;

  template <class AtLast = nothing_more>
  void write_once(std::size_t writer, AtLast at_last = {}) {
    if (!state_.budget.take()) return std::this_thread::yield();
    const typename Phaser::writer_section inside(state_.phaser);
    double_buffer::write(state_.data.active()[writer]);
    ++state_.written[writer];
    at_last();
  }

  template <class OnceFlipped = nothing_more>
  void take_interval(OnceFlipped once_flipped = {}) {
    auto reader = state_.phaser.lock_reader();
    auto& ended = state_.data.switch_over();
    reader.flip();
    state_.flips.fetch_add(1, std::memory_order_relaxed);
    once_flipped();
    const std::uint64_t sum = double_buffer::sum(ended);
    std::this_thread::yield();
    demand(double_buffer::sum(ended) == sum, "the inactive side is stable");
    for (auto& places : ended) take_out(places);
  }

  void take_out(double_buffer::places& places) {
    state_.budget.give_back(places[0]);
    const std::uint64_t first = places[0];
    for (std::size_t place = 0; place < places.size(); ++place) {
      demand(places[place] == first, "no write is under way");
      state_.taken[place] += std::exchange(places[place], 0);
    }
  }

  void expect_that_no_write_is_lost() {
    take_interval();
    take_interval();
    const auto written = std::accumulate(state_.written.begin(), state_.written.end(), std::uint64_t{0});
    for (const std::uint64_t taken : state_.taken) EXPECT_EQ(taken, written);
    EXPECT_GT(written, 0u);
    this->RecordProperty("written", std::to_string(written));
    this->RecordProperty("flips", std::to_string(state_.flips.load(std::memory_order_relaxed)));
  }
};

using kinds =
    testing::Types<stillpoint::writer_reader_phaser<checked>,
                   stillpoint::striped_writer_reader_phaser<unchecked>,
                   stillpoint::tests::tiny_phaser<checked>, stillpoint::tests::tiny_striped_phaser<unchecked>,
                   stillpoint::asymmetric_writer_reader_phaser<unchecked>,
                   stillpoint::tests::tiny_asymmetric_phaser<checked>,
                   stillpoint::asymmetric_writer_reader_phaser<stillpoint::tests::restless_policy>,
                   stillpoint::asymmetric_writer_reader_phaser<stillpoint::tests::without_membarrier>>;
TYPED_TEST_SUITE(phaser_stress, kinds);

TYPED_TEST(phaser_stress, no_write_is_lost_and_the_inactive_side_is_stable) {
  crowd threads;
  for (std::size_t writer = 0; writer < writers; ++writer) {
    threads.add([this, writer] { this->write_once(writer); });
  }
  for (int reader = 0; reader < 2; ++reader) {
    threads.add([this] { this->take_interval(); });
  }
  threads.work_for(time_for_each, this->state_.flips, least_flips);
  this->expect_that_no_write_is_lost();
}

TYPED_TEST(phaser_stress, threads_may_come_and_go) {
  crowd threads;
  for (std::size_t writer = 0; writer < writers; ++writer) {
    threads.add_short_lived(20, [this, writer] { this->write_once(writer); });
  }
  for (int reader = 0; reader < 2; ++reader) {
    threads.add_short_lived(3, [this] { this->take_interval(); });
  }
  threads.work_for(time_for_each, this->state_.flips, least_flips);
  this->expect_that_no_write_is_lost();
}

// Throws from every writer section, and from every second flip before the interval is taken out: it then
// stays for a later one.
TYPED_TEST(phaser_stress, exceptions_leave_it_usable) {
  struct thrown_on_purpose {};
  const auto expect_to_throw = [](auto action) {
    bool threw = false;
    try {
      action([&threw] {
        threw = true;
        throw thrown_on_purpose();
      });
    } catch (const thrown_on_purpose&) {
      return;
    }
    demand(!threw, "the exception passes on");
  };
  crowd threads;
  for (std::size_t writer = 0; writer < writers; ++writer) {
    threads.add([this, writer, expect_to_throw] {
      expect_to_throw([this, writer](auto at_last) { this->write_once(writer, at_last); });
    });
  }
  for (int reader = 0; reader < 2; ++reader) {
    threads.add([this, expect_to_throw] {
      expect_to_throw([this](auto once_flipped) { this->take_interval(once_flipped); });
      this->take_interval();
    });
  }
  threads.work_for(time_for_each, this->state_.flips, least_flips);
  this->expect_that_no_write_is_lost();
}

// Each writer says in plain memory of its own in which phase it is; after a flip none is in the old one.
template <class Phaser>
struct writers_inside {
  struct place {
    bool inside = false;
    std::uint64_t sections = 0;
  };
  Phaser phaser;
  stillpoint::tests::section_budget<Phaser> budget;
  std::array<std::array<place, writers>, 2> places{};
  // Guarded by the reader lock.
  unsigned phase = 0;
  std::uint64_t covered = 0;
  // Owned by the writers.
  std::array<std::uint64_t, writers> entered{};
  std::atomic<std::uint64_t> flips{0};

  void pass_through(std::size_t writer) {
    if (!budget.take()) return std::this_thread::yield();
    auto token = phaser.writer_enter();
    place& mine = places[token.phase()][writer];
    mine.inside = true;
    std::this_thread::yield();
    ++mine.sections;
    mine.inside = false;
    ++entered[writer];
    phaser.writer_exit(std::move(token));
  }

  void flip() {
    auto guard = phaser.lock_reader();
    const unsigned old = std::exchange(phase, phase ^ 1u);
    guard.flip();
    for (int look = 0; look < 2; ++look) {
      for (const place& each : places[old]) demand(!each.inside, "no section of the old phase is active");
      std::this_thread::yield();
    }
    for (place& each : places[old]) {
      budget.give_back(each.sections);
      covered += std::exchange(each.sections, 0);
    }
    flips.fetch_add(1, std::memory_order_relaxed);
  }
};

TYPED_TEST(phaser_stress, after_a_flip_no_section_of_the_old_phase_is_active) {
  const auto state = std::make_unique<writers_inside<TypeParam>>();
  crowd threads;
  for (std::size_t writer = 0; writer < writers; ++writer) {
    threads.add([&state, writer] { state->pass_through(writer); });
  }
  for (int reader = 0; reader < 2; ++reader) {
    threads.add([&state] { state->flip(); });
  }
  threads.work_for(time_for_each, state->flips, least_flips);
  state->flip();
  state->flip();
  const auto& entered = state->entered;
  EXPECT_EQ(state->covered, std::accumulate(entered.begin(), entered.end(), std::uint64_t{0}))
      << "each section is covered by one flip";
  EXPECT_GT(state->covered, 0u);
}

}  // namespace
