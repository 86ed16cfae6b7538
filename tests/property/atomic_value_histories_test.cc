// SPDX-License-Identifier: BSL-1.0
// Small random programs on an atomic_value, on real threads: what their calls returned, in the order of real
// time, is something that the model allows.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string_view>
#include <thread>
#include <vector>

#include "models/atomic_value.hpp"
#include "tests/property/properties.hpp"
#include "verify/clients/atomic_value/clients.hpp"
#include "verify/history/real_time_policy.hpp"
#include "verify/history/run_on_threads.hpp"

namespace {

using namespace stillpoint;
using namespace std::chrono_literals;
using policy = verify::real_time_policy;
using models::value_action;

constexpr unsigned thread_count = 3;
constexpr unsigned most_steps = 6;

struct program {
  std::array<std::vector<value_action>, thread_count> threads;
};

std::ostream& operator<<(std::ostream& out, const program& of) {
  for (const auto& thread : of.threads) {
    out << "\n  thread:";
    for (const value_action what : thread) out << ' ' << models::name_of(what);
  }
  return out << '\n';
}

// Batches of two: values are destroyed while the program runs. A compare_identity is two calls.
using recorded =
    verify::clients::recorded_value<policy, verify::clients::typed_kind, 2, thread_count, 2 * most_steps>;

struct value_program : recorded {
  static constexpr std::string_view primitive = "atomic_value";
  static constexpr std::string_view guarantee = "any_program_agrees_with_the_model";
  static constexpr unsigned threads = thread_count;
  static inline program now;

  void thread(unsigned index) {
    unsigned stored = index * most_steps;
    for (const value_action what : now.threads[index]) {
      if (stored == (index + 1) * most_steps) return;
      if (policy::choose(2) == 0) std::this_thread::yield();
      make(what, index, stored++);
    }
  }

  void after() {
    this->load(thread_count);
    this->check_with_model();
  }

 private:
  // Each value stored is another one.
  void make(value_action what, unsigned index, unsigned stored) {
    switch (what) {
      case value_action::load:
        return this->load(index);
      case value_action::store:
        return this->store(index, stored);
      case value_action::swap:
        return this->swap(index, stored);
      case value_action::compare_value:
        return this->compare_value(index, static_cast<unsigned>(policy::choose(4)), stored);
      case value_action::compare_identity:
        return this->compare_identity(index, stored);
      case value_action::update:
        return this->update(index, stored);
    }
  }
};

rc::Gen<program> programs() {
  const auto thread = rc::gen::resize(
      most_steps, rc::gen::container<std::vector<value_action>>(rc::gen::element(
                      value_action::load, value_action::load, value_action::store, value_action::swap,
                      value_action::compare_value, value_action::compare_identity, value_action::update)));
  return rc::gen::map(rc::gen::tuple(thread, thread, thread), [](const auto& parts) {
    const auto& [first, second, third] = parts;
    return program{{first, second, third}};
  });
}

// Each program runs in rounds until its time is over, which on a busy machine is after the first.
constexpr unsigned rounds = 6;
constexpr std::uint64_t executions_of_a_round = 5;
constexpr auto time_for_each = 25ms;

template <class Client>
void any_program_passes() {
  value_program::now = *programs();
  const auto seed = *rc::gen::noShrink(rc::gen::inRange<std::uint64_t>(1, 1000));
  const auto started = std::chrono::steady_clock::now();
  for (unsigned round = 0; round < rounds; ++round) {
    const auto result = verify::run_on_threads<Client>(executions_of_a_round, seed + thread_count * round);
    if (result.failures != 0) RC_FAIL(result.first_failure);
    if (std::chrono::steady_clock::now() - started > time_for_each) return;
  }
}

TEST(atomic_value_histories, agree_with_the_model) {
  tests::expect_to_hold(any_program_passes<value_program>);
}

// What a swap says it replaced is what was there a moment before.
struct swaps_in_two_steps : value_program {
  void swap(unsigned thread, unsigned stored) {
    auto& call = this->calls.invoke(thread, {value_action::swap, thread, stored});
    const auto before = this->value.load();
    if (before) call.operation.found = before->number();
    std::this_thread::yield();
    this->value.emplace(stored);
    this->calls.respond(call);
  }
  void thread(unsigned index) {
    for (unsigned n = 0; n < now.threads[index].size() && n < most_steps; ++n) {
      swap(index, index * most_steps + n);
    }
  }
};

TEST(histories_made_wrong, a_swap_in_two_steps_is_found) {
  const auto found = tests::counterexample_to(any_program_passes<swaps_in_two_steps>);
  ASSERT_TRUE(found);
  EXPECT_THAT(found->text, testing::HasSubstr("thread:"));
}

}  // namespace
