// SPDX-License-Identifier: BSL-1.0
//
// All mutants of some subjects, tried one by one, in processes of their own.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "verify/engine.hpp"
#include "verify/orders/examine.hpp"
#include "verify/orders/mutants.hpp"
#include "verify/orders/subjects.hpp"
#include "verify/orders/survey.hpp"

namespace stillpoint::verify::orders {

struct examined_mutant {
  std::size_t subject = 0;
  // Place in that subject's survey.
  std::size_t site = 0;
  mutant change;
};

struct examination {
  std::vector<subject> subjects;
  // By subject.
  std::vector<survey> surveys;
  std::vector<examined_mutant> mutants;

  const subject& subject_of(const examined_mutant& m) const { return subjects[m.subject]; }
  const examined_site& site_of(const examined_mutant& m) const { return surveys[m.subject].sites[m.site]; }
};

// Runs the surveys. Throws std::runtime_error as survey_of does.
examination prepare(std::vector<subject> subjects);

// "needed", "reviewed" (survived, with a reason), "not shown to be needed", or "undecided".
enum class standing : std::uint8_t { needed, reviewed, not_shown, undecided };
std::string_view name_of(standing s);
constexpr bool is_settled(standing s) {
  return s == standing::needed || s == standing::reviewed;
}

// By what a mutant's check reported; one that crashed reported nothing, and is undecided.
standing standing_of(const examination& all, const examined_mutant& m, const run_result& result);

// For the runner's pool: the mutant's trial on the explorer, "passed" if it is settled. `picture` gives the
// file for the picture of its counterexample; empty: none. Both must outlive the checks.
std::vector<check> checks_of(const examination& all,
                             const std::function<std::string(const examined_mutant&)>& picture);

}  // namespace stillpoint::verify::orders
