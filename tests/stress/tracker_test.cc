// SPDX-License-Identifier: BSL-1.0
// The tracker under load: threads that live long and threads that come and go, owners of stripes and others,
// with several that increment, wait, wait for a time, and drop what they began.

#include "stillpoint/tracker.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

#include "stillpoint/std_policy.hpp"
#include "tests/stress/crowd.hpp"
#include "tests/stress/restless_policy.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::basic_std_policy;
using stillpoint::basic_tracker;
using stillpoint::tracker;
using stillpoint::tracker_shape;
using stillpoint::tests::crowd;
using stillpoint::tests::demand;
using stillpoint::tests::restless_policy;
using stillpoint::tests::without_membarrier;

constexpr auto a_while = 300ms;
constexpr std::uint64_t rounds = 300;

// What belongs to one generation: plain memory, that the generation's holders write, each in a place of its
// own, until whoever waited for its end closes it.
constexpr std::size_t users = 6;
struct page {
  std::array<std::uint64_t, users> written{};
  bool closed = false;

  void write(std::size_t user) {
    demand(!closed, "nobody holds a token of a generation that is at its end");
    ++written[user];
  }
  std::uint64_t sum() const { return std::accumulate(written.begin(), written.end(), std::uint64_t{0}); }
};

template <class Tracker>
class tracker_under_load : public testing::Test {
 protected:
  using token = typename Tracker::token;
  using pending = typename Tracker::pending;

  // More than there will be, so that none is used twice.
  static constexpr std::size_t most_generations = 20'000;
  const std::unique_ptr<Tracker> owned_ = std::make_unique<Tracker>();
  Tracker& tracker_ = *owned_;
  std::vector<page> pages_ = std::vector<page>(most_generations + 100);
  std::atomic<std::uint64_t> rounds_{0};
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> read_{0};

  void write(const token& inside, std::size_t user) {
    pages_[inside.generation()].write(user);
    written_.fetch_add(1, std::memory_order_relaxed);
  }

  void use(std::size_t user) {
    const auto inside = tracker_.acquire();
    write(inside, user);
    rounds_.fetch_add(1, std::memory_order_relaxed);
  }

  void use_two_at_once(std::size_t user) {
    auto first = tracker_.acquire();
    const auto second = tracker_.acquire();
    write(first, user);
    first.release();
    write(second, user);
    rounds_.fetch_add(1, std::memory_order_relaxed);
  }

  // Whether there is room for another generation.
  bool may_begin() {
    if (tracker_.generation() < most_generations) return true;
    std::this_thread::sleep_for(1ms);
    return false;
  }

  void close(std::uint64_t generation) {
    page& ended = pages_[generation];
    demand(!ended.closed, "each increment has a generation of its own");
    ended.closed = true;
    read_.fetch_add(ended.sum(), std::memory_order_relaxed);
  }

  void increment() {
    if (may_begin()) close(tracker_.increment());
  }

  // Some at once; the latest is waited for first, and each in another way. A few are dropped.
  void begin_some_and_wait() {
    std::vector<pending> begun;
    for (int i = 0; i < 3 && may_begin(); ++i) begun.push_back(tracker_.begin_increment());
    static_cast<void>(tracker_.begin_increment());
    for (std::size_t i = begun.size(); i-- > 0;) {
      const pending& each = begun[i];
      if (i == 0) {
        while (!each.try_wait()) std::this_thread::yield();
      } else if (i == 1) {
        while (!each.wait_for(50us)) demand(!pages_[each.generation()].closed, "it is not at its end");
      } else {
        each.wait();
      }
      close(each.generation());
      demand(each.try_wait(), "what is at its end stays so");
    }
  }

  void expect_all_is_there() {
    std::uint64_t left = 0;
    for (const page& each : pages_) {
      if (!each.closed) left += each.sum();
    }
    EXPECT_EQ(read_.load(std::memory_order_relaxed) + left, written_.load(std::memory_order_relaxed));
    const std::uint64_t current = tracker_.generation();
    EXPECT_EQ(tracker_.increment(), current) << "nothing is out any more";
  }
};

