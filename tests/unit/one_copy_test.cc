// SPDX-License-Identifier: BSL-1.0
// An object is used by parts of a program that see different copies of the library's inline variables, also
// where two of them use it first at once. Which copy a call sees is for the test to say.

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "stillpoint/atomic_value.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/snapshot_domain.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/tracker.hpp"
#include "tests/unit/testing_retries.hpp"

namespace {

using stillpoint::tests::interruption;

constexpr char first_copy = 1;
constexpr char second_copy = 2;

template <bool Checked>
struct copies_policy : stillpoint::basic_std_policy<Checked> {
  static inline const void* copy = &first_copy;
  static const void* inline_variables() {
    const void* const seen = copy;
    interruption::point();
    return seen;
  }
};
using policy = copies_policy<true>;

const std::string rest =
    ": the object is used by two parts of the program that have each a copy of the library's inline "
    "variables; see docs/vendoring.md, one copy";

// The objects that notice, and their calls.
struct objects {
  stillpoint::tracker<policy> tracked;
  stillpoint::counters<stillpoint::write_concurrency, policy> counts{1, 1};
  stillpoint::snapshot_domain<policy> domain;
  stillpoint::atomic_value<int, policy> value{domain};
  objects() { value.store(1); }
};

struct use {
  const char* name;
  void (*of)(objects&);
};
constexpr use uses[] = {
    {"tracker::acquire", [](objects& it) { static_cast<void>(it.tracked.acquire()); }},
    {"counters::add", [](objects& it) { it.counts.add(1, 1); }},
    {"snapshot_domain", [](objects& it) { static_cast<void>(it.value.load()); }},
};

std::string refusal_in(const void* copy, const use& call, objects& it) {
  policy::copy = copy;
  try {
    call.of(it);
  } catch (const std::logic_error& refused) {
    return refused.what();
  }
  return "not refused";
}

TEST(object, of_one_copy_is_not_used_by_another) {
  for (const use& call : uses) {
    const auto it = std::make_unique<objects>();
    for (int again = 0; again < 3; ++again) EXPECT_EQ(refusal_in(&first_copy, call, *it), "not refused");
    for (int again = 0; again < 2; ++again) EXPECT_EQ(refusal_in(&second_copy, call, *it), call.name + rest);
    EXPECT_EQ(refusal_in(&first_copy, call, *it), "not refused") << "whose it is";
  }
}

TEST(object, may_be_of_another_copy_than_a_second_object) {
  for (const use& call : uses) {
    const auto one = std::make_unique<objects>();
    const auto other = std::make_unique<objects>();
    EXPECT_EQ(refusal_in(&first_copy, call, *one), "not refused");
    EXPECT_EQ(refusal_in(&second_copy, call, *other), "not refused");
    EXPECT_EQ(refusal_in(&first_copy, call, *other), call.name + rest);
  }
}

// What a first use is refused with if a use in that copy comes in between.
std::string refusal_beside(const void* copy, const use& call, objects& it) {
  interruption other(1, [&] {
    EXPECT_EQ(refusal_in(copy, call, it), "not refused");
    policy::copy = &first_copy;
  });
  return refusal_in(&first_copy, call, it);
}

TEST(object, used_first_by_two_at_once_is_of_one_copy) {
  for (const use& call : uses) {
    const auto it = std::make_unique<objects>();
    EXPECT_EQ(refusal_beside(&second_copy, call, *it), call.name + rest);
    EXPECT_EQ(refusal_in(&second_copy, call, *it), "not refused");
  }
}

TEST(object, used_first_by_two_of_one_copy_at_once_is_theirs) {
  for (const use& call : uses) {
    const auto it = std::make_unique<objects>();
    EXPECT_EQ(refusal_beside(&first_copy, call, *it), "not refused");
    EXPECT_EQ(refusal_in(&first_copy, call, *it), "not refused");
    EXPECT_EQ(refusal_in(&second_copy, call, *it), call.name + rest);
  }
}

TEST(object, that_was_refused_is_unharmed) {
  const auto it = std::make_unique<objects>();
  for (const use& call : uses) {
    EXPECT_EQ(refusal_in(&first_copy, call, *it), "not refused");
    EXPECT_EQ(refusal_in(&second_copy, call, *it), call.name + rest);
  }
  policy::copy = &first_copy;
  EXPECT_EQ(it->counts.get(1), 1);
  EXPECT_TRUE(it->tracked.begin_increment().try_wait());
  EXPECT_EQ(*it->value.load(), 1);
}

TEST(object, that_is_not_checked_asks_for_no_copy) {
  using unchecked = copies_policy<false>;
  const auto t = std::make_unique<stillpoint::tracker<unchecked>>();
  stillpoint::counters<stillpoint::write_concurrency, unchecked> counts(1, 1);
  for (const char& copy : {first_copy, second_copy}) {
    unchecked::copy = &copy;
    counts.add(1, 1);
    t->acquire().release();
  }
  EXPECT_EQ(counts.get(1), 2);
}

}  // namespace
