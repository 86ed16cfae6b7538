// SPDX-License-Identifier: BSL-1.0
// The tracker and snapshot_counters do what their models say, for any sequence of calls; and made wrong they
// do not. One call at a time, but for what others do while one waits, or between its two looks at the
// generation.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "models/snapshot_counters.hpp"
#include "models/tracker.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/tracker.hpp"
#include "tests/property/properties.hpp"
#include "tests/property/scripted_policy.hpp"
#include "tests/property/show.hpp"

namespace {

using namespace stillpoint;
using action = models::tracker_action;
using tests::script;
using tests::would_wait;

template <class Tracker, std::uint64_t Generations>
struct kind {
  using tracker = Tracker;
  using model = models::basic_tracker<Generations, Tracker::max_pending>;
};

template <class Kind>
struct tracker_state {
  typename Kind::model model{};
  // By their generations, in the order of the real ones.
  std::vector<std::uint64_t> tokens{};
  std::vector<std::uint64_t> pendings{};
};

template <class Kind>
struct real_tracker {
  const std::unique_ptr<typename Kind::tracker> tracker = std::make_unique<typename Kind::tracker>();
  std::vector<typename Kind::tracker::token> tokens{};
  std::vector<typename Kind::tracker::pending> pendings{};
};

enum class call : std::uint8_t {
  acquire,
  acquire_while_others_begin,
  replace,
  move,
  release,
  release_by_end,
  release_an_empty_one,
  begin,
  begin_while_others_release,
  increment,
  increment_while_others_release,
  look,
  wait,
  wait_while_others_release,
  wait_for,
  drop
};

std::ostream& operator<<(std::ostream& out, call what) {
  constexpr std::array<const char*, 16> names = {"acquire",
                                                 "acquire while others begin an increment",
                                                 "replace a token by a new one",
                                                 "move",
                                                 "release",
                                                 "release by the token's end",
                                                 "release an empty token",
                                                 "begin an increment",
                                                 "begin an increment while others release",
                                                 "increment",
                                                 "increment while others release",
                                                 "look",
                                                 "wait",
                                                 "wait while others release",
                                                 "wait for a time",
                                                 "drop"};
  return out << names[static_cast<std::size_t>(what)];
}

// Does a call to the model, and to the real tracker if there is one.
template <class Kind>
class tracker_actor {
 public:
  using state = tracker_state<Kind>;
  using real_type = real_tracker<Kind>;

  tracker_actor(state& now, real_type* real) : now_(now), real_(real) {}

  // Returns whether the call can be made. `which` one of the tokens or pendings is meant is counted modulo
  // their number.
  bool act(call what, std::size_t which) {
    switch (what) {
      case call::acquire:
        return acquire();
      case call::acquire_while_others_begin:
        return acquire_while_others_begin();
      case call::release_an_empty_one:
        if (real_ != nullptr) {
          typename Kind::tracker::token empty;
          RC_ASSERT_THROWS_AS(empty.release(), std::logic_error);
        }
        return true;
      case call::begin:
      case call::increment:
        return begin(what);
      case call::begin_while_others_release:
      case call::increment_while_others_release:
        return begin_while_others_release(what);
      case call::replace:
      case call::move:
      case call::release:
      case call::release_by_end:
        return !now_.tokens.empty() && of_token(what, which % now_.tokens.size());
      default:
        return !now_.pendings.empty() && of_pending(what, which % now_.pendings.size());
    }
  }

  void compare() const {
    RC_ASSERT(real_->tracker->generation() == now_.model.generation());
    for (std::size_t i = 0; i < now_.tokens.size(); ++i) {
      RC_ASSERT(real_->tokens[i].generation() == now_.tokens[i]);
    }
    for (std::size_t i = 0; i < now_.pendings.size(); ++i) {
      RC_ASSERT(real_->pendings[i].try_wait() == is_at_its_end(now_.pendings[i]));
    }
  }

 private:
  using operation = models::tracker_operation;

  bool is_at_its_end(std::uint64_t generation) const {
    auto later = now_.model;
    return later.step({action::end, 0, generation});
  }
  bool may_begin() const {
    auto later = now_.model;
    return later.step({action::begin});
  }

  bool acquire() {
    if (real_ != nullptr) real_->tokens.push_back(real_->tracker->acquire());
    return note_acquired();
  }

  bool note_acquired() {
    const std::uint64_t given =
        real_ != nullptr ? real_->tokens.back().generation() : now_.model.generation();
    RC_ASSERT(now_.model.step({action::acquire, 0, given}));
    now_.tokens.push_back(given);
    return true;
  }

