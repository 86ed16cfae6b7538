// SPDX-License-Identifier: BSL-1.0
//
// Tests that an engine finds what is planted in the writer_reader_phaser. A test program instantiates them
// for its engine:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(relacy, planted_in_writer_reader_phaser, relacy_engine);
#pragma once

#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "verify/clients/writer_reader_phaser/clients.hpp"
#include "verify/planted/planted.hpp"

namespace stillpoint::verify::planted {

template <class Engine>
class planted_in_writer_reader_phaser : public testing::Test {
 protected:
  using plain = clients::writer_reader_phaser_clients<clients::plain_kind>::list;
  using striped = clients::writer_reader_phaser_clients<clients::striped_kind>::list;
  static constexpr std::string_view file = "stillpoint/writer_reader_phaser.hpp";

  // The site of the one operation `op` in the function with that name.
  static site site_of(std::string_view function, operation op) {
    const std::vector<site> found = planting::select(sites_in<Engine, plain>(file), function, op);
    std::vector<site> ordered;
    for (const site& s : found) {
      if (is_ordered(s)) ordered.push_back(s);
    }
    EXPECT_EQ(ordered.size(), 1u) << function;
    return ordered.empty() ? site{} : ordered.front();
  }

  template <class List>
  static void expect_found(const std::string& what, const defect& wrong) {
    const finding found = find<Engine, List>(wrong);
    print(std::cout, what, found);
    EXPECT_TRUE(found) << what;
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
};

TYPED_TEST_SUITE_P(planted_in_writer_reader_phaser);

TYPED_TEST_P(planted_in_writer_reader_phaser, relaxed_enter) {
  this->template expect_found<typename TestFixture::plain>(
      "writer_enter relaxed", weakened(this->site_of("::writer_enter", operation::fetch_add)));
}

TYPED_TEST_P(planted_in_writer_reader_phaser, relaxed_exit) {
  this->template expect_found<typename TestFixture::plain>(
      "writer_exit relaxed", weakened(this->site_of("::writer_exit", operation::fetch_add)));
}

TYPED_TEST_P(planted_in_writer_reader_phaser, relaxed_phase_change) {
  this->template expect_found<typename TestFixture::plain>(
      "flip's exchange relaxed", weakened(this->site_of("::begin_next_phase", operation::exchange)));
}

TYPED_TEST_P(planted_in_writer_reader_phaser, relaxed_await) {
  this->template expect_found<typename TestFixture::plain>(
      "flip's await relaxed", weakened(this->site_of("::flip", operation::await)));
}

TYPED_TEST_P(planted_in_writer_reader_phaser, flip_that_does_not_wait) {
  defect wrong;
  wrong.where = this->site_of("::flip", operation::await);
  wrong.impatient = true;
  this->template expect_found<typename TestFixture::plain>("flip that does not wait", wrong);
}

TYPED_TEST_P(planted_in_writer_reader_phaser, exit_on_the_wrong_side) {
  defect wrong;
  wrong.where = this->site_of("::writer_enter", operation::fetch_add);
  wrong.result_mask = 1;
  this->template expect_found<typename TestFixture::plain>("exit counted on the wrong side", wrong);
}

// What the other tests find is found because it was planted: without a change there is nothing to find.
TYPED_TEST_P(planted_in_writer_reader_phaser, nothing_is_found_where_nothing_is_wrong) {
  const std::vector<site> sites =
      planting::select(sites_in<TypeParam, typename TestFixture::plain>(TestFixture::file),
                       "::begin_next_phase", operation::load);
  ASSERT_FALSE(sites.empty());
  const finding found = find<TypeParam, typename TestFixture::plain>(weakened(sites.front()), budget::quick);
  print(std::cout, describe(sites.front()) + " left relaxed", found);
  EXPECT_FALSE(found);
  EXPECT_GT(found.executions_in_vain, 0u);
}

TYPED_TEST_P(planted_in_writer_reader_phaser, each_order_is_needed) {
  this->template expect_each_order_needed<typename TestFixture::plain>();
}

TYPED_TEST_P(planted_in_writer_reader_phaser, each_order_of_the_striped_one_is_needed) {
  this->template expect_each_order_needed<typename TestFixture::striped>();
}

REGISTER_TYPED_TEST_SUITE_P(planted_in_writer_reader_phaser, relaxed_enter, relaxed_exit,
                            relaxed_phase_change, relaxed_await, flip_that_does_not_wait,
                            exit_on_the_wrong_side, nothing_is_found_where_nothing_is_wrong,
                            each_order_is_needed, each_order_of_the_striped_one_is_needed);

}  // namespace stillpoint::verify::planted
