// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/agreement/compare.hpp"

#include <algorithm>
#include <vector>

#include "verify/explorer/agreement/explored_program.hpp"
#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/oracle/enumerator.hpp"

namespace stillpoint::verify::oracle {

namespace {

using explorer::event;
using explorer::event_kind;
using explorer::event_ref;
using explorer::graph;

std::string label_of(const graph& g, event_ref ref) {
  const event& e = g.at(ref);
  return e.kind == event_kind::create ? "init" : label(ref.thread - 1u, e.ordinal);
}

std::string order_of(const graph& g, const explorer::location& l, unsigned index) {
  std::string text = std::string("mo(") + atomic_name(index) + ")=";
  for (std::size_t i = 0; i < l.order.size(); ++i) text += (i == 0 ? "" : ",") + label_of(g, l.order[i]);
  return text;
}

// The enumerator's notation.
std::string canonical(const graph& g) {
  std::string text;
  for (std::size_t t = 1; t < g.thread_count(); ++t) {
    for (const event& e : g.thread(t)) {
      if (e.kind != event_kind::read) continue;
      text += label(static_cast<unsigned>(t - 1), e.ordinal) + "<-" + label_of(g, e.reads_from) +
              (e.spurious ? "! " : " ");
    }
  }
  unsigned index = 0;
  for (std::size_t id = 0; id < g.location_count(); ++id) {
    const auto& l = g.place(static_cast<explorer::location_id>(id));
    if (l.creator && l.kind == explorer::location_kind::atomic) text += order_of(g, l, index++) + " ";
  }
  if (!text.empty()) text.pop_back();
  return text;
}

struct found {
  std::vector<std::string> executions;
  bool race = false;
  bool deadlock = false;
  std::string other;
};

found explore_program(const program& p) {
  found all;
  explorer::settings settings;
  settings.keep_going = true;
  settings.on_execution = [&](const graph& g) { all.executions.push_back(canonical(g)); };
  settings.on_restart = [&] { all.executions.clear(); };
  settings.on_failure = [&](const explorer::failure& f, const graph& g) {
    if (f.text.starts_with("data race")) {
      all.race = true;
    } else if (f.text.starts_with("deadlock") || f.text.starts_with("livelock")) {
      all.deadlock = true;
      // A wait that can come too late is reported on a complete execution.
      if (!f.about.empty()) all.executions.push_back(canonical(g));
    } else {
      all.other = f.text;
    }
  };
  explorer::explore(explored_program(p), settings);
  std::sort(all.executions.begin(), all.executions.end());
  return all;
}

std::string first_difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> missing;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(missing));
  return missing.empty() ? "" : missing.front();
}

std::string difference(const found& mine, const enumeration& theirs) {
  if (!mine.other.empty()) return "the explorer reports: " + mine.other;
  if (mine.race != theirs.has_race)
    return mine.race ? "only the explorer sees a race" : "the explorer misses a race";
  if (mine.race) return {};
  if (mine.deadlock != theirs.has_deadlock()) {
    return mine.deadlock ? "only the explorer sees a deadlock"
                         : "the explorer misses the deadlock " + theirs.blocked.front();
  }
  const auto twice = std::adjacent_find(mine.executions.begin(), mine.executions.end());
  if (twice != mine.executions.end()) return "the explorer has more than once: " + *twice;
  if (mine.executions == theirs.executions) return {};
  const std::string missing = first_difference(theirs.executions, mine.executions);
  if (!missing.empty()) {
    return "the explorer misses: " + missing + " (" + std::to_string(mine.executions.size()) + " of " +
           std::to_string(theirs.executions.size()) + ")";
  }
  return "only the explorer has: " + first_difference(mine.executions, theirs.executions);
}

}  // namespace

comparison_result compare(const program& p) {
  const enumeration theirs = enumerate(p, {}, {.executions = 200'000});
  comparison_result result;
  result.skipped = theirs.truncated;
  if (result.skipped) return result;
  const found mine = explore_program(p);
  result.executions = theirs.count();
  result.race = theirs.has_race;
  result.deadlock = theirs.has_deadlock();
  result.difference = difference(mine, theirs);
  return result;
}

}  // namespace stillpoint::verify::oracle
