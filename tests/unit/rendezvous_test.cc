// SPDX-License-Identifier: BSL-1.0
// rendezvous, rendezvous_data and rendezvous_storage: every function, and every documented error.

#include "stillpoint/rendezvous.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "stillpoint/rendezvous_storage.hpp"
#include "tests/unit/rendezvous_kinds.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::make_rendezvous;
using stillpoint::make_rendezvous_data;
using stillpoint::meeting;
using stillpoint::rendezvous;
using stillpoint::rendezvous_data;
using stillpoint::rendezvous_disconnected;
using stillpoint::rendezvous_storage;
using stillpoint::waiting;
using stillpoint::tests::immovable;

using checked = stillpoint::basic_std_policy<true>;
using unchecked = stillpoint::basic_std_policy<false>;

// Long enough that a call which does not block has returned; a call that does is only ever given more time.
constexpr auto a_while = 20ms;

// What an exception of that type said; nothing if there was none.
template <class Exception, class Call>
std::string text_of(Call call) {
  try {
    call();
  } catch (const Exception& thrown) {
    return thrown.what();
  }
  return {};
}

template <class Call>
void expect_refused(Call call, const std::string& name, const std::string& why) {
  const std::string text = text_of<std::logic_error>(call);
  EXPECT_EQ(text.find(name + ": "), 0u) << text;
  EXPECT_NE(text.find(why), std::string::npos) << text;
}

template <class Sides>
class meeting_sides : public testing::Test {
 protected:
  using side = typename Sides::endpoint;
  Sides sides_;
  side& mine_ = sides_.both.first;
  side& theirs_ = sides_.both.second;

  // Both sides in one thread.
  void meet() {
    static_cast<void>(mine_.try_wait());
    EXPECT_EQ(theirs_.try_wait(), meeting::met);
    EXPECT_EQ(mine_.wait(), meeting::met);
  }
  static void leave(side& of) { const auto gone = std::move(of); }
};

using every_kind =
    testing::Types<stillpoint::tests::owned_sides<checked>, stillpoint::tests::owned_sides<unchecked>,
                   stillpoint::tests::owned_sides<checked, std::uint8_t, 2>,
                   stillpoint::tests::owned_sides<unchecked, std::uint16_t, 3>,
                   stillpoint::tests::stored_sides<checked>, stillpoint::tests::stored_sides<unchecked>,
                   stillpoint::tests::stored_sides<checked, std::uint8_t, 2>>;
TYPED_TEST_SUITE(meeting_sides, every_kind);

TYPED_TEST(meeting_sides, are_moved_never_copied) {
  using endpoint = typename TestFixture::side;
  static_assert(!std::is_copy_constructible_v<endpoint> && !std::is_copy_assignable_v<endpoint>);
  static_assert(std::is_nothrow_move_constructible_v<endpoint> &&
                std::is_nothrow_move_assignable_v<endpoint>);
  static_assert(std::is_nothrow_default_constructible_v<endpoint>);
  EXPECT_TRUE(this->mine_);
  endpoint other = std::move(this->mine_);
  EXPECT_FALSE(this->mine_);
  EXPECT_TRUE(other);
  EXPECT_EQ(other.try_wait(), meeting::not_yet);
  this->mine_ = std::move(other);
  EXPECT_EQ(this->theirs_.try_wait(), meeting::met);
  EXPECT_EQ(this->mine_.try_wait(), meeting::met) << "the arrival moves with the endpoint";
  EXPECT_FALSE(endpoint());
}

TYPED_TEST(meeting_sides, neither_side_passes_early) {
  for (int round = 0; round < 9; ++round) {
    EXPECT_EQ(this->mine_.try_wait(), meeting::not_yet);
    EXPECT_EQ(this->mine_.try_wait(), meeting::not_yet);
    EXPECT_EQ(this->theirs_.try_wait(), meeting::met);
    EXPECT_EQ(this->theirs_.try_wait(), meeting::not_yet) << "that was the next arrival";
    EXPECT_EQ(this->mine_.try_wait(), meeting::met) << "this the last meeting";
    EXPECT_EQ(this->mine_.try_wait(), meeting::met) << "and this the next";
    EXPECT_EQ(this->theirs_.try_wait(), meeting::met);
  }
}

