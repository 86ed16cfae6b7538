// SPDX-License-Identifier: BSL-1.0
//
// One event of an execution graph.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <source_location>

#include "verify/explorer/model/clock.hpp"
#include "verify/planting.hpp"

namespace stillpoint::verify::explorer {

// The most events of one thread in one execution. A longer execution is given up, and the verdict says so.
inline constexpr std::size_t max_events = 10000;

// Names an event by its place in its thread's program order.
struct event_ref {
  std::uint16_t thread = 0xffff;
  std::uint16_t index = 0xffff;

  explicit operator bool() const { return thread != 0xffff; }
  friend bool operator==(const event_ref&, const event_ref&) = default;
};

// An event's index, and a clock's count of events, fit into their 16 bits, with room for what one operation
// adds.
static_assert(max_events + 64 < 0xffff);

using location_id = std::uint32_t;
inline constexpr location_id no_location = 0xffffffff;

// Places, positions in modification order and stamps have 32 bits: there are fewer than all threads have
// events.
static_assert(max_threads * max_events < no_location);

enum class event_kind : std::uint8_t {
  create,  // a location comes to life; for an atomic it is the first write in its modification order
  read,    // atomic; the first half of a successful read-modify-write too
  write,   // atomic; the second half of a successful read-modify-write too
  fence,
  plain_read,
  plain_write,
  retire,         // a location's life ends
  object_create,  // an allocation the policy made
  object_destroy,
  lock_wait,  // a mutex found taken: it will be acquired after the section whose lock it names
  spawn,
  join,
  choose,
};

// What kind of fence; acquire, release and acq_rel fences are `ordinary` with that order.
enum class fence_kind : std::uint8_t { ordinary, light, heavy };

// What a read-modify-write makes of the value it read. `expected` decides whether a compare-exchange
// succeeds.
struct modification {
  std::uint64_t (*compute)(std::uint64_t old, std::uint64_t operand) = nullptr;
  std::uint64_t operand = 0;
  std::uint64_t expected = 0;
  bool conditional = false;
  bool weak = false;
  std::memory_order success = std::memory_order_relaxed;
  std::memory_order failure = std::memory_order_relaxed;

  bool succeeds_on(std::uint64_t old) const { return !conditional || old == expected; }

  friend bool operator==(const modification&, const modification&) = default;
};

struct event {
  event_kind kind = event_kind::read;
  operation op = operation::load;
  std::memory_order order = std::memory_order_relaxed;
  fence_kind fence = fence_kind::ordinary;
  // read: the first half of a read-modify-write that succeeded; write: the second half.
  bool rmw = false;
  // read: a read-modify-write, whether it succeeded or not.
  bool may_modify = false;
  // read: a weak compare-exchange that failed although it read what it expected.
  bool spurious = false;
  // read, write, lock_wait: the location is a mutex.
  bool mutex = false;
  // create: with a value.
  bool initialized = false;
  // write: some read that was inserted before it may read it.
  bool reached_back = false;

  location_id location = no_location;
  // create, write: position in the location's modification order.
  std::uint32_t mo_position = 0;
  // Position in the order of insertion into the graph.
  std::uint32_t stamp = 0;
  // Ordinal of the client's operation in its thread: both halves of a read-modify-write share it.
  std::uint32_t ordinal = 0;
  // read: where the value comes from. lock_wait: the lock that comes first. spawn, join: thread is the other
  // thread. object_create: the object_destroy that gave the memory back; unset if the memory is fresh.
  event_ref reads_from;
  // What was read or written; for choose, what was chosen; for object_create, the size of the memory, whose
  // alignment is `choices`.
  std::uint64_t value = 0;
  std::uint64_t choices = 0;
  modification modify;
  // read: it waits for a value that it accepts. `question` names what it asks of a value: see answers.hpp.
  bool waits = false;
  // A value that it has not judged is accepted: the wait is a load of which only some values are known to
  // lead back to it.
  bool presumes = false;
  std::uint64_t question = 0;
  // Names all that its thread can have observed up to here: a hash of what causes it.
  std::uint64_t history = 0;
  std::source_location where;

  clock happens_before;
  // By program order and reads-from.
  clock causes;
  // write: what an acquire read of it comes to know.
  clock release;

  bool is_write() const { return kind == event_kind::write || kind == event_kind::create; }
  bool is_sc_access() const {
    return (kind == event_kind::read || kind == event_kind::write) && order == std::memory_order_seq_cst;
  }
  bool is_sc_fence() const {
    return kind == event_kind::fence && (fence != fence_kind::ordinary || order == std::memory_order_seq_cst);
  }
};

inline bool is_acquire(std::memory_order order) {
  return order == std::memory_order_acquire || order == std::memory_order_consume ||
         order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}

inline bool is_release(std::memory_order order) {
  return order == std::memory_order_release || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

}  // namespace stillpoint::verify::explorer
