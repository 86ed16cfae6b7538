// SPDX-License-Identifier: BSL-1.0
//
// Commands on a phaser and on its model side by side, for RapidCheck. Each says once what it does; before it
// is chosen it does so to the model alone, to see whether it is allowed, and then to both, which have to
// agree.
#pragma once

#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "models/writer_reader_phaser.hpp"
#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"
#include "tests/property/scripted_policy.hpp"
#include "tests/property/show.hpp"

namespace stillpoint::tests {

using models::phaser_action;
using models::phaser_operation;

// Policy and number of stripes and bits; and the model that goes with it.
template <class Policy, std::size_t Stripes, class Epoch = std::uint64_t, unsigned CountBits = 63>
struct phaser_kind {
  using policy = Policy;
  using phaser = basic_writer_reader_phaser<Policy, Stripes, Epoch, CountBits>;
  using model =
      std::conditional_t<Stripes == 1, models::writer_reader_phaser, models::striped_writer_reader_phaser>;
  static constexpr std::size_t stripes = Stripes;
  static constexpr std::uint64_t most_sections = (std::uint64_t{1} << CountBits) - 1;

  static void enter_on(std::size_t stripe) { script::on(0, stripe); }
};

// The lower stripes are owned by whoever enters there, the others are shared.
template <class Policy, std::size_t Owned, std::size_t Shared, class Epoch = std::uint64_t,
          unsigned CountBits = 63>
struct asymmetric_phaser_kind {
  using policy = Policy;
  using phaser = basic_asymmetric_writer_reader_phaser<Policy, Owned, Shared, Epoch, CountBits>;
  using model = models::striped_writer_reader_phaser;
  static constexpr std::size_t stripes = Owned + Shared;
  static constexpr std::uint64_t most_sections = (std::uint64_t{1} << CountBits) - 1;

  static void enter_on(std::size_t stripe) {
    script::on(0, stripe);
    script::owned = stripe < Owned ? stripe : no_stripe;
  }
};

enum class outcome : std::uint8_t { done, refused, waits };

inline const char* name_of(outcome what) {
  constexpr std::array<const char*, 3> names = {"it is done", "it is refused", "it has to wait"};
  return names[static_cast<std::size_t>(what)];
}

// What one needs to know beside the model to say which commands are possible.
template <class Kind>
struct phaser_state {
  struct section {
    unsigned phase;
    std::size_t stripe;
  };
  typename Kind::model model{};
  std::vector<section> open{};
  // By stripe: sections entered since the last flip began.
  std::array<std::uint64_t, Kind::stripes> since_flip{};
};

template <class Kind>
struct real_phaser {
  using token = typename Kind::phaser::token;
  const std::unique_ptr<typename Kind::phaser> phaser = std::make_unique<typename Kind::phaser>();
  const std::unique_ptr<typename Kind::phaser> another = std::make_unique<typename Kind::phaser>();
  // In the same order as in the state.
  std::vector<token> open{};
};

// What others do, one by one, while a flip waits.
struct writer_step {
  enum class what : std::uint8_t { enter, exit, another_reader_tries };
  what does = what::enter;
  // enter: the stripe. exit: which of the open sections, modulo their number.
  std::size_t which = 0;
};

inline std::ostream& operator<<(std::ostream& out, const writer_step& step) {
  constexpr std::array<const char*, 3> names = {"enter on stripe ", "exit of section ",
                                                "lock by another reader "};
  return out << names[static_cast<std::size_t>(step.does)] << step.which;
}

// One step after the other on the model, and on the real phaser if there is one.
template <class Kind>
class phaser_actor {
 public:
  using state = phaser_state<Kind>;
  using real_type = real_phaser<Kind>;

  phaser_actor(state& now, real_type* real) : now_(now), real_(real) {}

  const state& now() const { return now_; }

  // Leaves out what the phaser cannot count, or what is nobody's business to check.
  static void require(bool possible) {
    if (!possible) RC_DISCARD();
  }

  bool may_enter(std::size_t stripe) const {
    return now_.since_flip[stripe % Kind::stripes] < Kind::most_sections;
  }

  void enter(std::size_t stripe) {
    require(may_enter(stripe));
    Kind::enter_on(stripe);
    phaser_operation op{phaser_action::enter, 0, now_.model.phase()};
    if (real_ != nullptr) {
      real_->open.push_back(real_->phaser->writer_enter());
      op.phase = real_->open.back().phase();
    }
    step(op);
    note_entered(stripe);
    now_.open.push_back({op.phase, stripe % Kind::stripes});
  }

