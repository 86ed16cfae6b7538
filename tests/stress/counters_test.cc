// SPDX-License-Identifier: BSL-1.0
// Counters of both kinds under load: threads that live long and threads that come and go, owners of stripes
// and others, with takers, putters and readers beside them.

#include "stillpoint/counters.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "stillpoint/counters_ref.hpp"
#include "stillpoint/std_policy.hpp"
#include "tests/stress/crowd.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::atomics;
using stillpoint::basic_std_policy;
using stillpoint::counters;
using stillpoint::counters_kind;
using stillpoint::counters_ref;
using stillpoint::write_concurrency;
using stillpoint::tests::crowd;
using stillpoint::tests::demand;

constexpr auto a_while = 400ms;
constexpr std::uint64_t rounds = 500;

// Owns a stripe at one call and not at the next.
struct sometimes_owns : basic_std_policy<true> {
  static std::size_t owned_stripe() noexcept {
    static thread_local constinit unsigned calls = 0;
    return ++calls % 3 == 0 ? stillpoint::no_stripe : basic_std_policy<true>::owned_stripe();
  }
};

template <class Counters>
class counters_under_load : public testing::Test {
 protected:
  Counters counts_{2};
  std::atomic<std::uint64_t> rounds_{0};
  std::atomic<std::int64_t> added_{0};

  void add_once() {
    for (int n = 1; n <= 10; ++n) counts_.add(1, n);
    counts_.sub(1, 5);
    added_.fetch_add(50, std::memory_order_relaxed);
    rounds_.fetch_add(1, std::memory_order_relaxed);
  }
};

using every_kind = testing::Types<counters<atomics>, counters<write_concurrency>,
                                  counters<write_concurrency, sometimes_owns>>;
TYPED_TEST_SUITE(counters_under_load, every_kind);

TYPED_TEST(counters_under_load, no_write_is_lost) {
  crowd threads;
  for (int i = 0; i < 3; ++i) threads.add([this] { this->add_once(); });
  for (int i = 0; i < 3; ++i) threads.add_short_lived(20, [this] { this->add_once(); });
  threads.work_for(a_while, this->rounds_, rounds);
  EXPECT_EQ(this->counts_.get(1), this->added_.load(std::memory_order_relaxed));
}

TYPED_TEST(counters_under_load, nothing_taken_is_lost) {
  std::atomic<std::int64_t> taken{0};
  crowd threads;
  for (int i = 0; i < 2; ++i) threads.add([this] { this->add_once(); });
  for (int i = 0; i < 2; ++i) threads.add_short_lived(20, [this] { this->add_once(); });
  for (int i = 0; i < 2; ++i) {
    threads.add([this, &taken] { taken.fetch_add(this->counts_.take(1), std::memory_order_relaxed); });
  }
  threads.work_for(a_while, this->rounds_, rounds);
  EXPECT_EQ(taken.load(std::memory_order_relaxed) + this->counts_.take(1),
            this->added_.load(std::memory_order_relaxed));
}

// What each write adds is a multiple of 2^32 plus 1: a value of another form would be half of a write.
TYPED_TEST(counters_under_load, writes_are_atomic) {
  constexpr std::int64_t both_halves = 0x1'0000'0001;
  crowd threads;
  for (int i = 0; i < 2; ++i) {
    threads.add([this] {
      this->counts_.add(1, both_halves);
      this->counts_.sub(1, both_halves);
      this->rounds_.fetch_add(1, std::memory_order_relaxed);
    });
  }
  threads.add(
      [this] { demand(this->counts_.get(1) % both_halves == 0, "a write is seen whole or not at all"); });
  threads.work_for(a_while, this->rounds_, rounds);
  EXPECT_EQ(this->counts_.get(1), 0);
}

// A read finds the value of a put, with whole adds, although what the put subtracts changes all the time.
TYPED_TEST(counters_under_load, read_beside_a_put_is_a_put_plus_adds) {
  constexpr std::int64_t step = 1 << 20;
  crowd threads;
  for (int i = 0; i < 2; ++i) {
    threads.add([this] {
      this->counts_.add(1, step);
      this->rounds_.fetch_add(1, std::memory_order_relaxed);
    });
  }
  for (const std::int64_t put : {3, 7}) {
    threads.add([this, put] { this->counts_.put(1, put); });
  }
  threads.add([this] {
    const std::int64_t seen = this->counts_.get(1);
    const std::int64_t put = seen % step;
    demand(seen >= 0 && (put == 0 || put == 3 || put == 7), "the value of a put, and whole adds");
  });
  threads.work_for(a_while, this->rounds_, rounds);
  this->counts_.put(1, 5);
  EXPECT_EQ(this->counts_.get(1), 5);
}

// With nothing but the counter between them: the reader looks until it has seen all.
TYPED_TEST(counters_under_load, every_write_is_seen_at_last) {
  constexpr int writers = 3;
  constexpr int writes = 1000;
  std::atomic<bool> go_on{true};
  std::vector<std::jthread> threads;
  for (int i = 0; i < writers; ++i) {
    threads.emplace_back([&] {
      for (int write = 0; write < writes; ++write) this->counts_.add(1, 1);
      // The writer lives on: what it wrote is not seen because it ended.
      while (go_on.load(std::memory_order_relaxed)) std::this_thread::sleep_for(1ms);
    });
  }
  const auto give_up = std::chrono::steady_clock::now() + 20s;
  while (this->counts_.get(1) != writers * writes && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
  }
  EXPECT_EQ(this->counts_.get(1), writers * writes);
  go_on.store(false, std::memory_order_relaxed);
}

TYPED_TEST(counters_under_load, concurrent_puts_leave_one_of_them) {
  for (int round = 0; round < 100; ++round) {
    {
      std::vector<std::jthread> threads;
      for (const int put : {100, 200}) threads.emplace_back([this, put] { this->counts_.put(2, put); });
      threads.emplace_back([this] { this->counts_.add(2, 1); });
    }
    const std::int64_t left = this->counts_.get(2);
    EXPECT_TRUE(left == 100 || left == 101 || left == 200 || left == 201) << left;
  }
}

// atomics only.
TEST(atomics_under_load, later_write_is_never_seen_alone) {
  counters<atomics> counts(2);
  std::atomic<std::uint64_t> done{0};
  crowd threads;
  threads.add([&] {
    counts.add(1, 1);
    counts.add(2, 1);
    done.fetch_add(1, std::memory_order_relaxed);
  });
  for (int i = 0; i < 2; ++i) {
    threads.add([&] {
      const std::int64_t later = counts.get(2);
      demand(counts.get(1) >= later, "who sees the later write has seen the earlier one");
    });
  }
  threads.work_for(a_while, done, rounds);
}

TEST(counters_ref_under_load, last_owner_frees) {
  for (const auto kind : {counters_kind::atomics, counters_kind::write_concurrency}) {
    for (int round = 0; round < 200; ++round) {
      std::optional<counters_ref> made(stillpoint::new_counters(1, kind));
      std::vector<std::jthread> threads;
      for (int i = 0; i < 3; ++i) {
        threads.emplace_back([mine = *made] {
          const counters_ref copy(mine);
          copy.add(1, 1);
        });
      }
      if (round % 2 == 0) made.reset();
      threads.clear();
      if (made) {
        EXPECT_EQ(made->get(1), 3);
      }
    }
  }
}

}  // namespace
