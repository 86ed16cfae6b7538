// SPDX-License-Identifier: BSL-1.0
// Every wait of every primitive: which waiter passes the time, how often, when the call looks again, and to
// which moment a limit holds.

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "stillpoint/recorder.hpp"
#include "stillpoint/rendezvous.hpp"
#include "stillpoint/rendezvous_storage.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/tracker.hpp"
#include "stillpoint/writer_reader_phaser.hpp"
#include "tests/unit/testing_time.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::meeting;
using stillpoint::tests::testing_time;
using stillpoint::tests::timed_policy;
using stillpoint::tests::timed_policy_without_stripes;
using stillpoint::tests::turns_of;

using waiter = timed_policy::waiter;

template <class Phaser>
class flip_of : public testing::Test {
 protected:
  using call = std::function<void(Phaser&)>;

  // The pauses of a flip that a writer leaves in the third of.
  static auto turns_until_left(const call& flip) {
    const auto phaser = std::make_unique<Phaser>();
    auto inside = phaser->writer_enter();
    testing_time::begin([&](int turn) {
      if (turn == 3) phaser->writer_exit(std::move(inside));
    });
    flip(*phaser);
    return testing_time::turns;
  }
};

using phasers = testing::Types<stillpoint::writer_reader_phaser<timed_policy>,
                               stillpoint::striped_writer_reader_phaser<timed_policy>>;
TYPED_TEST_SUITE(flip_of, phasers);

TYPED_TEST(flip_of, a_phaser_nobody_is_in_does_not_wait) {
  testing_time::begin();
  const auto phaser = std::make_unique<TypeParam>();
  auto reader = phaser->lock_reader();
  for (int again = 0; again < 3; ++again) {
    phaser->flip_phase();
    phaser->flip_phase(5us);
    reader.flip();
    reader.flip(5us);
  }
  EXPECT_EQ(testing_time::turns, turns_of(0));
}

TYPED_TEST(flip_of, waits_by_default_until_writers_have_left_and_no_longer) {
  const auto flip = [](TypeParam& phaser) {
    const auto reader = phaser.lock_reader();
    phaser.flip_phase();
  };
  EXPECT_EQ(this->turns_until_left(flip), turns_of(3));
  EXPECT_EQ(this->turns_until_left([](TypeParam& phaser) { phaser.lock_reader().flip(); }), turns_of(3));
}

TYPED_TEST(flip_of, waits_as_it_is_told) {
  const auto flip = [](TypeParam& phaser) {
    const auto reader = phaser.lock_reader();
    phaser.flip_phase(5us);
  };
  EXPECT_EQ(this->turns_until_left(flip), turns_of(3, 5us));
  EXPECT_EQ(this->turns_until_left([](TypeParam& phaser) { phaser.lock_reader().flip(0ns); }),
            turns_of(3, 0ns));
}

TEST(flip_of_a_striped_phaser, waits_as_it_is_told_at_every_stripe) {
  using phaser_type = stillpoint::striped_writer_reader_phaser<timed_policy>;
  const auto phaser = std::make_unique<phaser_type>();
  std::vector<phaser_type::token> inside;
  for (std::size_t stripe = 0; stripe < timed_policy::stripe_count; ++stripe) {
    timed_policy::shared_stripe = stripe;
    inside.push_back(phaser->writer_enter());
  }
  timed_policy::shared_stripe = 0;
  // Each leaves in a turn of its own, in the order of the stripes.
  testing_time::begin([&, next = inside.begin()](int) mutable { phaser->writer_exit(std::move(*next++)); });
  phaser->lock_reader().flip(7us);
  ASSERT_EQ(testing_time::turns.size(), inside.size());
  for (const auto& each : testing_time::turns) EXPECT_EQ(each.pause, 7us);
}

struct buffer {
  int recorded = 0;
};

