// SPDX-License-Identifier: BSL-1.0
// The models themselves: after any sequence of operations every guarantee holds, and what the models say of
// themselves is true. tests/unit looks at all states of a few threads; this, at some that are further away.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "models/atomic_value.hpp"
#include "models/counters.hpp"
#include "models/recorder.hpp"
#include "models/rendezvous.hpp"
#include "models/snapshot_counters.hpp"
#include "models/tracker.hpp"
#include "models/writer_reader_phaser.hpp"
#include "tests/property/properties.hpp"
#include "tests/property/show.hpp"

namespace {

using namespace stillpoint;
using models::phaser_action;
using models::phaser_operation;
using models::recorder_action;
using models::rendezvous_action;
using models::rendezvous_operation;
using models::rendezvous_result;
using recorder_model = models::recorder<3>;
using tests::expect_to_hold;

constexpr int times = 3;

// Whatever operation, allowed or not. Of the flip's steps and of writers there are more, so that flips get to
// their ends.
rc::Gen<phaser_operation> some_operation(phaser_operation) {
  const auto action =
      rc::gen::element(phaser_action::enter, phaser_action::enter, phaser_action::exit, phaser_action::exit,
                       phaser_action::lock, phaser_action::unlock, phaser_action::flip_begin,
                       phaser_action::flip_begin, phaser_action::flip_turned, phaser_action::flip_turned,
                       phaser_action::flip_end, phaser_action::flip_end);
  return rc::gen::build<phaser_operation>(
      rc::gen::set(&phaser_operation::action, action),
      rc::gen::set(&phaser_operation::thread, rc::gen::inRange(0u, 3u)),
      rc::gen::set(&phaser_operation::phase, rc::gen::inRange(0u, 2u)),
      rc::gen::set(&phaser_operation::token_is_good, rc::gen::weightedElement<bool>({{9, true}, {1, false}})),
      rc::gen::set(&phaser_operation::refused, rc::gen::weightedElement<bool>({{9, false}, {1, true}})));
}

rc::Gen<recorder_model::operation> some_operation(recorder_model::operation) {
  using operation = recorder_model::operation;
  const auto action =
      rc::gen::element(recorder_action::record, recorder_action::record, recorder_action::sample,
                       recorder_action::look, recorder_action::give_up, recorder_action::take);
  return rc::gen::build<operation>(
      rc::gen::set(&operation::action, action), rc::gen::set(&operation::thread, rc::gen::inRange(0u, 3u)),
      rc::gen::set(&operation::value, rc::gen::inRange<std::size_t>(0, 4)),
      rc::gen::set(&operation::threw, rc::gen::weightedElement<bool>({{9, false}, {1, true}})));
}

// One side never leaves, so that there is always something that is allowed.
rc::Gen<rendezvous_operation> some_operation(rendezvous_operation) {
  const auto action = rc::gen::weightedElement<rendezvous_action>({{6, rendezvous_action::arrive},
                                                                   {9, rendezvous_action::look},
                                                                   {3, rendezvous_action::hold},
                                                                   {6, rendezvous_action::put},
                                                                   {1, rendezvous_action::leave}});
  const auto operation = rc::gen::build<rendezvous_operation>(
      rc::gen::set(&rendezvous_operation::action, action),
      rc::gen::set(&rendezvous_operation::side, rc::gen::inRange(0u, 2u)),
      rc::gen::set(&rendezvous_operation::result,
                   rc::gen::element(rendezvous_result::met, rendezvous_result::not_yet,
                                    rendezvous_result::disconnected)),
      rc::gen::set(&rendezvous_operation::value, rc::gen::inRange(0, 2)),
      rc::gen::set(&rendezvous_operation::refused, rc::gen::weightedElement<bool>({{9, false}, {1, true}})));
  return rc::gen::map(operation, [](rendezvous_operation op) {
    if (op.action == rendezvous_action::leave) op.side = 1;
    return op;
  });
}

rc::Gen<models::counters_operation> some_operation(models::counters_operation) {
  using operation = models::counters_operation;
  const auto action =
      rc::gen::element(models::counters_action::add, models::counters_action::get,
                       models::counters_action::put, models::counters_action::exchange,
                       models::counters_action::add_get, models::counters_action::compare_exchange);
  return rc::gen::build<operation>(
      rc::gen::set(&operation::action, action), rc::gen::set(&operation::thread, rc::gen::inRange(0u, 3u)),
      rc::gen::set(&operation::index, rc::gen::inRange<std::size_t>(0, 4)), rc::gen::set(&operation::value),
      rc::gen::set(&operation::expected, rc::gen::element<std::uint64_t>(0, 0, 1)),
      rc::gen::set(&operation::refused, rc::gen::arbitrary<bool>()));
}

using tracker_model = models::basic_tracker<8, 3>;
using snapshot_model = models::snapshot_counters<2>;

rc::Gen<models::tracker_operation> some_operation(models::tracker_operation) {
  using models::tracker_action;
  using operation = models::tracker_operation;
  const auto action = rc::gen::element(tracker_action::acquire, tracker_action::acquire,
                                       tracker_action::release, tracker_action::read, tracker_action::begin,
                                       tracker_action::begin, tracker_action::end, tracker_action::look);
  const auto generation =
      rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(0, 9), rc::gen::just(std::uint64_t{operation::unknown}));
  return rc::gen::build<operation>(
      rc::gen::set(&operation::action, action), rc::gen::set(&operation::thread, rc::gen::inRange(0u, 3u)),
      rc::gen::set(&operation::generation, generation),
      rc::gen::set(&operation::ended, rc::gen::arbitrary<bool>()),
      rc::gen::set(&operation::refused, rc::gen::weightedElement<bool>({{9, false}, {1, true}})));
}

