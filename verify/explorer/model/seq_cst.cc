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
#include <array>
#include <bitset>
#include <cstddef>
#include <vector>

#include "verify/explorer/model/graph.hpp"

namespace stillpoint::verify::explorer {

namespace {

// More seq_cst events than this in one execution are refused by the search as a bound.
constexpr std::size_t capacity = max_sc_events;
using event_set = std::bitset<capacity>;

class psc {
 public:
  explicit psc(const graph& g) : g_(g) {
    collect();
    program_order_edges();
    for (std::size_t id = 0; id < g_.location_count(); ++id) {
      const location& l = g_.place(static_cast<location_id>(id));
      if (l.creator && l.has_order()) location_edges(l);
    }
  }

  bool acyclic() const {
    std::array<mark, capacity> marks{};
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (marks[i] == mark::unseen && reaches_cycle(i, marks)) return false;
    }
    return true;
  }

 private:
  enum class mark : std::uint8_t { unseen, open, done };

  void collect() {
    for (const event_ref ref : g_.trail()) {
      const event& e = g_.at(ref);
      if (!e.is_sc_access() && !e.is_sc_fence()) continue;
      const std::size_t i = nodes_.size();
      nodes_.push_back(ref);
      if (e.kind != event_kind::fence) {
        accesses_.set(i);
      } else if (e.fence == fence_kind::light) {
        lights_.set(i);
      } else {
        fences_.set(i);
        if (e.fence == fence_kind::heavy) heavies_.set(i);
      }
    }
    successors_.assign(nodes_.size(), {});
  }

  bool before_or_same(event_ref a, event_ref b) const { return a == b || g_.happens_before(a, b); }

  bool other_place(const event& a, const event& b) const {
    return a.location == no_location || a.location != b.location;
  }

  // The nearest event in program order whose location differs; unset if there is none.
  event_ref next_elsewhere(event_ref ref) const {
    const auto& events = g_.thread(ref.thread);
    for (std::size_t i = ref.index + 1u; i < events.size(); ++i) {
      if (other_place(events[i], g_.at(ref))) return {ref.thread, static_cast<std::uint16_t>(i)};
    }
    return {};
  }

  event_ref previous_elsewhere(event_ref ref) const {
    const auto& events = g_.thread(ref.thread);
    for (std::size_t i = ref.index; i-- > 0;) {
      if (other_place(events[i], g_.at(ref))) return {ref.thread, static_cast<std::uint16_t>(i)};
    }
    return {};
  }

  // Edges that need no location: program order, po≠loc;hb;po≠loc, and happens-before at fences.
  void program_order_edges() {
    for (std::size_t a = 0; a < nodes_.size(); ++a) {
      for (std::size_t b = 0; b < nodes_.size(); ++b) {
        if (a != b && ordered_without_location(a, b)) successors_[a].set(b);
      }
    }
  }

  bool ordered_without_location(std::size_t a, std::size_t b) const {
    const event_ref x = nodes_[a];
    const event_ref y = nodes_[b];
    if (lights_[a] || lights_[b]) {
      return (heavies_[a] || heavies_[b]) && g_.happens_before(x, y);
    }
    if (fences_[a] && fences_[b]) return g_.happens_before(x, y);
    if (x.thread == y.thread) return x.index < y.index;
    if (fences_[a])
      return y.index > 0 && before_or_same(x, {y.thread, static_cast<std::uint16_t>(y.index - 1)});
    if (fences_[b]) {
      const event_ref next{x.thread, static_cast<std::uint16_t>(x.index + 1)};
      return next.index < g_.thread(next.thread).size() && before_or_same(next, y);
    }
    const event_ref after = next_elsewhere(x);
    const event_ref before = previous_elsewhere(y);
    return after && before && g_.happens_before(after, before);
  }

  struct access {
    event_ref ref;
    bool writes = false;
    // Position in modification order of what it writes or reads.
    std::size_t position = 0;
    // The seq_cst fences (and light ones) before and after it in happens-before, and itself if it is seq_cst.
    event_set fences_before;
    event_set fences_after;
    event_set self;
  };

  access describe(event_ref ref) const {
    const event& e = g_.at(ref);
    access a;
    a.ref = ref;
    a.writes = e.is_write();
    a.position = a.writes ? e.mo_position : g_.at(e.reads_from).mo_position;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i] == ref) a.self.set(i);
      if (accesses_[i]) continue;
      if (g_.happens_before(nodes_[i], ref)) a.fences_before.set(i);
      if (g_.happens_before(ref, nodes_[i])) a.fences_after.set(i);
    }
    return a;
  }

  void location_edges(const location& l) {
    std::vector<access> all;
    for (const event_ref w : l.order) all.push_back(describe(w));
    for (const event_ref r : l.readers) {
      if (g_.at(r).kind == event_kind::read) all.push_back(describe(r));
    }
    for (const access& x : all) {
      if ((x.fences_before | x.self).none()) continue;
      for (const access& y : all) {
        if (!(x.ref == y.ref)) pair_edges(x, y);
      }
    }
  }

  void pair_edges(const access& x, const access& y) {
    // mo or rb; what remains of eco are those followed by rf.
    const bool overwritten = y.writes && x.position < y.position;
    const bool eco =
        overwritten || (!y.writes && (x.writes ? x.position <= y.position : x.position < y.position));
    const bool scb = overwritten || g_.happens_before(x.ref, y.ref);
    if (scb) connect((x.fences_before & fences_) | x.self, (y.fences_after & fences_) | y.self);
    if (eco) {
      connect(x.fences_before & fences_, y.fences_after & fences_);
      connect(x.fences_before & heavies_, y.fences_after & lights_);
      connect(x.fences_before & lights_, y.fences_after & heavies_);
    }
  }

  void connect(const event_set& from, const event_set& to) {
    if (to.none()) return;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (from[i]) successors_[i] |= to;
    }
  }

  bool reaches_cycle(std::size_t node, std::array<mark, capacity>& marks) const {
    marks[node] = mark::open;
    for (std::size_t next = 0; next < nodes_.size(); ++next) {
      if (!successors_[node][next]) continue;
      if (marks[next] == mark::open) return true;
      if (marks[next] == mark::unseen && reaches_cycle(next, marks)) return true;
    }
    marks[node] = mark::done;
    return false;
  }

  const graph& g_;
  std::vector<event_ref> nodes_;
  event_set accesses_;
  // Seq_cst fences, heavy ones among them; light ones apart.
  event_set fences_;
  event_set heavies_;
  event_set lights_;
  std::vector<event_set> successors_;
};

}  // namespace

bool seq_cst_consistent(const graph& g) {
  return g.sc_events() < 2 || psc(g).acyclic();
}

}  // namespace stillpoint::verify::explorer
