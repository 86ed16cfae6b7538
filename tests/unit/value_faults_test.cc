// SPDX-License-Identifier: BSL-1.0
// atomic_value and any_value where memory, constructors, moves or comparisons fail, at every place: the value
// is the old one, or the new one if the call has returned; nothing is leaked, and no place stays taken.

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <utility>

#include "stillpoint/any_value.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/snapshot_domain.hpp"
#include "stillpoint/std_policy.hpp"
#include "tests/unit/faults.hpp"

namespace {

using stillpoint::any_value;
using stillpoint::atomic_value;
using stillpoint::basic_std_policy;
using stillpoint::no_stripe;
using stillpoint::reclaim_after;
using stillpoint::snapshot_domain;
using stillpoint::tests::for_every_fault;
using stillpoint::tests::fragile;

using with_stripes = basic_std_policy<true>;
// Each load then allocates a place, the first time.
struct without_stripes : basic_std_policy<true> {
  static std::size_t owned_stripe() noexcept { return no_stripe; }
};

void report_leak(int n) {
  ADD_FAILURE() << "fault " << n << " has leaked";
}

template <class P>
class atomic_value_faults : public testing::Test {
 protected:
  using value_type = atomic_value<fragile, P>;

  // Holds 1, and replaced values are gone at once. In a domain of its own, which goes with it.
  struct subject {
    snapshot_domain<P> domain;
    value_type value{domain, reclaim_after{1}};

    subject() { value.emplace(1); }
  };

  static void expect_usable(value_type& value, int number) {
    EXPECT_EQ(value.load()->number, number);
    value.emplace(70);
    value.emplace(71);
    EXPECT_EQ(value.load()->number, 71);
    EXPECT_EQ(value.load_shared()->number, 71);
    EXPECT_EQ(fragile::alive, 1) << "what was replaced is held by nobody";
  }

  // The call makes of 1 that number, or fails. Returns how many faults were tried.
  static int expect_all_or_nothing(int number, const std::function<void(value_type&)>& call) {
    return for_every_fault<subject>(
        [&call](subject& s) { call(s.value); },
        [number](subject& s, bool threw) { expect_usable(s.value, threw ? 1 : number); }, report_leak);
  }
};

using policies = testing::Types<with_stripes, without_stripes>;
TYPED_TEST_SUITE(atomic_value_faults, policies);

TYPED_TEST(atomic_value_faults, store_all_or_nothing) {
  EXPECT_GE(this->expect_all_or_nothing(2, [](auto& value) { value.store(fragile(2)); }), 3);
  EXPECT_GE(this->expect_all_or_nothing(2, [](auto& value) { value.emplace(2); }), 2);
}

TYPED_TEST(atomic_value_faults, swap_all_or_nothing) {
  EXPECT_GE(this->expect_all_or_nothing(2,
                                        [](auto& value) {
                                          const auto former = value.swap(fragile(2));
                                          EXPECT_EQ(former->number, 1);
                                        }),
            3);
}

TYPED_TEST(atomic_value_faults, compare_exchange_all_or_nothing) {
  const auto exchange = [](auto& value) {
    const fragile expected(1);
    EXPECT_TRUE(value.compare_exchange(expected, fragile(2)));
  };
  EXPECT_GE(this->expect_all_or_nothing(2, exchange), 5);
  const auto refused = [](auto& value) {
    const fragile expected(9);
    EXPECT_FALSE(value.compare_exchange(expected, fragile(2)));
  };
  EXPECT_GE(this->expect_all_or_nothing(1, refused), 3);
}

TYPED_TEST(atomic_value_faults, compare_exchange_of_a_snapshot_keeps_it_if_it_fails) {
  using fixture = atomic_value_faults<TypeParam>;
  struct with_snapshot : fixture::subject {
    typename fixture::value_type::snapshot held = this->value.load();
  };
  const int faults = for_every_fault<with_snapshot>(
      [](with_snapshot& s) { EXPECT_TRUE(s.value.compare_exchange(s.held, fragile(2))); },
      [](with_snapshot& s, bool threw) {
        EXPECT_EQ(static_cast<bool>(s.held), threw);
        EXPECT_EQ(threw ? s.held->number : 1, 1);
        s.held = {};
        fixture::expect_usable(s.value, threw ? 1 : 2);
      },
      report_leak);
  EXPECT_GE(faults, 3);
}

TYPED_TEST(atomic_value_faults, update_all_or_nothing) {
  EXPECT_GE(
      this->expect_all_or_nothing(
          2, [](auto& value) { value.update([](const auto& now) { return fragile(now->number + 1); }); }),
      3);
  const auto by_number = [](auto& value) { value.update([](const auto& now) { return now->number + 1; }); };
  EXPECT_GE(this->expect_all_or_nothing(2, by_number), 2);
}

TYPED_TEST(atomic_value_faults, loads_fail_without_a_trace) {
  this->expect_all_or_nothing(1, [](auto& value) { EXPECT_EQ(value.load()->number, 1); });
  this->expect_all_or_nothing(1, [](auto& value) { EXPECT_EQ(value.load_shared()->number, 1); });
  this->expect_all_or_nothing(1, [](auto& value) { value.reclaim(); });
}

TYPED_TEST(atomic_value_faults, first_store_all_or_nothing) {
  struct empty_subject {
    snapshot_domain<TypeParam> domain;
    atomic_value<fragile, TypeParam> value{domain, reclaim_after{1}};
  };
  const int faults = for_every_fault<empty_subject>(
      [](empty_subject& s) { s.value.store(fragile(2)); },
      [](empty_subject& s, bool threw) { EXPECT_EQ(static_cast<bool>(s.value.load()), !threw); },
      report_leak);
  EXPECT_GE(faults, 3);
}

template <class P>
class any_value_faults : public testing::Test {
 protected:
  struct subject {
    snapshot_domain<P> domain;
    any_value<P> value{domain, reclaim_after{1}};

