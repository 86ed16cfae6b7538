// SPDX-License-Identifier: BSL-1.0
// The rendezvous does what its model says, for any sequence of calls of both sides; and a rendezvous made
// wrong does not. One call at a time, but for what the other side does while one waits.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "models/rendezvous.hpp"
#include "stillpoint/rendezvous.hpp"
#include "stillpoint/rendezvous_storage.hpp"
#include "tests/property/properties.hpp"
#include "tests/property/scripted_policy.hpp"

namespace {

using namespace stillpoint;
using action = models::rendezvous_action;
using operation = models::rendezvous_operation;
using result = models::rendezvous_result;
using model = models::rendezvous;

template <class Policy, class Word = std::size_t, unsigned GenerationBits = 31>
struct owned_kind {
  struct sides {
    std::pair<basic_rendezvous_data<int, Policy, Word, GenerationBits>,
              basic_rendezvous_data<int, Policy, Word, GenerationBits>>
        both = make_rendezvous_data<int, Policy, Word, GenerationBits>();
  };
};

template <class Policy, class Word = std::size_t, unsigned GenerationBits = 31>
struct stored_kind {
  struct sides {
    using storage = rendezvous_storage<int, Policy, Word, GenerationBits>;
    const std::unique_ptr<storage> place = std::make_unique<storage>();
    std::pair<typename storage::endpoint, typename storage::endpoint> both = place->endpoints();
  };
};

enum class call : std::uint8_t {
  try_wait,
  wait_for,
  wait,
  swap,
  borrow_and_swap,
  wait_until_other_arrives,
  wait_until_other_leaves,
  hold,
  put,
  move,
  leave
};

std::ostream& operator<<(std::ostream& out, call what) {
  constexpr std::array<const char*, 11> names = {"try_wait",
                                                 "wait_for",
                                                 "wait",
                                                 "swap",
                                                 "borrow and swap",
                                                 "wait until the other side arrives",
                                                 "wait until the other side leaves",
                                                 "hold",
                                                 "put",
                                                 "move",
                                                 "leave"};
  return out << names[static_cast<std::size_t>(what)];
}

template <class Sides>
class real_sides {
 public:
  auto& operator[](unsigned side) { return side == 0 ? sides_.both.first : sides_.both.second; }

 private:
  Sides sides_;
};

// Each call does first to the model what it is expected to do to the real sides.
template <class Kind>
class command : public rc::state::Command<model, real_sides<typename Kind::sides>> {
 public:
  using real_type = real_sides<typename Kind::sides>;

  void checkPreconditions(const model& before) const override {
    model now = before;
    if (!act(now, nullptr)) RC_DISCARD();
  }
  void apply(model& now) const override { act(now, nullptr); }
  void run(const model& before, real_type& real) const override {
    model now = before;
    act(now, &real);
    for (unsigned side = 0; side < 2; ++side) RC_ASSERT(static_cast<bool>(real[side]) == !now.left(side));
  }
  void show(std::ostream& out) const override { out << what_ << " by side " << side_ << ", " << value_; }

 private:
  // What the model's side comes to when it arrives, or resumes, and looks; false if it has to wait and may
  // not.
  static bool meet(model& now, unsigned side, bool may_give_up, result& seen) {
    now.step({action::arrive, side});
    for (const result each : {result::met, result::disconnected, result::not_yet}) {
      if (!now.step({action::look, side, each})) continue;
      seen = each;
      return each != result::not_yet || may_give_up;
    }
    return false;
  }

  // Returns whether the call can be made. Fails if the real sides do something else than the model.
  bool act(model& now, real_type* real) const {
    if (now.left(side_)) return false;
    switch (what_) {
      case call::try_wait:
      case call::wait_for:
        return meets(now, real, true);
      case call::wait:
        return meets(now, real, false);
      case call::swap:
        return swaps(now, real);
      case call::borrow_and_swap:
        return swaps_a_borrow(now, real);
      case call::wait_until_other_arrives:
      case call::wait_until_other_leaves:
        return waits(now, real);
      case call::hold:
      case call::put:
        return uses(now, real);
      case call::move:
        if (real != nullptr) (*real)[side_] = std::exchange((*real)[side_], {});
        return true;
      case call::leave:
        if (real != nullptr) (*real)[side_] = {};
        return now.step({action::leave, side_});
    }
    return false;
  }

  bool meets(model& now, real_type* real, bool may_give_up) const {
    result expected = result::met;
    if (!meet(now, side_, may_give_up, expected)) return false;
    if (real == nullptr) return true;
    auto& mine = (*real)[side_];
    const meeting seen = what_ == call::wait       ? mine.wait()
                         : what_ == call::try_wait ? mine.try_wait()
                                                   : mine.wait_for(std::chrono::nanoseconds(value_));
    RC_ASSERT(static_cast<int>(seen) == static_cast<int>(expected));
    return true;
  }

  bool swaps(model& now, real_type* real) const {
    result expected = result::met;
    if (!meet(now, side_, false, expected)) return false;
    if (real == nullptr) return true;
    try {
      const int found = (*real)[side_].swap();
      RC_ASSERT(expected == result::met);
      RC_ASSERT(now.step({action::hold, side_, {}, found}));
    } catch (const rendezvous_disconnected&) {
      RC_ASSERT(expected == result::disconnected);
    }
    return true;
  }

