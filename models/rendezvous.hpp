// SPDX-License-Identifier: BSL-1.0
//
// What a rendezvous is, as a sequential state machine: which results each operation may have in each state.
// With data, each side holds one of two and writes a number into it; without, nobody writes.
//
// A wait is not one step but two, since the other side comes and goes while it lasts: it arrives, and it
// looks at the other side. Both lie between the call and the return; an arrival that gave up is resumed by a
// look alone. What a step that blocks in the real thing cannot do yet (a look that waits) the machine does
// not allow yet.
//
// A look may miss an arrival or a departure unless something else has told this side of it: two sides that
// arrive and look at the same time may both see nobody. So the machine for what threads do allows not_yet at
// any time; for what one thread does with both sides, nothing is missed. That is all by which the two differ.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stillpoint::models {

// hold: looks at what this side holds. put: writes into it. leave: the side's endpoint goes.
enum class rendezvous_action : std::uint8_t { arrive, look, hold, put, leave };

constexpr std::string_view name_of(rendezvous_action action) {
  constexpr std::array<std::string_view, 5> names = {"arrive", "look", "hold", "put", "leave"};
  return names[static_cast<std::size_t>(action)];
}

enum class rendezvous_result : std::uint8_t { met, not_yet, disconnected };

constexpr std::string_view name_of(rendezvous_result result) {
  constexpr std::array<std::string_view, 3> names = {"met", "not_yet", "disconnected"};
  return names[static_cast<std::size_t>(result)];
}

// One call, or one step of a wait, with its result.
struct rendezvous_operation {
  rendezvous_action action = rendezvous_action::arrive;
  unsigned side = 0;
  rendezvous_result result = rendezvous_result::met;
  // hold: what was found there. put: what was written.
  int value = 0;
  // The call was diagnosed as misuse.
  bool refused = false;

  friend bool operator==(const rendezvous_operation&, const rendezvous_operation&) = default;
};

enum class looks : std::uint8_t { miss_nothing, may_miss };

template <looks Looks>
class basic_rendezvous {
 public:
  using operation = rendezvous_operation;
  static constexpr looks kind = Looks;
  static constexpr unsigned nothing = 2;

  // Does what `op` says and returns true, if an operation with that result is allowed in this state; else
  // returns false, and the state is as it was.
  bool step(const operation& op) {
    if (op.side > 1 || left_[op.side]) return false;
    switch (op.action) {
      case rendezvous_action::arrive:
        return arrive(op);
      case rendezvous_action::look:
        return look(op);
      case rendezvous_action::hold:
        return hold(op);
      case rendezvous_action::put:
        return put(op);
      case rendezvous_action::leave:
        return leave(op);
    }
    return false;
  }

  // How often a side has arrived, and how often it has met the other.
  unsigned arrivals(unsigned side) const { return arrivals_[side]; }
  unsigned meetings(unsigned side) const { return meetings_[side]; }
  bool pending(unsigned side) const { return arrivals_[side] != meetings_[side] && !alone_[side]; }
  bool left(unsigned side) const { return left_[side]; }
  // The side has been told that it is alone.
  bool alone(unsigned side) const { return alone_[side]; }
  // Which datum a side may access, 0 or 1; or nothing.
  unsigned held_by(unsigned side) const {
    return left_[side] || pending(side) ? nothing : (side + meetings_[side]) % 2;
  }
  int contents(unsigned datum) const { return contents_[datum]; }
  // The place where they meet is still needed.
  bool exists() const { return exists_; }

  // Whether the two allow the same from here on, but for how often things have happened.
  bool has_the_future_of(const basic_rendezvous& other) const {
    for (unsigned side = 0; side < 2; ++side) {
      if (pending(side) != other.pending(side) || held_by(side) != other.held_by(side)) return false;
    }
    return ahead() == other.ahead() && left_ == other.left_ && alone_ == other.alone_ &&
           contents_ == other.contents_ && exists_ == other.exists_;
  }

  friend bool operator==(const basic_rendezvous&, const basic_rendezvous&) = default;

 private:
  // By how much side 0 has arrived more often than side 1.
  int ahead() const { return static_cast<int>(arrivals_[0]) - static_cast<int>(arrivals_[1]); }

