// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/model/seq_cst.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace stillpoint::verify::explorer {

namespace {

constexpr std::uint32_t none = 0xffffffff;

event_ref ref_of(std::size_t thread, std::size_t index) {
  return {static_cast<std::uint16_t>(thread), static_cast<std::uint16_t>(index)};
}

}  // namespace

void seq_cst_order::suffixes::clear() {
  from.fill(none);
  followed.fill(none);
  open = 0;
}

void seq_cst_order::suffixes::extend(std::size_t thread, std::uint32_t index) {
  if (index >= from[thread]) return;
  from[thread] = index;
  open |= 1u << thread;
}

std::size_t seq_cst_order::suffixes::next_open() const {
  return static_cast<std::size_t>(std::countr_zero(open));
}

std::uint32_t seq_cst_order::suffixes::take(std::size_t thread) {
  open &= ~(1u << thread);
  return std::exchange(followed[thread], from[thread]);
}

bool seq_cst_order::admits(const graph& g, event_ref write, event_ref reader) {
  const event& e = g.at(reader);
  graph_ = &g;
  if (position_of(e) + 1u == g.place(e.location).order.size()) return true;
  any_fences_ = any_lights_ = false;
  for (std::size_t t = 0; t < g.thread_count(); ++t) {
    for (const std::uint16_t i : g.sc_fences(t)) {
      any_fences_ = true;
      any_lights_ = any_lights_ || g.thread(t)[i].fence == fence_kind::light;
    }
  }
  if (scb_closes_cycle(write, reader)) return false;
  if (any_fences_ && eco_closes_cycle(fences::full, write, reader)) return false;
  return !any_lights_ ||
         !(eco_closes_cycle(fences::heavy, write, reader) || eco_closes_cycle(fences::light, write, reader));
}

// An scb edge leaves from the event itself, if that is seq_cst, and from the fences that happen before it.
bool seq_cst_order::scb_closes_cycle(event_ref write, event_ref reader) {
  begin_run();
  for (const event_ref ref : {write, reader}) {
    add_goals(fences::full, ref);
    if (graph_->at(ref).is_sc_access())
      goals_[ref.thread] = std::max<std::uint32_t>(goals_[ref.thread], ref.index + 1u);
  }
  if (!has_goals()) return false;
  follow_scb(graph_->at(reader).location, position_of(graph_->at(reader)));
  return reaches_goal();
}

// Such an edge leaves from the fences that happen before the event.
bool seq_cst_order::eco_closes_cycle(fences kind, event_ref write, event_ref reader) {
  begin_run();
  for (const event_ref ref : {write, reader}) add_goals(kind, ref);
  if (!has_goals()) return false;
  const std::uint32_t position = position_of(graph_->at(reader));
  follow_eco(kind, graph_->at(reader).location, position + 1, position + 1);
  return reaches_goal();
}

void seq_cst_order::begin_run() {
  ++run_;
  goals_.fill(0);
  light_goals_.fill(0);
  nodes_.clear();
  closed_ = false;
  if (!any_fences_) return;
  lights_.clear();
  for (suffixes& s : after_) s.clear();
}

bool seq_cst_order::has_goals() const {
  const auto is_set = [](std::uint32_t goal) { return goal != 0; };
  return std::any_of(goals_.begin(), goals_.end(), is_set) ||
         std::any_of(light_goals_.begin(), light_goals_.end(), is_set);
}

void seq_cst_order::add_goals(fences kind, event_ref ref) {
  if (!any_fences_) return;
  indices& goals = kind == fences::light ? light_goals_ : goals_;
  const clock& past = graph_->at(ref).happens_before;
  for (std::size_t t = 0; t < graph_->thread_count(); ++t) {
    const std::uint32_t last = last_fence_before(kind, t, past.counts[t]);
    if (last != none) goals[t] = std::max(goals[t], last + 1);
  }
}

bool seq_cst_order::reaches_goal() {
  while (!closed_) {
    if (nodes_.open != 0) {
      follow_nodes(nodes_.next_open());
      continue;
    }
    if (!any_fences_) return false;
    if (lights_.open != 0) {
      follow_lights(lights_.next_open());
      continue;
    }
    const auto open =
        std::find_if(after_.begin(), after_.end(), [](const suffixes& s) { return s.open != 0; });
    if (open == after_.end()) return false;
    follow_after_fence(static_cast<fences>(open - after_.begin()), open->next_open());
  }
  return true;
}

