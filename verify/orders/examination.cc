// SPDX-License-Identifier: BSL-1.0
#include "verify/orders/examination.hpp"

#include <utility>

#include "verify/orders/reviewed.hpp"

namespace stillpoint::verify::orders {

namespace {

run_result examine(const examination& all, const examined_mutant& m, const std::string& picture) {
  const trial seen = on_explorer(all.subject_of(m), all.surveys[m.subject], m.change.wrong, picture);
  run_result result;
  result.executions = seen.executions;
  result.exhaustive = seen.outcome == outcome_of_trial::survived;
  result.found_by = seen.client;
  result.error = seen.error;
  if (seen.outcome == outcome_of_trial::undecided) result.outcome = verdict::unfinished;
  if (seen.outcome == outcome_of_trial::survived && standing_of(all, m, result) == standing::not_shown) {
    result.outcome = verdict::failed;
    result.error = "all clients pass: not shown to be needed, and no reason is given why it stays";
  }
  return result;
}

}  // namespace

std::string_view name_of(standing s) {
  constexpr std::string_view names[] = {"needed", "reviewed", "not shown to be needed", "undecided"};
  return names[static_cast<std::size_t>(s)];
}

examination prepare(std::vector<subject> subjects) {
  examination all;
  all.subjects = std::move(subjects);
  for (std::size_t s = 0; s < all.subjects.size(); ++s) {
    const survey& known = all.surveys.emplace_back(survey_of(all.subjects[s]));
    for (std::size_t site = 0; site < known.sites.size(); ++site) {
      for (mutant& each : mutants_of(known.sites[site].where)) {
        if (known.sites[site].in_part && !each.logic) continue;
        all.mutants.push_back({s, site, std::move(each)});
      }
    }
  }
  return all;
}

standing standing_of(const examination& all, const examined_mutant& m, const run_result& result) {
  if (!result.found_by.empty()) return standing::needed;
  if (!result.exhaustive) return standing::undecided;
  const bool has_reason =
      !reason_for(all.subject_of(m).primitive, all.site_of(m).name, m.change.name).empty();
  return has_reason ? standing::reviewed : standing::not_shown;
}

std::vector<check> checks_of(const examination& all,
                             const std::function<std::string(const examined_mutant&)>& picture) {
  std::vector<check> checks;
  for (const examined_mutant& m : all.mutants) {
    check each;
    each.primitive = all.subject_of(m).primitive;
    each.client = all.site_of(m).name + ": " + m.change.name;
    each.engine = "orders";
    each.run = [&all, &m, &picture](const run_options&) { return examine(all, m, picture(m)); };
    checks.push_back(std::move(each));
  }
  return checks;
}

}  // namespace stillpoint::verify::orders
