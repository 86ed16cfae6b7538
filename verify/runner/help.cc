// SPDX-License-Identifier: BSL-1.0
#include "verify/runner/help.hpp"

#include <algorithm>
#include <cstddef>

namespace stillpoint::verify {

namespace {

struct described_option {
  std::string_view option;
  // Where not every engine uses it: which one that is.
  engine_option which;
  std::string_view text;
};

constexpr described_option options_of_runs[] = {
    {"--filter TEXT", engine_option::none,
     "run only the checks whose primitive/client/engine matches. A whole name, or its first parts up\n"
     "to a slash (\"recorder\", \"recorder/sample_is_stable\"), matches just that; anything else matches\n"
     "as a glob if it has one of *?[ in it, and else wherever it occurs"},
    {"--engine NAME", engine_option::none, "run only the checks on this engine"},
    {"--budget B", engine_option::none,
     "quick, normal or thorough: how long engines look before they stop (default: normal)"},
    {"--seed N", engine_option::none, "start of the random choices of engines that make any (default: 1)"},
    {"--jobs N", engine_option::none, "how many processes to use (default: the number of cores)"},
    {"--replay ID", engine_option::none,
     "run one execution again, the ID being what a failure printed; the filter has to select one check"},
    {"--json FILE", engine_option::none, "write the results to FILE"},
    {"--graph FILE", engine_option::graph,
     "write a picture of the first counterexample to FILE, a .dot or .svg; those of further checks\n"
     "that fail get numbers: race.svg, race-2.svg"},
    {"--stack SIZE", engine_option::stack,
     "how large a stack each thread of a client has: 64K to 1G (default: 8M)"},
    {"--idle SECONDS", engine_option::idle,
     "how long a thread may go on without an operation before it is ended, 0 for as long as it likes\n"
     "(default: 3)"},
    {"--reuse N", engine_option::reuse,
     "how often, at most, memory that P::destroy gave back is reused in an execution (default: once,\n"
     "within reason, where a thread could tell; a warning says what was left out)"},
    {"--no-estimate", engine_option::estimate,
     "do not find out how many executions there are, which takes up to 3 % of the budget's time"},
};

constexpr described_option orders_option = {
    "--orders", engine_option::none,
    "instead, show that each memory order is needed: make each operation wrong, one at a time, and\n"
    "expect some client to fail; --filter, --jobs, --json and --list as here, and no other option"};

constexpr described_option last_options[] = {
    {"--list", engine_option::none, "print the checks and run none"},
    {"--help", engine_option::none, "print this"},
};

// The further lines of the text begin below its first one.
std::string line_of(const described_option& one, const std::string& addition = "") {
  constexpr std::size_t text_column = 20;
  std::string line = "  " + std::string(one.option);
  line.resize(text_column, ' ');
  for (const char c : std::string(one.text) + addition) {
    line += c;
    if (c == '\n') line.append(text_column, ' ');
  }
  return line + '\n';
}

// Nothing if no engine uses it.
std::string line_for(const described_option& one, const std::vector<check>& checks) {
  if (one.which == engine_option::none) return line_of(one);
  const std::string all = engines_of(checks, "and");
  const std::string of = engines_of(checks, "and", [&one](const check& c) { return c.uses(one.which); });
  if (of.empty()) return "";
  return line_of(one, of == all ? "" : "; for " + of);
}

}  // namespace

std::string engines_of(const std::vector<check>& checks, std::string_view conjunction,
                       const std::function<bool(const check&)>& chosen) {
  std::vector<std::string_view> names;
  for (const check& c : checks) {
    if (chosen(c) && std::find(names.begin(), names.end(), c.engine) == names.end())
      names.push_back(c.engine);
  }
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    if (i > 0) text.append(last ? " " : ", ").append(last ? conjunction : "").append(last ? " " : "");
    text += names[i];
  }
  return text;
}

std::string engines_of(const std::vector<check>& checks, std::string_view conjunction) {
  return engines_of(checks, conjunction, [](const check&) { return true; });
}

std::string help_text(const std::vector<check>& checks, const std::string& program, bool has_orders) {
  std::string text = program + " [OPTION...]\nModel-checks each client of each primitive, on " +
                     engines_of(checks, "and") + ".\n\n";
  for (const described_option& one : options_of_runs) text += line_for(one, checks);
  if (has_orders) text += line_of(orders_option);
  for (const described_option& one : last_options) text += line_of(one);
  return text +
         "\nValues may be given as --option VALUE or --option=VALUE. Relative files are relative to the "
         "caller's folder.\n"
         "Exit status: 0 if all checks passed, 1 if one did not, 2 if the command line is wrong.\n";
}

}  // namespace stillpoint::verify
