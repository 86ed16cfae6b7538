// SPDX-License-Identifier: BSL-1.0
// The recorder of histories and the search for a linearization, on histories written by hand.

#include "verify/history/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "verify/history/explain.hpp"
#include "verify/history/linearizable.hpp"
#include "verify/history/toys.hpp"

namespace {

namespace verify = stillpoint::verify;
using verify::linearity;
using verify::toys::counter_model;
using verify::toys::register_model;

// A clock whose moments are set by hand, and whose order is whatever pairs the test declares.
struct manual_clock {
  using moment = int;
  static inline int next = 0;
  static inline std::optional<std::set<std::pair<int, int>>> declared;

  static moment now() { return next; }
  static bool precedes(moment a, moment b) { return declared ? declared->contains({a, b}) : a < b; }
};

class linearizable : public testing::Test {
 protected:
  linearizable() {
    manual_clock::next = 0;
    manual_clock::declared.reset();
  }

  template <class History, class Operation>
  static auto& call(History& calls, unsigned thread, const Operation& op, int from, int to) {
    manual_clock::next = from;
    auto& made = calls.invoke(thread, op);
    manual_clock::next = to;
    calls.respond(made);
    return made;
  }
  template <class History, class Operation>
  static auto& pending(History& calls, unsigned thread, const Operation& op, int from) {
    manual_clock::next = from;
    return calls.invoke(thread, op);
  }

  using registers = verify::history<manual_clock, register_model::operation, 3, 4>;
  using counters = verify::history<manual_clock, counter_model::operation, 3, 4>;
  static constexpr auto write = register_model::action::write;
  static constexpr auto read = register_model::action::read;

