// SPDX-License-Identifier: BSL-1.0
//
// Tests that an engine finds what is planted in the tracker. A test program instantiates them for its engine:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(relacy, planted_in_tracker, relacy_engine);
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "verify/claimed_stripes.hpp"
#include "verify/clients/tracker/clients.hpp"
#include "verify/clients/tracker/first_uses.hpp"
#include "verify/planted/planted.hpp"

namespace stillpoint::verify::planted {

template <class Engine>
class planted_in_tracker : public testing::Test {
 protected:
  using list = clients::tracker_clients::list;
  static constexpr std::string_view file = "stillpoint/tracker.hpp";

  // Of each client.
  static constexpr std::uint64_t few = 500;

  static bool is_fence(const site& s) {
    return s.op == operation::light_fence || s.op == operation::heavy_fence;
  }

  // The operations `op` in the function with that name; there are `expected` of them.
  static std::vector<site> sites_of(std::string_view function, operation op, std::size_t expected = 1) {
    static const std::vector<site> all = sites_in<Engine, list>(file);
    std::vector<site> found = planting::select(all, function, op);
    EXPECT_EQ(found.size(), expected) << function;
    return found;
  }

  static void expect_found(const std::string& what, const defect& wrong) {
    // Almost all is found soon.
    finding found = find<Engine, list>(wrong, budget::quick, few);
    if (!found) found = find<Engine, list>(wrong, budget::quick);
    print(std::cout, what, found);
    EXPECT_TRUE(found) << what;
  }

  static void expect_found_without(std::string_view function, operation op, std::size_t expected = 1) {
    for (const site& s : sites_of(function, op, expected)) {
      defect wrong;
      wrong.where = s;
      wrong.dropped = true;
      expect_found(describe(s) + " left out", wrong);
    }
  }

  template <template <class> class Mistake>
  static void expect_first_use_overlooked(const std::string& what) {
    const finding found =
        find<Engine, typename clients::first_use_clients<Mistake>::list>(defect{}, budget::quick);
    print(std::cout, what, found);
    EXPECT_TRUE(found) << what;
    const finding without =
        find<Engine, typename clients::first_use_clients<clients::claiming_stripes>::list>(
            defect{}, budget::quick, few);
    EXPECT_FALSE(without) << without.error;
  }

  static void expect_found_torn(std::string_view function) {
    defect wrong;
    for (const site& s : sites_of(function, operation::fetch_add)) {
      wrong.where = s;
      wrong.torn = true;
      expect_found(describe(s) + " torn", wrong);
      wrong.torn = false;
      wrong.doubled = true;
      expect_found(describe(s) + " twice", wrong);
    }
  }

  static void expect_found_inverted(std::string_view function, std::size_t expected = 1) {
    for (const site& s : sites_of(function, operation::load, expected)) {
      defect wrong;
      wrong.where = s;
      wrong.result_mask = 1;
      expect_found(describe(s) + " with another result", wrong);
    }
  }
};

TYPED_TEST_SUITE_P(planted_in_tracker);

TYPED_TEST_P(planted_in_tracker, each_order_is_needed) {
  std::size_t ordered = 0;
  for (const site& s : sites_in<TypeParam, typename TestFixture::list>(this->file)) {
    if (!is_ordered(s) || this->is_fence(s)) continue;
    ++ordered;
    this->expect_found(describe(s) + " relaxed", weakened(s));
  }
  EXPECT_EQ(ordered, 13u);
}

TYPED_TEST_P(planted_in_tracker, each_fence_is_needed) {
  this->expect_found_without("::sit_down", operation::light_fence);
  this->expect_found_without("::enter", operation::light_fence);
  this->expect_found_without("::release_seat", operation::light_fence);
  this->expect_found_without("::release_counted", operation::light_fence);
  this->expect_found_without("::begin_increment", operation::heavy_fence);
}

TYPED_TEST_P(planted_in_tracker, token_that_is_not_announced) {
  this->expect_found_without("::sit_down", operation::store);
  this->expect_found_without("::enter", operation::fetch_add);
}

TYPED_TEST_P(planted_in_tracker, release_that_does_not_take_place) {
  this->expect_found_without("::stand_up", operation::store);
  this->expect_found_without("::leave", operation::fetch_add);
}

TYPED_TEST_P(planted_in_tracker, waiter_that_is_not_told) {
  this->expect_found_without("::tell_who_waits", operation::fetch_add);
}

TYPED_TEST_P(planted_in_tracker, generation_that_does_not_begin) {
  this->expect_found_without("::begin_increment", operation::store);
}

TYPED_TEST_P(planted_in_tracker, counts_torn_or_twice) {
  this->expect_found_torn("::enter");
  this->expect_found_torn("::leave");
}

TYPED_TEST_P(planted_in_tracker, wait_that_does_not_wait) {
  for (const site& s : this->sites_of("::await_end", operation::await)) {
    defect wrong;
    wrong.where = s;
    wrong.impatient = true;
    this->expect_found("wait that does not wait", wrong);
  }
}

TYPED_TEST_P(planted_in_tracker, token_of_another_generation) {
  this->expect_found_inverted("::sit_down");
  this->expect_found_inverted("::enter");
}

TYPED_TEST_P(planted_in_tracker, look_at_what_is_not_there) {
  this->expect_found_inverted("::is_free");
  this->expect_found_inverted("::no_seat_has");
  this->expect_found_inverted("::is_empty", 2);
  this->expect_found_inverted("::has_ended");
}

TYPED_TEST_P(planted_in_tracker, incrementers_side_by_side) {
  this->expect_found_without("guard", operation::lock);
  this->expect_found_without("guard", operation::unlock);
}

// A thread that uses its stripe before the bound covers it, and an increment that asked for the bound before
// its heavy fence: what two fences order has to lie on the right sides of them.
TYPED_TEST_P(planted_in_tracker, bound_of_stripes_at_the_wrong_time) {
  this->template expect_first_use_overlooked<clients::in_use_once_announced>("in use once announced");
  this->template expect_first_use_overlooked<clients::asked_before_the_fence>("asked before the fence");
}

// What the other tests find is found because it was planted: without a change there is nothing to find.
TYPED_TEST_P(planted_in_tracker, nothing_is_found_where_nothing_is_wrong) {
  const finding found =
      find<TypeParam, typename TestFixture::list>(defect{}, budget::quick, TestFixture::few);
  print(std::cout, "nothing", found);
  EXPECT_FALSE(found);
  EXPECT_GT(found.executions_in_vain, 0u);
}

REGISTER_TYPED_TEST_SUITE_P(planted_in_tracker, each_order_is_needed, each_fence_is_needed,
                            token_that_is_not_announced, release_that_does_not_take_place,
                            waiter_that_is_not_told, generation_that_does_not_begin, counts_torn_or_twice,
                            wait_that_does_not_wait, token_of_another_generation, look_at_what_is_not_there,
                            incrementers_side_by_side, bound_of_stripes_at_the_wrong_time,
                            nothing_is_found_where_nothing_is_wrong);

}  // namespace stillpoint::verify::planted
