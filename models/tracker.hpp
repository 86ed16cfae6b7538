// SPDX-License-Identifier: BSL-1.0
//
// What a tracker is, as a sequential state machine: which results each operation may have in each state. For
// those who port the tracker, and for the checkers: a history of calls is right if it can be put into an
// order, extending the one in which the calls were made, that this machine steps through.
//
// increment is two steps, both between its call and its return: it begins the next generation, and it ends
// when nobody holds a token of the old one. A step that blocks in the real thing is one that the machine does
// not allow yet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stillpoint::models {

enum class tracker_action : std::uint8_t { acquire, release, read, begin, end, look, end_all };

constexpr std::string_view name_of(tracker_action action) {
  constexpr std::array<std::string_view, 7> names = {"acquire", "release",  "generation", "begin",
                                                     "end",     "try_wait", "synchronize"};
  return names[static_cast<std::size_t>(action)];
}

// One call, or one step of an increment, with its result.
struct tracker_operation {
  static constexpr std::uint64_t unknown = ~std::uint64_t{0};

  tracker_action action = tracker_action::acquire;
  unsigned thread = 0;
  // acquire: of the token given; unknown for a call that has not returned. release: of the token. read: what
  // was returned, or unknown. begin: which one is the old one now, or unknown. end, look: which one is waited
  // for. end_all: which one is waited for with all before it.
  std::uint64_t generation = unknown;
  // look: whether it was found to be at its end.
  bool ended = false;
  // The call was diagnosed as misuse: a token that is empty.
  bool refused = false;

  friend bool operator==(const tracker_operation&, const tracker_operation&) = default;
};

// Generations count from 0 modulo Generations; at most MaxPending of those before the current one may have
// tokens.
template <std::uint64_t Generations, std::size_t MaxPending = 7>
class basic_tracker {
 public:
  using operation = tracker_operation;
  static constexpr std::uint64_t generations = Generations;

  // Does what `op` says and returns true, if an operation with that result is allowed in this state; else
  // returns false, and the state is as it was.
  bool step(const operation& op) {
    switch (op.action) {
      case tracker_action::acquire:
        return acquire(op);
      case tracker_action::release:
        return release(op);
      case tracker_action::read:
        return !op.refused && is_current(op.generation);
      case tracker_action::begin:
        return begin(op);
      case tracker_action::end:
        return !op.refused && may_end(op.generation);
      case tracker_action::end_all:
        return !op.refused && may_end_all(op.generation);
      case tracker_action::look:
        // That it is not at its end yet may always be the answer: somebody may be about to find out that it
        // is too late for a token of that generation.
        return !op.refused && is_old(op.generation) && (!op.ended || may_end(op.generation));
    }
    return false;
  }

  std::uint64_t generation() const { return generation_; }
  // Tokens of that generation that are out.
  unsigned holders(std::uint64_t generation) const { return holders_[index(generation)]; }
  // How many increments have begun.
  std::uint64_t begun() const { return begun_; }

  // Whether the two allow the same from here on but for the generations' numbers.
  bool has_the_future_of(const basic_tracker& other) const {
    for (std::uint64_t age = 0; age < Generations; ++age) {
      if (holders(generation_ + Generations - age) != other.holders(other.generation_ + Generations - age)) {
        return false;
      }
    }
    return true;
  }

  friend bool operator==(const basic_tracker&, const basic_tracker&) = default;

 private:
  static_assert(MaxPending < Generations);

  static constexpr std::size_t index(std::uint64_t generation) {
    return static_cast<std::size_t>(generation % Generations);
  }

  bool is_current(std::uint64_t generation) const {
    return generation == operation::unknown || generation == generation_;
  }
  bool is_old(std::uint64_t generation) const {
    return generation < Generations && generation != generation_;
  }
  bool may_end(std::uint64_t generation) const { return is_old(generation) && holders(generation) == 0; }