rc::Gen<snapshot_model::operation> some_operation(snapshot_model::operation) {
  using models::snapshot_action;
  using operation = snapshot_model::operation;
  const auto action = rc::gen::element(snapshot_action::add, snapshot_action::add, snapshot_action::take);
  return rc::gen::build<operation>(
      rc::gen::set(&operation::action, action), rc::gen::set(&operation::thread, rc::gen::inRange(0u, 3u)),
      rc::gen::set(&operation::index, rc::gen::inRange<std::size_t>(0, 3)), rc::gen::set(&operation::n),
      rc::gen::set(&operation::refused, rc::gen::arbitrary<bool>()));
}

rc::Gen<models::value_operation> some_operation(models::value_operation) {
  using operation = models::value_operation;
  using action = models::value_action;
  const auto number = rc::gen::map(rc::gen::inRange(0u, 7u), [](unsigned n) {
    return n == 6 ? operation::number() : operation::number(n);
  });
  return rc::gen::build<operation>(
      rc::gen::set(&operation::action,
                   rc::gen::element(action::load, action::store, action::swap, action::compare_value,
                                    action::compare_identity, action::update)),
      rc::gen::set(&operation::value, rc::gen::inRange(0u, 6u)),
      rc::gen::set(&operation::type, rc::gen::element(operation::no_type, 1u, 1u, 2u)),
      rc::gen::set(&operation::expected, number), rc::gen::set(&operation::found, number),
      rc::gen::set(&operation::done, rc::gen::arbitrary<bool>()),
      rc::gen::set(&operation::refused, rc::gen::weightedElement<bool>({{3, false}, {1, true}})));
}

template <class Model>
rc::Gen<typename Model::operation> some_operation() {
  return some_operation(typename Model::operation());
}

template <class Model>
std::vector<typename Model::operation> some_operations() {
  return *rc::gen::container<std::vector<typename Model::operation>>(some_operation<Model>());
}