using checked = basic_std_policy<true>;
// Where the shape is small, there are more threads than stripes.
using every_kind = testing::Types<
    tracker<checked>,
    basic_tracker<checked, tracker_shape{.slots = 4, .owned_stripes = 2, .shared_stripes = 1}>,
    basic_tracker<restless_policy, tracker_shape{.slots = 2, .owned_stripes = 64, .shared_stripes = 2}>>;
TYPED_TEST_SUITE(tracker_under_load, every_kind);

TYPED_TEST(tracker_under_load, what_holders_wrote_is_seen) {
  crowd threads;
  threads.add([this] { this->use(0); });
  threads.add([this] { this->use(1); });
  threads.add([this] { this->use_two_at_once(2); });
  for (std::size_t user = 3; user < users; ++user) {
    threads.add_short_lived(20, [this, user] { this->use(user); });
  }
  for (int i = 0; i < 2; ++i) threads.add([this] { this->increment(); });
  threads.add([this] { this->begin_some_and_wait(); });
  threads.work_for(a_while, this->rounds_, rounds);
  this->expect_all_is_there();
}

// One thread acquires and begins the work, another one ends it and releases.
TYPED_TEST(tracker_under_load, tokens_may_change_threads) {
  std::mutex guard;
  std::vector<typename TypeParam::token> handed_over;
  // Outlives the others, so that no increment waits for what nobody is left to release.
  crowd last_one;
  last_one.add([&] {
    std::this_thread::sleep_for(10ms);
    const std::lock_guard hold(guard);
    handed_over.clear();
  });
  crowd threads;
  for (std::size_t user = 0; user < 2; ++user) {
    threads.add([&, this, user] {
      auto mine = this->tracker_.acquire();
      this->write(mine, user);
      const std::lock_guard hold(guard);
      if (handed_over.size() < 4) handed_over.push_back(std::move(mine));
    });
  }
  for (std::size_t user = 2; user < 4; ++user) {
    threads.add([&, this, user] {
      typename TypeParam::token mine;
      {
        const std::lock_guard hold(guard);
        if (handed_over.empty()) return;
        mine = std::move(handed_over.front());
        handed_over.erase(handed_over.begin());
      }
      this->write(mine, user);
      this->rounds_.fetch_add(1, std::memory_order_relaxed);
    });
  }
  for (int i = 0; i < 2; ++i) threads.add([this] { this->increment(); });
  threads.work_for(a_while, this->rounds_, rounds);
  this->expect_all_is_there();
}

// As many increments as can be are held up by a token, and one more waits to begin.
TYPED_TEST(tracker_under_load, acquire_never_waits) {
  auto& t = this->tracker_;
  for (int round = 0; round < 3; ++round) {
    auto held = t.acquire();
    std::vector<typename TypeParam::pending> begun;
    while (begun.size() < TypeParam::max_pending) begun.push_back(t.begin_increment());
    std::vector<std::jthread> waiting;
    for (const auto& each : {begun.front(), begun.front(), begun.back()}) {
      waiting.emplace_back([each] { each.wait(); });
    }
    waiting.emplace_back([&t] { t.increment(); });
    {
      const std::uint64_t before = this->rounds_.load(std::memory_order_relaxed);
      crowd threads;
      threads.add([this] { this->use(0); });
      for (std::size_t user = 1; user < 3; ++user) {
        threads.add_short_lived(20, [this, user] { this->use(user); });
      }
      threads.work_for(50ms, this->rounds_, before + rounds);
    }
    EXPECT_FALSE(begun.front().try_wait());
    EXPECT_FALSE(begun.front().wait_for(1ms));
    EXPECT_EQ(t.generation(), held.generation() + TypeParam::max_pending);
    held.release();
    for (const auto& each : begun) each.wait();
  }
  this->expect_all_is_there();
}