void seq_cst_order::reach(std::size_t thread, std::uint32_t index) {
  nodes_.extend(thread, index);
  closed_ = closed_ || nodes_.from[thread] < goals_[thread];
}

void seq_cst_order::reach_light(std::size_t thread, std::uint32_t index) {
  lights_.extend(thread, index);
  closed_ = closed_ || lights_.from[thread] < light_goals_[thread];
}

// Those that a fence of this kind has edges to.
void seq_cst_order::reach_fences_after(fences kind, event_ref ref) {
  if (!any_fences_) return;
  for (std::size_t t = 0; t < graph_->thread_count(); ++t) {
    if (!may_have_fences(t)) continue;
    const std::uint32_t after = first_after(t, ref);
    if (kind == fences::heavy) {
      reach_light(t, first_fence(fences::light, t, after));
    } else {
      reach(t, first_fence(kind == fences::full ? fences::full : fences::heavy, t, after));
    }
  }
}

void seq_cst_order::reach_by_scb(event_ref ref) {
  if (graph_->at(ref).is_sc_access()) reach(ref.thread, ref.index);
  reach_fences_after(fences::full, ref);
}

// What a later node of its thread has an edge to in other threads can be reached from the first one of its
// kind.
void seq_cst_order::follow_nodes(std::size_t thread) {
  const std::uint32_t end = nodes_.take(thread);
  const std::uint32_t begin = nodes_.from[thread];
  const auto& accesses = graph_->sc_accesses(thread);
  const auto first = std::lower_bound(accesses.begin(), accesses.end(), begin);
  for (auto i = first; i != accesses.end() && *i < end && !closed_; ++i) {
    const event_ref ref = ref_of(thread, *i);
    follow_scb(graph_->at(ref).location, position_of(graph_->at(ref)));
    follow_happens_before(ref);
  }
  if (first != accesses.end() && *first < end) follow_access(ref_of(thread, *first));
  if (!any_fences_) return;
  const std::uint32_t full = first_fence(fences::full, thread, begin);
  if (full < end) extend_after_fence(fences::full, ref_of(thread, full));
  if (!any_lights_) return;
  const std::uint32_t heavy = first_fence(fences::heavy, thread, begin);
  if (heavy < end) extend_after_fence(fences::heavy, ref_of(thread, heavy));
}

// po≠loc;hb;po≠loc. By po;hb it also leads to fences; but these are reached from the access, or the fence,
// through which it was reached itself.
void seq_cst_order::follow_access(event_ref ref) {
  const std::size_t size = graph_->thread(ref.thread).size();
  const std::uint32_t after = next_elsewhere(ref);
  if (after >= size) return;
  for (std::size_t t = 0; t < graph_->thread_count(); ++t) {
    const auto& accesses = graph_->sc_accesses(t);
    if (t == ref.thread || accesses.empty()) continue;
    const std::uint32_t known = first_after(t, ref_of(ref.thread, after));
    if (known >= accesses.back()) continue;
    const auto first = std::lower_bound(accesses.begin(), accesses.end(), next_elsewhere(ref_of(t, known)));
    if (first != accesses.end()) reach(t, *first);
  }
}

void seq_cst_order::follow_lights(std::size_t thread) {
  lights_.take(thread);
  extend_after_fence(fences::light, ref_of(thread, lights_.from[thread]));
}

void seq_cst_order::extend_after_fence(fences kind, event_ref fence) {
  for (std::size_t t = 0; t < graph_->thread_count(); ++t) {
    const std::uint32_t after = first_after(t, fence);
    if (after < graph_->thread(t).size()) after_[static_cast<std::size_t>(kind)].extend(t, after);
  }
}

// From the accesses that come after a fence, mo and rb, and eco. Where hb alone leads from a fence to a node,
// it need not be followed. A cycle that goes that way has a shorter one: from the fence straight on to where
// the node leads; or, if the fence is a light one, from what leads to it straight on to the node.
void seq_cst_order::follow_after_fence(fences kind, std::size_t thread) {
  suffixes& after = after_[static_cast<std::size_t>(kind)];
  const auto& events = graph_->thread(thread);
  const std::size_t end = std::min<std::size_t>(after.take(thread), events.size());
  for (std::size_t i = after.from[thread]; i < end && !closed_; ++i) {
    const event& e = events[i];
    if (!(e.is_write() || e.kind == event_kind::read) || !graph_->place(e.location).has_order()) continue;
    const std::uint32_t position = position_of(e);
    if (kind == fences::full) follow_scb(e.location, position);
    follow_eco(kind, e.location, position + 1, e.is_write() ? position : position + 1);
  }
}

