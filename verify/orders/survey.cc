// SPDX-License-Identifier: BSL-1.0
#include "verify/orders/survey.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <regex>
#include <stdexcept>
#include <tuple>

#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/reports/trace.hpp"

namespace stillpoint::verify::orders {

namespace {

bool is_file(std::string_view path, std::string_view name) {
  return path == name || (path.ends_with(name) && path[path.size() - name.size() - 1] == '/');
}

const std::string* file_among(const std::vector<std::string>& files, std::string_view path) {
  for (const std::string& each : files) {
    if (is_file(path, each)) return &each;
  }
  return nullptr;
}

std::uint64_t run_unchanged(const subject& s, const examined_client& client) {
  const explorer::exploration seen = explorer::explore(client.on_explorer, {});
  const std::string name = s.primitive + '/' + client.guarantee;
  if (seen.first_failure) {
    throw std::runtime_error(name + " fails although nothing is planted: " +
                             explorer::headline(seen.counterexample, *seen.first_failure));
  }
  if (!seen.counts.exhaustive) throw std::runtime_error(name + " is not exhausted: " + seen.counts.bound);
  return seen.counts.executions;
}

void name_sites(std::vector<examined_site>& sites) {
  std::map<std::string, unsigned> seen;
  for (examined_site& each : sites) {
    each.name = short_name(each.where.function) + '/' + std::string(name_of(each.where.op));
    const unsigned number = ++seen[each.name];
    if (number > 1) each.name += '_' + std::to_string(number);
  }
}

std::vector<examined_site> sites_of(const subject& s, const std::vector<site>& executed) {
  std::vector<examined_site> sites;
  for (const site& each : executed) {
    if (const std::string* const own = file_among(s.files, each.file)) {
      sites.push_back({each, *own, "", false});
    } else if (const std::string* const part = file_among(s.parts, each.file)) {
      sites.push_back({each, *part, "", true});
    }
  }
  const auto place = [&s](const examined_site& e) {
    const auto file = std::find(s.files.begin(), s.files.end(), e.file) - s.files.begin();
    return std::tuple(e.in_part, file, e.file, e.where.line, e.where.column, e.where.op);
  };
  std::sort(sites.begin(), sites.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  name_sites(sites);
  return sites;
}

// The same text with comments and string literals blanked out, line by line.
std::string without_comments(std::string_view text) {
  std::string code(text);
  bool comment = false;
  char quote = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i] == '\n') {
      comment = false;
      quote = 0;
      continue;
    }
    if (quote == 0 && code.compare(i, 2, "//") == 0) comment = true;
    const bool ends = quote != 0 && code[i] == quote && code[i - 1] != '\\';
    if (!comment && quote == 0 && code[i] == '"') {
      quote = code[i];
      continue;
    }
    if (ends) {
      quote = 0;
    } else if (comment || quote != 0) {
      code[i] = ' ';
    }
  }
  return code;
}

std::uint32_t line_at(std::string_view text, std::size_t position) {
  return 1 + static_cast<std::uint32_t>(
                 std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
}

// Where the parenthesis that opens at `open` is closed.
std::size_t closing(std::string_view code, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < code.size(); ++i) {
    if (code[i] == '(') ++depth;
    if (code[i] == ')' && --depth == 0) return i;
  }
  return code.size() - 1;
}

operation operation_named(const std::string& name) {
  if (name == "read") return operation::plain_read;
  if (name == "write") return operation::plain_write;
  for (auto op = operation::load; op <= operation::choose;
       op = static_cast<operation>(static_cast<unsigned>(op) + 1)) {
    if (name_of(op) == name) return op;
  }
  throw std::logic_error("'" + name + "' is no operation");
}

}  // namespace

survey survey_of(const subject& s) {
  std::vector<site> executed;
  std::vector<std::uint64_t> executions;
  {
    const planting::survey_scope scope(executed);
    for (const examined_client& client : s.clients) executions.push_back(run_unchanged(s, client));
  }
  survey result;
  result.sites = sites_of(s, executed);
  result.order_of_clients.resize(s.clients.size());
  std::iota(result.order_of_clients.begin(), result.order_of_clients.end(), 0u);
  std::stable_sort(result.order_of_clients.begin(), result.order_of_clients.end(),
                   [&](std::size_t a, std::size_t b) { return executions[a] < executions[b]; });
  return result;
}

std::string short_name(std::string_view function) {
  std::string_view head = function.substr(0, function.find(" [with "));
  constexpr std::string_view deduced = "decltype(auto) ";
  if (head.starts_with(deduced)) head.remove_prefix(deduced.size());
  std::size_t end = 0;
  // The first parenthesis outside of template arguments begins the parameters.
  int depth = 0;
  for (; end < head.size(); ++end) {
    if (head[end] == '<') ++depth;
    if (head[end] == '>') --depth;
    if (depth == 0 && head[end] == '(') break;
  }
  depth = 0;
  std::size_t begin = end;
  for (; begin > 0; --begin) {
    const char before = head[begin - 1];
    if (before == '>') ++depth;
    if (before == '<') --depth;
    if (depth == 0 && (before == ':' || before == ' ' || before == '*' || before == '&')) break;
  }
  return std::string(head.substr(begin, end - begin));
}

std::vector<written_operation> operations_in(std::string_view text) {
  static const std::regex call(
      "(?:\\.|->)(load|store|exchange|compare_exchange_weak|compare_exchange_strong|fetch_add|fetch_sub|"
      "fetch_and|fetch_or|fetch_xor|fetch_max|fetch_min)\\(|"
      "\\bP::(?:template "
      ")?(await|fence|light_fence|heavy_fence|stripe|create|destroy|read|write)(?:<[^(]*>)?\\(|"
      "\\w*mutex\\w*(?:\\.|->)(lock|try_lock|unlock)\\(");
  const std::string code = without_comments(text);
  std::vector<written_operation> found;
  for (std::sregex_iterator it(code.begin(), code.end(), call), end; it != end; ++it) {
    const auto begin = static_cast<std::size_t>(it->position());
    const std::size_t open = begin + static_cast<std::size_t>(it->length()) - 1;
    for (std::size_t group = 1; group <= 3; ++group) {
      if (!(*it)[group].matched) continue;
      found.push_back(
          {operation_named((*it)[group]), line_at(code, begin), line_at(code, closing(code, open))});
    }
  }
  return found;
}

std::vector<written_operation> never_executed(std::string_view text, const std::string& file,
                                              const std::vector<examined_site>& sites) {
  std::vector<written_operation> missing;
  for (const written_operation& each : operations_in(text)) {
    // The checkers' create() does not pass its caller's place on; what it makes is watched all the same.
    if (each.op == operation::create) continue;
    const bool executed = std::any_of(sites.begin(), sites.end(), [&](const examined_site& s) {
      return s.file == file && s.where.op == each.op && s.where.line >= each.first_line &&
             s.where.line <= each.last_line;
    });
    if (!executed) missing.push_back(each);
  }
  return missing;
}

}  // namespace stillpoint::verify::orders
