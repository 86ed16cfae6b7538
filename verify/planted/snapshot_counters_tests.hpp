// SPDX-License-Identifier: BSL-1.0
//
// Tests that an engine finds what is planted in snapshot_counters, and in the tracker under it. A test
// program instantiates them for its engine:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(relacy, planted_in_snapshot_counters, relacy_engine);
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "verify/clients/snapshot_counters.hpp"
#include "verify/planted/planted.hpp"

namespace stillpoint::verify::planted {

// A platform's mistake: two threads are told that they own the same stripe.
template <class P>
struct one_cell_for_all : P {
  static std::size_t quick_stripe(std::size_t) { return 0; }
};

// A token that does not hold its generation: it is released at once.
template <class Tracker>
class careless_tracker {
 public:
  using generation_type = typename Tracker::generation_type;
  struct token {
    generation_type generation() const { return held; }
    generation_type held;
  };

  token acquire() { return {tracker_.acquire().generation()}; }
  generation_type increment() { return tracker_.increment(); }

 private:
  Tracker tracker_;
};

// Takes that do not wait for the adds under way.
template <class Tracker>
class hasty_tracker {
 public:
  using generation_type = typename Tracker::generation_type;

  auto acquire() { return tracker_.acquire(); }
  generation_type increment() { return tracker_.begin_increment().generation(); }

 private:
  Tracker tracker_;
};

// All adds go to the same set, whatever the generation.
template <class Tracker>
class standing_tracker {
 public:
  using generation_type = typename Tracker::generation_type;
  struct token {
    generation_type generation() const { return 0; }
    typename Tracker::token held;
  };

  token acquire() { return {tracker_.acquire()}; }
  generation_type increment() {
    tracker_.increment();
    return 0;
  }

 private:
  Tracker tracker_;
};

template <class Engine>
class planted_in_snapshot_counters : public testing::Test {
 protected:
  using list = clients::snapshot_counters_clients::list;
  static constexpr std::string_view file = "stillpoint/snapshot_counters.hpp";
  static constexpr std::string_view tracker = "stillpoint/tracker.hpp";
  // Of each client.
  static constexpr std::uint64_t few = 100;

  template <class P>
  using mistaken = snapshot_counters<one_cell_for_all<P>, clients::small_trackers::no_owner<P>>;
  template <class P>
  struct with_one_cell_for_all : clients::no_add_is_lost_base<P, mistaken<P>, 1> {
    static constexpr std::string_view primitive = "snapshot_counters";
    static constexpr std::string_view guarantee = "no_add_is_lost/one_cell_for_all";
  };
  template <class P, template <class> class Tracker>
  using on =
      snapshot_counters<clients::without_owned_stripes<P>, Tracker<clients::small_trackers::no_owner<P>>>;
  template <class P>
  struct with_careless_tokens : clients::each_set_is_used_again_base<P, on<P, careless_tracker>, 1, 2> {
    static constexpr std::string_view primitive = "snapshot_counters";
    static constexpr std::string_view guarantee = "no_add_is_lost/careless_tokens";
  };
  template <class P>
  struct with_hasty_takes : clients::no_add_is_lost_base<P, on<P, hasty_tracker>, 1> {
    static constexpr std::string_view primitive = "snapshot_counters";
    static constexpr std::string_view guarantee = "no_add_is_lost/hasty_takes";
  };
  template <class P>
  struct with_one_set : clients::snapshots_are_consistent_cuts_base<P, on<P, standing_tracker>> {
    static constexpr std::string_view primitive = "snapshot_counters";
    static constexpr std::string_view guarantee = "snapshots_are_consistent_cuts/one_set";
  };

  // The operations `op` in the function with that name.
  static site site_of(std::string_view in, std::string_view function, operation op) {
    static const std::vector<site> own = sites_in<Engine, list>(file);
    static const std::vector<site> in_tracker = sites_in<Engine, list>(tracker);
    const std::vector<site> found = planting::select(in == file ? own : in_tracker, function, op);
    EXPECT_EQ(found.size(), 1u) << function;
    return found.empty() ? site{} : found.front();
  }

  template <class List = list>
  static void expect_found(const std::string& what, const defect& wrong) {
    // Almost all is found soon.
    finding found = find<Engine, List>(wrong, budget::quick, few);
    if (!found) found = find<Engine, List>(wrong, budget::quick);
    print(std::cout, what, found);
    EXPECT_TRUE(found) << what;
  }