// mo and rb.
void seq_cst_order::follow_scb(location_id id, std::uint32_t position) {
  const auto& order = graph_->place(id).order;
  const std::size_t end = std::min<std::size_t>(state_of(id).scb, order.size() - 1);
  if (position >= end) return;
  state_of(id).scb = position;
  for (std::size_t i = position + 1u; i <= end; ++i) reach_by_scb(order[i]);
}

void seq_cst_order::follow_eco(fences kind, location_id id, std::uint32_t first_write,
                               std::uint32_t first_read) {
  const location& l = graph_->place(id);
  std::uint32_t& writes = state_of(id).eco_writes[static_cast<std::size_t>(kind)];
  for (std::size_t i = first_write; i < std::min<std::size_t>(writes, l.order.size()); ++i)
    reach_fences_after(kind, l.order[i]);
  writes = std::min(writes, first_write);
  std::uint32_t& reads = state_of(id).eco_reads[static_cast<std::size_t>(kind)];
  if (first_read >= reads) return;
  for (const event_ref r : l.readers) {
    const event& e = graph_->at(r);
    if (e.kind != event_kind::read) continue;
    const std::uint32_t position = position_of(e);
    if (first_read <= position && position < reads) reach_fences_after(kind, r);
  }
  reads = first_read;
}

// hb|loc, to other threads. What a later access of its thread leads to is reached from the first one.
void seq_cst_order::follow_happens_before(event_ref ref) {
  const location_id id = graph_->at(ref).location;
  std::uint32_t& first = state_of(id).happens_before[ref.thread];
  if (first <= ref.index) return;
  first = ref.index;
  const location& l = graph_->place(id);
  for (const auto* list : {&l.order, &l.readers}) {
    for (const event_ref other : *list) {
      const event& e = graph_->at(other);
      if (other.thread == ref.thread || e.kind == event_kind::lock_wait) continue;
      if (e.happens_before.covers(ref.thread, ref.index)) reach_by_scb(other);
    }
  }
}

seq_cst_order::place_state& seq_cst_order::state_of(location_id id) {
  if (id >= places_.size()) places_.resize(graph_->location_count());
  place_state& state = places_[id];
  if (state.run == run_) return state;
  state.run = run_;
  state.scb = none;
  state.eco_writes.fill(none);
  state.eco_reads.fill(none);
  state.happens_before.fill(none);
  return state;
}

// Of the thread's events, the first that it happens before; their number if there is none.
std::uint32_t seq_cst_order::first_after(std::size_t thread, event_ref ref) const {
  if (thread == ref.thread) return ref.index + 1u;
  const auto& events = graph_->thread(thread);
  const auto first = std::partition_point(events.begin(), events.end(), [ref](const event& e) {
    return !e.happens_before.covers(ref.thread, ref.index);
  });
  return static_cast<std::uint32_t>(first - events.begin());
}

// The next event in program order whose location differs; the thread's number of events if there is none.
std::uint32_t seq_cst_order::next_elsewhere(event_ref ref) const {
  const auto& events = graph_->thread(ref.thread);
  const location_id here = events[ref.index].location;
  std::uint32_t i = ref.index + 1u;
  while (i < events.size() && here != no_location && events[i].location == here) ++i;
  return i;
}

std::uint32_t seq_cst_order::position_of(const event& e) const {
  return e.is_write() ? e.mo_position : graph_->at(e.reads_from).mo_position;
}

bool seq_cst_order::fits(fences kind, const event& fence) {
  return kind == fences::light   ? fence.fence == fence_kind::light
         : kind == fences::heavy ? fence.fence == fence_kind::heavy
                                 : fence.fence != fence_kind::light;
}

std::uint32_t seq_cst_order::first_fence(fences kind, std::size_t thread, std::uint32_t index) const {
  const auto& all = graph_->sc_fences(thread);
  for (auto i = std::lower_bound(all.begin(), all.end(), index); i != all.end(); ++i) {
    if (fits(kind, graph_->thread(thread)[*i])) return *i;
  }
  return none;
}

std::uint32_t seq_cst_order::last_fence_before(fences kind, std::size_t thread, std::uint32_t end) const {
  const auto& all = graph_->sc_fences(thread);
  for (auto i = std::lower_bound(all.begin(), all.end(), end); i != all.begin();) {
    if (fits(kind, graph_->thread(thread)[*--i])) return *i;
  }
  return none;
}

}  // namespace stillpoint::verify::explorer
