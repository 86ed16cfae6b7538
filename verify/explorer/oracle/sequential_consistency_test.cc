// SPDX-License-Identifier: BSL-1.0
//
// A second opinion about the axioms: RC11's theorems say when programs are sequentially consistent, and
// sequential consistency is easy to enumerate without any axiom, by interleaving.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "verify/explorer/oracle/enumerator.hpp"
#include "verify/explorer/oracle/interleaver.hpp"
#include "verify/explorer/oracle/random_program.hpp"

namespace stillpoint::verify::oracle {
namespace {

void expect_sequential_consistency(const program& p, unsigned& compared) {
  const auto result = enumerate(p);
  if (result.has_race) return;
  ++compared;
  const interleavings all = interleave(p);
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
