// SPDX-License-Identifier: BSL-1.0
// striped_recorder: every function, every documented error, over the default phaser and the plain one.

#include "stillpoint/striped_recorder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "stillpoint/writer_reader_phaser.hpp"
#include "tests/unit/phaser_kinds.hpp"

namespace {

using stillpoint::striped_recorder;
using stillpoint::tests::checked;
using stillpoint::tests::unchecked;

// As with more threads than stripes.
struct nobody_owns : checked {
  static std::size_t owned_stripe() noexcept { return stillpoint::no_stripe; }
  static std::size_t quick_stripe(std::size_t) noexcept { return stillpoint::no_stripe; }
};

// Not atomic, and merged by a function of its own.
struct texts {
  std::vector<std::string> all;

  void reset() { all.clear(); }
  friend void merge(texts& into, const texts& from) {
    into.all.insert(into.all.end(), from.all.begin(), from.all.end());
  }
};

template <class Recorder>
class striped_recorder_of : public testing::Test {
 protected:
  const std::unique_ptr<Recorder> owned_ = std::make_unique<Recorder>();
  Recorder& recorder_ = *owned_;

  void record(const std::string& text) {
    recorder_.record([&text](texts& mine) { mine.all.push_back(text); });
  }
};

using every_kind =
    testing::Types<striped_recorder<texts, checked>, striped_recorder<texts, unchecked>,
                   striped_recorder<texts, nobody_owns>,
                   striped_recorder<texts, checked, stillpoint::writer_reader_phaser<checked>>>;
TYPED_TEST_SUITE(striped_recorder_of, every_kind);

TYPED_TEST(striped_recorder_of, every_recording_is_sampled_once) {
  this->record("one");
  this->record("two");
  EXPECT_EQ(this->recorder_.sample()->all, (std::vector<std::string>{"one", "two"}));
  this->record("three");
  EXPECT_EQ(this->recorder_.sample()->all, (std::vector<std::string>{"three"}));
  EXPECT_TRUE(this->recorder_.sample()->all.empty());
}

TYPED_TEST(striped_recorder_of, what_all_threads_recorded_is_merged) {
  constexpr int threads = 70, turns = 20;
  {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < threads; ++writer) {
      writers.emplace_back([this] {
        for (int turn = 0; turn < turns; ++turn) this->record("x");
      });
    }
  }
  EXPECT_EQ(this->recorder_.sample()->all.size(), std::size_t{threads * turns});
  EXPECT_TRUE(this->recorder_.sample()->all.empty());
}

TYPED_TEST(striped_recorder_of, sample_is_stable) {
  this->record("one");
  const auto interval = this->recorder_.sample();
  this->record("two");
  std::jthread([this] { this->record("three"); }).join();
  EXPECT_EQ((*interval).all, (std::vector<std::string>{"one"}));
}

TYPED_TEST(striped_recorder_of, sample_into_recycles) {
  texts recycled{{"old"}};
  this->record("one");
  this->recorder_.sample_into(recycled);
  EXPECT_EQ(recycled.all, (std::vector<std::string>{"one"}));
  EXPECT_TRUE(this->recorder_.sample()->all.empty()) << "what was in `recycled` is gone";
}

TYPED_TEST(striped_recorder_of, what_a_recording_did_before_it_threw_stays) {
  EXPECT_THROW(this->recorder_.record([](texts& mine) {
    mine.all.emplace_back("kept");
    throw std::runtime_error("thrown on purpose");
  }),
               std::runtime_error);
  this->record("next");
  EXPECT_EQ(this->recorder_.sample()->all, (std::vector<std::string>{"kept", "next"}));
}

TYPED_TEST(striped_recorder_of, record_returns_what_f_returns) {
  int outside = 0;
  static_assert(
      std::is_same_v<decltype(this->recorder_.record([&](texts&) -> int& { return outside; })), int&>);
  EXPECT_EQ(&this->recorder_.record([&](texts&) -> int& { return outside; }), &outside);
  EXPECT_EQ(this->recorder_.record([owned = std::make_unique<int>(7)](texts&) { return *owned; }), 7);
}

TYPED_TEST(striped_recorder_of, stays_where_it_is) {
  static_assert(!std::is_copy_constructible_v<TypeParam> && !std::is_move_constructible_v<TypeParam>);
  using interval = typename TypeParam::interval;
  static_assert(!std::is_copy_constructible_v<interval> && !std::is_move_constructible_v<interval>);
}

