// SPDX-License-Identifier: BSL-1.0
//
// What an array of counters is, for each of the two kinds.
//
// atomics: a sequential state machine. The kind is sequentially consistent: every history of calls, on all
// counters together, can be put into one order, extending the one in which the calls were made, that this
// machine steps through.
//
// write_concurrency: there need be no such order, so there is no machine. The kind is defined by the set of
// values that a read may return, given which calls happen before which (may_return), and by what exchanges
// may not lose (nothing_taken_is_lost).
//
// Values are unsigned, modulo 2^64; a signed counter is the same bits. Indexes count from one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stillpoint::models {

// sub is an add of the negative, sub_get an add_get of it, take an exchange for zero. add_get and
// compare_exchange are calls of atomics only.
enum class counters_action : std::uint8_t { add, get, put, exchange, add_get, compare_exchange };

constexpr std::string_view name_of(counters_action action) {
  constexpr std::array<std::string_view, 6> names = {"add",      "get",     "put",
                                                     "exchange", "add_get", "compare_exchange"};
  return names[static_cast<std::size_t>(action)];
}

// One call with its result.
struct counters_operation {
  counters_action action = counters_action::add;
  unsigned thread = 0;
  std::size_t index = 1;
  // add, add_get: what is added. put, exchange, compare_exchange: what the counter is set to.
  std::uint64_t value = 0;
  // What was returned, nothing for a call that has not returned. add_get: what the add left; get, exchange,
  // compare_exchange: what was there.
  std::optional<std::uint64_t> found = std::nullopt;
  // The call was diagnosed as misuse.
  bool refused = false;
  // compare_exchange: what the counter has to be.
  std::uint64_t expected = 0;

  // Returns what was there.
  bool reads() const {
    return action == counters_action::get || action == counters_action::exchange ||
           action == counters_action::compare_exchange;
  }
  bool sets() const { return action == counters_action::put || action == counters_action::exchange; }

  friend bool operator==(const counters_operation&, const counters_operation&) = default;
};

template <std::size_t Size>
class counters {
 public:
  using operation = counters_operation;
  static constexpr std::size_t size = Size;

  // Does what `op` says and returns true, if an operation with that result is allowed in this state; else
  // returns false, and the state is as it was.
  bool step(const operation& op) {
    const bool in_range = op.index >= 1 && op.index <= Size;
    if (op.refused != !in_range) return false;
    if (op.refused) return true;
    counter& c = counters_[op.index - 1];
    if (op.reads() && op.found && *op.found != c.value) return false;
    if (op.action == counters_action::add || op.action == counters_action::add_get) {
      const bool returns = op.action == counters_action::add_get && op.found.has_value();
      if (returns && *op.found != c.value + op.value) return false;
      c.value += op.value;
      c.entered += op.value;
    } else if (op.action == counters_action::compare_exchange) {
      if (c.value == op.expected) return step({counters_action::exchange, op.thread, op.index, op.value});
    } else if (op.sets()) {
      if (op.action == counters_action::exchange) c.taken += c.value;
      // A put does away with what is there: neither taken nor left.
      if (op.action == counters_action::put) c.entered -= c.value;
      c.entered += op.value;
      c.value = op.value;
    }
    return true;
  }

  std::uint64_t value(std::size_t index) const { return counters_[index - 1].value; }
  // All that was added or set and not overwritten by a put; and what exchanges returned of it.
  std::uint64_t entered(std::size_t index) const { return counters_[index - 1].entered; }
  std::uint64_t taken(std::size_t index) const { return counters_[index - 1].taken; }

  // Whether the two allow the same from here on; their pasts may differ.
  bool has_the_future_of(const counters& other) const {
    for (std::size_t index = 1; index <= Size; ++index) {
      if (value(index) != other.value(index)) return false;
    }
    return true;
  }

  friend bool operator==(const counters&, const counters&) = default;

