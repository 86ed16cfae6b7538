// SPDX-License-Identifier: BSL-1.0
// atomic_value and any_value do what the models say, for any sequence of calls by threads one after another:
// what each call returns, and which values are alive afterwards. And values made wrong do not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "models/atomic_value.hpp"
#include "stillpoint/any_value.hpp"
#include "stillpoint/atomic_value.hpp"
#include "tests/property/properties.hpp"
#include "tests/property/scripted_policy.hpp"
#include "tests/property/show.hpp"

namespace {

using namespace stillpoint;
using action = models::value_action;
using operation = models::value_operation;
using number = operation::number;
using tests::script;

constexpr unsigned batch = 3;
constexpr unsigned most_values = 60;
constexpr std::size_t places = 3;
using lives = models::value_reclamation<batch, most_values>;

struct thrown_on_purpose {};
struct fails {};

// The numbers of those that are alive.
std::multiset<unsigned> census;

template <unsigned Type>
class tracked {
 public:
  explicit tracked(unsigned n) : number_(n) { census.insert(number_); }
  explicit tracked(fails) : number_(0) { throw thrown_on_purpose(); }
  tracked(const tracked& other) : tracked(other.number_) {}
  tracked& operator=(const tracked&) = delete;
  ~tracked() { census.extract(number_); }

  unsigned get() const { return number_; }
  friend bool operator==(const tracked& a, const tracked& b) {
    return models::equal_values(a.number_, b.number_);
  }

 private:
  unsigned number_;
};

// The places are what the program holds on to: snapshots and owners of values.
enum class hand : unsigned char { none, load, load_shared, drop, drop_owner, move, copy_owner, reclaim };

struct world {
  models::atomic_value now;
  lives of;
  std::array<number, places> snapshots{};
  std::array<number, places> owners{};

  void hold(number& place, number value) {
    if (value) of.hold(*value);
    drop(place);
    place = value;
  }
  void drop(number& place) {
    if (place) of.give_back(*place);
    place.reset();
  }
  void published() {
    of.store();
    if (of.must_look()) of.look();
  }
};

// What is done next, by a thread that owns that stripe.
struct deed {
  hand what = hand::none;
  // Where nothing but a call of the register is made; its value is that of the next one.
  operation call{};
  std::size_t place = 0;
  std::size_t other_place = 0;
  std::size_t stripe = 0;
};

std::ostream& operator<<(std::ostream& out, const deed& d) {
  constexpr std::array<const char*, 8> names = {
      "",           "load into", "load shared into", "drop snapshot",
      "drop owner", "move from", "copy owner from",  "reclaim"};
  if (d.what == hand::none) {
    out << d.call;
  } else {
    out << names[static_cast<std::size_t>(d.what)];
  }
  out << ", place " << d.place << ", other " << d.other_place;
  return d.stripe == no_stripe ? out : out << ", owning stripe " << d.stripe;
}

// The call with the results that the model gives it.
operation stepped(models::atomic_value& model, operation call) {
  operation good = call;
  good.found = model.current();
  if (call.action != action::swap && call.action != action::update) good.found.reset();
  const bool compares = call.action == action::compare_value || call.action == action::compare_identity;
  for (const bool done : {true, false}) {
    good.done = compares && done;
    if (model.step(good)) return good;
  }
  call.refused = true;
  if (!model.step(call)) RC_FAIL("the model allows neither result of " + tests::shown(call));
  return call;
}

// What the deed comes to in the world, with the results of its call.
operation act(world& in, const deed& d) {
  switch (d.what) {
    case hand::none:
      break;
    case hand::load:
      in.hold(in.snapshots[d.place], in.now.current());
      return d.call;
    case hand::load_shared:
      in.hold(in.owners[d.place], in.now.current());
      return d.call;
    case hand::drop:
      in.drop(in.snapshots[d.place]);
      return d.call;
    case hand::drop_owner:
      in.drop(in.owners[d.place]);
      return d.call;
    case hand::move:
      if (d.place == d.other_place) return d.call;
      in.drop(in.snapshots[d.other_place]);
      in.snapshots[d.other_place] = std::exchange(in.snapshots[d.place], std::nullopt);
      return d.call;
    case hand::copy_owner:
      in.hold(in.owners[d.other_place], in.owners[d.place]);
      return d.call;
    case hand::reclaim:
      in.of.look();
      return d.call;
  }
  operation call = d.call;
  call.value = in.of.born();
  if (call.action == action::compare_identity) call.expected = in.snapshots[d.place];
  const number former = in.now.current();
  call = stepped(in.now, call);
  if (call.action == action::swap && !call.refused) in.hold(in.owners[d.place], former);
  if (call.action == action::compare_identity && call.done) in.drop(in.snapshots[d.place]);
  const bool compares = call.action == action::compare_value || call.action == action::compare_identity;
  if (!call.refused && (call.done || !compares)) in.published();
  return call;
}

template <class Value>
struct typed {
  using value_type = Value;
  using T = tracked<1>;
  static constexpr unsigned types = 1;

