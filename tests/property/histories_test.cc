// SPDX-License-Identifier: BSL-1.0
// Small random programs on real threads: what the threads saw, in the order of real time, is something that
// the model allows. A failure depends on how the threads met, so that what it shrinks to is small but not
// always the smallest.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"
#include "tests/property/properties.hpp"
#include "tests/property/show.hpp"
#include "verify/clients/recorder.hpp"
#include "verify/clients/tracker/clients.hpp"
#include "verify/clients/writer_reader_phaser/clients.hpp"
#include "verify/history/explain.hpp"
#include "verify/history/linearizable.hpp"
#include "verify/history/real_time_policy.hpp"
#include "verify/history/run_on_threads.hpp"

namespace {

using namespace stillpoint;
using namespace std::chrono_literals;
using policy = verify::real_time_policy;
using models::phaser_action;

// What a thread does next; each program uses those that it knows.
enum class step : std::uint8_t {
  section,
  two_sections,
  flip,
  two_flips,
  record,
  take,
  hold,
  token,
  two_tokens,
  read,
  increment,
  begin_and_wait
};

std::ostream& operator<<(std::ostream& out, step what) {
  constexpr std::array<const char*, 12> names = {"section",    "two_sections", "flip",      "two_flips",
                                                 "record",     "take",         "hold",      "token",
                                                 "two_tokens", "read",         "increment", "begin_and_wait"};
  return out << names[static_cast<std::size_t>(what)];
}

struct program {
  std::array<std::vector<step>, 3> threads;
  // Flips and sections before the threads start.
  unsigned warm_up = 0;
};

std::ostream& operator<<(std::ostream& out, const program& of) {
  out << "warm up " << of.warm_up;
  for (const auto& thread : of.threads) {
    out << "\n  thread:";
    for (const step what : thread) out << ' ' << what;
  }
  return out << '\n';
}

template <class History, class Model>
void check_history(const History& calls, const Model& model) {
  const auto found = verify::linearizable(calls, model);
  if (found) return;
  const auto text = explain(calls, found, [](auto& out, const auto& op) {
    using models::operator<<;
    out << op;
  });
  policy::check(false, text.c_str());
}

// The base's history has room for six flips on each thread, or for twenty calls of other kinds.
constexpr unsigned most_flips = 6;

template <class P, class Phaser, class Model>
struct phaser_program : verify::clients::flips_agree_with_the_model_base<P, Phaser, Model, most_flips> {
  static constexpr std::string_view primitive = "writer_reader_phaser";
  static constexpr std::string_view guarantee = "any_program_agrees_with_the_model";
  static inline program now;

  // Past the point where short epochs wrap around; an even number of flips, after which the phase is 0.
  phaser_program() {
    for (unsigned flip = 0; flip < 2 * now.warm_up; ++flip) {
      for (int section = 0; section < 5; ++section) this->phaser.writer_exit(this->phaser.writer_enter());
      this->phaser.lock_reader().flip();
    }
  }

  void thread(unsigned index) {
    std::size_t room = 3 * most_flips + 2;
    for (const step next : now.threads[index]) {
      const std::size_t needed = calls_of(next);
      if (needed > room) return;
      room -= needed;
      make(next, index);
    }
  }

  void after() { check_history(this->calls, Model()); }

 private:
  static std::size_t calls_of(step what) {
    constexpr std::array<std::size_t, 4> calls = {2, 4, 5, 8};
    return calls[static_cast<std::size_t>(what)];
  }

  void make(step what, unsigned index) {
    switch (what) {
      case step::section:
        return sections(index, 1);
      case step::two_sections:
        return sections(index, 2);
      case step::flip:
        return flips(index, 1);
      default:
        return flips(index, 2);
    }
  }

  static void others_may_go_on() {
    if (P::choose(2) == 0) std::this_thread::yield();
  }

  void sections(unsigned index, unsigned depth) {
    auto& enter = this->calls.invoke(index, {phaser_action::enter, index});
    auto token = this->phaser.writer_enter();
    enter.operation.phase = token.phase();
    this->calls.respond(enter);
    others_may_go_on();
    if (depth > 1) sections(index, depth - 1);
    auto& exit = this->calls.invoke(index, {phaser_action::exit, index, token.phase()});
    this->phaser.writer_exit(std::move(token));
    this->calls.respond(exit);
  }

