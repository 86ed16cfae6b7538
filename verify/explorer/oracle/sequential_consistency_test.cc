// SPDX-License-Identifier: BSL-1.0
//
// A second opinion about the axioms: RC11's theorems say when programs are sequentially consistent, and
// sequential consistency is easy to enumerate without any axiom, by interleaving.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "verify/explorer/oracle/enumerator.hpp"
#include "verify/explorer/oracle/random_program.hpp"

namespace stillpoint::verify::oracle {
namespace {

// Runs a program step by step on one memory, in every order.
class interleaver {
 public:
  explicit interleaver(const program& p) : program_(p) {
    state start;
    start.memory.resize(3 * locations);
    for (const auto& thread : p.threads) {
      start.end.results.emplace_back(thread.size(), 0);
      start.end.spurious.emplace_back(thread.size(), char{0});
    }
    start.next.resize(p.threads.size());
    explore(start);
  }

  std::set<outcome> outcomes;
  bool deadlock = false;

 private:
  static constexpr std::size_t locations = max_atomics;

  struct state {
    std::vector<int> memory;  // atomics, plains, mutexes
    std::vector<std::size_t> next;
    outcome end;

    auto operator<=>(const state&) const = default;
  };

  void explore(const state& s) {
    if (!visited_.insert(s).second) return;
    bool moved = false;
    bool finished = true;
    for (std::size_t t = 0; t < program_.threads.size(); ++t) {
      if (s.next[t] == program_.threads[t].size()) continue;
      finished = false;
      moved |= step(s, t);
    }
    if (finished) {
      auto end = s.end;
      end.finals.assign(s.memory.begin(),
                        s.memory.begin() + static_cast<std::ptrdiff_t>(atomic_count(program_)));
      outcomes.insert(end);
    } else if (!moved) {
      deadlock = true;
    }
  }

  static int value_of(const operand& o, const std::vector<int>& results) {
    return o.is_constant() ? o.constant : results[static_cast<std::size_t>(o.base)] + o.constant;
  }

  static std::size_t cell(const instruction& i) {
    return i.location + (is_plain(i.op) ? locations : is_mutex(i.op) ? 2 * locations : 0);
  }

  // Does the thread's next instruction, in every way; false if it has to wait.
  bool step(state s, std::size_t t) {
    const auto index = s.next[t]++;
    const auto& i = program_.threads[t][index];
    if (is_fence(i.op)) {
      explore(s);
      return true;
    }
    auto& memory = s.memory[cell(i)];
    auto& result = s.end.results[t][index];
    const int argument = value_of(i.value, s.end.results[t]);
    if (has_to_wait(i, s.end.results[t], memory, argument)) return false;
    if (has_result(i.op)) result = memory;
    if (i.repeat == repetition::retry) {
      // Its last failure, if any, came right before.
      memory += argument;
      explore(s);
      return true;
    }
    if (is_cas(i.op)) {
      step_cas(s, t, index, memory, argument);
      return true;
    }
    if (i.op == operation::lock) memory = 1;
    if (i.op == operation::unlock) memory = 0;
    if (takes_operand(i.op)) memory = apply(i.op, memory, argument);
    explore(s);
    return true;
  }

  static bool has_to_wait(const instruction& i, const std::vector<int>& results, int memory, int argument) {
    if (i.op == operation::await) return !satisfies(i.compare, memory, i.bound);
    if (i.op == operation::lock) return memory != 0;
    if (i.repeat != repetition::loop) return false;
    return is_cas(i.op) ? memory != value_of(i.expected, results) : apply(i.op, memory, argument) == memory;
  }

  void step_cas(state& s, std::size_t t, std::size_t index, int& memory, int desired) {
    const auto& i = program_.threads[t][index];
    const bool equal = memory == value_of(i.expected, s.end.results[t]);
    if (equal && i.op == operation::cas_weak && i.repeat == repetition::once) {
      auto failed = s;
      failed.end.spurious[t][index] = 1;
      explore(failed);
    }
    if (equal) memory = desired;
    explore(s);
  }

  const program& program_;
  std::set<state> visited_;
};

void expect_sequential_consistency(const program& p, unsigned& compared) {
  const auto result = enumerate(p);
  if (result.has_race) return;
  ++compared;
  const interleaver all(p);
  EXPECT_EQ(std::set<outcome>(result.outcomes.begin(), result.outcomes.end()), all.outcomes) << p;
  EXPECT_EQ(result.has_deadlock(), all.deadlock) << p;
}

// Lahav et al., PLDI 2017: without races but between seq_cst accesses, a program is sequentially consistent.
TEST(sequential_consistency, holds_if_all_accesses_are_seq_cst) {
  unsigned compared = 0;
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    auto p = random_program(seed, {.accesses = 6, .asymmetric_fences = false, .repeats = seed % 2 == 0});
    for (auto& thread : p.threads) {
      for (auto& i : thread) {
        if (has_order(i.op)) i.order = std::memory_order_seq_cst;
        if (is_cas(i.op)) i.failure = std::memory_order_seq_cst;
      }
    }
    expect_sequential_consistency(p, compared);
  }
  EXPECT_GT(compared, 1000U);
}

// The program with all accesses relaxed and a fence between every two, and without the fences that it had.
program fenced(const program& p, const instruction& fence) {
  program result;
  for (const auto& thread : p.threads) {
    auto& target = result.threads.emplace_back();
    std::vector<int> moved;
    for (auto i : thread) {
      moved.push_back(-1);
      if (is_fence(i.op)) continue;
      if (!target.empty()) target.push_back(fence);
      if (has_order(i.op)) i.order = std::memory_order_relaxed;
      if (is_cas(i.op)) i.failure = std::memory_order_relaxed;
      for (auto* o : {&i.value, &i.expected}) {
        if (!o->is_constant()) o->base = moved[static_cast<std::size_t>(o->base)];
      }
      moved.back() = static_cast<int>(target.size());
      target.push_back(i);
    }
  }
  return result;
}

void expect_fences_restore_order(const instruction& fence) {
  unsigned compared = 0;
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    const auto p = fenced(
        random_program(seed, {.accesses = 6, .plains = false, .mutexes = false, .asymmetric_fences = false}),
        fence);
    if (defect(p).empty() && event_count(p) <= 32) expect_sequential_consistency(p, compared);
  }
  EXPECT_GT(compared, 1000U);
}

// Lahav et al., PLDI 2017: seq_cst fences between every two accesses restore sequential consistency.
TEST(sequential_consistency, is_restored_by_seq_cst_fences) {
  expect_fences_restore_order({.op = operation::fence, .order = std::memory_order_seq_cst});
}

TEST(sequential_consistency, is_restored_by_heavy_fences) {
  expect_fences_restore_order({.op = operation::heavy_fence});
}

}  // namespace
}  // namespace stillpoint::verify::oracle
