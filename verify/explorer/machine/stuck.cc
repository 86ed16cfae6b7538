// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/stuck.hpp"

#include <algorithm>
#include <array>

namespace stillpoint::verify::explorer {

namespace {

bool waits(const event& e) {
  return e.kind == event_kind::read && (e.waits || (e.mutex && e.rmw));
}

bool satisfies(const search& s, const event& wait, std::uint64_t value) {
  return wait.mutex ? value == 0 : s.accepts(wait, value);
}

// Whether some write after the one it read, and not caused by this wait, would not have satisfied it.
bool may_come_too_late(const search& s, event_ref ref) {
  const graph& g = s.current();
  const event& e = g.at(ref);
  if (e.mutex) return false;
  const auto& order = g.place(e.location).order;
  for (std::size_t i = g.at(e.reads_from).mo_position + 1u; i < order.size(); ++i) {
    if (!g.causes(ref, order[i]) && !satisfies(s, e, g.at(order[i]).value)) return true;
  }
  return false;
}

class cutter {
 public:
  explicit cutter(const search& s) : s_(s), g_(s.current()) {
    for (std::size_t t = 0; t < max_threads; ++t)
      counts_[t] = static_cast<std::uint16_t>(g_.thread(t).size());
    // The main thread gets no further than to where it waits for the others.
    const auto& main = g_.thread(0);
    const auto join =
        std::find_if(main.begin(), main.end(), [](const event& e) { return e.kind == event_kind::join; });
    counts_[0] = static_cast<std::uint16_t>(join - main.begin());
  }

  std::optional<std::vector<event_ref>> cut(std::size_t thread) {
    if (thread == max_threads) return stuck() ? std::optional(awaits_) : std::nullopt;
    if (auto found = cut(thread + 1)) return found;
    const std::uint16_t whole = counts_[thread];
    for (std::uint16_t i = 0; i < whole; ++i) {
      const event_ref ref{static_cast<std::uint16_t>(thread), i};
      if (!waits(g_.at(ref))) continue;
      counts_[thread] = i;
      awaits_.push_back(ref);
      if (auto found = cut(thread + 1)) return found;
      awaits_.pop_back();
    }
    counts_[thread] = whole;
    return std::nullopt;
  }

 private:
  bool stuck() const {
    return !awaits_.empty() && closed() &&
           std::all_of(awaits_.begin(), awaits_.end(), [this](event_ref a) { return waits_forever(a); });
  }

  // Whether the last value of its location among the kept events does not satisfy it.
  bool waits_forever(event_ref await) const {
    const event& e = g_.at(await);
    const auto& order = g_.place(e.location).order;
    for (std::size_t i = order.size(); i-- > 0;) {
      if (order[i].index < counts_[order[i].thread]) return !satisfies(s_, e, g_.at(order[i]).value);
    }
    return false;
  }

  // Whether each kept event's causes are kept.
  bool closed() const {
    for (std::size_t t = 0; t < max_threads; ++t) {
      if (counts_[t] == 0) continue;
      const event& last = g_.at({static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(counts_[t] - 1)});
      for (std::size_t u = 0; u < max_threads; ++u) {
        if (last.causes.counts[u] > counts_[u]) return false;
      }
    }
    return true;
  }

  const search& s_;
  const graph& g_;
  graph::thread_counts counts_{};
  std::vector<event_ref> awaits_;
};

}  // namespace

std::optional<std::vector<event_ref>> find_stuck(const search& s) {
  const auto& trail = s.current().trail();
  const bool possible = std::any_of(trail.begin(), trail.end(), [&s](event_ref ref) {
    return s.current().at(ref).waits && may_come_too_late(s, ref);
  });
  if (!possible) return std::nullopt;
  return cutter(s).cut(1);
}

}  // namespace stillpoint::verify::explorer