TYPED_TEST(meeting_sides, a_wait_lasts_until_the_other_side_arrives) {
  std::atomic<bool> passed{false};
  std::jthread other([&] {
    EXPECT_EQ(this->theirs_.wait(), meeting::met);
    passed.store(true, std::memory_order_release);
  });
  std::this_thread::sleep_for(a_while);
  EXPECT_FALSE(passed.load(std::memory_order_acquire));
  EXPECT_EQ(this->mine_.wait(), meeting::met);
}

TYPED_TEST(meeting_sides, wait_in_every_manner) {
  std::jthread other([&] {
    for (int round = 0; round < 6; ++round) EXPECT_EQ(this->theirs_.wait(), meeting::met);
  });
  EXPECT_EQ(this->mine_.wait(waiting::patiently), meeting::met);
  EXPECT_EQ(this->mine_.wait(waiting::spinning), meeting::met);
  EXPECT_EQ(this->mine_.wait(waiting::yielding), meeting::met);
  EXPECT_EQ(this->mine_.wait(waiting::sleeping), meeting::met);
  EXPECT_EQ(this->mine_.wait(stillpoint::patient_waiter(10us)), meeting::met);
  EXPECT_EQ(this->mine_.wait_for(1h, waiting::yielding), meeting::met);
}

TYPED_TEST(meeting_sides, writes_before_are_seen_after) {
  std::array<int, 2> written{};
  std::jthread other([&] {
    for (int round = 1; round <= 100; ++round) {
      written[1] = round;
      EXPECT_EQ(this->theirs_.wait(), meeting::met);
      EXPECT_EQ(written[0], round);
      EXPECT_EQ(this->theirs_.wait(), meeting::met);
    }
  });
  for (int round = 1; round <= 100; ++round) {
    written[0] = round;
    EXPECT_EQ(this->mine_.wait(), meeting::met);
    EXPECT_EQ(written[1], round);
    EXPECT_EQ(this->mine_.wait(), meeting::met);
  }
}

TYPED_TEST(meeting_sides, each_datum_has_one_holder) {
  EXPECT_EQ(this->mine_.held().value, 10);
  EXPECT_EQ(this->theirs_.held().value, 20);
  immovable* const first = &this->mine_.held();
  immovable* const second = &this->theirs_.held();
  for (int round = 0; round < 9; ++round) {
    this->meet();
    EXPECT_EQ(&this->mine_.held(), round % 2 == 0 ? second : first);
    EXPECT_EQ(&this->theirs_.held(), round % 2 == 0 ? first : second);
  }
}

TYPED_TEST(meeting_sides, swap_returns_what_the_other_side_held) {
  std::jthread other([&] {
    EXPECT_EQ(this->theirs_.swap().value, 10);
    this->theirs_.held().value = 3;
    EXPECT_EQ(this->theirs_.swap(waiting::yielding).value, 7);
  });
  immovable& held = this->mine_.swap();
  EXPECT_EQ(held.value, 20);
  held.value = 7;
  EXPECT_EQ(this->mine_.swap(waiting::yielding).value, 3);
}

TYPED_TEST(meeting_sides, generations_wrap_around_unharmed) {
  std::jthread other([&] {
    for (int round = 0; round < 1000; ++round) this->theirs_.swap().value += 1;
  });
  for (int round = 0; round < 1000; ++round) this->mine_.swap().value += 1;
  other.join();
  EXPECT_EQ(this->mine_.held().value, 1010);
  EXPECT_EQ(this->theirs_.held().value, 1020);
}

