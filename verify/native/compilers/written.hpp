// SPDX-License-Identifier: BSL-1.0
//
// What the text of written programs includes: see write_programs.cc. Compares what the explorer sees of such
// a program, compiled, with what the enumerator says of it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <set>
#include <stillpoint/explore.hpp>
#include <string>
#include <vector>

namespace stillpoint::verify::native {

// A number for what an execution has ended with.
template <class Results>
std::uint64_t number_of(const Results& results) {
  std::uint64_t number = results.size();
  for (const int each : results) number = (number ^ static_cast<std::uint32_t>(each)) * 0x9e3779b97f4a7c15;
  return number;
}

struct expectation {
  bool race = false;
  bool deadlock = false;
  std::uint64_t executions = 0;
  // Without: a turn of a loop may be made once more than needed, where compiled code leaves something in its
  // frame.
  bool exact = true;
  std::set<std::uint64_t> outcomes;
};

// What the program's executions end with. Memory that explored code allocates is gone with its execution.
class ends {
 public:
  ends() { seen_.reserve(std::size_t{1} << 16); }
  void add(std::initializer_list<int> results) {
    if (seen_.size() < seen_.capacity()) seen_.push_back(number_of(results));
  }
  std::set<std::uint64_t> all() const { return {seen_.begin(), seen_.end()}; }

 private:
  std::vector<std::uint64_t> seen_;
};

inline std::string difference(const explore_result& seen, const ends& of, const expectation& expected) {
  using verdict = explore_result::verdict;
  const auto says = [&seen](const char* what) { return seen.report.find(what) != std::string::npos; };
  if (seen.outcome == verdict::failed) {
    if (says("data race")) return expected.race ? "" : "only the explorer sees a race";
    const bool stuck = says("deadlock") || says("livelock");
    return stuck && (expected.deadlock || expected.race) ? "" : "only the explorer sees that";
  }
  if (seen.outcome == verdict::unfinished) return "unfinished";
  if (expected.race) return "the explorer misses a race";
  if (expected.deadlock) return "the explorer misses a deadlock";
  if (of.all() != expected.outcomes) return "other outcomes";
  if (seen.executions == expected.executions) return "";
  if (!expected.exact && seen.executions > expected.executions) return "";
  return std::to_string(seen.executions) + " executions instead of " + std::to_string(expected.executions);
}

class comparison {
 public:
  template <class Program>
  void compare(const char* name, const Program& program, const expectation& expected) {
    ends of;
    const explore_result seen = explore(name, [&program, &of] { program(of); });
    const std::string different = difference(seen, of, expected);
    ++(different.empty() ? agreed_ : others_);
    if (!different.empty()) std::printf("%s: %s\n%s\n", name, different.c_str(), seen.report.c_str());
  }
  int conclude() const {
    std::printf("%d agree, %d do not\n", agreed_, others_);
    return others_ == 0 ? 0 : 1;
  }

 private:
  int agreed_ = 0;
  int others_ = 0;
};

}  // namespace stillpoint::verify::native
