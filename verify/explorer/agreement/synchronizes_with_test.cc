// SPDX-License-Identifier: BSL-1.0
//
// Which events synchronize with which: by name in small programs, and on random ones against the clocks that
// the explorer computes on its own.
#include "verify/explorer/model/synchronizes_with.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bitset>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "verify/explorer/agreement/explored_program.hpp"
#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/oracle/generator.hpp"
#include "verify/explorer/oracle/litmus.hpp"
#include "verify/explorer/reports/trace.hpp"

namespace stillpoint::verify::oracle {
namespace {

using explorer::event;
using explorer::event_kind;
using explorer::event_ref;
using explorer::graph;

// Calls `look` with each execution, complete or failing.
void for_each_execution(const program& p, const std::function<void(const graph&)>& look) {
  explorer::settings s;
  s.keep_going = true;
  s.max_executions = 2000;
  s.on_execution = look;
  s.on_failure = [&look](const explorer::failure&, const graph& g) { look(g); };
  const explored what{p, {}};
  explorer::explore(explored_program(what), s);
}

std::string pairs_in(const graph& g) {
  std::string text;
  for (const auto& s : explorer::synchronizations(g))
    text += (text.empty() ? "" : " ") + name(g, s.release) + "->" + name(g, s.acquire);
  return text;
}

// In the executions in which the event `reader` read `value`; they must agree.
std::string pairs(const char* code, event_ref reader, std::uint64_t value) {
  std::set<std::string> seen;
  const program p = parse(code);
  for_each_execution(p, [&](const graph& g) {
    if (g.at(reader).value == value) seen.insert(pairs_in(g));
  });
  EXPECT_EQ(seen.size(), 1u) << code;
  return seen.empty() ? "no such execution" : *seen.begin();
}

TEST(SynchronizesWith, ReleaseAndAcquire) {
  constexpr const char* both = "T0: x.store(1, release)\nT1: x.load(acquire)\n";
  EXPECT_EQ(pairs(both, {2, 0}, 1), "T1.0->T2.0");
  EXPECT_EQ(pairs(both, {2, 0}, 0), "");
  EXPECT_EQ(pairs("T0: x.store(1, relaxed)\nT1: x.load(acquire)\n", {2, 0}, 1), "");
  EXPECT_EQ(pairs("T0: x.store(1, release)\nT1: x.load(relaxed)\n", {2, 0}, 1), "");
}

TEST(SynchronizesWith, ReleaseSequences) {
  EXPECT_EQ(pairs("T0: x.store(1, release)\nT1: x.fetch_add(1, relaxed)\nT2: x.load(acquire)\n", {3, 0}, 2),
            "T1.0->T3.0");
  EXPECT_EQ(pairs("T0: x.store(1, release)\nT1: x.fetch_add(1, release)\nT2: x.load(acquire)\n", {3, 0}, 2),
            "T2.0->T3.0 T1.0->T3.0");
  EXPECT_EQ(pairs("T0: x.store(1, release); x.store(2, relaxed)\nT1: x.load(acquire)\n", {2, 0}, 2), "")
      << "a store ends a release sequence, in C++20 also one of the same thread";
}

TEST(SynchronizesWith, Fences) {
  EXPECT_EQ(
      pairs("T0: fence(release); x.store(1, relaxed)\nT1: x.load(relaxed); fence(acquire)\n", {2, 0}, 1),
      "T1.0->T2.1");
  EXPECT_EQ(
      pairs("T0: x.store(1, relaxed); fence(release)\nT1: x.load(relaxed); fence(acquire)\n", {2, 0}, 1), "");
  EXPECT_EQ(
      pairs("T0: fence(release); x.store(1, relaxed)\nT1: fence(acquire); x.load(relaxed)\n", {2, 1}, 1), "");
  EXPECT_EQ(
      pairs("T0: fence(acquire); x.store(1, relaxed)\nT1: x.load(relaxed); fence(release)\n", {2, 0}, 1), "");
  EXPECT_EQ(pairs("T0: fence(release); x.store(1, relaxed)\nT1: x.load(acquire)\n", {2, 0}, 1), "T1.0->T2.0");
  EXPECT_EQ(pairs("T0: x.store(1, release)\nT1: x.load(relaxed); fence(acquire)\n", {2, 0}, 1), "T1.0->T2.1");
}

TEST(SynchronizesWith, AsymmetricFences) {
  EXPECT_EQ(pairs("T0: light_fence(); x.store(1, relaxed)\nT1: x.load(relaxed); heavy_fence()\n", {2, 0}, 1),
            "T1.0->T2.1");
  EXPECT_EQ(pairs("T0: heavy_fence(); x.store(1, relaxed)\nT1: x.load(relaxed); light_fence()\n", {2, 0}, 1),
            "T1.0->T2.1");
  EXPECT_EQ(pairs("T0: light_fence(); x.store(1, relaxed)\nT1: x.load(relaxed); light_fence()\n", {2, 0}, 1),
            "");
}

TEST(SynchronizesWith, LeavesOutWhatFollows) {
  EXPECT_EQ(pairs("T0: x.store(1, release)\n"
                  "T1: x.await(== 1, acquire); y.store(1, release)\n"
                  "T2: y.await(== 1, acquire); x.load(acquire)\n",
                  {3, 1}, 1),
            "T1.0->T2.0 T2.1->T3.0");
  EXPECT_EQ(pairs("T0: x.store(1, release)\nT1: x.fetch_add(1, acq_rel)\nT2: x.load(acquire)\n", {3, 0}, 2),
            "T1.0->T2.0 T2.0->T3.0");
}

TEST(SynchronizesWith, Mutexes) {
  std::set<std::string> seen;
  const program p = parse("T0: m.lock(); m.unlock()\nT1: m.lock(); m.unlock()\n");
  for_each_execution(p, [&](const graph& g) { seen.insert(pairs_in(g)); });
  EXPECT_EQ(seen, (std::set<std::string>{"T1.2->T2.0", "T2.2->T1.1"}))
      << "who comes second waits first, when it is known to be second";
}

constexpr std::size_t most_events = 128;

// Happens-before from its definition: program order, spawn, join and synchronizes-with, closed under
// transitivity.
class closure {
 public:
  explicit closure(const graph& g) {
    for (const event_ref ref : g.trail()) numbers_.emplace(std::pair(ref.thread, ref.index), numbers_.size());
    after_.resize(numbers_.size());
    for (const event_ref ref : g.trail()) {
      const event& e = g.at(ref);
      if (ref.index > 0) add({ref.thread, static_cast<std::uint16_t>(ref.index - 1)}, ref);
      if (ref.index == 0 && g.spawner(ref.thread)) add(g.spawner(ref.thread), ref);
      if (e.kind == event_kind::join && !g.thread(e.reads_from.thread).empty()) {
        const std::size_t last = g.thread(e.reads_from.thread).size() - 1;
        add({e.reads_from.thread, static_cast<std::uint16_t>(last)}, ref);
      }
    }
    for (const auto& s : explorer::synchronizations(g)) add(s.release, s.acquire);
    for (std::size_t middle = 0; middle < after_.size(); ++middle) {
      for (auto& later : after_) {
        if (later[middle]) later |= after_[middle];
      }
    }
  }

