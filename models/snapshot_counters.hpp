// SPDX-License-Identifier: BSL-1.0
//
// What snapshot_counters are, as a sequential state machine: adds go into the current interval; a take ends
// it and is what was added in it. They are linearizable: every history of calls can be put into an order,
// extending the one in which the calls were made, that this machine steps through.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stillpoint::models {

enum class snapshot_action : std::uint8_t { add, take };

constexpr std::string_view name_of(snapshot_action action) {
  return action == snapshot_action::add ? "add" : "take";
}

template <std::size_t Size>
class snapshot_counters {
 public:
  using values = std::array<std::uint64_t, Size>;

  // One call with its result.
  struct operation {
    snapshot_action action = snapshot_action::add;
    unsigned thread = 0;
    // add: which counter, from 0 on, and what is added modulo 2^64.
    std::size_t index = 0;
    std::uint64_t n = 0;
    // take: what was returned; nothing for a call that has not.
    std::optional<values> found{};
    // The call was diagnosed: the index is out of range.
    bool refused = false;

    friend bool operator==(const operation&, const operation&) = default;
  };

  // Does what `op` says and returns true, if an operation with that result is allowed in this state; else
  // returns false, and the state is as it was.
  bool step(const operation& op) {
    if (op.action == snapshot_action::add) return add(op);
    if (op.refused || (op.found && *op.found != current_)) return false;
    for (std::size_t index = 0; index < Size; ++index) taken_[index] += current_[index];
    current_ = {};
    return true;
  }

  std::uint64_t current(std::size_t index) const { return current_[index]; }
  // All that was ever added, and all that was taken.
  std::uint64_t added(std::size_t index) const { return added_[index]; }
  std::uint64_t taken(std::size_t index) const { return taken_[index]; }

  friend bool operator==(const snapshot_counters&, const snapshot_counters&) = default;

 private:
  bool add(const operation& op) {
    if (op.refused != (op.index >= Size)) return false;
    if (op.refused) return true;
    current_[op.index] += op.n;
    added_[op.index] += op.n;
    return true;
  }

  values current_{};
  values added_{};
  values taken_{};
};

// The guarantees of at least two counters, each as a property of every reachable state.
struct snapshot_counters_guarantees {
  using action = snapshot_action;

  template <class Model>
  static bool no_add_is_lost(const Model& now) {
    Model later = now;
    return adds_up(now) && later.step({action::add, 0, 0, 3}) && adds_up(later) &&
           later.step({action::take, 0}) && adds_up(later) && later.taken(0) == now.added(0) + 3;
  }

  // Of two adds in a row, no sequence of takes shows the second in an earlier one than the first.
  template <class Model>
  static bool snapshots_are_consistent_cuts(const Model& now) {
    Model both = now;
    if (!both.step({action::add, 0, 0, 1}) || !both.step({action::add, 0, 1, 1})) return false;
    Model between = now;
    if (!between.step({action::add, 0, 0, 1}) || !between.step({action::take, 1})) return false;
    return takes(both, {now.current(0) + 1, now.current(1) + 1}) &&
           !takes(both, {now.current(0), now.current(1) + 1}) && takes(between, {0, 0});
  }

  template <class Model>
  static bool snapshots_start_from_zero(const Model& now) {
    Model later = now;
    return later.step({action::take, 0}) && takes(later, {0, 0}) && later.step({action::add, 0, 1, 5}) &&
           takes(later, {0, 5}) && !takes(later, {0, 0});
  }

  template <class Model>
  struct named {
    std::string_view name;
    bool (*holds)(const Model&);
  };

  template <class Model>
  static constexpr std::array<named<Model>, 3> all() {
    return {{{"no_add_is_lost", no_add_is_lost<Model>},
             {"snapshots_are_consistent_cuts", snapshots_are_consistent_cuts<Model>},
             {"snapshots_start_from_zero", snapshots_start_from_zero<Model>}}};
  }

 private:
  template <class Model>
  static bool adds_up(const Model& state) {
    for (std::size_t index = 0; index < 2; ++index) {
      if (state.added(index) != state.taken(index) + state.current(index)) return false;
    }
    return true;
  }
  template <class Model>
  static bool takes(Model state, const typename Model::values& expected) {
    typename Model::operation op;
    op.action = action::take;
    op.found = expected;
    return state.step(op);
  }
};

}  // namespace stillpoint::models