TYPED_TEST(meeting_sides, giving_up_keeps_the_arrival) {
  for (int round = 0; round < 5; ++round) {
    EXPECT_EQ(this->mine_.wait_for(1ms), meeting::not_yet);
    EXPECT_EQ(this->mine_.wait_for(0ns), meeting::not_yet);
    EXPECT_EQ(this->mine_.wait_for(-1s), meeting::not_yet);
    EXPECT_EQ(this->theirs_.wait_for(1h), meeting::met) << "the arrival stands";
    EXPECT_EQ(this->mine_.wait_for(0.5s), meeting::met);
  }
}

TYPED_TEST(meeting_sides, wait_for_lasts_as_long_as_it_is_told) {
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(this->mine_.wait_for(30ms), meeting::not_yet);
  EXPECT_GE(std::chrono::steady_clock::now() - before, 30ms);
}

TYPED_TEST(meeting_sides, wait_for_longer_than_any_clock_runs) {
  std::jthread other([&] {
    std::this_thread::sleep_for(5ms);
    EXPECT_EQ(this->theirs_.wait_for(std::chrono::duration<double>(1e300)), meeting::met);
  });
  EXPECT_EQ(this->mine_.wait_for(std::chrono::hours::max()), meeting::met);
}

TYPED_TEST(meeting_sides, an_arrival_is_not_overlooked) {
  EXPECT_EQ(this->mine_.try_wait(), meeting::not_yet);
  EXPECT_EQ(this->theirs_.try_wait(), meeting::met);
}

TYPED_TEST(meeting_sides, a_side_that_leaves_is_noticed) {
  this->meet();
  const int held = this->mine_.held().value;
  EXPECT_EQ(this->mine_.try_wait(), meeting::not_yet);
  this->leave(this->theirs_);
  EXPECT_EQ(this->mine_.try_wait(), meeting::disconnected);
  EXPECT_EQ(this->mine_.wait(), meeting::disconnected);
  EXPECT_EQ(this->mine_.wait_for(1h), meeting::disconnected);
  EXPECT_THROW(this->mine_.swap(), rendezvous_disconnected);
  EXPECT_EQ(this->mine_.held().value, held) << "it keeps what it held";
}

TYPED_TEST(meeting_sides, a_side_that_leaves_ends_a_wait) {
  std::jthread other([&] {
    std::this_thread::sleep_for(a_while);
    this->leave(this->theirs_);
  });
  EXPECT_EQ(this->mine_.wait(), meeting::disconnected);
}

TYPED_TEST(meeting_sides, a_side_that_leaves_ends_a_swap) {
  std::jthread other([&] {
    std::this_thread::sleep_for(a_while);
    this->leave(this->theirs_);
  });
  EXPECT_EQ(text_of<rendezvous_disconnected>([this] { this->mine_.swap(); }),
            "rendezvous_data::swap: the other side has left");
  EXPECT_EQ(this->mine_.held().value, 10);
}

TYPED_TEST(meeting_sides, a_side_that_is_replaced_leaves) {
  this->theirs_ = typename TestFixture::side();
  EXPECT_EQ(this->mine_.wait(), meeting::disconnected);
}

TYPED_TEST(meeting_sides, a_move_to_itself_changes_nothing) {
  auto& same = this->mine_;
  this->mine_ = std::move(same);
  EXPECT_EQ(this->mine_.try_wait(), meeting::not_yet);
  EXPECT_EQ(this->theirs_.try_wait(), meeting::met);
}

TYPED_TEST(meeting_sides, an_arrival_outlives_its_side) {
  this->theirs_.held().value = 33;
  EXPECT_EQ(this->theirs_.try_wait(), meeting::not_yet);
  this->leave(this->theirs_);
  EXPECT_EQ(this->mine_.swap().value, 33);
  EXPECT_EQ(this->mine_.wait(), meeting::disconnected);
  EXPECT_EQ(this->mine_.held().value, 33);
}

