// SPDX-License-Identifier: BSL-1.0
// recorder: every function, every documented error, over each phaser.

#include "stillpoint/recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "tests/unit/phaser_kinds.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::asymmetric_writer_reader_phaser;
using stillpoint::recorder;
using stillpoint::striped_writer_reader_phaser;
using stillpoint::writer_reader_phaser;
using stillpoint::tests::checked;
using stillpoint::tests::tiny_phaser;
using stillpoint::tests::unchecked;
using testing::ElementsAre;
using testing::IsEmpty;

using texts = std::vector<std::string>;

constexpr auto a_while = 20ms;
// Whatever else the machine does.
constexpr auto long_enough = 60s;

template <class Policy, template <class> class Phaser>
struct kind {
  using policy = Policy;
  using phaser = Phaser<Policy>;
};

template <class Kind>
class recorder_of : public testing::Test {
 protected:
  template <class T, class Reset = stillpoint::reset_buffer>
  using recorder_type = recorder<T, typename Kind::policy, typename Kind::phaser, Reset>;

  const std::unique_ptr<recorder_type<texts>> owned_ = std::make_unique<recorder_type<texts>>();
  recorder_type<texts>& recorder_ = *owned_;

  void record(const std::string& text) {
    recorder_.record([&text](texts& active) { active.push_back(text); });
  }