  template <class Pointer>
  static number seen(const Pointer& at) {
    return at ? number(at->get()) : std::nullopt;
  }
  // no_type stands for a value that cannot be made.
  static void store(Value& value, const operation& op) {
    if (op.type == operation::no_type) {
      value.emplace(fails());
    } else if (op.value % 2 == 0) {
      value.emplace(op.value);
    } else {
      value.store(T(op.value));
    }
  }
  static auto swap(Value& value, const operation& op) { return value.swap(T(op.value)); }
  static bool compare(Value& value, const operation& op) {
    return value.compare_exchange(T(*op.expected), T(op.value));
  }
  static bool compare(Value& value, typename Value::snapshot& expected, const operation& op) {
    return value.compare_exchange(expected, T(op.value));
  }
  static number update(Value& value, const operation& op) {
    number found;
    value.update([&](const auto& now) {
      found = seen(now);
      return op.type == operation::no_type ? T(fails()) : T(op.value);
    });
    return found;
  }

  static operation some_call() {
    operation op;
    const bool can_be_made = *rc::gen::weightedElement<bool>({{9, true}, {1, false}});
    op.type = can_be_made ? 1 : operation::no_type;
    op.action = can_be_made ? *rc::gen::element(action::store, action::swap, action::compare_value,
                                                action::compare_identity, action::update)
                            : *rc::gen::element(action::store, action::update);
    if (op.action == action::compare_value) op.expected = *rc::gen::inRange(0u, 4u);
    return op;
  }
};

template <class Value>
struct untyped {
  using value_type = Value;
  using boxed = typename Value::boxed;
  static constexpr unsigned types = 2;

  template <class Pointer>
  static number seen(const Pointer& at) {
    if (const auto* const one = at.template get<tracked<1>>()) return one->get();
    if (const auto* const other = at.template get<tracked<2>>()) return other->get();
    if (at) RC_FAIL("a value of neither type");
    return std::nullopt;
  }
  static boxed box(unsigned type, unsigned n) {
    if (type == operation::no_type) return nullptr;
    if (type == 1) return boxed(std::in_place_type<tracked<1>>, n);
    return boxed(tracked<2>(n));
  }
  static boxed desired(const operation& op) { return box(op.type, op.value); }

  static void store(Value& value, const operation& op) { value.store(desired(op)); }
  static auto swap(Value& value, const operation& op) { return value.swap(desired(op)); }
  static bool compare(Value& value, const operation& op) {
    return value.compare_exchange(op.expected ? box(op.type, *op.expected) : boxed(), desired(op));
  }
  static bool compare(Value& value, typename Value::snapshot& expected, const operation& op) {
    return value.compare_exchange(expected, desired(op));
  }
  static number update(Value&, const operation&) { return std::nullopt; }

  static operation some_call() {
    operation op;
    op.type = *rc::gen::weightedElement<unsigned>({{1, operation::no_type}, {6, 1}, {3, 2}});
    op.action =
        *rc::gen::element(action::store, action::swap, action::compare_value, action::compare_identity);
    if (op.action != action::compare_value) return op;
    const unsigned expected = *rc::gen::inRange(0u, 5u);
    if (expected < 4) op.expected = expected;
    return op;
  }
};

template <class Kind>
struct real {
  using value_type = typename Kind::value_type;
  std::unique_ptr<value_type> value = std::make_unique<value_type>(reclaim_after{batch});
  std::array<typename value_type::snapshot, places> snapshots{};
  std::array<typename value_type::owner, places> owners{};
};

// What is held is what the world says, and alive is nothing but what may be.
template <class Kind>
void expect_agreement(const world& in, const real<Kind>& on) {
  for (std::size_t place = 0; place < places; ++place) {
    RC_ASSERT(Kind::seen(on.snapshots[place]) == in.snapshots[place]);
    RC_ASSERT(Kind::seen(on.owners[place]) == in.owners[place]);
  }
  for (unsigned v = 0; v < most_values; ++v) {
    // An owner that goes after a look takes its value along; the model waits for the next look.
    const bool must_live = in.of.holders(v) != 0 || in.of.current() == v;
    RC_ASSERT(census.count(v) <= (in.of.alive(v) ? 1u : 0u));
    RC_ASSERT(census.count(v) == 1u || !must_live);
  }
}

template <class Kind>
class command : public rc::state::Command<world, real<Kind>> {
 public:
  void checkPreconditions(const world& before) const final {
    if (before.of.born() == most_values) RC_DISCARD();
  }

  void apply(world& in) const final { act(in, deed_); }

  void run(const world& before, real<Kind>& on) const final {
    script::owned = deed_.stripe;
    world in = before;
    const operation wanted = act(in, deed_);
    if (deed_.what == hand::none) {
      operation done = wanted;
      done.found.reset();
      done.done = done.refused = false;
      call(on, done);
      if (!(done == wanted)) {
        RC_FAIL(tests::shown(done) + ", but the model says: " + tests::shown(wanted));
      }
    } else {
      handle(on);
    }
    expect_agreement(in, on);
  }