TYPED_TEST(meeting_sides, borrows_follow_one_another) {
  std::jthread other([&] {
    auto borrow = std::move(this->theirs_).borrow();
    borrow->value = 1;
    for (int round = 0; round < 7; ++round) borrow = std::move(borrow).swap();
    EXPECT_EQ(borrow->value, 12);
    this->theirs_ = std::move(borrow).release();
  });
  auto first = std::move(this->mine_).borrow();
  EXPECT_FALSE(this->mine_) << "the endpoint is in the borrow";
  (*first).value = 12;
  auto second = std::move(first).swap(waiting::yielding);
  EXPECT_EQ(second->value, 1);
  for (int round = 1; round < 7; ++round) second = std::move(second).swap();
  other.join();
  EXPECT_EQ(second->value, 1);
  this->mine_ = std::move(second).release();
  EXPECT_EQ(this->mine_.held().value, 1);
  EXPECT_EQ(this->mine_.try_wait(), meeting::not_yet);
}

TYPED_TEST(meeting_sides, a_borrow_survives_that_the_other_side_leaves) {
  this->leave(this->theirs_);
  auto borrow = std::move(this->mine_).borrow();
  EXPECT_THROW(static_cast<void>(std::move(borrow).swap()), rendezvous_disconnected);
  EXPECT_EQ(borrow->value, 10) << "it is not consumed by a swap that did not happen";
  meeting result = meeting::met;
  const auto same = std::move(borrow).swap(result);
  EXPECT_EQ(result, meeting::disconnected);
  EXPECT_EQ(same->value, 10);
}

TYPED_TEST(meeting_sides, a_borrow_that_goes_leaves) {
  { const auto borrow = std::move(this->theirs_).borrow(); }
  EXPECT_EQ(this->mine_.wait(), meeting::disconnected);
}

template <class Sides>
class checked_sides : public meeting_sides<Sides> {};

using checked_kinds = testing::Types<stillpoint::tests::owned_sides<checked>,
                                     stillpoint::tests::owned_sides<checked, std::uint8_t, 2>,
                                     stillpoint::tests::stored_sides<checked>>;
TYPED_TEST_SUITE(checked_sides, checked_kinds);

TYPED_TEST(checked_sides, an_empty_endpoint_is_refused) {
  typename TestFixture::side empty;
  const std::string why = "the endpoint is empty";
  expect_refused([&] { static_cast<void>(empty.wait()); }, "rendezvous::wait", why);
  expect_refused([&] { static_cast<void>(empty.try_wait()); }, "rendezvous::try_wait", why);
  expect_refused([&] { static_cast<void>(empty.wait_for(1s)); }, "rendezvous::wait_for", why);
  expect_refused([&] { empty.swap(); }, "rendezvous_data::swap", why);
  expect_refused([&] { empty.held(); }, "rendezvous_data::held", why);
  expect_refused([&] { static_cast<void>(std::move(empty).borrow()); }, "rendezvous_data::borrow", why);
}

TYPED_TEST(checked_sides, an_endpoint_that_was_moved_from_is_refused) {
  const auto other = std::move(this->mine_);
  expect_refused([&] { static_cast<void>(this->mine_.wait()); }, "rendezvous::wait", "moved from");
  EXPECT_EQ(this->theirs_.try_wait(), meeting::not_yet);
}

TYPED_TEST(checked_sides, a_pending_side_holds_nothing) {
  const std::string why = "a meeting is pending";
  EXPECT_EQ(this->mine_.try_wait(), meeting::not_yet);
  expect_refused([&] { this->mine_.held(); }, "rendezvous_data::held", why);
  expect_refused([&] { static_cast<void>(std::move(this->mine_).borrow()); }, "rendezvous_data::borrow", why);
  EXPECT_EQ(this->theirs_.swap().value, 10);
  EXPECT_EQ(this->mine_.swap().value, 20) << "the refused calls changed nothing";
}

