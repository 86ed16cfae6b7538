// SPDX-License-Identifier: BSL-1.0
//
// Tests that an engine finds what is planted in the rendezvous. A test program instantiates them for its
// engine:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(relacy, planted_in_rendezvous, relacy_engine);
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "verify/clients/rendezvous/clients.hpp"
#include "verify/planted/planted.hpp"

namespace stillpoint::verify::planted {

template <class Engine>
class planted_in_rendezvous : public testing::Test {
 protected:
  using owned = clients::rendezvous_clients<clients::owned_kind>::list;
  using stored = clients::rendezvous_clients<clients::storage_kind>::list;
  static constexpr std::string_view meeting_point = "stillpoint/detail/meeting_point.hpp";
  static constexpr std::string_view ownership = "stillpoint/rendezvous.hpp";

  // The one ordered operation `op` in the function with that name.
  static site site_of(std::string_view file, std::string_view function, operation op) {
    std::vector<site> ordered;
    for (const site& s : planting::select(sites_in<Engine, owned>(file), function, op)) {
      if (is_ordered(s)) ordered.push_back(s);
    }
    EXPECT_EQ(ordered.size(), 1u) << function;
    return ordered.empty() ? site{} : ordered.front();
  }

  template <class List>
  static void expect_found(const std::string& what, const defect& wrong) {
    const finding found = find<Engine, List>(wrong, budget::quick);
    print(std::cout, what, found);
    EXPECT_TRUE(found) << what;
  }

  // In both kinds: the algorithm is theirs together.
  static void expect_found_in_both(const std::string& what, const defect& wrong) {
    expect_found<owned>(what, wrong);
    expect_found<stored>(what + ", in storage", wrong);
  }

  template <class List>
  static void expect_each_order_needed(std::string_view file, unsigned expected) {
    unsigned ordered = 0;
    for (const site& s : sites_in<Engine, List>(file)) {
      if (!is_ordered(s)) continue;
      ++ordered;
      expect_found<List>(describe(s) + " relaxed", weakened(s));
    }
    EXPECT_EQ(ordered, expected) << file;
  }

  static defect dropped(const site& where) {
    defect wrong;
    wrong.where = where;
    wrong.dropped = true;
    return wrong;
  }

  static defect other_result(const site& where, std::uint64_t mask) {
    defect wrong;
    wrong.where = where;
    wrong.result_mask = mask;
    return wrong;
  }
};

TYPED_TEST_SUITE_P(planted_in_rendezvous);

TYPED_TEST_P(planted_in_rendezvous, each_order_is_needed) {
  this->template expect_each_order_needed<typename TestFixture::owned>(this->meeting_point, 4);
  this->template expect_each_order_needed<typename TestFixture::owned>(this->ownership, 1);
}

TYPED_TEST_P(planted_in_rendezvous, each_order_is_needed_in_storage) {
  this->template expect_each_order_needed<typename TestFixture::stored>(this->meeting_point, 4);
}

// The first to leave needs the one half of acq_rel, the last the other.
TYPED_TEST_P(planted_in_rendezvous, both_halves_of_the_end) {
  for (const auto half : {std::memory_order_acquire, std::memory_order_release}) {
    defect wrong;
    wrong.where = this->site_of(this->ownership, "::leave", operation::exchange);
    wrong.order = half;
    this->template expect_found<typename TestFixture::owned>("the end only " + std::string(name_of(half)),
                                                             wrong);
  }
}

TYPED_TEST_P(planted_in_rendezvous, wait_that_does_not_wait) {
  defect wrong;
  wrong.where = this->site_of(this->meeting_point, "::wait", operation::await);
  wrong.impatient = true;
  this->expect_found_in_both("wait that does not wait", wrong);
}

TYPED_TEST_P(planted_in_rendezvous, arrival_that_is_not_announced) {
  this->expect_found_in_both("arrival not announced",
                             this->dropped(this->site_of(this->meeting_point, "::arrive", operation::store)));
}

TYPED_TEST_P(planted_in_rendezvous, departure_that_is_not_announced) {
  this->expect_found_in_both("departure not announced",
                             this->dropped(this->site_of(this->meeting_point, "::leave", operation::store)));
}

TYPED_TEST_P(planted_in_rendezvous, departure_taken_for_an_arrival) {
  // Bit 6 is the lowest of a generation of two bits in eight.
  this->expect_found_in_both(
      "departure taken for an arrival",
      this->other_result(this->site_of(this->meeting_point, "::wait", operation::await), 1u << 6));
}

TYPED_TEST_P(planted_in_rendezvous, look_that_misses_what_is_there) {
  this->expect_found_in_both(
      "look that misses what is there",
      this->other_result(this->site_of(this->meeting_point, "::try_wait", operation::load), 1u << 6));
}

TYPED_TEST_P(planted_in_rendezvous, end_torn_in_two) {
  defect wrong;
  wrong.where = this->site_of(this->ownership, "::leave", operation::exchange);
  wrong.torn = true;
  this->template expect_found<typename TestFixture::owned>("end as a load and a store", wrong);
}

// What the other tests find is found because it was planted: without a change there is nothing to find.
TYPED_TEST_P(planted_in_rendezvous, nothing_is_found_where_nothing_is_wrong) {
  defect nothing;
  nothing.where = this->site_of(this->meeting_point, "::wait", operation::await);
  const finding found = find<TypeParam, typename TestFixture::owned>(nothing, budget::quick);
  print(std::cout, "nothing", found);
  EXPECT_FALSE(found);
  EXPECT_GT(found.executions_in_vain, 0u);
}

REGISTER_TYPED_TEST_SUITE_P(planted_in_rendezvous, each_order_is_needed, each_order_is_needed_in_storage,
                            both_halves_of_the_end, wait_that_does_not_wait, arrival_that_is_not_announced,
                            departure_that_is_not_announced, departure_taken_for_an_arrival,
                            look_that_misses_what_is_there, end_torn_in_two,
                            nothing_is_found_where_nothing_is_wrong);

}  // namespace stillpoint::verify::planted