TEST(sample, waits_by_default_until_recordings_are_over_and_no_longer) {
  using recorder_type = stillpoint::recorder<buffer, timed_policy>;
  for (const bool into : {false, true}) {
    const auto recorder = std::make_unique<recorder_type>();
    std::mutex goes_on;
    goes_on.lock();
    std::mutex has_begun;
    has_begun.lock();
    std::thread other([&] {
      recorder->record([&](buffer& active) {
        has_begun.unlock();
        goes_on.lock();
        active.recorded = 1;
      });
    });
    has_begun.lock();
    testing_time::begin([&](int turn) {
      if (turn != 3) return;
      goes_on.unlock();
      other.join();
    });
    buffer ended;
    if (into) {
      recorder->sample_into(ended);
    } else {
      ended = *recorder->sample();
    }
    EXPECT_EQ(testing_time::turns, turns_of(3));
    EXPECT_EQ(ended.recorded, 1);
  }
}

// An add that stops where it holds its token.
struct stopping_policy : timed_policy {
  static inline std::function<void()> inside;
  static std::size_t owned_stripe() {
    if (inside) inside();
    return timed_policy::owned_stripe();
  }
  static std::size_t quick_stripe(std::size_t) noexcept { return stillpoint::no_stripe; }
};

TEST(take, waits_by_default_until_adds_are_over_and_no_longer) {
  stillpoint::snapshot_counters<stopping_policy> counts(1, 1);
  std::mutex goes_on;
  goes_on.lock();
  std::mutex has_begun;
  has_begun.lock();
  stopping_policy::inside = [&] {
    has_begun.unlock();
    goes_on.lock();
  };
  std::thread other([&] { counts.add(0, 5); });
  has_begun.lock();
  testing_time::begin([&](int turn) {
    if (turn != 3) return;
    goes_on.unlock();
    other.join();
  });
  EXPECT_EQ(counts.take(), std::vector<std::int64_t>{5});
  EXPECT_EQ(testing_time::turns, turns_of(3));
  stopping_policy::inside = {};
}

template <class Policy>
class wait_of_tracker : public testing::Test {
 protected:
  using tracker_type = stillpoint::tracker<Policy>;

  // The pauses of a wait of which the token's holder releases it in the third.
  template <class Wait>
  auto turns_until_released(Wait wait) {
    auto held = t_.acquire();
    testing_time::begin([&](int turn) {
      if (turn == 3) held.release();
    });
    wait();
    return testing_time::turns;
  }

  const std::unique_ptr<tracker_type> owned_ = std::make_unique<tracker_type>();
  tracker_type& t_ = *owned_;
};

using tracker_policies = testing::Types<timed_policy, timed_policy_without_stripes>;
TYPED_TEST_SUITE(wait_of_tracker, tracker_policies);

TYPED_TEST(wait_of_tracker, does_not_pause_for_what_has_ended) {
  auto& t = this->t_;
  testing_time::begin();
  t.increment();
  t.synchronize();
  const auto old = t.begin_increment();
  const auto all = t.begin_grace_period();
  old.wait();
  all.wait();
  EXPECT_TRUE(old.wait_for(1s));
  EXPECT_TRUE(all.wait_for(1s));
  EXPECT_EQ(testing_time::turns, turns_of(0));
}

TYPED_TEST(wait_of_tracker, lasts_until_tokens_are_released_and_no_longer) {
  auto& t = this->t_;
  EXPECT_EQ(this->turns_until_released([&] { t.increment(); }), turns_of(3));
  EXPECT_EQ(this->turns_until_released([&] { t.synchronize(); }), turns_of(3));
  EXPECT_EQ(this->turns_until_released([&] { t.begin_increment().wait(); }), turns_of(3));
  EXPECT_EQ(this->turns_until_released([&] { t.begin_grace_period().wait(); }), turns_of(3));
}

