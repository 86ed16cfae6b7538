// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/random_program.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "verify/explorer/oracle/dice.hpp"
#include "verify/explorer/oracle/litmus.hpp"

namespace stillpoint::verify::oracle {
namespace {

enum class order_style { any, mostly_relaxed, mostly_seq_cst, release_acquire, seq_cst_and_relaxed };

// What kind of program to make; chances are percentages per access.
struct style {
  order_style orders = order_style::any;
  unsigned fences = 0;      // before an access
  unsigned asymmetric = 0;  // of the fences
  unsigned updates = 0;     // read-modify-writes
  unsigned swaps = 0;       // compare-and-swaps
  unsigned waits = 0;
  unsigned dependencies = 0;
  unsigned plains = 0;
  bool mutex = false;
};

class generator {
 public:
  generator(std::uint64_t seed, const program_limits& limits) : dice_(seed), limits_(limits) {}

  program make() {
    for (;;) {
      choose_style();
      auto p = make_one();
      if (limits_.repeats) add_repetitions(p);
      if (!limits_.arithmetic) exchange_only(p);
      if (is_within_limits(p)) return p;
    }
  }

 private:
  static constexpr unsigned most_events = 32;

  // Most are; some have more events than the enumerator takes, and the variants of litmus tests keep no
  // limits.
  bool is_within_limits(const program& p) const {
    if (p.threads.size() < 2 || p.threads.size() > limits_.threads || event_count(p) > most_events)
      return false;
    if (!defect(p).empty() || atomic_count(p) > limits_.locations) return false;
    if (!limits_.plains && plain_count(p) > 0) return false;
    if (!limits_.mutexes && mutex_count(p) > 0) return false;
    unsigned accesses = 0;
    for (const auto& thread : p.threads) {
      for (const auto& i : thread) {
        accesses += is_atomic_access(i.op) ? 1 : 0;
        if (!limits_.waits && i.op == operation::await) return false;
        const bool asymmetric = i.op == operation::light_fence || i.op == operation::heavy_fence;
        if (!limits_.asymmetric_fences && asymmetric) return false;
      }
    }
    return accesses <= limits_.accesses;
  }

  program make_one() {
    const auto kind = dice_.below(100);
    const bool protocol = limits_.early_waits && limits_.locations > 1 && kind < 75;
    if (kind < 45 && !limits_.early_waits) return make_variant();
    auto p = protocol ? make_protocol() : limits_.locations > 1 && kind < 75 ? make_ring() : make_freely();
    if (style_.plains > 0) add_plains(p);
    if (style_.mutex) add_mutexes(p);
    drop_hopeless_waits(p);
    number_locations(p);
    return p;
  }

  program make_freely() {
    const auto accesses = choose_accesses();
    const auto threads = std::min(dice_.between(2, std::max(2U, limits_.threads)), accesses);
    locations_ = dice_.percent(15) ? 1 : dice_.between(1, limits_.locations);
    program p;
    p.threads.resize(threads);
    for (unsigned t = 0; t < threads; ++t) {
      add_accesses(p.threads[t], accesses / threads + (t < accesses % threads ? 1 : 0));
    }
    return p;
  }

  // Only a cycle through several locations tells models with and without seq_cst apart, and random accesses
  // rarely make one. So: thread k accesses location k and then location k + 1, around; some of the
  // communication goes through threads that only write (as in the classic litmus tests, which are all of this
  // shape); and a few more accesses, which may spoil it.
  program make_ring() {
    style_.fences = dice_.pick(std::vector{0U, 50U, 90U});
    style_.updates /= 2;
    style_.swaps /= 2;
    const auto length =
        std::min({dice_.percent(65) ? 2U : 3U, limits_.locations, limits_.threads, limits_.accesses / 2});
    locations_ = std::max(2U, length);
    auto left = limits_.accesses - std::min(limits_.accesses, 2 * length);
    program p;
    for (unsigned k = 0; k < length; ++k) p.threads.push_back(ring_thread(k, (k + 1) % locations_));
    while (p.threads.size() < limits_.threads && left > 0 && dice_.percent(40)) {
      p.threads.push_back({writing_access(dice_.below(locations_))});
      --left;
    }
    for (auto extra = std::min(left, dice_.below(3)); extra > 0; --extra) {
      auto& thread = p.threads[dice_.below(static_cast<unsigned>(p.threads.size()))];
      thread.push_back(random_access(thread));
    }
    return p;
  }

