// SPDX-License-Identifier: BSL-1.0
//
// What a writer_reader_phaser is, as a sequential state machine: which results each operation may have in
// each state. For those who port the phaser, and for the checkers: a history of calls is right if it can be
// put into an order, extending the one in which the calls were made, that this machine steps through.
//
// A flip is not one step but several, because writers come and go while it waits: it begins, its phase has
// turned, and it ends. All of them lie between the call and the return of flip_phase. A plain phaser turns at
// once when the flip begins. A striped one turns stripe by stripe: until the flip has turned, a writer may be
// given either phase. That is all by which the two differ.
//
// A step that blocks in the real thing (a lock that another reader holds, a flip that has to wait) is one
// that the machine does not allow yet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stillpoint::models {

enum class phaser_action : std::uint8_t { enter, exit, lock, unlock, flip_begin, flip_turned, flip_end };

constexpr std::string_view name_of(phaser_action action) {
  constexpr std::array<std::string_view, 7> names = {"enter",      "exit",        "lock",    "unlock",
                                                     "flip_begin", "flip_turned", "flip_end"};
  return names[static_cast<std::size_t>(action)];
}

// One call, or one step of a flip, with its result.
struct phaser_operation {
  static constexpr unsigned unknown_phase = 2;

  phaser_action action = phaser_action::enter;
  unsigned thread = 0;
  // enter: which phase the writer was given; unknown_phase for a call that has not returned.
  // exit: the phase that the writer was given when it entered.
  unsigned phase = unknown_phase;
  // exit: the token was issued by this phaser and not used before.
  bool token_is_good = true;
  // The call was diagnosed as misuse.
  bool refused = false;

  friend bool operator==(const phaser_operation&, const phaser_operation&) = default;
};

enum class phase_turns : std::uint8_t { at_once, stripe_by_stripe };

template <phase_turns Turns>
class basic_writer_reader_phaser {
 public:
  using operation = phaser_operation;
  static constexpr phase_turns turns = Turns;
  static constexpr unsigned nobody = ~0u;

  // Does what `op` says and returns true, if an operation with that result is allowed in this state; else
  // returns false, and the state is as it was.
  bool step(const operation& op) {
    switch (op.action) {
      case phaser_action::enter:
        return enter(op);
      case phaser_action::exit:
        return exit(op);
      case phaser_action::lock:
        return lock(op);
      case phaser_action::unlock:
        return unlock(op);
      case phaser_action::flip_begin:
        return flip_begin(op);
      case phaser_action::flip_turned:
        return flip_turned(op);
      case phaser_action::flip_end:
        return flip_end(op);
    }
    return false;
  }

  // The phase that writers are given; while a flip turns, the one that they will be given.
  unsigned phase() const { return phase_; }
  unsigned inside(unsigned phase) const { return inside_[phase]; }
  unsigned owner() const { return owner_; }
  unsigned depth() const { return depth_; }
  bool flipping() const { return flipping_; }
  bool turned() const { return turned_; }

  // Sections entered; and those that ended, by phase and not yet covered by a flip, or covered by one.
  unsigned entered() const { return entered_; }
  unsigned ended(unsigned phase) const { return ended_[phase]; }
  unsigned covered() const { return covered_; }

  // Whether the two allow the same from here on; their pasts may differ.
  bool has_the_future_of(const basic_writer_reader_phaser& other) const {
    return phase_ == other.phase_ && inside_ == other.inside_ && owner_ == other.owner_ &&
           depth_ == other.depth_ && flipping_ == other.flipping_ && turned_ == other.turned_;
  }

  friend bool operator==(const basic_writer_reader_phaser&, const basic_writer_reader_phaser&) = default;

 private:
  bool enter(const operation& op) {
    const bool either = flipping_ && !turned_;
    const unsigned given = op.phase == operation::unknown_phase ? phase_ : op.phase;
    if (op.refused || given > 1 || (given != phase_ && !either)) return false;
    ++inside_[given];
    ++entered_;
    return true;
  }