  bool happens_before(event_ref a, event_ref b) const { return after_[number(a)][number(b)]; }

 private:
  std::size_t number(event_ref ref) const { return numbers_.at({ref.thread, ref.index}); }
  void add(event_ref a, event_ref b) { after_[number(a)].set(number(b)); }

  std::map<std::pair<std::uint16_t, std::uint16_t>, std::size_t> numbers_;
  // after_[a][b]: a happens before b.
  std::vector<std::bitset<most_events>> after_;
};

// Empty if clocks and definition agree.
std::string difference(const graph& g) {
  if (g.trail().size() > most_events) return "too many events";
  const closure defined(g);
  for (const event_ref a : g.trail()) {
    for (const event_ref b : g.trail()) {
      if (g.happens_before(a, b) == defined.happens_before(a, b)) continue;
      return name(g, a) + (g.happens_before(a, b) ? " happens" : " does not happen") + " before " +
             name(g, b) + ", say the clocks\n" + trace(g, {});
    }
  }
  return {};
}

std::string difference(const program& p, std::size_t& executions, std::size_t& synchronizations) {
  std::string found;
  for_each_execution(p, [&](const graph& g) {
    ++executions;
    synchronizations += explorer::synchronizations(g).size();
    if (found.empty()) found = difference(g);
  });
  return found;
}

TEST(SynchronizesWith, IsWhatTheClocksSayOnRandomPrograms) {
  setenv("RC_PARAMS", "seed=1 max_success=1000", 0);
  std::size_t executions = 0;
  std::size_t synchronizations = 0;
  EXPECT_TRUE(rc::check([&](const program& p) {
    const std::string found = difference(p, executions, synchronizations);
    if (!found.empty()) RC_FAIL(found);
  }));
  std::cout << executions << " executions, " << synchronizations << " pairs\n";
  EXPECT_GT(executions, 10'000u);
  EXPECT_GT(synchronizations, 10'000u);
}

TEST(SynchronizesWith, IsWhatTheClocksSayOnLitmusTests) {
  std::size_t executions = 0;
  std::size_t synchronizations = 0;
  for (const litmus_test& test : litmus_tests())
    EXPECT_EQ(difference(test.code, executions, synchronizations), "") << test.name;
  EXPECT_GT(synchronizations, 100u);
}

}  // namespace
}  // namespace stillpoint::verify::oracle
