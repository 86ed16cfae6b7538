// SPDX-License-Identifier: BSL-1.0
// How std_policy passes the time: every pause of every manner of waiting, and to which nanosecond a deadline
// holds. No test takes time: the clock and the pauses are played.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <limits>
#include <ratio>
#include <vector>

#include "stillpoint/std_policy.hpp"
#include "tests/unit/played_time.hpp"

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using stillpoint::patient_waiter;
using stillpoint::std_policy;
using stillpoint::steady_deadline;
using stillpoint::waiting;
using stillpoint::tests::played_time;

using pauses = std::vector<nanoseconds>;

// What the next turns give the thread up for.
pauses of_turns(patient_waiter& wait, int turns) {
  played_time played;
  for (int turn = 0; turn < turns; ++turn) wait();
  return played.pauses;
}

constexpr nanoseconds a_yield = 0ns;
// More than a counter of 16 bits can count.
constexpr int without_end = 70'000;

// From a microsecond on, each twice the one before, until one is about a millisecond.
pauses growing(std::size_t count) {
  pauses expected;
  for (nanoseconds pause = 1us; expected.size() < count; pause *= pause < 1ms ? 2 : 1)
    expected.push_back(pause);
  return expected;
}

TEST(patient_waiter, spins_then_yields_then_sleeps) {
  patient_waiter wait;
  EXPECT_EQ(of_turns(wait, 64), pauses());
  EXPECT_EQ(of_turns(wait, 64), pauses(64, a_yield));
  EXPECT_EQ(of_turns(wait, 30), growing(30));
}

TEST(patient_waiter, sleeps_a_millisecond_at_most_or_a_little_more) {
  patient_waiter wait(waiting::sleeping);
  const pauses slept = of_turns(wait, 1000);
  EXPECT_GE(slept.back(), 1ms);
  EXPECT_LT(slept.back(), 1100us);
}

TEST(patient_waiter, patiently_is_as_if_nothing_were_said) {
  patient_waiter wait(waiting::patiently);
  EXPECT_EQ(of_turns(wait, 64), pauses());
  EXPECT_EQ(of_turns(wait, 64), pauses(64, a_yield));
  EXPECT_EQ(of_turns(wait, 3), (pauses{1us, 2us, 4us}));
}

TEST(patient_waiter, spinning_never_gives_up_the_core) {
  patient_waiter wait(waiting::spinning);
  EXPECT_EQ(of_turns(wait, without_end), pauses());
}

TEST(patient_waiter, yielding_yields_at_once_and_never_sleeps) {
  patient_waiter wait(waiting::yielding);
  EXPECT_EQ(of_turns(wait, without_end), pauses(without_end, a_yield));
}

TEST(patient_waiter, sleeping_sleeps_at_once) {
  patient_waiter wait(waiting::sleeping);
  EXPECT_EQ(of_turns(wait, 30), growing(30));
}

TEST(patient_waiter, of_a_duration_sleeps_for_just_that_each_time) {
  for (const nanoseconds pause : {nanoseconds(1ns), nanoseconds(5us), nanoseconds(1ms), nanoseconds(3s)}) {
    patient_waiter wait(pause);
    EXPECT_EQ(of_turns(wait, 200), pauses(200, pause));
  }
}

TEST(patient_waiter, of_no_duration_yields_each_time) {
  patient_waiter none(0ns);
  EXPECT_EQ(of_turns(none, without_end), pauses(without_end, a_yield));
  patient_waiter less_than_none(-1ns);
  EXPECT_EQ(of_turns(less_than_none, 1000), pauses(1000, a_yield));
}

TEST(patient_waiter, a_copy_goes_on_from_where_it_was_made) {
  patient_waiter wait(waiting::sleeping);
  of_turns(wait, 2);
  patient_waiter copy = wait;
  EXPECT_EQ(of_turns(copy, 2), (pauses{4us, 8us}));
  EXPECT_EQ(of_turns(wait, 1), pauses{4us});
}

// Awaits a value that others count up to while the time passes.
pauses of_await(int value, patient_waiter wait) {
  std::atomic<int> place{0};
  int looks = 0;
  played_time played;
  played.others = [&place] { place.fetch_add(1, std::memory_order_relaxed); };
  const int seen = std_policy::await(
      place, std::memory_order_acquire,
      [value, &looks](int now) {
        ++looks;
        return now == value;
      },
      wait);
  EXPECT_EQ(seen, value);
  EXPECT_EQ(looks, value + 1) << "one look before each pause, and one after the last";
  return played.pauses;
}

TEST(std_policy_await, does_not_pause_for_what_is_there) {
  EXPECT_EQ(of_await(0, waiting::sleeping), pauses());
}

TEST(std_policy_await, passes_the_time_as_its_waiter_does) {
  EXPECT_EQ(of_await(4, waiting::sleeping), (pauses{1us, 2us, 4us, 8us}));
  EXPECT_EQ(of_await(3, waiting::yielding), pauses(3, a_yield));
  EXPECT_EQ(of_await(3, patient_waiter(7us)), pauses(3, 7us));
}

// Whether it has passed just before that time from now, and then.
struct ends_with {
  bool before;
  bool then;
  friend bool operator==(const ends_with&, const ends_with&) = default;
};
template <class Duration>
ends_with around(const Duration& at_most, nanoseconds end) {
  played_time played;
  const steady_deadline deadline(at_most);
  played.now += end - 1ns;
  const bool before = deadline.passed();
  played.now += 1ns;
  return {before, deadline.passed()};
}

constexpr ends_with just_then{false, true};
constexpr ends_with never{false, false};
constexpr auto a_year = std::chrono::hours(24 * 365);

TEST(steady_deadline, passes_when_the_time_is_over_and_not_before) {
  EXPECT_EQ(around(1ns, 1ns), just_then);
  EXPECT_EQ(around(5ms, 5ms), just_then);
  EXPECT_EQ(around(2h, 2h), just_then);
  EXPECT_EQ(around(100 * a_year, 100 * a_year), just_then) << "long, but the clock can count it";
}

TEST(steady_deadline, is_not_early_for_times_that_the_clock_cannot_tell_apart) {
  EXPECT_EQ(around(std::chrono::duration<double, std::nano>(2.25), 3ns), just_then);
  EXPECT_EQ(around(std::chrono::duration<long long, std::pico>(1), 1ns), just_then);
  EXPECT_EQ(around(std::chrono::duration<double>(1e-3), 1ms), just_then);
}

TEST(steady_deadline, of_no_time_has_passed_at_once) {
  const played_time played;
  EXPECT_TRUE(steady_deadline(0ns).passed());
  EXPECT_TRUE(steady_deadline(-1ns).passed());
  EXPECT_TRUE(steady_deadline(-1h).passed());
}

TEST(steady_deadline, that_no_clock_can_count_never_passes) {
  EXPECT_EQ(around(std::chrono::hours::max(), 100 * a_year), never);
  EXPECT_EQ(around(nanoseconds::max(), 100 * a_year), never);
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(around(std::chrono::duration<double>(infinity), 100 * a_year), never);
}

}  // namespace
