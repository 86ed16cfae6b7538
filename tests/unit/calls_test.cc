// SPDX-License-Identifier: BSL-1.0
// What callers hand in is called as often as is promised, as what it was handed in, and on the right object.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "stillpoint/counters.hpp"
#include "stillpoint/counters_ref.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/rendezvous.hpp"
#include "stillpoint/std_policy.hpp"

namespace {

struct buffer {
  static inline std::vector<const buffer*> resets;
  static inline int swaps = 0;

  int recorded = 0;
  void reset() {
    resets.push_back(this);
    recorded = 0;
  }
  friend void swap(buffer& a, buffer& b) noexcept {
    ++swaps;
    std::swap(a.recorded, b.recorded);
  }
};

class recorder_calls : public testing::Test {
 protected:
  void SetUp() override {
    buffer::resets.clear();
    buffer::swaps = 0;
  }
  // The buffer that is recorded into.
  const buffer* active() {
    const buffer* found = nullptr;
    recorder_.record([&found](const buffer& it) { found = &it; });
    return found;
  }

  stillpoint::recorder<buffer> recorder_;
};

TEST_F(recorder_calls, what_records_once) {
  int calls = 0;
  recorder_.record([&calls](buffer& it) {
    ++calls;
    ++it.recorded;
  });
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(recorder_.sample()->recorded, 1);
}

// Can be called as an rvalue only, once.
struct consumed {
  std::unique_ptr<int> step = std::make_unique<int>(3);
  int operator()(buffer& it) && { return it.recorded += *std::exchange(step, nullptr); }
};

TEST_F(recorder_calls, what_records_as_what_it_was_given) {
  EXPECT_EQ(recorder_.record(consumed()), 3);
  consumed named;
  EXPECT_EQ(recorder_.record(std::move(named)), 6);
}

TEST_F(recorder_calls, the_reset_of_the_idle_buffer_once_for_each_sample) {
  const buffer* const first = active();
  EXPECT_EQ(&*recorder_.sample(), first);
  const buffer* const second = active();
  EXPECT_NE(first, second);
  EXPECT_EQ(buffer::resets, std::vector<const buffer*>{second});
  EXPECT_EQ(&*recorder_.sample(), second);
  EXPECT_EQ(buffer::resets, (std::vector<const buffer*>{second, first}));
}

TEST_F(recorder_calls, one_swap_for_what_is_sampled_into) {
  const buffer* const first = active();
  buffer mine;
  mine.recorded = 70;
  recorder_.record([](buffer& it) { it.recorded = 5; });
  recorder_.sample_into(mine);
  EXPECT_EQ(mine.recorded, 5);
  EXPECT_EQ(buffer::swaps, 1);
  EXPECT_EQ(first->recorded, 70) << "emptied when it takes part again";
  EXPECT_EQ(buffer::resets.size(), 1u);
  EXPECT_EQ(recorder_.sample()->recorded, 0);
  EXPECT_EQ(first->recorded, 0);
}

TEST(for_each, calls_for_each_counter_once_and_changes_what_it_was_given) {
  const auto expect_calls = [](const auto& counts) {
    struct {
      std::vector<std::pair<std::size_t, std::int64_t>> calls;
      void operator()(std::size_t index, std::int64_t value) { calls.emplace_back(index, value); }
    } called;
    counts.for_each(called);
    EXPECT_EQ(called.calls, (std::vector<std::pair<std::size_t, std::int64_t>>{{1, 10}, {2, 20}, {3, 30}}));
  };
  const auto fill = [](auto& counts) {
    for (int index = 1; index <= 3; ++index) counts.put(index, 10 * index);
  };
  stillpoint::counters<> atomics(3);
  fill(atomics);
  expect_calls(atomics);
  stillpoint::counters<stillpoint::write_concurrency> striped(3);
  fill(striped);
  expect_calls(striped);
  const auto handle = stillpoint::new_counters(3);
  fill(handle);
  expect_calls(handle);
}

// Made of what is handed in, each side of its own.
TEST(make_rendezvous_data, moves_what_each_side_holds) {
  auto [here, there] = stillpoint::make_rendezvous_data<std::unique_ptr<int>>(std::make_unique<int>(1),
                                                                              std::make_unique<int>(2));
  const int* const mine = here.held().get();
  EXPECT_EQ(*mine, 1);
  EXPECT_EQ(*there.held(), 2);
  static_cast<void>(there.try_wait());
  EXPECT_EQ(*here.swap(), 2);
  EXPECT_EQ(there.swap().get(), mine) << "neither copied nor moved since";
}

}  // namespace
