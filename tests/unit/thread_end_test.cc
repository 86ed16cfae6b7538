// SPDX-License-Identifier: BSL-1.0
// The end of a thread: which stripes its thread_local objects still own when they are destroyed, whether they
// were made before the library's own or after, and who gets them next.

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <barrier>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "stillpoint/atomic_value.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/tracker.hpp"

namespace {

using stillpoint::no_stripe;
using stillpoint::std_policy;

constexpr std::size_t limit = std_policy::owned_stripe_limit;

void on_another_thread(const std::function<void()>& call) {
  std::thread(call).join();
}

// Calls what it is given when it is destroyed.
struct at_the_end {
  std::function<void()> call;
  at_the_end() = default;
  at_the_end(const at_the_end&) = delete;
  at_the_end& operator=(const at_the_end&) = delete;
  ~at_the_end() {
    if (call) call();
  }
};

// On another thread: `late` runs when the thread has no stripe any more, since its object was made before the
// thread had one; `early` while it still has.
void with_ends(const std::function<void()>& body, const std::function<void()>& early,
               const std::function<void()>& late) {
  on_another_thread([&] {
    static thread_local at_the_end made_before;
    made_before.call = late;
    body();
    static thread_local at_the_end made_after;
    made_after.call = early;
  });
}

const auto ask = [] { static_cast<void>(std_policy::owned_stripe()); };
const auto ask_quickly = [] { static_cast<void>(std_policy::quick_stripe(limit)); };

std::size_t next_free_stripe() {
  std::size_t found = no_stripe;
  on_another_thread([&found] { found = std_policy::owned_stripe(); });
  return found;
}

bool light_fences_are_free() {
  return stillpoint::detail::process_fences::light_is_free();
}

TEST(stripe, is_the_threads_own_until_the_library_gives_it_back) {
  for (const auto& first_call : {std::function<void()>(ask), std::function<void()>(ask_quickly)}) {
    std::size_t mine = no_stripe;
    std::size_t at_an_early_end = no_stripe;
    std::size_t quick_then = no_stripe;
    with_ends(
        [&] {
          first_call();
          mine = std_policy::owned_stripe();
        },
        [&] {
          at_an_early_end = std_policy::owned_stripe();
          quick_then = std_policy::quick_stripe(limit);
        },
        {});
    EXPECT_LT(mine, limit);
    EXPECT_EQ(at_an_early_end, mine);
    EXPECT_EQ(quick_then, light_fences_are_free() ? mine : no_stripe);
  }
}

TEST(stripe, is_not_used_after_it_was_given_back) {
  std::vector<std::size_t> used;
  const auto ask_for_all = [&used] {
    for (int again = 0; again < 2; ++again) {
      used.push_back(std_policy::quick_stripe(limit));
      used.push_back(std_policy::owned_stripe());
    }
  };
  const std::vector<std::size_t> none(4, no_stripe);
  for (const auto& first_call : {std::function<void()>(ask), std::function<void()>(ask_quickly)}) {
    used.clear();
    with_ends(
        [&first_call] {
          first_call();
          ask_quickly();
        },
        {}, ask_for_all);
    EXPECT_EQ(used, none);
  }
}

TEST(stripe, is_anothers_as_soon_as_it_was_given_back) {
  std::size_t mine = no_stripe;
  std::size_t anothers = no_stripe;
  with_ends([&mine] { mine = std_policy::owned_stripe(); }, {},
            [&anothers] { anothers = next_free_stripe(); });
  EXPECT_EQ(anothers, mine);
}

TEST(stripe, is_given_back_by_a_thread_that_asked_for_a_quick_one_only) {
  const std::size_t free = next_free_stripe();
  with_ends(ask_quickly, {}, {});
  EXPECT_EQ(next_free_stripe(), free);
}

TEST(stripe, is_given_back_by_a_thread_that_asks_at_its_end_for_the_first_time) {
  const std::size_t free = next_free_stripe();
  with_ends([] {}, {}, ask);
  EXPECT_EQ(next_free_stripe(), free);
  with_ends([] {}, ask_quickly, {});
  EXPECT_EQ(next_free_stripe(), free);
}

// Everything that asks for a stripe.
struct everything {
  stillpoint::tracker<> tracked;
  stillpoint::counters<stillpoint::write_concurrency> counts{1, 8};
  stillpoint::snapshot_counters<> snapshots{1, 8};
  stillpoint::atomic_value<int> value;