  void exit(std::size_t which) {
    require(!now_.open.empty());
    which %= now_.open.size();
    attempt({phaser_action::exit, 0, now_.open[which].phase},
            [which](real_type& real) { real.phaser->writer_exit(std::move(real.open[which])); });
    now_.open.erase(now_.open.begin() + static_cast<std::ptrdiff_t>(which));
    if (real_ != nullptr) real_->open.erase(real_->open.begin() + static_cast<std::ptrdiff_t>(which));
  }

  // A writer section that ends before the next command.
  template <class Call>
  void pass_through(std::size_t stripe, Call call) {
    require(may_enter(stripe));
    Kind::enter_on(stripe);
    const unsigned phase = now_.model.phase();
    step({phaser_action::enter, 0, phase});
    note_entered(stripe);
    if (real_ != nullptr) call(*real_);
    step({phaser_action::exit, 0, phase});
  }

  // Does `op` to the model and `call` to the real phaser: they have to come to the same outcome.
  template <class Call>
  outcome attempt(phaser_operation op, Call call) {
    const outcome expected = predict(op);
    script::on(op.thread, 0);
    if (real_ != nullptr) agree(op, expected, outcome_of(call));
    if (expected != outcome::waits) step(op);
    return expected;
  }

  // As attempt, for what flips: with `others` while it waits, and if they do not end the wait, each writer of
  // the old phase leaves.
  template <class Call>
  outcome flip(unsigned thread, const std::vector<writer_step>& others, Call call) {
    phaser_operation begin{phaser_action::flip_begin, thread};
    const outcome expected = predict(begin);
    require(expected != outcome::waits);
    step(begin);
    if (expected == outcome::done) turn(thread);
    std::size_t next = 0;
    if (real_ != nullptr) {
      const others_act act([this, &others, &next] { next_of(others, next); });
      script::on(thread, 0);
      agree(begin, expected, outcome_of(call));
    } else if (expected == outcome::done) {
      while (inside_old() != 0) next_of(others, next);
    }
    if (expected == outcome::done) step({phaser_action::flip_end, thread});
    return expected;
  }

  void step(const phaser_operation& op) {
    if (now_.model.step(op)) return;
    require(real_ != nullptr);
    RC_FAIL("the model does not allow: " + shown(op));
  }

 private:
  unsigned inside_old() const { return now_.model.inside(now_.model.phase() ^ 1u); }

  void note_entered(std::size_t stripe) { ++now_.since_flip[stripe % Kind::stripes]; }

  void turn(unsigned thread) {
    if (!now_.model.turned()) step({phaser_action::flip_turned, thread});
    now_.since_flip = {};
  }

  // What the model says; `op` is completed by it.
  outcome predict(phaser_operation& op) const {
    op.refused = false;
    if (auto model = now_.model; model.step(op)) return outcome::done;
    op.refused = true;
    auto model = now_.model;
    if (!model.step(op)) return outcome::waits;
    // Of an unchecked phaser only flip_phase notices misuse.
    require(Kind::policy::checked || op.action == phaser_action::flip_begin);
    return outcome::refused;
  }

  template <class Call>
  outcome outcome_of(Call call) {
    try {
      call(*real_);
      return outcome::done;
    } catch (const std::logic_error&) {
      return outcome::refused;
    } catch (const would_wait&) {
      return outcome::waits;
    }
  }

  static void agree(const phaser_operation& op, outcome expected, outcome real) {
    if (expected == real) return;
    RC_FAIL(shown(op) + ": " + name_of(expected) + " by the model, " + name_of(real) + " in truth");
  }

  // Called while a flip waits.
  void next_of(const std::vector<writer_step>& others, std::size_t& next) {
    if (inside_old() == 0) RC_FAIL("a flip waits although nobody is inside who entered before it");
    if (next == others.size()) return exit_one_of_the_old_phase();
    const writer_step& does = others[next++];
    if (does.does == writer_step::what::enter && may_enter(does.which)) enter(does.which);
    if (does.does == writer_step::what::exit) exit(does.which);
    if (does.does == writer_step::what::another_reader_tries) another_reader_tries();
  }

  void exit_one_of_the_old_phase() {
    for (std::size_t which = 0; which < now_.open.size(); ++which) {
      if (now_.open[which].phase != now_.model.phase()) return exit(which);
    }
  }

