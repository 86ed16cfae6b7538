// SPDX-License-Identifier: BSL-1.0
//
// What an atomic_value and an any_value are, as two sequential state machines. The first says which results
// each call may have: it is a register with compare-and-swap, whose first value fixes the type. The second
// says when values may be destroyed. For those who port them, and for the checkers: a history of calls is
// right if it can be put into an order, extending the one in which the calls were made, that the first
// machine steps through.
//
// Each value that is ever stored has a number of its own, its identity. Values are equal if their numbers
// are so modulo 4: a compare_exchange by value cannot tell 1 from 5, one by identity can.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stillpoint::models {

enum class value_action : std::uint8_t { load, store, swap, compare_value, compare_identity, update };

constexpr std::string_view name_of(value_action action) {
  constexpr std::array<std::string_view, 6> names = {
      "load", "store", "swap", "compare_value", "compare_identity", "update"};
  return names[static_cast<std::size_t>(action)];
}

// One call with its result.
struct value_operation {
  using number = std::optional<unsigned>;
  // Of a value that is none: store(nullptr).
  static constexpr unsigned no_type = 0;

  value_action action = value_action::load;
  unsigned thread = 0;
  // What is to be stored, and its type; atomic_value knows one type only.
  unsigned value = 0;
  unsigned type = 1;
  // compare_value, compare_identity: what is compared with; unset for nothing.
  number expected = std::nullopt;
  // load, swap, update: what was found; unset for nothing.
  number found = std::nullopt;
  // compare_value, compare_identity: whether it was replaced.
  bool done = false;
  // std::invalid_argument.
  bool refused = false;

  friend bool operator==(const value_operation&, const value_operation&) = default;
};

constexpr bool equal_values(unsigned a, unsigned b) {
  return a % 4 == b % 4;
}

class atomic_value {
 public:
  using operation = value_operation;
  using number = value_operation::number;

  // Does what `op` says and returns true, if an operation with that result is allowed in this state; else
  // returns false, and the state is as it was.
  bool step(const operation& op) {
    if (op.action == value_action::load) return !op.refused && op.found == current_;
    if (op.refused) return is_mistake(op);
    if (is_mistake(op)) return false;
    switch (op.action) {
      case value_action::store:
        return replace(op);
      case value_action::swap:
      case value_action::update:
        return op.found == current_ && replace(op);
      case value_action::compare_value:
        return compare(
            op, op.expected && current_ ? equal_values(*op.expected, *current_) : op.expected == current_);
      case value_action::compare_identity:
        return compare(op, op.expected == current_);
      case value_action::load:
        break;
    }
    return false;
  }

  number current() const { return current_; }
  // no_type before the first store.
  unsigned type() const { return type_; }

  friend bool operator==(const atomic_value&, const atomic_value&) = default;

 private:
  bool is_mistake(const operation& op) const {
    return op.type == operation::no_type || (type_ != operation::no_type && op.type != type_);
  }

  bool compare(const operation& op, bool same) {
    if (op.done != same) return false;
    if (same) replace(op);
    return true;
  }

  bool replace(const operation& op) {
    current_ = op.value;
    type_ = op.type;
    return true;
  }

  number current_ = std::nullopt;
  unsigned type_ = operation::no_type;
};

// The values of an atomic_value, from their store to their destruction. `Batch` values may be retired before
// somebody looks which of them nobody holds.
template <unsigned Batch, unsigned Values>
class value_reclamation {
 public:
  static constexpr unsigned batch = Batch;
  static constexpr unsigned values = Values;
  static constexpr unsigned nothing = Values;
  enum class life : std::uint8_t { unborn, current, retired, destroyed };

  // Publishes the next value. The caller has to look, if it has become `must_look`.
  bool store() {
    if (ended_ || must_look() || born_ == Values) return false;
    if (current_ != nothing) {
      lives_[current_] = life::retired;
      ++unlooked_;
    }
    current_ = born_++;
    lives_[current_] = life::current;
    return true;
  }

  // A snapshot or an owner: taken of the current value, or, by one that holds it, of any.
  bool hold(unsigned value) {
    const bool loads = !ended_ && value == current_;
    if (!alive(value) || (!loads && holders_[value] == 0)) return false;
    ++holders_[value];
    return true;
  }
  // By whatever thread.
  bool give_back(unsigned value) {
    if (value >= Values || holders_[value] == 0) return false;
    --holders_[value];
    return true;
  }

  // Decides which of the retired have to go: those that nobody holds.
  bool look() {
    unlooked_ = 0;
    kept_ = 0;
    for (unsigned v = 0; v < Values; ++v) {
      if (lives_[v] != life::retired) continue;
      if (holders_[v] == 0) {
        lives_[v] = life::destroyed;
        ++destroyed_[v];
      } else {
        ++kept_;
      }
    }
    return true;
  }

