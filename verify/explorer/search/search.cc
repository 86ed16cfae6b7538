// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/search/search.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "verify/explorer/model/hash.hpp"

namespace stillpoint::verify::explorer {

void search::restart() {
  depth_ = 0;
  spare().g.clear();
  depth_ = 1;
  path_ = 0;
  units_ = 0;
  asked_ = {};
  past_guide_ = false;
}

// The level above the current one, empty of alternatives; its graph is still to be assigned.
search::level& search::spare() {
  if (depth_ == levels_.size()) levels_.push_back(std::make_unique<level>());
  levels_[depth_]->frames.clear();
  levels_[depth_]->alternatives.clear();
  return *levels_[depth_];
}

void search::note(event_ref ref, alternative a) {
  if (past_guide_) return;
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
  if (proto.choices > 1) note(ref, {.what = alternative::kind::value, .position = 1});
  return ref;
}

event_ref search::add_object(std::size_t thread, const event& proto) {
  const event_ref ref = add_location(thread, proto, location_kind::object);
  if (is_guided()) {
    const guide::reuse* const decided = reuse_on_way(thread, ref.index);
    if (decided != nullptr) g().reuse(ref, decided_destroy(*decided));
  } else if (most_reuses_ > 0) {
    note_reuses(ref);
  }
  return ref;
}

event_ref search::add_destroy(std::size_t thread, const event& proto) {
  const bool first = !current().place(proto.location).retired;
  const event_ref ref = g().append(thread, proto);
  if (first && most_reuses_ > 0 && !is_guided()) note_later_reuses(ref);
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
    note(ref, {.what = alternative::kind::place, .position = position});
  }
  g().place_write(ref, end);
  note_revisits(ref);
  return ref;
}

answer search::answer_of(const event& wait, std::uint64_t value) const {
  if (wait.presumes) return answers_.rejects(wait.question, value) ? answer::no : answer::yes;
  return answers_.of(wait.question, value);
}

std::optional<std::uint64_t> search::unjudged(std::size_t thread, const event& proto) const {
  if (!proto.waits) return std::nullopt;
  const location& l = current().place(proto.location);
  const std::size_t first = current().first_readable(l, current().past_of_next(thread));
  for (std::size_t i = first; i < l.order.size(); ++i) {
    const std::uint64_t value = current().at(l.order[i]).value;
    if (answer_of(proto, value) == answer::unknown) return value;
  }
  return std::nullopt;
}

bool search::readable(std::size_t thread, const event& proto) {
  if (!proto.waits) return true;
  const location& l = current().place(proto.location);
  const std::size_t first = current().first_readable(l, current().past_of_next(thread));
  for (std::size_t i = l.order.size(); i-- > first;) {
    const event_ref source = l.order[i];
    if (answer_of(proto, current().at(source).value) != answer::yes) continue;
    if (i + 1 == l.order.size()) return true;
    const event_ref trial = g().append(thread, proto);
    g().read_from(trial, source);
    const bool fits = consistent(trial);
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
    if (proto.waits && answer_of(proto, current().at(source).value) != answer::yes) continue;
    note_spurious(ref, source);
    if (chosen) {
      note(ref, {.what = alternative::kind::source, .target = source});
      continue;
    }
    g().read_from(ref, source);
    chosen = !proto.waits || consistent(ref);
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
  if (d.what != guide::decision::kind::source) return {};
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
  if (proto.kind == event_kind::create) return true;
  const auto counted = static_cast<std::size_t>(std::count_if(events.begin(), events.end(), is_counted));
  if (counted >= way.events) return false;
  if (proto.kind == event_kind::object_create) {
    const guide::reuse* const decided = reuse_on_way(thread, events.size());
    if (decided == nullptr) return true;
    const event_ref destroy = decided_destroy(*decided);
    return destroy && can_reuse(proto, destroy);
  }
  if (!is_decided(proto)) return true;
  const auto number = static_cast<std::size_t>(std::count_if(events.begin(), events.end(), is_decided));
  if (number >= way.decisions.size()) return false;
  const guide::decision& d = way.decisions[number];
  if (proto.kind == event_kind::choose) {
    return d.what == guide::decision::kind::value && d.number < proto.choices;
  }
  if (proto.kind == event_kind::write) return d.what == guide::decision::kind::rank;
  const event_ref source = decided_source(d, proto.location);
  if (!source || !can_read(thread, proto, source, d.spurious)) return false;
  // What a read-modify-write writes is decided next.
  const bool writes = proto.rmw && !d.spurious && proto.modify.succeeds_on(current().at(source).value);
  return !writes || (counted + 1 < way.events && number + 1 < way.decisions.size() &&
                     way.decisions[number + 1].what == guide::decision::kind::rank);
}

// Which memory the guide has the thread's event at `index`, an object_create, reuse; null if it is fresh.
const guide::reuse* search::reuse_on_way(std::size_t thread, std::size_t index) const {
  const auto& events = current().thread(thread);
  return guide_->of(thread).reuse_by(static_cast<std::size_t>(
      std::count_if(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(index),
                    [](const event& e) { return e.kind == event_kind::object_create; })));
}

// The object_destroy that gives the memory back; unset if it is not there yet.
event_ref search::decided_destroy(const guide::reuse& decided) const {
  const auto& events = current().thread(decided.thread);
  std::size_t before = decided.destroy;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].kind == event_kind::object_destroy && before-- == 0)
      return {decided.thread, static_cast<std::uint16_t>(i)};
  }
  return {};
}

