// SPDX-License-Identifier: BSL-1.0
// Mistakes that checked builds diagnose, each where it is hard to see: at every place where a token can be,
// at every call of an interface, at the first and the last index.

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "stillpoint/atomic_value.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/counters_ref.hpp"
#include "stillpoint/rendezvous.hpp"
#include "stillpoint/rendezvous_storage.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/tracker.hpp"
#include "stillpoint/writer_reader_phaser.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::basic_std_policy;
using stillpoint::basic_tracker;
using stillpoint::no_stripe;
using stillpoint::tracker_shape;

// What the call is refused with.
template <class Error>
std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& refused) {
    return refused.what();
  }
  return "not refused";
}
const auto logic_error = refusal<std::logic_error>;
const auto out_of_range = refusal<std::out_of_range>;
const auto invalid_argument = refusal<std::invalid_argument>;

// Which stripe the next calls own, or share.
struct chosen_stripes : basic_std_policy<true> {
  static inline std::size_t owned = no_stripe;
  static inline std::size_t shared = 0;
  static std::size_t owned_stripe() noexcept { return owned; }
  static std::size_t quick_stripe(std::size_t limit) noexcept { return owned < limit ? owned : no_stripe; }
  static std::size_t stripes_in_use() noexcept { return owned_stripe_limit; }
  static std::size_t stripe() noexcept { return shared; }
};

constexpr tracker_shape shape{.slots = 4, .owned_stripes = 2, .shared_stripes = 2, .seats = 2};
using tracker_type = basic_tracker<chosen_stripes, shape>;

// The tracker goes while a token is out that was acquired after so many generations had begun and so many
// other tokens been acquired and released.
void destroy_with_a_token_out(std::size_t owned, std::size_t shared, int generations, int others) {
  chosen_stripes::owned = owned;
  chosen_stripes::shared = shared;
  auto t = std::make_unique<tracker_type>();
  for (int i = 0; i < generations; ++i) t->increment();
  std::vector<tracker_type::token> released;
  for (int i = 0; i < others; ++i) released.push_back(t->acquire());
  const auto token = t->acquire();
  released.clear();
  t.reset();
}

constexpr const char* tokens_are_out = "stillpoint: tracker::~tracker: tokens are out";

TEST(tracker_destroyed_death_test, with_a_counted_token_out) {
  for (const std::size_t shared : {0u, 1u}) {
    for (const int generations : {0, 3})
      EXPECT_DEATH(destroy_with_a_token_out(no_stripe, shared, generations, 0), tokens_are_out);
  }
  EXPECT_DEATH(destroy_with_a_token_out(no_stripe, 1, 1, 2), tokens_are_out);
}

TEST(tracker_destroyed_death_test, with_a_seated_token_out) {
  for (const std::size_t owned : {0u, 1u}) {
    for (const int others : {0, 1})
      EXPECT_DEATH(destroy_with_a_token_out(owned, 0, 3, others), tokens_are_out);
  }
}

TEST(tracker_destroyed_death_test, with_a_token_out_that_found_no_seat) {
  EXPECT_DEATH(destroy_with_a_token_out(0, 0, 0, 2), tokens_are_out);
}

TEST(tracker_destroyed, with_all_tokens_released_says_nothing) {
  tracker_type t;
  for (int generation = 0; generation < 5; ++generation) {
    for (const std::size_t owned : {std::size_t{0}, std::size_t{1}, no_stripe}) {
      chosen_stripes::owned = owned;
      std::vector<tracker_type::token> held;
      for (std::size_t i = 0; i < 3; ++i) {
        chosen_stripes::shared = i % 2;
        held.push_back(t.acquire());
      }
      // On another shared stripe than some of them were acquired on.
      chosen_stripes::shared = generation % 2 == 0 ? 0 : 1;
      held.clear();
    }
    t.increment();
  }
}

TEST(empty_token_of_a_tracker, is_refused_wherever_it_was_counted) {
  for (const std::size_t owned : {std::size_t{0}, no_stripe}) {
    chosen_stripes::owned = owned;
    tracker_type t;
    auto token = t.acquire();
    EXPECT_EQ(token.generation(), 0u);
    token.release();
    EXPECT_EQ(logic_error([&] { token.release(); }), "tracker::token::release: the token is empty");
    EXPECT_EQ(logic_error([&] { static_cast<void>(token.generation()); }),
              "tracker::token::generation: the token is empty");
    auto next = t.acquire();
    token = std::move(next);
    // NOLINTNEXTLINE(bugprone-use-after-move): that is the mistake
    EXPECT_EQ(logic_error([&] { next.release(); }), "tracker::token::release: the token is empty");
    EXPECT_FALSE(t.begin_increment().try_wait()) << "the other one is held";
  }
}

using phaser_type = stillpoint::writer_reader_phaser<basic_std_policy<true>>;
constexpr const char* flip_without_lock =
    "writer_reader_phaser::flip_phase: the calling thread does not hold the reader lock";

