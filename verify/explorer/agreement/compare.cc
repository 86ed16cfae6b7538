// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/agreement/compare.hpp"

#include <algorithm>
#include <vector>

#include "verify/explorer/agreement/explored_program.hpp"
#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/oracle/enumerator.hpp"
#include "verify/explorer/oracle/interleaver.hpp"
#include "verify/std/condition_variable.hpp"

namespace stillpoint::verify::oracle {

namespace {

using explorer::event;
using explorer::event_kind;
using explorer::event_ref;
using explorer::graph;

// An execution in the enumerator's notation.
class canonical {
 public:
  canonical(const program& p, const graph& g) : graph_(g) {
    for (unsigned t = 0; t < p.threads.size(); ++t) instructions_.push_back(instructions_of(p, g, t));
  }

  std::string text() const;

 private:
  // Each instruction is one operation; of one that retries, each operation that fails is one more.
  static std::vector<unsigned> instructions_of(const program& p, const graph& g, unsigned thread) {
    std::vector<unsigned> found;
    unsigned current = 0;
    const event* last = nullptr;
    for (const event& e : g.thread(thread + 1)) {
      if (last != nullptr && e.ordinal != last->ordinal) {
        const bool fails = current < p.threads[thread].size() &&
                           p.threads[thread][current].repeat == repetition::retry &&
                           last->kind == event_kind::read;
        current += fails ? 0 : 1;
      }
      found.push_back(current);
      last = &e;
    }
    return found;
  }

  std::string label_of(event_ref ref) const {
    if (graph_.at(ref).kind == event_kind::create) return "init";
    return label(ref.thread - 1u, instructions_[ref.thread - 1u][ref.index]);
  }

  std::string order_of(const explorer::location& l, unsigned index) const {
    std::string text = std::string("mo(") + atomic_name(index) + ")=";
    for (std::size_t i = 0; i < l.order.size(); ++i) text += (i == 0 ? "" : ",") + label_of(l.order[i]);
    return text;
  }

  const graph& graph_;
  std::vector<std::vector<unsigned>> instructions_;
};

std::string canonical::text() const {
  const graph& g = graph_;
  std::string text;
  for (std::size_t t = 1; t < g.thread_count(); ++t) {
    for (std::size_t i = 0; i < g.thread(t).size(); ++i) {
      const event& e = g.thread(t)[i];
      if (e.kind != event_kind::read) continue;
      text += label_of({static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)}) + "<-" +
              label_of(e.reads_from) + (e.spurious ? "! " : " ");
    }
  }
  unsigned index = 0;
  for (std::size_t id = 0; id < g.location_count(); ++id) {
    const auto& l = g.place(static_cast<explorer::location_id>(id));
    if (l.creator && l.kind == explorer::location_kind::atomic) text += order_of(l, index++) + " ";
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

template <class Interpreter>
found explore_program(const program& p) {
  found all;
  explorer::settings settings;
  settings.keep_going = true;
  settings.on_execution = [&](const graph& g) { all.executions.push_back(canonical(p, g).text()); };
  settings.on_restart = [&] { all.executions.clear(); };
  settings.on_failure = [&](const explorer::failure& f, const graph& g) {
    if (f.text.starts_with("data race")) {
      all.race = true;
    } else if (f.text.starts_with("deadlock") || f.text.starts_with("livelock")) {
      all.deadlock = true;
      // A wait that can come too late is reported on a complete execution.
      if (!f.about.empty()) all.executions.push_back(canonical(p, g).text());
    } else {
      all.other = f.text;
    }
  };
  const explored what{p, {}};
  const explorer::statistics counts = explorer::explore(explored_program<Interpreter>(what), settings).counts;
  if (!counts.exhaustive && all.other.empty()) all.other = counts.bound;
  std::sort(all.executions.begin(), all.executions.end());
  return all;
}

std::string first_difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> missing;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(missing));
  return missing.empty() ? "" : missing.front();
}

bool has_loops(const program& p) {
  return std::any_of(p.threads.begin(), p.threads.end(), [](const auto& thread) {
    return std::any_of(thread.begin(), thread.end(),
                       [](const instruction& i) { return i.repeat == repetition::loop; });
  });
}

std::string difference(const program& p, const found& mine, const enumeration& theirs) {
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
  // A loop that can come too late is shown as it comes too late, and not by the execution in which it does
  // not.
  const bool may_miss = mine.deadlock && has_loops(p);
  if (!missing.empty() && !may_miss) {
    return "the explorer misses: " + missing + " (" + std::to_string(mine.executions.size()) + " of " +
           std::to_string(theirs.executions.size()) + ")";
  }
  const std::string extra = first_difference(mine.executions, theirs.executions);
  return extra.empty() ? "" : "only the explorer has: " + extra;
}

template <class Interpreter>
comparison_result compare_run_by(const program& p) {
  const enumeration theirs = enumerate(p, {}, {.executions = 200'000, .guesses = 3'000'000});
  comparison_result result;
  result.skipped = theirs.truncated;
  if (result.skipped) return result;
  const found mine = explore_program<Interpreter>(p);
  result.executions = theirs.count();
  result.race = theirs.has_race;
  result.deadlock = theirs.has_deadlock();
  result.difference = difference(p, mine, theirs);
  return result;
}

// What happens to outcomes and deadlocks when a program of condition variables is explored.
interleavings explore_blocking(const program& p, std::string& other, std::size_t& executions) {
  using run = interpreter<explorer_policy, int, condition_variable<explorer_policy>>;
  interleavings all;
  const explored what{p, [&](const outcome& o) {
                        const explorer::machine::engine_scope scope;
                        all.outcomes.insert(o);
                      }};
  explorer::settings settings;
  settings.keep_going = true;
  settings.on_restart = [&] { all = {}; };
  settings.on_failure = [&](const explorer::failure& f, const graph&) {
    if (f.text.starts_with("deadlock") || f.text.starts_with("livelock")) {
      all.deadlock = true;
    } else {
      other = f.text;
    }
  };
  const explorer::statistics counts = explorer::explore(explored_program<run>(what), settings).counts;
  if (!counts.exhaustive && other.empty()) other = counts.bound;
  executions = counts.executions;
  return all;
}

}  // namespace

comparison_result compare(const program& p) {
  return compare_run_by<interpreter<explorer_policy>>(p);
}

comparison_result compare_wide(const program& p) {
  return compare_run_by<interpreter<explorer_policy, wide>>(p);
}

comparison_result compare_blocking(const program& p) {
  const interleavings theirs = interleave(p);
  comparison_result result;
  std::string other;
  const interleavings mine = explore_blocking(p, other, result.executions);
  result.deadlock = theirs.deadlock;
  if (!other.empty()) {
    result.difference = "the explorer reports: " + other;
  } else if (mine.deadlock != theirs.deadlock) {
    result.difference =
        mine.deadlock ? "only the explorer sees a deadlock" : "the explorer misses a deadlock";
  } else if (mine.outcomes != theirs.outcomes) {
    result.difference = std::to_string(mine.outcomes.size()) + " outcomes instead of " +
                        std::to_string(theirs.outcomes.size());
  }
  return result;
}

std::uint64_t count_in_shards(const program& p, unsigned shards) {
  std::uint64_t sum = 0;
  const explored what{p, {}};
  for (unsigned shard = 0; shard < shards; ++shard) {
    explorer::settings settings;
    settings.keep_going = true;
    settings.shard_index = shard;
    settings.shard_count = shards;
    sum += explorer::explore(explored_program(what), settings).counts.executions;
  }
  return sum;
}

}  // namespace stillpoint::verify::oracle
