// SPDX-License-Identifier: BSL-1.0
//
// One mutant's trial: do the clients notice?
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "verify/orders/mutants.hpp"
#include "verify/orders/subjects.hpp"
#include "verify/orders/survey.hpp"

namespace stillpoint::verify::orders {

// needed: some client fails without what the mutant takes away. survived: all clients pass, exhaustively.
// undecided: none fails, but one could not be exhausted.
enum class outcome_of_trial : std::uint8_t { needed, survived, undecided };

struct trial {
  outcome_of_trial outcome = outcome_of_trial::survived;
  // Which client noticed, after how many executions, those of the clients that did not included.
  std::string client;
  std::uint64_t executions = 0;
  // What went wrong, in one line, in the smallest failing execution that was met soon after the first.
  std::string error;
};

// Deterministic: the same text gives the same trial. If a client fails and `picture` is not empty, a picture
// of the counterexample is written to that file.
trial on_explorer(const subject& s, const survey& known, const defect& wrong, const std::string& picture);

// Which executions of Relacy's it takes to see it; nothing if none of many does.
std::optional<trial> on_relacy(const subject& s, const survey& known, const defect& wrong);

}  // namespace stillpoint::verify::orders
