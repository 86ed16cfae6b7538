// SPDX-License-Identifier: BSL-1.0
//
// Tests that an engine finds what is planted in counters of both kinds, in counters_ref, and in the registry
// of stripes. A test program instantiates them for its engine:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(relacy, planted_in_counters, relacy_engine);
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verify/clients/counters/clients.hpp"
#include "verify/planted/planted.hpp"

namespace stillpoint::verify::planted {

// A platform's mistake: two threads are told that they own the same stripe.
template <class P>
struct one_stripe_for_all : P {
  static std::size_t owned_stripe() { return 0; }
};

template <class Engine>
class planted_in_counters : public testing::Test {
 protected:
  template <class Kind>
  using list_of = typename clients::counters_clients<Kind>::list;
  using atomics_list = list_of<clients::counters_of_atomics>;
  using consistent_list =
      typename clients::sequentially_consistent_clients<clients::counters_of_atomics>::list;
  using of_one_cell_list =
      typename clients::sequentially_consistent_clients<clients::counters_of_atomics>::of_one_cell;
  using striped_list = list_of<clients::counters_of_write_concurrency>;
  using ref_list = clients::counters_ref_clients::list;
  using registry_list = clients::stripe_registry_clients::list;

  // What the weaker kind does not promise.
  using not_promised =
      typename clients::sequentially_consistent_clients<clients::counters_of_write_concurrency>::list;

  template <class P>
  using lost_with_one_stripe =
      clients::no_write_is_lost_of_counters<one_stripe_for_all<P>,
                                            counters<write_concurrency, one_stripe_for_all<P>>>;
  template <class P>
  struct no_write_is_lost : lost_with_one_stripe<P> {
    static constexpr std::string_view primitive = "counters_write_concurrency";
    static constexpr std::string_view guarantee = "no_write_is_lost";
  };

  static constexpr std::string_view atomic_cells = "stillpoint/detail/atomic_cells.hpp";
  static constexpr std::string_view striped_cells = "stillpoint/detail/striped_cells.hpp";
  static constexpr std::string_view registry = "stillpoint/detail/stripe_registry.hpp";
  static constexpr std::string_view ref = "stillpoint/counters_ref.hpp";

  template <class List>
  static void expect_found(const std::string& what, const defect& wrong) {
    // What can be found here is found within a few hundred executions.
    const finding found = find<Engine, List>(wrong, budget::quick);
    print(std::cout, what, found);
    EXPECT_TRUE(found) << what;
  }

  template <class List>
  static void expect_found_with(const site& where, std::optional<std::memory_order> order,
                                std::optional<std::memory_order> failure_order) {
    defect wrong;
    wrong.where = where;
    wrong.order = order;
    wrong.failure_order = failure_order;
    const auto part = [](const std::optional<std::memory_order>& o) {
      return std::string(o ? name_of(*o) : "as it is");
    };
    expect_found<List>(
        describe(where) + " " + part(order) + (failure_order ? ", on failure " + part(failure_order) : ""),
        wrong);
  }

  // Each order by itself, made relaxed. `expected`: how many there are.
  template <class List>
  static void expect_each_order_needed(std::string_view file, std::size_t expected) {
    std::size_t ordered = 0;
    for (const site& s : sites_in<Engine, List>(file)) {
      if (s.order != std::memory_order_relaxed) {
        ++ordered;
        expect_found_with<List>(s, std::memory_order_relaxed, std::nullopt);
      }
      if (s.failure_order != std::memory_order_relaxed) {
        ++ordered;
        expect_found_with<List>(s, std::nullopt, std::memory_order_relaxed);
      }
    }
    EXPECT_EQ(ordered, expected);
  }

