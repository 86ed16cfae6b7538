// SPDX-License-Identifier: BSL-1.0
//
// Deadlocks hidden in an execution that has ended: an await that read a value in time might have looked too
// late, when the value was gone.
//
// Let D be a deadlock in which some await could still read an old value that satisfies it. Of all such D take
// one that is no part of a larger one. Let one of its awaits, `late`, read the latest such value, and let all
// threads go on by first choices: each write comes last in modification order, and each other wait ends only
// by the latest write. No thread gets stuck, for that would be a larger deadlock. The search meets the
// execution that this leads to, since it meets all of them. Everything in it that is not in D is caused by
// `late`: whatever a thread adds comes after what it added before, and the first thing that it adds ends a
// wait, which what is in D does not. So D is what `late` does not cause.
//
// To find D in an execution, it is enough to take each wait out in turn, with all that it causes. The cost is
// the number of waits times that of threads, and the length of a few modification orders.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "verify/explorer/search/search.hpp"

namespace stillpoint::verify::explorer {

// How many events of each thread an event neither is nor causes.
graph::thread_counts not_caused_by(const graph& g, event_ref cause);

// Given an execution in which each thread has ended, looks for a wait such that without it, and without all
// that it causes, each thread has ended or is at a wait that the last value of its location does not satisfy.
// Returns these waits, and that one first.
//
// A thread that `gave_up` has not ended: its assumption was false.
//
// Every wait must have judged what its location holds in the end: see search::begin_open_question.
std::optional<std::vector<event_ref>> find_stuck(const search& s,
                                                 const std::array<bool, max_threads>& gave_up = {});

}  // namespace stillpoint::verify::explorer