// A guide may be another program's: what it names need not be possible here.
bool search::can_read(std::size_t thread, const event& proto, event_ref source, bool spuriously) const {
  const location& l = current().place(proto.location);
  const event& write = current().at(source);
  if (write.mo_position < current().first_readable(l, current().past_of_next(thread))) return false;
  if (spuriously) return proto.modify.weak && proto.modify.succeeds_on(write.value);
  if (proto.waits && answer_of(proto, write.value) == answer::no) return false;
  return !proto.rmw || !proto.modify.succeeds_on(write.value) || !current().is_taken(l, write.mo_position);
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

bool search::consistent(event_ref newest) {
  const event& e = current().at(newest);
  if (e.kind != event_kind::read && e.kind != event_kind::write) return true;
  if (!admits(newest)) return false;
  const event_ref half{newest.thread, static_cast<std::uint16_t>(newest.index + 1)};
  return e.kind == event_kind::write || !e.rmw || admits(half);
}

bool search::admits(event_ref newest) {
  if (seq_cst_.admits(current(), newest)) return true;
  note_refusal(newest);
  return false;
}

bool search::admits(event_ref source, event_ref read) {
  if (seq_cst_.admits(current(), source, read)) return true;
  note_refusal(read);
  return false;
}

// If the wait of one thread comes too late, the other may turn for ever: find_stuck knows of waits only.
void search::note_loop(std::size_t thread) {
  if (keeps_failed_looks_ || lacks_failed_looks_ || guide_ != nullptr) return;
  const auto& trail = current().trail();
  lacks_failed_looks_ = std::any_of(trail.begin(), trail.end(), [&](event_ref ref) {
    return ref.thread != thread && current().at(ref).waits;
  });
}

// A wait that does not cause the event might still be waiting, and the event be possible then.
void search::note_refusal(event_ref newest) {
  if (keeps_failed_looks_ || lacks_failed_looks_ || guide_ != nullptr) return;
  const auto& trail = current().trail();
  lacks_failed_looks_ = std::any_of(trail.begin(), trail.end(), [&](event_ref other) {
    return current().at(other).waits && !(other == newest) && !current().causes(other, newest);
  });
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
    if (kept.covers(overtaken.thread, overtaken.index)) continue;
    const answer possible = all_maximally_added(overtaken, kept, lock);
    if (possible == answer::no) continue;
    note(lock,
         {.what = alternative::kind::overtake, .unsure = possible == answer::unknown, .target = source});
  }
}

void search::note_revisits(event_ref write) {
  const event& w = current().at(write);
  if (w.mutex) return;
  const auto& trail = current().trail();
  const auto& readers = current().place(w.location).readers;
  // What an earlier reader takes back is what a later one does, and more.
  answer maximal = answer::yes;
  std::size_t from = trail.size();
  revisits_.clear();
  for (std::size_t i = readers.size(); i-- > 0;) {
    const answer accepted = may_accept(write, readers[i]);
    if (accepted == answer::no) continue;
    while (from > current().at(readers[i]).stamp && maximal != answer::no) {
      const event_ref e = trail[--from];
      if (e == write || w.causes.covers(e.thread, e.index)) continue;
      const answer one = maximally_added(e, w.causes, write, nullptr);
      if (one != answer::yes) maximal = one;
    }
    if (maximal == answer::no) break;
    const bool unsure = maximal == answer::unknown || accepted == answer::unknown;
    revisits_.push_back({.what = alternative::kind::revisit, .unsure = unsure, .target = readers[i]});
  }
  for (std::size_t i = revisits_.size(); i-- > 0;) note(write, revisits_[i]);
}

