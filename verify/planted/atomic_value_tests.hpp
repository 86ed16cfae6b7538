// SPDX-License-Identifier: BSL-1.0
//
// Tests that an engine finds what is planted in atomic_value. A test program instantiates them for its
// engine:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(relacy, planted_in_atomic_value, relacy_engine);
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "verify/clients/atomic_value/clients.hpp"
#include "verify/planted/planted.hpp"

namespace stillpoint::verify::planted {

template <class Engine>
class planted_in_atomic_value : public testing::Test {
 protected:
  using typed = clients::atomic_value_clients::list;
  using more = clients::atomic_value_clients::more;
  using any = clients::any_value_clients::list;
  using places = clients::slot_list_clients::list;
  static constexpr std::string_view cell = "stillpoint/detail/value_cell.hpp";
  static constexpr std::string_view node = "stillpoint/detail/value_node.hpp";
  static constexpr std::string_view domain = "stillpoint/snapshot_domain.hpp";
  static constexpr std::string_view list = "stillpoint/detail/slot_list.hpp";

  // The operations `op` in functions with that name, in order of their lines.
  static std::vector<site> sites_of(std::string_view file, std::string_view function, operation op) {
    std::vector<site> found = planting::select(sites_in<Engine, typed>(file), function, op);
    std::sort(found.begin(), found.end(), [](const site& a, const site& b) { return a.line < b.line; });
    return found;
  }

  // The only one.
  static site site_of(std::string_view file, std::string_view function, operation op) {
    const std::vector<site> found = sites_of(file, function, op);
    EXPECT_EQ(found.size(), 1u) << function;
    return found.empty() ? site{} : found.front();
  }

