// SPDX-License-Identifier: BSL-1.0
//
// Deadlocks hidden in a complete execution: an await that read a value in time might have looked too late,
// when the value was gone.
#pragma once

#include <optional>
#include <vector>

#include "verify/explorer/search/search.hpp"

namespace stillpoint::verify::explorer {

// Given a complete execution, looks for a way to cut threads at awaits such that what remains is causally
// closed, every other thread is complete, and each cut await's location ends in a value that does not satisfy
// it. Returns the awaits.
//
// Every deadlock in which a stale satisfying value is still readable shows up so in some complete execution:
// the one in which the stuck awaits go on by reading that value.
//
// Every wait must have judged what its location holds in the end: see search::begin_open_question.
std::optional<std::vector<event_ref>> find_stuck(const search& s);

}  // namespace stillpoint::verify::explorer