  bool arrive(const operation& op) {
    // A side that has arrived, or is alone, looks again instead.
    if (op.refused || pending(op.side) || alone_[op.side]) return false;
    ++arrivals_[op.side];
    return true;
  }

  bool look(const operation& op) {
    if (op.refused || arrivals_[op.side] == meetings_[op.side]) return false;
    const unsigned other = op.side ^ 1u;
    const bool is_there = arrivals_[other] >= arrivals_[op.side];
    switch (op.result) {
      case rendezvous_result::met:
        if (!is_there) return false;
        ++meetings_[op.side];
        return true;
      case rendezvous_result::disconnected:
        if (is_there || !left_[other]) return false;
        alone_[op.side] = true;
        return true;
      case rendezvous_result::not_yet:
        if (alone_[op.side]) return false;
        return Looks == looks::may_miss || !(is_there || left_[other]);
    }
    return false;
  }

  bool hold(const operation& op) {
    if (op.refused != pending(op.side)) return false;
    return op.refused || contents_[held_by(op.side)] == op.value;
  }

  bool put(const operation& op) {
    if (op.refused != pending(op.side)) return false;
    if (!op.refused) contents_[held_by(op.side)] = op.value;
    return true;
  }

  bool leave(const operation& op) {
    if (op.refused) return false;
    left_[op.side] = true;
    exists_ = !(left_[0] && left_[1]);
    return true;
  }

  std::array<unsigned, 2> arrivals_{};
  std::array<unsigned, 2> meetings_{};
  std::array<bool, 2> left_{};
  std::array<bool, 2> alone_{};
  std::array<int, 2> contents_{};
  bool exists_ = true;
};

// For what both sides do in one thread, and for what two threads do.
using rendezvous = basic_rendezvous<looks::miss_nothing>;
using concurrent_rendezvous = basic_rendezvous<looks::may_miss>;

// The rendezvous' guarantees, each as a property of every reachable state. They ask the machine only through
// step() and its observers, so that a machine which is wrong can be shown to lack them.
struct rendezvous_guarantees {
  // A side has met the other only as often as both have arrived.
  template <class Model>
  static bool neither_side_passes_early(const Model& now) {
    for (unsigned side = 0; side < 2; ++side) {
      if (now.meetings(side) > now.arrivals(0) || now.meetings(side) > now.arrivals(1)) return false;
      const bool too_early = now.pending(side) && now.arrivals(side ^ 1u) < now.arrivals(side);
      if (too_early && allows(now, looking(side, rendezvous_result::met))) return false;
    }
    return true;
  }

  // What a side puts into what it holds, the other finds there after they have met.
  template <class Model>
  static bool writes_before_are_seen_after(const Model& now) {
    for (unsigned side = 0; side < 2; ++side) {
      Model later = now;
      if (!may_arrive(now, side) || !later.step({rendezvous_action::put, side, {}, 7})) continue;
      later.step({rendezvous_action::arrive, side});
      const unsigned other = side ^ 1u;
      if (!may_arrive(later, other) || later.arrivals(other) != now.arrivals(side)) continue;
      if (!later.step({rendezvous_action::arrive, other})) return false;
      if (!later.step(looking(other, rendezvous_result::met))) return false;
      if (!allows(later, {rendezvous_action::hold, other, {}, 7})) return false;
      if (allows(later, {rendezvous_action::hold, other, {}, 8})) return false;
    }
    return true;
  }

  template <class Model>
  static bool each_datum_has_one_holder(const Model& now) {
    return now.held_by(0) == Model::nothing || now.held_by(0) != now.held_by(1);
  }

  // What is allowed does not depend on how often they have met.
  template <class Model>
  static bool generations_wrap_around_unharmed(const Model& now) {
    if (!may_arrive(now, 0) || !may_arrive(now, 1) || now.arrivals(0) != now.arrivals(1)) return true;
    Model later = now;
    for (int meeting = 0; meeting < 4; ++meeting) {
      for (unsigned side = 0; side < 2; ++side) {
        if (!later.step({rendezvous_action::arrive, side})) return false;
      }
      for (unsigned side = 0; side < 2; ++side) {
        if (!later.step(looking(side, rendezvous_result::met))) return false;
      }
    }
    return later.has_the_future_of(now);
  }

