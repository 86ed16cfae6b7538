// SPDX-License-Identifier: BSL-1.0
//
// Planted defects, for the tests that show that a check can fail: find the sites of a primitive's operations,
// make one of them wrong, and see which client, if any, notices. Works with any engine (see
// runner/registry.hpp).
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "verify/client.hpp"
#include "verify/engine.hpp"
#include "verify/planting.hpp"

namespace stillpoint::verify::planted {

// Which client found a planted defect; none if `client` is empty.
struct finding {
  std::string client;
  std::uint64_t executions = 0;
  std::string error;
  // By all clients that did not find it.
  std::uint64_t executions_in_vain = 0;

  explicit operator bool() const { return !client.empty(); }
};

// The operations that the clients of List execute, each once, in the files whose name contains `file`.
template <class Engine, class List>
std::vector<site> sites_in(std::string_view file) {
  std::vector<site> all;
  {
    const planting::survey_scope survey(all);
    List::template for_each<typename Engine::policy>([]<client C>() {
      run_options options;
      // Enough to come by each operation; a client's operations are the same in almost every execution.
      options.most_executions = 50;
      Engine::template run<C>(options);
    });
  }
  std::erase_if(all, [file](const site& s) { return s.file.find(file) == std::string_view::npos; });
  return all;
}

// Runs the clients of List one after the other, each with the budget and, if `most_executions` is not 0, so
// many executions, until one of them fails.
template <class Engine, class List>
finding find(const defect& wrong, budget effort = budget::normal, std::uint64_t most_executions = 0) {
  finding found;
  const planting::scope planted(wrong);
  List::template for_each<typename Engine::policy>([&]<client C>() {
    if (found) return;
    run_options options;
    options.effort = effort;
    options.most_executions = most_executions;
    const run_result result = Engine::template run<C>(options);
    if (result.outcome == verdict::failed) {
      found.client = C::guarantee;
      found.executions = result.executions;
      found.error = result.error;
    } else {
      found.executions_in_vain += result.executions;
    }
  });
  return found;
}

inline defect weakened(const site& where) {
  defect wrong;
  wrong.where = where;
  wrong.order = std::memory_order_relaxed;
  wrong.failure_order = std::memory_order_relaxed;
  return wrong;
}

inline bool is_ordered(const site& s) {
  return s.order != std::memory_order_relaxed || s.failure_order != std::memory_order_relaxed;
}

inline std::string describe(const site& s) {
  return std::string(s.file) + ':' + std::to_string(s.line) + ' ' + std::string(name_of(s.op)) + '(' +
         std::string(name_of(s.order)) + ')';
}

// One line for people: the defect, and how it was found.
inline void print(std::ostream& out, const std::string& what, const finding& found) {
  out << "planted: " << what << ": ";
  if (found) {
    out << "found by " << found.client << ", execution " << found.executions;
    if (found.executions_in_vain > 0) out << " (after " << found.executions_in_vain << " of other clients)";
    out << ": " << found.error << '\n';
  } else {
    out << "NOT FOUND in " << found.executions_in_vain << " executions\n";
  }
}

}  // namespace stillpoint::verify::planted