// Each way in which a borrow is consumed, and each use of it afterwards.
TYPED_TEST(checked_sides, a_stale_borrow_is_refused) {
  const std::string why = "the borrow is consumed";
  const auto expect_stale = [&why](auto& borrow) {
    expect_refused([&] { static_cast<void>(*borrow); }, "rendezvous_data::borrow::operator*", why);
    expect_refused([&] { borrow->value = 1; }, "rendezvous_data::borrow::operator->", why);
    expect_refused([&] { static_cast<void>(std::move(borrow).swap()); }, "rendezvous_data::borrow::swap",
                   why);
    meeting result = meeting::not_yet;
    expect_refused([&] { static_cast<void>(std::move(borrow).swap(result)); },
                   "rendezvous_data::borrow::swap", why);
    EXPECT_EQ(result, meeting::not_yet);
    expect_refused([&] { static_cast<void>(std::move(borrow).release()); },
                   "rendezvous_data::borrow::release", why);
  };
  auto first = std::move(this->mine_).borrow();
  EXPECT_EQ(this->theirs_.try_wait(), meeting::not_yet);
  auto swapped = std::move(first).swap();
  expect_stale(first);
  EXPECT_EQ(this->theirs_.try_wait(), meeting::met);
  auto moved = std::move(swapped);
  expect_stale(swapped);
  auto assigned = std::move(this->theirs_).borrow();
  assigned = std::move(moved);
  expect_stale(moved);
  meeting result = meeting::met;
  auto alone = std::move(assigned).swap(result);
  EXPECT_EQ(result, meeting::disconnected) << "assigning to the other side's borrow made it leave";
  expect_stale(assigned);
  const auto released = std::move(alone).release();
  expect_stale(alone);
  EXPECT_EQ(released.held().value, 20);
}

TEST(rendezvous_storage_endpoints, are_given_out_once) {
  const auto storage = std::make_unique<rendezvous_storage<int, checked>>();
  const auto both = storage->endpoints();
  expect_refused([&] { static_cast<void>(storage->endpoints()); }, "rendezvous_storage::endpoints",
                 "given out before");
}

TEST(rendezvous_storage_without_data, meets) {
  const auto storage = std::make_unique<rendezvous_storage<>>();
  auto [mine, theirs] = storage->endpoints();
  EXPECT_EQ(mine.try_wait(), meeting::not_yet);
  EXPECT_EQ(theirs.wait(), meeting::met);
  EXPECT_EQ(mine.wait(), meeting::met);
  { const auto gone = std::move(mine); }
  EXPECT_EQ(theirs.wait(), meeting::disconnected);
}

TEST(rendezvous_without_data, meets) {
  auto [mine, theirs] = make_rendezvous();
  static_assert(std::is_same_v<decltype(mine), rendezvous<>>);
  EXPECT_EQ(mine.try_wait(), meeting::not_yet);
  EXPECT_EQ(theirs.wait(), meeting::met);
  EXPECT_EQ(mine.wait_for(1h), meeting::met);
  { const auto gone = std::move(mine); }
  EXPECT_EQ(theirs.wait(), meeting::disconnected);
}

TEST(rendezvous_data_of_any_type, starts_with_what_it_is_given) {
  auto [mine, theirs] = make_rendezvous_data<std::string>(std::string("mine"), "theirs");
  static_assert(std::is_same_v<decltype(mine), rendezvous_data<std::string>>);
  EXPECT_EQ(mine.held(), "mine");
  EXPECT_EQ(theirs.held(), "theirs");
  const auto [first, second] = make_rendezvous_data<int>();
  EXPECT_EQ(first.held(), 0);
  EXPECT_EQ(second.held(), 0);
}