  // A side that gave up is not asked to arrive again, and its next look may still meet.
  template <class Model>
  static bool giving_up_keeps_the_arrival(const Model& now) {
    for (unsigned side = 0; side < 2; ++side) {
      if (!now.pending(side) || now.left(side)) continue;
      Model later = now;
      if (allows(now, {rendezvous_action::arrive, side})) return false;
      const unsigned other = side ^ 1u;
      const bool other_comes = may_arrive(now, other) && now.arrivals(other) < now.arrivals(side);
      if (other_comes && !later.step({rendezvous_action::arrive, other})) return false;
      const bool is_there = later.arrivals(other) >= later.arrivals(side);
      if (is_there && !allows(later, looking(side, rendezvous_result::met))) return false;
    }
    return true;
  }

  // A look meets an arrival that is there.
  template <class Model>
  static bool an_arrival_is_not_overlooked(const Model& now) {
    for (unsigned side = 0; side < 2; ++side) {
      const bool is_there = now.pending(side) && now.arrivals(side ^ 1u) >= now.arrivals(side);
      if (!is_there || now.left(side)) continue;
      if (!allows(now, looking(side, rendezvous_result::met))) return false;
      const bool missed = allows(now, looking(side, rendezvous_result::not_yet));
      if (missed && Model::kind == looks::miss_nothing) return false;
    }
    return true;
  }

  // A side that waits for one that has left is told so, at any time from then on; and it keeps what it held.
  template <class Model>
  static bool a_side_that_leaves_is_noticed(const Model& now) {
    for (unsigned side = 0; side < 2; ++side) {
      if (now.left(side) || !now.left(side ^ 1u)) continue;
      Model later = now;
      if (may_arrive(now, side)) later.step({rendezvous_action::arrive, side});
      if (later.arrivals(side ^ 1u) >= later.arrivals(side)) continue;
      const unsigned held = (side + later.meetings(side)) % 2;
      if (!later.step(looking(side, rendezvous_result::disconnected))) return false;
      if (later.held_by(side) != held) return false;
      if (!allows(later, looking(side, rendezvous_result::disconnected))) return false;
      if (allows(later, looking(side, rendezvous_result::met))) return false;
    }
    return true;
  }

  // A side that has arrived is met, also if it has left since.
  template <class Model>
  static bool an_arrival_outlives_its_side(const Model& now) {
    for (unsigned side = 0; side < 2; ++side) {
      const unsigned other = side ^ 1u;
      if (now.left(side) || !now.left(other) || now.arrivals(other) <= now.meetings(side)) continue;
      Model later = now;
      if (may_arrive(now, side) && !later.step({rendezvous_action::arrive, side})) return false;
      if (!later.step(looking(side, rendezvous_result::met))) return false;
    }
    return true;
  }

  // The place exists as long as a side may use it.
  template <class Model>
  static bool the_last_to_leave_cleans_up(const Model& now) {
    return now.exists() == !(now.left(0) && now.left(1));
  }

  template <class Model>
  struct named {
    std::string_view name;
    bool (*holds)(const Model&);
  };

  template <class Model>
  static constexpr std::array<named<Model>, 9> all() {
    return {{{"neither_side_passes_early", neither_side_passes_early<Model>},
             {"writes_before_are_seen_after", writes_before_are_seen_after<Model>},
             {"each_datum_has_one_holder", each_datum_has_one_holder<Model>},
             {"generations_wrap_around_unharmed", generations_wrap_around_unharmed<Model>},
             {"giving_up_keeps_the_arrival", giving_up_keeps_the_arrival<Model>},
             {"an_arrival_is_not_overlooked", an_arrival_is_not_overlooked<Model>},
             {"a_side_that_leaves_is_noticed", a_side_that_leaves_is_noticed<Model>},
             {"an_arrival_outlives_its_side", an_arrival_outlives_its_side<Model>},
             {"the_last_to_leave_cleans_up", the_last_to_leave_cleans_up<Model>}}};
  }

 private:
  static rendezvous_operation looking(unsigned side, rendezvous_result result) {
    return {rendezvous_action::look, side, result};
  }

  template <class Model>
  static bool allows(Model state, const rendezvous_operation& op) {
    return state.step(op);
  }

  template <class Model>
  static bool may_arrive(const Model& now, unsigned side) {
    return !now.left(side) && !now.pending(side) && !now.alone(side);
  }
};

}  // namespace stillpoint::models