  // The atomic_value's destructor. Snapshots are over; owners may be left.
  bool end() {
    if (ended_) return false;
    ended_ = true;
    if (current_ != nothing) lives_[current_] = life::retired;
    current_ = nothing;
    return look();
  }

  bool alive(unsigned value) const {
    return value < Values && (lives_[value] == life::current || lives_[value] == life::retired);
  }
  bool must_look() const { return unlooked_ >= Batch; }
  bool ended() const { return ended_; }
  unsigned current() const { return current_; }
  unsigned born() const { return born_; }
  life state(unsigned value) const { return lives_[value]; }
  unsigned holders(unsigned value) const { return holders_[value]; }
  unsigned times_destroyed(unsigned value) const { return destroyed_[value]; }
  // How many were held when somebody last looked.
  unsigned kept() const { return kept_; }
  unsigned retired() const {
    unsigned count = 0;
    for (const life each : lives_) count += each == life::retired ? 1u : 0u;
    return count;
  }

  friend bool operator==(const value_reclamation&, const value_reclamation&) = default;

 private:
  std::array<life, Values> lives_{};
  std::array<unsigned, Values> holders_{};
  std::array<unsigned, Values> destroyed_{};
  unsigned current_ = nothing;
  unsigned born_ = 0;
  unsigned unlooked_ = 0;
  unsigned kept_ = 0;
  bool ended_ = false;
};

template <class Model>
struct named_value_property {
  std::string_view name;
  bool (*holds)(const Model&);
};

// The guarantees on results, each as a property of every reachable state of the first machine. `stored` is a
// number that no value has.
struct atomic_value_guarantees {
  static constexpr unsigned stored = 99;
  static constexpr unsigned another_type = 7;

  template <class Model>
  static bool starts_empty(const Model& now) {
    return now.type() != value_operation::no_type || allows(now, loads(std::nullopt));
  }

  // Whole, and one that was stored: a load finds the current value.
  template <class Model>
  static bool loads_return_what_was_stored(const Model& now) {
    return allows(now, loads(now.current())) && !allows(now, loads(stored));
  }

  // What was replaced is never loaded again, nor nothing once there is a value.
  template <class Model>
  static bool reads_never_go_back(const Model& now) {
    Model later = now;
    return later.step(stores(now)) && allows(later, loads(stored)) && !allows(later, loads(now.current()));
  }

  template <class Model>
  static bool swap_returns_what_it_replaced(const Model& now) {
    value_operation swap = stores(now);
    swap.action = value_action::swap;
    swap.found = now.current();
    if (!allows(now, swap)) return false;
    swap.found = stored;
    return !allows(now, swap);
  }

  template <class Model>
  static bool compare_exchange_replaces_only_what_it_expects(const Model& now) {
    value_operation compare = stores(now);
    compare.done = true;
    for (const auto how : {value_action::compare_value, value_action::compare_identity}) {
      compare.action = how;
      compare.expected = now.current();
      if (!allows(now, compare)) return false;
      compare.expected = now.current() ? value_operation::number() : stored;
      if (allows(now, compare)) return false;
    }
    if (!now.current()) return true;
    // Equal, but another one.
    compare.expected = *now.current() + 4;
    if (allows(now, compare)) return false;
    compare.action = value_action::compare_value;
    return allows(now, compare);
  }

  template <class Model>
  static bool no_update_is_lost(const Model& now) {
    value_operation update = stores(now);
    update.action = value_action::update;
    update.found = now.current();
    Model later = now;
    return later.step(update) && !allows(later, update);
  }

  template <class Model>
  static bool failed_stores_change_nothing(const Model& now) {
    value_operation nil = stores(now);
    nil.type = value_operation::no_type;
    if (allows(now, nil)) return false;
    nil.refused = true;
    Model later = now;
    return later.step(nil) && later == now;
  }

  template <class Model>
  static bool first_store_fixes_the_type(const Model& now) {
    value_operation other = stores(now);
    other.type = another_type;
    if (now.type() == value_operation::no_type) {
      Model later = now;
      return later.step(other) && later.type() == another_type;
    }
    if (now.type() == another_type) return !allows(now, {value_action::store, 0, stored, 1});
    if (allows(now, other)) return false;
    other.refused = true;
    Model later = now;
    return later.step(other) && later == now;
  }