// More threads at once than stripes of any kind.
TEST(tracker_with_many_threads, counts_them_all) {
  constexpr std::size_t many = 100;
  const auto owned = std::make_unique<tracker<checked>>();
  auto& t = *owned;
  // By generation; each thread writes a place of its own.
  std::array<std::vector<int>, 4> written;
  for (auto& each : written) each.resize(many);
  std::atomic<std::size_t> inside{0};
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < many; ++i) {
    threads.emplace_back([&, i] {
      std::size_t uses = 0;
      do {
        const auto token = t.acquire();
        // Each thread comes in once before the first increment.
        if (uses++ == 0) inside.fetch_add(1, std::memory_order_relaxed);
        while (inside.load(std::memory_order_relaxed) < many) std::this_thread::sleep_for(1ms);
        ++written[token.generation()][i];
      } while (uses < 20);
    });
  }
  while (inside.load(std::memory_order_relaxed) < many) std::this_thread::sleep_for(1ms);
  int sum = 0;
  for (std::uint64_t old = 0; old < 3; ++old) {
    EXPECT_EQ(t.increment(), old);
    sum = std::accumulate(written[old].begin(), written[old].end(), sum);
  }
  threads.clear();
  sum = std::accumulate(written[3].begin(), written[3].end(), sum);
  EXPECT_EQ(sum, 20 * static_cast<int>(many));
}

// Thousands of times around.
TEST(tracker_with_eight_generations, wraps_around_unharmed) {
  constexpr tracker_shape small = {.slots = 4, .owned_stripes = 1, .shared_stripes = 1, .generation_bits = 3};
  basic_tracker<restless_policy, small, std::uint8_t> t;
  std::array<page, 8> pages{};
  std::atomic<std::uint64_t> written{0};
  std::atomic<std::uint64_t> increments{0};
  std::uint64_t read = 0;
  crowd threads;
  for (std::size_t user = 0; user < 3; ++user) {
    threads.add([&, user] {
      const auto inside = t.acquire();
      pages[inside.generation()].write(user);
      written.fetch_add(1, std::memory_order_relaxed);
    });
  }
  threads.add([&] {
    const auto begun = increments.fetch_add(1, std::memory_order_relaxed);
    const auto old = t.increment();
    demand(old == begun % 8, "generations are dense");
    read += pages[old].sum();
    pages[old] = {};
  });
  threads.work_for(a_while, increments, rounds);
  for (const page& each : pages) read += each.sum();
  EXPECT_EQ(read, written.load(std::memory_order_relaxed));
}

// The example of the original's page, with its names. What Increment adds to is plain memory to Reset.
template <class P>
class readme_of_the_original {
 public:
  static constexpr std::size_t size = 1000;
  using values = std::array<std::uint64_t, size>;

  void increment(std::size_t n) {
    auto token = tracker_.acquire();
    std::atomic_ref(counters_[token.generation() % 2][n]).fetch_add(1, std::memory_order_relaxed);
    token.release();
  }

  values reset() {
    values& old = counters_[tracker_.increment() % 2];
    return std::exchange(old, values{});
  }

 private:
  std::array<values, 2> counters_{};
  tracker<P> tracker_;
};

template <class P>
void count_and_reset() {
  const auto owned = std::make_unique<readme_of_the_original<P>>();
  std::atomic<std::uint64_t> done{0};
  std::uint64_t total = 0;
  crowd threads;
  for (std::size_t thread = 0; thread < 3; ++thread) {
    threads.add([&, thread, next = std::size_t{0}]() mutable {
      owned->increment(++next % (400 * (thread + 1) - 200));
      done.fetch_add(1, std::memory_order_relaxed);
    });
  }
  const auto reset = [&] {
    const auto out = owned->reset();
    total = std::accumulate(out.begin(), out.end(), total);
  };
  threads.add(reset);
  threads.work_for(a_while, done, 1000);
  reset();
  reset();
  EXPECT_EQ(total, done.load(std::memory_order_relaxed));
}

TEST(tracker_readme, of_the_original) {
  count_and_reset<checked>();
}

TEST(tracker_readme, of_the_original_without_membarrier) {
  count_and_reset<without_membarrier>();
}

}  // namespace