  everything() { value.store(7); }

  void use() {
    const auto token = tracked.acquire();
    counts.add(1, 1);
    snapshots.add(0, 1);
    sum += *value.load();
    sum += *value.load_shared();
  }
  // Of so many calls of use.
  void expect_used(int times) {
    tracked.increment();
    EXPECT_EQ(counts.get(1), times);
    EXPECT_EQ(snapshots.take(), std::vector<std::int64_t>{times});
    EXPECT_EQ(sum, 14 * times);
  }
  int sum = 0;
};

TEST(thread_local_objects, may_use_everything_whenever_they_are_destroyed) {
  const auto all = std::make_unique<everything>();
  const auto use = [&all] { all->use(); };
  with_ends(use, use, use);
  with_ends([] {}, use, use);
  with_ends([] {}, {}, use);
  all->expect_used(6);
}

TEST(thread_local_objects, may_keep_what_they_took_from_a_stripe_that_was_given_back) {
  stillpoint::tracker<> tracked;
  stillpoint::atomic_value<int> value(stillpoint::reclaim_after{1});
  value.store(1);
  stillpoint::tracker<>::token token;
  stillpoint::atomic_value<int>::snapshot held;
  with_ends(
      [&] {
        token = tracked.acquire();
        held = value.load();
      },
      {},
      [&] {
        // The next owner of the stripe does the same, and releases it.
        on_another_thread([&] {
          const auto other_token = tracked.acquire();
          EXPECT_EQ(*value.load(), 1);
        });
      });
  value.store(2);
  const auto old = tracked.begin_increment();
  EXPECT_FALSE(old.try_wait());
  EXPECT_EQ(*held, 1);
  token.release();
  EXPECT_TRUE(old.try_wait());
}

// Static objects are destroyed after the thread_local ones of the main thread.
[[noreturn]] void use_everything_in_a_static_destructor() {
  static everything all;
  static at_the_end last;
  last.call = [] {
    if (std_policy::quick_stripe(limit) != no_stripe || std_policy::owned_stripe() != no_stripe)
      std::_Exit(1);
    all.use();
    all.tracked.increment();
    std::_Exit(all.counts.get(1) == 2 && all.snapshots.take()[0] == 2 && all.sum == 28 ? 0 : 2);
  };
  all.use();
  ask_quickly();
  std::exit(3);
}

TEST(static_objects_death_test, may_use_everything_when_they_are_destroyed) {
  EXPECT_EXIT(use_everything_in_a_static_destructor(), testing::ExitedWithCode(0), "");
}

// As many threads as there are stripes, the caller among them, which all live at the same time. Their stacks
// are small.
class crowd {
 public:
  crowd() {
    ask();
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, std::size_t{1} << 16);
    for (pthread_t& each : threads_) {
      EXPECT_EQ(pthread_create(&each, &small, &own_a_stripe, this), 0);
    }
    pthread_attr_destroy(&small);
    phase_.arrive_and_wait();
  }
  crowd(const crowd&) = delete;
  crowd& operator=(const crowd&) = delete;
  ~crowd() {
    phase_.arrive_and_wait();
    for (const pthread_t each : threads_) pthread_join(each, nullptr);
  }

 private:
  static void* own_a_stripe(void* all) {
    auto& phase = static_cast<crowd*>(all)->phase_;
    ask();
    phase.arrive_and_wait();
    phase.arrive_and_wait();
    return nullptr;
  }

  std::array<pthread_t, limit - 1> threads_{};
  std::barrier<> phase_{static_cast<std::ptrdiff_t>(limit)};
};

TEST(thread_without_a_stripe, uses_everything_and_gives_nothing_back) {
  const auto all = std::make_unique<everything>();
  ask();
  const std::size_t free = next_free_stripe();
  {
    const crowd everybody;
    for (int again = 0; again < 2; ++again) {
      on_another_thread([&all] {
        EXPECT_EQ(std_policy::owned_stripe(), no_stripe);
        EXPECT_EQ(std_policy::quick_stripe(limit), no_stripe);
        all->use();
      });
    }
  }
  all->expect_used(2);
  EXPECT_EQ(next_free_stripe(), free);
}

}  // namespace