TEST(flip_phase, without_the_lock_is_refused_however_it_is_to_wait) {
  phaser_type phaser;
  const auto flip_in_both_ways = [&phaser] {
    EXPECT_EQ(logic_error([&] { phaser.flip_phase(); }), flip_without_lock);
    EXPECT_EQ(logic_error([&] { phaser.flip_phase(1us); }), flip_without_lock);
    EXPECT_EQ(logic_error([&] { phaser.flip_phase(0ns); }), flip_without_lock);
  };
  flip_in_both_ways();
  {
    const auto reader = phaser.lock_reader();
    std::thread(flip_in_both_ways).join();
    std::thread([&phaser] {
      EXPECT_EQ(logic_error([&] { phaser.reader_unlock(); }),
                "writer_reader_phaser::reader_unlock: the calling thread does not hold the reader lock");
    }).join();
    phaser.flip_phase(1us);
  }
  flip_in_both_ways();
  EXPECT_EQ(phaser.writer_enter().phase(), 1u) << "one flip was not refused";
}

TEST(flip_phase, without_the_lock_is_refused_also_where_nothing_else_is_checked) {
  stillpoint::writer_reader_phaser<basic_std_policy<false>> phaser;
  EXPECT_EQ(logic_error([&] { phaser.flip_phase(); }), flip_without_lock);
  EXPECT_EQ(logic_error([&] { phaser.flip_phase(1us); }), flip_without_lock);
}

template <class Counters>
class index_of : public testing::Test {
 protected:
  Counters counts_{4};
};
using all_counters =
    testing::Types<stillpoint::counters<>, stillpoint::counters<stillpoint::write_concurrency>,
                   stillpoint::counters_ref>;
TYPED_TEST_SUITE(index_of, all_counters);

TYPED_TEST(index_of, counters_is_refused_outside_of_its_range_in_the_name_of_the_call) {
  auto& counts = this->counts_;
  for (std::size_t each = 1; each <= 4; ++each) counts.put(each, each);
  for (const std::size_t wrong : {std::size_t{0}, std::size_t{5}, std::numeric_limits<std::size_t>::max()}) {
    const std::string rest =
        ": index " + std::to_string(wrong) + " is out of range; valid indexes are 1 to 4";
    EXPECT_EQ(out_of_range([&] { counts.add(wrong, 1); }), "counters::add" + rest);
    EXPECT_EQ(out_of_range([&] { counts.sub(wrong, 1); }), "counters::sub" + rest);
    EXPECT_EQ(out_of_range([&] { static_cast<void>(counts.get(wrong)); }), "counters::get" + rest);
    EXPECT_EQ(out_of_range([&] { counts.put(wrong, 1); }), "counters::put" + rest);
    EXPECT_EQ(out_of_range([&] { static_cast<void>(counts.exchange(wrong, 1)); }),
              "counters::exchange" + rest);
    EXPECT_EQ(out_of_range([&] { static_cast<void>(counts.take(wrong)); }), "counters::take" + rest);
  }
  for (std::size_t each = 1; each <= 4; ++each) EXPECT_EQ(counts.get(each), static_cast<int>(each));
}

TYPED_TEST(index_of, counters_of_a_snapshot_are_as_many_as_there_are) {
  for (const std::size_t size : {0u, 3u, 5u}) {
    std::vector<std::int64_t> values(size, 77);
    EXPECT_EQ(invalid_argument([&] { this->counts_.snapshot(values); }),
              "counters::snapshot: the span has " + std::to_string(size) + " elements; it has to have 4");
    EXPECT_EQ(values, std::vector<std::int64_t>(size, 77));
  }
}

TEST(stripes, are_refused_outside_of_their_range) {
  using stillpoint::counters;
  using stillpoint::snapshot_counters;
  using striped = counters<stillpoint::write_concurrency>;
  constexpr std::size_t limit = stillpoint::std_policy::owned_stripe_limit;
  for (const std::size_t wrong : {std::size_t{0}, limit + 1}) {
    const std::string text =
        ": " + std::to_string(wrong) + " stripes; valid numbers of stripes are 1 to " + std::to_string(limit);
    EXPECT_EQ(invalid_argument([wrong] { const striped refused(1, wrong); }), "counters" + text);
    EXPECT_EQ(invalid_argument([wrong] { const snapshot_counters<> refused(1, wrong); }),
              "snapshot_counters" + text);
  }
  EXPECT_EQ(striped(1, limit).stripes(), limit);
  EXPECT_EQ(snapshot_counters<>(1, 1).stripes(), 1u);
}

TEST(index_of_snapshot_counters, is_refused_outside_of_its_range) {
  stillpoint::snapshot_counters<> counts(4);
  for (const std::size_t wrong : {std::size_t{4}, std::numeric_limits<std::size_t>::max()}) {
    EXPECT_EQ(out_of_range([&] { counts.add(wrong, 1); }), "snapshot_counters::add: index " +
                                                               std::to_string(wrong) +
                                                               " is out of range; valid indexes are 0 to 3");
  }
  counts.add(0, 1);
  counts.add(3, 2);
  EXPECT_EQ(counts.take(), (std::vector<std::int64_t>{1, 0, 0, 2}));
}

