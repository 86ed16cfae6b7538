// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/search/search.hpp"

#include <algorithm>

namespace stillpoint::verify::explorer {

void search::restart() {
  depth_ = 0;
  spare().g.clear();
  depth_ = 1;
  path_ = 0;
  units_ = 0;
}

// The level above the current one, empty of alternatives; its graph is still to be assigned.
search::level& search::spare() {
  if (depth_ == levels_.size()) levels_.push_back(std::make_unique<level>());
  levels_[depth_]->frames.clear();
  levels_[depth_]->alternatives.clear();
  return *levels_[depth_];
}

void search::note(event_ref ref, alternative a) {
  level& l = top();
  const std::uint32_t stamp = current().at(ref).stamp;
  if (l.frames.empty() || l.frames.back().stamp != stamp) l.frames.push_back({stamp, l.alternatives.size()});
  a.path = path_ + 1;
  l.alternatives.push_back(a);
}

event_ref search::add_location(std::size_t thread, const event& proto, location_kind kind) {
  const event_ref ref = g().append(thread, proto);
  g().add_location(ref, kind);
  return ref;
}

event_ref search::add_choose(std::size_t thread, const event& proto) {
  const event_ref ref = g().append(thread, proto);
  if (is_guided()) {
    g().choose(ref, decided(ref).number);
    return ref;
  }
  g().choose(ref, 0);
  for (std::uint64_t value = proto.choices; value-- > 1;) {
    note(ref, {.what = alternative::kind::value, .position = static_cast<std::uint16_t>(value)});
  }
  return ref;
}

event_ref search::add_write(std::size_t thread, const event& proto) {
  const location& l = current().place(proto.location);
  const event_ref ref = g().append(thread, proto);
  if (is_guided()) {
    g().place_write(ref, decided_position(ref));
    return ref;
  }
  const std::size_t end = l.order.size();
  const std::size_t first = current().first_readable(l, current().past_of(ref)) + 1;
  for (std::size_t position = first; position < end; ++position) {
    if (current().is_taken(l, position - 1)) continue;
    note(ref, {.what = alternative::kind::place, .position = static_cast<std::uint16_t>(position)});
  }
  g().place_write(ref, end);
  note_revisits(ref);
  return ref;
}

bool search::readable(std::size_t thread, const event& proto) {
  if (!proto.satisfied) return true;
  const location& l = current().place(proto.location);
  const std::size_t first = current().first_readable(l, current().past_of_next(thread));
  for (std::size_t i = l.order.size(); i-- > first;) {
    const event_ref source = l.order[i];
    if (!proto.satisfied(current().at(source).value)) continue;
    if (current().sc_events() == 0) return true;
    const event_ref trial = g().append(thread, proto);
    g().read_from(trial, source);
    const bool fits = consistent();
    g().truncate_after(current().at(trial).stamp - 1);
    if (fits) return true;
  }
  return false;
}

event_ref search::add_read(std::size_t thread, const event& proto) {
  if (is_guided()) return add_guided_read(thread, proto);
  const location& l = current().place(proto.location);
  const event_ref ref = g().append(thread, proto);
  const std::size_t first = current().first_readable(l, current().past_of(ref));
  bool chosen = false;
  for (std::size_t i = l.order.size(); i-- > first;) {
    const event_ref source = l.order[i];
    if (proto.satisfied && !proto.satisfied(current().at(source).value)) continue;
    note_spurious(ref, source);
    if (chosen) {
      note(ref, {.what = alternative::kind::source, .target = source});
      continue;
    }
    g().read_from(ref, source);
    chosen = !proto.satisfied || consistent();
  }
  if (current().at(ref).rmw) add_second_half(ref);
  return ref;
}

const guide::decision& search::decided(event_ref ref) const {
  const auto& events = current().thread(ref.thread);
  const auto before = std::count_if(events.begin(), events.begin() + ref.index, is_decided);
  return guide_->of(ref.thread).decisions[static_cast<std::size_t>(before)];
}

// The write that a read's decision names; unset if it is not there yet.
event_ref search::decided_source(const guide::decision& d, location_id place) const {
  if (d.what == guide::decision::kind::initial) return current().place(place).order.front();
  const auto& events = current().thread(d.thread);
  std::size_t number = d.number;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!is_decided(events[i]) || number-- > 0) continue;
    return events[i].kind == event_kind::write && events[i].location == place
               ? event_ref{d.thread, static_cast<std::uint16_t>(i)}
               : event_ref{};
  }
  return {};
}