  void flips(unsigned index, unsigned count) {
    auto& lock = this->calls.invoke(index, {phaser_action::lock, index});
    this->phaser.reader_lock();
    this->calls.respond(lock);
    for (unsigned flip = 0; flip < count; ++flip) this->flip_once(index);
    auto& unlock = this->calls.invoke(index, {phaser_action::unlock, index});
    this->phaser.reader_unlock();
    this->calls.respond(unlock);
  }
};

constexpr std::size_t most_recorder_steps = 8;

template <class P, class Phaser>
struct recorder_program
    : verify::clients::recordings_and_samples_are_linearizable_base<P, Phaser, 2 * most_recorder_steps> {
  using base =
      verify::clients::recordings_and_samples_are_linearizable_base<P, Phaser, 2 * most_recorder_steps>;
  static constexpr std::string_view primitive = "recorder";
  static constexpr std::string_view guarantee = "recordings_and_samples_are_linearizable";
  static inline program now;

  void thread(unsigned index) {
    std::size_t room = most_recorder_steps;
    for (const step next : now.threads[index]) {
      if (room-- == 0) return;
      make(next, index);
    }
  }

  void after() { check_history(this->calls, typename base::model()); }

 private:
  void make(step what, unsigned index) {
    if (what == step::record) this->record(index);
    if (what == step::take) this->take(index);
    if (what == step::hold) this->hold(index);
  }
};

constexpr std::size_t most_tracker_calls = 20;

template <class P, class Tracker>
struct tracker_program {
  static constexpr std::string_view primitive = "tracker";
  static constexpr std::string_view guarantee = "any_program_agrees_with_the_model";
  static constexpr unsigned threads = 3;
  static inline program now;
  using model = models::basic_tracker<128, Tracker::max_pending>;
  verify::clients::recorded_tracker<P, Tracker, model, threads, most_tracker_calls> recorded;

  void thread(unsigned index) {
    std::size_t room = most_tracker_calls;
    for (const step next : now.threads[index]) {
      constexpr std::size_t most_calls_of_a_step = 4;
      if (room < most_calls_of_a_step) return;
      room -= most_calls_of_a_step;
      make(next, index);
    }
  }

  void after() { check_history(recorded.calls, model()); }

 private:
  void make(step what, unsigned index) {
    if (what == step::token || what == step::two_tokens) return tokens(index, what == step::token ? 1 : 2);
    if (what == step::read) return recorded.read(index);
    if (what == step::increment) return recorded.increment(index);
    const auto old = recorded.begin(index);
    recorded.look(index, old);
    recorded.wait(index, old);
  }

