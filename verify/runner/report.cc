// SPDX-License-Identifier: BSL-1.0
#include "verify/runner/report.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <iomanip>
#include <ostream>
#include <string_view>

#include "verify/runner/registry.hpp"

namespace stillpoint::verify {

namespace {

constexpr std::size_t columns = 8;
using row = std::array<std::string, columns>;

const row titles = {"primitive",  "guarantee",  "engine",  "threads",
                    "executions", "exhaustive", "verdict", "time"};
constexpr std::array<bool, columns> is_number = {false, false, false, true, true, false, false, true};

std::string seconds_text(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", seconds);
  return text.data();
}

row row_of(const outcome& one) {
  return {std::string(one.what.primitive),
          std::string(one.what.client),
          std::string(one.what.engine),
          std::to_string(one.what.threads),
          with_separators(one.result.executions),
          !one.result.exhaustive       ? "no"
          : one.result.warning.empty() ? "yes"
                                       : "see warning",
          std::string(name_of(one.result.outcome)),
          seconds_text(one.result.seconds)};
}

void print_row(std::ostream& out, const row& cells, const std::array<std::size_t, columns>& widths) {
  std::string line;
  for (std::size_t c = 0; c < columns; ++c) {
    const std::string padding(widths[c] - cells[c].size(), ' ');
    line += (c == 0 ? "" : "  ") + (is_number[c] ? padding + cells[c] : cells[c] + padding);
  }
  out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
}

std::size_t count(const std::vector<outcome>& outcomes, verdict wanted) {
  return static_cast<std::size_t>(
      std::count_if(outcomes.begin(), outcomes.end(),
                    [wanted](const outcome& one) { return one.result.outcome == wanted; }));
}

void write_json_result(std::ostream& out, const outcome& one) {
  const run_result& result = one.result;
  out << "{\"primitive\":" << quoted(one.what.primitive) << ",\"client\":" << quoted(one.what.client)
      << ",\"engine\":" << quoted(one.what.engine) << ",\"threads\":" << one.what.threads
      << ",\"executions\":" << result.executions
      << ",\"exhaustive\":" << (result.exhaustive ? "true" : "false")
      << ",\"verdict\":" << quoted(name_of(result.outcome)) << ",\"seconds\":" << std::fixed
      << std::setprecision(3) << result.seconds << ",\"seed\":" << result.seed;
  if (!result.warning.empty()) out << ",\"warning\":" << quoted(result.warning);
  if (result.outcome != verdict::passed) {
    out << ",\"error\":" << quoted(result.error) << ",\"replay\":" << quoted(result.replay);
  }
  out << '}';
}

// No argument of ours has a quote in it.
std::string for_a_shell(const std::string& argument) {
  const bool plain = std::all_of(argument.begin(), argument.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("-_=/.,:@+").find(static_cast<char>(c)) != std::string_view::npos;
  });
  return plain ? argument : "'" + argument + "'";
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json.append("\\").append(1, c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      json += escape.data();
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::string with_separators(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, ",");
  return digits;
}

void print_table(std::ostream& out, const std::vector<outcome>& outcomes, double seconds) {
  std::vector<row> rows = {titles};
  for (const outcome& one : outcomes) rows.push_back(row_of(one));
  std::array<std::size_t, columns> widths{};
  for (const row& cells : rows) {
    for (std::size_t c = 0; c < columns; ++c) widths[c] = std::max(widths[c], cells[c].size());
  }
  for (const row& cells : rows) print_row(out, cells, widths);
  for (const outcome& one : outcomes) {
    if (!one.result.warning.empty())
      out << "warning: " << path_of(one.what) << ": " << one.result.warning << '\n';
  }
  out << outcomes.size() << (outcomes.size() == 1 ? " check: " : " checks: ")
      << count(outcomes, verdict::passed) << " passed, " << count(outcomes, verdict::failed) << " failed, "
      << count(outcomes, verdict::unfinished) << " unfinished, in " << seconds_text(seconds) << '\n';
}

void print_failure(std::ostream& out, const outcome& one, const std::string& program,
                   const std::string& other_shard) {
  if (one.result.outcome == verdict::passed) return;
  const std::string path = path_of(one.what);
  out << '\n' << name_of(one.result.outcome) << ": " << path << '\n';
  if (!one.result.error.empty()) out << one.result.error << '\n';
  if (!other_shard.empty() && one.result.in_every_shard) {
    out << "every shard comes by this; " << other_shard << " shows it thread by thread\n";
  } else if (!one.result.trace.empty()) {
    out << '\n' << one.result.trace;
  }
  if (!one.result.picture.empty()) {
    out << "picture: " << one.result.picture
        << (one.result.picture_note.empty() ? "" : " (" + one.result.picture_note + ")") << '\n';
  }
  if (one.result.outcome != verdict::failed) return;
  // An engine that was ended by its own crash has no id to give; the same seed then leads there again.
  out << "\nreplay: " << program << ' ' << for_a_shell("--filter=" + path) << ' '
      << (one.result.replay.empty() ? "--seed=" + std::to_string(one.result.seed)
                                    : for_a_shell("--replay=" + one.result.replay))
      << '\n';
}

void write_json(std::ostream& out, const std::vector<outcome>& outcomes) {
  out << "{\"results\":[";
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    out << (i == 0 ? "\n" : ",\n");
    write_json_result(out, outcomes[i]);
  }
  out << "\n]}\n";
}

bool all_passed(const std::vector<outcome>& outcomes) {
  return count(outcomes, verdict::passed) == outcomes.size();
}

}  // namespace stillpoint::verify
