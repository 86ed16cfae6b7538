// SPDX-License-Identifier: BSL-1.0
// What models/atomic_value.hpp says: every guarantee holds in every state that is near, and each is worth
// something.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "models/atomic_value.hpp"

namespace {

namespace models = stillpoint::models;
using action = models::value_action;
using operation = models::value_operation;
using right = models::atomic_value;
using testing::Contains;
using testing::IsEmpty;

template <class Model>
std::vector<Model> near_states() {
  std::vector<operation> steps;
  for (const unsigned value : {0u, 1u, 4u}) {
    for (const unsigned type : {1u, 2u}) steps.push_back({action::store, 0, value, type});
  }
  std::vector<Model> states = {Model()};
  for (std::size_t next = 0; next < states.size(); ++next) {
    for (const operation& op : steps) {
      Model after = states[next];
      if (after.step(op) && std::find(states.begin(), states.end(), after) == states.end()) {
        states.push_back(after);
      }
    }
  }
  return states;
}

template <class Guarantees, class Model>
std::vector<std::string> lacking(const std::vector<Model>& states) {
  std::vector<std::string> names;
  for (const auto& guarantee : Guarantees::template all<Model>()) {
    if (!std::all_of(states.begin(), states.end(), guarantee.holds)) names.emplace_back(guarantee.name);
  }
  return names;
}

template <class Model>
std::vector<std::string> lacking() {
  return lacking<models::atomic_value_guarantees>(near_states<Model>());
}

TEST(atomic_value_model, has_every_guarantee_in_every_near_state) {
  EXPECT_EQ(near_states<right>().size(), 7u);
  EXPECT_THAT(lacking<right>(), IsEmpty());
}

// Wrong in one point each; whatever a step does not change it leaves to the right model.
struct wrong : right {
  friend bool operator==(const wrong&, const wrong&) = default;
};

struct starts_at_zero : wrong {
  bool step(operation op) {
    if (op.action == action::load && !current()) return op.found == 0u;
    return right::step(op);
  }
};

struct shows_halves : wrong {
  bool step(const operation& op) { return op.action == action::load || right::step(op); }
};

struct loads_old_ones : wrong {
  number before{};
  bool step(const operation& op) {
    if (op.action == action::load && op.found == before) return true;
    const number former = current();
    if (!right::step(op)) return false;
    if (op.action != action::load) before = former;
    return true;
  }
  friend bool operator==(const loads_old_ones&, const loads_old_ones&) = default;
};

struct swaps_blindly : wrong {
  bool step(operation op) {
    if (op.action == action::swap) op.found = current();
    return right::step(op);
  }
};

struct compares_identity_by_value : wrong {
  bool step(operation op) {
    if (op.action == action::compare_identity) op.action = action::compare_value;
    return right::step(op);
  }
};

struct updates_what_was : wrong {
  bool step(operation op) {
    if (op.action == action::update) op.found = current();
    return right::step(op);
  }
};

struct is_spoilt_by_nil : wrong {
  bool step(const operation& op) {
    if (op.refused && op.type == operation::no_type) return right::step({action::store, 0, 77, 1});
    return right::step(op);
  }
};

// A store waits until there is somebody who loads in between.
struct waits_for_a_load : wrong {
  bool step(const operation& op) {
    const bool is_load = op.action == action::load;
    if (!is_load && waiting) return false;
    if (!right::step(op)) return false;
    waiting = !is_load;
    return true;
  }
  bool waiting = false;
  friend bool operator==(const waits_for_a_load&, const waits_for_a_load&) = default;
};

struct takes_any_type : wrong {
  bool step(operation op) {
    if (op.action != action::load && op.type != operation::no_type && type() != operation::no_type) {
      op.type = type();
    }
    return right::step(op);
  }
};

TEST(atomic_value_model, guarantees_are_worth_something) {
  EXPECT_THAT(lacking<starts_at_zero>(), Contains("starts_empty"));
  EXPECT_THAT(lacking<shows_halves>(), Contains("loads_return_what_was_stored"));
  EXPECT_THAT(lacking<loads_old_ones>(), Contains("reads_never_go_back"));
  EXPECT_THAT(lacking<swaps_blindly>(), Contains("swap_returns_what_it_replaced"));
  EXPECT_THAT(lacking<compares_identity_by_value>(),
              Contains("compare_exchange_replaces_only_what_it_expects"));
  EXPECT_THAT(lacking<updates_what_was>(), Contains("no_update_is_lost"));
  EXPECT_THAT(lacking<waits_for_a_load>(), Contains("calls_never_wait_for_each_other"));
  EXPECT_THAT(lacking<is_spoilt_by_nil>(), Contains("failed_stores_change_nothing"));
  EXPECT_THAT(lacking<takes_any_type>(), Contains("first_store_fixes_the_type"));
}

using lives = models::value_reclamation<2, 4>;

template <class Model>
std::vector<Model> near_lives() {
  std::vector<Model> states = {Model()};
  const auto add = [&states](bool allowed, const Model& after) {
    if (allowed && std::find(states.begin(), states.end(), after) == states.end()) states.push_back(after);
  };
  for (std::size_t next = 0; next < states.size() && states.size() < 3000; ++next) {
    Model after = states[next];
    add(after.store(), after);
    after = states[next];
    add(after.must_look() && after.look(), after);
    after = states[next];
    add(after.end(), after);
    for (unsigned v = 0; v < Model::values; ++v) {
      after = states[next];
      if (after.holders(v) < 2) add(after.hold(v), after);
      after = states[next];
      add(after.give_back(v), after);
    }
  }
  return states;
}

template <class Model>
std::vector<std::string> lacking_in_lives() {
  return lacking<models::value_reclamation_guarantees>(near_lives<Model>());
}

TEST(value_reclamation_model, has_every_guarantee_in_every_near_state) {
  EXPECT_GE(near_lives<lives>().size(), 500u);
  EXPECT_THAT(lacking_in_lives<lives>(), IsEmpty());
}

struct wrong_lives : lives {
  friend bool operator==(const wrong_lives&, const wrong_lives&) = default;
};

// Looks away: what is held is destroyed as well.
struct destroys_what_is_held : wrong_lives {
  bool alive(unsigned value) const {
    return lives::alive(value) && (state(value) == life::current || unlooked);
  }
  bool look() {
    unlooked = false;
    return lives::look();
  }
  bool store() {
    unlooked = true;
    return lives::store();
  }
  bool unlooked = true;
  friend bool operator==(const destroys_what_is_held&, const destroys_what_is_held&) = default;
};

struct cannot_give_back : wrong_lives {
  bool give_back(unsigned value) { return value == 0 && lives::give_back(value); }
};

struct waits_for_holders : wrong_lives {
  bool store() { return kept() == 0 && lives::store(); }
};

struct destroys_twice : wrong_lives {
  unsigned times_destroyed(unsigned value) const { return 2 * lives::times_destroyed(value); }
};

struct never_looks : wrong_lives {
  bool must_look() const { return false; }
  bool store() {
    if (lives::must_look()) forgotten += 1;
    lives copy = *this;
    if (lives::must_look()) {
      copy.look();
      if (!copy.store()) return false;
      static_cast<lives&>(*this) = copy;
      return true;
    }
    return lives::store();
  }
  unsigned retired() const { return lives::retired() + 2 * forgotten; }
  unsigned forgotten = 0;
  friend bool operator==(const never_looks&, const never_looks&) = default;
};

struct takes_owners_along : wrong_lives {
  bool hold(unsigned value) { return !ended() && lives::hold(value); }
};

struct locks_while_it_looks : wrong_lives {
  bool look() {
    looking = true;
    return lives::look();
  }
  bool store() { return !looking && lives::store(); }
  bool looking = false;
  friend bool operator==(const locks_while_it_looks&, const locks_while_it_looks&) = default;
};

TEST(value_reclamation_model, guarantees_are_worth_something) {
  EXPECT_THAT(lacking_in_lives<destroys_what_is_held>(), Contains("held_values_stay_alive"));
  EXPECT_THAT(lacking_in_lives<cannot_give_back>(), Contains("snapshots_may_change_threads"));
  EXPECT_THAT(lacking_in_lives<waits_for_holders>(), Contains("snapshots_never_delay_stores"));
  EXPECT_THAT(lacking_in_lives<destroys_twice>(), Contains("superseded_values_are_destroyed_once"));
  EXPECT_THAT(lacking_in_lives<never_looks>(), Contains("retired_values_are_few"));
  EXPECT_THAT(lacking_in_lives<takes_owners_along>(), Contains("shared_owners_outlive_the_value"));
  EXPECT_THAT(lacking_in_lives<locks_while_it_looks>(), Contains("destructors_may_store_and_load"));
}

}  // namespace