    subject() { value.store(fragile(1)); }
  };

  static void expect_usable(any_value<P>& value, int number) {
    EXPECT_EQ(value.load().template get<fragile>()->number, number);
    value.store(fragile(70));
    value.store(fragile(71));
    EXPECT_EQ(value.load_shared().template get<fragile>()->number, 71);
    EXPECT_EQ(fragile::alive, 1);
  }

  static int expect_all_or_nothing(int number, const std::function<void(any_value<P>&)>& call) {
    return for_every_fault<subject>(
        [&call](subject& s) { call(s.value); },
        [number](subject& s, bool threw) { expect_usable(s.value, threw ? 1 : number); }, report_leak);
  }
};

TYPED_TEST_SUITE(any_value_faults, policies);

TYPED_TEST(any_value_faults, store_all_or_nothing) {
  EXPECT_GE(this->expect_all_or_nothing(2, [](auto& value) { value.store(fragile(2)); }), 3);
}

TYPED_TEST(any_value_faults, swap_all_or_nothing) {
  EXPECT_GE(this->expect_all_or_nothing(
                2, [](auto& value) { EXPECT_TRUE(value.swap(fragile(2)).template holds<fragile>()); }),
            3);
}

TYPED_TEST(any_value_faults, compare_exchange_all_or_nothing) {
  EXPECT_GE(this->expect_all_or_nothing(
                2, [](auto& value) { EXPECT_TRUE(value.compare_exchange(fragile(1), fragile(2))); }),
            6);
  EXPECT_GE(this->expect_all_or_nothing(2,
                                        [](auto& value) {
                                          auto now = value.load();
                                          EXPECT_TRUE(value.compare_exchange(now, fragile(2)));
                                        }),
            3);
}

TYPED_TEST(any_value_faults, a_refused_value_leaves_nothing) {
  for (const bool swaps : {false, true}) {
    const int faults = this->expect_all_or_nothing(1, [swaps](auto& value) {
      try {
        if (swaps) {
          static_cast<void>(value.swap(2));
        } else {
          value.store(2);
        }
        ADD_FAILURE() << "another type was not refused";
      } catch (const std::invalid_argument&) {
      }
    });
    EXPECT_GE(faults, 1);
  }
}

}  // namespace
