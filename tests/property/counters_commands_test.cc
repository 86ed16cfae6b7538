// SPDX-License-Identifier: BSL-1.0
// Counters of every kind do what the model says, for any sequence of calls by any threads one after another;
// and counters made wrong do not. In such a sequence, write_concurrency may return one value only: that of
// the sequential model.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <vector>

#include "models/counters.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/counters_ref.hpp"
#include "tests/property/properties.hpp"
#include "tests/property/scripted_policy.hpp"
#include "tests/property/show.hpp"

namespace {

using namespace stillpoint;
using models::counters_action;
using operation = models::counters_operation;
using tests::script;

constexpr std::size_t size = 2;
using model = models::counters<size>;

template <class Counters>
struct real {
  const std::unique_ptr<Counters> counts = std::make_unique<Counters>(size);
};

// A call does to the real counters what `what` says, and puts into it what came out.
template <class Counters>
class command : public rc::state::Command<model, real<Counters>> {
 public:
  explicit command(const model& before) : what_(some_operation(before)) {}

  void apply(model& now) const final { now.step(what_); }

  void run(const model& before, real<Counters>& on) const final {
    script::owned = stripe_;
    operation done = what_;
    done.refused = false;
    try {
      call(*on.counts, done);
    } catch (const std::out_of_range&) {
      done.refused = true;
    }
    model now = before;
    if (!now.step(done)) RC_FAIL("the model does not allow: " + tests::shown(done));
  }

  void show(std::ostream& out) const final {
    out << what_;
    if (stripe_ != no_stripe) out << ", owning stripe " << stripe_;
  }

 private:
  static constexpr bool of_one_cell = requires(Counters & counts) { counts.add_get(1, 1); };

  void call(Counters& counts, operation& done) const {
    const auto value = static_cast<std::int64_t>(done.value);
    if constexpr (of_one_cell) call_of_one_cell(counts, done);
    switch (done.action) {
      case counters_action::add:
        if (as_sub_) {
          counts.sub(done.index, 0 - done.value);
        } else {
          counts.add(done.index, value);
        }
        break;
      case counters_action::get:
        done.found = static_cast<std::uint64_t>(counts.get(done.index));
        break;
      case counters_action::put:
        counts.put(done.index, value);
        break;
      case counters_action::exchange:
        done.found = static_cast<std::uint64_t>(done.value == 0 ? counts.take(done.index)
                                                                : counts.exchange(done.index, value));
        break;
      case counters_action::add_get:
      case counters_action::compare_exchange:
        break;
    }
  }

  void call_of_one_cell(Counters& counts, operation& done) const {
    if (done.action == counters_action::add_get) {
      done.found = static_cast<std::uint64_t>(as_sub_ ? counts.sub_get(done.index, 0 - done.value)
                                                      : counts.add_get(done.index, done.value));
    } else if (done.action == counters_action::compare_exchange) {
      auto expected = static_cast<typename Counters::value_type>(done.expected);
      const bool replaced = counts.compare_exchange(done.index, expected, done.value);
      done.found = static_cast<std::uint64_t>(expected);
      RC_ASSERT(replaced == (*done.found == done.expected));
    }
  }

  static counters_action some_action() {
    using enum counters_action;
    if constexpr (of_one_cell) {
      return *rc::gen::element(add, add, get, put, exchange, add_get, compare_exchange, compare_exchange);
    } else {
      return *rc::gen::element(add, add, get, put, exchange);
    }
  }

  static operation some_operation(const model& before) {
    operation op;
    op.action = some_action();
    // Mostly one that there is.
    op.index = *rc::gen::weightedElement<std::size_t>({{1, 0}, {9, 1}, {9, 2}, {1, 3}});
    if (op.action != counters_action::get) op.value = *rc::gen::arbitrary<std::uint64_t>();
    op.refused = op.index < 1 || op.index > size;
    // Often what the counter is.
    const std::uint64_t there = op.refused ? 0 : before.value(op.index);
    if (op.action == counters_action::compare_exchange) {
      op.expected = there + *rc::gen::element<std::uint64_t>(0, 0, 1);
    }
    return op;
  }