  void another_reader_tries() {
    attempt({phaser_action::lock, now_.model.owner() + 1},
            [](real_type& real) { real.phaser->reader_lock(); });
  }

  state& now_;
  real_type* const real_;
};

template <class Kind>
class phaser_command : public rc::state::Command<phaser_state<Kind>, real_phaser<Kind>> {
 public:
  using state = phaser_state<Kind>;
  using real_type = real_phaser<Kind>;
  using actor = phaser_actor<Kind>;

  void checkPreconditions(const state& before) const final {
    state now = before;
    actor on(now, nullptr);
    act(on);
  }
  void apply(state& now) const final {
    actor on(now, nullptr);
    act(on);
  }
  void run(const state& before, real_type& real) const final {
    state now = before;
    actor on(now, &real);
    act(on);
  }

 private:
  virtual void act(actor& on) const = 0;
};

// The commands of one kind of phaser. What they choose shrinks towards 0.
template <class Kind>
struct phaser_commands {
  using base = phaser_command<Kind>;
  using actor = typename base::actor;
  using real_type = typename base::real_type;
  using phaser = typename Kind::phaser;
  struct thrown_on_purpose {};

  static std::size_t some_stripe() { return *rc::gen::inRange<std::size_t>(0, Kind::stripes); }
  static unsigned some_thread() { return *rc::gen::inRange(0u, 3u); }
  static std::vector<writer_step> some_steps() {
    const auto one = rc::gen::build<writer_step>(
        rc::gen::set(&writer_step::does, rc::gen::element(writer_step::what::enter, writer_step::what::exit,
                                                          writer_step::what::another_reader_tries)),
        rc::gen::set(&writer_step::which, rc::gen::inRange<std::size_t>(0, 8)));
    return *rc::gen::resize(8, rc::gen::container<std::vector<writer_step>>(one));
  }
  static void show_others(std::ostream& out, const std::vector<writer_step>& others) {
    for (std::size_t i = 0; i < others.size(); ++i) {
      out << (i == 0 ? "; while it waits: " : ", ") << others[i];
    }
  }

  struct enter : base {
    const std::size_t stripe = some_stripe();
    void act(actor& on) const override { on.enter(stripe); }
    void show(std::ostream& out) const override { out << "enter on stripe " << stripe; }
  };

  struct exit : base {
    const std::size_t which = *rc::gen::inRange<std::size_t>(0, 8);
    void act(actor& on) const override { on.exit(which); }
    void show(std::ostream& out) const override { out << "exit of section " << which; }
  };

  // By writer_section, which an exception may leave.
  struct section : base {
    const std::size_t stripe = some_stripe();
    const bool throws = *rc::gen::arbitrary<bool>();
    void act(actor& on) const override {
      on.pass_through(stripe, [this](real_type& real) {
        try {
          const typename phaser::writer_section inside(*real.phaser);
          if (throws) throw thrown_on_purpose();
        } catch (const thrown_on_purpose&) {
        }
      });
    }
    void show(std::ostream& out) const override {
      out << "writer section on stripe " << stripe << (throws ? ", left by an exception" : "");
    }
  };

  struct lock : base {
    const unsigned thread = some_thread();
    void act(actor& on) const override {
      on.attempt({phaser_action::lock, thread}, [](real_type& real) { real.phaser->reader_lock(); });
    }
    void show(std::ostream& out) const override { out << "lock by reader " << thread; }
  };

  struct unlock : base {
    const unsigned thread = some_thread();
    void act(actor& on) const override {
      on.attempt({phaser_action::unlock, thread}, [](real_type& real) { real.phaser->reader_unlock(); });
    }
    void show(std::ostream& out) const override { out << "unlock by reader " << thread; }
  };

  struct flip_phase : base {
    const unsigned thread = some_thread();
    const bool yields = *rc::gen::arbitrary<bool>();
    const std::vector<writer_step> others = some_steps();
    void act(actor& on) const override {
      on.flip(thread, others, [this](real_type& real) {
        if (yields) {
          real.phaser->flip_phase(std::chrono::nanoseconds(0));
        } else {
          real.phaser->flip_phase();
        }
      });
    }
    void show(std::ostream& out) const override {
      show_others(out << "flip_phase(" << (yields ? "0ns" : "") << ") by reader " << thread, others);
    }
  };

