// SPDX-License-Identifier: BSL-1.0
#include "verify/litmus/relacy_rules.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "verify/explorer/oracle/axioms.hpp"

namespace stillpoint::verify::litmus {

namespace {

using explorer::event;
using explorer::event_kind;
using explorer::event_ref;
using explorer::fence_kind;
using explorer::is_acquire;
using explorer::is_release;
using oracle::event_set;
using oracle::relation;
using oracle::single;

// An execution graph of the explorer's in the enumerator's form, and what Relacy orders by.
class execution {
 public:
  explicit execution(const explorer::graph& g) : from_(g) {
    number_events();
    for (unsigned e = 0; e < events_.size(); ++e) describe(e);
    for (std::size_t id = 0; id < g.location_count(); ++id) {
      order_location(g.place(static_cast<explorer::location_id>(id)));
    }
    hb_ = happens_before(g_, {});
  }

  // Relacy runs the operations of each thread in program order, and a read returns what was stored before.
  // Whatever else a rule adds has to fit into one order of steps.
  relation steps(const rules& obeyed) const {
    relation order = g_.po | g_.rf;
    for (const rule r : obeyed) {
      if (r == rule::store_order) order = order | g_.mo;
      if (r == rule::seq_cst_order) order = order | partial_sc(g_, hb_, {}) | loads_before_fences();
      if (r == rule::failed_cas) order = order | oracle::only(failed_cas_) * reads_before(g_);
    }
    return order;
  }

  // The policy lets a seq_cst load, and so what comes after it, know what the seq_cst fences knew that were
  // run before it.
  relation loads_before_fences() const {
    const relation between = hb_ * extended_coherence(g_) * hb_;
    return oracle::only(seq_cst_loads_) * between * oracle::only(g_.seq_cst & g_.fences);
  }

  // Where one of two light fences learns of the other, there is no heavy fence between them the other way.
  bool light_fences_learn(const relation& steps) const {
    const relation between = hb_ | hb_ * extended_coherence(g_) * hb_;
    const relation light = oracle::only(g_.light);
    const relation order = steps | partial_sc(g_, hb_, {}) | light * between * light;
    return (oracle::only(g_.heavy) & oracle::plus(order)).empty();
  }

  // Of the stores run before, a load leaves unseen fewer than there are values kept.
  bool loads_kept_values(const relation& steps) const {
    const relation unseen = reads_before(g_) & oracle::inverse(oracle::plus(steps));
    for (unsigned e = 0; e < events_.size(); ++e) {
      if (std::popcount(unseen.after(e)) >= values_kept) return false;
    }
    return true;
  }

  bool has_cpp11_release_sequences() const {
    const oracle::axioms cpp11 = {.same_thread_release_sequences = true};
    return consistent(g_, cpp11) && has_race(hb_) == has_race(happens_before(g_, cpp11));
  }

 private:
  // Relacy's atomics keep this many values that a load may return.
  static constexpr int values_kept = 3;

  bool has_race(const relation& hb) const {
    for (unsigned a = 0; a < events_.size(); ++a) {
      for (unsigned b = 0; b < a; ++b) {
        if (conflict(from_.at(events_[a]), from_.at(events_[b])) && !hb.has(a, b) && !hb.has(b, a))
          return true;
      }
    }
    return false;
  }

  static bool conflict(const event& a, const event& b) {
    const bool plain = is_plain(a) && is_plain(b) && a.location == b.location;
    return plain && (a.kind == event_kind::plain_write || b.kind == event_kind::plain_write);
  }

  static bool is_plain(const event& e) {
    return e.kind == event_kind::plain_read || e.kind == event_kind::plain_write;
  }

  // Of the main thread's only those that make atomics and mutexes: it starts before all others and ends
  // after.
  bool is_of_interest(event_ref ref) const {
    const event& e = from_.at(ref);
    if (ref.thread == 0) return e.kind == event_kind::create && from_.place(e.location).has_order();
    return e.kind == event_kind::read || e.kind == event_kind::write || e.kind == event_kind::fence ||
           is_plain(e);
  }

  void number_events() {
    for (const event_ref ref : from_.trail()) {
      if (!is_of_interest(ref)) continue;
      if (events_.size() == oracle::max_events) throw std::length_error("a litmus test of too many events");
      numbers_[{ref.thread, ref.index}] = static_cast<unsigned>(events_.size());
      events_.push_back(ref);
    }
  }

