// SPDX-License-Identifier: BSL-1.0
// The recorder does what its model says, for any sequence of calls; and a recorder made wrong does not. One
// call at a time: that a sample waits for the recordings under way is for histories_test to find out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <utility>

#include "models/recorder.hpp"
#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/striped_recorder.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"
#include "tests/property/properties.hpp"
#include "tests/property/scripted_policy.hpp"
#include "tests/property/show.hpp"

namespace {

using namespace stillpoint;
using models::recorder_action;
using tests::script;

constexpr std::size_t values = 3;
using model = models::recorder<values>;
using operation = model::operation;

struct thrown_on_purpose {};

// What is recorded into; its reset fails when told to.
struct counts {
  static inline bool reset_throws = false;
  model::contents of{};

  counts& operator+=(const counts& from) {
    for (std::size_t value = 0; value < values; ++value) of[value] += from.of[value];
    return *this;
  }

  void reset() {
    if (std::exchange(reset_throws, false)) throw thrown_on_purpose();
    of = {};
  }
};

template <class Policy, class Phaser, std::size_t Stripes = 1>
struct recorder_kind {
  using type = recorder<counts, Policy, Phaser>;
  static constexpr std::size_t stripes = Stripes;
  // The lower ones, which are owned by whoever records there.
  static constexpr std::size_t owned_stripes = 0;
  // Recordings between two samples.
  static constexpr unsigned most_recordings = 1000;
};

template <class Policy>
struct tiny_recorder_kind : recorder_kind<Policy, basic_writer_reader_phaser<Policy, 1, std::uint8_t, 2>> {
  static constexpr unsigned most_recordings = 3;
};

template <class Policy>
struct asymmetric_recorder_kind
    : recorder_kind<Policy, basic_asymmetric_writer_reader_phaser<Policy, 2, 2>, 4> {
  static constexpr std::size_t owned_stripes = 2;
};

// One for each stripe.
template <class Policy>
struct striped_recorder_kind : asymmetric_recorder_kind<Policy> {
  using type = striped_recorder<counts, Policy>;
};

template <class Kind>
struct real_recorder {
  const std::unique_ptr<typename Kind::type> recorded = std::make_unique<typename Kind::type>();
  std::unique_ptr<typename Kind::type::interval> held{};
  unsigned holder = 0;

  ~real_recorder() { give_up(); }
  // Whoever took a sample gives it up.
  void give_up() {
    script::thread = holder;
    held.reset();
  }
};

// A call does to the real recorder what `operation` says, and puts into it what came out. It throws
// would_wait where the model allows no such step.
template <class Kind>
class command : public rc::state::Command<model, real_recorder<Kind>> {
 public:
  using real = real_recorder<Kind>;

  void checkPreconditions(const model& now) const final {
    if (!is_possible(now)) RC_DISCARD();
  }

  void apply(model& now) const final { now.step(what()); }

  void run(const model& before, real& on) const final {
    script::on(what().thread, stripe_);
    script::owned = stripe_ < Kind::owned_stripes ? stripe_ : no_stripe;
    operation done = what();
    model now = before;
    try {
      call(on, done);
    } catch (const tests::would_wait&) {
      counts::reset_throws = false;
      if (now.step(what())) RC_FAIL(tests::shown(what()) + " waits, which the model does not");
      return;
    }
    if (!now.step(done)) RC_FAIL("the model does not allow: " + tests::shown(done));
  }

  void show(std::ostream& out) const final { out << what(); }

 private:
  virtual operation what() const = 0;
  virtual void call(real& on, operation& done) const = 0;
  virtual bool is_possible(const model&) const { return true; }

  const std::size_t stripe_ = *rc::gen::inRange<std::size_t>(0, Kind::stripes);
};

unsigned some_thread() {
  return *rc::gen::inRange(0u, 3u);
}

unsigned sum(const model::contents& of) {
  return of[0] + of[1] + of[2];
}

template <class Kind>
struct record : command<Kind> {
  const std::size_t value = *rc::gen::inRange<std::size_t>(0, values);
  const bool throws = *rc::gen::arbitrary<bool>();

  operation what() const override { return {recorder_action::record, 0, value, {}, throws}; }
  bool is_possible(const model& now) const override { return sum(now.current()) < Kind::most_recordings; }
  void call(real_recorder<Kind>& on, operation& done) const override {
    done.threw = false;
    try {
      const std::size_t returned = on.recorded->record([this](counts& active) {
        ++active.of[value];
        if (throws) throw thrown_on_purpose();
        return value;
      });
      RC_ASSERT(returned == value);
    } catch (const thrown_on_purpose&) {
      done.threw = true;
    }
    RC_ASSERT(done.threw == throws);
  }
};

// Who holds a sample takes no other; see what the caller owes.
bool may_sample(const model& now, unsigned thread) {
  return now.holder() != thread;
}

template <class Kind>
struct sample : command<Kind> {
  const unsigned thread = some_thread();
  const bool throws = *rc::gen::arbitrary<bool>();