  // Between the announcement and the second look at the generation.
  bool acquire_while_others_begin() {
    if (!may_begin()) return false;
    const bool begun = note_begun();
    if (real_ != nullptr) {
      bool once = true;
      script::at_light_fence = [this, &once] {
        if (std::exchange(once, false)) static_cast<void>(real_->tracker->begin_increment());
      };
      real_->tokens.push_back(real_->tracker->acquire());
      script::at_light_fence = nullptr;
    }
    return begun && note_acquired();
  }

  void release(std::size_t which) {
    RC_ASSERT(now_.model.step({action::release, 0, now_.tokens[which]}));
    now_.tokens.erase(now_.tokens.begin() + static_cast<std::ptrdiff_t>(which));
  }

  bool of_token(call what, std::size_t which) {
    const auto at = static_cast<std::ptrdiff_t>(which);
    if (what == call::move) {
      std::rotate(now_.tokens.begin(), now_.tokens.begin() + at, now_.tokens.end());
      if (real_ != nullptr) {
        std::rotate(real_->tokens.begin(), real_->tokens.begin() + at, real_->tokens.end());
      }
      return true;
    }
    if (what == call::replace) {
      if (real_ != nullptr) {
        real_->tokens[which] = real_->tracker->acquire();
        std::rotate(real_->tokens.begin() + at, real_->tokens.begin() + at + 1, real_->tokens.end());
      }
      release(which);
      return note_acquired();
    }
    release(which);
    if (real_ != nullptr) {
      if (what == call::release) real_->tokens[which].release();
      real_->tokens.erase(real_->tokens.begin() + at);
    }
    return true;
  }

  // The model's part of begin_increment. A pending is good until its number comes again.
  bool note_begun() {
    const bool allowed = now_.model.step({action::begin, 0, now_.model.generation()});
    for (std::size_t i = now_.pendings.size(); i-- > 0;) {
      if (now_.pendings[i] == now_.model.generation()) drop(i);
    }
    return allowed;
  }

  void drop(std::size_t which) {
    now_.pendings.erase(now_.pendings.begin() + static_cast<std::ptrdiff_t>(which));
    if (real_ != nullptr) real_->pendings.erase(real_->pendings.begin() + static_cast<std::ptrdiff_t>(which));
  }

  bool begin(call what) {
    const bool waits_at_the_end = what == call::increment;
    const std::uint64_t old = now_.model.generation();
    const bool begins = note_begun();
    const bool ends = begins && (!waits_at_the_end || is_at_its_end(old));
    if (begins && !waits_at_the_end) now_.pendings.push_back(old);
    if (real_ == nullptr) return true;
    if (!ends) {
      RC_ASSERT_THROWS_AS(make(what), would_wait);
    } else {
      RC_ASSERT(make(what) == old);
    }
    return true;
  }

  std::uint64_t make(call what) {
    if (what == call::increment || what == call::increment_while_others_release) {
      return real_->tracker->increment();
    }
    real_->pendings.push_back(real_->tracker->begin_increment());
    return real_->pendings.back().generation();
  }

  // Others release all tokens of the generation that the call waits for.
  bool begin_while_others_release(call what) {
    const std::uint64_t old = now_.model.generation();
    const bool waits_at_the_end = what == call::increment_while_others_release;
    const std::uint64_t oldest =
        (old + 2 * Kind::model::generations - Kind::tracker::max_pending) % Kind::model::generations;
    const std::uint64_t awaited = waits_at_the_end ? old : oldest;
    if (waits_at_the_end ? !may_begin() : may_begin()) return false;
    const tests::others_act act(releasing(awaited));
    if (real_ != nullptr) RC_ASSERT(make(what) == old);
    release_all(awaited);
    RC_ASSERT(note_begun());
    if (waits_at_the_end) {
      RC_ASSERT(is_at_its_end(old));
    } else {
      now_.pendings.push_back(old);
    }
    return true;
  }

  void release_all(std::uint64_t generation) {
    for (std::size_t i = now_.tokens.size(); i-- > 0;) {
      if (now_.tokens[i] == generation) release(i);
    }
  }

  // One at a time; the call that waits looks after each.
  std::function<void()> releasing(std::uint64_t generation) const {
    return [real = real_, generation] {
      auto& tokens = real->tokens;
      const auto found = std::find_if(tokens.begin(), tokens.end(), [generation](const auto& each) {
        return each.generation() == generation;
      });
      if (found == tokens.end()) throw would_wait();
      tokens.erase(found);
    };
  }

