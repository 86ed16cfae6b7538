// SPDX-License-Identifier: BSL-1.0
//
// Tests that an engine finds what is planted in the recorder. A test program instantiates them for its
// engine:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(relacy, planted_in_recorder, relacy_engine);
#pragma once

#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "verify/clients/recorder.hpp"
#include "verify/planted/planted.hpp"

namespace stillpoint::verify::planted {

template <class Engine>
class planted_in_recorder : public testing::Test {
 protected:
  using plain = clients::recorder_clients<clients::recorder_over_plain_phaser>::list;
  using striped = clients::recorder_clients<clients::recorder_over_striped_phaser>::list;
  using asymmetric = clients::recorder_clients<clients::recorder_over_asymmetric_phaser>::list;
  using one_for_each_stripe = clients::striped_recorder_clients::list;
  static constexpr std::string_view file = "stillpoint/recorder.hpp";

  // Weakens the ordered sites of `op`, which must be `expected` in number.
  template <class List>
  static void expect_found_at(operation op, std::size_t expected, const std::string& what) {
    std::size_t ordered = 0;
    for (const site& s : planting::select(sites_in<Engine, List>(file), "recorder", op)) {
      if (!is_ordered(s)) continue;
      ++ordered;
      expect_found<List>(what, weakened(s));
    }
    EXPECT_EQ(ordered, expected) << what;
  }

  template <class List>
  static void expect_each_order_needed() {
    unsigned ordered = 0;
    for (const site& s : sites_in<Engine, List>(file)) {
      if (!is_ordered(s)) continue;
      ++ordered;
      expect_found<List>(describe(s) + " relaxed", weakened(s));
    }
    EXPECT_GT(ordered, 0u);
  }

  // Leaves out an operation on the buffers of a striped_recorder; there are `expected` of them.
  static void expect_found_without(std::string_view function, operation op, std::size_t expected) {
    const auto sites =
        planting::select(sites_in<Engine, one_for_each_stripe>("detail/stripe_buffers.hpp"), function, op);
    EXPECT_EQ(sites.size(), expected) << function;
    for (const site& s : sites) {
      defect wrong;
      wrong.where = s;
      wrong.dropped = true;
      expect_found<one_for_each_stripe>(describe(s) + " left out", wrong);
    }
  }

 private:
  template <class List>
  static void expect_found(const std::string& what, const defect& wrong) {
    const finding found = find<Engine, List>(wrong);
    print(std::cout, what, found);
    EXPECT_TRUE(found) << what;
  }
};

TYPED_TEST_SUITE_P(planted_in_recorder);

TYPED_TEST_P(planted_in_recorder, pointer_stored_relaxed) {
  this->template expect_found_at<typename TestFixture::plain>(operation::store, 1,
                                                              "active buffer stored relaxed");
}

TYPED_TEST_P(planted_in_recorder, pointer_loaded_relaxed) {
  this->template expect_found_at<typename TestFixture::plain>(operation::load, 1,
                                                              "active buffer loaded relaxed");
}

TYPED_TEST_P(planted_in_recorder, each_order_is_needed) {
  this->template expect_each_order_needed<typename TestFixture::plain>();
}

TYPED_TEST_P(planted_in_recorder, each_order_over_the_striped_phaser_is_needed) {
  this->template expect_each_order_needed<typename TestFixture::striped>();
}

TYPED_TEST_P(planted_in_recorder, each_order_over_the_asymmetric_phaser_is_needed) {
  this->template expect_each_order_needed<typename TestFixture::asymmetric>();
}

TYPED_TEST_P(planted_in_recorder, each_order_of_the_striped_recorder_is_needed) {
  this->template expect_each_order_needed<typename TestFixture::one_for_each_stripe>();
}

TYPED_TEST_P(planted_in_recorder, recordings_side_by_side) {
  this->expect_found_without("::lock", operation::lock, 1);
  this->expect_found_without("::lock", operation::unlock, 1);
}

TYPED_TEST_P(planted_in_recorder, stripe_that_is_forgotten) {
  this->expect_found_without("::make_own_buffer", operation::plain_write, 1);
}

TYPED_TEST_P(planted_in_recorder, buffer_that_is_not_destroyed) {
  this->expect_found_without("::~stripe_buffers", operation::destroy, 1);
}

REGISTER_TYPED_TEST_SUITE_P(planted_in_recorder, pointer_stored_relaxed, pointer_loaded_relaxed,
                            each_order_is_needed, each_order_over_the_striped_phaser_is_needed,
                            each_order_over_the_asymmetric_phaser_is_needed,
                            each_order_of_the_striped_recorder_is_needed, recordings_side_by_side,
                            stripe_that_is_forgotten, buffer_that_is_not_destroyed);

}  // namespace stillpoint::verify::planted