  operation what() const override { return {recorder_action::sample, thread, 0, {}, throws}; }
  bool is_possible(const model& now) const override { return may_sample(now, thread); }
  void call(real_recorder<Kind>& on, operation& done) const override {
    counts::reset_throws = throws;
    done.threw = false;
    try {
      std::unique_ptr<typename Kind::type::interval> taken(new auto(on.recorded->sample()));
      done.found = (*taken)->of;
      on.held = std::move(taken);
      on.holder = thread;
    } catch (const thrown_on_purpose&) {
      done.threw = true;
    }
    RC_ASSERT(done.threw == throws);
  }
};

template <class Kind>
struct look : command<Kind> {
  const unsigned thread = some_thread();

  operation what() const override { return {recorder_action::look, thread}; }
  bool is_possible(const model& now) const override { return now.holder() == thread; }
  void call(real_recorder<Kind>& on, operation& done) const override { done.found = (**on.held).of; }
};

template <class Kind>
struct give_up : command<Kind> {
  const unsigned thread = some_thread();

  operation what() const override { return {recorder_action::give_up, thread}; }
  bool is_possible(const model& now) const override { return now.holder() == thread; }
  void call(real_recorder<Kind>& on, operation&) const override { on.give_up(); }
};

// By sample_into, whose buffer holds what ought to be thrown away.
template <class Kind>
struct take : command<Kind> {
  const unsigned thread = some_thread();
  const bool throws = *rc::gen::arbitrary<bool>();
  const unsigned old_content = *rc::gen::inRange(0u, 100u);

  operation what() const override { return {recorder_action::take, thread, 0, {}, throws}; }
  bool is_possible(const model& now) const override { return may_sample(now, thread); }
  void call(real_recorder<Kind>& on, operation& done) const override {
    counts recycled{{old_content, 0, old_content}};
    counts::reset_throws = throws;
    done.threw = false;
    try {
      on.recorded->sample_into(recycled);
      done.found = recycled.of;
    } catch (const thrown_on_purpose&) {
      done.threw = true;
      RC_ASSERT(recycled.of[0] == old_content);
    }
    RC_ASSERT(done.threw == throws);
  }
};

template <class Kind>
void recorder_agrees_with_its_model() {
  const auto commands = *rc::state::gen::commands(
      model(), rc::state::gen::execOneOfWithArgs<record<Kind>, record<Kind>, sample<Kind>, look<Kind>,
                                                 give_up<Kind>, take<Kind>>());
  real_recorder<Kind> real;
  rc::state::runAll(commands, model(), real);

  model now;
  rc::state::applyAll(commands, now);
  // What the last interval holds is there, too.
  real.give_up();
  RC_ASSERT(real.recorded->sample()->of == now.current());
}

using checked = tests::scripted_policy<true>;
using unchecked = tests::scripted_policy<false>;

template <class Kind>
class recorder_commands : public testing::Test {};

using kinds =
    testing::Types<recorder_kind<checked, writer_reader_phaser<checked>>,
                   recorder_kind<unchecked, striped_writer_reader_phaser<unchecked>, unchecked::stripe_count>,
                   tiny_recorder_kind<checked>, asymmetric_recorder_kind<checked>,
                   asymmetric_recorder_kind<unchecked>, striped_recorder_kind<checked>,
                   striped_recorder_kind<unchecked>>;
TYPED_TEST_SUITE(recorder_commands, kinds);

TYPED_TEST(recorder_commands, agree_with_the_model) {
  tests::expect_to_hold(recorder_agrees_with_its_model<TypeParam>, 5);
}

// The recorder writes the pointer to its idle buffer through the policy; here it never changes.
struct one_buffer_policy : checked {
  template <class T, class U>
  static void write(T&, U&&) requires std::is_pointer_v<T> {}
  template <class T, class U>
  static void write(T& place, U&& value) requires(!std::is_pointer_v<T>) {
    place = std::forward<U>(value);
  }
};

TEST(recorder_made_wrong, one_that_does_not_swap_its_buffers_is_found) {
  using kind = recorder_kind<one_buffer_policy, writer_reader_phaser<one_buffer_policy>>;
  const auto found = tests::counterexample_to(recorder_agrees_with_its_model<kind>);
  ASSERT_TRUE(found);
  EXPECT_LE(found->lines(), 4u) << found->text;
  EXPECT_THAT(found->text, testing::HasSubstr("record"));
}

}  // namespace