  void show(std::ostream& out) const final { out << deed_; }

 private:
  void call(real<Kind>& on, operation& done) const {
    auto& value = *on.value;
    try {
      switch (done.action) {
        case action::store:
          return Kind::store(value, done);
        case action::swap:
          on.owners[deed_.place] = Kind::swap(value, done);
          done.found = Kind::seen(on.owners[deed_.place]);
          return;
        case action::compare_value:
          done.done = Kind::compare(value, done);
          return;
        case action::compare_identity:
          done.done = Kind::compare(value, on.snapshots[deed_.place], done);
          return;
        case action::update:
          done.found = Kind::update(value, done);
          return;
        case action::load:
          return;
      }
    } catch (const thrown_on_purpose&) {
      done.refused = true;
    } catch (const std::invalid_argument&) {
      done.refused = true;
    }
  }

  void handle(real<Kind>& on) const {
    auto& snapshot = on.snapshots[deed_.place];
    auto& owner = on.owners[deed_.place];
    if (deed_.what == hand::load) snapshot = on.value->load();
    if (deed_.what == hand::load_shared) owner = on.value->load_shared();
    if (deed_.what == hand::drop) snapshot = {};
    if (deed_.what == hand::drop_owner) owner = {};
    if (deed_.what == hand::move) on.snapshots[deed_.other_place] = std::move(snapshot);
    if (deed_.what == hand::copy_owner) on.owners[deed_.other_place] = owner;
    if (deed_.what == hand::reclaim) on.value->reclaim();
  }

  static deed some_deed() {
    deed d;
    d.what = *rc::gen::weightedElement<hand>({{10, hand::none},
                                              {4, hand::load},
                                              {2, hand::load_shared},
                                              {2, hand::drop},
                                              {1, hand::drop_owner},
                                              {1, hand::move},
                                              {1, hand::copy_owner},
                                              {1, hand::reclaim}});
    if (d.what == hand::none) d.call = Kind::some_call();
    d.place = *rc::gen::inRange<std::size_t>(0, places);
    d.other_place = *rc::gen::inRange<std::size_t>(0, places);
    d.stripe = *rc::gen::element<std::size_t>(0, 1, no_stripe);
    return d;
  }

  const deed deed_ = some_deed();
};

template <class Kind>
void agrees_with_the_models() {
  const auto commands =
      *rc::state::gen::commands(world(), rc::state::gen::execOneOfWithArgs<command<Kind>>());
  census.clear();
  real<Kind> on;
  rc::state::runAll(commands, world(), on);

  world last;
  rc::state::applyAll(commands, last);
  for (std::size_t place = 0; place < places; ++place) {
    last.drop(last.snapshots[place]);
    on.snapshots[place] = {};
  }
  last.of.end();
  on.value.reset();
  expect_agreement(last, on);
  on.owners = {};
  RC_ASSERT(census.empty());
}

template <bool Checked>
using policy = tests::scripted_policy<Checked>;

// A stripe has fewer slots than there are places.
struct two_slots : policy<true> {
  static constexpr std::size_t cache_line = 2 * sizeof(void*);
};

template <class Kind>
class value_commands : public testing::Test {};

using kinds =
    testing::Types<typed<atomic_value<tracked<1>, policy<true>>>,
                   typed<atomic_value<tracked<1>, policy<false>>>, typed<atomic_value<tracked<1>, two_slots>>,
                   untyped<any_value<policy<true>>>, untyped<any_value<two_slots>>>;
TYPED_TEST_SUITE(value_commands, kinds);

TYPED_TEST(value_commands, agree_with_the_models) {
  tests::expect_to_hold(agrees_with_the_models<TypeParam>, 5);
}

using right = atomic_value<tracked<1>, policy<true>>;

struct confuses_equal_with_same : right {
  using right::compare_exchange;
  using right::right;
  bool compare_exchange(snapshot& expected, tracked<1> desired) {
    if (!expected) return right::compare_exchange(expected, desired);
    const bool done = right::compare_exchange(*expected, desired);
    if (done) expected = {};
    return done;
  }
};

struct swaps_late : right {
  using right::right;
  owner swap(tracked<1> value) {
    store(std::move(value));
    return load_shared();
  }
};

struct never_lets_go : right {
  using right::right;
  void store(tracked<1> value) {
    right::store(std::move(value));
    kept.push_back(load_shared());
  }
  std::vector<owner> kept;
};

TEST(values_made_wrong, are_found) {
  EXPECT_TRUE(tests::counterexample_to(agrees_with_the_models<typed<confuses_equal_with_same>>));
  const auto late = tests::counterexample_to(agrees_with_the_models<typed<swaps_late>>);
  ASSERT_TRUE(late);
  EXPECT_THAT(late->text, testing::HasSubstr("swap"));
  EXPECT_TRUE(tests::counterexample_to(agrees_with_the_models<typed<never_lets_go>>));
}

}  // namespace