// Whether an earlier read that is not one of its causes could read this write, for all that the reader says.
answer search::may_accept(event_ref write, event_ref reader) const {
  const event& w = current().at(write);
  if (w.causes.covers(reader.thread, reader.index)) return answer::no;
  const event& r = current().at(reader);
  return r.waits ? answer_of(r, w.value) : answer::yes;
}

// Whether the memory fits and is not taken.
bool search::can_reuse(const event& wanted, event_ref destroy) const {
  const event& given = current().at(current().place(current().at(destroy).location).creator);
  return wanted.value == given.value && wanted.choices == given.choices && !current().reuser(destroy);
}

void search::note_reuses(event_ref create) {
  const bool enough = current().reuses() >= most_reuses_;
  for (std::size_t id = 0; id < current().location_count(); ++id) {
    const location& l = current().place(static_cast<location_id>(id));
    if (!l.creator || l.kind != location_kind::object || !l.retired ||
        !can_reuse(current().at(create), l.retired))
      continue;
    if (enough) {
      more_reuses_ = true;
      return;
    }
    note(create, {.what = alternative::kind::reuse, .target = l.retired});
  }
}

// The memory may be reused for an object that was added earlier, with other memory.
void search::note_later_reuses(event_ref destroy) {
  for (std::size_t id = 0; id < current().location_count(); ++id) {
    const location& l = current().place(static_cast<location_id>(id));
    if (!l.creator || l.kind != location_kind::object || !can_reuse(current().at(l.creator), destroy))
      continue;
    const answer possible = may_be_reused_before(destroy, l.creator);
    if (possible == answer::no) continue;
    note(
        destroy,
        {.what = alternative::kind::later_reuse, .unsure = possible == answer::unknown, .target = l.creator});
  }
}

answer search::may_be_reused_before(event_ref destroy, event_ref create, doubt* about) const {
  const clock& causes = current().at(destroy).causes;
  if (causes.covers(create.thread, create.index)) return answer::no;
  return all_maximally_added(create, causes, destroy, about);
}

// Whether an earlier read may read this new write instead. Where that is unknown, `about` says what would
// have to be asked.
answer search::may_reach_back(event_ref write, event_ref reader, doubt* about) const {
  const answer accepted = may_accept(write, reader);
  if (accepted == answer::no) return answer::no;
  const answer maximal = all_maximally_added(reader, current().at(write).causes, write, about);
  if (maximal == answer::no || accepted == answer::yes) return maximal;
  if (about != nullptr) *about = {reader, write};
  return answer::unknown;
}

// Whether `e` was added by the choice that stands for all: the latest source, the last place, the first
// value, as seen from what precedes it or is kept.
answer search::maximally_added(event_ref ref, const clock& kept, event_ref newest, doubt* about) const {
  const event& e = current().at(ref);
  const auto previous = [&](event_ref other) {
    return current().at(other).stamp <= e.stamp || kept.covers(other.thread, other.index);
  };
  const auto answered = [](bool yes) { return yes ? answer::yes : answer::no; };
  if (e.kind == event_kind::choose) return answered(e.value == 0);
  if (e.kind == event_kind::object_create) return answered(!e.reads_from);
  if (e.kind == event_kind::object_destroy && most_reuses_ > 0) {
    const event_ref reuser = current().reuser(ref);
    return answered(!reuser || !previous(reuser));
  }
  const bool reads = e.kind == event_kind::read || e.kind == event_kind::lock_wait;
  if (!reads && e.kind != event_kind::write) return answer::yes;
  if (e.spurious) return answer::no;
  if (reads && !previous(e.reads_from)) return answer::no;
  // A wait is what a lock does while the mutex is held; when it ends is up to what comes later.
  if (e.kind == event_kind::lock_wait) return answer::yes;
  const location& l = current().place(e.location);
  const std::size_t position = reads ? current().at(e.reads_from).mo_position : e.mo_position;
  answer all = answer::yes;
  for (std::size_t i = position + 1u; i < l.order.size(); ++i) {
    const event_ref later = l.order[i];
    if (later == newest || !previous(later)) continue;
    const answer accepted = e.waits ? answer_of(e, current().at(later).value) : answer::yes;
    if (accepted == answer::yes) return answer::no;
    if (accepted == answer::no) continue;
    all = answer::unknown;
    if (about != nullptr) *about = {ref, later};
  }
  if (reads || !e.reached_back) return all;
  return answered(std::none_of(l.readers.begin(), l.readers.end(), [&](event_ref r) {
    return !(r == newest) && current().at(r).reads_from == ref && previous(r);
  }));
}

