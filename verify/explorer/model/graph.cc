// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/model/graph.hpp"

#include <algorithm>

#include "verify/explorer/model/hash.hpp"

namespace stillpoint::verify::explorer {

namespace {

const clock nothing{};

void erase_last(std::vector<event_ref>& refs, event_ref ref) {
  for (std::size_t i = refs.size(); i-- > 0;) {
    if (refs[i] == ref) {
      refs.erase(refs.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }
}

bool is_kept(event_ref ref, const graph::thread_counts& counts) {
  return ref.index < counts[ref.thread];
}

void copy_kept(const std::vector<event_ref>& from, std::vector<event_ref>& to,
               const graph::thread_counts& counts) {
  to.clear();
  for (const event_ref ref : from) {
    if (is_kept(ref, counts)) to.push_back(ref);
  }
}

// What a thread has observed when it begins. No kind of event has such a number: its spawner goes on
// otherwise.
std::uint64_t beginning_of(std::size_t thread, const event& spawn) {
  return mixed(spawn.history, ~std::uint64_t{thread});
}

void copy_below(const std::vector<std::uint16_t>& from, std::vector<std::uint16_t>& to, std::uint16_t count) {
  to.assign(from.begin(), std::lower_bound(from.begin(), from.end(), count));
}

}  // namespace

void graph::clear() {
  for (auto& events : threads_) events.clear();
  spawners_.fill({});
  trail_.clear();
  locations_.clear();
  first_free_ = 0;
  thread_count_ = 1;
  for (auto& indices : sc_accesses_) indices.clear();
  for (auto& indices : sc_fences_) indices.clear();
}

const clock& graph::past_of_next(std::size_t thread) const {
  if (!threads_[thread].empty()) return threads_[thread].back().happens_before;
  return spawners_[thread] ? at(spawners_[thread]).happens_before : nothing;
}

const clock& graph::causes_of_next(std::size_t thread) const {
  if (!threads_[thread].empty()) return threads_[thread].back().causes;
  return spawners_[thread] ? at(spawners_[thread]).causes : nothing;
}

std::uint64_t graph::history_of_next(std::size_t thread) const {
  if (!threads_[thread].empty()) return threads_[thread].back().history;
  return spawners_[thread] ? beginning_of(thread, at(spawners_[thread])) : 0;
}

const clock& graph::past_of(event_ref ref) const {
  if (ref.index > 0) return threads_[ref.thread][ref.index - 1u].happens_before;
  return spawners_[ref.thread] ? at(spawners_[ref.thread]).happens_before : nothing;
}

event_ref graph::append(std::size_t thread, const event& proto) {
  auto& events = threads_[thread];
  const event_ref ref{static_cast<std::uint16_t>(thread), static_cast<std::uint16_t>(events.size())};
  events.push_back(proto);
  event& e = events.back();
  e.stamp = static_cast<std::uint32_t>(trail_.size());
  trail_.push_back(ref);
  reset_clocks(ref);
  reset_history(ref);
  note_sc(ref);
  switch (e.kind) {
    case event_kind::fence:
      enter_fence(ref);
      break;
    case event_kind::spawn:
      spawners_[e.reads_from.thread] = ref;
      thread_count_ = std::max<std::size_t>(thread_count_, e.reads_from.thread + 1u);
      break;
    case event_kind::join:
      e.happens_before.join(past_of_next(e.reads_from.thread));
      e.causes.join(causes_of_next(e.reads_from.thread));
      e.history = mixed(e.history, history_of_next(e.reads_from.thread));
      break;
    case event_kind::plain_read:
    case event_kind::plain_write:
      locations_[e.location].accesses.push_back(ref);
      break;
    case event_kind::retire:
    case event_kind::object_destroy:
      locations_[e.location].retired = ref;
      break;
    default:
      break;
  }
  return ref;
}

void graph::reset_clocks(event_ref ref) {
  event& e = at(ref);
  if (ref.index > 0) {
    e.happens_before = threads_[ref.thread][ref.index - 1u].happens_before;
    e.causes = threads_[ref.thread][ref.index - 1u].causes;
  } else if (spawners_[ref.thread]) {
    e.happens_before = at(spawners_[ref.thread]).happens_before;
    e.causes = at(spawners_[ref.thread]).causes;
  } else {
    e.happens_before = e.causes = nothing;
  }
  e.happens_before.counts[ref.thread] = e.causes.counts[ref.thread] =
      static_cast<std::uint16_t>(ref.index + 1);
}

// A wait for a mutex is nothing that its thread observes.
void graph::reset_history(event_ref ref) {
  const std::uint64_t before = ref.index > 0           ? threads_[ref.thread][ref.index - 1u].history
                               : spawners_[ref.thread] ? beginning_of(ref.thread, at(spawners_[ref.thread]))
                                                       : 0;
  event& e = at(ref);
  e.history = e.kind == event_kind::lock_wait ? before : mixed(before, static_cast<std::uint64_t>(e.kind));
}

void graph::choose(event_ref ref, std::uint64_t value) {
  reset_history(ref);
  event& e = at(ref);
  e.value = value;
  e.history = mixed(e.history, value);
}

location_id graph::add_location(event_ref ref, location_kind kind) {
  std::size_t id = first_free_;
  while (id < locations_.size() && locations_[id].creator) ++id;
  first_free_ = id + 1;
  if (id == locations_.size()) locations_.emplace_back();
  location& l = locations_[id];
  l.creator = ref;
  l.retired = {};
  l.kind = kind;
  l.order.clear();
  l.readers.clear();
  l.accesses.clear();
  event& e = at(ref);
  e.location = static_cast<location_id>(id);
  e.mo_position = 0;
  e.release = nothing;
  if (l.has_order()) l.order.push_back(ref);
  if (kind == location_kind::plain) l.accesses.push_back(ref);
  return static_cast<location_id>(id);
}

void graph::read_from(event_ref read, event_ref write) {
  event& e = at(read);
  note_reach(read, write);
  const event& source = at(write);
  if (!e.reads_from) locations_[e.location].readers.push_back(read);
  reset_clocks(read);
  reset_history(read);
  e.reads_from = write;
  e.value = source.value;
  e.causes.join(source.causes);
  if (e.may_modify && e.modify.conditional) {
    forget_sc(read);
    e.rmw = !e.spurious && e.modify.succeeds_on(e.value);
    e.order = e.rmw ? e.modify.success : e.modify.failure;
    note_sc(read);
  }
  e.history = mixed(mixed(e.history, source.history), e.spurious ? 1 : 0);
  if (is_acquire(e.order)) e.happens_before.join(source.release);
}

void graph::note_reach(event_ref read, event_ref write) {
  if (at(write).stamp > at(read).stamp) at(write).reached_back = true;
}

void graph::place_write(event_ref write, std::size_t position) {
  auto& order = locations_[at(write).location].order;
  order.insert(order.begin() + static_cast<std::ptrdiff_t>(position), write);
  for (std::size_t i = position; i < order.size(); ++i)
    at(order[i]).mo_position = static_cast<std::uint32_t>(i);
  compute_release(write);
}

void graph::move_write(event_ref write, std::size_t position) {
  auto& order = locations_[at(write).location].order;
  order.erase(order.begin() + at(write).mo_position);
  order.insert(order.begin() + static_cast<std::ptrdiff_t>(position), write);
  for (std::size_t i = 0; i < order.size(); ++i) at(order[i]).mo_position = static_cast<std::uint32_t>(i);
}

void graph::compute_release(event_ref write) {
  event& e = at(write);
  e.release = nothing;
  if (is_release(e.order)) {
    e.release = e.happens_before;
  } else {
    const auto& events = threads_[write.thread];
    for (std::size_t i = write.index; i-- > 0;) {
      const event& f = events[i];
      if (f.kind != event_kind::fence || f.fence == fence_kind::light || !is_release(f.order)) continue;
      e.release = f.happens_before;
      break;
    }
  }
  // A read-modify-write continues the release sequences of the write it read.
  if (e.rmw) e.release.join(at(threads_[write.thread][write.index - 1u].reads_from).release);
}

clock graph::fence_release(event_ref write, fence_kind kind) const {
  clock known{};
  for (event_ref w = write;;) {
    const auto& events = threads_[w.thread];
    for (std::size_t i = w.index; i-- > 0;) {
      if (events[i].kind != event_kind::fence || events[i].fence != kind) continue;
      known.join(events[i].happens_before);
      break;
    }
    if (events[w.index].kind != event_kind::write || !events[w.index].rmw) return known;
    w = events[w.index - 1u].reads_from;
  }
}

void graph::enter_fence(event_ref ref) {
  event& fence = at(ref);
  if (fence.fence == fence_kind::light || is_acquire(fence.order)) learn_by_fence(fence, ref);
}

void graph::learn_by_fence(event& fence, event_ref ref) {
  const auto& events = threads_[ref.thread];
  for (std::size_t i = ref.index; i-- > 0;) {
    const event& e = events[i];
    // An equal fence has learned all that came before it.
    if (e.kind == event_kind::fence && e.fence == fence.fence && is_acquire(e.order)) return;
    if (e.kind != event_kind::read) continue;
    if (fence.fence != fence_kind::light) fence.happens_before.join(at(e.reads_from).release);
    if (fence.fence == fence_kind::heavy) {
      fence.happens_before.join(fence_release(e.reads_from, fence_kind::light));
    } else if (fence.fence == fence_kind::light) {
      fence.happens_before.join(fence_release(e.reads_from, fence_kind::heavy));
    }
  }
}

void graph::note_sc(event_ref ref) {
  if (at(ref).is_sc_access()) sc_accesses_[ref.thread].push_back(ref.index);
  if (at(ref).is_sc_fence()) sc_fences_[ref.thread].push_back(ref.index);
}

// Of the last event of its thread.
void graph::forget_sc(event_ref ref) {
  for (auto* indices : {&sc_accesses_[ref.thread], &sc_fences_[ref.thread]}) {
    if (!indices->empty() && indices->back() == ref.index) indices->pop_back();
  }
}

void graph::truncate_after(std::uint32_t stamp) {
  while (trail_.size() > stamp + 1u) remove_last();
}

void graph::remove_last() {
  const event_ref ref = trail_.back();
  trail_.pop_back();
  forget(ref);
  threads_[ref.thread].pop_back();
}

void graph::forget(event_ref ref) {
  const event& e = at(ref);
  forget_sc(ref);
  switch (e.kind) {
    case event_kind::create:
    case event_kind::object_create:
      locations_[e.location].creator = {};
      first_free_ = std::min<std::size_t>(first_free_, e.location);
      break;
    case event_kind::read:
    case event_kind::lock_wait:
      if (e.reads_from) erase_last(locations_[e.location].readers, ref);
      break;
    case event_kind::write: {
      auto& order = locations_[e.location].order;
      order.erase(order.begin() + e.mo_position);
      for (std::size_t i = e.mo_position; i < order.size(); ++i) {
        at(order[i]).mo_position = static_cast<std::uint32_t>(i);
      }
      break;
    }
    case event_kind::plain_read:
    case event_kind::plain_write:
      erase_last(locations_[e.location].accesses, ref);
      break;
    case event_kind::retire:
    case event_kind::object_destroy:
      locations_[e.location].retired = {};
      break;
    case event_kind::spawn:
      spawners_[e.reads_from.thread] = {};
      while (thread_count_ > 1 && !spawners_[thread_count_ - 1]) --thread_count_;
      break;
    default:
      break;
  }
}

void graph::copy_location(const location& from, location& to, const thread_counts& counts) const {
  if (!from.creator || !is_kept(from.creator, counts)) {
    to.creator = {};
    return;
  }
  to.creator = from.creator;
  to.retired = from.retired && is_kept(from.retired, counts) ? from.retired : event_ref{};
  to.kind = from.kind;
  copy_kept(from.order, to.order, counts);
  copy_kept(from.readers, to.readers, counts);
  copy_kept(from.accesses, to.accesses, counts);
}

void graph::assign_restricted(const graph& whole, const thread_counts& counts) {
  thread_count_ = 1;
  for (std::size_t t = 0; t < max_threads; ++t) {
    const auto& from = whole.threads_[t];
    threads_[t].assign(from.begin(), from.begin() + std::min<std::ptrdiff_t>(counts[t], std::ssize(from)));
    spawners_[t] =
        whole.spawners_[t] && is_kept(whole.spawners_[t], counts) ? whole.spawners_[t] : event_ref{};
    if (spawners_[t]) thread_count_ = t + 1;
    copy_below(whole.sc_accesses_[t], sc_accesses_[t], counts[t]);
    copy_below(whole.sc_fences_[t], sc_fences_[t], counts[t]);
  }
  copy_kept(whole.trail_, trail_, counts);
  for (std::size_t i = 0; i < trail_.size(); ++i) at(trail_[i]).stamp = static_cast<std::uint32_t>(i);
  locations_.resize(whole.locations_.size());
  first_free_ = 0;
  for (std::size_t id = 0; id < locations_.size(); ++id) {
    location& l = locations_[id];
    copy_location(whole.locations_[id], l, counts);
    if (!l.creator) continue;
    for (std::size_t i = 0; i < l.order.size(); ++i)
      at(l.order[i]).mo_position = static_cast<std::uint32_t>(i);
  }
}

void graph::turn_into_wait(event_ref lock, event_ref first) {
  event& e = at(lock);
  if (!e.reads_from) locations_[e.location].readers.push_back(lock);
  e.kind = event_kind::lock_wait;
  e.rmw = false;
  e.may_modify = false;
  note_reach(lock, first);
  reset_clocks(lock);
  reset_history(lock);
  e.reads_from = first;
  e.value = at(first).value;
  e.causes.join(at(first).causes);
}

// The calls that give back and hand out one piece of memory are totally ordered, and each synchronizes with
// the next ([new.delete.dataraces]).
void graph::reuse(event_ref create, event_ref destroy) {
  event& e = at(create);
  reset_clocks(create);
  reset_history(create);
  e.reads_from = destroy;
  e.happens_before.join(at(destroy).happens_before);
  e.causes.join(at(destroy).causes);
  e.history = mixed(e.history, at(destroy).history);
}

std::size_t graph::reuses() const {
  return static_cast<std::size_t>(
      std::count_if(locations_.begin(), locations_.end(), [this](const location& l) {
        return l.creator && l.kind == location_kind::object && at(l.creator).reads_from;
      }));
}

event_ref graph::reuser(event_ref destroy) const {
  for (const location& l : locations_) {
    if (l.creator && l.kind == location_kind::object && at(l.creator).reads_from == destroy) return l.creator;
  }
  return {};
}

std::size_t graph::first_readable(const location& l, const clock& past) const {
  std::size_t first = 0;
  for (std::size_t i = l.order.size(); i-- > 0;) {
    if (!past.covers(l.order[i].thread, l.order[i].index)) continue;
    first = i;
    break;
  }
  for (const event_ref r : l.readers) {
    if (past.covers(r.thread, r.index))
      first = std::max<std::size_t>(first, at(at(r).reads_from).mo_position);
  }
  return first;
}

bool graph::is_taken(const location& l, std::size_t position) const {
  return position + 1 < l.order.size() && at(l.order[position + 1]).rmw;
}

}  // namespace stillpoint::verify::explorer