// As a command, an operation that the model allows; running it is writing it down.
template <class Model>
struct allowed_step : rc::state::Command<Model, std::vector<typename Model::operation>> {
  using operation = typename Model::operation;
  const operation op = *some_operation<Model>();

  void checkPreconditions(const Model& before) const override {
    Model now = before;
    RC_PRE(now.step(op));
  }
  void apply(Model& now) const override { now.step(op); }
  void run(const Model&, std::vector<operation>& all) const override { all.push_back(op); }
  void show(std::ostream& out) const override { out << op; }
};

// Operations of which each is allowed after those before.
template <class Model>
std::vector<typename Model::operation> some_allowed_operations() {
  std::vector<typename Model::operation> all;
  const auto commands =
      *rc::state::gen::commands(Model(), rc::state::gen::execOneOfWithArgs<allowed_step<Model>>());
  rc::state::runAll(commands, Model(), all);
  return all;
}

template <class Guarantees, class Model>
void has_every_guarantee() {
  Model now;
  for (const auto& op : some_allowed_operations<Model>()) {
    RC_ASSERT(now.step(op));
    for (const auto& guarantee : Guarantees::template all<Model>()) {
      if (!guarantee.holds(now)) RC_FAIL(std::string(guarantee.name));
    }
  }
}

template <class Model>
constexpr auto phaser_has_every_guarantee =
    has_every_guarantee<models::writer_reader_phaser_guarantees, Model>;

TEST(phaser_model, has_every_guarantee) {
  expect_to_hold(phaser_has_every_guarantee<models::writer_reader_phaser>, times);
}

TEST(striped_phaser_model, has_every_guarantee) {
  expect_to_hold(phaser_has_every_guarantee<models::striped_writer_reader_phaser>, times);
}

TEST(recorder_model, has_every_guarantee) {
  expect_to_hold(has_every_guarantee<models::recorder_guarantees, recorder_model>, times);
}

TEST(rendezvous_model, has_every_guarantee) {
  expect_to_hold(has_every_guarantee<models::rendezvous_guarantees, models::rendezvous>);
}

TEST(concurrent_rendezvous_model, has_every_guarantee) {
  expect_to_hold(has_every_guarantee<models::rendezvous_guarantees, models::concurrent_rendezvous>);
}

TEST(counters_model, has_every_guarantee) {
  expect_to_hold(has_every_guarantee<models::counters_guarantees, models::counters<2>>, times);
}

TEST(tracker_model, has_every_guarantee) {
  expect_to_hold(has_every_guarantee<models::tracker_guarantees, tracker_model>, times);
}

TEST(snapshot_counters_model, has_every_guarantee) {
  expect_to_hold(has_every_guarantee<models::snapshot_counters_guarantees, snapshot_model>, times);
}

TEST(atomic_value_model, has_every_guarantee) {
  expect_to_hold(has_every_guarantee<models::atomic_value_guarantees, models::atomic_value>, times);
}

template <class Model>
void refused_steps_change_nothing() {
  Model now;
  for (const auto& op : some_allowed_operations<Model>()) {
    const auto any = *some_operation<Model>();
    const Model before = now;
    Model after = now;
    if (!after.step(any) && !(after == before))
      RC_FAIL("changed by what is not allowed: " + tests::shown(any));
    now.step(op);
  }
}

TEST(phaser_model, a_step_that_is_not_allowed_changes_nothing) {
  expect_to_hold(refused_steps_change_nothing<models::writer_reader_phaser>);
}

TEST(striped_phaser_model, a_step_that_is_not_allowed_changes_nothing) {
  expect_to_hold(refused_steps_change_nothing<models::striped_writer_reader_phaser>);
}

TEST(counters_model, a_step_that_is_not_allowed_changes_nothing) {
  expect_to_hold(refused_steps_change_nothing<models::counters<2>>);
}

TEST(atomic_value_model, a_step_that_is_not_allowed_changes_nothing) {
  expect_to_hold(refused_steps_change_nothing<models::atomic_value>);
}