 private:
  struct counter {
    std::uint64_t value = 0;
    std::uint64_t entered = 0;
    std::uint64_t taken = 0;
    friend bool operator==(const counter&, const counter&) = default;
  };
  std::array<counter, Size> counters_{};
};

// The guarantees of a sequentially consistent array of at least two counters, each as a property of every
// reachable state.
struct counters_guarantees {
  using action = counters_action;

  template <class Model>
  static bool counters_start_at_zero(const Model&) {
    const Model fresh;
    return reads(fresh, 1, 0) && reads(fresh, 2, 0);
  }

  // A write is one step: a read finds the counter before it or after it, and no other value.
  template <class Model>
  static bool writes_are_atomic(const Model& now) {
    constexpr std::uint64_t both_halves = 0x0000'0001'0000'0001;
    Model later = now;
    return reads_only(now, 1, now.value(1)) && later.step({action::add, 0, 1, both_halves}) &&
           reads_only(later, 1, now.value(1) + both_halves) && later.step({action::put, 0, 1, 7}) &&
           reads_only(later, 1, 7);
  }

  // What was ever entered is there, or was taken, and a write to one counter leaves the others alone.
  template <class Model>
  static bool no_write_is_lost(const Model& now) {
    Model later = now;
    return now.entered(1) == now.taken(1) + now.value(1) && later.step({action::add, 0, 1, 1}) &&
           later.entered(1) == later.taken(1) + later.value(1) && later.value(2) == now.value(2);
  }

  // What is allowed does not depend on how often the counter overflowed; to subtract is to add the negative.
  template <class Model>
  static bool counters_wrap_around(const Model& now) {
    constexpr std::uint64_t half = std::uint64_t{1} << 63;
    Model later = now;
    Model back = now;
    return later.step({action::add, 0, 1, half}) && later.step({action::add, 0, 1, half}) &&
           later.has_the_future_of(now) && back.step({action::add, 0, 1, 1}) &&
           back.step({action::add, 0, 1, ~std::uint64_t{0}}) && back.has_the_future_of(now);
  }

  template <class Model>
  static bool read_sees_all_writes_before_it(const Model& now) {
    Model later = now;
    return later.step({action::add, 0, 1, 3}) && later.step({action::add, 1, 1, 4}) &&
           reads_only(later, 1, now.value(1) + 7);
  }

  // In every state there is one value that a read returns, and it stays until the next write.
  template <class Model>
  static bool every_write_is_seen_at_last(const Model& now) {
    Model later = now;
    return later.step({action::get, 0, 1, 0, now.value(1)}) && reads_only(later, 1, now.value(1));
  }

  // Whatever a counter was before, the last of two puts is what is left, and adds after it count.
  template <class Model>
  static bool concurrent_puts_leave_one_of_them(const Model& now) {
    Model later = now;
    return later.step({action::put, 0, 1, 5}) && later.step({action::put, 1, 1, 9}) &&
           reads_only(later, 1, 9) && later.step({action::add, 0, 1, 1}) && reads_only(later, 1, 10);
  }

  // An exchange returns all that is there and leaves what it is given.
  template <class Model>
  static bool nothing_taken_is_lost(const Model& now) {
    Model later = now;
    if (!later.step({action::exchange, 0, 1, 2, now.value(1)})) return false;
    return later.taken(1) == now.taken(1) + now.value(1) && reads_only(later, 1, 2) &&
           later.entered(1) == later.taken(1) + later.value(1);
  }

  // Of two writes in a row a reader of both counters finds none, the first, or both.
  template <class Model>
  static bool later_write_is_never_seen_alone(const Model& now) {
    Model first = now;
    if (!first.step({action::add, 0, 1, 1})) return false;
    Model both = first;
    return both.step({action::add, 0, 2, 1}) && reads(both, 1, now.value(1) + 1) &&
           reads_only(first, 2, now.value(2));
  }