  // As Dekker's and Peterson's algorithms begin: each thread raises a flag, waits for another's, and lowers
  // its own again; with more accesses in between.
  program make_protocol() {
    const auto length = std::min({dice_.percent(70) ? 2U : 3U, limits_.locations, limits_.threads});
    locations_ = limits_.locations;
    program p;
    for (unsigned k = 0; k < length; ++k) {
      std::vector<instruction> thread{store_of(k, static_cast<int>(dice_.between(1, 2)))};
      if (dice_.percent(style_.fences)) thread.push_back(random_fence());
      if (dice_.percent(40)) thread.push_back(random_access(thread));
      if (dice_.percent(70)) thread.push_back(access_to((k + 1) % length, thread));
      if (dice_.percent(20)) thread.push_back(random_access(thread));
      if (dice_.percent(70)) thread.push_back(store_of(k, static_cast<int>(dice_.below(2))));
      p.threads.push_back(std::move(thread));
    }
    return p;
  }

  instruction store_of(unsigned location, int value) {
    instruction i;
    i.op = operation::store;
    i.location = location;
    i.value.constant = value;
    i.order = random_order(i.op);
    return i;
  }

  // What tells models apart is mostly known: a litmus test with a few changes.
  program make_variant() {
    auto p = dice_.pick(litmus_tests()).code;
    // Most tests have two threads; more threads have more ways to differ.
    if (const auto& other = dice_.pick(litmus_tests()).code; other.threads.size() > p.threads.size())
      p = other;
    for (auto changes = dice_.below(4); changes > 0; --changes) {
      auto& thread = p.threads[dice_.below(static_cast<unsigned>(p.threads.size()))];
      if (!thread.empty()) change(thread, atomic_count(p));
    }
    number_locations(p);
    return p;
  }

  void change(std::vector<instruction>& thread, unsigned locations) {
    locations_ = std::max(1U, locations);
    const auto position = dice_.below(static_cast<unsigned>(thread.size()));
    auto& i = thread[position];
    switch (dice_.below(8)) {
      case 0:
        insert_instruction(thread, position, random_fence());
        break;
      case 1:
        insert_instruction(thread, position, random_access({thread.begin(), thread.begin() + position}));
        break;
      case 2:
        if (!is_mutex(i.op)) erase_instruction(thread, position);
        break;
      case 3:
        if (is_fence(i.op)) i = random_fence();
        if (is_atomic_access(i.op)) i.location = dice_.below(locations_);
        break;
      case 4:
        change_operation(i);
        break;
      default:
        change_order(i);
    }
  }

  // To the operation that does the same and more.
  void change_operation(instruction& i) {
    if (i.op == operation::store) i.op = dice_.percent(70) ? operation::exchange : operation::fetch_add;
    if (i.op == operation::load) {
      i.op = dice_.percent(70) ? operation::fetch_or : operation::cas_weak;
      i.value.constant = 0;
    }
    change_order(i);
  }

  void change_order(instruction& i) {
    if (has_order(i.op)) i.order = dice_.pick(legal_orders(i.op));
    if (is_cas(i.op)) i.failure = dice_.pick(legal_failure_orders());
    if (i.op == operation::light_fence || i.op == operation::heavy_fence) i = random_fence();
  }

  std::vector<instruction> ring_thread(unsigned first, unsigned second) {
    std::vector<instruction> thread{access_to(first, {})};
    if (dice_.percent(style_.fences)) thread.push_back(random_fence());
    thread.push_back(access_to(second, thread));
    return thread;
  }

  instruction access_to(unsigned location, const std::vector<instruction>& before) {
    auto i = random_access(before);
    i.location = location;
    return i;
  }

  instruction writing_access(unsigned location) {
    for (;;) {
      const auto i = access_to(location, {});
      if (i.op == operation::store || is_rmw(i.op)) return i;
    }
  }

  void choose_style() {
    style_.orders = dice_.pick(std::vector{order_style::any, order_style::any, order_style::mostly_relaxed,
                                           order_style::mostly_seq_cst, order_style::release_acquire,
                                           order_style::seq_cst_and_relaxed});
    style_.fences = dice_.pick(std::vector{0U, 0U, 15U, 40U});
    style_.asymmetric = limits_.asymmetric_fences ? dice_.pick(std::vector{0U, 30U, 90U}) : 0;
    style_.updates = dice_.pick(std::vector{0U, 10U, 25U, 50U});
    style_.swaps = dice_.pick(std::vector{0U, 10U, 25U});
    style_.waits = limits_.waits ? dice_.pick(std::vector{0U, 0U, 0U, 10U, 30U}) : 0;
    style_.dependencies = dice_.pick(std::vector{0U, 20U, 50U});
    style_.plains = limits_.plains && dice_.percent(20) ? dice_.pick(std::vector{20U, 60U}) : 0;
    style_.mutex = limits_.mutexes && dice_.percent(8);
    if (!limits_.early_waits) return;
    style_.orders = dice_.pick(std::vector{order_style::mostly_seq_cst, order_style::seq_cst_and_relaxed});
    style_.fences = dice_.pick(std::vector{0U, 30U, 60U});
    style_.waits = dice_.pick(std::vector{30U, 60U, 90U});
  }

