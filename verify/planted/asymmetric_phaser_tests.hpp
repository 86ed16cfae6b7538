// SPDX-License-Identifier: BSL-1.0
//
// Tests that an engine finds what is planted in the asymmetric_writer_reader_phaser. A test program
// instantiates them for its engine:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(relacy, planted_in_asymmetric_phaser, relacy_engine);
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "verify/claimed_stripes.hpp"
#include "verify/clients/writer_reader_phaser/clients.hpp"
#include "verify/clients/writer_reader_phaser/first_uses.hpp"
#include "verify/planted/planted.hpp"

namespace stillpoint::verify::planted {

// Whether a thread's relaxed store ends a release sequence that the thread heads, as it does in C++20.
template <class Engine>
constexpr bool relaxed_store_ends_release_sequence = true;

template <class Engine>
class planted_in_asymmetric_phaser : public testing::Test {
 protected:
  using published = clients::published_section_clients;
  using all_phasers = clients::writer_reader_phaser_clients<clients::asymmetric_kind>;
  // Those that see a mistake soonest.
  using own = client_list<published::flip_waits_for_no_later_section, published::every_section_counts,
                          all_phasers::sections_may_change_threads, published::writers_see_what_came_before,
                          published::shipped_number_of_stripes>;
  using shared = all_phasers::list;
  static constexpr std::string_view file = "stillpoint/asymmetric_writer_reader_phaser.hpp";

  // Of each client.
  static constexpr std::uint64_t few = 500;

  static bool is_fence(const site& s) {
    return s.op == operation::light_fence || s.op == operation::heavy_fence;
  }

  // Together, those clients execute each operation of the header.
  static const std::vector<site>& sites() {
    static const std::vector<site> all = sites_in<Engine, own>(file);
    return all;
  }

  static std::vector<site> sites_of(std::string_view function, operation op, std::size_t expected = 1) {
    std::vector<site> found = planting::select(sites(), function, op);
    EXPECT_EQ(found.size(), expected) << function;
    return found;
  }

  static void expect_found(const std::string& what, const defect& wrong) {
    finding found = find<Engine, own>(wrong, budget::quick, few);
    if (!found) found = find<Engine, shared>(wrong, budget::quick, few);
    if (!found) found = find<Engine, own>(wrong, budget::quick);
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
        find<Engine, typename clients::first_section_clients<Mistake>::list>(defect{}, budget::quick);
    print(std::cout, what, found);
    EXPECT_TRUE(found) << what;
    const finding without =
        find<Engine, typename clients::first_section_clients<clients::claiming_stripes>::list>(
            defect{}, budget::quick, few);
    EXPECT_FALSE(without) << without.error;
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

TYPED_TEST_SUITE_P(planted_in_asymmetric_phaser);

TYPED_TEST_P(planted_in_asymmetric_phaser, each_order_is_needed) {
  // What replaces a stale guess is stored right after the guess, which is stored with release.
  const site replacement = this->sites_of("::publish", operation::store, 2).back();
  std::size_t ordered = 0;
  for (const site& s : this->sites()) {
    if (!is_ordered(s) || this->is_fence(s)) continue;
    ++ordered;
    if (s == replacement && !relaxed_store_ends_release_sequence<TypeParam>) continue;
    this->expect_found(describe(s) + " relaxed", weakened(s));
  }
  EXPECT_EQ(ordered, 7u);
}

TYPED_TEST_P(planted_in_asymmetric_phaser, each_fence_is_needed) {
  this->expect_found_without("::publish", operation::light_fence);
  this->expect_found_without("::flip", operation::heavy_fence);
}

// Of the two stores in publish the first one is the guess, and the second one what replaces a stale one.
TYPED_TEST_P(planted_in_asymmetric_phaser, section_that_is_not_published) {
  this->expect_found_without("::publish", operation::store, 2);
}

TYPED_TEST_P(planted_in_asymmetric_phaser, section_that_does_not_end) {
  this->expect_found_without("::clear", operation::store);
}

TYPED_TEST_P(planted_in_asymmetric_phaser, phase_that_does_not_begin) {
  this->expect_found_without("::flip", operation::store);
}

TYPED_TEST_P(planted_in_asymmetric_phaser, flip_that_does_not_wait) {
  for (const site& s : this->sites_of("::flip", operation::await)) {
    defect wrong;
    wrong.where = s;
    wrong.impatient = true;
    this->expect_found("flip that does not wait", wrong);
  }
}

TYPED_TEST_P(planted_in_asymmetric_phaser, look_at_what_is_not_there) {
  // Taken to be free, always.
  this->expect_found_without("::is_free", operation::load);
  this->expect_found_inverted("::flip");
}

// A guess of a phase that no flip has begun yet, and a wrong phase.
TYPED_TEST_P(planted_in_asymmetric_phaser, section_of_another_phase) {
  this->expect_found_inverted("::publish", 2);
}

// A thread that uses its stripe before the bound covers it, and a flip that asked for the bound before its
// heavy fence.
TYPED_TEST_P(planted_in_asymmetric_phaser, bound_of_stripes_at_the_wrong_time) {
  this->template expect_first_use_overlooked<clients::in_use_once_announced>("in use once announced");
  this->template expect_first_use_overlooked<clients::asked_before_the_fence>("asked before the fence");
}

// What the other tests find is found because it was planted: without a change there is nothing to find.
TYPED_TEST_P(planted_in_asymmetric_phaser, nothing_is_found_where_nothing_is_wrong) {
  for (const finding& found :
       {find<TypeParam, typename TestFixture::own>(defect{}, budget::quick, TestFixture::few),
        find<TypeParam, typename TestFixture::shared>(defect{}, budget::quick, TestFixture::few)}) {
    print(std::cout, "nothing", found);
    EXPECT_FALSE(found);
    EXPECT_GT(found.executions_in_vain, 0u);
  }
}

REGISTER_TYPED_TEST_SUITE_P(planted_in_asymmetric_phaser, each_order_is_needed, each_fence_is_needed,
                            section_that_is_not_published, section_that_does_not_end,
                            phase_that_does_not_begin, flip_that_does_not_wait, look_at_what_is_not_there,
                            section_of_another_phase, bound_of_stripes_at_the_wrong_time,
                            nothing_is_found_where_nothing_is_wrong);

}  // namespace stillpoint::verify::planted
