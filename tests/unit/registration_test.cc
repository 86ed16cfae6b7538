// SPDX-License-Identifier: BSL-1.0
// The registration with the kernel as all of std_policy sees it, in a program with a `syscall` of its own,
// which answers membarrier. Compiled twice: with a kernel that agrees, but only once the program has used the
// library, and with one that refuses.

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "stillpoint/atomic_value.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/tracker.hpp"

namespace {

constinit std::atomic<int> registrations{0};
constinit std::atomic<int> barriers{0};
constinit std::atomic<int> answer_to_barriers{0};

int answer(int command) {
  if (command == MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) {
    ++registrations;
    return KERNEL_REFUSES;
  }
  ++barriers;
  return answer_to_barriers.exchange(0);
}

}  // namespace

extern "C" long syscall(long number, ...) noexcept {
  va_list list;
  va_start(list, number);
  std::array<long, 6> args{};
  for (long& each : args) each = va_arg(list, long);
  va_end(list);
  if (number != __NR_membarrier) {
    static const auto next = reinterpret_cast<decltype(&syscall)>(dlsym(RTLD_NEXT, "syscall"));
    return next(number, args[0], args[1], args[2], args[3], args[4], args[5]);
  }
  const int error = answer(static_cast<int>(args[0]));
  if (error == 0) return 0;
  errno = error;
  return -1;
}

namespace {

using stillpoint::no_stripe;
using stillpoint::std_policy;
using stillpoint::detail::process_fences;

constexpr std::size_t limit = std_policy::owned_stripe_limit;

// Made before the fences are decided, which happens where the library's variables are initialized.
struct early_bird {
  static constinit inline stillpoint::tracker<> tracked{};

  bool decided = registrations != 0;
  bool free = process_fences::light_is_free();
  std::size_t quick = std_policy::quick_stripe(limit);
  std::size_t owned = std_policy::owned_stripe();
  stillpoint::tracker<>::token token = tracked.acquire();
};
[[gnu::init_priority(101)]] early_bird early;

TEST(registration, comes_after_the_first_use_of_the_library) {
  EXPECT_FALSE(early.decided) << "this program is made wrong";
  EXPECT_FALSE(early.free);
  EXPECT_EQ(early.quick, no_stripe);
  EXPECT_LT(early.owned, limit) << "which needs no kernel";
}

const int registrations_before_main = registrations;

TEST(registration, comes_before_main) {
  EXPECT_EQ(registrations_before_main, 1);
}

TEST(registration, is_asked_for_once) {
  const int before = registrations;
  std_policy::heavy_fence();
  std::thread(std_policy::heavy_fence).join();
  EXPECT_EQ(registrations, before) << "by then it was";
}

TEST(registration, decides_which_fences_are_used) {
  const int before = barriers;
  std_policy::heavy_fence();
  EXPECT_EQ(barriers - before, KERNEL_REFUSES ? 0 : 1);
  std_policy::light_fence();
  EXPECT_EQ(barriers - before, KERNEL_REFUSES ? 0 : 1);
  EXPECT_EQ(process_fences::light_is_free(), !KERNEL_REFUSES);
}

TEST(registration, decides_whether_a_stripe_is_quick) {
  const auto expect_stripe = [] {
    for (int again = 0; again < 2; ++again)
      EXPECT_EQ(std_policy::quick_stripe(limit), KERNEL_REFUSES ? no_stripe : std_policy::owned_stripe());
    EXPECT_LT(std_policy::owned_stripe(), limit);
  };
  expect_stripe();
  std::thread(expect_stripe).join();
}

TEST(registration, is_not_needed_by_a_token_that_is_older) {
  ASSERT_EQ(early.token.generation(), 0u);
  const auto old = early_bird::tracked.begin_increment();
  EXPECT_FALSE(old.try_wait());
  const auto later = early_bird::tracked.acquire();
  EXPECT_EQ(later.generation(), 1u);
  early.token.release();
  EXPECT_TRUE(old.try_wait());
}

TEST(registration, is_not_needed_by_any_primitive) {
  const auto tracked = std::make_unique<stillpoint::tracker<>>();
  stillpoint::snapshot_counters<> counts(1, 8);
  stillpoint::atomic_value<int> value(stillpoint::reclaim_after{1});
  for (int round = 0; round < 5; ++round) {
    value.store(round);
    const auto held = value.load();
    {
      const auto token = tracked->acquire();
      counts.add(0, round);
      value.store(100);
      EXPECT_EQ(*held, round);
    }
    tracked->increment();
    EXPECT_EQ(counts.take(), std::vector<std::int64_t>{round});
  }
}

TEST(fences, leave_errno_as_it_is) {
  errno = 77;
  std_policy::heavy_fence();
  EXPECT_EQ(errno, 77);
  if (KERNEL_REFUSES) return;
  for (const int error : {ENOMEM, EPERM}) {
    answer_to_barriers = error;
    errno = 78;
    std_policy::heavy_fence();
    EXPECT_EQ(errno, 78);
    EXPECT_EQ(answer_to_barriers, 0) << "it was asked";
  }
}

TEST(kernel, answers_by_an_error_and_not_by_errno) {
  using stillpoint::detail::linux_kernel;
  errno = 79;
  EXPECT_EQ(linux_kernel::membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED), 0);
  answer_to_barriers = EINVAL;
  EXPECT_EQ(linux_kernel::membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED), EINVAL);
  linux_kernel::pause();
  EXPECT_EQ(errno, 79);
}

}  // namespace
