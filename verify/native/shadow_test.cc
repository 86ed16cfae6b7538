// SPDX-License-Identifier: BSL-1.0
//
// The ways of noting an access that need no clock find what the one finds that does.
#include "verify/native/shadow.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>

namespace stillpoint::verify::native {
namespace {

constexpr std::size_t threads = 3;

// Threads that make events, and see each other's now and then.
class history {
 public:
  explicit history(std::mt19937& dice) : dice_(dice) {}

  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(dice_); }
  const explorer::moment& of(std::size_t thread) const { return now_[thread]; }

  // An event of the thread; it may observe all that another one has done.
  void advance(std::size_t thread) {
    const std::size_t other = below(threads);
    if (other != thread && below(2) == 0) {
      for (std::size_t t = 0; t < threads; ++t) see(thread, t, now_[other].past.counts[t]);
      see(thread, other, now_[other].events);
    }
    ++now_[thread].events;
  }

 private:
  void see(std::size_t thread, std::size_t other, std::uint16_t events) {
    std::uint16_t& seen = now_[thread].past.counts[other];
    seen = std::max(seen, events);
  }

  std::mt19937& dice_;
  std::array<explorer::moment, threads> now_ = [] {
    std::array<explorer::moment, threads> all{};
    for (std::size_t t = 0; t < threads; ++t) all[t].thread = static_cast<std::uint16_t>(t);
    return all;
  }();
};

struct counts {
  std::size_t quick = 0;
  std::size_t conflicts = 0;
};

// Until the first conflict; false if the quick ways and the other disagree on it.
bool agree(shadow& with, shadow& without, std::mt19937& dice, counts& seen) {
  with.begin_execution();
  without.begin_execution();
  history steps(dice);
  for (int i = 0; i < 60; ++i) {
    const std::size_t thread = steps.below(threads);
    if (steps.below(3) == 0) {
      steps.advance(thread);
      continue;
    }
    const explorer::moment& now = steps.of(thread);
    const std::size_t size = std::size_t{1} << steps.below(4);
    const std::uintptr_t address = 0x1000 + steps.below(8 / size) * size;
    const auto what = static_cast<access>(steps.below(steps.below(4) == 0 ? 5 : 4));
    const bool expected = without.add(now, address, size, what, {}) != nullptr;
    bool quick = false;
    if (what == access::read || what == access::write) {
      quick = with.add_known(thread, now.events, address, size, what, [] { return std::source_location(); });
    } else if (what != access::release) {
      quick = with.add_atomic(thread, now.events, address, size, what, {});
    }
    const bool found = !quick && with.add(now, address, size, what, {}) != nullptr;
    if (found != expected) return false;
    seen.quick += quick ? 1 : 0;
    seen.conflicts += found ? 1 : 0;
    if (found) break;
  }
  return true;
}

TEST(Shadow, FindsTheSameWithoutAClock) {
  std::mt19937 dice(1);
  shadow with;
  shadow without;
  counts seen;
  for (int run = 0; run < 100'000; ++run) ASSERT_TRUE(agree(with, without, dice, seen)) << "run " << run;
  EXPECT_GT(seen.quick, 100'000u);
  EXPECT_GT(seen.conflicts, 10'000u);
}

}  // namespace
}  // namespace stillpoint::verify::native