  // Two readers at the same point find the same.
  template <class Model>
  static bool readers_agree_on_the_order(const Model& now) {
    Model later = now;
    return later.step({action::get, 0, 1, 0, now.value(1)}) && later == now &&
           reads_only(later, 2, now.value(2));
  }

  // Of two threads that each write one counter and then read the other, the one that comes second in the
  // order of writes sees the first one's.
  template <class Model>
  static bool a_write_is_seen_by_one_of_two(const Model& now) {
    Model later = now;
    return later.step({action::add, 0, 1, 1}) && later.step({action::add, 1, 2, 1}) &&
           reads_only(later, 1, now.value(1) + 1) && reads_only(later, 2, now.value(2) + 1);
  }

  // What it returns is what a read right after it finds; nothing else.
  template <class Model>
  static bool add_get_returns_what_it_leaves(const Model& now) {
    Model later = now;
    Model other = now;
    return !other.step({action::add_get, 0, 1, 3, now.value(1)}) &&
           !other.step({action::add_get, 0, 1, 3, now.value(1) + 4}) &&
           later.step({action::add_get, 0, 1, 3, now.value(1) + 3}) &&
           reads_only(later, 1, now.value(1) + 3) && later.value(2) == now.value(2);
  }

  // It returns what was there, and sets the counter if that is what was expected; else nothing changes.
  template <class Model>
  static bool compare_exchange_replaces_only_what_it_expects(const Model& now) {
    const std::uint64_t there = now.value(1);
    Model replaced = now;
    Model left = now;
    return replaced.step({action::compare_exchange, 0, 1, 7, there, false, there}) &&
           reads_only(replaced, 1, 7) && replaced.value(2) == now.value(2) &&
           left.step({action::compare_exchange, 0, 1, 7, there, false, there + 1}) && left == now &&
           !left.step({action::compare_exchange, 0, 1, 7, there + 1, false, there + 1});
  }

  template <class Model>
  struct named {
    std::string_view name;
    bool (*holds)(const Model&);
  };

  template <class Model>
  static constexpr std::array<named<Model>, 13> all() {
    return {{{"counters_start_at_zero", counters_start_at_zero<Model>},
             {"writes_are_atomic", writes_are_atomic<Model>},
             {"no_write_is_lost", no_write_is_lost<Model>},
             {"counters_wrap_around", counters_wrap_around<Model>},
             {"read_sees_all_writes_before_it", read_sees_all_writes_before_it<Model>},
             {"every_write_is_seen_at_last", every_write_is_seen_at_last<Model>},
             {"concurrent_puts_leave_one_of_them", concurrent_puts_leave_one_of_them<Model>},
             {"nothing_taken_is_lost", nothing_taken_is_lost<Model>},
             {"later_write_is_never_seen_alone", later_write_is_never_seen_alone<Model>},
             {"readers_agree_on_the_order", readers_agree_on_the_order<Model>},
             {"a_write_is_seen_by_one_of_two", a_write_is_seen_by_one_of_two<Model>},
             {"add_get_returns_what_it_leaves", add_get_returns_what_it_leaves<Model>},
             {"compare_exchange_replaces_only_what_it_expects",
              compare_exchange_replaces_only_what_it_expects<Model>}}};
  }

 private:
  template <class Model>
  static bool reads(Model state, std::size_t index, std::uint64_t value) {
    return state.step({counters_action::get, 0, index, 0, value});
  }
  template <class Model>
  static bool reads_only(const Model& state, std::size_t index, std::uint64_t value) {
    return reads(state, index, value) && !reads(state, index, value + 1) && !reads(state, index, ~value);
  }
};

// write_concurrency. `Calls` is a history: size(), [i].operation (a counters_operation), and precedes(a, b),
// a partial order: all of call a happens before call b.
//
// A read returns the value of one put, or the initial zero, plus whole adds:
//   - The put is not after the read, and no other put of the counter lies, by happens-before, between the
//   two.
//   - Every add is in it that happens after that put and before the read.
//   - No add is in it that happens before that put, or after the read.
//   - Each of the other adds is in it, or is not.
// An exchange is a read, and a put for the reads that follow.
struct write_concurrency_guarantees {
  static constexpr std::size_t nothing = ~std::size_t{0};

