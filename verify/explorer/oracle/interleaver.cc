// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/interleaver.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <stdexcept>
#include <utility>
#include <vector>

namespace stillpoint::verify::oracle {
namespace {

// Where a thread is in a wait: before it, waiting, or notified and about to take the mutex again.
enum class phase : char { none, waits, wakes };

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
    start.phases.resize(p.threads.size());
    explore(start);
  }

  interleavings take() { return std::move(found_); }

 private:
  static constexpr std::size_t locations = max_atomics;

  struct state {
    std::vector<int> memory;  // atomics, plains, mutexes
    std::vector<std::size_t> next;
    std::vector<phase> phases;
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
      if (s.phases[t] == phase::waits) {
        wake_spuriously(s, t);
      } else {
        moved |= step(s, t);
      }
    }
    if (finished) {
      auto end = s.end;
      end.finals.assign(s.memory.begin(),
                        s.memory.begin() + static_cast<std::ptrdiff_t>(atomic_count(program_)));
      found_.outcomes.insert(end);
    } else if (!moved) {
      found_.deadlock = true;
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
    const auto index = s.next[t];
    const auto& i = program_.threads[t][index];
    if (i.op == operation::wait) return step_wait(s, t, i);
    ++s.next[t];
    if (is_condition(i.op)) {
      notify(s, i);
      return true;
    }
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

  bool step_wait(state& s, std::size_t t, const instruction& i) {
    int& mutex = s.memory[i.location + 2 * locations];
    const bool loops = i.repeat == repetition::loop;
    if (s.phases[t] == phase::wakes) {
      if (mutex != 0) return false;
      mutex = 1;
      s.phases[t] = phase::none;
      if (!loops) ++s.next[t];
    } else if (loops && satisfies(i.compare, s.memory[i.location + locations], i.bound)) {
      ++s.next[t];
    } else {
      mutex = 0;
      s.phases[t] = phase::waits;
    }
    explore(s);
    return true;
  }

  void wake_spuriously(state s, std::size_t t) {
    s.phases[t] = phase::wakes;
    explore(s);
  }

  // Whichever waits may be the one that is notified.
  void notify(const state& s, const instruction& i) {
    state all = s;
    bool any = false;
    for (std::size_t t = 0; t < program_.threads.size(); ++t) {
      if (s.phases[t] != phase::waits || program_.threads[t][s.next[t]].location != i.location) continue;
      any = true;
      all.phases[t] = phase::wakes;
      if (i.op == operation::notify_one) wake_spuriously(s, t);
    }
    if (!any || i.op == operation::notify_all) explore(all);
  }

  const program& program_;
  std::set<state> visited_;
  interleavings found_;
};

bool is_guarded(const std::vector<instruction>& thread) {
  std::array<int, max_mutexes> held{};
  for (const auto& i : thread) {
    if (i.op == operation::lock) ++held[i.location];
    if (i.op == operation::unlock) --held[i.location];
    if (is_plain(i.op) && (i.location >= max_mutexes || held[i.location] == 0)) return false;
  }
  return true;
}

}  // namespace

interleavings interleave(const program& p) {
  const auto why = defect(p);
  if (!why.empty()) throw std::invalid_argument(why);
  return interleaver(p).take();
}

bool is_guarded(const program& p) {
  return std::all_of(p.threads.begin(), p.threads.end(),
                     [](const std::vector<instruction>& thread) { return is_guarded(thread); });
}

}  // namespace stillpoint::verify::oracle