TYPED_TEST(striped_recorder_of, samples_exclude_each_other) {
  std::atomic<bool> sampled{false};
  std::jthread other;
  {
    const auto interval = this->recorder_.sample();
    other = std::jthread([&] {
      static_cast<void>(this->recorder_.sample()->all);
      sampled.store(true, std::memory_order_release);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_FALSE(sampled.load(std::memory_order_acquire));
  }
  other.join();
  EXPECT_TRUE(sampled.load(std::memory_order_acquire));
}

// Plain memory, which a sanitizer would see written by two at a time.
TEST(striped_recorder_of_numbers, recordings_need_not_be_atomic) {
  const auto owned = std::make_unique<striped_recorder<long>>();
  constexpr int threads = 8, turns = 10'000;
  {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < threads; ++writer) {
      writers.emplace_back([&owned] {
        for (int turn = 0; turn < turns; ++turn) owned->record([](long& mine) { ++mine; });
      });
    }
  }
  EXPECT_EQ(*owned->sample(), long{threads} * turns);
}

TEST(striped_recorder_of_numbers, threads_that_own_no_stripe_take_turns) {
  const auto owned = std::make_unique<striped_recorder<long, nobody_owns>>();
  constexpr int threads = 4, turns = 10;
  std::atomic<bool> inside{false};
  std::atomic<int> met{0};
  {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < threads; ++writer) {
      writers.emplace_back([&] {
        for (int turn = 0; turn < turns; ++turn) {
          owned->record([&](long& mine) {
            if (inside.exchange(true)) ++met;
            std::this_thread::sleep_for(std::chrono::microseconds(100));
            ++mine;
            inside.store(false);
          });
        }
      });
    }
  }
  EXPECT_EQ(met.load(), 0);
  EXPECT_EQ(*owned->sample(), long{threads} * turns);
}

struct counted {
  static inline int alive = 0;
  int value = 0;
  counted() { ++alive; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --alive; }
  void reset() { value = 0; }
  counted& operator+=(const counted& from) {
    value += from.value;
    return *this;
  }
};

TEST(striped_recorder_costs, memory_grows_with_the_threads_that_record) {
  {
    const auto owned = std::make_unique<striped_recorder<counted, checked>>();
    const int at_first = counted::alive;
    EXPECT_EQ(at_first, 3) << "what is merged into, and one in each buffer for those who own no stripe";
    const auto record = [&owned] { owned->record([](counted& mine) { ++mine.value; }); };
    record();
    record();
    EXPECT_EQ(counted::alive, at_first + 1);
    EXPECT_EQ(owned->sample()->value, 2);
    record();
    EXPECT_EQ(counted::alive, at_first + 2) << "the other buffer";
    EXPECT_EQ(owned->sample()->value, 1);
    for (int thread = 0; thread < 5; ++thread) std::jthread(record).join();
    EXPECT_EQ(counted::alive, at_first + 3) << "one after the other, threads own the same stripe";
    EXPECT_EQ(owned->sample()->value, 5);
  }
  EXPECT_EQ(counted::alive, 0);
}

struct fragile {
  static inline bool throws = false;
  int value = 0;
  void reset() {
    if (std::exchange(throws, false)) throw std::runtime_error("thrown on purpose");
    value = 0;
  }
  fragile& operator+=(const fragile& from) {
    value += from.value;
    return *this;
  }
};

TEST(striped_recorder_errors, an_exception_of_reset_loses_nothing) {
  const auto owned = std::make_unique<striped_recorder<fragile, checked>>();
  owned->record([](fragile& mine) { ++mine.value; });
  fragile::throws = true;
  EXPECT_THROW(static_cast<void>(owned->sample()), std::runtime_error);
  owned->record([](fragile& mine) { ++mine.value; });
  EXPECT_EQ(owned->sample()->value, 2);
}

// Both, given as types.
struct multiply {
  void operator()(int& into, int from) const { into *= from; }
};
struct to_one {
  void operator()(int& value) const { value = 1; }
};

TEST(striped_recorder_parameters, merge_and_reset_are_the_users) {
  using products =
      striped_recorder<int, checked, stillpoint::asymmetric_writer_reader_phaser<checked>, multiply, to_one>;
  const auto owned = std::make_unique<products>();
  static_cast<void>(*owned->sample());
  static_cast<void>(*owned->sample());
  owned->record([](int& mine) { mine = 3; });
  std::jthread([&owned] { owned->record([](int& mine) { mine = 5; }); }).join();
  EXPECT_EQ(*owned->sample(), 15);
}

}  // namespace