// A mebibyte each: were they moved, their addresses would not be two, and always the same two.
TEST(rendezvous_data_of_any_type, swaps_large_things_without_touching_them) {
  struct large {
    large() = default;
    large(const large&) = delete;
    large& operator=(const large&) = delete;
    std::array<std::byte, 1u << 20> bytes{};
  };
  auto [mine, theirs] = make_rendezvous_data<large>();
  large* const first = &mine.held();
  large* const second = &theirs.held();
  first->bytes.back() = std::byte{1};
  second->bytes.back() = std::byte{2};
  for (int round = 0; round < 3; ++round) {
    static_cast<void>(mine.try_wait());
    EXPECT_EQ(&theirs.swap(), round % 2 == 0 ? first : second);
    EXPECT_EQ(&mine.swap(), round % 2 == 0 ? second : first);
  }
  EXPECT_EQ(first->bytes.back(), std::byte{1});
  EXPECT_EQ(second->bytes.back(), std::byte{2});
}

struct counts {
  int made = 0, copied = 0, moved = 0, ended = 0;
};

// Counts its copies, moves and ends.
struct counted {
  static inline counts seen{};

  explicit counted(int) { ++seen.made; }
  counted(const counted&) { ++seen.copied; }
  counted(counted&&) noexcept { ++seen.moved; }
  counted& operator=(const counted&) {
    ++seen.copied;
    return *this;
  }
  counted& operator=(counted&&) noexcept {
    ++seen.moved;
    return *this;
  }
  ~counted() { ++seen.ended; }
};

TEST(rendezvous_data_of_any_type, the_last_to_leave_cleans_up) {
  for (const bool mine_first : {true, false}) {
    counted::seen = {};
    auto [mine, theirs] = make_rendezvous_data<counted>(1, 2);
    static_cast<void>(mine.try_wait());
    theirs.swap();
    mine.swap();
    { const auto gone = std::move(mine_first ? mine : theirs); }
    EXPECT_EQ(counted::seen.ended, 0) << "the other side may still use both";
    { const auto gone = std::move(mine_first ? theirs : mine); }
    EXPECT_EQ(counted::seen.made, 2);
    EXPECT_EQ(counted::seen.ended, 2);
    EXPECT_EQ(counted::seen.copied + counted::seen.moved, 0) << "never copied or moved";
  }
}

TEST(rendezvous_data_of_any_type, a_construction_that_throws_leaves_nothing_behind) {
  struct thrown_on_purpose {};
  struct throws_when_odd {
    explicit throws_when_odd(int value) {
      if (value % 2 == 1) throw thrown_on_purpose();
    }
  };
  EXPECT_THROW(static_cast<void>(make_rendezvous_data<throws_when_odd>(1, 2)), thrown_on_purpose);
  EXPECT_THROW(static_cast<void>(make_rendezvous_data<throws_when_odd>(2, 1)), thrown_on_purpose);
}

TEST(rendezvous_data_of_any_type, data_lie_on_cache_lines_of_their_own) {
  auto [mine, theirs] = make_rendezvous_data<char>();
  const auto distance = &theirs.held() - &mine.held();
  EXPECT_GE(distance, static_cast<std::ptrdiff_t>(stillpoint::std_policy::cache_line));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&mine.held()) % stillpoint::std_policy::cache_line, 0u);
}

// Different strategies differ in what they do to the processor, which a test can hardly see; but that one
// which spins does not sleep shows in the processor's time, and the other way round.
TEST(waiting_strategies, spin_or_sleep) {
  const auto processor_time_of = [](stillpoint::patient_waiter how) {
    auto [mine, theirs] = make_rendezvous();
    timespec before{}, after{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    EXPECT_EQ(mine.wait_for(50ms, how), meeting::not_yet);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    return std::chrono::seconds(after.tv_sec - before.tv_sec) +
           std::chrono::nanoseconds(after.tv_nsec - before.tv_nsec);
  };
  const auto sleeping = processor_time_of(waiting::sleeping);
  const auto patient = processor_time_of(waiting::patiently);
  const auto spinning = processor_time_of(waiting::spinning);
  EXPECT_LT(sleeping, 10ms);
  EXPECT_LT(patient, 20ms);
  EXPECT_GT(spinning, 2 * sleeping);
}

}  // namespace