answer search::all_maximally_added(event_ref first, const clock& kept, event_ref newest, doubt* about) const {
  answer all = answer::yes;
  const auto& trail = current().trail();
  for (std::size_t stamp = current().at(first).stamp; stamp < trail.size(); ++stamp) {
    const event_ref e = trail[stamp];
    if (e == newest || kept.covers(e.thread, e.index)) continue;
    const answer maximal = maximally_added(e, kept, newest, about);
    if (maximal == answer::no) return answer::no;
    if (maximal == answer::unknown) all = answer::unknown;
  }
  return all;
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
  level& cut = spare();
  cut.g.assign_restricted(current(), counts);
  if (top().alternatives.empty()) {
    std::swap(levels_[depth_ - 1], levels_[depth_]);
  } else {
    ++depth_;
  }
}

namespace {

// Neighbouring subtrees resemble each other in turn, so that dealing them out in turn would be unfair.
std::uint64_t shard_of(std::uint64_t subtree, unsigned shards) {
  return mixed(subtree, 0) % shards;
}

}  // namespace

search::next search::backtrack() {
  while (depth_ > 0) {
    level& l = top();
    if (l.alternatives.empty()) {
      if (--depth_ == 0) break;
      continue;
    }
    const alternative a = l.alternatives.back();
    const std::uint32_t stamp = l.frames.back().stamp;
    if (a.unsure) {
      g().truncate_after(stamp);
      doubt about;
      const answer possible = reconsider(a, stamp, about);
      if (possible == answer::unknown) {
        begin_question(about);
        return next::question;
      }
      if (possible == answer::no) {
        drop_last_alternative();
        continue;
      }
    }
    if (ways_of(l, a, stamp) > 1) {
      ++l.alternatives.back().position;
    } else {
      drop_last_alternative();
    }
    if (shard_count_ > 1 && a.path == split_depth && shard_of(units_++, shard_count_) != shard_index_)
      continue;
    if (apply(a, stamp)) return next::execution;
  }
  restart();
  return next::none;
}

void search::drop_last_alternative() {
  level& l = top();
  l.alternatives.pop_back();
  if (l.alternatives.size() == l.frames.back().first) l.frames.pop_back();
}

// Whether an alternative that was noted in doubt is one, by what is known now.
answer search::reconsider(const alternative& a, std::uint32_t stamp, doubt& about) const {
  const event_ref newest = current().trail()[stamp];
  if (a.what == alternative::kind::revisit) return may_reach_back(newest, a.target, &about);
  if (a.what == alternative::kind::later_reuse) return may_be_reused_before(newest, a.target, &about);
  return all_maximally_added(taker_of(newest, a.target), overtaking_causes(newest, a.target), newest, &about);
}

// The lock that came next after what `lock` is to come after.
event_ref search::taker_of(event_ref lock, event_ref source) const {
  const location& l = current().place(current().at(lock).location);
  const event_ref taker = l.order[current().at(source).mo_position + 1u];
  return {taker.thread, static_cast<std::uint16_t>(taker.index - 1)};
}

// Neither causes the other: what causes either, with the wait reading the write, is the beginning of an
// execution. Whether that is a consistent one does not matter to what the wait says.
void search::begin_question(const doubt& about) {
  const event wait = current().at(about.wait);
  clock kept =
      about.wait.index > 0
          ? current().at({about.wait.thread, static_cast<std::uint16_t>(about.wait.index - 1)}).causes
          : current().at(current().spawner(about.wait.thread)).causes;
  kept.join(current().at(about.write).causes);
  level& trial = spare();
  trial.g.assign_restricted(current(), kept.counts);
  ++depth_;
  event proto = wait;
  proto.reads_from = {};
  asked_ = g().append(about.wait.thread, proto);
  g().read_from(asked_, about.write);
}

void search::end_question() {
  asked_ = {};
  --depth_;
}

bool search::begin_open_question() {
  // Only a wait that a later write would not have ended can have come too late for what ended it.
  bool may_be_late = false;
  for (const bool later : {true, false}) {
    if (!later && !may_be_late) return false;
    for (const event_ref ref : current().trail()) {
      const event& e = current().at(ref);
      if (e.kind != event_kind::read || !e.waits) continue;
      const auto& order = current().place(e.location).order;
      const std::size_t source = current().at(e.reads_from).mo_position;
      for (std::size_t i = later ? source + 1 : 0; i < order.size(); ++i) {
        if (current().causes(ref, order[i])) continue;
        const answer said = answer_of(e, current().at(order[i]).value);
        may_be_late = may_be_late || (later && said == answer::no);
        if (said != answer::unknown) continue;
        begin_question({ref, order[i]});
        return true;
      }
    }
  }
  return false;
}