  // Whether call `read`, a get or an exchange, may return `value`.
  template <class Calls>
  static bool may_return(const Calls& calls, std::size_t read, std::uint64_t value) {
    if (may_follow(calls, nothing, read) && is_put_plus_adds(calls, nothing, read, value)) return true;
    for (std::size_t put = 0; put < calls.size(); ++put) {
      if (sets_for(calls, put, read) && may_follow(calls, put, read) &&
          is_put_plus_adds(calls, put, read, value)) {
        return true;
      }
    }
    return false;
  }

  template <class Calls>
  static bool read_beside_a_put_is_a_put_plus_adds(const Calls& calls) {
    for (std::size_t read = 0; read < calls.size(); ++read) {
      const counters_operation& op = calls[read].operation;
      if (op.reads() && op.found && !may_return(calls, read, *op.found)) return false;
    }
    return true;
  }

  // As long as nobody puts: what was added and set is what exchanges returned and what is left, which the
  // history's reads after all else find.
  template <class Calls>
  static bool nothing_taken_is_lost(const Calls& calls) {
    for (std::size_t read = 0; read < calls.size(); ++read) {
      if (is_last(calls, read) && !adds_up(calls, read)) return false;
    }
    return true;
  }

  // Reads after all else: one of the values put is left, or the initial one if there is no put, plus adds.
  template <class Calls>
  static bool no_write_is_lost(const Calls& calls) {
    for (std::size_t read = 0; read < calls.size(); ++read) {
      const counters_operation& op = calls[read].operation;
      if (is_last(calls, read) && op.found && !may_return(calls, read, *op.found)) return false;
    }
    return true;
  }

  template <class Calls>
  struct named {
    std::string_view name;
    bool (*holds)(const Calls&);
  };

  template <class Calls>
  static constexpr std::array<named<Calls>, 3> all() {
    return {{{"read_beside_a_put_is_a_put_plus_adds", read_beside_a_put_is_a_put_plus_adds<Calls>},
             {"nothing_taken_is_lost", nothing_taken_is_lost<Calls>},
             {"no_write_is_lost", no_write_is_lost<Calls>}}};
  }

  template <class Calls>
  static bool all_hold(const Calls& calls) {
    for (const named<Calls>& each : all<Calls>()) {
      if (!each.holds(calls)) return false;
    }
    return true;
  }

 private:
  template <class Calls>
  static bool same_counter(const Calls& calls, std::size_t a, std::size_t b) {
    return calls[a].operation.index == calls[b].operation.index;
  }

  template <class Calls>
  static bool sets_for(const Calls& calls, std::size_t put, std::size_t read) {
    return put != read && same_counter(calls, put, read) && calls[put].operation.sets();
  }

  // Whether the value of `put` can be what `read` finds.
  template <class Calls>
  static bool may_follow(const Calls& calls, std::size_t put, std::size_t read) {
    if (put != nothing && calls.precedes(read, put)) return false;
    for (std::size_t other = 0; other < calls.size(); ++other) {
      if (other == put || !sets_for(calls, other, read)) continue;
      const bool after_put = put == nothing || calls.precedes(put, other);
      if (after_put && calls.precedes(other, read)) return false;
    }
    return true;
  }

  template <class Calls>
  static bool is_put_plus_adds(const Calls& calls, std::size_t put, std::size_t read, std::uint64_t value) {
    const std::uint64_t start = put == nothing ? 0 : calls[put].operation.value;
    return some_adds_make(calls, put, read, 0, value - start);
  }