  // The generation and all before it that may have tokens.
  bool may_end_all(std::uint64_t generation) const {
    if (!is_old(generation)) return false;
    for (std::uint64_t age = (generation_ + Generations - generation) % Generations; age <= MaxPending;
         ++age) {
      if (holders(generation_ + Generations - age) != 0) return false;
    }
    return true;
  }

  bool acquire(const operation& op) {
    if (op.refused || !is_current(op.generation)) return false;
    ++holders_[index(generation_)];
    return true;
  }

  bool release(const operation& op) {
    if (op.refused) return true;
    if (op.generation >= Generations || holders(op.generation) == 0) return false;
    --holders_[index(op.generation)];
    return true;
  }

  bool begin(const operation& op) {
    // The one that would be the oldest of more than MaxPending.
    const std::uint64_t oldest = generation_ + Generations - MaxPending;
    if (op.refused || !is_current(op.generation) || holders(oldest) != 0) return false;
    generation_ = (generation_ + 1) % Generations;
    ++begun_;
    return true;
  }

  std::uint64_t generation_ = 0;
  std::array<unsigned, static_cast<std::size_t>(Generations)> holders_{};
  std::uint64_t begun_ = 0;
};

using tracker = basic_tracker<8>;

// The tracker's guarantees, each as a property of every reachable state. They ask the machine only through
// step() and its observers, so that a machine which is wrong can be shown to lack them.
struct tracker_guarantees {
  using action = tracker_action;

  // While somebody holds a token of an old generation, its end is not reached; once it is, nobody gets one.
  template <class Model>
  static bool ended_generation_has_no_holders(const Model& now) {
    for (std::uint64_t old = 0; old < Model::generations; ++old) {
      if (old == now.generation()) continue;
      if (now.holders(old) != 0 && ends(now, old)) return false;
      if (allows(now, {action::acquire, 0, old})) return false;
    }
    return true;
  }

  // What an order of steps shows: who releases does so before the end, who acquires after the beginning.
  template <class Model>
  static bool what_holders_wrote_is_seen(const Model& now) {
    Model later = now;
    const std::uint64_t old = now.generation();
    if (!later.step({action::acquire, 0, old})) return false;
    if (!later.step({action::begin, 1, old})) return oldest_is_held(now);
    if (ends(later, old)) return false;
    return release_all(later, old) && ends(later, old);
  }

  template <class Model>
  static bool holders_see_what_came_before_their_generation(const Model& now) {
    const std::uint64_t next = (now.generation() + 1) % Model::generations;
    Model later = now;
    if (allows(now, {action::acquire, 0, next})) return false;
    if (!later.step({action::begin, 1})) return oldest_is_held(now);
    return allows(later, {action::acquire, 0, next});
  }

  template <class Model>
  static bool generations_are_dense_and_monotonic(const Model& now) {
    Model later = now;
    if (now.generation() != now.begun() % Model::generations) return false;
    if (!later.step({action::begin, 0})) return oldest_is_held(now);
    return later.generation() == (now.generation() + 1) % Model::generations &&
           allows(later, {action::read, 0, later.generation()}) &&
           !allows(later, {action::read, 0, now.generation()});
  }

  // Whatever is pending.
  template <class Model>
  static bool acquire_never_waits(const Model& now) {
    return allows(now, {action::acquire, 0, now.generation()});
  }

  template <class Model>
  static bool increments_end_once_tokens_are_released(const Model& now) {
    Model later = now;
    for (std::uint64_t each = 0; each < Model::generations; ++each) {
      if (!release_all(later, each)) return false;
    }
    const std::uint64_t old = later.generation();
    return later.step({action::begin, 0, old}) && ends(later, old) &&
           allows(later, {action::look, 0, old, true});
  }

  // A generation's end depends on its own tokens alone.
  template <class Model>
  static bool pendings_end_one_by_one(const Model& now) {
    for (std::uint64_t old = 0; old < Model::generations; ++old) {
      if (old == now.generation()) continue;
      Model later = now;
      if (!release_all(later, old) || !ends(later, old)) return false;
    }
    return true;
  }

