// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/litmus.hpp"

#include <vector>

namespace stillpoint::verify::oracle {
namespace {

constexpr bool allowed = true;
constexpr bool forbidden = false;

// As it is written down; `litmus_test` is what becomes of it.
struct row {
  const char* name;
  const char* code;
  const char* condition;
  bool verdict;
  const char* source;
};

const row rows[] = {
    {"SB+relaxed",
     "T0: x.store(1, relaxed); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); x.load(relaxed)\n",
     "T0.1=0 & T1.1=0", allowed, "store buffering; Batty et al., POPL 2011"},
    {"SB+release+acquire",
     "T0: x.store(1, release); y.load(acquire)\n"
     "T1: y.store(1, release); x.load(acquire)\n",
     "T0.1=0 & T1.1=0", allowed, "store buffering; Batty et al., POPL 2011"},
    {"SB+seq_cst",
     "T0: x.store(1, seq_cst); y.load(seq_cst)\n"
     "T1: y.store(1, seq_cst); x.load(seq_cst)\n",
     "T0.1=0 & T1.1=0", forbidden, "store buffering; Batty et al., POPL 2011"},
    {"SB+seq_cst+one_relaxed_load",
     "T0: x.store(1, seq_cst); y.load(seq_cst)\n"
     "T1: y.store(1, seq_cst); x.load(relaxed)\n",
     "T0.1=0 & T1.1=0", allowed, "the order of seq_cst operations is over these only; C++20 [atomics.order]"},
    {"SB+seq_cst+one_relaxed_store",
     "T0: x.store(1, seq_cst); y.load(seq_cst)\n"
     "T1: y.store(1, relaxed); x.load(seq_cst)\n",
     "T0.1=0 & T1.1=0", allowed, "the order of seq_cst operations is over these only; C++20 [atomics.order]"},
    {"SB+fences_seq_cst",
     "T0: x.store(1, relaxed); fence(seq_cst); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T0.2=0 & T1.2=0", forbidden, "seq_cst fences restore order; C++20 [atomics.order]/4"},
    {"SB+fence_seq_cst_on_one_side",
     "T0: x.store(1, relaxed); fence(seq_cst); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); x.load(relaxed)\n",
     "T0.2=0 & T1.1=0", allowed, "one fence is not enough; Batty et al., POPL 2011"},
    {"SB+fences_acq_rel",
     "T0: x.store(1, relaxed); fence(acq_rel); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); fence(acq_rel); x.load(relaxed)\n",
     "T0.2=0 & T1.2=0", allowed,
     "acq_rel fences do not order a store before a load; Batty et al., POPL 2011"},
    {"SB+fence_seq_cst+fence_acq_rel",
     "T0: x.store(1, relaxed); fence(seq_cst); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); fence(acq_rel); x.load(relaxed)\n",
     "T0.2=0 & T1.2=0", allowed, "both fences must be seq_cst; C++20 [atomics.order]"},
    {"SB+seq_cst+fence_seq_cst",
     "T0: x.store(1, seq_cst); y.load(seq_cst)\n"
     "T1: y.store(1, relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T0.1=0 & T1.2=0", forbidden,
     "a fence on one side, seq_cst accesses on the other; C++20 [atomics.order]/4"},
    {"SB+seq_cst_load_only+fence_seq_cst",
     "T0: x.store(1, relaxed); y.load(seq_cst)\n"
     "T1: y.store(1, relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T0.1=0 & T1.2=0", allowed,
     "the relaxed store is not ordered before the seq_cst load; Lahav et al., PLDI 2017"},
    {"SB+fences_too_late",
     "T0: x.store(1, relaxed); y.load(relaxed); fence(seq_cst)\n"
     "T1: y.store(1, relaxed); x.load(relaxed); fence(seq_cst)\n",
     "T0.1=0 & T1.1=0", allowed, "a fence orders what is on its two sides; C++20 [atomics.order]"},
    {"SB+exchange_acq_rel",
     "T0: x.exchange(1, acq_rel); y.load(acquire)\n"
     "T1: y.exchange(1, acq_rel); x.load(acquire)\n",
     "T0.1=0 & T1.1=0", allowed, "a read-modify-write is no full fence; Batty et al., POPL 2011"},
    {"SB+exchange_seq_cst",
     "T0: x.exchange(1, seq_cst); y.load(seq_cst)\n"
     "T1: y.exchange(1, seq_cst); x.load(seq_cst)\n",
     "T0.1=0 & T1.1=0", forbidden, "store buffering with updates; Batty et al., POPL 2011"},
    {"SB+shared_update",
     "T0: x.store(1, relaxed); z.fetch_add(0, acq_rel); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); z.fetch_add(0, acq_rel); x.load(relaxed)\n",
     "T0.2=0 & T1.2=0", forbidden,
     "updates of one location are totally ordered and each synchronizes with the next; Lahav et al., POPL "
     "2016 (fences as updates)"},
    {"3.SB+seq_cst",
     "T0: x.store(1, seq_cst); y.load(seq_cst)\n"
     "T1: y.store(1, seq_cst); z.load(seq_cst)\n"
     "T2: z.store(1, seq_cst); x.load(seq_cst)\n",
     "T0.1=0 & T1.1=0 & T2.1=0", forbidden,
     "store buffering among three; Sarkar et al., Maranget et al.: classic shape"},
    {"3.SB+release+acquire",
     "T0: x.store(1, release); y.load(acquire)\n"
     "T1: y.store(1, release); z.load(acquire)\n"
     "T2: z.store(1, release); x.load(acquire)\n",
     "T0.1=0 & T1.1=0 & T2.1=0", allowed,
     "store buffering among three; Sarkar et al., Maranget et al.: classic shape"},
    {"MP+relaxed",
     "T0: x.store(1, relaxed); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", allowed, "message passing; Batty et al., POPL 2011"},
    {"MP+release+acquire",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", forbidden, "message passing; Batty et al., POPL 2011"},
    {"MP+release+relaxed",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(relaxed); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", allowed, "message passing; Batty et al., POPL 2011"},
    {"MP+relaxed+acquire",
     "T0: x.store(1, relaxed); y.store(1, relaxed)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", allowed, "message passing; Batty et al., POPL 2011"},
    {"MP+seq_cst",
     "T0: x.store(1, seq_cst); y.store(1, seq_cst)\n"
     "T1: y.load(seq_cst); x.load(seq_cst)\n",
     "T1.0=1 & T1.1=0", forbidden, "message passing; Batty et al., POPL 2011"},
    {"MP+seq_cst_flag",
     "T0: x.store(1, relaxed); y.store(1, seq_cst)\n"
     "T1: y.load(seq_cst); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", forbidden, "seq_cst includes release and acquire; C++20 [atomics.order]"},
    {"MP+seq_cst_data_only",
     "T0: x.store(1, seq_cst); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); x.load(seq_cst)\n",
     "T1.0=1 & T1.1=0", allowed, "the relaxed flag orders nothing; Lahav et al., PLDI 2017"},
    {"MP+fence_release+acquire",
     "T0: x.store(1, relaxed); fence(release); y.store(1, relaxed)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", forbidden, "fence synchronizes with operation; C++20 [atomics.fences]/3"},
    {"MP+release+fence_acquire",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(relaxed); fence(acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0", forbidden, "operation synchronizes with fence; C++20 [atomics.fences]/4"},
    {"MP+fence_release+fence_acquire",
     "T0: x.store(1, relaxed); fence(release); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); fence(acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0", forbidden, "fence synchronizes with fence; C++20 [atomics.fences]/2"},
    {"MP+fences_acq_rel",
     "T0: x.store(1, relaxed); fence(acq_rel); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); fence(acq_rel); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0", forbidden, "fence synchronizes with fence; C++20 [atomics.fences]/2"},
    {"MP+fences_seq_cst",
     "T0: x.store(1, relaxed); fence(seq_cst); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0", forbidden, "fence synchronizes with fence; C++20 [atomics.fences]/2"},
    {"MP+fence_release_too_early",
     "T0: fence(release); x.store(1, relaxed); y.store(1, relaxed)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", allowed, "the fence is before the data; C++20 [atomics.fences]"},
    {"MP+fence_acquire_too_late",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(relaxed); x.load(relaxed); fence(acquire)\n",
     "T1.0=1 & T1.1=0", allowed, "the fence is after the data; C++20 [atomics.fences]"},
    {"MP+fence_acquire_for_release",
     "T0: x.store(1, relaxed); fence(acquire); y.store(1, relaxed)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", allowed, "an acquire fence does not release; C++20 [atomics.fences]"},
    {"MP+fence_release_for_acquire",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(relaxed); fence(release); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0", allowed, "a release fence does not acquire; C++20 [atomics.fences]"},
    {"MP+fence_seq_cst_on_one_side",
     "T0: x.store(1, relaxed); fence(seq_cst); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", allowed, "the reader needs its side; Batty et al., POPL 2011"},
    {"MP+plain+release+acquire",
     "T0: p.write(1); x.store(1, release)\n"
     "T1: x.await(== 1, acquire); p.read()\n",
     "race", forbidden, "message passing of plain data; Batty et al., POPL 2011"},
    {"MP+plain+relaxed",
     "T0: p.write(1); x.store(1, relaxed)\n"
     "T1: x.await(== 1, relaxed); p.read()\n",
     "race", allowed, "message passing of plain data; Batty et al., POPL 2011"},
    {"MP+plain+fences",
     "T0: p.write(1); fence(release); x.store(1, relaxed)\n"
     "T1: x.await(== 1, relaxed); fence(acquire); p.read()\n",
     "race", forbidden, "message passing of plain data; C++20 [atomics.fences]/2"},
    {"MP+plain+unchecked",
     "T0: p.write(1); x.store(1, release)\n"
     "T1: x.load(acquire); p.read()\n",
     "race", allowed, "the reader does not wait for the flag; Batty et al., POPL 2011"},
    {"MP+plain+value",
     "T0: p.write(1); x.store(1, release)\n"
     "T1: x.await(== 1, acquire); p.read()\n",
     "T1.1=0", forbidden, "a plain read sees the last write that happens before it; Batty et al., POPL 2011"},
    {"LB+relaxed",
     "T0: x.load(relaxed); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); x.store(1, relaxed)\n",
     "T0.0=1 & T1.0=1", forbidden,
     "load buffering; RC11 forbids po|rf cycles (Lahav et al., PLDI 2017); C++20 [atomics.order]/8 only "
     "discourages them"},
    {"LB+release+acquire",
     "T0: x.load(acquire); y.store(1, release)\n"
     "T1: y.load(acquire); x.store(1, release)\n",
     "T0.0=1 & T1.0=1", forbidden, "load buffering; Batty et al., POPL 2011"},
    {"LB+acquire_on_one_side",
     "T0: x.load(acquire); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); x.store(1, release)\n",
     "T0.0=1 & T1.0=1", forbidden,
     "load buffering; RC11 forbids po|rf cycles (Lahav et al., PLDI 2017); C++20 [atomics.order]/8 only "
     "discourages them"},
    {"LB+data_on_one_side",
     "T0: r0 = x.load(relaxed); y.store(r0, relaxed)\n"
     "T1: y.load(relaxed); x.store(1, relaxed)\n",
     "T0.0=1 & T1.0=1", forbidden,
     "load buffering; RC11 forbids po|rf cycles (Lahav et al., PLDI 2017); C++20 [atomics.order]/8 only "
     "discourages them"},
    {"LB+data+data",
     "T0: r0 = x.load(relaxed); y.store(r0+1, relaxed)\n"
     "T1: r0 = y.load(relaxed); x.store(r0, relaxed)\n",
     "T0.0=1 & T1.0=2", forbidden, "out of thin air; Boehm and Demsky, MSPC 2014"},
    {"LB+thin_air",
     "T0: r0 = x.load(relaxed); y.store(r0, relaxed)\n"
     "T1: r0 = y.load(relaxed); x.store(r0, relaxed)\n",
     "T0.0!=0", forbidden, "out of thin air; Boehm and Demsky, MSPC 2014"},
    {"LB+updates",
     "T0: x.fetch_add(1, relaxed); y.fetch_add(1, relaxed)\n"
     "T1: y.fetch_add(1, relaxed); x.fetch_add(1, relaxed)\n",
     "T0.0=1 & T1.0=1", forbidden,
     "load buffering; RC11 forbids po|rf cycles (Lahav et al., PLDI 2017); C++20 [atomics.order]/8 only "
     "discourages them"},
    {"LB+fences_acq_rel",
     "T0: x.load(relaxed); fence(acq_rel); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); fence(acq_rel); x.store(1, relaxed)\n",
     "T0.0=1 & T1.0=1", forbidden, "load buffering; Batty et al., POPL 2011"},
    {"IRIW+relaxed",
     "T0: x.store(1, relaxed)\n"
     "T1: y.store(1, relaxed)\n"
     "T2: x.load(relaxed); y.load(relaxed)\n"
     "T3: y.load(relaxed); x.load(relaxed)\n",
     "T2.0=1 & T2.1=0 & T3.0=1 & T3.1=0", allowed,
     "independent reads of independent writes; Batty et al., POPL 2011"},
    {"IRIW+release+acquire",
     "T0: x.store(1, release)\n"
     "T1: y.store(1, release)\n"
     "T2: x.load(acquire); y.load(acquire)\n"
     "T3: y.load(acquire); x.load(acquire)\n",
     "T2.0=1 & T2.1=0 & T3.0=1 & T3.1=0", allowed,
     "independent reads of independent writes; Batty et al., POPL 2011"},
    {"IRIW+seq_cst",
     "T0: x.store(1, seq_cst)\n"
     "T1: y.store(1, seq_cst)\n"
     "T2: x.load(seq_cst); y.load(seq_cst)\n"
     "T3: y.load(seq_cst); x.load(seq_cst)\n",
     "T2.0=1 & T2.1=0 & T3.0=1 & T3.1=0", forbidden,
     "independent reads of independent writes; Batty et al., POPL 2011"},
    {"IRIW+seq_cst_stores+acquire",
     "T0: x.store(1, seq_cst)\n"
     "T1: y.store(1, seq_cst)\n"
     "T2: x.load(acquire); y.load(acquire)\n"
     "T3: y.load(acquire); x.load(acquire)\n",
     "T2.0=1 & T2.1=0 & T3.0=1 & T3.1=0", allowed,
     "the loads, too, must be seq_cst; Batty et al., POPL 2011"},
    {"IRIW+release+seq_cst_loads",
     "T0: x.store(1, release)\n"
     "T1: y.store(1, release)\n"
     "T2: x.load(seq_cst); y.load(seq_cst)\n"
     "T3: y.load(seq_cst); x.load(seq_cst)\n",
     "T2.0=1 & T2.1=0 & T3.0=1 & T3.1=0", allowed,
     "RC11's scb lacks rb;rf (Lahav et al., PLDI 2017); C++20 [atomics.order]/3-4 closes coherence order "
     "under composition and so forbids it"},
    {"IRIW-acq-sc",
     "T0: x.store(1, seq_cst)\n"
     "T1: y.store(1, seq_cst)\n"
     "T2: x.load(acquire); y.load(seq_cst)\n"
     "T3: y.load(acquire); x.load(seq_cst)\n",
     "T2.0=1 & T2.1=0 & T3.0=1 & T3.1=0", allowed,
     "IRIW-acq-sc of Lahav et al., PLDI 2017, Sec. 2: forbidden before C++20, though POWER allows it"},
    {"IRIW+fences_seq_cst",
     "T0: x.store(1, relaxed)\n"
     "T1: y.store(1, relaxed)\n"
     "T2: x.load(relaxed); fence(seq_cst); y.load(relaxed)\n"
     "T3: y.load(relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T2.0=1 & T2.2=0 & T3.0=1 & T3.2=0", forbidden,
     "seq_cst fences are cumulative; Lahav et al., PLDI 2017"},
    {"IRIW+fences_seq_cst+acquire",
     "T0: x.store(1, release)\n"
     "T1: y.store(1, release)\n"
     "T2: x.load(acquire); fence(seq_cst); y.load(acquire)\n"
     "T3: y.load(acquire); fence(seq_cst); x.load(acquire)\n",
     "T2.0=1 & T2.2=0 & T3.0=1 & T3.2=0", forbidden,
     "seq_cst fences are cumulative; Lahav et al., PLDI 2017"},
    {"IRIW+fence_seq_cst_on_one_side",
     "T0: x.store(1, release)\n"
     "T1: y.store(1, release)\n"
     "T2: x.load(acquire); fence(seq_cst); y.load(acquire)\n"
     "T3: y.load(acquire); x.load(acquire)\n",
     "T2.0=1 & T2.2=0 & T3.0=1 & T3.1=0", allowed, "both readers need the fence; Lahav et al., PLDI 2017"},
    {"IRIW+fences_acq_rel",
     "T0: x.store(1, relaxed)\n"
     "T1: y.store(1, relaxed)\n"
     "T2: x.load(relaxed); fence(acq_rel); y.load(relaxed)\n"
     "T3: y.load(relaxed); fence(acq_rel); x.load(relaxed)\n",
     "T2.0=1 & T2.2=0 & T3.0=1 & T3.2=0", allowed,
     "acq_rel fences do not agree on an order; Batty et al., POPL 2011"},
    {"IRIW+fence_seq_cst+seq_cst_loads+acquire",
     "T0: x.store(1, seq_cst)\n"
     "T1: y.store(1, seq_cst)\n"
     "T2: x.load(seq_cst); y.load(seq_cst)\n"
     "T3: y.load(acquire); fence(seq_cst); x.load(acquire)\n",
     "T2.0=1 & T2.1=0 & T3.0=1 & T3.2=0", forbidden,
     "seq_cst accesses against a fence; Lahav et al., PLDI 2017"},
    {"IRIW+fence_seq_cst+seq_cst_loads+relaxed",
     "T0: x.store(1, seq_cst)\n"
     "T1: y.store(1, seq_cst)\n"
     "T2: x.load(seq_cst); y.load(seq_cst)\n"
     "T3: y.load(relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T2.0=1 & T2.1=0 & T3.0=1 & T3.2=0", forbidden,
     "the fence makes an acquire of the relaxed load before it; Lahav et al., PLDI 2017"},
    {"WRC+relaxed",
     "T0: x.store(1, relaxed)\n"
     "T1: r0 = x.load(relaxed); y.store(1, relaxed)\n"
     "T2: y.load(relaxed); x.load(relaxed)\n",
     "T1.0=1 & T2.0=1 & T2.1=0", allowed, "write-to-read causality; Batty et al., POPL 2011"},
    {"WRC+release+acquire",
     "T0: x.store(1, release)\n"
     "T1: r0 = x.load(acquire); y.store(1, release)\n"
     "T2: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T2.0=1 & T2.1=0", forbidden, "write-to-read causality; Batty et al., POPL 2011"},
    {"WRC+relaxed_first+release+acquire",
     "T0: x.store(1, relaxed)\n"
     "T1: r0 = x.load(relaxed); y.store(1, release)\n"
     "T2: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T2.0=1 & T2.1=0", forbidden,
     "read-read coherence carries over happens-before; Batty et al., POPL 2011"},
    {"WRC+release+relaxed_last",
     "T0: x.store(1, release)\n"
     "T1: r0 = x.load(acquire); y.store(1, release)\n"
     "T2: y.load(relaxed); x.load(relaxed)\n",
     "T1.0=1 & T2.0=1 & T2.1=0", allowed, "write-to-read causality; Batty et al., POPL 2011"},
    {"WRC+data",
     "T0: x.store(1, release)\n"
     "T1: r0 = x.load(relaxed); y.store(r0, relaxed)\n"
     "T2: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T2.0=1 & T2.1=0", allowed, "a data dependency does not synchronize; C++20 [atomics.order]"},
    {"WRC+fence_acq_rel",
     "T0: x.store(1, relaxed)\n"
     "T1: r0 = x.load(relaxed); fence(acq_rel); y.store(1, relaxed)\n"
     "T2: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T2.0=1 & T2.1=0", forbidden, "read-read coherence through a fence; C++20 [atomics.fences]/3"},
    {"ISA2+relaxed",
     "T0: x.store(1, relaxed); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); z.store(1, relaxed)\n"
     "T2: z.load(relaxed); x.load(relaxed)\n",
     "T1.0=1 & T2.0=1 & T2.1=0", allowed, "ISA2; Sarkar et al., Maranget et al.: classic shape"},
    {"ISA2+release+acquire",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(acquire); z.store(1, release)\n"
     "T2: z.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T2.0=1 & T2.1=0", forbidden, "happens-before is transitive; Batty et al., POPL 2011"},
    {"ISA2+relaxed_middle_load",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(relaxed); z.store(1, release)\n"
     "T2: z.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T2.0=1 & T2.1=0", allowed, "the middle must acquire; Batty et al., POPL 2011"},
    {"ISA2+relaxed_middle_store",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(acquire); z.store(1, relaxed)\n"
     "T2: z.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T2.0=1 & T2.1=0", allowed, "the middle must release; Batty et al., POPL 2011"},
    {"ISA2+fence_acq_rel",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(relaxed); fence(acq_rel); z.store(1, relaxed)\n"
     "T2: z.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T2.0=1 & T2.1=0", forbidden, "one fence acquires and releases; C++20 [atomics.fences]"},
    {"RWC+release+acquire",
     "T0: x.store(1, release)\n"
     "T1: x.load(acquire); y.load(acquire)\n"
     "T2: y.store(1, release); x.load(acquire)\n",
     "T1.0=1 & T1.1=0 & T2.1=0", allowed,
     "read-to-write causality; Sarkar et al., Maranget et al.: classic shape"},
    {"RWC+seq_cst",
     "T0: x.store(1, seq_cst)\n"
     "T1: x.load(seq_cst); y.load(seq_cst)\n"
     "T2: y.store(1, seq_cst); x.load(seq_cst)\n",
     "T1.0=1 & T1.1=0 & T2.1=0", forbidden,
     "read-to-write causality; Sarkar et al., Maranget et al.: classic shape"},
    {"RWC+fences_seq_cst",
     "T0: x.store(1, relaxed)\n"
     "T1: x.load(relaxed); fence(seq_cst); y.load(relaxed)\n"
     "T2: y.store(1, relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0 & T2.2=0", forbidden,
     "RWC+syncs of Lahav et al., PLDI 2017, Sec. 2: allowed before C++20 by mistake"},
    {"RWC+fences_acq_rel",
     "T0: x.store(1, relaxed)\n"
     "T1: x.load(relaxed); fence(acq_rel); y.load(relaxed)\n"
     "T2: y.store(1, relaxed); fence(acq_rel); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0 & T2.2=0", allowed,
     "read-to-write causality; Sarkar et al., Maranget et al.: classic shape"},
    {"RWC+acquire+fence_on_one_side",
     "T0: x.store(1, release)\n"
     "T1: x.load(acquire); y.load(acquire)\n"
     "T2: y.store(1, relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0 & T2.2=0", allowed, "both need the fence; Lahav et al., PLDI 2017"},
    {"W+RWC+release+acquire",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(acquire); z.load(relaxed)\n"
     "T2: z.store(1, relaxed); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0 & T2.1=0", allowed, "W+RWC; Sarkar et al., Maranget et al.: classic shape"},
    {"W+RWC+fences_seq_cst",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(acquire); fence(seq_cst); z.load(relaxed)\n"
     "T2: z.store(1, relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0 & T2.2=0", forbidden, "W+RWC with fences; Lahav et al., PLDI 2017"},
    {"W+RWC+seq_cst+release+acquire",
     "T0: x.store(1, seq_cst); y.store(1, release)\n"
     "T1: y.load(acquire); z.load(seq_cst)\n"
     "T2: z.store(1, seq_cst); x.load(seq_cst)\n",
     "T1.0=1 & T1.1=0 & T2.1=0", forbidden,
     "program order, happens-before, program order; scb of Lahav et al., PLDI 2017"},
    {"W+RWC+seq_cst_ends+relaxed",
     "T0: x.store(1, seq_cst); y.store(1, relaxed)\n"
     "T1: y.load(acquire); z.load(seq_cst)\n"
     "T2: z.store(1, seq_cst); x.load(seq_cst)\n",
     "T1.0=1 & T1.1=0 & T2.1=0", allowed,
     "no happens-before between the seq_cst operations; Lahav et al., PLDI 2017"},
    {"W+RWC+same_location",
     "T0: x.store(1, seq_cst); x.store(2, release)\n"
     "T1: x.load(acquire); z.load(seq_cst)\n"
     "T2: z.store(1, seq_cst); x.load(seq_cst)\n",
     "T1.0=2 & T1.1=0 & T2.1=0", allowed,
     "RC11's scb wants another location next to the seq_cst store (Lahav et al., PLDI 2017); C++20's "
     "strongly happens-before does not and so forbids it"},
    {"RWC+seq_cst_acquire_of_data",
     "T0: x.store(1, seq_cst)\n"
     "T1: x.load(acquire); y.load(seq_cst)\n"
     "T2: y.store(1, seq_cst); x.load(seq_cst)\n",
     "T1.0=1 & T1.1=0 & T2.1=0", allowed,
     "half of IRIW-acq-sc: synchronizing alone does not order seq_cst operations; Lahav et al., PLDI 2017"},
    {"2+2W+relaxed",
     "T0: x.store(1, relaxed); y.store(2, relaxed)\n"
     "T1: y.store(1, relaxed); x.store(2, relaxed)\n",
     "x=1 & y=1", allowed, "two pairs of writes; Sarkar et al., Maranget et al.: classic shape"},
    {"2+2W+release",
     "T0: x.store(1, release); y.store(2, release)\n"
     "T1: y.store(1, release); x.store(2, release)\n",
     "x=1 & y=1", allowed, "two pairs of writes; Sarkar et al., Maranget et al.: classic shape"},
    {"2+2W+seq_cst",
     "T0: x.store(1, seq_cst); y.store(2, seq_cst)\n"
     "T1: y.store(1, seq_cst); x.store(2, seq_cst)\n",
     "x=1 & y=1", forbidden, "two pairs of writes; Sarkar et al., Maranget et al.: classic shape"},
    {"2+2W+fences_seq_cst",
     "T0: x.store(1, relaxed); fence(seq_cst); y.store(2, relaxed)\n"
     "T1: y.store(1, relaxed); fence(seq_cst); x.store(2, relaxed)\n",
     "x=1 & y=1", forbidden, "seq_cst fences order modification orders; C++20 [atomics.order]/4"},
    {"2+2W+fences_acq_rel",
     "T0: x.store(1, relaxed); fence(acq_rel); y.store(2, relaxed)\n"
     "T1: y.store(1, relaxed); fence(acq_rel); x.store(2, relaxed)\n",
     "x=1 & y=1", allowed, "two pairs of writes; Batty et al., POPL 2011"},
    {"2+2W+seq_cst_on_one_side",
     "T0: x.store(1, seq_cst); y.store(2, seq_cst)\n"
     "T1: y.store(1, release); x.store(2, release)\n",
     "x=1 & y=1", allowed, "two pairs of writes; Sarkar et al., Maranget et al.: classic shape"},
    {"S+relaxed",
     "T0: x.store(2, relaxed); y.store(1, relaxed)\n"
     "T1: r0 = y.load(relaxed); x.store(1, relaxed)\n",
     "T1.0=1 & x=2", allowed, "S; Sarkar et al., Maranget et al.: classic shape"},
    {"S+release+acquire",
     "T0: x.store(2, relaxed); y.store(1, release)\n"
     "T1: r0 = y.load(acquire); x.store(1, relaxed)\n",
     "T1.0=1 & x=2", forbidden, "write-write coherence over happens-before; Batty et al., POPL 2011"},
    {"S+release+data",
     "T0: x.store(2, relaxed); y.store(1, release)\n"
     "T1: r0 = y.load(relaxed); x.store(r0, relaxed)\n",
     "T1.0=1 & x=2", allowed, "a data dependency does not synchronize; C++20 [atomics.order]"},
    {"R+relaxed",
     "T0: x.store(1, relaxed); y.store(1, relaxed)\n"
     "T1: y.store(2, relaxed); x.load(relaxed)\n",
     "y=2 & T1.1=0", allowed, "R; Sarkar et al., Maranget et al.: classic shape"},
    {"R+release+acquire",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.store(2, release); x.load(acquire)\n",
     "y=2 & T1.1=0", allowed, "R; Sarkar et al., Maranget et al.: classic shape"},
    {"R+seq_cst",
     "T0: x.store(1, seq_cst); y.store(1, seq_cst)\n"
     "T1: y.store(2, seq_cst); x.load(seq_cst)\n",
     "y=2 & T1.1=0", forbidden, "R; Sarkar et al., Maranget et al.: classic shape"},
    {"R+fences_seq_cst",
     "T0: x.store(1, relaxed); fence(seq_cst); y.store(1, relaxed)\n"
     "T1: y.store(2, relaxed); fence(seq_cst); x.load(relaxed)\n",
     "y=2 & T1.2=0", forbidden, "R; C++20 [atomics.order]/4"},
    {"R+release+seq_cst",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.store(2, seq_cst); x.load(seq_cst)\n",
     "y=2 & T1.1=0", allowed,
     "the relaxed and release stores are not ordered with the seq_cst ones; Lahav et al., PLDI 2017"},
    {"WWC+relaxed",
     "T0: x.store(2, relaxed)\n"
     "T1: x.load(relaxed); y.store(1, relaxed)\n"
     "T2: y.load(relaxed); x.store(1, relaxed)\n",
     "T1.0=2 & T2.0=1 & x=2", allowed, "WWC; Sarkar et al., Maranget et al.: classic shape"},
    {"WWC+release+acquire",
     "T0: x.store(2, release)\n"
     "T1: x.load(acquire); y.store(1, release)\n"
     "T2: y.load(acquire); x.store(1, release)\n",
     "T1.0=2 & T2.0=1 & x=2", forbidden, "WWC; Sarkar et al., Maranget et al.: classic shape"},
    {"WRR+2W+release+acquire",
     "T0: x.store(2, release)\n"
     "T1: x.load(acquire); y.load(acquire)\n"
     "T2: y.store(1, release); x.store(1, release)\n",
     "T1.0=2 & T1.1=0 & x=2", allowed, "WRR+2W; Sarkar et al., Maranget et al.: classic shape"},
    {"WRR+2W+seq_cst",
     "T0: x.store(2, seq_cst)\n"
     "T1: x.load(seq_cst); y.load(seq_cst)\n"
     "T2: y.store(1, seq_cst); x.store(1, seq_cst)\n",
     "T1.0=2 & T1.1=0 & x=2", forbidden, "WRR+2W; Sarkar et al., Maranget et al.: classic shape"},
    {"Z6.U",
     "T0: x.store(1, seq_cst); y.store(1, release)\n"
     "T1: y.fetch_add(1, seq_cst); y.load(relaxed)\n"
     "T2: y.store(3, seq_cst); x.load(seq_cst)\n",
     "T1.0=1 & T1.1=3 & T2.1=0", allowed,
     "Z6.U of Lahav et al., PLDI 2017, Sec. 2: forbidden before C++20, though POWER allows it"},
    {"Z6.U+seq_cst",
     "T0: x.store(1, seq_cst); y.store(1, seq_cst)\n"
     "T1: y.fetch_add(1, seq_cst); y.load(relaxed)\n"
     "T2: y.store(3, seq_cst); x.load(seq_cst)\n",
     "T1.0=1 & T1.1=3 & T2.1=0", forbidden, "Z6.U with seq_cst throughout; Lahav et al., PLDI 2017"},
    {"Z6.U+fence_seq_cst",
     "T0: x.store(1, seq_cst); fence(seq_cst); y.store(1, release)\n"
     "T1: y.fetch_add(1, seq_cst); y.load(relaxed)\n"
     "T2: y.store(3, seq_cst); x.load(seq_cst)\n",
     "T1.0=1 & T1.1=3 & T2.1=0", forbidden, "Z6.U with a fence in the first thread; Lahav et al., PLDI 2017"},
    {"Z6.U+relaxed",
     "T0: x.store(1, relaxed); y.store(1, relaxed)\n"
     "T1: y.fetch_add(1, relaxed); y.load(relaxed)\n"
     "T2: y.store(3, relaxed); x.load(relaxed)\n",
     "T1.0=1 & T1.1=3 & T2.1=0", allowed, "Z6.U without order; Lahav et al., PLDI 2017"},
    {"Z6.U+acquire_update",
     "T0: x.store(1, seq_cst); y.store(1, release)\n"
     "T1: y.fetch_add(1, acquire); y.load(relaxed)\n"
     "T2: y.store(3, seq_cst); x.load(seq_cst)\n",
     "T1.0=1 & T1.1=3 & T2.1=0", allowed, "Z6.U, weaker still; Lahav et al., PLDI 2017"},
    {"Z6+seq_cst",
     "T0: x.store(1, seq_cst); y.store(1, seq_cst)\n"
     "T1: y.store(2, seq_cst); z.store(1, seq_cst)\n"
     "T2: z.load(seq_cst); x.load(seq_cst)\n",
     "y=2 & T2.0=1 & T2.1=0", forbidden, "Z6.3; Sarkar et al., Maranget et al.: classic shape"},
    {"Z6+release+acquire",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.store(2, release); z.store(1, release)\n"
     "T2: z.load(acquire); x.load(relaxed)\n",
     "y=2 & T2.0=1 & T2.1=0", allowed,
     "modification order does not synchronize; Z6.3; Sarkar et al., Maranget et al.: classic shape"},
    {"CoRR",
     "T0: x.store(1, relaxed)\n"
     "T1: x.load(relaxed); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", forbidden, "coherence; C++20 [intro.races]/16"},
    {"CoRR+two_writers",
     "T0: x.store(1, relaxed)\n"
     "T1: x.store(2, relaxed)\n"
     "T2: x.load(relaxed); x.load(relaxed)\n"
     "T3: x.load(relaxed); x.load(relaxed)\n",
     "T2.0=1 & T2.1=2 & T3.0=2 & T3.1=1", forbidden, "coherence; C++20 [intro.races]/16"},
    {"CoRR+either_order",
     "T0: x.store(1, relaxed)\n"
     "T1: x.store(2, relaxed)\n"
     "T2: x.load(relaxed); x.load(relaxed)\n",
     "T2.0=2 & T2.1=1", allowed,
     "modification order is not the order of thread numbers; coherence; C++20 [intro.races]"},
    {"CoWW", "T0: x.store(1, relaxed); x.store(2, relaxed)\n", "x=1", forbidden,
     "coherence; C++20 [intro.races]/15"},
    {"CoWW+happens_before",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.await(== 1, acquire); x.store(2, relaxed)\n",
     "x=1", forbidden, "coherence; C++20 [intro.races]/15"},
    {"CoRW1", "T0: x.load(relaxed); x.store(1, relaxed)\n", "T0.0=1", forbidden,
     "coherence; C++20 [intro.races]/17"},
    {"CoRW2",
     "T0: x.load(relaxed); x.store(1, relaxed)\n"
     "T1: x.store(2, relaxed)\n",
     "T0.0=2 & x=2", forbidden, "coherence; C++20 [intro.races]/17"},
    {"CoWR",
     "T0: x.store(1, relaxed); x.load(relaxed)\n"
     "T1: x.store(2, relaxed)\n",
     "T0.1=2 & x=1", forbidden, "coherence; C++20 [intro.races]/18"},
    {"CoWR+initial", "T0: x.store(1, relaxed); x.load(relaxed)\n", "T0.1=0", forbidden,
     "coherence; C++20 [intro.races]/18"},
    {"CoWR+happens_before",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.await(== 1, acquire); x.load(relaxed)\n",
     "T1.1=0", forbidden, "coherence; C++20 [intro.races]/18"},
    {"RS+update_by_other_thread",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.fetch_add(1, relaxed)\n"
     "T2: y.load(acquire); x.load(relaxed)\n",
     "T2.0=2 & T2.1=0", forbidden, "release sequence; C++20 [intro.races]/5"},
    {"RS+exchange_by_other_thread",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.exchange(5, relaxed)\n"
     "T2: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T2.0=5 & T2.1=0", forbidden, "release sequence; C++20 [intro.races]/5"},
    {"RS+cas_by_other_thread",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.cas_strong(1, 2, relaxed, relaxed)\n"
     "T2: y.load(acquire); x.load(relaxed)\n",
     "T2.0=2 & T2.1=0", forbidden, "release sequence; C++20 [intro.races]/5"},
    {"RS+two_updates",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.fetch_add(1, relaxed)\n"
     "T2: y.fetch_add(1, relaxed)\n"
     "T3: y.load(acquire); x.load(relaxed)\n",
     "T3.0=3 & T3.1=0", forbidden, "release sequence; C++20 [intro.races]/5"},
    {"RS+update_by_same_thread",
     "T0: x.store(1, relaxed); y.store(1, release); y.fetch_add(1, relaxed)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=2 & T1.1=0", forbidden, "release sequence; C++20 [intro.races]/5"},
    {"RS+store_by_same_thread",
     "T0: x.store(1, relaxed); y.store(1, release); y.store(2, relaxed)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=2 & T1.1=0", allowed, "forbidden before C++20, which removed it (WG21 P0982)"},
    {"RS+store_then_update_by_same_thread",
     "T0: x.store(1, relaxed); y.store(1, release); y.store(2, relaxed); y.fetch_add(1, relaxed)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=3 & T1.1=0", allowed, "the store ended the release sequence (WG21 P0982)"},
    {"RS+store_by_other_thread",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(relaxed); y.store(2, relaxed)\n"
     "T2: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T2.0=2 & T2.1=0", allowed,
     "another thread's store ends the release sequence; Batty et al., POPL 2011"},
    {"RS+fence_covers_later_stores",
     "T0: x.store(1, relaxed); fence(release); y.store(1, relaxed); y.store(2, relaxed)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=2 & T1.1=0", forbidden,
     "a release fence releases through every later store; C++20 [atomics.fences]/3"},
    {"RS+fence+update_by_other_thread",
     "T0: x.store(1, relaxed); fence(release); y.store(1, relaxed)\n"
     "T1: y.fetch_add(1, relaxed)\n"
     "T2: y.load(acquire); x.load(relaxed)\n",
     "T2.0=2 & T2.1=0", forbidden, "hypothetical release sequence; C++20 [atomics.fences]/2-3"},
    {"RS+fences_on_both_sides+update",
     "T0: x.store(1, relaxed); fence(release); y.store(1, relaxed)\n"
     "T1: y.fetch_add(1, relaxed)\n"
     "T2: y.load(relaxed); fence(acquire); x.load(relaxed)\n",
     "T2.0=2 & T2.2=0", forbidden, "hypothetical release sequence; C++20 [atomics.fences]/2"},
    {"RS+relaxed_head+releasing_update",
     "T0: x.store(1, relaxed); y.store(1, relaxed)\n"
     "T1: y.fetch_add(1, acq_rel)\n"
     "T2: y.load(acquire); x.load(relaxed)\n",
     "T2.0=2 & T2.1=0", allowed, "the head did not release; Batty et al., POPL 2011"},
    {"RS+acquiring_update",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.fetch_add(1, acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", forbidden, "an update acquires as a load does; C++20 [atomics.order]"},
    {"RS+releasing_update",
     "T0: x.store(1, relaxed); y.fetch_add(1, release)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", forbidden, "an update releases as a store does; C++20 [atomics.order]"},
    {"RS+acquire_update_does_not_release",
     "T0: x.store(1, relaxed); y.fetch_add(1, acquire)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", allowed, "an acquire update stores relaxed; C++20 [atomics.order]"},
    {"RS+release_update_does_not_acquire",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.fetch_add(1, release); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", allowed, "a release update loads relaxed; C++20 [atomics.order]"},
    {"CAS+success_acquires",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.cas_strong(1, 2, acquire, relaxed); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", forbidden, "compare-and-swap orders; C++20 [atomics.types.operations]"},
    {"CAS+success_relaxed_failure_acquire",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.cas_strong(1, 2, relaxed, acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", allowed,
     "the failure order is for failures; compare-and-swap orders; C++20 [atomics.types.operations]"},
    {"CAS+failure_acquires",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.cas_strong(5, 2, relaxed, acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", forbidden, "compare-and-swap orders; C++20 [atomics.types.operations]"},
    {"CAS+success_acquire_failure_relaxed",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.cas_strong(5, 2, acq_rel, relaxed); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", allowed,
     "the success order is for successes; compare-and-swap orders; C++20 [atomics.types.operations]"},
    {"CAS+success_releases",
     "T0: x.store(1, relaxed); y.cas_strong(0, 1, release, relaxed)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", forbidden, "compare-and-swap orders; C++20 [atomics.types.operations]"},
    {"CAS+weak_fails_spuriously", "T0: x.cas_weak(0, 1, seq_cst, seq_cst)\n", "T0.0! & x=0", allowed,
     "a weak compare-and-swap may fail although equal; compare-and-swap orders; C++20 "
     "[atomics.types.operations]"},
    {"CAS+strong_does_not_fail_spuriously", "T0: x.cas_strong(0, 1, relaxed, relaxed)\n", "T0.0=0 & x=0",
     forbidden, "compare-and-swap orders; C++20 [atomics.types.operations]"},
    {"CAS+spurious_failure_has_failure_order",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.cas_weak(1, 2, acquire, relaxed); x.load(relaxed)\n",
     "T1.0=1 & T1.0! & T1.1=0", allowed, "compare-and-swap orders; C++20 [atomics.types.operations]"},
    {"CAS+weak_success_has_success_order",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.cas_weak(1, 2, acquire, relaxed); x.load(relaxed)\n",
     "y=2 & T1.1=0", forbidden, "compare-and-swap orders; C++20 [atomics.types.operations]"},
    {"CAS+failure_ends_no_release_sequence",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.cas_strong(7, 2, relaxed, relaxed)\n"
     "T2: y.load(acquire); x.load(relaxed)\n",
     "T2.0=1 & T2.1=0", forbidden,
     "a failed compare-and-swap writes nothing; compare-and-swap orders; C++20 [atomics.types.operations]"},
    {"CAS+SB_failure_seq_cst",
     "T0: x.store(1, seq_cst); y.cas_strong(1, 2, seq_cst, seq_cst)\n"
     "T1: y.store(1, seq_cst); x.load(seq_cst)\n",
     "T0.1=0 & T1.1=0", forbidden,
     "a failure is a seq_cst load; compare-and-swap orders; C++20 [atomics.types.operations]"},
    {"CAS+SB_failure_relaxed",
     "T0: x.store(1, seq_cst); y.cas_strong(1, 2, seq_cst, relaxed)\n"
     "T1: y.store(1, seq_cst); x.load(seq_cst)\n",
     "T0.1=0 & T1.1=0", allowed,
     "a failure is a relaxed load; compare-and-swap orders; C++20 [atomics.types.operations]"},
    {"CAS+register_expected",
     "T0: r0 = x.load(relaxed); x.cas_strong(r0, 2, relaxed, relaxed)\n"
     "T1: x.store(1, relaxed)\n",
     "T0.0=0 & T0.1=0 & x=2", forbidden,
     "an update is next to what it read: the store of 1 is last or it is read; atomicity, C++20 "
     "[atomics.order]/10"},
    {"ATOM+fetch_add_twice",
     "T0: x.fetch_add(1, relaxed)\n"
     "T1: x.fetch_add(1, relaxed)\n",
     "T0.0=0 & T1.0=0", forbidden, "atomicity; C++20 [atomics.order]/10"},
    {"ATOM+counter",
     "T0: x.fetch_add(1, relaxed)\n"
     "T1: x.fetch_add(1, relaxed)\n"
     "T2: x.fetch_add(1, relaxed)\n",
     "x!=3", forbidden, "atomicity; C++20 [atomics.order]/10"},
    {"ATOM+cas_twice",
     "T0: x.cas_strong(0, 1, relaxed, relaxed)\n"
     "T1: x.cas_strong(0, 2, relaxed, relaxed)\n",
     "T0.0=0 & T1.0=0", forbidden, "atomicity; C++20 [atomics.order]/10"},
    {"ATOM+cas_weak_both_fail",
     "T0: x.cas_weak(0, 1, relaxed, relaxed)\n"
     "T1: x.cas_weak(0, 2, relaxed, relaxed)\n",
     "x=0", allowed, "both fail spuriously; atomicity; C++20 [atomics.order]/10"},
    {"ATOM+exchange_twice",
     "T0: x.exchange(1, relaxed)\n"
     "T1: x.exchange(2, relaxed)\n",
     "T0.0=0 & T1.0=0", forbidden, "atomicity; C++20 [atomics.order]/10"},
    {"ATOM+store_between",
     "T0: x.fetch_add(1, relaxed)\n"
     "T1: x.store(5, relaxed)\n",
     "T0.0=0 & x=1", forbidden, "atomicity; C++20 [atomics.order]/10"},
    {"ATOM+load_then_store",
     "T0: r0 = x.load(relaxed); x.store(r0+1, relaxed)\n"
     "T1: r0 = x.load(relaxed); x.store(r0+1, relaxed)\n",
     "x=1", allowed, "a load and a store are not an update: the lost update; folklore"},
    {"ATOM+load_then_store+seq_cst",
     "T0: r0 = x.load(seq_cst); x.store(r0+1, seq_cst)\n"
     "T1: r0 = x.load(seq_cst); x.store(r0+1, seq_cst)\n",
     "x=1", allowed, "not even seq_cst makes an update of two operations; folklore"},
    {"AF.SB+light+heavy",
     "T0: x.store(1, relaxed); light_fence(); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); heavy_fence(); x.load(relaxed)\n",
     "T0.2=0 & T1.2=0", forbidden,
     "light against heavy acts as seq_cst against seq_cst; Stillpoint's reading of WG21 P1202"},
    {"AF.SB+light+light",
     "T0: x.store(1, relaxed); light_fence(); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); light_fence(); x.load(relaxed)\n",
     "T0.2=0 & T1.2=0", allowed, "two light fences order nothing; Stillpoint's reading of WG21 P1202"},
    {"AF.SB+heavy+heavy",
     "T0: x.store(1, relaxed); heavy_fence(); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); heavy_fence(); x.load(relaxed)\n",
     "T0.2=0 & T1.2=0", forbidden, "a heavy fence is a seq_cst fence; Stillpoint's reading of WG21 P1202"},
    {"AF.SB+light+fence_seq_cst",
     "T0: x.store(1, relaxed); light_fence(); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T0.2=0 & T1.2=0", allowed,
     "a light fence is ordered against heavy ones only; Stillpoint's reading of WG21 P1202"},
    {"AF.SB+heavy+fence_seq_cst",
     "T0: x.store(1, relaxed); heavy_fence(); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T0.2=0 & T1.2=0", forbidden, "a heavy fence is a seq_cst fence; Stillpoint's reading of WG21 P1202"},
    {"AF.SB+light+seq_cst",
     "T0: x.store(1, relaxed); light_fence(); y.load(relaxed)\n"
     "T1: y.store(1, seq_cst); x.load(seq_cst)\n",
     "T0.2=0 & T1.1=0", allowed,
     "a light fence is ordered against heavy ones only; Stillpoint's reading of WG21 P1202"},
    {"AF.SB+heavy+seq_cst",
     "T0: x.store(1, relaxed); heavy_fence(); y.load(relaxed)\n"
     "T1: y.store(1, seq_cst); x.load(seq_cst)\n",
     "T0.2=0 & T1.1=0", forbidden, "a heavy fence is a seq_cst fence; Stillpoint's reading of WG21 P1202"},
    {"AF.MP+light+heavy",
     "T0: x.store(1, relaxed); light_fence(); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); heavy_fence(); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0", forbidden,
     "a light fence synchronizes with a heavy one; Stillpoint's reading of WG21 P1202"},
    {"AF.MP+heavy+light",
     "T0: x.store(1, relaxed); heavy_fence(); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); light_fence(); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0", forbidden,
     "a heavy fence synchronizes with a light one; Stillpoint's reading of WG21 P1202"},
    {"AF.MP+light+light",
     "T0: x.store(1, relaxed); light_fence(); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); light_fence(); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0", allowed, "two light fences order nothing; Stillpoint's reading of WG21 P1202"},
    {"AF.MP+light+acquire",
     "T0: x.store(1, relaxed); light_fence(); y.store(1, relaxed)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", allowed,
     "a light fence synchronizes with heavy ones only; Stillpoint's reading of WG21 P1202"},
    {"AF.MP+release+light",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(relaxed); light_fence(); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0", allowed,
     "a light fence synchronizes with heavy ones only; Stillpoint's reading of WG21 P1202"},
    {"AF.MP+light+fence_seq_cst",
     "T0: x.store(1, relaxed); light_fence(); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0", allowed,
     "a light fence synchronizes with heavy ones only; Stillpoint's reading of WG21 P1202"},
    {"AF.MP+heavy+acquire",
     "T0: x.store(1, relaxed); heavy_fence(); y.store(1, relaxed)\n"
     "T1: y.load(acquire); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", forbidden, "a heavy fence is a seq_cst fence; Stillpoint's reading of WG21 P1202"},
    {"AF.MP+release+heavy",
     "T0: x.store(1, relaxed); y.store(1, release)\n"
     "T1: y.load(relaxed); heavy_fence(); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0", forbidden, "a heavy fence is a seq_cst fence; Stillpoint's reading of WG21 P1202"},
    {"AF.IRIW+light+heavy",
     "T0: x.store(1, relaxed)\n"
     "T1: y.store(1, relaxed)\n"
     "T2: x.load(relaxed); light_fence(); y.load(relaxed)\n"
     "T3: y.load(relaxed); heavy_fence(); x.load(relaxed)\n",
     "T2.0=1 & T2.2=0 & T3.0=1 & T3.2=0", forbidden,
     "light against heavy is cumulative; Stillpoint's reading of WG21 P1202"},
    {"AF.IRIW+light+light",
     "T0: x.store(1, relaxed)\n"
     "T1: y.store(1, relaxed)\n"
     "T2: x.load(relaxed); light_fence(); y.load(relaxed)\n"
     "T3: y.load(relaxed); light_fence(); x.load(relaxed)\n",
     "T2.0=1 & T2.2=0 & T3.0=1 & T3.2=0", allowed,
     "two light fences order nothing; Stillpoint's reading of WG21 P1202"},
    {"AF.RWC+light+heavy",
     "T0: x.store(1, relaxed)\n"
     "T1: x.load(relaxed); light_fence(); y.load(relaxed)\n"
     "T2: y.store(1, relaxed); heavy_fence(); x.load(relaxed)\n",
     "T1.0=1 & T1.2=0 & T2.2=0", forbidden,
     "light against heavy is cumulative; Stillpoint's reading of WG21 P1202"},
    {"AF.2+2W+light+heavy",
     "T0: x.store(1, relaxed); light_fence(); y.store(2, relaxed)\n"
     "T1: y.store(1, relaxed); heavy_fence(); x.store(2, relaxed)\n",
     "x=1 & y=1", forbidden, "light against heavy; Stillpoint's reading of WG21 P1202"},
    {"AF.2+2W+light+light",
     "T0: x.store(1, relaxed); light_fence(); y.store(2, relaxed)\n"
     "T1: y.store(1, relaxed); light_fence(); x.store(2, relaxed)\n",
     "x=1 & y=1", allowed, "two light fences order nothing; Stillpoint's reading of WG21 P1202"},
    {"AF.3.SB+light+light+heavy",
     "T0: x.store(1, relaxed); light_fence(); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); light_fence(); z.load(relaxed)\n"
     "T2: z.store(1, relaxed); heavy_fence(); x.load(relaxed)\n",
     "T0.2=0 & T1.2=0 & T2.2=0", allowed,
     "the two light fences are neighbours in the cycle; Stillpoint's reading of WG21 P1202"},
    {"AF.3.SB+light+heavy+heavy",
     "T0: x.store(1, relaxed); light_fence(); y.load(relaxed)\n"
     "T1: y.store(1, relaxed); heavy_fence(); z.load(relaxed)\n"
     "T2: z.store(1, relaxed); heavy_fence(); x.load(relaxed)\n",
     "T0.2=0 & T1.2=0 & T2.2=0", forbidden,
     "every neighbour of the light fence is heavy; Stillpoint's reading of WG21 P1202"},
    {"AWAIT+fence_acquire",
     "T0: p.write(1); x.store(1, release)\n"
     "T1: x.await(!= 0, relaxed); fence(acquire); p.read()\n",
     "race", forbidden, "await, as the policy defines it"},
    {"AWAIT+never", "T0: x.await(== 1, acquire)\n", "deadlock", allowed, "await, as the policy defines it"},
    {"AWAIT+wrong_value",
     "T0: x.store(2, release)\n"
     "T1: x.await(== 1, acquire)\n",
     "deadlock", allowed, "await, as the policy defines it"},
    {"AWAIT+arrives",
     "T0: x.store(1, relaxed)\n"
     "T1: x.await(== 1, relaxed)\n",
     "deadlock", forbidden, "await, as the policy defines it"},
    {"AWAIT+transient_value_seen",
     "T0: x.store(1, relaxed); x.store(0, relaxed)\n"
     "T1: x.await(== 1, relaxed)\n",
     "T1.0=1", allowed, "await, as the policy defines it"},
    {"AWAIT+transient_value_missed",
     "T0: x.store(1, relaxed); x.store(0, relaxed)\n"
     "T1: x.await(== 1, relaxed)\n",
     "deadlock", allowed, "await, as the policy defines it"},
    {"AWAIT+each_other",
     "T0: x.await(!= 0, relaxed); y.store(1, relaxed)\n"
     "T1: y.await(!= 0, relaxed); x.store(1, relaxed)\n",
     "T0.0=1", forbidden, "no value out of thin air; await, as the policy defines it"},
    {"AWAIT+each_other_deadlocks",
     "T0: x.await(!= 0, relaxed); y.store(1, relaxed)\n"
     "T1: y.await(!= 0, relaxed); x.store(1, relaxed)\n",
     "deadlock", allowed, "await, as the policy defines it"},
    {"AWAIT+both_flags_up",
     "T0: x.store(1, seq_cst); y.await(== 0, seq_cst)\n"
     "T1: y.store(1, seq_cst); x.await(== 0, seq_cst)\n",
     "deadlock", allowed, "each sees the other; await, as the policy defines it"},
    {"AWAIT+both_pass_seq_cst",
     "T0: x.store(1, seq_cst); y.await(== 0, seq_cst)\n"
     "T1: y.store(1, seq_cst); x.await(== 0, seq_cst)\n",
     "T0.1=0 & T1.1=0", forbidden, "store buffering with awaits; await, as the policy defines it"},
    {"AWAIT+both_pass_relaxed",
     "T0: x.store(1, relaxed); y.await(== 0, relaxed)\n"
     "T1: y.store(1, relaxed); x.await(== 0, relaxed)\n",
     "T0.1=0 & T1.1=0", allowed, "store buffering with awaits; await, as the policy defines it"},
    {"AWAIT+count",
     "T0: x.fetch_add(1, release)\n"
     "T1: x.fetch_add(1, release)\n"
     "T2: x.await(>= 2, acquire)\n",
     "deadlock", forbidden, "await, as the policy defines it"},
    {"AWAIT+count_joins_both",
     "T0: p.write(1); x.fetch_add(1, release)\n"
     "T1: q.write(1); x.fetch_add(1, release)\n"
     "T2: x.await(>= 2, acquire); p.read(); q.read()\n",
     "race", forbidden,
     "the second update continues the release sequence of the first; C++20 [intro.races]/5"},
    {"AWAIT+count_with_relaxed_update",
     "T0: p.write(1); x.fetch_add(1, relaxed)\n"
     "T1: q.write(1); x.fetch_add(1, release)\n"
     "T2: x.await(>= 2, acquire); p.read(); q.read()\n",
     "race", allowed, "the relaxed one releases nothing; await, as the policy defines it"},
    {"AWAIT+acquires_last_value_only",
     "T0: p.write(1); x.store(1, release); x.store(2, relaxed)\n"
     "T1: x.await(!= 0, acquire); p.read()\n",
     "race", allowed,
     "it may stop at the relaxed store, which since C++20 continues no release sequence; WG21 P0982"},
    {"MUTEX+excludes",
     "T0: m.lock(); r1 = p.read(); p.write(r1+1); m.unlock()\n"
     "T1: m.lock(); r1 = p.read(); p.write(r1+1); m.unlock()\n",
     "race", forbidden, "mutex; C++20 [thread.mutex.requirements]"},
    {"MUTEX+increments",
     "T0: m.lock(); r1 = p.read(); p.write(r1+1); m.unlock()\n"
     "T1: m.lock(); r1 = p.read(); p.write(r1+1); m.unlock()\n",
     "T0.1=0 & T1.1=0", forbidden, "mutex; C++20 [thread.mutex.requirements]"},
    {"MUTEX+one_side_only",
     "T0: m.lock(); p.write(1); m.unlock()\n"
     "T1: p.write(2)\n",
     "race", allowed, "mutex; C++20 [thread.mutex.requirements]"},
    {"MUTEX+other_mutex",
     "T0: m.lock(); p.write(1); m.unlock()\n"
     "T1: n.lock(); p.write(2); n.unlock()\n",
     "race", allowed, "mutex; C++20 [thread.mutex.requirements]"},
    {"MUTEX+access_after_unlock",
     "T0: m.lock(); m.unlock(); p.write(1)\n"
     "T1: m.lock(); p.write(2); m.unlock()\n",
     "race", allowed, "mutex; C++20 [thread.mutex.requirements]"},
    {"MUTEX+relaxed_inside",
     "T0: m.lock(); x.store(1, relaxed); x.store(2, relaxed); m.unlock()\n"
     "T1: m.lock(); x.load(relaxed); m.unlock()\n",
     "T1.1=1", forbidden, "mutex; C++20 [thread.mutex.requirements]"},
    {"MUTEX+opposite_orders",
     "T0: m.lock(); n.lock(); n.unlock(); m.unlock()\n"
     "T1: n.lock(); m.lock(); m.unlock(); n.unlock()\n",
     "deadlock", allowed, "mutex; C++20 [thread.mutex.requirements]"},
    {"MUTEX+same_order",
     "T0: m.lock(); n.lock(); n.unlock(); m.unlock()\n"
     "T1: m.lock(); n.lock(); n.unlock(); m.unlock()\n",
     "deadlock", forbidden, "mutex; C++20 [thread.mutex.requirements]"},
    {"MUTEX+twice", "T0: m.lock(); m.lock()\n", "deadlock", allowed,
     "mutex; C++20 [thread.mutex.requirements]"},
    {"MUTEX+never_unlocked",
     "T0: m.lock()\n"
     "T1: m.lock(); m.unlock()\n",
     "deadlock", allowed, "mutex; C++20 [thread.mutex.requirements]"},
};

}  // namespace

const std::vector<litmus_test>& litmus_tests() {
  static const auto tests = [] {
    std::vector<litmus_test> parsed;
    for (const auto& r : rows) {
      parsed.push_back(
          {r.name, parse(r.code), r.condition, parse_condition(r.condition), r.verdict, r.source});
    }
    return parsed;
  }();
  return tests;
}

}  // namespace stillpoint::verify::oracle
