// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/stuck.hpp"

#include <algorithm>

namespace stillpoint::verify::explorer {

namespace {

bool is_lock(const event& e) {
  return e.mutex && (e.kind == event_kind::lock_wait || (e.kind == event_kind::read && e.rmw));
}

bool satisfies(const search& s, const event& wait, std::uint64_t value) {
  return is_lock(wait) ? value == 0 : s.accepts(wait, value);
}

// Whether some write after the one it read, and not caused by this wait, would not have satisfied it.
bool may_come_too_late(const search& s, event_ref ref) {
  const graph& g = s.current();
  const event& e = g.at(ref);
  const auto& order = g.place(e.location).order;
  for (std::size_t i = g.at(e.reads_from).mo_position + 1u; i < order.size(); ++i) {
    if (!g.causes(ref, order[i]) && !satisfies(s, e, g.at(order[i]).value)) return true;
  }
  return false;
}

// Whether the last value of the wait's location among the kept events does not satisfy it.
bool waits_forever(const search& s, const event& wait, const graph::thread_counts& kept) {
  const graph& g = s.current();
  const auto& order = g.place(wait.location).order;
  const auto last = std::find_if(order.rbegin(), order.rend(),
                                 [&](event_ref write) { return write.index < kept[write.thread]; });
  return last != order.rend() && !satisfies(s, wait, g.at(*last).value);
}

// The waits in which threads are, if each of them is where it can go no further.
std::optional<std::vector<event_ref>> waits_of(const search& s, const graph::thread_counts& kept,
                                               const std::array<bool, max_threads>& gave_up) {
  const graph& g = s.current();
  std::vector<event_ref> waits;
  for (std::size_t t = 0; t < g.thread_count(); ++t) {
    const event_ref next{static_cast<std::uint16_t>(t), kept[t]};
    if (kept[t] == g.thread(t).size()) {
      if (gave_up[t]) return std::nullopt;
      continue;
    }
    const event_ref spawner = g.spawner(t);
    const bool begun = !spawner || spawner.index < kept[spawner.thread];
    const event& e = g.at(next);
    // What it waits for is another thread that has not ended.
    if (!begun || e.kind == event_kind::join) continue;
    // A try_lock does not wait: it fails.
    const bool is_wait = (e.kind == event_kind::read && e.waits) || (is_lock(e) && e.op == operation::lock);
    if (!is_wait || !waits_forever(s, e, kept)) return std::nullopt;
    waits.push_back(next);
  }
  return waits;
}

}  // namespace

graph::thread_counts not_caused_by(const graph& g, event_ref cause) {
  graph::thread_counts counts{};
  for (std::size_t t = 0; t < g.thread_count(); ++t) {
    const auto& events = g.thread(t);
    const auto first = std::partition_point(events.begin(), events.end(), [cause](const event& e) {
      return !e.causes.covers(cause.thread, cause.index);
    });
    counts[t] = static_cast<graph::thread_counts::value_type>(first - events.begin());
  }
  return counts;
}

std::optional<std::vector<event_ref>> find_stuck(const search& s,
                                                 const std::array<bool, max_threads>& gave_up) {
  const graph& g = s.current();
  for (const event_ref late : g.trail()) {
    const event& e = g.at(late);
    if (!e.waits || !may_come_too_late(s, late)) continue;
    const graph::thread_counts kept = not_caused_by(g, late);
    if (!waits_forever(s, e, kept)) continue;
    auto waits = waits_of(s, kept, gave_up);
    if (!waits) continue;
    std::iter_swap(waits->begin(), std::find(waits->begin(), waits->end(), late));
    return waits;
  }
  return std::nullopt;
}

}  // namespace stillpoint::verify::explorer
