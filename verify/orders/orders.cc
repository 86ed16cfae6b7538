// SPDX-License-Identifier: BSL-1.0
#include "verify/orders/orders.hpp"

#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "verify/orders/examination.hpp"
#include "verify/runner/pool.hpp"
#include "verify/runner/registry.hpp"
#include "verify/runner/report.hpp"

namespace stillpoint::verify::orders {

namespace {

struct result_row {
  const examined_mutant* mutant = nullptr;
  const outcome* seen = nullptr;
  standing is = standing::undecided;
};

std::vector<result_row> rows_of(const examination& all, const std::vector<check>& checks,
                                const std::vector<outcome>& outcomes) {
  std::map<std::string, const examined_mutant*> mutants;
  for (std::size_t i = 0; i < checks.size(); ++i) mutants[path_of(checks[i])] = &all.mutants[i];
  std::vector<result_row> rows;
  for (const outcome& each : outcomes) {
    const examined_mutant* const m = mutants.at(path_of(each.what));
    rows.push_back({m, &each, standing_of(all, *m, each.result)});
  }
  return rows;
}

std::string place_of(const examination& all, const examined_mutant& m) {
  const examined_site& s = all.site_of(m);
  return s.file + ':' + std::to_string(s.where.line);
}

// One line per primitive, and one for each mutant that nobody settled.
void print_summary(const examination& all, const std::vector<result_row>& rows) {
  for (std::size_t s = 0; s < all.subjects.size(); ++s) {
    std::map<standing, std::size_t> count;
    std::size_t logic = 0;
    for (const result_row& row : rows) {
      if (row.mutant->subject != s) continue;
      ++count[row.is];
      if (row.mutant->change.logic) ++logic;
    }
    const std::size_t mutants = count[standing::needed] + count[standing::reviewed] +
                                count[standing::not_shown] + count[standing::undecided];
    if (mutants == 0) continue;
    std::cout << all.subjects[s].primitive << ": " << mutants << " mutants, " << logic
              << " of them of logic: " << count[standing::needed] << " needed, " << count[standing::reviewed]
              << " reviewed, " << count[standing::not_shown] << " not shown to be needed, "
              << count[standing::undecided] << " undecided\n";
  }
  for (const result_row& row : rows) {
    if (is_settled(row.is)) continue;
    std::cout << "\n"
              << name_of(row.is) << ": " << path_of(row.seen->what) << " at " << place_of(all, *row.mutant)
              << '\n';
    if (!row.seen->result.error.empty()) std::cout << row.seen->result.error << '\n';
  }
}

void write_json(std::ostream& out, const examination& all, const std::vector<result_row>& rows) {
  out << "{\"orders\":[";
  const char* separator = "\n";
  for (const result_row& row : rows) {
    const examined_site& site = all.site_of(*row.mutant);
    const run_result& result = row.seen->result;
    out << separator << "{\"primitive\":" << quoted(all.subject_of(*row.mutant).primitive)
        << ",\"file\":" << quoted(site.file) << ",\"line\":" << site.where.line
        << ",\"operation\":" << quoted(site.name)
        << ",\"order\":" << quoted(verify::name_of(site.where.order))
        << ",\"mutant\":" << quoted(row.mutant->change.name) << ",\"verdict\":" << quoted(name_of(row.is))
        << ",\"client\":" << quoted(result.found_by) << ",\"executions\":" << result.executions
        << ",\"seconds\":" << result.seconds << '}';
    separator = ",\n";
  }
  out << "\n]}\n";
}

}  // namespace

int run_orders(const runner_options& options) {
  std::cout << "looking for the operations that the clients execute\n" << std::flush;
  const examination all = prepare(subjects());
  const std::function<std::string(const examined_mutant&)> no_picture = [](const auto&) { return ""; };
  const std::vector<check> checks = checks_of(all, no_picture);
  const std::vector<check> selected = select_checks(checks, options);
  if (options.list) {
    for (const check& c : selected) std::cout << path_of(c) << '\n';
    return 0;
  }
  const std::vector<outcome> outcomes = pool(selected, options).run();
  const std::vector<result_row> rows = rows_of(all, checks, outcomes);
  print_summary(all, rows);
  std::cout.flush();
  if (!options.json_file.empty()) {
    std::ofstream json(options.json_file, std::ios::trunc);
    write_json(json, all, rows);
    if (!json.flush()) throw usage_error("--json='" + options.json_file + "': could not be written");
  }
  return all_passed(outcomes) ? 0 : 1;
}

}  // namespace stillpoint::verify::orders