TEST(recorder_model, a_step_that_is_not_allowed_changes_nothing) {
  expect_to_hold(refused_steps_change_nothing<recorder_model>);
}

TEST(rendezvous_model, a_step_that_is_not_allowed_changes_nothing) {
  expect_to_hold(refused_steps_change_nothing<models::rendezvous>);
}

TEST(tracker_model, a_step_that_is_not_allowed_changes_nothing) {
  expect_to_hold(refused_steps_change_nothing<tracker_model>);
}

TEST(snapshot_counters_model, a_step_that_is_not_allowed_changes_nothing) {
  expect_to_hold(refused_steps_change_nothing<snapshot_model>);
}

// What one thread sees of both sides, two threads may see.
TEST(concurrent_rendezvous_model, does_what_the_other_one_does) {
  expect_to_hold([] {
    models::concurrent_rendezvous concurrent;
    for (const auto& op : some_allowed_operations<models::rendezvous>()) RC_ASSERT(concurrent.step(op));
  });
}

// What a plain phaser may do a striped one may do, if it turns at once.
template <class Striped>
void does_what_the_plain_one_does() {
  models::writer_reader_phaser plain;
  Striped striped;
  for (const auto& op : some_allowed_operations<models::writer_reader_phaser>()) {
    RC_ASSERT(plain.step(op));
    RC_ASSERT(striped.step(op));
    if (striped.flipping() && !striped.turned()) {
      RC_ASSERT(striped.step({phaser_action::flip_turned, striped.owner()}));
    }
    RC_ASSERT(striped.phase() == plain.phase());
    RC_ASSERT(striped.covered() == plain.covered());
  }
}

TEST(striped_phaser_model, does_what_the_plain_one_does) {
  expect_to_hold(does_what_the_plain_one_does<models::striped_writer_reader_phaser>, times);
}

// Two that have the same future are told apart by no operations.
void the_same_future_means_the_same_steps() {
  using model = models::striped_writer_reader_phaser;
  model one;
  for (const auto& op : some_allowed_operations<model>()) one.step(op);
  model other = one;
  RC_ASSERT(other.step({phaser_action::enter, 0, other.phase()}));
  RC_ASSERT(other.step({phaser_action::exit, 0, other.phase()}));
  RC_ASSERT(other.has_the_future_of(one));
  for (const auto& op : some_operations<model>()) RC_ASSERT(one.step(op) == other.step(op));
  RC_ASSERT(other.has_the_future_of(one));
}

TEST(phaser_model, the_same_future_means_the_same_steps) {
  expect_to_hold(the_same_future_means_the_same_steps, times);
}

// What the samples show adds up to what was recorded, once the last one is taken.
template <class Model>
void samples_add_up() {
  Model now;
  typename Model::contents recorded{};
  typename Model::contents found{};
  auto operations = some_allowed_operations<Model>();
  for (unsigned thread = 0; thread < 3; ++thread) operations.push_back({recorder_action::give_up, thread});
  operations.push_back({recorder_action::take});
  for (const auto& op : operations) {
    const auto current = now.current();
    if (!now.step(op)) continue;
    const bool samples = op.action == recorder_action::sample || op.action == recorder_action::take;
    if (op.action == recorder_action::record) ++recorded[op.value];
    for (std::size_t v = 0; samples && !op.threw && v < found.size(); ++v) found[v] += current[v];
  }
  RC_ASSERT(found == recorded);
}

TEST(recorder_model, samples_add_up_to_what_was_recorded) {
  expect_to_hold(samples_add_up<recorder_model>, times);
}

// Loses a section when the second flip ends.
struct forgetful : models::writer_reader_phaser {
  bool step(const operation& op) {
    if (!models::writer_reader_phaser::step(op)) return false;
    if (op.action == phaser_action::flip_end && !op.refused) ++flips;
    return true;
  }
  unsigned covered() const {
    const unsigned truth = models::writer_reader_phaser::covered();
    return flips >= 2 && truth > 0 ? truth - 1 : truth;
  }
  unsigned flips = 0;
};