  template <class History, class Model>
  static linearity outcome(const History& calls, const Model& model) {
    return verify::linearizable(calls, model).outcome;
  }
};

TEST_F(linearizable, the_empty_history_is) {
  EXPECT_EQ(outcome(registers(), register_model()), linearity::linearizable);
}

TEST_F(linearizable, one_thread_in_order) {
  registers calls;
  call(calls, 0, register_model::operation{write, 1}, 0, 1);
  call(calls, 0, register_model::operation{read, 1}, 2, 3);
  const auto found = verify::linearizable(calls, register_model());
  ASSERT_TRUE(found);
  EXPECT_EQ(found.length, 2u);
  EXPECT_EQ(found.order[0], 0u);
  EXPECT_EQ(found.order[1], 1u);
}

TEST_F(linearizable, one_thread_keeps_its_order) {
  registers calls;
  call(calls, 0, register_model::operation{read, 1}, 0, 1);
  call(calls, 0, register_model::operation{write, 1}, 2, 3);
  EXPECT_EQ(outcome(calls, register_model()), linearity::not_linearizable);
}

TEST_F(linearizable, one_thread_keeps_its_order_though_the_clock_stands_still) {
  registers calls;
  call(calls, 0, register_model::operation{read, 1}, 5, 5);
  call(calls, 0, register_model::operation{write, 1}, 5, 5);
  EXPECT_EQ(outcome(calls, register_model()), linearity::not_linearizable);
}

TEST_F(linearizable, a_read_may_not_miss_a_write_that_is_over) {
  registers calls;
  call(calls, 0, register_model::operation{write, 1}, 0, 1);
  call(calls, 1, register_model::operation{read, 0}, 2, 3);
  EXPECT_EQ(outcome(calls, register_model()), linearity::not_linearizable);
}

TEST_F(linearizable, a_read_may_miss_a_write_at_the_same_time) {
  registers calls;
  call(calls, 0, register_model::operation{write, 1}, 0, 3);
  call(calls, 1, register_model::operation{read, 0}, 2, 4);
  const auto found = verify::linearizable(calls, register_model());
  ASSERT_TRUE(found);
  EXPECT_EQ(found.order[0], 1u) << "the read comes first";
}

TEST_F(linearizable, two_readers_may_not_see_a_write_come_and_go) {
  registers calls;
  call(calls, 0, register_model::operation{write, 1}, 0, 9);
  call(calls, 1, register_model::operation{read, 1}, 1, 2);
  call(calls, 2, register_model::operation{read, 0}, 3, 4);
  EXPECT_EQ(outcome(calls, register_model()), linearity::not_linearizable);
}

TEST_F(linearizable, two_increments_may_not_return_the_same) {
  counters calls;
  call(calls, 0, counter_model::operation{0}, 0, 3);
  call(calls, 1, counter_model::operation{0}, 1, 2);
  EXPECT_EQ(outcome(calls, counter_model()), linearity::not_linearizable);
}

TEST_F(linearizable, finds_the_one_order_among_many) {
  counters calls;
  for (unsigned i = 0; i < 4; ++i) {
    call(calls, 0, counter_model::operation{i * 3 + 2}, 0, 100);
    call(calls, 1, counter_model::operation{i * 3 + 1}, 0, 100);
    call(calls, 2, counter_model::operation{i * 3}, 0, 100);
  }
  const auto found = verify::linearizable(calls, counter_model());
  ASSERT_TRUE(found);
  for (unsigned i = 0; i < 12; ++i) EXPECT_EQ(calls[found.order[i]].operation.returned, i);
}

TEST_F(linearizable, only_the_declared_order_counts) {
  registers calls;
  // Moments: the write 0..1, the reads 2..3 and 4..5; nothing is ordered but what is declared below.
  manual_clock::declared.emplace();
  call(calls, 0, register_model::operation{write, 1}, 0, 1);
  call(calls, 1, register_model::operation{read, 1}, 2, 3);
  call(calls, 2, register_model::operation{read, 0}, 4, 5);
  EXPECT_EQ(outcome(calls, register_model()), linearity::linearizable);
  manual_clock::declared = {{{3, 4}}};
  EXPECT_EQ(outcome(calls, register_model()), linearity::not_linearizable) << "1 was read before 0 was";
  manual_clock::declared = {{{5, 2}}};
  EXPECT_EQ(outcome(calls, register_model()), linearity::linearizable);
  manual_clock::declared = {{{1, 4}}};
  EXPECT_EQ(outcome(calls, register_model()), linearity::not_linearizable) << "the write was over";
}

TEST_F(linearizable, a_pending_call_may_have_taken_effect) {
  registers calls;
  pending(calls, 0, register_model::operation{write, 1}, 0);
  call(calls, 1, register_model::operation{read, 1}, 2, 3);
  EXPECT_EQ(outcome(calls, register_model()), linearity::linearizable);
}

TEST_F(linearizable, a_pending_call_may_not_have_taken_effect) {
  registers calls;
  pending(calls, 0, register_model::operation{write, 1}, 0);
  call(calls, 1, register_model::operation{read, 0}, 2, 3);
  const auto found = verify::linearizable(calls, register_model());
  ASSERT_TRUE(found);
  EXPECT_EQ(found.length, 1u) << "it is left out";
}

TEST_F(linearizable, a_pending_call_takes_effect_once) {
  registers calls;
  pending(calls, 0, register_model::operation{write, 1}, 0);
  call(calls, 1, register_model::operation{read, 1}, 2, 3);
  call(calls, 1, register_model::operation{read, 0}, 4, 5);
  EXPECT_EQ(outcome(calls, register_model()), linearity::not_linearizable);
}

TEST_F(linearizable, a_pending_call_does_not_take_effect_before_it_is_made) {
  registers calls;
  call(calls, 1, register_model::operation{read, 1}, 0, 1);
  pending(calls, 0, register_model::operation{write, 1}, 2);
  EXPECT_EQ(outcome(calls, register_model()), linearity::not_linearizable);
}

TEST_F(linearizable, a_history_whose_slots_are_used_up_is_not_judged) {
  verify::history<manual_clock, register_model::operation, 1, 2> calls;
  for (int i = 0; i < 3; ++i) call(calls, 0, register_model::operation{write, i}, i, i);
  EXPECT_TRUE(calls.overflowed());
  EXPECT_EQ(calls.size(), 2u);
  EXPECT_EQ(outcome(calls, register_model()), linearity::overflowed);
}

// n writes of one value at the same time, and a read that no order allows.
template <class History>
void write_many_and_read_another(History& calls, unsigned writers) {
  for (unsigned thread = 0; thread < writers; ++thread) {
    manual_clock::next = 0;
    auto& made = calls.invoke(thread, register_model::operation{register_model::action::write, 1});
    manual_clock::next = 1;
    calls.respond(made);
  }
  manual_clock::next = 2;
  auto& read = calls.invoke(writers, register_model::operation{register_model::action::read, 2});
  manual_clock::next = 3;
  calls.respond(read);
}

TEST_F(linearizable, a_search_that_meets_its_limit_says_so) {
  verify::history<manual_clock, register_model::operation, 8, 1> calls;
  write_many_and_read_another(calls, 7);
  const auto found = verify::linearizable(calls, register_model(), {.steps = 5});
  EXPECT_EQ(found.outcome, linearity::out_of_steps);
  EXPECT_EQ(found.steps, 5u);
  EXPECT_FALSE(found);
}

TEST_F(linearizable, remembered_dead_ends_spare_steps_and_change_no_outcome) {
  verify::history<manual_clock, register_model::operation, 8, 1> calls;
  write_many_and_read_another(calls, 7);
  const auto without = verify::linearizable<0>(calls, register_model());
  const auto with = verify::linearizable<256>(calls, register_model());
  EXPECT_EQ(without.outcome, linearity::not_linearizable);
  EXPECT_EQ(with.outcome, linearity::not_linearizable);
  EXPECT_LT(with.steps * 10, without.steps);
  EXPECT_EQ(with.length, 7u);
}

TEST_F(linearizable, the_reason_can_be_read) {
  registers calls;
  call(calls, 0, register_model::operation{write, 1}, 0, 1);
  call(calls, 1, register_model::operation{read, 0}, 2, 3);
  const auto text = explain(calls, verify::linearizable(calls, register_model()),
                            [](auto& out, const register_model::operation& op) {
                              out << (op.what == read ? "read " : "write ") << op.value;
                            });
  EXPECT_THAT(text, testing::HasSubstr("not linearizable"));
  EXPECT_THAT(text, testing::HasSubstr("#1 thread 1: read 0  after #0"));
  EXPECT_THAT(text, testing::HasSubstr("longest order that the model allows: #0\n"));
}

// Against the definition, written down as it stands: try every order of every choice of pending calls.
template <class History>
bool linearizable_by_definition(const History& calls, const register_model& model, std::uint64_t placed) {
  bool all = true;
  for (std::size_t b = 0; b < calls.size(); ++b) {
    if ((placed >> b & 1) == 0 && !calls[b].pending()) all = false;
  }
  if (all) return true;
  for (std::size_t b = 0; b < calls.size(); ++b) {
    bool ready = (placed >> b & 1) == 0;
    for (std::size_t a = 0; a < calls.size(); ++a) {
      if (a != b && (placed >> a & 1) == 0 && calls.precedes(a, b)) ready = false;
    }
    register_model after = model;
    if (ready && after.step(calls[b].operation) &&
        linearizable_by_definition(calls, after, placed | std::uint64_t{1} << b)) {
      return true;
    }
  }
  return false;
}

TEST_F(linearizable, agrees_with_the_definition_on_random_histories) {
  std::uint32_t random = 12345;
  const auto choose = [&random](unsigned n) {
    random = random * 1664525u + 1013904223u;
    return (random >> 16) % n;
  };
  int linearizable_ones = 0;
  for (int round = 0; round < 5000; ++round) {
    registers calls;
    for (unsigned thread = 0; thread < 3; ++thread) {
      int at = 0;
      for (unsigned i = 0; i < 2; ++i) {
        const register_model::operation op{choose(2) == 0 ? write : read, static_cast<int>(choose(3))};
        const int from = at + static_cast<int>(choose(4));
        at = from + 1 + static_cast<int>(choose(4));
        if (i == 1 && choose(4) == 0) {
          pending(calls, thread, op, from);
        } else {
          call(calls, thread, op, from, at);
        }
      }
    }
    const bool expected = linearizable_by_definition(calls, register_model(), 0);
    linearizable_ones += expected;
    ASSERT_EQ(bool(verify::linearizable<0>(calls, register_model())), expected) << round;
    ASSERT_EQ(bool(verify::linearizable<4>(calls, register_model())), expected) << round;
  }
  EXPECT_GT(linearizable_ones, 500);
  EXPECT_LT(linearizable_ones, 4500);
}

}  // namespace