  // The clients are many, and most defects show in some of them at once: so first a short look at each.
  static void expect_found(const std::string& what, const defect& wrong) {
    finding found;
    for (const std::uint64_t most : {2'000, 0}) {
      if (!found) found = find<Engine, places>(wrong, budget::quick, most);
      if (!found) found = find<Engine, typed>(wrong, budget::quick, most);
      if (!found) found = find<Engine, more>(wrong, budget::quick, most);
    }
    print(std::cout, what, found);
    EXPECT_TRUE(found) << what;
  }

  static void expect_each_order_needed(std::string_view file, unsigned expected) {
    unsigned ordered = 0;
    for (const site& s : sites_in<Engine, typed>(file)) {
      if (!is_ordered(s) || s.op == operation::light_fence || s.op == operation::heavy_fence) continue;
      ++ordered;
      // To Relacy a relaxed store continues the release sequence of an earlier one of its thread, so that the
      // store in confirm is as good as a release.
      const bool continues =
          s.op == operation::store && s.function.find("::confirm") != std::string_view::npos;
      if (continues && Engine::name == "relacy") continue;
      expect_found(describe(s) + " relaxed", weakened(s));
    }
    EXPECT_EQ(ordered, expected) << file;
  }

  static defect dropped(const site& where) {
    defect wrong;
    wrong.where = where;
    wrong.dropped = true;
    return wrong;
  }
  static defect doubled(const site& where) {
    defect wrong;
    wrong.where = where;
    wrong.doubled = true;
    return wrong;
  }
  static defect torn(const site& where) {
    defect wrong;
    wrong.where = where;
    wrong.torn = true;
    return wrong;
  }
};

TYPED_TEST_SUITE_P(planted_in_atomic_value);

TYPED_TEST_P(planted_in_atomic_value, each_order_of_the_cell_is_needed) {
  this->expect_each_order_needed(this->cell, 7);
}

TYPED_TEST_P(planted_in_atomic_value, each_order_of_a_node_is_needed) {
  this->expect_each_order_needed(this->node, 1);
}

TYPED_TEST_P(planted_in_atomic_value, each_order_of_the_domain_is_needed) {
  this->expect_each_order_needed(this->domain, 3);
}

TYPED_TEST_P(planted_in_atomic_value, each_order_of_the_list_is_needed) {
  this->expect_each_order_needed(this->list, 5);
}

TYPED_TEST_P(planted_in_atomic_value, fences_left_out) {
  this->expect_found("load without its light fence",
                     this->dropped(this->site_of(this->cell, "::confirm", operation::light_fence)));
  this->expect_found("look without its heavy fence",
                     this->dropped(this->site_of(this->cell, "::reclaim", operation::heavy_fence)));
}

TYPED_TEST_P(planted_in_atomic_value, slots_that_say_something_else) {
  this->expect_found("slot that is not set",
                     this->dropped(this->site_of(this->domain, "::protect", operation::store)));
  this->expect_found("slot that keeps the value of which the load was wrong",
                     this->dropped(this->site_of(this->cell, "::confirm", operation::store)));
  this->expect_found("slot that is not given back",
                     this->dropped(this->site_of(this->cell, "::give_back", operation::store)));
  this->expect_found("place that two may take",
                     this->torn(this->site_of(this->list, "::claim", operation::compare_exchange_strong)));
}

TYPED_TEST_P(planted_in_atomic_value, stores_that_lose_one) {
  this->expect_found("store in two steps",
                     this->torn(this->site_of(this->cell, "::exchange", operation::exchange)));
  this->expect_found("compare_exchange in two steps",
                     this->torn(this->site_of(this->cell, "::replace", operation::compare_exchange_strong)));
  this->expect_found("retirement in two steps",
                     this->torn(this->site_of(this->cell, "::push", operation::compare_exchange_strong)));
}

TYPED_TEST_P(planted_in_atomic_value, looks_that_go_wrong) {
  for (const site& s : this->sites_of(this->cell, "::keep_protected", operation::plain_write)) {
    this->expect_found("look that leaves out a note on a value", this->dropped(s));
  }
  this->expect_found("look that leaves the values to the next one, too",
                     this->dropped(this->site_of(this->cell, "::reclaim", operation::exchange)));
  for (const site& s : this->sites_of(this->cell, "::reclaim", operation::store)) {
    this->expect_found("look that does not end, or does not count anew", this->dropped(s));
  }
  this->expect_found("stores that are not counted",
                     this->dropped(this->site_of(this->cell, "::retire", operation::fetch_add)));
  this->expect_found("stores that are counted twice",
                     this->doubled(this->site_of(this->cell, "::retire", operation::fetch_add)));
}

TYPED_TEST_P(planted_in_atomic_value, shares_counted_wrong) {
  this->expect_found("share that is not counted",
                     this->dropped(this->site_of(this->node, "::own", operation::fetch_add)));
  this->expect_found("share that is counted twice",
                     this->doubled(this->site_of(this->node, "::own", operation::fetch_add)));
  this->expect_found("share that is not given back",
                     this->dropped(this->site_of(this->node, "::disown", operation::fetch_sub)));
  this->expect_found("share that is given back twice",
                     this->doubled(this->site_of(this->node, "::disown", operation::fetch_sub)));
  this->expect_found("count in two steps",
                     this->torn(this->site_of(this->node, "::disown", operation::fetch_sub)));
}

// The first value of an any_value decides, so that one in two steps could let two types in.
TYPED_TEST_P(planted_in_atomic_value, first_store_in_two_steps) {
  const defect wrong = this->torn(this->site_of(this->cell, "::replace", operation::compare_exchange_strong));
  const finding found = find<TypeParam, typename TestFixture::any>(wrong, budget::quick);
  print(std::cout, "first store in two steps", found);
  EXPECT_TRUE(found);
}

// What the other tests find is found because it was planted: without a change there is nothing to find.
TYPED_TEST_P(planted_in_atomic_value, nothing_is_found_where_nothing_is_wrong) {
  defect nothing;
  nothing.where = this->site_of(this->cell, "::confirm", operation::store);
  const finding found = find<TypeParam, typename TestFixture::typed>(nothing, budget::quick, 5'000);
  print(std::cout, "nothing", found);
  EXPECT_FALSE(found);
  EXPECT_GT(found.executions_in_vain, 0u);
}

REGISTER_TYPED_TEST_SUITE_P(planted_in_atomic_value, each_order_of_the_cell_is_needed,
                            each_order_of_a_node_is_needed, each_order_of_the_domain_is_needed,
                            each_order_of_the_list_is_needed, fences_left_out, slots_that_say_something_else,
                            stores_that_lose_one, looks_that_go_wrong, shares_counted_wrong,
                            first_store_in_two_steps, nothing_is_found_where_nothing_is_wrong);

}  // namespace stillpoint::verify::planted
