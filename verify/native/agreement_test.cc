// SPDX-License-Identifier: BSL-1.0
//
// Random programs of the oracle, run over std's own atomics, threads and mutexes as compiled code, against
// the brute-force enumerator: the number of executions, their outcomes, races and deadlocks.
#include <gtest/gtest.h>

#include <set>
#include <stillpoint/explore.hpp>
#include <thread>
#include <vector>

#include "stillpoint/std_policy.hpp"
#include "verify/explorer/oracle/enumerator.hpp"
#include "verify/explorer/oracle/interpreter.hpp"
#include "verify/explorer/oracle/random_program.hpp"
#include "verify/explorer/oracle/shrink.hpp"

namespace stillpoint::verify::oracle {
namespace {

// A wait is a loop of loads and nothing else.
struct policy : std_policy {
  struct waiter {
    void operator()() const {}
  };
};

void run(const program& p, const outcome_listener& listener) {
  interpreter<policy> client(p, &listener);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < client.thread_count(); ++t) {
    threads.emplace_back([&client, t] { client.thread(t); });
  }
  for (std::thread& each : threads) each.join();
  client.after();
}

std::uint64_t hash_of(const outcome& o) {
  std::uint64_t hash = 0;
  const auto add = [&hash](std::int64_t part) {
    hash = (hash ^ static_cast<std::uint64_t>(part)) * 0x9e3779b97f4a7c15;
  };
  for (const auto& thread : o.results) {
    for (const int result : thread) add(result);
  }
  for (const auto& thread : o.spurious) {
    for (const char spurious : thread) add(spurious);
  }
  for (const int value : o.finals) add(value);
  return hash;
}

bool says(const explore_result& seen, const char* what) {
  return seen.report.find(what) != std::string::npos;
}

std::string compare_failure(const explore_result& mine, const enumeration& theirs) {
  if (says(mine, "data race")) return theirs.has_race ? "" : "only the explorer sees a race: " + mine.report;
  if (!says(mine, "deadlock") && !says(mine, "livelock")) return mine.report;
  return theirs.has_deadlock() || theirs.has_race ? "" : "only the explorer sees that: " + mine.report;
}

// A loop's turn that leads back may be made once more than needed, where the compiled code has left something
// in its frame: then there are more executions, with the same outcomes.
std::string difference(const program& p, bool exact) {
  const enumeration theirs = enumerate(p, {}, {.executions = 20'000, .guesses = 1'000'000});
  if (theirs.truncated) return "";
  // What explored code allocates is gone with its execution.
  std::vector<std::uint64_t> seen;
  seen.reserve(std::size_t{1} << 16);
  const outcome_listener listener = [&seen](const outcome& o) {
    if (seen.size() < seen.capacity()) seen.push_back(hash_of(o));
  };
  const explore_result mine = explore("random", [&] { run(p, listener); });
  if (mine.outcome == explore_result::verdict::unfinished) return mine.report;
  if (mine.outcome == explore_result::verdict::failed) return compare_failure(mine, theirs);
  if (theirs.has_race) return "the explorer misses a race";
  if (theirs.has_deadlock()) return "the explorer misses a deadlock";
  std::set<std::uint64_t> allowed;
  for (const outcome& o : theirs.outcomes) allowed.insert(hash_of(o));
  if (std::set<std::uint64_t>(seen.begin(), seen.end()) != allowed) return "other outcomes";
  if (mine.executions == theirs.count() || (!exact && mine.executions > theirs.count())) return "";
  return std::to_string(mine.executions) + " executions instead of " + std::to_string(theirs.count());
}

void compare(std::uint64_t first, std::uint64_t count, bool exact, const program_limits& limits) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const program p = random_program(seed, limits);
    const std::string seen = difference(p, exact);
    if (seen.empty()) continue;
    const program small = shrink(p, [exact](const program& q) { return !difference(q, exact).empty(); });
    FAIL() << "seed " << seed << ": " << difference(small, exact) << small;
  }
}

TEST(agreement, on_straight_line_programs) {
  compare(0, 150, true, {.asymmetric_fences = false, .waits = false});
}

TEST(agreement, on_programs_that_wait_in_loops) {
  compare(1000, 150, false, {.asymmetric_fences = false, .repeats = true});
}

}  // namespace
}  // namespace stillpoint::verify::oracle
