// SPDX-License-Identifier: BSL-1.0
//
// Waits that end by their time. Whether one does is a choice, so that a thread that waits again and again
// could do so without end. After some time-outs in a row between which it changed nothing it is taken to be
// back where it was: what it waits for has to come from another thread.
#include "verify/explorer/machine/virtual_time.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::explorer {

virtual_time::nanoseconds machine::look_at_clock() {
  const virtual_time::nanoseconds now = me().time.look();
  me().loop.saw(static_cast<std::uint64_t>(now));
  return now;
}

bool machine::times_out(location_id place, virtual_time::nanoseconds end, std::source_location where) {
  if (choose_at(2, operation::time_out, place, where) == 0) return false;
  thread_state& t = me();
  const std::size_t here = t.next - 1;
  if (t.time.time_outs() > 0 && has_changed_since(t.time.first())) t.time.begin_row();
  if (t.time.time_outs() == virtual_time::most_time_outs) {
    const engine_scope scope;
    t.turn_begin = t.time.last();
    t.turn_at = where;
    t.is = state::spins;
    suspend();
  }
  t.time.timed_out(here);
  t.time.pass_until(end);
  return true;
}

// By the graph, which is the same whenever the execution is run. What is counted up and down again, as
// references are, is as it was.
bool machine::has_changed_since(std::size_t event) const {
  const auto& events = g().thread(current_);
  std::vector<std::pair<location_id, std::uint64_t>> before;
  for (std::size_t i = event; i < threads_[current_].next; ++i) {
    if (!changes_nothing(events[i])) return true;
    if (!events[i].rmw || events[i].kind != event_kind::read || is_who_is_in(events[i])) continue;
    const location_id place = events[i].location;
    const bool first =
        std::none_of(before.begin(), before.end(), [&](const auto& b) { return b.first == place; });
    if (first) before.emplace_back(place, events[i].value);
  }
  return std::any_of(before.begin(), before.end(), [&](const auto& b) {
    for (std::size_t i = threads_[current_].next; i-- > event;) {
      if (events[i].kind == event_kind::write && events[i].location == b.first)
        return events[i].value != b.second;
    }
    return false;
  });
}

// As far as the event alone says that.
bool machine::changes_nothing(const event& e) const {
  switch (e.kind) {
    case event_kind::read:
    case event_kind::plain_read:
    case event_kind::choose:
    case event_kind::fence:
    case event_kind::lock_wait:
      return true;
    case event_kind::write:
      return e.rmw || is_who_is_in(e);
    default:
      return false;
  }
}

// Of a mutex, an rwlock, or who sleeps: not what the thread does there.
bool machine::is_who_is_in(const event& e) const {
  return g().place(e.location).kind != location_kind::atomic || is_rwlock_operation(e.op);
}

}  // namespace stillpoint::verify::explorer