TYPED_TEST(wait_of_tracker, with_a_limit_ends_when_tokens_are_released) {
  auto& t = this->t_;
  EXPECT_EQ(this->turns_until_released([&] { EXPECT_TRUE(t.begin_increment().wait_for(1h)); }), turns_of(3));
  EXPECT_EQ(this->turns_until_released([&] { EXPECT_TRUE(t.begin_grace_period().wait_for(1h)); }),
            turns_of(3));
}

TYPED_TEST(wait_of_tracker, of_too_many_generations_is_for_the_oldest) {
  auto& t = this->t_;
  EXPECT_EQ(this->turns_until_released([&] {
    for (std::size_t i = 0; i < t.max_pending; ++i) static_cast<void>(t.begin_increment());
    EXPECT_EQ(testing_time::turns, turns_of(0));
    static_cast<void>(t.begin_increment());
  }),
            turns_of(3));
}

TYPED_TEST(wait_of_tracker, ends_with_its_limit) {
  auto& t = this->t_;
  auto held = t.acquire();
  const auto old = t.begin_increment();
  const auto all = t.begin_grace_period();
  const auto expect_limit = [](const auto& ending) {
    testing_time::begin([](int) { testing_time::now += 1ms; });
    EXPECT_FALSE(ending.wait_for(5ms));
    EXPECT_EQ(testing_time::turns, turns_of(5)) << "one waiter, that may grow patient";
    for (const auto no_time : {0ms, -1ms}) {
      testing_time::begin();
      EXPECT_FALSE(ending.wait_for(no_time));
      EXPECT_EQ(testing_time::turns, turns_of(0));
    }
  };
  expect_limit(old);
  expect_limit(all);
  held.release();
  EXPECT_TRUE(old.wait_for(0ms) && all.wait_for(-1ms)) << "what is at its end needs no time";
}

// The pause may last beyond the limit, and the end come meanwhile.
TYPED_TEST(wait_of_tracker, takes_a_last_look_after_its_limit) {
  auto& t = this->t_;
  for (const bool grace : {false, true}) {
    auto held = t.acquire();
    const auto release_late = [&](int) {
      testing_time::now += 1h;
      held.release();
    };
    if (grace) {
      const auto all = t.begin_grace_period();
      testing_time::begin(release_late);
      EXPECT_TRUE(all.wait_for(1ms));
    } else {
      const auto old = t.begin_increment();
      testing_time::begin(release_late);
      EXPECT_TRUE(old.wait_for(1ms));
    }
    EXPECT_EQ(testing_time::turns, turns_of(1));
  }
}

struct on_the_heap {
  using endpoint = stillpoint::rendezvous_data<int, timed_policy>;
  std::pair<endpoint, endpoint> both = stillpoint::make_rendezvous_data<int, timed_policy>(10, 20);
};
struct in_storage {
  using storage = stillpoint::rendezvous_storage<int, timed_policy>;
  using endpoint = storage::endpoint;
  const std::unique_ptr<storage> place = std::make_unique<storage>(10, 20);
  std::pair<endpoint, endpoint> both = place->endpoints();
};

template <class Sides>
class wait_of_rendezvous : public testing::Test {
 protected:
  // The other side arrives in the third pause.
  void begin() {
    testing_time::begin([this](int turn) {
      if (turn != 3) return;
      EXPECT_EQ(there_.try_wait(), meeting::met);
    });
  }

  Sides sides_;
  typename Sides::endpoint& here_ = sides_.both.first;
  typename Sides::endpoint& there_ = sides_.both.second;
};

using both_sides = testing::Types<on_the_heap, in_storage>;
TYPED_TEST_SUITE(wait_of_rendezvous, both_sides);

TYPED_TEST(wait_of_rendezvous, does_not_pause_where_the_other_side_is_already) {
  testing_time::begin();
  static_cast<void>(this->there_.try_wait());
  EXPECT_EQ(this->here_.wait(), meeting::met);
  EXPECT_EQ(this->there_.wait(), meeting::met);
  EXPECT_EQ(testing_time::turns, turns_of(0));
}