  // Whether `missing` is the sum of the adds from `next` on that have to be seen and some that may be.
  template <class Calls>
  static bool some_adds_make(const Calls& calls, std::size_t put, std::size_t read, std::size_t next,
                             std::uint64_t missing) {
    if (next == calls.size()) return missing == 0;
    const counters_operation& op = calls[next].operation;
    if (op.action != counters_action::add || !same_counter(calls, next, read)) {
      return some_adds_make(calls, put, read, next + 1, missing);
    }
    const bool after_put = put == nothing || calls.precedes(put, next);
    const bool before_put = put != nothing && calls.precedes(next, put);
    const bool has_to_be_seen = after_put && calls.precedes(next, read);
    const bool cannot_be_seen = before_put || calls.precedes(read, next);
    if (!has_to_be_seen && some_adds_make(calls, put, read, next + 1, missing)) return true;
    return !cannot_be_seen && some_adds_make(calls, put, read, next + 1, missing - op.value);
  }

  // Whether `read` is a get that all other calls of its counter but gets happen before.
  template <class Calls>
  static bool is_last(const Calls& calls, std::size_t read) {
    if (calls[read].operation.action != counters_action::get) return false;
    for (std::size_t other = 0; other < calls.size(); ++other) {
      const bool writes = calls[other].operation.action != counters_action::get;
      if (writes && same_counter(calls, other, read) && !calls.precedes(other, read)) return false;
    }
    return true;
  }

  template <class Calls>
  static bool adds_up(const Calls& calls, std::size_t read) {
    if (!calls[read].operation.found) return true;
    std::uint64_t left = 0;
    for (std::size_t call = 0; call < calls.size(); ++call) {
      const counters_operation& op = calls[call].operation;
      if (!same_counter(calls, call, read) || op.action == counters_action::get) continue;
      if (op.action == counters_action::put || (op.reads() && !op.found)) return true;
      left += op.value;
      if (op.reads()) left -= *op.found;
    }
    return *calls[read].operation.found == left;
  }
};

// Who owns which stripe.
template <std::size_t Numbers>
class stripe_owners {
 public:
  static constexpr unsigned nobody = ~0u;

  // `number` is what the thread was given.
  bool claim(unsigned thread, std::size_t number) {
    if (number >= Numbers || owners_[number] != nobody) return false;
    owners_[number] = thread;
    return true;
  }
  bool give_back(unsigned thread, std::size_t number) {
    if (number >= Numbers || owners_[number] != thread) return false;
    owners_[number] = nobody;
    return true;
  }
  unsigned owner(std::size_t number) const { return owners_[number]; }

 private:
  static constexpr std::array<unsigned, Numbers> nobodies() {
    std::array<unsigned, Numbers> all{};
    all.fill(nobody);
    return all;
  }
  std::array<unsigned, Numbers> owners_ = nobodies();
};

// An array and its handles: freed when the last one ends, and not before.
class shared_array {
 public:
  bool copy() {
    if (owners_ == 0) return false;
    ++owners_;
    return true;
  }
  bool end() {
    if (owners_ == 0) return false;
    --owners_;
    return true;
  }
  bool use() const { return owners_ > 0; }
  bool freed() const { return owners_ == 0; }

 private:
  unsigned owners_ = 1;
};

struct ownership_guarantees {
  // Nobody gets a number that somebody has; once it is given back, anybody may.
  template <class Model>
  static bool stripes_change_hands_whole(Model now, std::size_t number) {
    const unsigned owner = now.owner(number);
    if (owner == Model::nobody) return now.claim(0, number) && !now.claim(1, number);
    return !now.claim(owner + 1, number) && !now.give_back(owner + 1, number) &&
           now.give_back(owner, number) && now.claim(owner + 1, number);
  }

  template <class Model>
  static bool last_owner_frees(Model now) {
    if (now.freed()) return !now.use() && !now.copy() && !now.end();
    return now.copy() && now.end() && now.use();
  }

  static constexpr std::array<std::string_view, 2> names() {
    return {"stripes_change_hands_whole", "last_owner_frees"};
  }
};

}  // namespace stillpoint::models
