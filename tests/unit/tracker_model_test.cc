// SPDX-License-Identifier: BSL-1.0
// What models/tracker.hpp and models/snapshot_counters.hpp say: every guarantee holds in every state that is
// near, and each is worth something.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/snapshot_counters.hpp"
#include "models/tracker.hpp"

namespace {

namespace models = stillpoint::models;
using testing::Contains;
using testing::IsEmpty;

template <class Model, class Operation>
std::vector<Model> near_states(const std::vector<Operation>& steps, std::size_t most) {
  std::vector<Model> states = {Model()};
  for (std::size_t next = 0; next < states.size() && states.size() < most; ++next) {
    for (const Operation& op : steps) {
      Model after = states[next];
      if (after.step(op) && std::find(states.begin(), states.end(), after) == states.end()) {
        states.push_back(after);
      }
    }
  }
  return states;
}

template <class Guarantees, class Model>
std::vector<std::string> lacking_in(const std::vector<Model>& states) {
  std::vector<std::string> names;
  for (const auto& guarantee : Guarantees::template all<Model>()) {
    if (!std::all_of(states.begin(), states.end(), guarantee.holds)) names.emplace_back(guarantee.name);
  }
  return names;
}

using action = models::tracker_action;
using operation = models::tracker_operation;
using right = models::basic_tracker<8, 3>;

template <class Model>
std::vector<Model> trackers_near() {
  std::vector<operation> steps = {{action::acquire}, {action::begin}};
  for (std::uint64_t each = 0; each < 8; ++each) {
    steps.push_back({action::release, 0, each});
    steps.push_back({action::end, 0, each});
    steps.push_back({action::end_all, 0, each});
    steps.push_back({action::look, 0, each, true});
  }
  return near_states<Model>(steps, 500);
}

template <class Model>
std::vector<std::string> lacking() {
  return lacking_in<models::tracker_guarantees>(trackers_near<Model>());
}

TEST(tracker_model, has_every_guarantee_in_every_near_state) {
  EXPECT_GE(trackers_near<right>().size(), 500u);
  EXPECT_THAT(lacking<right>(), IsEmpty());
  EXPECT_THAT(lacking<models::basic_tracker<8>>(), IsEmpty());
}

TEST(tracker_model, waits_for_the_oldest_of_too_many) {
  right model;
  EXPECT_TRUE(model.step({action::acquire, 0, 0}));
  for (std::uint64_t old = 0; old < 3; ++old) EXPECT_TRUE(model.step({action::begin, 0, old}));
  EXPECT_FALSE(model.step({action::begin, 0, 3}));
  EXPECT_TRUE(model.step({action::release, 1, 0}));
  EXPECT_TRUE(model.step({action::begin, 0, 3}));
}

TEST(tracker_model, refuses_an_empty_token_and_is_unharmed) {
  right model;
  EXPECT_FALSE(model.step({action::release, 0, 0}));
  EXPECT_TRUE(model.step({action::release, 0, 0, false, true}));
  EXPECT_EQ(model, right());
  EXPECT_FALSE(model.step({action::acquire, 0, 0, false, true})) << "refused without a reason";
  EXPECT_FALSE(model.step({action::end, 0, 0})) << "the current generation has no end";
}

// Wrong in one point each; whatever a step does not change it leaves to the right model.
struct wrong : right {
  bool has_the_future_of(const wrong& other) const { return right::has_the_future_of(other); }
  friend bool operator==(const wrong&, const wrong&) = default;
};

struct ends_at_once : wrong {
  bool step(const operation& op) { return op.action == action::end || right::step(op); }
};

struct gives_old_tokens : wrong {
  bool step(operation op) {
    if (op.action == action::acquire) op.generation = generation();
    return right::step(op);
  }
};

struct gives_future_tokens : wrong {
  bool step(operation op) {
    if (op.action == action::acquire && op.generation == (generation() + 1) % generations) return true;
    return right::step(op);
  }
};

struct skips_a_generation : wrong {
  bool step(const operation& op) {
    if (!right::step(op)) return false;
    if (op.action == action::begin && generation() == 2) right::step({action::begin});
    return true;
  }
};

struct acquire_waits_for_holders : wrong {
  bool step(const operation& op) {
    const std::uint64_t old = (generation() + generations - 1) % generations;
    return (op.action != action::acquire || holders(old) == 0) && right::step(op);
  }
};

struct never_ends : wrong {
  bool step(const operation& op) { return op.action != action::end && right::step(op); }
};

// A generation's end waits for the one before.
struct ends_in_order : wrong {
  bool step(const operation& op) {
    const bool ends = op.action == action::end && op.generation < generations;
    const std::uint64_t before = (op.generation + generations - 1) % generations;
    if (ends && before != generation() && holders(before) != 0) return false;
    return right::step(op);
  }
};

// Waits for the last of the old generations alone.
struct grace_period_of_one_generation : wrong {
  bool step(const operation& op) {
    return right::step(op.action == action::end_all ? operation{action::end, op.thread, op.generation} : op);
  }
};

struct is_changed_by_a_wait : wrong {
  bool step(const operation& op) {
    if (!right::step(op)) return false;
    return op.action != action::end || right::step({action::begin}) || true;
  }
};

struct releases_for_the_first_thread_only : wrong {
  bool step(const operation& op) {
    return (op.action != action::release || op.thread == 0) && right::step(op);
  }
};

struct stops_at_the_last_generation : wrong {
  bool step(const operation& op) {
    return (op.action != action::begin || generation() != generations - 1) && right::step(op);
  }
};

TEST(tracker_model, guarantees_are_worth_something) {
  EXPECT_THAT(lacking<ends_at_once>(), Contains("ended_generation_has_no_holders"));
  EXPECT_THAT(lacking<ends_at_once>(), Contains("what_holders_wrote_is_seen"));
  EXPECT_THAT(lacking<gives_old_tokens>(), Contains("ended_generation_has_no_holders"));
  EXPECT_THAT(lacking<gives_future_tokens>(), Contains("holders_see_what_came_before_their_generation"));
  EXPECT_THAT(lacking<skips_a_generation>(), Contains("generations_are_dense_and_monotonic"));
  EXPECT_THAT(lacking<acquire_waits_for_holders>(), Contains("acquire_never_waits"));
  EXPECT_THAT(lacking<never_ends>(), Contains("increments_end_once_tokens_are_released"));
  EXPECT_THAT(lacking<ends_in_order>(), Contains("pendings_end_one_by_one"));
  EXPECT_THAT(lacking<grace_period_of_one_generation>(),
              Contains("grace_periods_outlast_all_earlier_tokens"));
  EXPECT_THAT(lacking<is_changed_by_a_wait>(), Contains("dropped_pending_loses_nothing"));
  EXPECT_THAT(lacking<releases_for_the_first_thread_only>(), Contains("tokens_may_change_threads"));
  EXPECT_THAT(lacking<stops_at_the_last_generation>(), Contains("generations_wrap_around_unharmed"));
}

using snapshot_action = models::snapshot_action;
using counters = models::snapshot_counters<2>;

template <class Model>
std::vector<std::string> counters_lacking() {
  std::vector<counters::operation> steps = {{snapshot_action::take}};
  for (const std::size_t index : {0u, 1u}) {
    for (const std::uint64_t n : {std::uint64_t{1}, std::uint64_t{5}, ~std::uint64_t{0}}) {
      steps.push_back({snapshot_action::add, 0, index, n});
    }
  }
  return lacking_in<models::snapshot_counters_guarantees>(near_states<Model>(steps, 300));
}

TEST(snapshot_counters_model, has_every_guarantee_in_every_near_state) {
  EXPECT_THAT(counters_lacking<counters>(), IsEmpty());
}

TEST(snapshot_counters_model, refuses_an_index_that_is_none) {
  counters model;
  EXPECT_FALSE(model.step({snapshot_action::add, 0, 2, 1}));
  EXPECT_TRUE(model.step({snapshot_action::add, 0, 2, 1, {}, true}));
  EXPECT_FALSE(model.step({snapshot_action::add, 0, 1, 1, {}, true})) << "refused without a reason";
  EXPECT_EQ(model, counters());
}

struct wrong_counters : counters {
  friend bool operator==(const wrong_counters&, const wrong_counters&) = default;
};

struct drops_large_adds : wrong_counters {
  bool step(const operation& op) {
    return (op.action == snapshot_action::add && op.n == 3) || counters::step(op);
  }
};

// Shows the second counter as it will be after the next add.
struct shows_the_second_early : wrong_counters {
  bool step(operation op) {
    if (op.action == snapshot_action::take && op.found && (*op.found)[1] == current(1) + 1) return true;
    if (op.action == snapshot_action::take && op.found && (*op.found)[0] + 1 == current(0)) return true;
    return counters::step(op);
  }
};

struct keeps_what_was_taken : wrong_counters {
  bool step(const operation& op) {
    const auto before = current(0);
    if (!counters::step(op)) return false;
    if (op.action == snapshot_action::take) counters::step({snapshot_action::add, 0, 0, before});
    return true;
  }
};

TEST(snapshot_counters_model, guarantees_are_worth_something) {
  EXPECT_THAT(counters_lacking<drops_large_adds>(), Contains("no_add_is_lost"));
  EXPECT_THAT(counters_lacking<shows_the_second_early>(), Contains("snapshots_are_consistent_cuts"));
  EXPECT_THAT(counters_lacking<keeps_what_was_taken>(), Contains("snapshots_start_from_zero"));
}

}  // namespace