std::size_t search::decided_position(event_ref write) const {
  const auto& order = current().place(current().at(write).location).order;
  std::size_t position = 1;
  while (position < order.size() && decided(order[position]).number < decided(write).number) ++position;
  return position;
}

event_ref search::add_guided_read(std::size_t thread, const event& proto) {
  const event_ref ref = g().append(thread, proto);
  const guide::decision& d = decided(ref);
  g().mark_spurious(ref, d.spurious);
  g().read_from(ref, decided_source(d, proto.location));
  if (current().at(ref).rmw) add_second_half(ref);
  return ref;
}

bool search::is_next_on_way(std::size_t thread, const event& proto) const {
  const guide::path& way = guide_->of(thread);
  const auto& events = current().thread(thread);
  if (events.size() >= way.events) return false;
  if (!is_decided(proto)) return true;
  const auto number = static_cast<std::size_t>(std::count_if(events.begin(), events.end(), is_decided));
  if (number >= way.decisions.size()) return false;
  return proto.kind != event_kind::read || decided_source(way.decisions[number], proto.location);
}

void search::note_spurious(event_ref read, event_ref source) {
  const modification& m = current().at(read).modify;
  if (!m.weak || !m.succeeds_on(current().at(source).value)) return;
  note(read, {.what = alternative::kind::source, .spurious = true, .target = source});
}

void search::add_second_half(event_ref read) {
  event half = current().at(read);
  const event_ref source = half.reads_from;
  half.kind = event_kind::write;
  half.may_modify = false;
  half.reads_from = {};
  half.value = half.modify.compute(half.value, half.modify.operand);
  const event_ref write = g().append(read.thread, half);
  g().place_write(write, current().at(source).mo_position + 1u);
  if (!is_guided()) note_revisits(write);
}

bool search::lockable(location_id mutex) const {
  return current().at(current().place(mutex).order.back()).value == 0;
}

bool search::worth_locking(std::size_t thread, location_id mutex) const {
  const auto& events = current().thread(thread);
  return events.empty() || events.back().kind != event_kind::lock_wait ||
         !(current().place(mutex).order.back() == events.back().reads_from);
}

event_ref search::add_lock(std::size_t thread, const event& proto) {
  if (is_guided()) return add_guided_read(thread, proto);
  const location& l = current().place(proto.location);
  // If the thread has waited, its lock_wait is in the past of the lock: what comes before the lock it names
  // is out of reach.
  const std::size_t first = current().first_readable(l, current().past_of_next(thread));
  const event_ref latest = l.order.back();
  event_ref ref;
  if (lockable(proto.location)) {
    ref = g().append(thread, proto);
    g().read_from(ref, latest);
    note_overtakes(ref, first);
    add_second_half(ref);
  } else {
    event wait = proto;
    wait.kind = event_kind::lock_wait;
    wait.rmw = wait.may_modify = false;
    ref = g().append(thread, wait);
    g().turn_into_wait(ref, latest);
    note_overtakes(ref, first);
  }
  return ref;
}

event_ref search::add_unlock(std::size_t thread, const event& proto) {
  const event_ref ref = g().append(thread, proto);
  g().place_write(ref, current().place(proto.location).order.size());
  return ref;
}

clock search::overtaking_causes(event_ref lock, event_ref source) const {
  clock causes = lock.index > 0
                     ? current().at({lock.thread, static_cast<std::uint16_t>(lock.index - 1)}).causes
                     : current().at(current().spawner(lock.thread)).causes;
  causes.join(current().at(source).causes);
  return causes;
}

void search::note_overtakes(event_ref lock, std::size_t first) {
  const location& l = current().place(current().at(lock).location);
  for (std::size_t i = first; i < l.order.size(); ++i) {
    const event_ref source = l.order[i];
    if (current().at(source).value != 0 || !current().is_taken(l, i)) continue;
    const event_ref taker = l.order[i + 1];
    if (taker.thread == lock.thread && taker.index > lock.index) continue;
    const event_ref overtaken{taker.thread, static_cast<std::uint16_t>(taker.index - 1)};
    const clock kept = overtaking_causes(lock, source);
    if (kept.covers(overtaken.thread, overtaken.index) || !all_maximally_added(overtaken, kept, lock))
      continue;
    note(lock, {.what = alternative::kind::overtake, .target = source});
  }
}

