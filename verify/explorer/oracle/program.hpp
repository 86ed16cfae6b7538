// SPDX-License-Identifier: BSL-1.0
//
// Tiny multi-threaded programs: what the brute-force oracle enumerates and what a checker runs through
// `interpreter`. For those who compare a checker with the oracle, or write litmus tests.
// A program is data: it can be generated, shrunk, printed and read back. An operation's value may depend on
// what an earlier operation of the same thread read. There is no control flow but for loops that repeat one
// operation. Costs nothing to speak of.
#pragma once

#include <atomic>
#include <compare>
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace stillpoint::verify::oracle {

inline constexpr unsigned max_threads = 4;
inline constexpr unsigned max_instructions = 12;  // per thread
inline constexpr unsigned max_atomics = 6;        // named x y z w v u
inline constexpr unsigned max_plains = 3;         // named p q s
inline constexpr unsigned max_mutexes = 2;        // named m n
inline constexpr unsigned max_conditions = 2;     // named c d: c belongs to m, d to n

enum class operation {
  load,
  store,
  exchange,
  fetch_add,
  fetch_sub,
  fetch_and,
  fetch_or,
  cas_strong,
  cas_weak,
  await,
  fence,
  light_fence,
  heavy_fence,
  plain_read,
  plain_write,
  lock,
  unlock,
  // Of a condition variable. A wait is made with its mutex held; in a loop, until its plain location (p for
  // c, q for d) satisfies it.
  wait,
  notify_one,
  notify_all,
};

enum class comparison { equal, not_equal, at_least };

// How often an instruction does its operation. Turns of a loop that leave everything as it was are no part of
// an execution: the loop waits. Only `retry` has others.
enum class repetition {
  once,
  // An await whose predicate refers to what changes when the await is over.
  by_reference,
  // await: loads, until one satisfies it. Read-modify-writes: until the value changes. Compare-and-swap:
  // until it succeeds, expecting the same each time. wait: until it is satisfied.
  loop,
  // A compare-and-swap that next expects what it has read, until it succeeds: it adds its value to that.
  retry,
};

// A constant, or the result of the thread's instruction number `base` plus a constant.
struct operand {
  int base = -1;
  int constant = 0;

  bool is_constant() const { return base < 0; }
  bool operator==(const operand&) const = default;
};

// The fields that an operation does not use keep their defaults, so that equality means the same program.
struct instruction {
  operation op = operation::load;
  unsigned location = 0;  // index among the atomics, plains or mutexes, as `op` implies
  std::memory_order order = std::memory_order_relaxed;
  std::memory_order failure = std::memory_order_relaxed;  // compare-and-swap only
  operand value{};                                        // stored, added, ..., desired
  operand expected{};                                     // compare-and-swap only
  comparison compare = comparison::equal;                 // await, and wait in a loop
  int bound = 0;                                          // the same
  repetition repeat = repetition::once;

  bool operator==(const instruction&) const = default;
};

struct program {
  std::vector<std::vector<instruction>> threads;

  bool operator==(const program&) const = default;
};

// What one execution ended with. An instruction that reads nothing has result 0.
struct outcome {
  std::vector<std::vector<int>> results;  // results[t][i]: the value that T<t>.<i> read
  std::vector<std::vector<char>>
      spurious;             // 1 where a weak compare-and-swap failed although it read `expected`
  std::vector<int> finals;  // last value in modification order of each atomic

  int result(unsigned thread, unsigned index) const { return results.at(thread).at(index); }
  bool failed_spuriously(unsigned thread, unsigned index) const { return spurious.at(thread).at(index) != 0; }
  int final_value(unsigned location) const { return finals.at(location); }

  auto operator<=>(const outcome&) const = default;
};

bool reads_atomic(operation op);  // load, read-modify-write, compare-and-swap, await
bool is_rmw(operation op);        // always reads and writes: exchange and the fetch_ family
bool is_cas(operation op);
bool is_fence(operation op);  // all three kinds
bool is_plain(operation op);
bool is_mutex(operation op);
bool is_condition(operation op);
bool is_atomic_access(operation op);
bool has_result(operation op);                     // its result may be used by a later instruction
bool has_order(operation op);                      // its text carries a memory order
bool may_wait(const instruction& i);               // await, lock, wait, and loops
bool has_comparison(const instruction& i);         // has a `compare` and a `bound` to satisfy
bool may_repeat(operation op, repetition repeat);  // which loops there are
bool takes_operand(operation op);                  // has a `value`

// Both inline: a loop keeps nothing of what a turn has read while it calls them.
inline bool satisfies(comparison compare, int value, int bound) {
  switch (compare) {
    case comparison::equal:
      return value == bound;
    case comparison::not_equal:
      return value != bound;
    case comparison::at_least:
      return value >= bound;
  }
  return false;
}

inline int apply(operation rmw, int old_value, int operand_value) {
  switch (rmw) {
    case operation::fetch_add:
      return old_value + operand_value;
    case operation::fetch_sub:
      return old_value - operand_value;
    case operation::fetch_and:
      return old_value & operand_value;
    case operation::fetch_or:
      return old_value | operand_value;
    default:
      return operand_value;
  }
}

// How many locations of each kind the program mentions: the highest index used plus one.
unsigned atomic_count(const program& p);
unsigned plain_count(const program& p);
unsigned mutex_count(const program& p);
unsigned condition_count(const program& p);

// How many events an execution has at most, a read-modify-write counting as two, each initial value as one.
// The enumerator takes up to 32.
unsigned event_count(const program& p);

// How often a retrying compare-and-swap may fail: it reads a value that is new to it each time.
unsigned most_failures(const program& p, const instruction& retry);

// Registers are named by position, so the others' names follow. What used the erased one's result gets a
// constant.
void insert_instruction(std::vector<instruction>& thread, std::size_t position, const instruction& extra);
void erase_instruction(std::vector<instruction>& thread, std::size_t position);

// Names the locations of each kind in the order of their first use, so that none is left out. Where there are
// condition variables, mutexes and plain locations keep their names.
void number_locations(program& p);

char atomic_name(unsigned index);
std::string label(unsigned thread, unsigned index);  // T<t>.<i>

// Which orders C++20 allows for this operation (for a compare-and-swap: on success).
const std::vector<std::memory_order>& legal_orders(operation op);
const std::vector<std::memory_order>& legal_failure_orders();

// Empty when the program is well formed, else what is wrong with it.
std::string defect(const program& p);

// The text that `parse` reads back: one line per thread, such as
//   T0: x.store(1, release); r1 = y.load(acquire); fence(seq_cst); r3 = x.cas_strong(0, r1+1, acq_rel,
//   relaxed) T1: r0 = x.await(!= 0, acquire); light_fence(); heavy_fence(); p.write(1); r4 = p.read();
//   m.lock(); c.wait_loop(>= 1); c.wait(); c.notify_one(); m.unlock()
// r<i> is the result of the thread's instruction number i; naming it in front of the operation is optional.
// An operation's name may end in _by_reference, _loop or _retry.
std::string to_text(const instruction& i, unsigned index);
std::string to_text(const program& p);
std::ostream& operator<<(std::ostream& out, const program& p);
program parse(std::string_view text);  // throws std::invalid_argument on bad text or a malformed program

// A condition on how a program ends: a conjunction such as `T0.1=0 & T1.1!=2 & x=2 & T1.0!` (the last: that
// weak compare-and-swap failed spuriously), or one of the words `race` and `deadlock`.
struct clause {
  enum class kind { result, final_value, spurious };
  kind what = kind::result;
  unsigned thread = 0;
  unsigned index = 0;  // instruction, or atomic location for `final_value`
  bool negated = false;
  int value = 0;
};

struct condition {
  enum class kind { outcome, race, deadlock };
  kind what = kind::outcome;
  std::vector<clause> clauses;

  // For kind::outcome. `End` answers as `outcome` does; nothing is allocated.
  template <class End>
  bool holds(End& end) const {
    for (const auto& c : clauses) {
      if (c.what == clause::kind::spurious) {
        if (!end.failed_spuriously(c.thread, c.index)) return false;
        continue;
      }
      const int actual =
          c.what == clause::kind::result ? end.result(c.thread, c.index) : end.final_value(c.index);
      if ((actual == c.value) == c.negated) return false;
    }
    return true;
  }
};

condition parse_condition(std::string_view text);

}  // namespace stillpoint::verify::oracle
