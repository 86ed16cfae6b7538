// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/axioms.hpp"

namespace stillpoint::verify::oracle {
namespace {

// rs = [W] ; (rf ; rmw)*
relation release_sequence(const graph& g, const axioms& a) {
  auto rs = only(g.writes);
  if (a.same_thread_release_sequences) rs = rs * maybe(g.po & g.same_location) * only(g.writes);
  if (a.rmw_release_sequences) rs = rs * star(g.rf * g.rmw);
  return rs;
}

// A light fence means something only to a heavy one: not to another light fence, nor to anything else.
relation lost_on_light_fences(const graph& g) {
  const auto all = ~event_set{0};
  return cross(g.light, all & ~g.heavy) | cross(all & ~g.heavy, g.light);
}

// What C++20 says where RC11 says scb: strongly happens-before, and coherence-ordered before.
relation standard_sc_before(const graph& g, const relation& hb, const axioms& a) {
  const auto po_between_operations = g.po - g.rmw;
  const auto sc = only(g.seq_cst);
  return g.po | sc * synchronizes_with(g, a) * sc | po_between_operations * hb * po_between_operations |
         extended_coherence(g);
}

// scb = po | po_diffloc ; hb ; po_diffloc | hb_sameloc | mo | rb
relation sc_before(const graph& g, const relation& hb, const axioms& a) {
  if (a.standard_seq_cst) return standard_sc_before(g, hb, a);
  const auto po_other_location = g.po - g.same_location;
  auto scb =
      g.po | po_other_location * hb * po_other_location | (hb & g.same_location) | g.mo | reads_before(g);
  if (a.hb_orders_seq_cst) scb = scb | hb;
  return scb;
}

}  // namespace

// sw = [E rel] ; ([F] ; po)? ; rs ; rf ; [R] ; (po ; [F])? ; [E acq]
relation synchronizes_with(const graph& g, const axioms& a) {
  const auto fence_then = a.fence_synchronization ? maybe(only(g.fences) * g.po) : only(~event_set{0});
  const auto then_fence = a.fence_synchronization ? maybe(g.po * only(g.fences)) : only(~event_set{0});
  const auto sw = only(g.release) * fence_then * release_sequence(g, a) * g.rf * only(g.reads) * then_fence *
                  only(g.acquire);
  return sw - lost_on_light_fences(g);
}

// hb = (po | sw)+ ; the starts of threads are the edges from the initial writes, which po has.
relation happens_before(const graph& g, const axioms& a) {
  return plus(g.po | synchronizes_with(g, a));
}

relation reads_before(const graph& g) {
  return inverse(g.rf) * g.mo;
}

relation extended_coherence(const graph& g) {
  return plus(g.rf | g.mo | reads_before(g));
}

// irreflexive(hb ; eco?)
bool coherent(const graph& g, const relation& hb) {
  return (hb * maybe(extended_coherence(g))).irreflexive();
}

// rmw & (rb ; mo) = 0
bool atomic(const graph& g) {
  return (g.rmw & reads_before(g) * g.mo).empty();
}

// acyclic(po | rf)
bool thin_air_free(const graph& g) {
  return acyclic(g.po | g.rf);
}

// psc, whose acyclicity is the axiom of sequential consistency:
//   psc_base = ([Esc] | [Fsc] ; hb?) ; scb ; ([Esc] | hb? ; [Fsc])
//   psc_F    = [Fsc] ; (hb | hb ; eco ; hb) ; [Fsc]
//   psc_LH   = [L] ; (hb | hb ; eco ; hb) ; [H]  and  the same from H to L
relation partial_sc(const graph& g, const relation& hb, const axioms& a) {
  const auto sc = only(g.seq_cst);
  const auto sc_fence = only(g.seq_cst & g.fences);
  relation psc;
  if (a.sc_base) {
    psc = (sc | sc_fence * maybe(hb)) * sc_before(g, hb, a) * (sc | maybe(hb) * sc_fence);
  }
  const auto between_fences = hb | hb * extended_coherence(g) * hb;
  if (a.sc_fences) psc = psc | sc_fence * between_fences * sc_fence;
  if (a.sc_asymmetric) {
    const auto light = only(g.light);
    const auto heavy = only(g.heavy);
    psc = psc | light * between_fences * heavy | heavy * between_fences * light;
  }
  return psc;
}

relation coherence_demands(const graph& g, const relation& hb) {
  const auto writes = only(g.writes);
  const auto reads_what = maybe(g.rf);
  const auto overwritten = writes * reads_what * hb * maybe(inverse(g.rf)) * writes;
  return (overwritten & g.same_location) - only(g.writes);
}

bool consistent(const graph& g, const axioms& a) {
  if (a.no_thin_air && !thin_air_free(g)) return false;
  if (a.atomicity && !atomic(g)) return false;
  const auto hb = happens_before(g, a);
  if (a.coherence && !coherent(g, hb)) return false;
  if ((g.seq_cst | g.light) == 0) return true;
  return acyclic(partial_sc(g, hb, a));
}

}  // namespace stillpoint::verify::oracle
