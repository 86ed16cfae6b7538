// SPDX-License-Identifier: BSL-1.0
//
// An execution graph: the events of each thread in program order, where each read got its value, and each
// location's modification order. Keeps happens-before and causality as vector clocks while it grows at the
// end and shrinks from the end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "verify/explorer/model/event.hpp"

namespace stillpoint::verify::explorer {

// sleepers: of an atomic, which threads wait to be notified, a bit each.
enum class location_kind : std::uint8_t { atomic, plain, mutex, object, sleepers };

struct location {
  // Unset: the slot is free.
  event_ref creator;
  event_ref retired;
  location_kind kind = location_kind::atomic;
  // Modification order; the creation comes first.
  std::vector<event_ref> order;
  // Atomic reads and waits for a lock, in order of insertion.
  std::vector<event_ref> readers;
  // Plain accesses, in order of insertion.
  std::vector<event_ref> accesses;

  bool has_order() const { return kind != location_kind::plain && kind != location_kind::object; }
};

class graph {
 public:
  using thread_counts = std::array<std::uint16_t, max_threads>;

  // Empty but for the main thread, which has no events yet.
  void clear();

  const event& at(event_ref ref) const { return threads_[ref.thread][ref.index]; }
  const std::vector<event>& thread(std::size_t t) const { return threads_[t]; }
  const std::vector<event_ref>& trail() const { return trail_; }
  const location& place(location_id id) const { return locations_[id]; }
  std::size_t location_count() const { return locations_.size(); }
  std::size_t thread_count() const { return thread_count_; }
  // The spawn event that a thread begins with; unset for the main thread.
  event_ref spawner(std::size_t t) const { return spawners_[t]; }
  // Which events of a thread are seq_cst accesses; which are fences that psc orders: seq_cst, heavy and light
  // ones.
  const std::vector<std::uint16_t>& sc_accesses(std::size_t t) const { return sc_accesses_[t]; }
  const std::vector<std::uint16_t>& sc_fences(std::size_t t) const { return sc_fences_[t]; }

  // Appends to the thread's program order, with the clocks that follow from what precedes it there. Reads are
  // still without a source, writes without a place: see read_from and place_write.
  event_ref append(std::size_t thread, const event& proto);
  // A new location for the create event (its last appended one, at `ref`).
  location_id add_location(event_ref ref, location_kind kind);
  // Gives a read (the last event of its thread) its source, value and clocks.
  void read_from(event_ref read, event_ref write);
  // Puts a write (already appended) into the modification order and computes what it releases.
  void place_write(event_ref write, std::size_t position);
  // Moves it to another position.
  void move_write(event_ref write, std::size_t position);
  // Removes the events inserted after `stamp`.
  void truncate_after(std::uint32_t stamp);
  // Becomes what is left of `whole` when each thread is cut to `counts` events; stamps are renumbered.
  void assign_restricted(const graph& whole, const thread_counts& counts);
  // The memory for an object (the last event of its thread) is that which `destroy` gave back.
  void reuse(event_ref create, event_ref destroy);
  // Turns the read half of a lock into a wait for `first`, the lock that comes first.
  void turn_into_wait(event_ref lock, event_ref first);

  bool happens_before(event_ref a, event_ref b) const {
    return !(a == b) && at(b).happens_before.covers(a.thread, a.index);
  }
  bool causes(event_ref a, event_ref b) const { return !(a == b) && at(b).causes.covers(a.thread, a.index); }

  // The first position in the location's modification order that an event with this past may read.
  std::size_t first_readable(const location& l, const clock& past) const;
  // Whether a read-modify-write reads the write at this position, so that nothing may come between.
  bool is_taken(const location& l, std::size_t position) const;
  // How many objects lie in memory that others have given back.
  std::size_t reuses() const;
  // The object_create that reuses what this object_destroy gave back; unset if none does.
  event_ref reuser(event_ref destroy) const;
  // What the next event of a thread has in its past.
  const clock& past_of_next(std::size_t thread) const;
  const clock& causes_of_next(std::size_t thread) const;
  std::uint64_t history_of_next(std::size_t thread) const;
  // What an event has in its past before it does anything.
  const clock& past_of(event_ref ref) const;

  void choose(event_ref ref, std::uint64_t value);
  void mark_spurious(event_ref read, bool spurious) { at(read).spurious = spurious; }

 private:
  event& at(event_ref ref) { return threads_[ref.thread][ref.index]; }
  void note_reach(event_ref read, event_ref write);
  void reset_clocks(event_ref ref);
  void reset_history(event_ref ref);
  void enter_fence(event_ref ref);
  void compute_release(event_ref write);
  void learn_by_fence(event& fence, event_ref ref);
  // What a fence at the other end of a light or heavy fence may learn from reading this write.
  clock fence_release(event_ref write, fence_kind kind) const;
  void remove_last();
  void forget(event_ref ref);
  void copy_location(const location& from, location& to, const thread_counts& counts) const;
  void note_sc(event_ref ref);
  void forget_sc(event_ref ref);

  std::array<std::vector<event>, max_threads> threads_;
  std::array<event_ref, max_threads> spawners_{};
  std::vector<event_ref> trail_;
  std::vector<location> locations_;
  // No slot before this one is free.
  std::size_t first_free_ = 0;
  std::size_t thread_count_ = 1;
  std::array<std::vector<std::uint16_t>, max_threads> sc_accesses_;
  std::array<std::vector<std::uint16_t>, max_threads> sc_fences_;
};

}  // namespace stillpoint::verify::explorer