  // Given up by whoever took it, also where a failed check unwinds.
  struct held_guard {
    const unsigned thread;
    std::unique_ptr<typename phaser::reader_guard> held{};

    ~held_guard() {
      script::thread = thread;
      held.reset();
    }
  };

  // A guard, and a flip by it, which an exception may follow.
  struct guarded_flip : base {
    const unsigned thread = some_thread();
    const bool throws = *rc::gen::arbitrary<bool>();
    const std::vector<writer_step> others = some_steps();
    void act(actor& on) const override {
      held_guard guard{thread};
      const outcome locked = on.attempt({phaser_action::lock, thread}, [&guard](real_type& real) {
        guard.held.reset(new auto(real.phaser->lock_reader()));
      });
      if (locked == outcome::waits) return;
      on.flip(thread, others, [&guard](real_type&) { guard.held->flip(); });
      on.attempt({phaser_action::unlock, thread}, [this, &guard](real_type&) {
        try {
          const auto held = std::move(guard.held);
          if (throws) throw thrown_on_purpose();
        } catch (const thrown_on_purpose&) {
        }
      });
    }
    void show(std::ostream& out) const override {
      show_others(out << "guard and flip by reader " << thread << (throws ? ", left by an exception" : ""),
                  others);
    }
  };

  // Misuse. The model is told that the token is bad; what is wrong with it differs.
  struct exit_with_bad_token : base {
    enum class flaw : std::uint8_t { never_issued, moved_from, another_phasers };
    const flaw has = *rc::gen::element(flaw::never_issued, flaw::moved_from, flaw::another_phasers);
    void act(actor& on) const override {
      phaser_operation op{phaser_action::exit, 0, 0};
      op.token_is_good = false;
      on.attempt(op, [this](real_type& real) {
        auto token = real.another->writer_enter();
        auto moved = std::move(token);
        if (has == flaw::never_issued) real.phaser->writer_exit(typename phaser::token());
        if (has == flaw::moved_from) real.phaser->writer_exit(std::move(token));
        real.phaser->writer_exit(std::move(moved));
      });
    }
    void show(std::ostream& out) const override {
      constexpr std::array<const char*, 3> names = {"that was never issued", "that was moved from",
                                                    "of another phaser"};
      out << "exit with a token " << names[static_cast<std::size_t>(has)];
    }
  };

  // The first exit is right, the second is not.
  struct exit_twice : base {
    const std::size_t stripe = some_stripe();
    void act(actor& on) const override {
      phaser_operation again{phaser_action::exit, 0, on.now().model.phase()};
      again.token_is_good = false;
      typename phaser::token token;
      on.pass_through(stripe, [&token](real_type& real) {
        token = real.phaser->writer_enter();
        real.phaser->writer_exit(std::move(token));
      });
      on.attempt(again, [&token](real_type& real) { real.phaser->writer_exit(std::move(token)); });
    }
    void show(std::ostream& out) const override { out << "exit twice, on stripe " << stripe; }
  };
};

// Any commands, and then all leave: the phaser has to be as good as at the beginning.
template <class Kind>
void phaser_agrees_with_its_model() {
  using all = phaser_commands<Kind>;
  const phaser_state<Kind> initial;
  const auto commands = *rc::state::gen::commands(
      initial,
      rc::state::gen::execOneOfWithArgs<typename all::enter, typename all::enter, typename all::exit,
                                        typename all::section, typename all::lock, typename all::unlock,
                                        typename all::flip_phase, typename all::guarded_flip,
                                        typename all::exit_with_bad_token, typename all::exit_twice>());
  real_phaser<Kind> real;
  rc::state::runAll(commands, initial, real);

  phaser_state<Kind> now;
  rc::state::applyAll(commands, now);
  phaser_actor<Kind> finally(now, &real);
  const unsigned reader = now.model.depth() != 0 ? now.model.owner() : 0;
  if (now.model.depth() == 0) {
    finally.attempt({phaser_action::lock, reader}, [](auto& r) { r.phaser->reader_lock(); });
  }
  for (int phase = 0; phase < 2; ++phase) finally.flip(reader, {}, [](auto& r) { r.phaser->flip_phase(); });
  while (now.model.depth() != 0) {
    finally.attempt({phaser_action::unlock, reader}, [](auto& r) { r.phaser->reader_unlock(); });
  }
  RC_ASSERT(now.model.covered() == now.model.entered());
}

}  // namespace stillpoint::tests