  bool swaps_a_borrow(model& now, real_type* real) const {
    const bool pending = now.pending(side_);
    result expected = result::met;
    if (pending || !meet(now, side_, false, expected)) return false;
    if (real == nullptr) return true;
    auto& mine = (*real)[side_];
    meeting seen = meeting::not_yet;
    auto borrow = std::move(mine).borrow();
    auto next = std::move(borrow).swap(seen);
    RC_ASSERT(static_cast<int>(seen) == static_cast<int>(expected));
    RC_ASSERT(now.step({action::hold, side_, {}, *next}));
    RC_ASSERT_THROWS_AS(*borrow, std::logic_error);
    mine = std::move(next).release();
    return true;
  }

  // A wait that the other side ends: by arriving, or by leaving.
  bool waits(model& now, real_type* real) const {
    const unsigned other = side_ ^ 1u;
    const bool leaves = what_ == call::wait_until_other_leaves;
    result expected = result::met;
    if (!meet(now, side_, true, expected) || expected != result::not_yet) return false;
    if (now.left(other)) return false;
    result others = result::met;
    if (leaves) {
      now.step({action::leave, other});
    } else if (!meet(now, other, true, others) || others != result::met) {
      return false;
    }
    if (!meet(now, side_, false, expected)) return false;
    if (real == nullptr) return true;
    const tests::others_act act([real, other, leaves] {
      if (leaves) {
        (*real)[other] = {};
      } else {
        RC_ASSERT((*real)[other].try_wait() == meeting::met);
      }
    });
    RC_ASSERT(static_cast<int>((*real)[side_].wait()) == static_cast<int>(expected));
    return true;
  }

  bool uses(model& now, real_type* real) const {
    const bool refused = now.pending(side_);
    int found = value_;
    if (real != nullptr) {
      auto& mine = (*real)[side_];
      if (refused) {
        RC_ASSERT_THROWS_AS(mine.held(), std::logic_error);
      } else if (what_ == call::put) {
        mine.held() = value_;
      } else {
        found = mine.held();
      }
    } else if (!refused && what_ == call::hold) {
      found = now.contents(now.held_by(side_));
    }
    const bool allowed =
        now.step({what_ == call::put ? action::put : action::hold, side_, {}, found, refused});
    if (real != nullptr && !allowed) RC_FAIL("the model does not allow what was found");
    return allowed;
  }

  const call what_ = *rc::gen::weightedElement<call>({{6, call::try_wait},
                                                      {3, call::wait_for},
                                                      {4, call::wait},
                                                      {4, call::swap},
                                                      {4, call::borrow_and_swap},
                                                      {4, call::wait_until_other_arrives},
                                                      {1, call::wait_until_other_leaves},
                                                      {6, call::hold},
                                                      {6, call::put},
                                                      {2, call::move},
                                                      {1, call::leave}});
  const unsigned side_ = *rc::gen::inRange(0u, 2u);
  const int value_ = *rc::gen::inRange(0, 100);
};

template <class Kind>
void agrees_with_its_model() {
  const auto commands =
      *rc::state::gen::commands(model(), rc::state::gen::execOneOfWithArgs<command<Kind>>());
  typename command<Kind>::real_type real;
  rc::state::runAll(commands, model(), real);
}

using checked = tests::scripted_policy<true>;

template <class Kind>
class rendezvous_commands : public testing::Test {};

using kinds = testing::Types<owned_kind<checked>, owned_kind<checked, std::uint8_t, 2>, stored_kind<checked>,
                             stored_kind<checked, std::uint16_t, 3>>;
TYPED_TEST_SUITE(rendezvous_commands, kinds);

TYPED_TEST(rendezvous_commands, agree_with_the_model) {
  tests::expect_to_hold(agrees_with_its_model<TypeParam>, 10);
}

// One that forgets that it gave up arrives again.
struct forgetful_policy : checked {
  template <class T, class U>
  static void write(T& place, U&& value) {
    if constexpr (!std::is_enum_v<T>) place = std::forward<U>(value);
  }
};

TEST(rendezvous_made_wrong, one_that_forgets_its_arrival_is_found) {
  const auto found = tests::counterexample_to(agrees_with_its_model<owned_kind<forgetful_policy>>);
  ASSERT_TRUE(found);
  EXPECT_LE(found->lines(), 4u) << found->text;
}

// One that does not count its arrivals announces the same one for ever.
struct counting_nothing_policy : checked {
  template <class T, class U>
  static void write(T& place, U&& value) {
    if constexpr (!std::is_integral_v<T> || std::is_same_v<T, bool>) place = std::forward<U>(value);
  }
};

TEST(rendezvous_made_wrong, one_that_does_not_count_is_found) {
  const auto found = tests::counterexample_to(agrees_with_its_model<owned_kind<counting_nothing_policy>>);
  ASSERT_TRUE(found);
  EXPECT_LE(found->lines(), 6u) << found->text;
}

}  // namespace