  void tokens(unsigned index, unsigned depth) {
    auto held = recorded.acquire(index);
    if (P::choose(2) == 0) std::this_thread::yield();
    if (depth > 1) tokens(index, depth - 1);
    recorded.release(index, std::move(held));
  }
};

// By thread: the steps to choose from.
using choices = std::array<std::vector<step>, 3>;

const choices phaser_steps = [] {
  const std::vector<step> all = {step::section, step::two_sections, step::flip, step::two_flips};
  return choices{all, all, all};
}();

// The client has a slot for two who record, and one buffer to recycle.
const choices recorder_steps = {std::vector{step::record, step::hold},
                                std::vector{step::record, step::take, step::hold}, std::vector{step::hold}};

const choices tracker_steps = [] {
  const std::vector<step> all = {step::token, step::two_tokens, step::read, step::increment,
                                 step::begin_and_wait};
  return choices{all, all, all};
}();

rc::Gen<program> programs(const choices& of) {
  const auto thread = [&of](std::size_t index) {
    return rc::gen::resize(8, rc::gen::container<std::vector<step>>(rc::gen::elementOf(of[index])));
  };
  return rc::gen::map(rc::gen::tuple(thread(0), thread(1), thread(2), rc::gen::inRange(0u, 8u)),
                      [](const auto& parts) {
                        const auto& [first, second, third, warm_up] = parts;
                        return program{{first, second, third}, warm_up};
                      });
}

// Each program runs in rounds until its time is over, which on a busy machine is after the first.
constexpr unsigned rounds = 6;
constexpr std::uint64_t executions_of_a_round = 5;
constexpr auto time_for_each = 25ms;

template <class Client>
auto any_program_passes(const choices& of) {
  return [&of] {
    Client::now = *programs(of);
    const auto seed = *rc::gen::noShrink(rc::gen::inRange<std::uint64_t>(1, 1000));
    const auto started = std::chrono::steady_clock::now();
    for (unsigned round = 0; round < rounds; ++round) {
      const auto result = verify::run_on_threads<Client>(executions_of_a_round, seed + 3 * round);
      if (result.failures != 0) RC_FAIL(result.first_failure);
      if (std::chrono::steady_clock::now() - started > time_for_each) return;
    }
  };
}

// Five bits of count: a program enters fewer sections than they can tell apart, from wherever its warm up
// left them.
template <class P>
using short_phaser = basic_writer_reader_phaser<P, 1, std::uint8_t, 5>;
template <class P>
using short_striped_phaser = basic_writer_reader_phaser<P, 2, std::uint8_t, 5>;
template <class P>
using short_asymmetric_phaser = basic_asymmetric_writer_reader_phaser<P, 2, 1, std::uint8_t, 5>;

template <class Phaser, class Model>
void expect_phaser_to_agree() {
  tests::expect_to_hold(any_program_passes<phaser_program<policy, Phaser, Model>>(phaser_steps));
}

TEST(phaser_histories, agree_with_the_model) {
  expect_phaser_to_agree<writer_reader_phaser<policy>, models::writer_reader_phaser>();
}

TEST(phaser_histories, striped_agree_with_the_model) {
  expect_phaser_to_agree<striped_writer_reader_phaser<policy>, models::striped_writer_reader_phaser>();
}

TEST(phaser_histories, asymmetric_agree_with_the_model) {
  expect_phaser_to_agree<asymmetric_writer_reader_phaser<policy>, models::striped_writer_reader_phaser>();
}

TEST(phaser_histories, asymmetric_with_short_epochs_agree_with_the_model) {
  expect_phaser_to_agree<short_asymmetric_phaser<policy>, models::striped_writer_reader_phaser>();
}

TEST(phaser_histories, with_short_epochs_agree_with_the_model) {
  expect_phaser_to_agree<short_phaser<policy>, models::writer_reader_phaser>();
}

TEST(phaser_histories, striped_with_short_epochs_agree_with_the_model) {
  expect_phaser_to_agree<short_striped_phaser<policy>, models::striped_writer_reader_phaser>();
}

TEST(recorder_histories, agree_with_the_model) {
  tests::expect_to_hold(
      any_program_passes<recorder_program<policy, writer_reader_phaser<policy>>>(recorder_steps));
}

TEST(recorder_histories, over_the_asymmetric_phaser_agree_with_the_model) {
  tests::expect_to_hold(
      any_program_passes<recorder_program<policy, asymmetric_writer_reader_phaser<policy>>>(recorder_steps));
}

TEST(recorder_histories, of_the_striped_recorder_agree_with_the_model) {
  using over = verify::clients::striped_over<asymmetric_writer_reader_phaser<policy>>;
  tests::expect_to_hold(any_program_passes<recorder_program<policy, over>>(recorder_steps));
}

TEST(recorder_histories, over_the_striped_phaser_agree_with_the_model) {
  tests::expect_to_hold(
      any_program_passes<recorder_program<policy, striped_writer_reader_phaser<policy>>>(recorder_steps));
}

// Fewer owners than threads, and fewer increments than generations.
constexpr tracker_shape small = {
    .slots = 4, .owned_stripes = 2, .shared_stripes = 2, .generation_bits = 7, .seats = 1};
template <class P>
using small_tracker = basic_tracker<P, small, std::uint8_t>;

TEST(tracker_histories, agree_with_the_model) {
  tests::expect_to_hold(any_program_passes<tracker_program<policy, small_tracker<policy>>>(tracker_steps));
}

// Flips do not wait.
struct hasty_policy : policy {
  template <class T, class Predicate>
  static T await(const std::atomic<T>& place, std::memory_order order, Predicate, waiter) {
    return place.load(order);
  }
};

TEST(histories_made_wrong, a_flip_that_does_not_wait_is_found) {
  using wrong =
      phaser_program<hasty_policy, writer_reader_phaser<hasty_policy>, models::writer_reader_phaser>;
  const auto found = tests::counterexample_to(any_program_passes<wrong>(phaser_steps));
  ASSERT_TRUE(found);
  EXPECT_THAT(found->text, testing::HasSubstr("section"));
  EXPECT_THAT(found->text, testing::HasSubstr("flip"));
}

// Increments do not wait.
struct forgetful_tracker : small_tracker<policy> {
  struct pending : small_tracker<policy>::pending {
    void wait() const {}
  };
  pending begin_increment() { return {small_tracker<policy>::begin_increment()}; }
  std::uint8_t increment() { return begin_increment().generation(); }
};

TEST(histories_made_wrong, an_increment_that_does_not_wait_is_found) {
  const auto found =
      tests::counterexample_to(any_program_passes<tracker_program<policy, forgetful_tracker>>(tracker_steps));
  ASSERT_TRUE(found);
  EXPECT_THAT(found->text, testing::HasSubstr("token"));
}

}  // namespace
