// SPDX-License-Identifier: BSL-1.0
//
// The psc axiom of RC11 (Lahav, Vafeiadis, Kang, Hur, Dreyer: Repairing Sequential Consistency in C/C++11,
// PLDI 2017):
//
//   scb      = po ∪ po≠loc;hb;po≠loc ∪ hb|loc ∪ mo ∪ rb
//   psc_base = ([Esc] ∪ [Fsc];hb?) ; scb ; ([Esc] ∪ hb?;[Fsc])
//   psc_F    = [Fsc];(hb ∪ hb;eco;hb);[Fsc]
//   psc_base ∪ psc_F is acyclic
//
// A heavy fence is an Fsc. A light fence contributes the psc_F edges to and from heavy fences, and nothing
// else.
//
// The axiom is checked for one event at a time. An event that was added last has no successor in po and in
// hb. So psc leaves it only by mo or rb, to writes that come later in modification order; the edges between
// fences that it lies on leave it in that way as well. If it reads the latest write, or is placed last, it
// closes no cycle. Otherwise a cycle that it closes runs from such a write back to it.
//
// Whatever has an edge to a seq_cst event has one to, or reaches, all later seq_cst events of that thread. So
// the events that have been reached are one index for each thread, as in a vector clock.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "verify/explorer/model/graph.hpp"

namespace stillpoint::verify::explorer {

class seq_cst_order {
 public:
  // Whether psc is acyclic, given that it is without `newest`: a read or write that is the last event of its
  // thread, and that nothing reads.
  bool admits(const graph& g, event_ref newest) { return admits(g, newest, newest); }
  // The same, given that it is without both: `reader` reads `write`, which nothing else reads, or which was
  // there before.
  bool admits(const graph& g, event_ref write, event_ref reader);

 private:
  using indices = std::array<std::uint32_t, max_threads>;

  // Edges between fences: from and to full ones (seq_cst and heavy), from heavy ones to light ones, and back.
  enum class fences : std::uint8_t { full, heavy, light };
  static constexpr std::size_t kinds = 3;

  // The events of each thread from an index on. They are followed from there to where they were followed
  // before.
  struct suffixes {
    indices from;
    indices followed;
    std::uint32_t open;

    void clear();
    void extend(std::size_t thread, std::uint32_t index);
    std::size_t next_open() const;
    // Takes a thread off those that are open: from its index up to the one that is returned.
    std::uint32_t take(std::size_t thread);
  };

  struct place_state {
    // What is below was set in this run.
    std::uint64_t run = 0;
    // The writes after this position were reached by scb.
    std::uint32_t scb;
    // For each kind of fences, the writes after a position, and the reads of it or later ones, that eco
    // reached.
    std::array<std::uint32_t, kinds> eco_writes;
    std::array<std::uint32_t, kinds> eco_reads;
    // For each thread, the first access whose hb|loc was followed.
    indices happens_before;
  };

  bool scb_closes_cycle(event_ref write, event_ref reader);
  bool eco_closes_cycle(fences kind, event_ref write, event_ref reader);
  void begin_run();
  bool has_goals() const;
  void add_goals(fences kind, event_ref ref);
  bool reaches_goal();

  void reach(std::size_t thread, std::uint32_t index);
  void reach_light(std::size_t thread, std::uint32_t index);
  void reach_fences_after(fences kind, event_ref ref);
  void follow_nodes(std::size_t thread);
  void follow_access(event_ref ref);
  void follow_lights(std::size_t thread);
  void follow_after_fence(fences kind, std::size_t thread);
  void extend_after_fence(fences kind, event_ref fence);
  void follow_scb(location_id id, std::uint32_t position);
  void follow_eco(fences kind, location_id id, std::uint32_t first_write, std::uint32_t first_read);
  void follow_happens_before(event_ref ref);
  void reach_by_scb(event_ref ref);

  place_state& state_of(location_id id);
  bool may_have_fences(std::size_t thread) const { return !graph_->sc_fences(thread).empty(); }
  std::uint32_t first_after(std::size_t thread, event_ref ref) const;
  std::uint32_t next_elsewhere(event_ref ref) const;
  std::uint32_t position_of(const event& e) const;
  static bool fits(fences kind, const event& fence);
  std::uint32_t first_fence(fences kind, std::size_t thread, std::uint32_t index) const;
  std::uint32_t last_fence_before(fences kind, std::size_t thread, std::uint32_t end) const;

  const graph* graph_ = nullptr;
  bool any_fences_ = false;
  bool any_lights_ = false;
  // Reached: psc's nodes but for light fences; light fences.
  suffixes nodes_;
  suffixes lights_;
  // What comes after a fence that was reached.
  std::array<suffixes, kinds> after_;
  // For each thread, one more than the index of the last node that closes a cycle if it is reached.
  indices goals_;
  indices light_goals_;
  bool closed_ = false;
  std::vector<place_state> places_;
  std::uint64_t run_ = 0;
};

}  // namespace stillpoint::verify::explorer