  unsigned choose_accesses() {
    const auto most = std::max(2U, limits_.accesses);
    const auto count = dice_.between(2, most);
    // The largest programs cost the most and are seldom the interesting ones.
    return count == most && dice_.percent(50) ? dice_.between(2, most) : count;
  }

  void add_accesses(std::vector<instruction>& thread, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      if ((i > 0 || dice_.percent(20)) && dice_.percent(style_.fences)) thread.push_back(random_fence());
      thread.push_back(random_access(thread));
    }
  }

  instruction random_fence() {
    instruction i;
    i.op = operation::fence;
    if (dice_.percent(style_.asymmetric)) {
      i.op = dice_.percent(60) ? operation::light_fence : operation::heavy_fence;
      return i;
    }
    i.order = dice_.percent(50) ? std::memory_order_seq_cst : random_order(i.op);
    return i;
  }

  instruction random_access(const std::vector<instruction>& before) {
    instruction i;
    i.location = dice_.below(locations_);
    i.op = random_operation();
    i.order = random_order(i.op);
    if (is_cas(i.op)) i.failure = random_order(operation::load);
    if (takes_operand(i.op)) i.value = random_operand(before, i.op);
    if (is_cas(i.op)) i.expected = random_expected(before, i.location);
    if (i.op == operation::await) {
      i.compare = dice_.pick(std::vector{comparison::equal, comparison::not_equal, comparison::at_least});
      i.bound = i.compare == comparison::not_equal ? static_cast<int>(dice_.below(2))
                                                   : static_cast<int>(dice_.between(1, 2));
      if (limits_.early_waits && dice_.percent(70)) {
        i.compare = dice_.pick(std::vector{comparison::equal, comparison::not_equal});
        i.bound = i.compare == comparison::equal ? 0 : static_cast<int>(dice_.between(1, 2));
      }
    }
    return i;
  }

  operation random_operation() {
    const auto roll = dice_.below(100);
    if (roll < style_.updates) {
      return dice_.pick(std::vector{operation::fetch_add, operation::fetch_add, operation::exchange,
                                    operation::exchange, operation::fetch_or, operation::fetch_sub,
                                    operation::fetch_and});
    }
    if (roll < style_.updates + style_.swaps) {
      return dice_.percent(70) ? operation::cas_strong : operation::cas_weak;
    }
    if (dice_.percent(50)) return operation::store;
    return dice_.percent(style_.waits) ? operation::await : operation::load;
  }

  std::memory_order random_order(operation op) {
    const auto& legal = legal_orders(op);
    const auto& any = dice_.pick(legal);
    switch (style_.orders) {
      case order_style::mostly_relaxed:
        return dice_.percent(85) ? legal.front() : any;
      case order_style::mostly_seq_cst:
        return dice_.percent(80) ? legal.back() : any;
      case order_style::release_acquire:
        return dice_.percent(80) ? release_or_acquire(op) : any;
      case order_style::seq_cst_and_relaxed:
        return dice_.percent(50) ? legal.front() : legal.back();
      case order_style::any:
        break;
    }
    return any;
  }

  static std::memory_order release_or_acquire(operation op) {
    if (op == operation::store) return std::memory_order_release;
    return op == operation::load || op == operation::await ? std::memory_order_acquire
                                                           : std::memory_order_acq_rel;
  }

  std::optional<int> random_base(const std::vector<instruction>& before) {
    std::vector<int> candidates;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (has_result(before[i].op)) candidates.push_back(static_cast<int>(i));
    }
    if (candidates.empty() || !dice_.percent(style_.dependencies)) return std::nullopt;
    return dice_.pick(candidates);
  }

  operand random_operand(const std::vector<instruction>& before, operation op) {
    if (const auto base = random_base(before)) return {*base, static_cast<int>(dice_.below(2))};
    // Adding nothing, or storing the initial value, is rarely worth while, but it happens.
    const bool zero = dice_.percent(op == operation::fetch_and ? 30 : 10);
    return {-1, zero ? 0 : dice_.percent(75) ? 1 : 2};
  }