  // Whatever the others do, each call has a result, at once.
  template <class Model>
  static bool calls_never_wait_for_each_other(const Model& now) {
    value_operation call = stores(now);
    if (!allows(now, loads(now.current())) || !allows(now, call)) return false;
    call.found = now.current();
    for (const auto how : {value_action::swap, value_action::update}) {
      call.action = how;
      if (!allows(now, call)) return false;
    }
    for (const auto how : {value_action::compare_value, value_action::compare_identity}) {
      call.action = how;
      call.expected = stored;
      call.done = true;
      value_operation failed = call;
      failed.done = false;
      if (!allows(now, call) && !allows(now, failed)) return false;
    }
    return true;
  }

  template <class Model>
  static constexpr std::array<named_value_property<Model>, 9> all() {
    return {{{"starts_empty", starts_empty<Model>},
             {"loads_return_what_was_stored", loads_return_what_was_stored<Model>},
             {"reads_never_go_back", reads_never_go_back<Model>},
             {"swap_returns_what_it_replaced", swap_returns_what_it_replaced<Model>},
             {"compare_exchange_replaces_only_what_it_expects",
              compare_exchange_replaces_only_what_it_expects<Model>},
             {"no_update_is_lost", no_update_is_lost<Model>},
             {"calls_never_wait_for_each_other", calls_never_wait_for_each_other<Model>},
             {"failed_stores_change_nothing", failed_stores_change_nothing<Model>},
             {"first_store_fixes_the_type", first_store_fixes_the_type<Model>}}};
  }

 private:
  static value_operation loads(value_operation::number found) {
    value_operation load;
    load.found = found;
    return load;
  }

  template <class Model>
  static value_operation stores(const Model& now) {
    return {value_action::store, 0, stored, now.type() == value_operation::no_type ? 1 : now.type()};
  }

  template <class Model>
  static bool allows(Model state, const value_operation& op) {
    return state.step(op);
  }
};

// The guarantees on lives, each as a property of every reachable state of the second machine.
struct value_reclamation_guarantees {
  // Whatever is done next, who holds a value finds it alive.
  template <class Model>
  static bool held_values_stay_alive(const Model& now) {
    Model looked = now;
    Model over = now;
    looked.look();
    over.end();
    for (unsigned v = 0; v < Model::values; ++v) {
      if (now.holders(v) != 0 && (!now.alive(v) || !looked.alive(v) || !over.alive(v))) return false;
    }
    return true;
  }

  // Nothing depends on who took a snapshot: it can be given up, and then counts no longer.
  template <class Model>
  static bool snapshots_may_change_threads(const Model& now) {
    for (unsigned v = 0; v < Model::values; ++v) {
      Model later = now;
      if (now.holders(v) != 0 && (!later.give_back(v) || later.holders(v) + 1 != now.holders(v)))
        return false;
    }
    return true;
  }

  // Whoever looks, if that is due, can store, whatever is held.
  template <class Model>
  static bool snapshots_never_delay_stores(const Model& now) {
    if (now.ended() || now.born() == Model::values) return true;
    Model later = now;
    if (later.must_look()) later.look();
    return later.store();
  }

  template <class Model>
  static bool superseded_values_are_destroyed_once(const Model& now) {
    for (unsigned v = 0; v < Model::values; ++v) {
      const bool gone = now.state(v) == Model::life::destroyed;
      if (now.times_destroyed(v) != (gone ? 1u : 0u)) return false;
      Model later = now;
      if (gone && later.hold(v)) return false;
    }
    return now.current() == Model::nothing || now.alive(now.current());
  }

  // As many as a batch, and those that were held when somebody looked.
  template <class Model>
  static bool retired_values_are_few(const Model& now) {
    return now.ended() || now.retired() <= Model::batch + now.kept();
  }

  template <class Model>
  static bool shared_owners_outlive_the_value(const Model& now) {
    Model over = now;
    over.end();
    for (unsigned v = 0; v < Model::values; ++v) {
      if (over.holders(v) != 0 && !over.hold(v)) return false;
    }
    return true;
  }

  // Right after a look, when destructors run, everything is allowed that was before.
  template <class Model>
  static bool destructors_may_store_and_load(const Model& now) {
    if (now.ended() || now.born() == Model::values) return true;
    Model later = now;
    return later.look() && later.store() && later.hold(later.current());
  }

  template <class Model>
  static constexpr std::array<named_value_property<Model>, 7> all() {
    return {{{"held_values_stay_alive", held_values_stay_alive<Model>},
             {"snapshots_may_change_threads", snapshots_may_change_threads<Model>},
             {"snapshots_never_delay_stores", snapshots_never_delay_stores<Model>},
             {"superseded_values_are_destroyed_once", superseded_values_are_destroyed_once<Model>},
             {"retired_values_are_few", retired_values_are_few<Model>},
             {"shared_owners_outlive_the_value", shared_owners_outlive_the_value<Model>},
             {"destructors_may_store_and_load", destructors_may_store_and_load<Model>}}};
  }
};

}  // namespace stillpoint::models