  bool exit(const operation& op) {
    if (op.refused != !op.token_is_good) return false;
    if (op.refused) return true;
    if (op.phase > 1 || inside_[op.phase] == 0) return false;
    --inside_[op.phase];
    ++ended_[op.phase];
    return true;
  }

  bool lock(const operation& op) {
    if (op.refused || flipping_ || (owner_ != nobody && owner_ != op.thread)) return false;
    owner_ = op.thread;
    ++depth_;
    return true;
  }

  bool unlock(const operation& op) {
    if (op.refused != (owner_ != op.thread)) return false;
    if (op.refused) return true;
    if (flipping_) return false;
    if (--depth_ == 0) owner_ = nobody;
    return true;
  }

  bool flip_begin(const operation& op) {
    if (op.refused != (owner_ != op.thread)) return false;
    if (op.refused) return true;
    if (flipping_) return false;
    flipping_ = true;
    turned_ = Turns == phase_turns::at_once;
    phase_ ^= 1u;
    return true;
  }

  bool flip_turned(const operation& op) {
    if (op.refused || !flipping_ || turned_ || owner_ != op.thread) return false;
    turned_ = true;
    return true;
  }

  bool flip_end(const operation& op) {
    const unsigned old = phase_ ^ 1u;
    if (op.refused || !flipping_ || !turned_ || owner_ != op.thread || inside_[old] != 0) return false;
    flipping_ = false;
    turned_ = false;
    covered_ += ended_[old];
    ended_[old] = 0;
    return true;
  }

  unsigned phase_ = 0;
  std::array<unsigned, 2> inside_{};
  unsigned owner_ = nobody;
  unsigned depth_ = 0;
  bool flipping_ = false;
  bool turned_ = false;

  unsigned entered_ = 0;
  std::array<unsigned, 2> ended_{};
  unsigned covered_ = 0;
};

using writer_reader_phaser = basic_writer_reader_phaser<phase_turns::at_once>;
using striped_writer_reader_phaser = basic_writer_reader_phaser<phase_turns::stripe_by_stripe>;

// The phaser's guarantees, each as a property of every reachable state. They ask the machine only through
// step() and its observers, so that a machine which is wrong can be shown to lack them.
struct writer_reader_phaser_guarantees {
  // Whatever readers do, a writer may enter, and every writer inside may leave.
  template <class Model>
  static bool writers_never_wait(const Model& now) {
    return allows(now, {phaser_action::enter, 0, now.phase()}) && every_writer_may_leave(now);
  }

  // A flip does not end while a writer is inside that entered before the phase turned.
  template <class Model>
  static bool flip_waits_for_writers_inside(const Model& now) {
    const bool must_wait = now.flipping() && now.inside(now.phase() ^ 1u) != 0;
    return !must_wait || !allows(now, {phaser_action::flip_end, now.owner()});
  }

  // Once those have left, the flip may end, however many are inside that entered later.
  template <class Model>
  static bool flip_waits_for_no_later_writer(const Model& now) {
    const bool may_end = now.flipping() && now.turned() && now.inside(now.phase() ^ 1u) == 0;
    if (!may_end) return true;
    Model later = now;
    return later.step({phaser_action::enter, 0, now.phase()}) &&
           allows(later, {phaser_action::flip_end, now.owner()});
  }

  // While no flip is under way, nobody is inside the phase that is not current, and nobody can get there.
  template <class Model>
  static bool inactive_side_is_stable(const Model& now) {
    const unsigned other = now.phase() ^ 1u;
    return now.flipping() || (now.inside(other) == 0 && !allows(now, {phaser_action::enter, 0, other}));
  }

  // Every section is inside, or ended and still to be covered by a flip, or covered by exactly one.
  template <class Model>
  static bool no_write_is_lost(const Model& now) {
    return now.entered() == now.inside(0) + now.inside(1) + now.ended(0) + now.ended(1) + now.covered();
  }

