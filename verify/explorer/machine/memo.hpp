// SPDX-License-Identifier: BSL-1.0
//
// What threads did next, and after what: notices a client that is not deterministic.
//
// A thread can depend on nothing but what it has observed. The graph names that by a hash (event::history),
// so whenever the same history comes up again, in whatever execution, the thread has to do the same. The memo
// keeps the last few thousand answers: its memory is bounded, and what it has forgotten is just not compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <source_location>
#include <vector>

#include "verify/explorer/model/graph.hpp"
#include "verify/explorer/model/hash.hpp"

namespace stillpoint::verify::explorer {

// How a thread goes on: with an operation, or by ending.
struct step {
  std::uint64_t fingerprint = 0;
  operation op = operation::load;
  bool ends = false;
  std::source_location where;
};

inline std::uint64_t bits_of(const std::source_location& where) {
  static_assert(sizeof where == sizeof(std::uint64_t));
  std::uint64_t bits = 0;
  std::memcpy(&bits, &where, sizeof bits);
  return bits;
}

// All that the client decides of an operation. A place goes by who made it: its number depends on what other
// threads made before.
inline step step_of(const graph& g, const event& next) {
  std::uint64_t hash = 0;
  const auto add = [&hash](std::uint64_t part) {
    hash = (hash ^ part) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  };
  const auto add_maker = [&](event_ref maker) {
    if (maker) add((std::uint64_t{g.at(maker).ordinal} << 16) + maker.thread);
  };
  const auto bits = [](auto... flags) {
    std::uint64_t all = 0;
    ((all = all * 2 + (flags ? 1 : 0)), ...);
    return all;
  };
  add((std::uint64_t{static_cast<std::uint8_t>(next.kind)} << 48) +
      (std::uint64_t{static_cast<std::uint8_t>(next.op)} << 40) +
      (static_cast<std::uint64_t>(next.order) << 32) + (static_cast<std::uint64_t>(next.fence) << 24) +
      bits(next.rmw, next.may_modify, next.mutex, next.initialized, next.modify.conditional,
           next.modify.weak) *
          256 +
      (static_cast<std::uint64_t>(next.modify.failure) << 4) +
      static_cast<std::uint64_t>(next.modify.success));
  add(bits_of(next.where));
  add(next.value);
  if (next.location != no_location) add_maker(g.place(next.location).creator);
  if (next.kind == event_kind::join) add_maker(g.spawner(next.reads_from.thread));
  if (next.kind == event_kind::choose) add(next.choices);
  if (next.may_modify || next.kind == event_kind::spawn) {
    add(next.modify.operand);
    add(next.modify.expected);
    add(reinterpret_cast<std::uintptr_t>(next.modify.compute));
  }
  return {hash, next.op, false, next.where};
}

class memo {
 public:
  memo() { forget(); }

  void forget() { entries_.assign(size, {}); }

  // Null if the thread may go on so; otherwise how it went on when it had observed the same.
  const step* contradicts(std::uint64_t history, const step& next) {
    entry& e = entries_[history % size];
    const std::uint64_t key = history | 1;
    if (e.key == key)
      return e.next.fingerprint == next.fingerprint && e.next.ends == next.ends ? nullptr : &e.next;
    e = {key, next};
    return nullptr;
  }

 private:
  static constexpr std::size_t size = 4096;
  struct entry {
    // Zero: unused.
    std::uint64_t key = 0;
    step next;
  };
  std::vector<entry> entries_;
};

}  // namespace stillpoint::verify::explorer