  // Each site of that operation, its read-modify-write split in two.
  template <class List>
  static void expect_found_torn(std::string_view file, std::string_view function, operation op) {
    const auto sites = planting::select(sites_in<Engine, List>(file), function, op);
    EXPECT_FALSE(sites.empty()) << function;
    for (const site& s : sites) {
      defect wrong;
      wrong.where = s;
      wrong.torn = true;
      expect_found<List>(describe(s) + " torn", wrong);
    }
  }
};

TYPED_TEST_SUITE_P(planted_in_counters);

TYPED_TEST_P(planted_in_counters, each_order_of_atomics_is_needed) {
  this->template expect_each_order_needed<typename TestFixture::consistent_list>(TestFixture::atomic_cells,
                                                                                 4);
}

// Acquire and release are not enough for one order of all.
TYPED_TEST_P(planted_in_counters, each_seq_cst_of_atomics_is_needed) {
  std::size_t weakened = 0;
  for (const site& s :
       sites_in<TypeParam, typename TestFixture::consistent_list>(TestFixture::atomic_cells)) {
    if (!is_ordered(s)) continue;
    ASSERT_EQ(s.order, std::memory_order_seq_cst) << describe(s);
    const std::memory_order weaker = s.op == operation::load    ? std::memory_order_acquire
                                     : s.op == operation::store ? std::memory_order_release
                                                                : std::memory_order_acq_rel;
    ++weakened;
    this->template expect_found_with<typename TestFixture::consistent_list>(s, weaker, std::nullopt);
  }
  EXPECT_EQ(weakened, 4u);
}

// So it is for add_get, and for a compare_exchange, whether it replaces or not.
TYPED_TEST_P(planted_in_counters, each_seq_cst_of_one_cell_is_needed) {
  using list = typename TestFixture::of_one_cell_list;
  constexpr auto both = std::memory_order_acq_rel;
  const auto sites = sites_in<TypeParam, list>(TestFixture::atomic_cells);
  const auto adds = planting::select(sites, "::add_get", operation::fetch_add);
  const auto swaps = planting::select(sites, "::compare_exchange", operation::compare_exchange_strong);
  ASSERT_EQ(adds.size(), 1u);
  ASSERT_EQ(swaps.size(), 1u);
  this->template expect_found_with<list>(adds[0], both, std::nullopt);
  this->template expect_found_with<list>(swaps[0], both, std::memory_order_acquire);
  // Relacy takes a success order that is as strong as the failure order, and a failure reads the newest
  // value.
  if (TypeParam::name == "relacy") return;
  this->template expect_found_with<list>(swaps[0], both, std::nullopt);
  this->template expect_found_with<list>(swaps[0], std::nullopt, std::memory_order_acquire);
}

TYPED_TEST_P(planted_in_counters, torn_operations_of_one_cell) {
  using list = typename TestFixture::of_one_cell_list;
  this->template expect_found_torn<list>(TestFixture::atomic_cells, "::add_get", operation::fetch_add);
  this->template expect_found_torn<list>(TestFixture::atomic_cells, "::compare_exchange",
                                         operation::compare_exchange_strong);
}

TYPED_TEST_P(planted_in_counters, torn_writes_of_atomics) {
  using list = typename TestFixture::atomics_list;
  this->template expect_found_torn<list>(TestFixture::atomic_cells, "::add", operation::fetch_add);
  this->template expect_found_torn<list>(TestFixture::atomic_cells, "::replace", operation::exchange);
}

TYPED_TEST_P(planted_in_counters, each_order_of_write_concurrency_is_needed) {
  this->template expect_each_order_needed<typename TestFixture::striped_list>(TestFixture::striped_cells, 5);
}

TYPED_TEST_P(planted_in_counters, torn_writes_of_write_concurrency) {
  using list = typename TestFixture::striped_list;
  this->template expect_found_torn<list>(TestFixture::striped_cells, "::add", operation::fetch_add);
  this->template expect_found_torn<list>(TestFixture::striped_cells, "::replace",
                                         operation::compare_exchange_strong);
}

TYPED_TEST_P(planted_in_counters, two_owners_of_one_stripe) {
  this->template expect_found<client_list<TestFixture::template no_write_is_lost>>("two owners of one stripe",
                                                                                   defect{});
}

// write_concurrency promises less, and that is no mere words: each of these is seen.
TYPED_TEST_P(planted_in_counters, what_write_concurrency_does_not_promise) {
  TestFixture::not_promised::template for_each<typename TypeParam::policy>([]<client C>() {
    const run_result seen = TypeParam::template run<C>({});
    std::cout << C::guarantee << ": " << seen.error << '\n';
    EXPECT_EQ(seen.outcome, verdict::failed) << C::guarantee;
  });
}

TYPED_TEST_P(planted_in_counters, each_order_of_the_handle_is_needed) {
  using list = typename TestFixture::ref_list;
  // Relacy takes no notice of an atomic's end while another thread's operation on it is not ordered before.
  if (TypeParam::name == "relacy") GTEST_SKIP() << "beyond what Relacy sees";
  this->template expect_each_order_needed<list>(TestFixture::ref, 1);
  for (const site& s : sites_in<TypeParam, list>(TestFixture::ref)) {
    if (s.order != std::memory_order_acq_rel) continue;
    this->template expect_found_with<list>(s, std::memory_order_acquire, std::nullopt);
    this->template expect_found_with<list>(s, std::memory_order_release, std::nullopt);
  }
}

TYPED_TEST_P(planted_in_counters, torn_counts_of_handles) {
  using list = typename TestFixture::ref_list;
  this->template expect_found_torn<list>(TestFixture::ref, "", operation::fetch_add);
  this->template expect_found_torn<list>(TestFixture::ref, "", operation::fetch_sub);
}

TYPED_TEST_P(planted_in_counters, each_order_of_the_registry_is_needed) {
  this->template expect_each_order_needed<typename TestFixture::registry_list>(TestFixture::registry, 3);
}

TYPED_TEST_P(planted_in_counters, bound_of_stripes_that_is_too_low) {
  using list = typename TestFixture::registry_list;
  const auto all = sites_in<TypeParam, list>(TestFixture::registry);
  for (const site& s : planting::select(all, "::put_in_use", operation::compare_exchange_strong)) {
    defect wrong;
    wrong.where = s;
    // And says that it took place: it would be tried for ever.
    wrong.dropped = true;
    wrong.result_mask = 1;
    this->template expect_found<list>(describe(s) + " left out", wrong);
  }
  this->template expect_found_torn<list>(TestFixture::registry, "::put_in_use",
                                         operation::compare_exchange_strong);
}

TYPED_TEST_P(planted_in_counters, torn_claims_of_stripes) {
  using list = typename TestFixture::registry_list;
  this->template expect_found_torn<list>(TestFixture::registry, "::claim_in",
                                         operation::compare_exchange_strong);
  this->template expect_found_torn<list>(TestFixture::registry, "::give_back(", operation::fetch_and);
}

REGISTER_TYPED_TEST_SUITE_P(planted_in_counters, each_order_of_atomics_is_needed,
                            each_seq_cst_of_atomics_is_needed, each_seq_cst_of_one_cell_is_needed,
                            torn_operations_of_one_cell, torn_writes_of_atomics,
                            each_order_of_write_concurrency_is_needed, torn_writes_of_write_concurrency,
                            two_owners_of_one_stripe, what_write_concurrency_does_not_promise,
                            each_order_of_the_handle_is_needed, torn_counts_of_handles,
                            each_order_of_the_registry_is_needed, bound_of_stripes_that_is_too_low,
                            torn_claims_of_stripes);

}  // namespace stillpoint::verify::planted