  // While one reader flips, or holds the lock, no other begins a flip or gets the lock.
  template <class Model>
  static bool flips_exclude_each_other(const Model& now) {
    if (now.owner() == Model::nobody) return !now.flipping();
    const unsigned other = now.owner() + 1;
    return !allows(now, {phaser_action::lock, other}) && !allows(now, {phaser_action::flip_begin, other});
  }

  // With nobody inside, a reader's flip goes through to its end.
  template <class Model>
  static bool idle_flip_returns(const Model& now) {
    const bool idle = now.owner() != Model::nobody && !now.flipping() && now.inside(0) + now.inside(1) == 0;
    if (!idle) return true;
    Model later = now;
    if (!later.step({phaser_action::flip_begin, now.owner()})) return false;
    if (!later.turned() && !later.step({phaser_action::flip_turned, now.owner()})) return false;
    return later.step({phaser_action::flip_end, now.owner()});
  }

  // A section that ends early is a section that ends; and misuse that is refused changes nothing.
  template <class Model>
  static bool exceptions_leave_it_usable(const Model& now) {
    phaser_operation bad_exit{phaser_action::exit, 0, now.phase()};
    bad_exit.token_is_good = false;
    const unsigned stranger = now.owner() + 1;
    return is_refused_unharmed(now, bad_exit) &&
           is_refused_unharmed(now, {phaser_action::unlock, stranger}) &&
           is_refused_unharmed(now, {phaser_action::flip_begin, stranger});
  }

  // What is allowed does not depend on how many sections there have been.
  template <class Model>
  static bool epochs_wrap_around_unharmed(const Model& now) {
    Model later = now;
    for (int section = 0; section < 3; ++section) {
      if (!later.step({phaser_action::enter, 0, now.phase()})) return false;
      if (!later.step({phaser_action::exit, 0, now.phase()})) return false;
    }
    return later.has_the_future_of(now);
  }

  // Whoever is inside, any thread may end the section, with the same result.
  template <class Model>
  static bool sections_may_change_threads(const Model& now) {
    for (unsigned phase = 0; phase < 2; ++phase) {
      Model one = now;
      Model other = now;
      const bool left = one.step({phaser_action::exit, 0, phase});
      if (left != other.step({phaser_action::exit, 1, phase}) || !(one == other)) return false;
    }
    return true;
  }

  template <class Model>
  struct named {
    std::string_view name;
    bool (*holds)(const Model&);
  };

  template <class Model>
  static constexpr std::array<named<Model>, 10> all() {
    return {{{"writers_never_wait", writers_never_wait<Model>},
             {"flip_waits_for_writers_inside", flip_waits_for_writers_inside<Model>},
             {"flip_waits_for_no_later_writer", flip_waits_for_no_later_writer<Model>},
             {"inactive_side_is_stable", inactive_side_is_stable<Model>},
             {"no_write_is_lost", no_write_is_lost<Model>},
             {"flips_exclude_each_other", flips_exclude_each_other<Model>},
             {"idle_flip_returns", idle_flip_returns<Model>},
             {"exceptions_leave_it_usable", exceptions_leave_it_usable<Model>},
             {"epochs_wrap_around_unharmed", epochs_wrap_around_unharmed<Model>},
             {"sections_may_change_threads", sections_may_change_threads<Model>}}};
  }

 private:
  template <class Model>
  static bool allows(Model state, const phaser_operation& op) {
    return state.step(op);
  }

  template <class Model>
  static bool every_writer_may_leave(const Model& now) {
    for (unsigned phase = 0; phase < 2; ++phase) {
      if (now.inside(phase) != 0 && !allows(now, {phaser_action::exit, 0, phase})) return false;
    }
    return true;
  }

  template <class Model>
  static bool is_refused_unharmed(const Model& now, phaser_operation misuse) {
    if (allows(now, misuse)) return false;
    misuse.refused = true;
    Model later = now;
    return later.step(misuse) && later == now;
  }
};

}  // namespace stillpoint::models