// One, but for a choice: what has not been chosen yet.
std::uint64_t search::ways_of(const level& l, const alternative& a, std::uint32_t stamp) {
  if (a.what != alternative::kind::value) return 1;
  return l.g.at(l.g.trail()[stamp]).choices - a.position;
}

search::likeness search::likeness_of(const alternative& a, std::uint32_t stamp) const {
  const event_ref newest = current().trail()[stamp];
  std::uint32_t kept = stamp + 1;
  const auto count = [&](event_ref first, const clock& causes) {
    const graph::thread_counts counts = kept_counts(first, causes);
    kept = std::accumulate(counts.begin(), counts.end(), std::uint32_t{0});
  };
  if (a.what == alternative::kind::revisit) count(a.target, current().at(newest).causes);
  if (a.what == alternative::kind::overtake)
    count(taker_of(newest, a.target), overtaking_causes(newest, a.target));
  return {a.path, kept, newest.thread * 16u + static_cast<unsigned>(a.what)};
}

search::branch search::branch_at(std::size_t index, std::uint64_t way) const {
  const level& l = *levels_[depth_ - 1];
  const auto behind = std::upper_bound(l.frames.begin(), l.frames.end(), index,
                                       [](std::size_t i, const frame& f) { return i < f.first; });
  branch b;
  b.g_ = l.g;
  b.stamp_ = std::prev(behind)->stamp;
  b.what_ = l.alternatives[index];
  b.what_.position += way;
  return b;
}

search::next search::start(const branch& from) {
  restart();
  g() = from.g_;
  path_ = from.what_.path;
  g().truncate_after(from.stamp_);
  if (from.what_.unsure) {
    doubt about;
    const answer possible = reconsider(from.what_, from.stamp_, about);
    if (possible == answer::unknown) begin_question(about);
    if (possible != answer::yes) return possible == answer::no ? next::none : next::question;
  }
  return apply(from.what_, from.stamp_) ? next::execution : next::none;
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
    case alternative::kind::reuse:
      g().reuse(ref, a.target);
      return true;
    case alternative::kind::later_reuse:
      return apply_later_reuse(a, ref);
  }
  return false;
}

void search::source_again(event_ref read, event_ref write, bool spurious) {
  g().mark_spurious(read, spurious);
  g().read_from(read, write);
}

// Adds the second half of a read-modify-write that succeeds, and says whether the result is consistent.
bool search::settle(event_ref read) {
  if (!admits(current().at(read).reads_from, read)) return false;
  const event& e = current().at(read);
  if (!e.rmw) return true;
  // Two read-modify-writes of one write exclude each other. Still, the second one's write may reach back to
  // the first one's read.
  const bool torn = current().is_taken(current().place(e.location), current().at(e.reads_from).mo_position);
  add_second_half(read);
  return !torn && consistent({read.thread, static_cast<std::uint16_t>(read.index + 1)});
}

bool search::apply_source(const alternative& a, event_ref read) {
  source_again(read, a.target, a.spurious);
  return settle(read);
}

bool search::apply_place(const alternative& a, event_ref write) {
  g().move_write(write, a.position);
  if (!a.target) return consistent(write);
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
    if (position < last)
      note(write, {.what = alternative::kind::place, .position = position, .target = read});
    if (may_fail) {
      note(write, {.what = alternative::kind::place, .spurious = true, .position = position, .target = read});
    }
  }
}

bool search::apply_later_reuse(const alternative& a, event_ref destroy) {
  restrict_to(kept_counts(a.target, current().at(destroy).causes));
  if (current().reuses() >= most_reuses_) {
    more_reuses_ = true;
    return false;
  }
  g().reuse(a.target, destroy);
  return true;
}

bool search::apply_overtake(const alternative& a, event_ref lock) {
  event proto = current().at(lock);
  proto.kind = event_kind::read;
  proto.rmw = proto.may_modify = true;
  proto.reads_from = {};
  const event_ref overtaken = taker_of(lock, a.target);
  restrict_to(kept_counts(overtaken, overtaking_causes(lock, a.target)));
  const event_ref read = g().append(lock.thread, proto);
  g().read_from(read, a.target);
  add_second_half(read);
  g().turn_into_wait(overtaken, {read.thread, static_cast<std::uint16_t>(read.index + 1)});
  return consistent(read);
}

}  // namespace stillpoint::verify::explorer
