// SPDX-License-Identifier: BSL-1.0
//
// pages PRIMITIVE FOLDER: tries all mutants of the primitive and writes into the folder PRIMITIVE.md, its
// pictures (PRIMITIVE/*.svg), and PRIMITIVE.rows: its defects of logic as rows of a table. Runs in the
// workspace's top folder, whose headers it reads. Exit status 1, and a line for each, if a mutant is not
// settled.
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "verify/orders/pages.hpp"
#include "verify/orders/reviewed.hpp"
#include "verify/runner/pool.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify::orders {
namespace {

namespace files = std::filesystem;

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  if (!in)
    throw std::runtime_error("cannot read '" + file + "': expected to run in the workspace's top folder");
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void write(const files::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::trunc);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write '" + file.string() + "'");
}

subject subject_named(const std::string& primitive) {
  std::string known;
  for (const subject& s : subjects()) {
    if (s.primitive == primitive) return s;
    known += (known.empty() ? "" : ", ") + s.primitive;
  }
  throw std::runtime_error("'" + primitive + "': expected one of " + known);
}

// Relacy's trials of the defects of logic, as checks for the pool.
std::vector<check> relacy_checks_of(const examination& all) {
  std::vector<check> checks;
  for (const examined_mutant& m : all.mutants) {
    check each;
    each.primitive = all.subject_of(m).primitive;
    each.client = all.site_of(m).name + ": " + m.change.name;
    each.engine = "relacy";
    each.run = [&all, &m](const run_options&) {
      run_result result;
      if (!m.change.logic) return result;
      const auto seen = on_relacy(all.subject_of(m), all.surveys[m.subject], m.change.wrong);
      if (seen) {
        result.found_by = seen->client;
        result.executions = seen->executions;
      }
      return result;
    };
    checks.push_back(std::move(each));
  }
  return checks;
}

// Returns 1, and says why, if the mutant is not settled, or has a reason that it does not need.
std::size_t report_unsettled(const examination& all, const examined_mutant& m, const outcome& seen) {
  const standing is = standing_of(all, m, seen.result);
  if (!is_settled(is)) {
    std::cerr << path_of(seen.what) << ": " << name_of(is) << ": " << seen.result.error << '\n';
    return 1;
  }
  const bool excused = !reason_for(all.subject_of(m).primitive, all.site_of(m).name, m.change.name).empty();
  if (is != standing::needed || !excused) return 0;
  std::cerr << path_of(seen.what) << ": a client notices, but reviewed.cc has a reason why none would\n";
  return 1;
}

int write_pages(const std::string& primitive, const files::path& folder) {
  const examination all = prepare({subject_named(primitive)});
  const files::path pictures = folder / primitive;
  files::remove_all(pictures);
  files::create_directories(pictures);
  const std::function<std::string(const examined_mutant&)> picture = [&](const examined_mutant& m) {
    return m.change.logic ? std::string() : (pictures / picture_name(all, m)).string();
  };
  const runner_options options;
  const std::vector<check> on_explorer_checks = checks_of(all, picture);
  const std::vector<check> on_relacy_checks = relacy_checks_of(all);
  const std::vector<outcome> explored = pool(on_explorer_checks, options).run();
  const std::vector<outcome> sampled = pool(on_relacy_checks, options).run();
  std::vector<tried_mutant> tried;
  std::size_t unsettled = 0;
  for (std::size_t i = 0; i < all.mutants.size(); ++i) {
    tried_mutant t{&all.mutants[i], explored[i].result, {}};
    if (!sampled[i].result.found_by.empty()) t.on_relacy = sampled[i].result.executions;
    unsettled += report_unsettled(all, all.mutants[i], explored[i]);
    tried.push_back(std::move(t));
  }
  // Beside each picture stands its source.
  for (const auto& entry : files::directory_iterator(pictures)) {
    if (entry.path().extension() == ".dot") files::remove(entry.path());
  }
  std::map<std::string, std::vector<std::string>> texts;
  for (const std::string& file : all.subjects[0].files) texts[file] = lines_of(text_of(file));
  write(folder / (primitive + ".md"), page(all, 0, tried, texts));
  write(folder / (primitive + ".rows"), logic_rows(all, 0, tried));
  return unsettled == 0 ? 0 : 1;
}

}  // namespace
}  // namespace stillpoint::verify::orders

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: pages PRIMITIVE FOLDER\n";
    return 2;
  }
  try {
    return stillpoint::verify::orders::write_pages(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "pages: " << error.what() << '\n';
    return 2;
  }
}
