// SPDX-License-Identifier: BSL-1.0
#include "verify/litmus/suite.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace stillpoint::verify::litmus {

namespace {

struct listing {
  const char* heading;
  std::vector<const char*> names;
};

const std::vector<listing>& listings() {
  static const std::vector<listing> all = {
      {"Coherence",
       {"CoRR", "CoRR+two_writers", "CoRR+either_order", "CoWW", "CoWW+happens_before", "CoRW1", "CoRW2",
        "CoWR", "CoWR+initial", "CoWR+happens_before"}},
      {"Store buffering",
       {"SB+relaxed", "SB+release+acquire", "SB+seq_cst", "SB+seq_cst+one_relaxed_load",
        "SB+seq_cst+one_relaxed_store", "SB+fences_seq_cst", "SB+fence_seq_cst_on_one_side",
        "SB+fences_acq_rel", "SB+seq_cst+fence_seq_cst", "SB+seq_cst_load_only+fence_seq_cst",
        "SB+fences_too_late", "SB+exchange_acq_rel", "SB+exchange_seq_cst", "SB+shared_update",
        "3.SB+seq_cst"}},
      {"Message passing",
       {"MP+relaxed", "MP+release+acquire", "MP+release+relaxed", "MP+relaxed+acquire", "MP+seq_cst_flag",
        "MP+seq_cst_data_only", "MP+fence_release+acquire", "MP+release+fence_acquire",
        "MP+fence_release+fence_acquire", "MP+fence_release_too_early", "MP+fence_acquire_too_late",
        "MP+fence_acquire_for_release", "MP+plain+release+acquire", "MP+plain+relaxed", "MP+plain+value",
        "MP+relaxed+three_stores", "MP+relaxed+update_of_data", "MP+relaxed+failed_cas_of_data"}},
      {"Load buffering",
       {"LB+relaxed", "LB+release+acquire", "LB+fences_acq_rel", "LB+data_on_one_side", "LB+updates",
        "LB+thin_air"}},
      {"Stores in modification order: 2+2W, S, R",
       {"2+2W+relaxed", "2+2W+release", "2+2W+seq_cst", "2+2W+fences_seq_cst", "2+2W+fences_acq_rel",
        "2+2W+seq_cst_on_one_side", "S+relaxed", "S+release+acquire", "S+release+data", "R+relaxed",
        "R+release+acquire", "R+seq_cst", "R+fences_seq_cst", "R+release+seq_cst"}},
      {"Causality among three threads: WRC, ISA2, RWC, W+RWC, WWC, WRR+2W, Z6",
       {"WRC+relaxed",
        "WRC+release+acquire",
        "WRC+relaxed_first+release+acquire",
        "WRC+data",
        "WRC+fence_acq_rel",
        "ISA2+relaxed",
        "ISA2+release+acquire",
        "ISA2+relaxed_middle_load",
        "ISA2+fence_acq_rel",
        "ISA2+fences_seq_cst_at_both_ends",
        "RWC+release+acquire",
        "RWC+seq_cst",
        "RWC+fences_seq_cst",
        "RWC+seq_cst_acquire_of_data",
        "W+RWC+release+acquire",
        "W+RWC+fences_seq_cst",
        "W+RWC+seq_cst+release+acquire",
        "W+RWC+seq_cst_ends+relaxed",
        "W+RWC+same_location",
        "WWC+relaxed",
        "WWC+release+acquire",
        "WRR+2W+release+acquire",
        "WRR+2W+seq_cst",
        "Z6+seq_cst",
        "Z6+release+acquire"}},
      {"Independent reads of independent writes",
       {"IRIW+relaxed", "IRIW+release+acquire", "IRIW+seq_cst", "IRIW+release+seq_cst_loads", "IRIW-acq-sc",
        "IRIW+fences_seq_cst", "IRIW+fence_seq_cst_on_one_side", "IRIW+fences_acq_rel"}},
      {"Z6.U", {"Z6.U", "Z6.U+seq_cst", "Z6.U+fence_seq_cst", "Z6.U+relaxed", "Z6.U+acquire_update"}},
      {"Release sequences",
       {"RS+update_by_other_thread", "RS+cas_by_other_thread", "RS+two_updates", "RS+update_by_same_thread",
        "RS+store_by_same_thread", "RS+store_then_update_by_same_thread", "RS+store_by_other_thread",
        "RS+fence_covers_later_stores", "RS+fence+update_by_other_thread", "RS+fences_on_both_sides+update",
        "RS+relaxed_head+releasing_update", "RS+acquire_update_does_not_release",
        "RS+release_update_does_not_acquire"}},
      {"Compare-and-swap, atomicity",
       {"CAS+success_acquires", "CAS+success_relaxed_failure_acquire", "CAS+failure_acquires",
        "CAS+success_acquire_failure_relaxed", "CAS+success_releases", "CAS+weak_fails_spuriously",
        "CAS+strong_does_not_fail_spuriously", "CAS+spurious_failure_has_failure_order",
        "CAS+failure_ends_no_release_sequence", "CAS+SB_failure_seq_cst", "CAS+SB_failure_relaxed",
        "ATOM+fetch_add_twice", "ATOM+counter", "ATOM+cas_twice", "ATOM+store_between",
        "ATOM+load_then_store+seq_cst"}},
      {"The asymmetric pair: light and heavy fences",
       {"AF.SB+light+heavy", "AF.SB+light+light", "AF.SB+heavy+heavy", "AF.SB+light+fence_seq_cst",
        "AF.SB+light+seq_cst", "AF.MP+light+heavy", "AF.MP+light+light", "AF.MP+light+acquire",
        "AF.IRIW+light+heavy", "AF.IRIW+light+light", "AF.RWC+light+heavy", "AF.2+2W+light+heavy",
        "AF.2+2W+light+light", "AF.3.SB+light+light+heavy", "AF.3.SB+light+heavy+heavy"}},
      {"Mutexes",
       {"MUTEX+excludes", "MUTEX+increments", "MUTEX+one_side_only", "MUTEX+access_after_unlock",
        "MUTEX+relaxed_inside", "MUTEX+opposite_orders", "MUTEX+same_order"}},
  };
  return all;
}

// Shapes in which Relacy deviates, for reasons that the enumerator's tests do not show alone. All allowed.
struct row {
  const char* name;
  const char* code;
  const char* condition;
  const char* source;
};

const row additional[] = {
    {"MP+relaxed+three_stores",
     "T0: x.store(1, relaxed); x.store(2, relaxed); x.store(3, relaxed); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); x.load(relaxed)\n",
     "T1.0=1 & T1.1=0", "message passing, where the old value is the fourth to last; C++20 [intro.races]/14"},
    {"MP+relaxed+update_of_data",
     "T0: x.store(1, relaxed); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); x.exchange(2, relaxed)\n",
     "T1.0=1 & T1.1=0",
     "an update reads the last value before its own, which may itself be an early one; C++20 "
     "[atomics.order]/10"},
    {"MP+relaxed+failed_cas_of_data",
     "T0: x.store(1, relaxed); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); x.cas_strong(7, 6, relaxed, relaxed)\n",
     "T1.0=1 & T1.1=0", "a failed compare-and-swap is a load; C++20 [atomics.types.operations]"},
    {"ISA2+fences_seq_cst_at_both_ends",
     "T0: x.store(1, relaxed); fence(seq_cst); y.store(1, relaxed)\n"
     "T1: y.load(relaxed); z.store(1, relaxed)\n"
     "T2: z.load(relaxed); fence(seq_cst); x.load(relaxed)\n",
     "T1.0=1 & T2.0=1 & T2.2=0",
     "the middle thread synchronizes with nobody: no psc from fence to fence; Lahav et al., PLDI 2017"},
};

// Where C++20's own words say the opposite of RC11.
const std::vector<const char*> cpp20_differs = {"LB+relaxed", "LB+data_on_one_side", "LB+updates",
                                                "IRIW+release+seq_cst_loads", "W+RWC+same_location"};

const std::map<std::string, rules>& missed_by_relacy() {
  static const std::map<std::string, rules> all = {
      {"MP+seq_cst_data_only", {rule::seq_cst_order}},
      {"MP+relaxed+three_stores", {rule::last_three_values}},
      {"MP+relaxed+update_of_data", {rule::store_order}},
      {"MP+relaxed+failed_cas_of_data", {rule::failed_cas}},
      {"2+2W+relaxed", {rule::store_order}},
      {"2+2W+release", {rule::store_order}},
      {"2+2W+fences_acq_rel", {rule::store_order}},
      {"2+2W+seq_cst_on_one_side", {rule::store_order}},
      {"S+relaxed", {rule::store_order}},
      {"S+release+data", {rule::store_order}},
      {"ISA2+fences_seq_cst_at_both_ends", {rule::seq_cst_order}},
      {"RWC+seq_cst_acquire_of_data", {rule::seq_cst_order}},
      {"W+RWC+seq_cst_ends+relaxed", {rule::seq_cst_order}},
      {"W+RWC+same_location", {rule::seq_cst_order}},
      {"WWC+relaxed", {rule::store_order}},
      {"IRIW-acq-sc", {rule::seq_cst_order}},
      {"Z6.U", {rule::seq_cst_order}},
      {"Z6.U+acquire_update", {rule::store_order, rule::seq_cst_order}},
      {"RS+store_by_same_thread", {rule::release_sequence}},
      {"RS+store_then_update_by_same_thread", {rule::release_sequence}},
      {"CAS+SB_failure_relaxed", {rule::seq_cst_order, rule::failed_cas}},
      {"AF.2+2W+light+light", {rule::store_order}},
      {"AF.3.SB+light+light+heavy", {rule::light_fences}},
  };
  return all;
}

const oracle::litmus_test& test_named(const std::string& name) {
  const auto& tests = all_tests();
  const auto found = std::find_if(tests.begin(), tests.end(),
                                  [&name](const oracle::litmus_test& t) { return t.name == name; });
  if (found == tests.end()) throw std::logic_error("no litmus test is named " + name);
  return *found;
}

entry entry_named(const std::string& name) {
  entry e;
  e.test = test_named(name);
  const bool differs = std::find(cpp20_differs.begin(), cpp20_differs.end(), name) != cpp20_differs.end();
  e.allowed_by_cpp20 = e.test.allowed != differs;
  const auto missed = missed_by_relacy().find(name);
  if (missed != missed_by_relacy().end()) e.relacy_misses_by = missed->second;
  return e;
}

}  // namespace

const std::vector<oracle::litmus_test>& all_tests() {
  static const auto tests = [] {
    std::vector<oracle::litmus_test> all = oracle::litmus_tests();
    for (const auto& r : additional) {
      all.push_back(
          {r.name, oracle::parse(r.code), r.condition, oracle::parse_condition(r.condition), true, r.source});
    }
    return all;
  }();
  return tests;
}

const std::vector<section>& suite() {
  static const auto sections = [] {
    std::vector<section> all;
    for (const listing& l : listings()) {
      all.push_back({l.heading, {}});
      for (const char* name : l.names) all.back().entries.push_back(entry_named(name));
    }
    return all;
  }();
  return sections;
}

}  // namespace stillpoint::verify::litmus