  static void expect_found_without(std::string_view in, std::string_view function, operation op) {
    defect wrong;
    wrong.where = site_of(in, function, op);
    wrong.dropped = true;
    expect_found(describe(wrong.where) + " left out", wrong);
  }

  static void expect_found_relaxed(std::string_view function, operation op) {
    const defect wrong = weakened(site_of(tracker, function, op));
    expect_found(describe(wrong.where) + " relaxed", wrong);
  }
};

TYPED_TEST_SUITE_P(planted_in_snapshot_counters);

TYPED_TEST_P(planted_in_snapshot_counters, add_that_is_not_stored) {
  this->expect_found_without(this->file, "::add", operation::store);
  this->expect_found_without(this->file, "::add", operation::fetch_add);
}

TYPED_TEST_P(planted_in_snapshot_counters, add_that_forgets_the_earlier_one) {
  this->expect_found_without(this->file, "::add", operation::load);
}

TYPED_TEST_P(planted_in_snapshot_counters, shared_add_torn_or_twice) {
  defect wrong;
  wrong.where = this->site_of(this->file, "::add", operation::fetch_add);
  wrong.torn = true;
  this->expect_found("shared add torn", wrong);
  wrong.torn = false;
  wrong.doubled = true;
  this->expect_found("shared add twice", wrong);
}

TYPED_TEST_P(planted_in_snapshot_counters, cell_that_is_not_emptied) {
  this->expect_found_without(this->file, "::empty", operation::store);
}

TYPED_TEST_P(planted_in_snapshot_counters, cell_that_is_misread) {
  this->expect_found_without(this->file, "::empty", operation::load);
  defect wrong;
  wrong.where = this->site_of(this->file, "::empty", operation::load);
  wrong.result_mask = 1;
  this->expect_found("cell that is misread", wrong);
}

TYPED_TEST_P(planted_in_snapshot_counters, takes_side_by_side) {
  this->expect_found_without(this->file, "::guard::guard", operation::lock);
  this->expect_found_without(this->file, "::~guard", operation::unlock);
}

TYPED_TEST_P(planted_in_snapshot_counters, two_owners_of_one_cell) {
  this->template expect_found<client_list<TestFixture::template with_one_cell_for_all>>(
      "two owners of one cell", defect{});
}

TYPED_TEST_P(planted_in_snapshot_counters, add_outside_of_its_interval) {
  this->template expect_found<client_list<TestFixture::template with_careless_tokens>>(
      "add outside of its interval", defect{});
}

TYPED_TEST_P(planted_in_snapshot_counters, take_that_does_not_wait) {
  this->template expect_found<client_list<TestFixture::template with_hasty_takes>>("take that does not wait",
                                                                                   defect{});
}

TYPED_TEST_P(planted_in_snapshot_counters, one_set_for_all_intervals) {
  this->template expect_found<client_list<TestFixture::template with_one_set>>("one set for all intervals",
                                                                               defect{});
}

// The relaxed operations on cells rely on the tracker's orders: without them, adds are lost.
TYPED_TEST_P(planted_in_snapshot_counters, cells_rely_on_the_tracker) {
  this->expect_found_relaxed("::leave", operation::fetch_add);
  this->expect_found_relaxed("::stand_up", operation::store);
  this->expect_found_without(this->tracker, "::sit_down", operation::light_fence);
  this->expect_found_without(this->tracker, "::enter", operation::light_fence);
  this->expect_found_without(this->tracker, "::begin_increment", operation::heavy_fence);
}

// What the other tests find is found because it was planted: without a change there is nothing to find.
TYPED_TEST_P(planted_in_snapshot_counters, nothing_is_found_where_nothing_is_wrong) {
  const finding found =
      find<TypeParam, typename TestFixture::list>(defect{}, budget::quick, TestFixture::few);
  print(std::cout, "nothing", found);
  EXPECT_FALSE(found);
  EXPECT_GT(found.executions_in_vain, 0u);
}

REGISTER_TYPED_TEST_SUITE_P(planted_in_snapshot_counters, add_that_is_not_stored,
                            add_that_forgets_the_earlier_one, shared_add_torn_or_twice,
                            cell_that_is_not_emptied, cell_that_is_misread, takes_side_by_side,
                            two_owners_of_one_cell, add_outside_of_its_interval, take_that_does_not_wait,
                            one_set_for_all_intervals, cells_rely_on_the_tracker,
                            nothing_is_found_where_nothing_is_wrong);

}  // namespace stillpoint::verify::planted