TEST(empty_endpoint, is_refused_by_every_call) {
  stillpoint::rendezvous_data<int, basic_std_policy<true>> empty;
  const std::string rest = ": the endpoint is empty: moved from, or never made";
  EXPECT_EQ(logic_error([&] { static_cast<void>(empty.wait()); }), "rendezvous::wait" + rest);
  EXPECT_EQ(logic_error([&] { static_cast<void>(empty.try_wait()); }), "rendezvous::try_wait" + rest);
  EXPECT_EQ(logic_error([&] { static_cast<void>(empty.wait_for(0ns)); }), "rendezvous::wait_for" + rest);
  EXPECT_EQ(logic_error([&] { static_cast<void>(empty.held()); }), "rendezvous_data::held" + rest);
  EXPECT_EQ(logic_error([&] { static_cast<void>(empty.swap()); }), "rendezvous_data::swap" + rest);
  EXPECT_EQ(logic_error([&] { static_cast<void>(std::move(empty).borrow()); }),
            "rendezvous_data::borrow" + rest);
}

TEST(pending_endpoint, holds_nothing_until_it_has_met) {
  auto [here, there] = stillpoint::make_rendezvous_data<int, basic_std_policy<true>>(1, 2);
  EXPECT_EQ(here.try_wait(), stillpoint::meeting::not_yet);
  const std::string rest = ": a meeting is pending: this side holds nothing until it has met";
  EXPECT_EQ(logic_error([&h = here] { static_cast<void>(h.held()); }), "rendezvous_data::held" + rest);
  EXPECT_EQ(logic_error([&h = here] { static_cast<void>(std::move(h).borrow()); }),
            "rendezvous_data::borrow" + rest);
  EXPECT_EQ(there.held(), 2) << "which has not arrived";
  EXPECT_EQ(there.try_wait(), stillpoint::meeting::met);
  EXPECT_EQ(here.wait(), stillpoint::meeting::met);
  EXPECT_EQ(here.held(), 2);
}

TEST(pending_endpoint, that_finds_itself_alone_holds_what_it_held) {
  auto [here, there] = stillpoint::make_rendezvous_data<int, basic_std_policy<true>>(1, 2);
  EXPECT_EQ(here.try_wait(), stillpoint::meeting::not_yet);
  { const auto gone = std::move(there); }
  EXPECT_EQ(here.try_wait(), stillpoint::meeting::disconnected);
  EXPECT_EQ(here.held(), 1);
}

TEST(consumed_borrow, is_refused_by_every_call) {
  auto [here, there] = stillpoint::make_rendezvous_data<int, basic_std_policy<true>>(1, 2);
  auto borrow = std::move(here).borrow();
  static_cast<void>(there.try_wait());
  auto next = std::move(borrow).swap();
  const std::string rest = ": the borrow is consumed: swapped, released or moved from";
  stillpoint::meeting result{};
  // NOLINTBEGIN(bugprone-use-after-move): that is the mistake
  EXPECT_EQ(logic_error([&] { static_cast<void>(*borrow); }), "rendezvous_data::borrow::operator*" + rest);
  EXPECT_EQ(logic_error([&] { static_cast<void>(borrow.operator->()); }),
            "rendezvous_data::borrow::operator->" + rest);
  EXPECT_EQ(logic_error([&] { static_cast<void>(std::move(borrow).swap()); }),
            "rendezvous_data::borrow::swap" + rest);
  EXPECT_EQ(logic_error([&] { static_cast<void>(std::move(borrow).swap(result)); }),
            "rendezvous_data::borrow::swap" + rest);
  EXPECT_EQ(logic_error([&] { static_cast<void>(std::move(borrow).release()); }),
            "rendezvous_data::borrow::release" + rest);
  // NOLINTEND(bugprone-use-after-move)
  EXPECT_EQ(*next, 2);
}

TEST(endpoints_of_a_storage, are_given_out_once) {
  stillpoint::rendezvous_storage<int, basic_std_policy<true>> storage(1, 2);
  const auto sides = storage.endpoints();
  for (int again = 0; again < 2; ++again)
    EXPECT_EQ(logic_error([&] { static_cast<void>(storage.endpoints()); }),
              "rendezvous_storage::endpoints: the endpoints were given out before");
}

TEST(empty_snapshot, is_refused_by_every_dereference) {
  struct pair {
    int first;
  };
  using value_type = stillpoint::atomic_value<pair, basic_std_policy<true>>;
  const value_type::snapshot snapshot;
  const value_type::owner owner;
  const std::string text = "atomic_value: an empty snapshot was dereferenced";
  EXPECT_EQ(logic_error([&] { static_cast<void>(*snapshot); }), text);
  EXPECT_EQ(logic_error([&] { static_cast<void>(snapshot->first); }), text);
  EXPECT_EQ(logic_error([&] { static_cast<void>(*owner); }), text);
  EXPECT_EQ(logic_error([&] { static_cast<void>(owner->first); }), text);
  EXPECT_TRUE(snapshot.get() == nullptr && owner.get() == nullptr);
}

}  // namespace