  // The usual way: what was read there before, else the value that is likely to be there.
  operand random_expected(const std::vector<instruction>& before, unsigned location) {
    for (std::size_t i = before.size(); i-- > 0;) {
      if (has_result(before[i].op) && before[i].location == location && dice_.percent(style_.dependencies)) {
        return {static_cast<int>(i), 0};
      }
    }
    return {-1, static_cast<int>(dice_.percent(65) ? 0 : dice_.between(1, 2))};
  }

  // Data that one thread writes before it writes to an atomic, and that others read after they waited: the
  // only shape in which, without control flow, plain accesses often do not race.
  void add_plains(program& p) {
    const auto writer = dice_.below(static_cast<unsigned>(p.threads.size()));
    for (unsigned t = 0; t < p.threads.size(); ++t) {
      auto& thread = p.threads[t];
      if (t == writer) {
        insert_instruction(thread, dice_.below(static_cast<unsigned>(thread.size()) + 1),
                           plain(operation::plain_write));
      } else if (dice_.percent(style_.plains)) {
        if (limits_.waits && dice_.percent(80)) turn_into_wait(thread);
        const auto op = dice_.percent(70) ? operation::plain_read : operation::plain_write;
        insert_instruction(thread, static_cast<unsigned>(thread.size()), plain(op));
      }
    }
  }

  instruction plain(operation op) {
    instruction i;
    i.op = op;
    i.location = dice_.percent(85) ? 0 : 1;
    if (op == operation::plain_write) i.value.constant = static_cast<int>(dice_.between(1, 2));
    return i;
  }

  void turn_into_wait(std::vector<instruction>& thread) {
    for (auto& i : thread) {
      if (i.op != operation::load) continue;
      i.op = operation::await;
      i.compare = comparison::not_equal;
      return;
    }
  }

  // Brackets part of some threads, with a plain access inside.
  void add_mutexes(program& p) {
    for (auto& thread : p.threads) {
      if (dice_.percent(25) || thread.size() + 5 > max_instructions) continue;
      const auto size = static_cast<unsigned>(thread.size());
      const auto first = dice_.below(size + 1);
      const auto last = dice_.between(first, std::min(size, first + 1));
      insert_instruction(thread, last, mutex(operation::unlock));
      if (dice_.percent(50)) insert_instruction(thread, last, plain(operation::plain_write));
      if (dice_.percent(50)) insert_instruction(thread, last, plain(operation::plain_read));
      insert_instruction(thread, first, mutex(operation::lock));
    }
  }

  static instruction mutex(operation op) {
    instruction i;
    i.op = op;
    return i;
  }

  static void exchange_only(program& p) {
    for (auto& thread : p.threads) {
      for (auto& i : thread) {
        if (is_rmw(i.op)) i.op = operation::exchange;
      }
    }
  }

  // Two retries at the most: each reads all that there is to read.
  void add_repetitions(program& p) {
    unsigned retries = 0;
    for (auto& thread : p.threads) {
      for (auto& i : thread) {
        if (i.op == operation::await) {
          i.repeat = dice_.pick(
              std::vector{repetition::once, repetition::by_reference, repetition::loop, repetition::loop});
        } else if ((is_rmw(i.op) || is_cas(i.op)) && dice_.percent(50)) {
          const bool retries_now = is_cas(i.op) && retries < 2 && dice_.percent(60);
          retries += retries_now ? 1 : 0;
          i.repeat = retries_now ? repetition::retry : repetition::loop;
        }
      }
    }
  }

  // A wait for a location that no other thread writes is a deadlock and nothing else; keep few of them.
  void drop_hopeless_waits(program& p) {
    for (std::size_t t = 0; t < p.threads.size(); ++t) {
      for (auto& i : p.threads[t]) {
        if (i.op != operation::await || written_by_other(p, t, i.location) || dice_.percent(10)) continue;
        i.op = operation::load;
        i.compare = comparison::equal;
        i.bound = 0;
      }
    }
  }

  static bool written_by_other(const program& p, std::size_t thread, unsigned location) {
    for (std::size_t t = 0; t < p.threads.size(); ++t) {
      for (const auto& i : p.threads[t]) {
        const bool writes = i.op == operation::store || is_rmw(i.op) || is_cas(i.op);
        if (t != thread && writes && i.location == location) return true;
      }
    }
    return false;
  }

  dice dice_;
  program_limits limits_;
  style style_;
  unsigned locations_ = 1;
};

}  // namespace

program random_program(std::uint64_t seed, const program_limits& limits) {
  return generator(seed, limits).make();
}

}  // namespace stillpoint::verify::oracle