  // What waits for all tokens that are out waits for those of each old generation, and for no others.
  template <class Model>
  static bool grace_periods_outlast_all_earlier_tokens(const Model& now) {
    const std::uint64_t last = (now.generation() + Model::generations - 1) % Model::generations;
    Model later = now;
    bool none_is_out = true;
    for (std::uint64_t old = 0; old < Model::generations; ++old) {
      if (old == now.generation()) continue;
      none_is_out = none_is_out && now.holders(old) == 0;
      if (!release_all(later, old)) return false;
    }
    return allows(now, {action::end_all, 0, last}) == none_is_out &&
           allows(later, {action::end_all, 0, last});
  }

  // To wait, or to look, changes nothing; so it makes no difference whether somebody does.
  template <class Model>
  static bool dropped_pending_loses_nothing(const Model& now) {
    for (std::uint64_t old = 0; old < Model::generations; ++old) {
      Model later = now;
      if (later.step({action::end, 0, old}) && !(later == now)) return false;
      if (later.step({action::look, 0, old}) && !(later == now)) return false;
    }
    return true;
  }

  // A release is the same whoever does it.
  template <class Model>
  static bool tokens_may_change_threads(const Model& now) {
    for (std::uint64_t each = 0; each < Model::generations; ++each) {
      Model one = now;
      Model other = now;
      const bool released = one.step({action::release, 0, each});
      if (released != other.step({action::release, 1, each}) || !(one == other)) return false;
      if (released != (now.holders(each) != 0)) return false;
    }
    return true;
  }

  // After as many increments as there are generations everything is as before.
  template <class Model>
  static bool generations_wrap_around_unharmed(const Model& now) {
    Model later = now;
    for (std::uint64_t each = 0; each < Model::generations; ++each) {
      if (!release_all(later, each)) return false;
    }
    const Model idle = later;
    for (std::uint64_t each = 0; each < Model::generations; ++each) {
      if (!later.step({action::begin, 0}) || !later.has_the_future_of(idle)) return false;
    }
    return later.generation() == now.generation();
  }

  template <class Model>
  struct named {
    std::string_view name;
    bool (*holds)(const Model&);
  };

  template <class Model>
  static constexpr std::array<named<Model>, 11> all() {
    return {{{"ended_generation_has_no_holders", ended_generation_has_no_holders<Model>},
             {"what_holders_wrote_is_seen", what_holders_wrote_is_seen<Model>},
             {"holders_see_what_came_before_their_generation",
              holders_see_what_came_before_their_generation<Model>},
             {"generations_are_dense_and_monotonic", generations_are_dense_and_monotonic<Model>},
             {"acquire_never_waits", acquire_never_waits<Model>},
             {"increments_end_once_tokens_are_released", increments_end_once_tokens_are_released<Model>},
             {"pendings_end_one_by_one", pendings_end_one_by_one<Model>},
             {"grace_periods_outlast_all_earlier_tokens", grace_periods_outlast_all_earlier_tokens<Model>},
             {"dropped_pending_loses_nothing", dropped_pending_loses_nothing<Model>},
             {"tokens_may_change_threads", tokens_may_change_threads<Model>},
             {"generations_wrap_around_unharmed", generations_wrap_around_unharmed<Model>}}};
  }

 private:
  template <class Model>
  static bool allows(Model state, const tracker_operation& op) {
    return state.step(op);
  }
  template <class Model>
  static bool ends(const Model& state, std::uint64_t old) {
    return allows(state, {tracker_action::end, 0, old});
  }
  // The one reason for which an increment may not begin yet: some old generation has holders.
  template <class Model>
  static bool oldest_is_held(const Model& now) {
    for (std::uint64_t old = 0; old < Model::generations; ++old) {
      if (old != now.generation() && now.holders(old) != 0) return true;
    }
    return false;
  }
  template <class Model>
  static bool release_all(Model& state, std::uint64_t generation) {
    while (state.holders(generation) != 0) {
      if (!state.step({tracker_action::release, 0, generation})) return false;
    }
    return true;
  }
};

}  // namespace stillpoint::models
