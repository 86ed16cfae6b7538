// SPDX-License-Identifier: BSL-1.0
// Every guarantee holds in every state of the models that few threads can reach, and each is worth something:
// a model made wrong in one point lacks it.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/recorder.hpp"
#include "models/rendezvous.hpp"
#include "models/writer_reader_phaser.hpp"

namespace {

namespace models = stillpoint::models;
using models::phaser_action;
using models::phaser_operation;
using models::recorder_action;
using models::rendezvous_action;
using models::rendezvous_operation;
using models::rendezvous_result;

// All states that the operations lead to, as long as `within` holds; breadth first.
template <class Model, class Operation, class Within>
std::vector<Model> reachable(const std::vector<Operation>& operations, Within within) {
  std::vector<Model> states = {Model()};
  for (std::size_t next = 0; next < states.size(); ++next) {
    for (const Operation& op : operations) {
      Model after = states[next];
      if (!after.step(op) || !within(after)) continue;
      if (std::find(states.begin(), states.end(), after) == states.end()) states.push_back(after);
    }
  }
  return states;
}

// The names of the guarantees that some state lacks.
template <class Guarantees, class Model>
std::vector<std::string> lacking(const std::vector<Model>& states) {
  std::vector<std::string> names;
  for (const auto& guarantee : Guarantees::template all<Model>()) {
    if (!std::all_of(states.begin(), states.end(), guarantee.holds)) names.emplace_back(guarantee.name);
  }
  return names;
}

std::vector<phaser_operation> phaser_operations() {
  std::vector<phaser_operation> operations;
  for (unsigned phase = 0; phase < 2; ++phase) {
    operations.push_back({phaser_action::enter, 0, phase});
    operations.push_back({phaser_action::exit, 0, phase});
  }
  for (unsigned thread = 0; thread < 2; ++thread) {
    for (const auto action : {phaser_action::lock, phaser_action::unlock, phaser_action::flip_begin,
                              phaser_action::flip_turned, phaser_action::flip_end}) {
      operations.push_back({action, thread});
    }
  }
  return operations;
}

template <class Model>
std::vector<Model> phaser_states() {
  return reachable<Model>(phaser_operations(), [](const Model& now) {
    return now.inside(0) <= 2 && now.inside(1) <= 2 && now.depth() <= 2 && now.entered() <= 4;
  });
}

template <class Model>
std::vector<std::string> lacking_of_phaser() {
  return lacking<models::writer_reader_phaser_guarantees>(phaser_states<Model>());
}

using names = std::vector<std::string>;

TEST(phaser_model, has_every_guarantee_in_every_state) {
  EXPECT_GT(phaser_states<models::writer_reader_phaser>().size(), 300u);
  EXPECT_EQ(lacking_of_phaser<models::writer_reader_phaser>(), names());
}

TEST(striped_phaser_model, has_every_guarantee_in_every_state) {
  EXPECT_GT(phaser_states<models::striped_writer_reader_phaser>().size(), 300u);
  EXPECT_EQ(lacking_of_phaser<models::striped_writer_reader_phaser>(), names());
}

// Wrong in one point each; whatever a step does not change it leaves to the right model.
struct right : models::writer_reader_phaser {
  bool has_the_future_of(const right& other) const {
    return models::writer_reader_phaser::has_the_future_of(other);
  }
  friend bool operator==(const right&, const right&) = default;
};

struct writers_wait_for_a_flip : right {
  bool step(const operation& op) {
    return !(op.action == phaser_action::enter && flipping()) && right::step(op);
  }
};

struct writers_cannot_leave_during_a_flip : right {
  bool step(const operation& op) {
    return !(op.action == phaser_action::exit && op.token_is_good && flipping()) && right::step(op);
  }
};

struct writers_leave_by_themselves : right {
  bool step(const operation& op) {
    return !(op.action == phaser_action::exit && op.thread != 0) && right::step(op);
  }
};

struct flip_waits_for_nobody : right {
  bool step(const operation& op) {
    if (op.action != phaser_action::flip_end || !flipping()) return right::step(op);
    right emptied = *this;
    for (unsigned old = phase() ^ 1u; emptied.inside(old) != 0;) {
      emptied.step({phaser_action::exit, 0, old});
    }
    if (!emptied.step(op)) return false;
    static_cast<right&>(*this) = emptied;
    return true;
  }
};

struct flip_waits_for_everybody : right {
  bool step(const operation& op) {
    if (op.action == phaser_action::flip_end && inside(phase()) != 0) return false;
    return right::step(op);
  }
};

struct writers_may_take_either_phase : models::striped_writer_reader_phaser {
  // The striped model, stuck in the middle of its turn.
  bool flipping() const { return false; }
};

struct locks_do_not_exclude : right {
  bool step(const operation& op) {
    operation by_owner = op;
    if (op.action == phaser_action::lock && owner() != nobody) by_owner.thread = owner();
    return right::step(by_owner);
  }
};

struct idle_flip_hangs : right {
  bool step(const operation& op) {
    if (op.action == phaser_action::flip_end && entered() == covered()) return false;
    return right::step(op);
  }
};

struct misuse_is_not_noticed : right {
  bool step(const operation& op) {
    operation trusted = op;
    trusted.token_is_good = true;
    return right::step(trusted);
  }
};

struct loses_a_section : right {
  unsigned covered() const { return right::covered() == 0 ? 0 : right::covered() - 1; }
};

struct works_four_times : right {
  bool step(const operation& op) {
    return !(op.action == phaser_action::enter && entered() == 4) && right::step(op);
  }
};

template <class Model>
bool lacks(std::string_view guarantee) {
  const auto all = lacking_of_phaser<Model>();
  return std::find(all.begin(), all.end(), guarantee) != all.end();
}

TEST(phaser_model, made_wrong_lacks_a_guarantee) {
  EXPECT_EQ(lacking_of_phaser<right>(), names()) << "what the wrong ones are derived from";
  EXPECT_TRUE(lacks<writers_wait_for_a_flip>("writers_never_wait"));
  EXPECT_TRUE(lacks<writers_cannot_leave_during_a_flip>("writers_never_wait"));
  EXPECT_TRUE(lacks<flip_waits_for_nobody>("flip_waits_for_writers_inside"));
  EXPECT_TRUE(lacks<flip_waits_for_everybody>("flip_waits_for_no_later_writer"));
  EXPECT_TRUE(lacks<writers_leave_by_themselves>("sections_may_change_threads"));
  EXPECT_TRUE(lacks<writers_may_take_either_phase>("inactive_side_is_stable"));
  EXPECT_TRUE(lacks<loses_a_section>("no_write_is_lost"));
  EXPECT_TRUE(lacks<locks_do_not_exclude>("flips_exclude_each_other"));
  EXPECT_TRUE(lacks<idle_flip_hangs>("idle_flip_returns"));
  EXPECT_TRUE(lacks<misuse_is_not_noticed>("exceptions_leave_it_usable"));
  EXPECT_TRUE(lacks<works_four_times>("epochs_wrap_around_unharmed"));
}

TEST(phaser_model, turns_at_once_and_the_striped_one_gradually) {
  models::writer_reader_phaser plain;
  models::striped_writer_reader_phaser striped;
  for (const auto action : {phaser_action::lock, phaser_action::flip_begin}) {
    ASSERT_TRUE(plain.step({action, 1}));
    ASSERT_TRUE(striped.step({action, 1}));
  }
  EXPECT_FALSE(plain.step({phaser_action::enter, 0, 0}));
  EXPECT_TRUE(striped.step({phaser_action::enter, 0, 1}));
  EXPECT_TRUE(striped.step({phaser_action::enter, 0, 0}));
  EXPECT_FALSE(plain.step({phaser_action::flip_turned, 1}));
  EXPECT_FALSE(striped.step({phaser_action::flip_end, 1})) << "it has not turned";
  EXPECT_TRUE(striped.step({phaser_action::flip_turned, 1}));
  EXPECT_FALSE(striped.step({phaser_action::enter, 0, 0}));
  EXPECT_FALSE(striped.step({phaser_action::flip_end, 1})) << "a writer of the old phase is inside";
  EXPECT_TRUE(striped.step({phaser_action::exit, 0, 0}));
  EXPECT_TRUE(striped.step({phaser_action::flip_end, 1}));
}

TEST(phaser_model, misuse_is_refused_and_only_misuse) {
  models::writer_reader_phaser phaser;
  phaser_operation refused{phaser_action::unlock, 1};
  EXPECT_FALSE(phaser.step(refused));
  refused.refused = true;
  EXPECT_TRUE(phaser.step(refused));
  ASSERT_TRUE(phaser.step({phaser_action::lock, 1}));
  EXPECT_FALSE(phaser.step(refused));
  EXPECT_TRUE(phaser.step({phaser_action::lock, 1})) << "the lock is reentrant";
  EXPECT_FALSE(phaser.step({phaser_action::lock, 0}));
  EXPECT_TRUE(phaser.step({phaser_action::unlock, 1}));
  EXPECT_FALSE(phaser.step({phaser_action::lock, 0}));
  EXPECT_TRUE(phaser.step({phaser_action::unlock, 1}));
  EXPECT_TRUE(phaser.step({phaser_action::lock, 0}));
}

using recorder_model = models::recorder<2>;

std::vector<recorder_model::operation> recorder_operations() {
  std::vector<recorder_model::operation> operations = {{recorder_action::record, 0, 0},
                                                       {recorder_action::record, 0, 1}};
  for (unsigned thread = 0; thread < 2; ++thread) {
    for (const auto action : {recorder_action::sample, recorder_action::give_up, recorder_action::take}) {
      operations.push_back({action, thread});
    }
  }
  return operations;
}

template <class Model>
std::vector<Model> recorder_states() {
  return reachable<Model>(recorder_operations(),
                          [](const Model& now) { return now.recorded()[0] <= 3 && now.recorded()[1] <= 2; });
}

TEST(recorder_model, has_every_guarantee_in_every_state) {
  EXPECT_GT(recorder_states<recorder_model>().size(), 100u);
  EXPECT_EQ(lacking<models::recorder_guarantees>(recorder_states<recorder_model>()), names());
}

struct sampling_loses_a_recording : recorder_model {
  contents sampled() const {
    contents all = recorder_model::sampled();
    if (all[0] > 0) --all[0];
    return all;
  }
};

struct recordings_reach_the_sample : recorder_model {
  // The holder finds what was recorded since, too.
  bool step(const operation& op) {
    operation altered = op;
    if (op.action == recorder_action::look && op.found) {
      (*altered.found)[0] += current()[0];
    }
    return recorder_model::step(altered);
  }
};

struct recordings_wait_for_the_holder : recorder_model {
  bool step(const operation& op) {
    return !(op.action == recorder_action::record && holder() != nobody) && recorder_model::step(op);
  }
};

struct samples_do_not_exclude : recorder_model {
  bool step(const operation& op) {
    if (op.action == recorder_action::sample && holder() != nobody) return true;
    return recorder_model::step(op);
  }
};

struct recordings_overwrite_each_other : recorder_model {
  bool step(const operation& op) {
    return (op.action == recorder_action::record && op.thread != 0) || recorder_model::step(op);
  }
};

template <class Model>
names lacking_of_recorder() {
  return lacking<models::recorder_guarantees>(recorder_states<Model>());
}

TEST(recorder_model, made_wrong_lacks_a_guarantee) {
  EXPECT_EQ(lacking_of_recorder<sampling_loses_a_recording>(), names{"every_recording_is_sampled_once"});
  EXPECT_EQ(lacking_of_recorder<recordings_overwrite_each_other>(), names{"recordings_need_not_be_atomic"});
  EXPECT_EQ(lacking_of_recorder<recordings_reach_the_sample>(), names{"sample_is_stable"});
  EXPECT_EQ(lacking_of_recorder<recordings_wait_for_the_holder>(), names{"sample_is_stable"});
  EXPECT_EQ(lacking_of_recorder<samples_do_not_exclude>(), names{"samples_exclude_each_other"});
}

TEST(recorder_model, a_sample_is_what_was_recorded_since_the_last) {
  recorder_model recorder;
  ASSERT_TRUE(recorder.step({recorder_action::record, 0, 1}));
  EXPECT_FALSE(recorder.step({recorder_action::take, 1, 0, {{0, 0}}}));
  EXPECT_FALSE(recorder.step({recorder_action::take, 1, 0, {{1, 0}}}));
  EXPECT_TRUE(recorder.step({recorder_action::take, 1, 0, {{0, 1}}}));
  EXPECT_TRUE(recorder.step({recorder_action::take, 1, 0, {{0, 0}}}));
  EXPECT_FALSE(recorder.step({recorder_action::record, 0, 2})) << "there are two values";
}

TEST(recorder_model, a_sample_that_throws_ends_no_interval) {
  recorder_model recorder;
  ASSERT_TRUE(recorder.step({recorder_action::record, 0, 1}));
  const recorder_model before = recorder;
  for (const auto action : {recorder_action::sample, recorder_action::take}) {
    recorder_model::operation failed{action, 1};
    failed.threw = true;
    EXPECT_TRUE(recorder.step(failed));
    EXPECT_EQ(recorder, before);
  }
}

std::vector<rendezvous_operation> rendezvous_operations() {
  std::vector<rendezvous_operation> operations;
  for (unsigned side = 0; side < 2; ++side) {
    operations.push_back({rendezvous_action::arrive, side});
    for (const auto result :
         {rendezvous_result::met, rendezvous_result::not_yet, rendezvous_result::disconnected}) {
      operations.push_back({rendezvous_action::look, side, result});
    }
    for (const int value : {0, 1}) {
      operations.push_back({rendezvous_action::hold, side, {}, value});
      operations.push_back({rendezvous_action::put, side, {}, value});
    }
    operations.push_back({rendezvous_action::leave, side});
  }
  return operations;
}

template <class Model>
std::vector<Model> rendezvous_states() {
  return reachable<Model>(rendezvous_operations(),
                          [](const Model& now) { return now.arrivals(0) <= 3 && now.arrivals(1) <= 3; });
}

template <class Model>
names lacking_of_rendezvous() {
  return lacking<models::rendezvous_guarantees>(rendezvous_states<Model>());
}

template <class Model>
bool rendezvous_lacks(std::string_view guarantee) {
  const auto all = lacking_of_rendezvous<Model>();
  return std::find(all.begin(), all.end(), guarantee) != all.end();
}

TEST(rendezvous_model, has_every_guarantee_in_every_state) {
  EXPECT_GT(rendezvous_states<models::rendezvous>().size(), 100u);
  EXPECT_EQ(lacking_of_rendezvous<models::rendezvous>(), names());
  EXPECT_EQ(lacking_of_rendezvous<models::concurrent_rendezvous>(), names());
}

// Wrong in one point each; whatever a step does not change it leaves to the right model.
struct right_rendezvous : models::rendezvous {
  bool has_the_future_of(const right_rendezvous& other) const {
    return models::rendezvous::has_the_future_of(other);
  }
  friend bool operator==(const right_rendezvous&, const right_rendezvous&) = default;
};

struct passes_early : right_rendezvous {
  bool step(const operation& op) {
    if (op.action == rendezvous_action::look && op.result == rendezvous_result::met && pending(op.side)) {
      return true;
    }
    return right_rendezvous::step(op);
  }
};

struct loses_writes : right_rendezvous {
  bool step(const operation& op) {
    operation altered = op;
    if (op.action == rendezvous_action::put) altered.value = 0;
    return right_rendezvous::step(altered);
  }
};

struct both_hold_the_same : right_rendezvous {
  unsigned held_by(unsigned side) const {
    const unsigned held = right_rendezvous::held_by(side);
    return held == nothing ? held : 0;
  }
};

struct meets_four_times : right_rendezvous {
  bool step(const operation& op) {
    return !(op.action == rendezvous_action::arrive && arrivals(op.side) == 4) && right_rendezvous::step(op);
  }
};

struct giving_up_takes_back : right_rendezvous {
  // The arrival that gave up may be made once more.
  bool step(const operation& op) {
    if (op.action == rendezvous_action::arrive && pending(op.side) && !left(op.side)) return true;
    return right_rendezvous::step(op);
  }
};

struct overlooks : right_rendezvous {
  bool step(const operation& op) {
    const bool misses = op.action == rendezvous_action::look && op.result == rendezvous_result::not_yet;
    return (misses && pending(op.side) && !left(op.side)) || right_rendezvous::step(op);
  }
};

struct waits_for_ever : right_rendezvous {
  bool step(const operation& op) {
    return op.result != rendezvous_result::disconnected && right_rendezvous::step(op);
  }
};

struct forgets_who_has_left : right_rendezvous {
  bool step(const operation& op) {
    const bool meets = op.action == rendezvous_action::look && op.result == rendezvous_result::met;
    return !(meets && left(op.side ^ 1u)) && right_rendezvous::step(op);
  }
};

struct ends_too_early : right_rendezvous {
  bool exists() const { return !left(0) && !left(1); }
};

TEST(rendezvous_model, made_wrong_lacks_a_guarantee) {
  EXPECT_EQ(lacking_of_rendezvous<right_rendezvous>(), names()) << "what the wrong ones are derived from";
  EXPECT_TRUE(rendezvous_lacks<passes_early>("neither_side_passes_early"));
  EXPECT_TRUE(rendezvous_lacks<loses_writes>("writes_before_are_seen_after"));
  EXPECT_TRUE(rendezvous_lacks<both_hold_the_same>("each_datum_has_one_holder"));
  EXPECT_TRUE(rendezvous_lacks<meets_four_times>("generations_wrap_around_unharmed"));
  EXPECT_TRUE(rendezvous_lacks<giving_up_takes_back>("giving_up_keeps_the_arrival"));
  EXPECT_TRUE(rendezvous_lacks<overlooks>("an_arrival_is_not_overlooked"));
  EXPECT_TRUE(rendezvous_lacks<waits_for_ever>("a_side_that_leaves_is_noticed"));
  EXPECT_TRUE(rendezvous_lacks<forgets_who_has_left>("an_arrival_outlives_its_side"));
  EXPECT_TRUE(rendezvous_lacks<ends_too_early>("the_last_to_leave_cleans_up"));
}

TEST(rendezvous_model, a_look_may_miss_only_where_nothing_tells_of_it) {
  models::rendezvous exact;
  models::concurrent_rendezvous concurrent;
  for (unsigned side = 0; side < 2; ++side) {
    ASSERT_TRUE(exact.step({rendezvous_action::arrive, side}));
    ASSERT_TRUE(concurrent.step({rendezvous_action::arrive, side}));
  }
  EXPECT_FALSE(exact.step({rendezvous_action::look, 0, rendezvous_result::not_yet}));
  EXPECT_TRUE(concurrent.step({rendezvous_action::look, 0, rendezvous_result::not_yet}));
  EXPECT_FALSE(concurrent.step({rendezvous_action::look, 0, rendezvous_result::disconnected}));
  EXPECT_TRUE(concurrent.step({rendezvous_action::look, 0, rendezvous_result::met}));
  EXPECT_TRUE(exact.step({rendezvous_action::look, 0, rendezvous_result::met}));
}

TEST(rendezvous_model, what_is_held_may_be_used_and_nothing_else) {
  models::rendezvous now;
  ASSERT_TRUE(now.step({rendezvous_action::put, 0, {}, 1}));
  EXPECT_FALSE(now.step({rendezvous_action::hold, 1, {}, 1}));
  ASSERT_TRUE(now.step({rendezvous_action::arrive, 0}));
  EXPECT_FALSE(now.step({rendezvous_action::hold, 0, {}, 1})) << "it is pending";
  rendezvous_operation refused{rendezvous_action::hold, 0};
  refused.refused = true;
  EXPECT_TRUE(now.step(refused));
  ASSERT_TRUE(now.step({rendezvous_action::arrive, 1}));
  ASSERT_TRUE(now.step({rendezvous_action::look, 1}));
  EXPECT_TRUE(now.step({rendezvous_action::hold, 1, {}, 1}));
  EXPECT_FALSE(now.step({rendezvous_action::arrive, 2})) << "there are two sides";
}

}  // namespace