  bool another_thread_samples_within(std::chrono::milliseconds time) {
    sampled_.store(false, std::memory_order_relaxed);
    other_ = std::jthread([this] {
      texts taken;
      recorder_.sample_into(taken);
      sampled_.store(true, std::memory_order_release);
    });
    const auto end = std::chrono::steady_clock::now() + time;
    while (!sampled_.load(std::memory_order_acquire) && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return sampled_.load(std::memory_order_acquire);
  }
  std::atomic<bool> sampled_{false};
  std::jthread other_;
};

using every_kind = testing::Types<kind<checked, writer_reader_phaser>, kind<unchecked, writer_reader_phaser>,
                                  kind<checked, striped_writer_reader_phaser>, kind<checked, tiny_phaser>,
                                  kind<checked, asymmetric_writer_reader_phaser>,
                                  kind<unchecked, asymmetric_writer_reader_phaser>>;
TYPED_TEST_SUITE(recorder_of, every_kind);

TYPED_TEST(recorder_of, a_sample_is_what_was_recorded_since_the_last) {
  EXPECT_THAT(*this->recorder_.sample(), IsEmpty());
  this->record("a");
  this->record("b");
  EXPECT_THAT(*this->recorder_.sample(), ElementsAre("a", "b"));
  this->record("c");
  EXPECT_THAT(*this->recorder_.sample(), ElementsAre("c"));
  EXPECT_THAT(*this->recorder_.sample(), IsEmpty());
  EXPECT_THAT(*this->recorder_.sample(), IsEmpty());
}

TYPED_TEST(recorder_of, a_sample_can_be_looked_into) {
  this->record("a");
  const auto interval = this->recorder_.sample();
  EXPECT_EQ(interval->size(), 1u);
  EXPECT_EQ(&*interval, interval.operator->());
  static_assert(std::is_same_v<decltype(*interval), const texts&>, "a sample is not for changing");
}

TYPED_TEST(recorder_of, sample_is_stable_while_recordings_go_on) {
  this->record("a");
  {
    const auto interval = this->recorder_.sample();
    std::jthread([this] { this->record("b"); }).join();
    this->record("c");
    EXPECT_THAT(*interval, ElementsAre("a"));
  }
  EXPECT_THAT(*this->recorder_.sample(), ElementsAre("b", "c"));
}

TYPED_TEST(recorder_of, samples_exclude_each_other) {
  {
    const auto interval = this->recorder_.sample();
    EXPECT_FALSE(this->another_thread_samples_within(a_while));
  }
  this->other_.join();
  EXPECT_TRUE(this->another_thread_samples_within(long_enough));
}

TYPED_TEST(recorder_of, a_sample_waits_for_a_recording_under_way) {
  std::atomic<bool> inside{false};
  std::atomic<bool> go_on{false};
  std::jthread writer([&] {
    this->recorder_.record([&](texts& active) {
      inside.store(true, std::memory_order_release);
      while (!go_on.load(std::memory_order_acquire)) std::this_thread::yield();
      active.emplace_back("late");
    });
  });
  while (!inside.load(std::memory_order_acquire)) std::this_thread::yield();
  EXPECT_FALSE(this->another_thread_samples_within(a_while));
  go_on.store(true, std::memory_order_release);
  this->other_.join();
  writer.join();
  EXPECT_THAT(*this->recorder_.sample(), IsEmpty()) << "the other thread's sample had it";
}

TYPED_TEST(recorder_of, record_returns_what_the_function_returns) {
  EXPECT_EQ(this->recorder_.record([](texts& active) { return active.size(); }), 0u);
  decltype(auto) reference = this->recorder_.record([](texts& active) -> texts& { return active; });
  static_assert(std::is_same_v<decltype(reference), texts&>);
  static_assert(std::is_void_v<decltype(this->recorder_.record([](texts&) {}))>);
  auto moved = this->recorder_.record([](texts&) { return std::make_unique<int>(7); });
  EXPECT_EQ(*moved, 7);
}

struct appends_itself {
  // Only on an rvalue: record forwards.
  void operator()(texts& active) && { active.push_back(std::move(text)); }
  std::string text;
};

TYPED_TEST(recorder_of, record_takes_whatever_can_be_invoked) {
  this->recorder_.record(appends_itself{"a"});
  this->recorder_.record([owner = std::make_unique<std::string>("b")](texts& active) mutable {
    active.push_back(std::move(*owner));
  });
  this->recorder_.record(&texts::pop_back);
  EXPECT_THAT(*this->recorder_.sample(), ElementsAre("a"));
}

TYPED_TEST(recorder_of, a_recording_that_throws_ends_and_keeps_what_it_did) {
  EXPECT_THROW(this->recorder_.record([](texts& active) {
    active.emplace_back("before");
    throw std::runtime_error("thrown while recording");
  }),
               std::runtime_error);
  EXPECT_THAT(*this->recorder_.sample(), ElementsAre("before"));
}

TYPED_TEST(recorder_of, sample_into_swaps_and_recycles) {
  texts recycled = {"old"};
  this->record("a");
  this->recorder_.sample_into(recycled);
  EXPECT_THAT(recycled, ElementsAre("a"));
  this->record("b");
  this->recorder_.sample_into(recycled);
  EXPECT_THAT(recycled, ElementsAre("b"));
  this->record("c");
  this->recorder_.sample_into(recycled);
  EXPECT_THAT(recycled, ElementsAre("c")) << "what was in the recycled buffer is gone";
}

TYPED_TEST(recorder_of, sample_into_leaves_the_lock_free) {
  texts recycled;
  this->recorder_.sample_into(recycled);
  EXPECT_TRUE(this->another_thread_samples_within(long_enough));
}

// Its memory stays when it is reset, as a histogram's would.
struct keeps_its_memory {
  std::vector<int> values;
  void reset() { values.clear(); }
};

TYPED_TEST(recorder_of, sample_into_takes_no_memory_of_its_own) {
  const auto owned = std::make_unique<typename TestFixture::template recorder_type<keeps_its_memory>>();
  const auto fill = [](keeps_its_memory& active) {
    active.values.reserve(8);
    active.values.push_back(1);
  };
  keeps_its_memory recycled;
  std::set<const int*> places;
  for (int interval = 0; interval < 30; ++interval) {
    owned->record(fill);
    owned->sample_into(recycled);
    ASSERT_EQ(recycled.values.size(), 1u);
    places.insert(recycled.values.data());
  }
  EXPECT_EQ(places.size(), 3u) << "the recorder's two buffers and the caller's one go round";
}

struct reset_by_assignment {
  int count = 0;
};

struct no_default {
  explicit no_default(int from, const std::string& with) : start(from), name(with), count(from) {}
  void reset() { count = start; }
  int start;
  std::string name;
  int count;
};

TYPED_TEST(recorder_of, a_buffer_without_reset_is_assigned_a_new_one) {
  const auto owned = std::make_unique<typename TestFixture::template recorder_type<reset_by_assignment>>();
  for (int interval = 1; interval < 5; ++interval) {
    for (int i = 0; i < interval; ++i) owned->record([](auto& active) { ++active.count; });
    EXPECT_EQ(owned->sample()->count, interval);
  }
}

TYPED_TEST(recorder_of, both_buffers_are_made_from_the_same_arguments) {
  const auto owned = std::make_unique<typename TestFixture::template recorder_type<no_default>>(
      std::in_place, 10, std::string("name"));
  for (int interval = 0; interval < 4; ++interval) {
    owned->record([](no_default& active) { ++active.count; });
    const auto sample = owned->sample();
    EXPECT_EQ(sample->count, 11);
    EXPECT_EQ(sample->name, "name");
  }
}

struct reset_to_minus_one {
  void operator()(reset_by_assignment& buffer) const { buffer.count = -1; }
};

TYPED_TEST(recorder_of, the_reset_may_be_the_callers) {
  using type = typename TestFixture::template recorder_type<reset_by_assignment, reset_to_minus_one>;
  const auto owned = std::make_unique<type>();
  EXPECT_EQ(owned->sample()->count, 0) << "never reset yet";
  EXPECT_EQ(owned->sample()->count, -1);
}

struct throws_when_told {
  static inline bool told = false;
  int count = 0;
  void reset() {
    if (std::exchange(told, false)) throw std::runtime_error("thrown by reset");
    count = 0;
  }
};

TYPED_TEST(recorder_of, a_reset_that_throws_loses_nothing) {
  const auto owned = std::make_unique<typename TestFixture::template recorder_type<throws_when_told>>();
  const auto record_once = [&owned] { owned->record([](auto& active) { ++active.count; }); };
  throws_when_told recycled;
  record_once();
  throws_when_told::told = true;
  EXPECT_THROW({ const auto interval = owned->sample(); }, std::runtime_error);
  record_once();
  throws_when_told::told = true;
  EXPECT_THROW(owned->sample_into(recycled), std::runtime_error);
  record_once();
  std::jthread([&owned] { EXPECT_EQ(owned->sample()->count, 3) << "and the lock is free"; }).join();
  record_once();
  EXPECT_EQ(owned->sample()->count, 1);
}

TYPED_TEST(recorder_of, every_recording_is_sampled_once) {
  constexpr int writers = 3;
  constexpr int recordings = 2000;
  using counts = std::vector<int>;
  struct totals {
    totals() : by_writer(writers) {}
    void reset() { by_writer.assign(writers, 0); }
    counts by_writer;
  };
  const auto owned = std::make_unique<typename TestFixture::template recorder_type<totals>>();
  totals sum;
  const auto take = [&] {
    const auto interval = owned->sample();
    for (std::size_t w = 0; w < sum.by_writer.size(); ++w) sum.by_writer[w] += interval->by_writer[w];
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t writer = 0; writer < writers; ++writer) {
      threads.emplace_back([&, writer] {
        for (int i = 0; i < recordings; ++i) owned->record([writer](totals& t) { ++t.by_writer[writer]; });
      });
    }
    for (int sample = 0; sample < 50; ++sample) take();
  }
  take();
  EXPECT_THAT(sum.by_writer, testing::Each(recordings));
}

TEST(recorder, stays_where_it_is) {
  static_assert(!std::is_copy_constructible_v<recorder<int>> && !std::is_move_constructible_v<recorder<int>>);
  static_assert(!std::is_copy_assignable_v<recorder<int>>);
  using interval = recorder<int>::interval;
  static_assert(!std::is_copy_constructible_v<interval> && !std::is_move_constructible_v<interval>);
  static_assert(!std::is_default_constructible_v<interval>);
}

}  // namespace
