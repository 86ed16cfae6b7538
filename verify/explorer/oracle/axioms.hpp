// SPDX-License-Identifier: BSL-1.0
//
// The memory model that the oracle believes in, written down as its papers do: RC11 (Lahav, Vafeiadis, Kang,
// Hur, Dreyer: "Repairing Sequential Consistency in C/C++11", PLDI 2017) with C++20's release sequences, and
// the asymmetric fences of WG21 P1202. For the enumerator and for reading; nothing here is tuned beyond bit
// masks. Events are split as in the paper: a read-modify-write is a read, a write, and a `rmw` edge from the
// one to the other.
#pragma once

#include "verify/explorer/oracle/relation.hpp"

namespace stillpoint::verify::oracle {

// An execution graph. `reads`, `writes` hold atomic accesses only, `rf` and `mo` relate only those: accesses
// to plain memory are ordered by happens-before or they race.
struct graph {
  event_set reads = 0;
  event_set writes = 0;
  event_set fences = 0;
  event_set acquire = 0;  // at least acquire, as a read or a fence
  event_set release = 0;  // at least release, as a write or a fence
  event_set seq_cst = 0;  // accesses, fences and heavy fences
  event_set light = 0;    // also in `fences`, `acquire` and `release`
  event_set heavy = 0;    // also in `fences`, `acquire`, `release` and `seq_cst`
  relation po;            // program order, with the initial writes before everything
  relation rf;            // reads-from
  relation mo;            // modification order, total and transitive per location
  relation rmw;
  relation same_location;  // of accesses, plain ones included
};

// Which axioms hold. Every default is the model; the rest is there to show that each part is needed, and
// where other models differ.
struct axioms {
  bool coherence = true;
  bool atomicity = true;
  bool no_thin_air = true;
  bool sc_base = true;
  bool sc_fences = true;
  bool sc_asymmetric = true;
  bool rmw_release_sequences = true;
  bool fence_synchronization = true;

  // C++11 to C++17: a release sequence goes on through later stores of the same thread.
  bool same_thread_release_sequences = false;
  // C++11 to C++17: happens-before as a whole constrains the order of seq_cst operations.
  bool hb_orders_seq_cst = false;
  // C++20's own words ([atomics.order]/3-4, [intro.races]) in place of RC11's: all of the coherence order
  // constrains seq_cst operations, not its single steps; and strongly happens-before does not care about
  // locations.
  bool standard_seq_cst = false;
  // A light fence is as good as a heavy one (done where the graph is made: it goes to `heavy`, not `light`).
  bool light_is_heavy = false;

  bool operator==(const axioms&) const = default;
};

relation synchronizes_with(const graph& g, const axioms& a);
relation happens_before(const graph& g, const axioms& a);

// Reads-before: from a read to the writes that overwrite what it read.
relation reads_before(const graph& g);
// Extended coherence order.
relation extended_coherence(const graph& g);

// What coherence, given only rf and hb, demands of the modification order: the classic four shapes in one.
// Where po | rf is acyclic, a modification order is coherent exactly if it contains this relation.
relation coherence_demands(const graph& g, const relation& hb);

bool coherent(const graph& g, const relation& hb);
bool atomic(const graph& g);
bool thin_air_free(const graph& g);
relation partial_sc(const graph& g, const relation& hb, const axioms& a);

bool consistent(const graph& g, const axioms& a);

}  // namespace stillpoint::verify::oracle