TYPED_TEST(wait_of_rendezvous, lasts_until_the_other_side_arrives_and_no_longer) {
  this->begin();
  EXPECT_EQ(this->here_.wait(), meeting::met);
  EXPECT_EQ(testing_time::turns, turns_of(3));
  this->begin();
  EXPECT_EQ(this->here_.wait(waiter(5us)), meeting::met);
  EXPECT_EQ(testing_time::turns, turns_of(3, 5us));
}

TYPED_TEST(wait_of_rendezvous, in_a_swap_is_as_it_is_told) {
  this->begin();
  EXPECT_EQ(this->here_.swap(), 20);
  EXPECT_EQ(testing_time::turns, turns_of(3));
  this->begin();
  EXPECT_EQ(this->here_.swap(waiter(6us)), 10);
  EXPECT_EQ(testing_time::turns, turns_of(3, 6us));
}

TYPED_TEST(wait_of_rendezvous, in_a_borrows_swap_is_as_it_is_told) {
  auto one = std::move(this->here_).borrow();
  this->begin();
  auto two = std::move(one).swap();
  EXPECT_EQ(testing_time::turns, turns_of(3));
  this->begin();
  auto three = std::move(two).swap(waiter(6us));
  EXPECT_EQ(testing_time::turns, turns_of(3, 6us));
  meeting result{};
  this->begin();
  auto four = std::move(three).swap(result);
  EXPECT_EQ(testing_time::turns, turns_of(3));
  this->begin();
  auto five = std::move(four).swap(result, waiter(7us));
  EXPECT_EQ(testing_time::turns, turns_of(3, 7us));
  EXPECT_EQ(*five, 10);
}

TYPED_TEST(wait_of_rendezvous, with_a_limit_is_as_it_is_told) {
  this->begin();
  EXPECT_EQ(this->here_.wait_for(1h), meeting::met);
  EXPECT_EQ(testing_time::turns, turns_of(3));
  this->begin();
  EXPECT_EQ(this->here_.wait_for(1h, waiter(8us)), meeting::met);
  EXPECT_EQ(testing_time::turns, turns_of(3, 8us));
}

TYPED_TEST(wait_of_rendezvous, ends_with_its_limit_and_stays_arrived) {
  testing_time::begin([](int) { testing_time::now += 1ms; });
  EXPECT_EQ(this->here_.wait_for(5ms), meeting::not_yet);
  EXPECT_EQ(testing_time::turns, turns_of(5));
  for (const auto no_time : {0ms, -1ms}) {
    testing_time::begin();
    EXPECT_EQ(this->here_.wait_for(no_time), meeting::not_yet);
    EXPECT_EQ(testing_time::turns, turns_of(0));
  }
  EXPECT_EQ(this->there_.try_wait(), meeting::met) << "it has arrived";
  EXPECT_EQ(this->here_.wait_for(0ms), meeting::met) << "what is there needs no time";
}

TYPED_TEST(wait_of_rendezvous, takes_a_last_look_after_its_limit) {
  testing_time::begin([this](int) {
    testing_time::now += 1h;
    EXPECT_EQ(this->there_.try_wait(), meeting::met);
  });
  EXPECT_EQ(this->here_.wait_for(1ms), meeting::met);
  EXPECT_EQ(testing_time::turns, turns_of(1));
}

TYPED_TEST(wait_of_rendezvous, ends_when_the_other_side_leaves) {
  const auto leave_in_the_second = [this](int turn) {
    if (turn == 2) typename TypeParam::endpoint(std::move(this->there_));
  };
  testing_time::begin(leave_in_the_second);
  EXPECT_EQ(this->here_.wait(), meeting::disconnected);
  EXPECT_EQ(testing_time::turns, turns_of(2));
  testing_time::begin();
  EXPECT_EQ(this->here_.wait_for(1h), meeting::disconnected);
  EXPECT_EQ(testing_time::turns, turns_of(0));
}

}  // namespace
