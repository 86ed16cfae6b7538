// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/model/synchronizes_with.hpp"

#include <algorithm>

namespace stillpoint::verify::explorer {

namespace {

using refs = std::vector<event_ref>;

event_ref previous(event_ref ref) {
  return {ref.thread, static_cast<std::uint16_t>(ref.index - 1)};
}

// The write and those whose release sequences it continues, being a read-modify-write.
refs heads_of(const graph& g, event_ref write) {
  refs heads{write};
  while (g.at(write).kind == event_kind::write && g.at(write).rmw) {
    write = g.at(previous(write)).reads_from;
    heads.push_back(write);
  }
  return heads;
}

// The last fence before `ref` in its thread that `fits`; unset if there is none.
template <class Predicate>
event_ref fence_before(const graph& g, event_ref ref, const Predicate& fits) {
  while (ref.index > 0) {
    ref = previous(ref);
    if (g.at(ref).kind == event_kind::fence && fits(g.at(ref))) return ref;
  }
  return {};
}

// What an acquire of a value from this write synchronizes with.
void add_releases(const graph& g, event_ref write, refs& found) {
  for (const event_ref head : heads_of(g, write)) {
    // Initialization is no atomic operation.
    if (g.at(head).kind == event_kind::create) continue;
    const event_ref source = is_release(g.at(head).order) ? head : fence_before(g, head, [](const event& e) {
      return e.fence != fence_kind::light && is_release(e.order);
    });
    if (source) found.push_back(source);
  }
}

// What a fence of the asymmetric pair synchronizes with: fences of the other kind.
void add_fences(const graph& g, event_ref write, fence_kind kind, refs& found) {
  for (const event_ref head : heads_of(g, write)) {
    const event_ref source = fence_before(g, head, [kind](const event& e) { return e.fence == kind; });
    if (source) found.push_back(source);
  }
}

refs sources_of_fence(const graph& g, event_ref fence) {
  refs found;
  const fence_kind kind = g.at(fence).fence;
  for (event_ref before = fence; before.index > 0;) {
    before = previous(before);
    const event& e = g.at(before);
    if (e.kind != event_kind::read) continue;
    if (kind != fence_kind::light) add_releases(g, e.reads_from, found);
    if (kind == fence_kind::heavy) add_fences(g, e.reads_from, fence_kind::light, found);
    if (kind == fence_kind::light) add_fences(g, e.reads_from, fence_kind::heavy, found);
  }
  return found;
}

refs sources_of(const graph& g, event_ref ref) {
  const event& e = g.at(ref);
  refs found;
  if (e.kind == event_kind::read && is_acquire(e.order)) add_releases(g, e.reads_from, found);
  if (e.kind == event_kind::object_create && e.reads_from) found.push_back(e.reads_from);
  if (e.kind == event_kind::fence && is_acquire(e.order)) found = sources_of_fence(g, ref);
  return found;
}

// Keeps what does not happen before the sink anyway, or before another source.
refs without_implied(const graph& g, event_ref sink, const refs& sources) {
  const clock& past = g.past_of(sink);
  refs kept;
  for (const event_ref s : sources) {
    const bool implied =
        past.covers(s.thread, s.index) ||
        std::any_of(sources.begin(), sources.end(), [&](event_ref o) { return g.happens_before(s, o); });
    if (!implied && std::find(kept.begin(), kept.end(), s) == kept.end()) kept.push_back(s);
  }
  return kept;
}

}  // namespace

std::vector<synchronization> synchronizations(const graph& g) {
  std::vector<synchronization> all;
  for (std::size_t t = 0; t < max_threads; ++t) {
    for (std::size_t i = 0; i < g.thread(t).size(); ++i) {
      const event_ref sink{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)};
      for (const event_ref source : without_implied(g, sink, sources_of(g, sink)))
        all.push_back({source, sink});
    }
  }
  return all;
}

}  // namespace stillpoint::verify::explorer