void search::note_revisits(event_ref write) {
  const event& w = current().at(write);
  if (w.mutex) return;
  const location& l = current().place(w.location);
  for (const event_ref reader : l.readers) {
    const event& r = current().at(reader);
    if (w.causes.covers(reader.thread, reader.index)) continue;
    if (r.satisfied && !r.satisfied(w.value)) continue;
    if (all_maximally_added(reader, w.causes, write)) {
      note(write, {.what = alternative::kind::revisit, .target = reader});
    }
  }
}

// Whether `e` was added by the choice that stands for all: the latest source, the last place, the first
// value, as seen from what precedes it or is kept.
bool search::maximally_added(event_ref ref, const clock& kept, event_ref newest) const {
  const event& e = current().at(ref);
  const auto previous = [&](event_ref other) {
    return current().at(other).stamp <= e.stamp || kept.covers(other.thread, other.index);
  };
  if (e.kind == event_kind::choose) return e.value == 0;
  const bool reads = e.kind == event_kind::read || e.kind == event_kind::lock_wait;
  if (!reads && e.kind != event_kind::write) return true;
  if (e.spurious) return false;
  if (reads && !previous(e.reads_from)) return false;
  // A wait is what a lock does while the mutex is held; when it ends is up to what comes later.
  if (e.kind == event_kind::lock_wait) return true;
  const location& l = current().place(e.location);
  const std::size_t position = reads ? current().at(e.reads_from).mo_position : e.mo_position;
  for (std::size_t i = position + 1u; i < l.order.size(); ++i) {
    const event_ref later = l.order[i];
    if (later == newest || !previous(later)) continue;
    if (!e.satisfied || e.satisfied(current().at(later).value)) return false;
  }
  if (reads) return true;
  return std::none_of(l.readers.begin(), l.readers.end(), [&](event_ref r) {
    return !(r == newest) && current().at(r).reads_from == ref && previous(r);
  });
}

bool search::all_maximally_added(event_ref first, const clock& kept, event_ref newest) const {
  const auto& trail = current().trail();
  for (std::size_t stamp = current().at(first).stamp; stamp < trail.size(); ++stamp) {
    const event_ref e = trail[stamp];
    if (e == newest || kept.covers(e.thread, e.index)) continue;
    if (!maximally_added(e, kept, newest)) return false;
  }
  return true;
}

graph::thread_counts search::kept_counts(event_ref first, const clock& kept) const {
  graph::thread_counts counts = kept.counts;
  const auto& trail = current().trail();
  for (std::size_t stamp = 0; stamp <= current().at(first).stamp; ++stamp) {
    const event_ref e = trail[stamp];
    counts[e.thread] = std::max(counts[e.thread], static_cast<std::uint16_t>(e.index + 1));
  }
  return counts;
}

// The current graph, cut, becomes the current one of a new level; of the same one if that has nothing left to
// try.
void search::restrict_to(const graph::thread_counts& counts) {
  level& next = spare();
  next.g.assign_restricted(current(), counts);
  if (top().alternatives.empty()) {
    std::swap(levels_[depth_ - 1], levels_[depth_]);
  } else {
    ++depth_;
  }
}