  unsigned number(event_ref ref) const { return numbers_.at({ref.thread, ref.index}); }

  void describe(unsigned number) {
    const event_ref ref = events_[number];
    const event& e = from_.at(ref);
    const event_set self = single(number);
    for (unsigned later = 0; later < events_.size(); ++later) {
      const event_ref other = events_[later];
      const bool initial = ref.thread == 0 && other.thread != 0;
      if (initial || (ref.thread == other.thread && ref.thread != 0 && ref.index < other.index)) {
        g_.po.add(number, later);
      }
      if (e.kind != event_kind::fence && from_.at(other).location == e.location) {
        g_.same_location.add(number, later);
      }
    }
    if (e.kind == event_kind::read) describe_read(number, e);
    if (e.is_write()) g_.writes |= self;
    if (e.kind == event_kind::write && is_release(e.order)) g_.release |= self;
    if (e.is_sc_access()) g_.seq_cst |= self;
    if (e.kind == event_kind::fence) describe_fence(self, e);
  }

  void describe_read(unsigned number, const event& e) {
    const event_set self = single(number);
    g_.reads |= self;
    if (is_acquire(e.order)) g_.acquire |= self;
    if (e.may_modify && !e.rmw) failed_cas_ |= self;
    if (!e.may_modify && e.order == std::memory_order_seq_cst) seq_cst_loads_ |= self;
    g_.rf.add(this->number(e.reads_from), number);
    const event_ref ref = events_[number];
    if (e.rmw) {
      const auto half = numbers_.find({ref.thread, static_cast<unsigned>(ref.index + 1)});
      if (half != numbers_.end()) g_.rmw.add(number, half->second);
    }
  }

  void describe_fence(event_set self, const event& e) {
    g_.fences |= self;
    if (is_acquire(e.order)) g_.acquire |= self;
    if (is_release(e.order)) g_.release |= self;
    if (e.fence == fence_kind::light) {
      g_.light |= self;
    } else if (e.order == std::memory_order_seq_cst) {
      g_.seq_cst |= self;
    }
    if (e.fence == fence_kind::heavy) g_.heavy |= self;
  }

  void order_location(const explorer::location& l) {
    if (!l.creator || !l.has_order()) return;
    for (std::size_t i = 0; i < l.order.size(); ++i) {
      for (std::size_t j = i + 1; j < l.order.size(); ++j) g_.mo.add(number(l.order[i]), number(l.order[j]));
    }
  }

  const explorer::graph& from_;
  std::vector<event_ref> events_;
  std::map<std::pair<unsigned, unsigned>, unsigned> numbers_;
  oracle::graph g_;
  relation hb_;
  event_set failed_cas_ = 0;
  event_set seq_cst_loads_ = 0;
};

bool is_among(const rules& some, rule r) {
  return std::find(some.begin(), some.end(), r) != some.end();
}

// The set of rules whose bits are set.
rules rules_of(unsigned bits) {
  rules some;
  for (std::size_t i = 0; i < all_rules.size(); ++i) {
    if ((bits >> i & 1U) != 0) some.push_back(all_rules[i]);
  }
  return some;
}

}  // namespace

bool admits(const rules& obeyed, const explorer::graph& graph) {
  const execution x(graph);
  const relation steps = x.steps(obeyed);
  if (!acyclic(steps)) return false;
  if (is_among(obeyed, rule::light_fences) && !x.light_fences_learn(steps)) return false;
  if (is_among(obeyed, rule::last_three_values) && !x.loads_kept_values(steps)) return false;
  return !is_among(obeyed, rule::release_sequence) || x.has_cpp11_release_sequences();
}

rules rules_against(const std::vector<explorer::graph>& executions) {
  constexpr unsigned sets = 1U << all_rules.size();
  for (int size = 1; size <= static_cast<int>(all_rules.size()); ++size) {
    for (unsigned bits = 0; bits < sets; ++bits) {
      if (std::popcount(bits) != size) continue;
      const rules some = rules_of(bits);
      const auto admitted = [&some](const explorer::graph& g) { return admits(some, g); };
      if (std::none_of(executions.begin(), executions.end(), admitted)) return some;
    }
  }
  return {};
}

}  // namespace stillpoint::verify::litmus