TEST(phaser_model_made_wrong, is_found_and_shrinks) {
  const auto found = tests::counterexample_to(phaser_has_every_guarantee<forgetful>);
  ASSERT_TRUE(found);
  // A lock, a section (two), and two flips (two each); shrinking may end somewhat above the smallest.
  EXPECT_LE(found->lines(), 9u) << found->text;
}

// Changes its phase before it looks who asks.
struct rash : models::striped_writer_reader_phaser {
  bool step(const operation& op) {
    const bool allowed = models::striped_writer_reader_phaser::step(op);
    if (!allowed && op.action == phaser_action::flip_begin) ++tries;
    return allowed;
  }
  bool has_the_future_of(const rash& other) const {
    return models::striped_writer_reader_phaser::has_the_future_of(other);
  }
  friend bool operator==(const rash&, const rash&) = default;
  unsigned tries = 0;
};

// Its third increment does not wait for the last holder.
struct forgetful_tracker : tracker_model {
  bool step(const operation& op) {
    const bool ends = op.action == models::tracker_action::end && op.generation == 2;
    return (ends && begun() == 3 && holders(2) == 1) || tracker_model::step(op);
  }
  bool has_the_future_of(const forgetful_tracker& other) const {
    return tracker_model::has_the_future_of(other);
  }
  friend bool operator==(const forgetful_tracker&, const forgetful_tracker&) = default;
};

TEST(tracker_model_made_wrong, is_found) {
  const auto found =
      tests::counterexample_to(has_every_guarantee<models::tracker_guarantees, forgetful_tracker>);
  ASSERT_TRUE(found);
  // Three increments, and a token before the last one.
  EXPECT_LE(found->lines(), 5u) << found->text;
}

TEST(phaser_model_made_wrong, that_changes_by_what_is_not_allowed_is_found) {
  EXPECT_TRUE(tests::counterexample_to(refused_steps_change_nothing<rash>));
}

TEST(phaser_model_made_wrong, that_waits_for_everybody_does_not_do_what_the_plain_one_does) {
  struct waits_for_everybody : models::striped_writer_reader_phaser {
    bool step(const operation& op) {
      if (op.action == phaser_action::flip_end && inside(phase()) != 0) return false;
      return models::striped_writer_reader_phaser::step(op);
    }
  };
  const auto found = tests::counterexample_to(does_what_the_plain_one_does<waits_for_everybody>);
  ASSERT_TRUE(found);
  // A lock, a flip's beginning and its end, and the writer; or two flips, if the writer is in the other
  // phase.
  EXPECT_LE(found->lines(), 6u) << found->text;
}

TEST(recorder_model_made_wrong, that_shows_too_much_is_found) {
  struct shows_too_much : recorder_model {
    contents current() const {
      contents all = recorder_model::current();
      if (all[1] > 1) ++all[1];
      return all;
    }
  };
  const auto found = tests::counterexample_to(samples_add_up<shows_too_much>);
  ASSERT_TRUE(found);
  EXPECT_LE(found->lines(), 3u) << found->text;
}

// A side that has left and come no further is met all the same.
TEST(rendezvous_model_made_wrong, that_meets_who_never_came_is_found) {
  struct meets_nobody : models::rendezvous {
    bool step(const operation& op) {
      const bool gone = op.action == rendezvous_action::look && op.side < 2 && left(op.side ^ 1u);
      return (gone && op.result == rendezvous_result::met && !left(op.side)) || models::rendezvous::step(op);
    }
  };
  const auto found =
      tests::counterexample_to(has_every_guarantee<models::rendezvous_guarantees, meets_nobody>);
  ASSERT_TRUE(found);
  EXPECT_LE(found->lines(), 4u) << found->text;
}

}  // namespace
