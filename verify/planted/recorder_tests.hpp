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

REGISTER_TYPED_TEST_SUITE_P(planted_in_recorder, pointer_stored_relaxed, pointer_loaded_relaxed,
                            each_order_is_needed, each_order_over_the_striped_phaser_is_needed,
                            each_order_over_the_asymmetric_phaser_is_needed);

}  // namespace stillpoint::verify::planted