  const operation what_;
  const bool as_sub_ = *rc::gen::arbitrary<bool>();
  // More than there are rows for, and none.
  const std::size_t stripe_ = *rc::gen::element<std::size_t>(0, 1, 2, 3, no_stripe);
};

template <class Counters>
void counters_agree_with_the_model() {
  const auto commands =
      *rc::state::gen::commands(model(), rc::state::gen::execOneOfWithArgs<command<Counters>>());
  real<Counters> on;
  rc::state::runAll(commands, model(), on);

  model now;
  rc::state::applyAll(commands, now);
  const auto values = on.counts->snapshot();
  on.counts->for_each([&](std::size_t index, auto value) {
    RC_ASSERT(static_cast<std::uint64_t>(value) == now.value(index));
    RC_ASSERT(values[index - 1] == value);
  });
  on.counts->clear();
  on.counts->for_each([](std::size_t, auto value) { RC_ASSERT(value == 0); });
}

template <bool Checked>
using policy = tests::scripted_policy<Checked>;

template <counters_kind Kind>
struct ref_of : basic_counters_ref<policy<true>> {
  explicit ref_of(std::size_t of_size) : basic_counters_ref(of_size, Kind) {}
};

template <class Counters>
class counters_commands : public testing::Test {};

using kinds =
    testing::Types<counters<atomics, policy<true>>, counters<unsigned_atomics, policy<true>>,
                   counters<write_concurrency, policy<true>>, counters<write_concurrency, policy<false>>,
                   ref_of<counters_kind::atomics>, ref_of<counters_kind::write_concurrency>>;
TYPED_TEST_SUITE(counters_commands, kinds);

TYPED_TEST(counters_commands, agree_with_the_model) {
  tests::expect_to_hold(counters_agree_with_the_model<TypeParam>, 5);
}

// An exchange after which there is more than it was given.
struct exchange_that_leaves_more : counters<write_concurrency, policy<true>> {
  using counters::counters;
  template <class N>
  std::int64_t exchange(std::size_t index, N value) {
    const std::int64_t found = get(index);
    put(index, value);
    add(index, found == 0 ? 0 : 1);
    return found;
  }
};

// One in which 32 bits of a number count.
struct narrow : counters<atomics, policy<true>> {
  using counters::counters;
  void add(std::size_t index, std::int64_t n) { counters::add(index, static_cast<std::int32_t>(n)); }
};

// A sub_get that returns what was there before.
struct returns_what_was : counters<atomics, policy<true>> {
  using counters::counters;
  template <class N>
  std::int64_t sub_get(std::size_t index, N n) {
    return counters::sub_get(index, n) + static_cast<std::int64_t>(n);
  }
};

// Replaces what it did not expect.
struct replaces_anything : counters<unsigned_atomics, policy<true>> {
  using counters::counters;
  bool compare_exchange(std::size_t index, std::uint64_t& expected, std::uint64_t desired) {
    const std::uint64_t wanted = expected;
    expected = exchange(index, desired);
    return expected == wanted;
  }
};

// Clears all but the last.
struct clears_one : counters<atomics, policy<true>> {
  using counters::counters;
  void clear() { put(1, 0); }
};

TEST(counters_made_wrong, are_found) {
  EXPECT_TRUE(tests::counterexample_to(counters_agree_with_the_model<returns_what_was>));
  EXPECT_TRUE(tests::counterexample_to(counters_agree_with_the_model<replaces_anything>));
  EXPECT_TRUE(tests::counterexample_to(counters_agree_with_the_model<clears_one>));
  const auto leaves_something =
      tests::counterexample_to(counters_agree_with_the_model<exchange_that_leaves_more>);
  ASSERT_TRUE(leaves_something);
  EXPECT_THAT(leaves_something->text, testing::HasSubstr("exchange"));
  EXPECT_TRUE(tests::counterexample_to(counters_agree_with_the_model<narrow>));
}

// Calls one after another, as a history for the model of write_concurrency.
struct sequence {
  struct call {
    models::counters_operation operation;
  };
  std::vector<call> calls;

  std::size_t size() const { return calls.size(); }
  const call& operator[](std::size_t at) const { return calls[at]; }
  static bool precedes(std::size_t a, std::size_t b) { return a < b; }
};

void write_concurrency_in_sequence_is_sequential() {
  using rules = models::write_concurrency_guarantees;
  const auto actions = *rc::gen::container<std::vector<counters_action>>(
      rc::gen::element(counters_action::add, counters_action::put, counters_action::exchange));
  model now;
  sequence made;
  for (const counters_action each : actions) {
    operation op{each, 0, *rc::gen::inRange<std::size_t>(1, 3), *rc::gen::inRange<std::uint64_t>(0, 4)};
    if (op.reads()) op.found = now.value(op.index);
    RC_ASSERT(now.step(op));
    made.calls.push_back({op});
  }
  for (std::size_t index = 1; index <= size; ++index) {
    made.calls.push_back({{counters_action::get, 0, index, 0, now.value(index)}});
    const std::size_t read = made.size() - 1;
    RC_ASSERT(rules::may_return(made, read, now.value(index)));
    RC_ASSERT(!rules::may_return(made, read, now.value(index) + *rc::gen::inRange<std::uint64_t>(1, 9)));
  }
  RC_ASSERT(rules::all_hold(made));
}

TEST(write_concurrency_model, in_sequence_is_the_sequential_one) {
  tests::expect_to_hold(write_concurrency_in_sequence_is_sequential, 5);
}

}  // namespace
