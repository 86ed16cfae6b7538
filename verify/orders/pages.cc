// SPDX-License-Identifier: BSL-1.0
#include "verify/orders/pages.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "verify/orders/reviewed.hpp"
#include "verify/runner/report.hpp"

namespace stillpoint::verify::orders {

namespace {

std::string trimmed(const std::string& line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t") + 1 - begin);
}

bool ends_statement(const std::string& line) {
  return line.empty() || line.back() == ';' || line.back() == '{' || line.back() == '}' || line.back() == ':';
}

// In a table's cell.
std::string cell(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*' || c == '_') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string written_order(const site& s) {
  if (s.op == operation::light_fence || s.op == operation::heavy_fence) return {};
  std::string text = ", " + std::string(verify::name_of(s.order));
  const bool may_fail =
      s.op == operation::compare_exchange_weak || s.op == operation::compare_exchange_strong;
  if (may_fail) text += ", on failure " + std::string(verify::name_of(s.failure_order));
  return text;
}

std::string what_goes_wrong(const examination& all, const tried_mutant& t) {
  const examined_mutant& m = *t.mutant;
  switch (standing_of(all, m, t.on_explorer)) {
    case standing::needed:
      return cell(t.on_explorer.error);
    case standing::reviewed:
      return "Nothing that a client shows. Kept because " +
             cell(std::string(reason_for(all.subject_of(m).primitive, all.site_of(m).name, m.change.name)));
    default:
      return "Not shown to be needed.";
  }
}

std::string shown_by(const examination& all, const tried_mutant& t) {
  if (t.on_explorer.found_by.empty()) return {};
  const std::string picture = all.subject_of(*t.mutant).primitive + '/' + picture_name(all, *t.mutant);
  return '`' + t.on_explorer.found_by + "`: [picture](" + picture + ')';
}

// The mutants of one site.
std::string table(const examination& all, const std::vector<const tried_mutant*>& of_site) {
  std::string text = "| instead | what goes wrong | shown by |\n| --- | --- | --- |\n";
  for (const tried_mutant* t : of_site) {
    text +=
        "| " + t->mutant->change.name + " | " + what_goes_wrong(all, *t) + " | " + shown_by(all, *t) + " |\n";
  }
  return text;
}

std::string section(const examination& all, const examined_site& site,
                    const std::vector<const tried_mutant*>& of_site, const std::vector<std::string>& lines) {
  const std::string place = site.file + ':' + std::to_string(site.where.line);
  const std::string comment = comment_above(lines, site.where.line);
  if (comment.empty()) {
    throw std::runtime_error(place + ": expected a comment above that says what the " +
                             std::string(verify::name_of(site.where.op)) + " pairs with");
  }
  std::string text = "## `" + short_name(site.where.function) +
                     "`: " + std::string(verify::name_of(site.where.op)) + written_order(site.where) + "\n\n";
  text += "[" + place + "](../../" + site.file + "#L" + std::to_string(site.where.line) + ")\n\n";
  text += "> " + comment + "\n\n";
  if (of_site.empty()) return text + "There is no weaker way.\n\n";
  return text + table(all, of_site) + '\n';
}

std::string introduction(const subject& s) {
  return "# Why each order of `" + s.primitive +
         "` is what it is\n\n"
         "*Written by `bazel run //verify/orders:update`; a test keeps it current.*\n\n"
         "For each atomic operation: what the header says about it, every weaker way to do it, and what then "
         "goes wrong in\nthe smallest execution that the explorer came across. The clients are those of "
         "[verify/clients](../../verify/clients),\nthe pictures are execution graphs (see "
         "[verification](../verification.md)). `T1.8` is the eighth operation of thread 1;\nthread 0 "
         "prepares "
         "and cleans up. `x#3` is a place in memory, and `= 2 -> 4` what a read-modify-write read and "
         "wrote.\n\n";
}

}  // namespace

std::string picture_name(const examination& all, const examined_mutant& m) {
  std::string name = all.site_of(m).name + '-' + m.change.name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == ' '; }, '-');
  return name + ".svg";
}

std::string comment_above(const std::vector<std::string>& lines, std::uint32_t line) {
  std::size_t i = line - 1;
  const auto is_comment = [&lines](std::size_t at) { return trimmed(lines[at]).starts_with("//"); };
  while (i > 0 && !is_comment(i - 1)) {
    if (ends_statement(trimmed(lines[i - 1]))) return {};
    --i;
  }
  const std::size_t end = i;
  while (i > 0 && is_comment(i - 1)) --i;
  std::string text;
  for (; i < end; ++i) text += (text.empty() ? "" : " ") + trimmed(trimmed(lines[i]).substr(2));
  return text;
}

std::string page(const examination& all, std::size_t subject, const std::vector<tried_mutant>& tried,
                 const std::map<std::string, std::vector<std::string>>& texts) {
  std::string text = introduction(all.subjects[subject]);
  const std::vector<examined_site>& sites = all.surveys[subject].sites;
  for (std::size_t s = 0; s < sites.size(); ++s) {
    const operation op = sites[s].where.op;
    const bool ordered = op <= operation::heavy_fence;
    if (sites[s].in_part || !ordered) continue;
    std::vector<const tried_mutant*> of_site;
    for (const tried_mutant& t : tried) {
      if (t.mutant->subject == subject && t.mutant->site == s && !t.mutant->change.logic) {
        of_site.push_back(&t);
      }
    }
    text += section(all, sites[s], of_site, texts.at(sites[s].file));
  }
  text.pop_back();
  return text;
}

std::string logic_rows(const examination& all, std::size_t subject, const std::vector<tried_mutant>& tried) {
  std::string text;
  for (const tried_mutant& t : tried) {
    if (t.mutant->subject != subject || !t.mutant->change.logic) continue;
    const bool found = !t.on_explorer.found_by.empty();
    const examined_site& site = all.site_of(*t.mutant);
    text += "| " + all.subjects[subject].primitive + " | `" + short_name(site.where.function) +
            "`: " + std::string(verify::name_of(site.where.op)) + " | " + t.mutant->change.name + " | " +
            (found ? '`' + t.on_explorer.found_by + "`, " + with_separators(t.on_explorer.executions)
                   : "nothing to find: " + std::string(reason_for(all.subjects[subject].primitive, site.name,
                                                                  t.mutant->change.name))) +
            " | " +
            (t.on_relacy ? with_separators(*t.on_relacy)
             : found     ? "not found"
                         : "") +
            " |\n";
  }
  return text;
}

}  // namespace stillpoint::verify::orders