  bool of_pending(call what, std::size_t which) {
    if (what == call::drop) {
      drop(which);
      return true;
    }
    const std::uint64_t old = now_.pendings[which];
    const bool ended = is_at_its_end(old);
    const auto* const pending = real_ == nullptr ? nullptr : &real_->pendings[which];
    if (what == call::wait_while_others_release) {
      const tests::others_act act(releasing(old));
      if (pending != nullptr) pending->wait();
      release_all(old);
      RC_ASSERT(is_at_its_end(old));
    } else if (pending == nullptr) {
      return true;
    } else if (what == call::look) {
      RC_ASSERT(pending->try_wait() == ended);
    } else if (what == call::wait_for) {
      RC_ASSERT(pending->wait_for(std::chrono::nanoseconds(which)) == ended);
    } else if (ended) {
      pending->wait();
    } else {
      RC_ASSERT_THROWS_AS(pending->wait(), would_wait);
    }
    return true;
  }

  state& now_;
  real_type* real_;
};

template <class Kind>
class command : public rc::state::Command<tracker_state<Kind>, real_tracker<Kind>> {
 public:
  using state = tracker_state<Kind>;

  void checkPreconditions(const state& before) const override {
    state now = before;
    if (!tracker_actor<Kind>(now, nullptr).act(what_, which_)) RC_DISCARD();
  }
  void apply(state& now) const override { tracker_actor<Kind>(now, nullptr).act(what_, which_); }
  void run(const state& before, real_tracker<Kind>& real) const override {
    script::owned = owned_;
    script::stripe = hint_;
    state now = before;
    tracker_actor<Kind> actor(now, &real);
    actor.act(what_, which_);
    actor.compare();
  }
  void show(std::ostream& out) const override {
    out << what_ << ", number " << which_;
    if (owned_ != no_stripe) out << ", owning stripe " << owned_;
  }

 private:
  const call what_ = *rc::gen::weightedElement<call>({{8, call::acquire},
                                                      {3, call::acquire_while_others_begin},
                                                      {2, call::replace},
                                                      {2, call::move},
                                                      {3, call::release},
                                                      {3, call::release_by_end},
                                                      {1, call::release_an_empty_one},
                                                      {4, call::begin},
                                                      {3, call::begin_while_others_release},
                                                      {2, call::increment},
                                                      {3, call::increment_while_others_release},
                                                      {2, call::look},
                                                      {2, call::wait},
                                                      {3, call::wait_while_others_release},
                                                      {1, call::wait_for},
                                                      {1, call::drop}});
  const std::size_t which_ = *rc::gen::inRange<std::size_t>(0, 10);
  // More than there are, and none.
  const std::size_t owned_ = *rc::gen::element<std::size_t>(0, 0, 1, 2, no_stripe);
  const std::size_t hint_ = *rc::gen::inRange<std::size_t>(0, 4);
};

template <class Kind>
void tracker_agrees_with_the_model() {
  const auto commands =
      *rc::state::gen::commands(tracker_state<Kind>(), rc::state::gen::execOneOfWithArgs<command<Kind>>());
  real_tracker<Kind> real;
  rc::state::runAll(commands, tracker_state<Kind>(), real);
}

using policy = tests::scripted_policy<true>;

constexpr tracker_shape two_slots = {
    .slots = 2, .owned_stripes = 1, .shared_stripes = 1, .generation_bits = 2, .seats = 1};
constexpr tracker_shape four_slots = {
    .slots = 4, .owned_stripes = 2, .shared_stripes = 2, .generation_bits = 3, .seats = 2};

template <class Kind>
class tracker_commands : public testing::Test {};

// Of the first one's generations there are more than commands.
using kinds =
    testing::Types<kind<tracker<policy>, 512>, kind<basic_tracker<policy, two_slots, std::uint8_t>, 4>,
                   kind<basic_tracker<policy, four_slots, std::uint8_t>, 8>>;
TYPED_TEST_SUITE(tracker_commands, kinds);

TYPED_TEST(tracker_commands, agree_with_the_model) {
  tests::expect_to_hold(tracker_agrees_with_the_model<TypeParam>, 10);
}

// Leaves out every third generation.
struct skipping : tracker<policy> {
  pending begin_increment() {
    const pending old = tracker<policy>::begin_increment();
    if (generation() % 3 == 2) static_cast<void>(tracker<policy>::begin_increment());
    return old;
  }
};

// Says of each generation but the last that it is at its end.
struct forgetful : tracker<policy> {
  struct pending : tracker<policy>::pending {
    const forgetful* of;
    bool try_wait() const {
      return generation() + 1 < of->generation() || tracker<policy>::pending::try_wait();
    }
  };
  pending begin_increment() { return {tracker<policy>::begin_increment(), this}; }
};

TEST(tracker_made_wrong, that_skips_generations_is_found) {
  const auto found = tests::counterexample_to(tracker_agrees_with_the_model<kind<skipping, 512>>);
  ASSERT_TRUE(found);
  EXPECT_LE(found->lines(), 4u) << found->text;
}

TEST(tracker_made_wrong, that_forgets_its_older_holders_is_found) {
  const auto found = tests::counterexample_to(tracker_agrees_with_the_model<kind<forgetful, 512>>);
  ASSERT_TRUE(found);
  EXPECT_THAT(found->text, testing::HasSubstr("acquire"));
  EXPECT_LE(found->lines(), 5u) << found->text;
}

constexpr std::size_t size = 2;
using counters_model = models::snapshot_counters<size>;
using counters_operation = counters_model::operation;
using models::snapshot_action;

template <class Counters>
struct real_counters {
  const std::unique_ptr<Counters> counts = std::make_unique<Counters>(size, 2);
};

template <class Counters>
class counters_command : public rc::state::Command<counters_model, real_counters<Counters>> {
 public:
  void apply(counters_model& now) const override { now.step(what_); }