namespace {

// Neighbouring subtrees resemble each other in turn, so that dealing them out in turn would be unfair. The
// mixing is that of splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
std::uint64_t shard_of(std::uint64_t subtree, unsigned shards) {
  std::uint64_t z = (subtree + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return (z ^ (z >> 31)) % shards;
}

}  // namespace

bool search::backtrack() {
  while (depth_ > 0) {
    level& l = top();
    if (l.alternatives.empty()) {
      if (--depth_ == 0) break;
      continue;
    }
    const alternative a = l.alternatives.back();
    const std::uint32_t stamp = l.frames.back().stamp;
    l.alternatives.pop_back();
    if (l.alternatives.size() == l.frames.back().first) l.frames.pop_back();
    if (shard_count_ > 1 && a.path == split_depth && shard_of(units_++, shard_count_) != shard_index_)
      continue;
    if (apply(a, stamp)) return true;
  }
  restart();
  return false;
}

search::random_step search::go_at_random(std::mt19937_64& random, double& weight) {
  const auto ways = top().alternatives.size() + 1;
  weight *= static_cast<double>(ways);
  std::size_t which = std::uniform_int_distribution<std::size_t>(0, ways - 1)(random);
  if (which == 0) {
    top().alternatives.clear();
    top().frames.clear();
    return random_step::kept;
  }
  while (!take_only(which - 1)) {
    // It leads to no execution itself, but there may be others behind it.
    const std::size_t behind = top().alternatives.size();
    weight *= static_cast<double>(behind);
    if (behind == 0) break;
    which = std::uniform_int_distribution<std::size_t>(1, behind)(random);
  }
  return random_step::turned;
}

// Takes up one of the current level's alternatives, forgetting all others.
bool search::take_only(std::size_t which) {
  level& l = top();
  const alternative a = l.alternatives[which];
  std::uint32_t stamp = 0;
  for (const frame& f : l.frames) {
    if (f.first <= which) stamp = f.stamp;
  }
  l.alternatives.clear();
  l.frames.clear();
  return apply(a, stamp);
}

bool search::apply(const alternative& a, std::uint32_t stamp) {
  path_ = a.path;
  g().truncate_after(stamp);
  const event_ref ref = current().trail()[stamp];
  switch (a.what) {
    case alternative::kind::source:
      return apply_source(a, ref);
    case alternative::kind::place:
      return apply_place(a, ref);
    case alternative::kind::revisit:
      return apply_revisit(a, ref);
    case alternative::kind::overtake:
      return apply_overtake(a, ref);
    case alternative::kind::value:
      g().choose(ref, a.position);
      return true;
  }
  return false;
}

void search::source_again(event_ref read, event_ref write, bool spurious) {
  g().mark_spurious(read, spurious);
  g().read_from(read, write);
}

// Adds the second half of a read-modify-write that succeeds, and says whether the result is consistent.
bool search::settle(event_ref read) {
  if (!consistent()) return false;
  const event& e = current().at(read);
  if (!e.rmw) return true;
  // Two read-modify-writes of one write exclude each other. Still, the second one's write may reach back to
  // the first one's read.
  const bool torn = current().is_taken(current().place(e.location), current().at(e.reads_from).mo_position);
  add_second_half(read);
  return !torn && consistent();
}

bool search::apply_source(const alternative& a, event_ref read) {
  source_again(read, a.target, a.spurious);
  return settle(read);
}

bool search::apply_place(const alternative& a, event_ref write) {
  g().move_write(write, a.position);
  if (!a.target) return consistent();
  source_again(a.target, write, a.spurious);
  return settle(a.target);
}

bool search::apply_revisit(const alternative& a, event_ref write) {
  restrict_to(kept_counts(a.target, current().at(write).causes));
  const location& l = current().place(current().at(write).location);
  const std::size_t end = l.order.size() - 1;
  g().move_write(write, end);
  const std::size_t first = 1 + std::max(current().first_readable(l, current().past_of(write)),
                                         current().first_readable(l, current().past_of(a.target)));
  std::size_t last = end;
  if (current().at(write).rmw) {
    // The second half of a read-modify-write has one place: behind what it read, if no other took that.
    const event_ref half{write.thread, static_cast<std::uint16_t>(write.index - 1)};
    last = current().at(current().at(half).reads_from).mo_position + 1u;
    if (last < first || (last < end && current().is_taken(l, last - 1))) return false;
    g().move_write(write, last);
  }
  note_places(a.target, write, current().at(write).rmw ? last : first, last);
  source_again(a.target, write, false);
  return settle(a.target);
}

// Notes what else, but the last place and success, the write and the read that it reached back to may do.
void search::note_places(event_ref read, event_ref write, std::size_t first, std::size_t last) {
  const location& l = current().place(current().at(write).location);
  const modification& m = current().at(read).modify;
  const bool may_fail = m.weak && m.succeeds_on(current().at(write).value);
  for (std::size_t position = first; position <= last; ++position) {
    if (position < last && current().is_taken(l, position - 1)) continue;
    const auto place = static_cast<std::uint16_t>(position);
    if (position < last) note(write, {.what = alternative::kind::place, .position = place, .target = read});
    if (may_fail) {
      note(write, {.what = alternative::kind::place, .spurious = true, .position = place, .target = read});
    }
  }
}

bool search::apply_overtake(const alternative& a, event_ref lock) {
  event proto = current().at(lock);
  proto.kind = event_kind::read;
  proto.rmw = proto.may_modify = true;
  proto.reads_from = {};
  const event_ref taker = current().place(proto.location).order[current().at(a.target).mo_position + 1u];
  const event_ref overtaken{taker.thread, static_cast<std::uint16_t>(taker.index - 1)};
  restrict_to(kept_counts(overtaken, overtaking_causes(lock, a.target)));
  const event_ref read = g().append(lock.thread, proto);
  g().read_from(read, a.target);
  add_second_half(read);
  g().turn_into_wait(overtaken, {read.thread, static_cast<std::uint16_t>(read.index + 1)});
  return consistent();
}

}  // namespace stillpoint::verify::explorer
