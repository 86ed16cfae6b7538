// SPDX-License-Identifier: BSL-1.0
// The phasers do what their models say, for any sequence of calls; and a phaser made wrong does not.

#include "tests/property/phaser_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>

#include "tests/property/properties.hpp"
#include "tests/property/scripted_policy.hpp"

namespace {

using stillpoint::tests::asymmetric_phaser_kind;
using stillpoint::tests::counterexample_to;
using stillpoint::tests::expect_to_hold;
using stillpoint::tests::phaser_agrees_with_its_model;
using stillpoint::tests::phaser_kind;
using checked = stillpoint::tests::scripted_policy<true>;
using unchecked = stillpoint::tests::scripted_policy<false>;

template <class Kind>
class phaser_commands : public testing::Test {};

using kinds =
    testing::Types<phaser_kind<checked, 1>, phaser_kind<unchecked, 1>, phaser_kind<checked, 3>,
                   phaser_kind<unchecked, unchecked::stripe_count>, phaser_kind<checked, 1, std::uint8_t, 2>,
                   phaser_kind<unchecked, 2, std::uint8_t, 2>, phaser_kind<checked, 1, std::uint8_t, 1>>;
TYPED_TEST_SUITE(phaser_commands, kinds);

TYPED_TEST(phaser_commands, agree_with_the_model) {
  expect_to_hold(phaser_agrees_with_its_model<TypeParam>, 5);
}

template <class Kind>
class asymmetric_phaser_commands : public testing::Test {};

// Where few phases are, sections on owned stripes are counted if those are taken: on the first shared one, by
// as many bits as there are phases.
using asymmetric_kinds =
    testing::Types<asymmetric_phaser_kind<checked, 1, 1>, asymmetric_phaser_kind<unchecked, 2, 1>,
                   asymmetric_phaser_kind<unchecked, 3, 2>,
                   asymmetric_phaser_kind<checked, 2, 1, std::uint8_t, 6>>;
TYPED_TEST_SUITE(asymmetric_phaser_commands, asymmetric_kinds);

TYPED_TEST(asymmetric_phaser_commands, agree_with_the_model) {
  expect_to_hold(phaser_agrees_with_its_model<TypeParam>, 5);
}

// Flips do not wait.
struct hasty_policy : checked {
  template <class T, class Predicate>
  static T await(const std::atomic<T>& place, std::memory_order order, Predicate, waiter) {
    return place.load(order);
  }
};

// Every reader takes himself for the one that holds the lock.
struct one_thread_policy : checked {
  static thread_id this_thread() noexcept { return 1; }
};

TEST(phaser_made_wrong, a_flip_that_does_not_wait_is_found) {
  const auto found = counterexample_to(phaser_agrees_with_its_model<phaser_kind<hasty_policy, 1>>);
  ASSERT_TRUE(found);
  EXPECT_LE(found->lines(), 2u) << found->text;
  EXPECT_THAT(found->text, testing::HasSubstr("enter on stripe 0"));
}

TEST(phaser_made_wrong, an_asymmetric_flip_that_does_not_wait_is_found) {
  const auto found =
      counterexample_to(phaser_agrees_with_its_model<asymmetric_phaser_kind<hasty_policy, 1, 1>>);
  ASSERT_TRUE(found);
  EXPECT_LE(found->lines(), 2u) << found->text;
  EXPECT_THAT(found->text, testing::HasSubstr("enter on stripe 0"));
}

TEST(phaser_made_wrong, a_lock_that_does_not_know_its_owner_is_found) {
  const auto found = counterexample_to(phaser_agrees_with_its_model<phaser_kind<one_thread_policy, 1>>);
  ASSERT_TRUE(found);
  EXPECT_LE(found->lines(), 3u) << found->text;
}

}  // namespace