  void run(const counters_model& before, real_counters<Counters>& on) const override {
    script::owned = owned_;
    script::stripe = hint_;
    counters_operation done = what_;
    done.refused = false;
    if (what_.action == snapshot_action::take) {
      done.found = take(*on.counts);
    } else {
      try {
        on.counts->add(done.index, static_cast<std::int64_t>(done.n));
      } catch (const std::out_of_range&) {
        done.refused = true;
      }
    }
    counters_model now = before;
    if (!now.step(done)) RC_FAIL("the model does not allow: " + tests::shown(done));
  }

  void show(std::ostream& out) const override {
    out << what_;
    if (owned_ != no_stripe) out << ", owning stripe " << owned_;
  }

 private:
  counters_model::values take(Counters& counts) const {
    std::array<std::int64_t, size> taken{};
    if (into_) {
      RC_ASSERT_THROWS_AS(counts.take_into({}), std::invalid_argument);
      counts.take_into(taken);
    } else {
      const auto all = counts.take();
      std::copy(all.begin(), all.end(), taken.begin());
    }
    return {static_cast<std::uint64_t>(taken[0]), static_cast<std::uint64_t>(taken[1])};
  }

  static counters_operation some_operation() {
    counters_operation op;
    op.action = *rc::gen::element(snapshot_action::add, snapshot_action::add, snapshot_action::take);
    if (op.action == snapshot_action::take) return op;
    op.index = *rc::gen::weightedElement<std::size_t>({{9, 0}, {9, 1}, {1, 2}});
    op.n = *rc::gen::arbitrary<std::uint64_t>();
    op.refused = op.index >= size;
    return op;
  }

  const counters_operation what_ = some_operation();
  const bool into_ = *rc::gen::arbitrary<bool>();
  const std::size_t owned_ = *rc::gen::element<std::size_t>(0, 1, 2, 3, no_stripe);
  const std::size_t hint_ = *rc::gen::inRange<std::size_t>(0, 4);
};

template <class Counters>
void counters_agree_with_the_model() {
  const auto commands = *rc::state::gen::commands(
      counters_model(), rc::state::gen::execOneOfWithArgs<counters_command<Counters>>());
  real_counters<Counters> on;
  rc::state::runAll(commands, counters_model(), on);
}

TEST(snapshot_counters_commands, agree_with_the_model) {
  tests::expect_to_hold(counters_agree_with_the_model<snapshot_counters<policy>>, 5);
}

TEST(snapshot_counters_commands, over_a_small_tracker_agree_with_the_model) {
  using small = basic_tracker<policy, two_slots, std::uint8_t>;
  tests::expect_to_hold(counters_agree_with_the_model<snapshot_counters<policy, small>>, 5);
}

// Its tracker says all the time that the first interval goes on.
struct for_ever_first : tracker<policy> {
  std::uint64_t increment() { return tracker<policy>::increment() / 2 * 2; }
};

TEST(snapshot_counters_made_wrong, that_take_the_wrong_set_are_found) {
  const auto found =
      tests::counterexample_to(counters_agree_with_the_model<snapshot_counters<policy, for_ever_first>>);
  ASSERT_TRUE(found);
  EXPECT_LE(found->lines(), 3u) << found->text;
}

}  // namespace
