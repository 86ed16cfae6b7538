// SPDX-License-Identifier: BSL-1.0
#include "verify/litmus/table.hpp"

#include <algorithm>
#include <ostream>
#include <sstream>
#include <string_view>
#include <vector>

namespace stillpoint::verify::litmus {

namespace {

using oracle::clause;
using oracle::condition;
using oracle::instruction;
using oracle::operand;

std::string_view short_name(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return "rlx";
    case std::memory_order_acquire:
      return "acq";
    case std::memory_order_release:
      return "rel";
    case std::memory_order_acq_rel:
      return "ar";
    default:
      return "sc";
  }
}

std::string text_of(const operand& o) {
  if (o.is_constant()) return std::to_string(o.constant);
  return "r" + std::to_string(o.base) + (o.constant == 0 ? "" : "+" + std::to_string(o.constant));
}

std::string_view text_of(oracle::comparison how) {
  switch (how) {
    case oracle::comparison::equal:
      return "=";
    case oracle::comparison::not_equal:
      return "≠";
    case oracle::comparison::at_least:
      return "≥";
  }
  return "";
}

std::string place_of(const instruction& i) {
  const auto name = static_cast<std::size_t>(i.location);
  if (is_plain(i.op)) return std::string(1, "pqs"[name]);
  if (is_mutex(i.op)) return std::string(1, "mn"[name]);
  return std::string(1, oracle::atomic_name(i.location));
}

std::string dotted(std::string_view what, std::memory_order order) {
  return std::string(what) + "." + std::string(short_name(order)) + " ";
}

std::string text_of_fence(const instruction& i) {
  if (i.op == oracle::operation::light_fence) return "F.light";
  if (i.op == oracle::operation::heavy_fence) return "F.heavy";
  return "F." + std::string(short_name(i.order));
}

std::string text_of_update(const instruction& i) {
  std::string_view sign;
  switch (i.op) {
    case oracle::operation::fetch_add:
      sign = "+=";
      break;
    case oracle::operation::fetch_sub:
      sign = "-=";
      break;
    case oracle::operation::fetch_and:
      sign = "&=";
      break;
    case oracle::operation::fetch_or:
      sign = "|=";
      break;
    default:
      sign = ":=";
  }
  return dotted("U", i.order) + place_of(i) + std::string(sign) + text_of(i.value);
}

std::string text_of_cas(const instruction& i) {
  const std::string_view kind = i.op == oracle::operation::cas_weak ? "CASweak" : "CAS";
  return std::string(kind) + "." + std::string(short_name(i.order)) + "/" + dotted("", i.failure).substr(1) +
         place_of(i) + " " + text_of(i.expected) + "→" + text_of(i.value);
}

std::string text_of(const instruction& i) {
  if (is_fence(i.op)) return text_of_fence(i);
  if (is_cas(i.op)) return text_of_cas(i);
  if (is_rmw(i.op)) return text_of_update(i);
  switch (i.op) {
    case oracle::operation::lock:
      return "lock " + place_of(i);
    case oracle::operation::unlock:
      return "unlock " + place_of(i);
    case oracle::operation::plain_read:
      return "R.na " + place_of(i);
    case oracle::operation::plain_write:
      return "W.na " + place_of(i) + "=" + text_of(i.value);
    case oracle::operation::await:
      return dotted("await", i.order) + place_of(i) + std::string(text_of(i.compare)) +
             std::to_string(i.bound);
    case oracle::operation::load:
      return dotted("R", i.order) + place_of(i);
    default:
      return dotted("W", i.order) + place_of(i) + "=" + text_of(i.value);
  }
}

// What the outcome says of this instruction.
std::string result_of(const oracle::litmus_test& test, unsigned thread, unsigned index) {
  const instruction& i = test.code.threads[thread][index];
  const bool value_follows_name = i.op == oracle::operation::load || i.op == oracle::operation::plain_read;
  std::string text;
  for (const clause& c : test.final_state.clauses) {
    if (c.what == clause::kind::final_value || c.thread != thread || c.index != index) continue;
    if (c.what == clause::kind::spurious) {
      text += " fails";
    } else {
      text += (value_follows_name ? "" : " reads ") +
              std::string(c.negated            ? "≠"
                          : value_follows_name ? "="
                                               : "") +
              std::to_string(c.value);
    }
  }
  return text;
}

bool is_used(const std::vector<instruction>& thread, unsigned index) {
  return std::any_of(thread.begin(), thread.end(), [index](const instruction& i) {
    return i.value.base == static_cast<int>(index) || i.expected.base == static_cast<int>(index);
  });
}

std::string end_of(const condition& c) {
  if (c.what == condition::kind::race) return " → data race";
  if (c.what == condition::kind::deadlock) return " → deadlock";
  std::string text;
  for (const clause& one : c.clauses) {
    if (one.what != clause::kind::final_value) continue;
    text += (text.empty() ? " → " : ", ") + std::string(1, oracle::atomic_name(one.index)) +
            (one.negated ? "≠" : "=") + std::to_string(one.value);
  }
  return text;
}

std::string verdict_of(const entry& e) {
  std::string cpp20 = e.allowed_by_cpp20 ? "allowed" : "forbidden";
  if (e.allowed_by_cpp20 == e.test.allowed) return cpp20;
  return cpp20 + "; RC11: " + (e.test.allowed ? "allowed" : "forbidden");
}

std::string yes_or_no(const observation& seen, bool expected) {
  const std::string_view word = seen.shown ? "yes" : "no";
  return seen.shown == expected ? std::string(word) : "**" + std::string(word) + "**";
}

std::string explorer_cell(const entry& e, const observation& seen) {
  if (!seen.error.empty()) return "error: " + seen.error;
  return yes_or_no(seen, e.test.allowed) + ", " + std::to_string(seen.executions) +
         (seen.exhaustive ? "" : ", not exhaustive");
}

std::string relacy_cell(const entry& e, const comparison& c) {
  if (!c.relacy.error.empty()) return "error: " + c.relacy.error;
  std::string text = yes_or_no(c.relacy, e.test.allowed);
  if (c.relacy.shown == e.test.allowed) return text;
  for (std::size_t i = 0; i < c.excluded_by.size(); ++i) {
    text += (i == 0 ? ": " : ", ") + std::string(name_of(c.excluded_by[i]));
  }
  return text;
}

// Text in which `|` is no end of a cell.
std::string in_a_cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

// What the table shows as a whole.
struct tally {
  unsigned tests = 0;
  unsigned allowed = 0;
  unsigned explorer_agrees = 0;
  unsigned relacy_shows_allowed = 0;
  unsigned relacy_shows_forbidden = 0;

  void count(const entry& e, const comparison& c) {
    ++tests;
    if (c.explorer.shown == e.test.allowed && c.explorer.exhaustive) ++explorer_agrees;
    if (e.test.allowed) {
      ++allowed;
      if (c.relacy.shown) ++relacy_shows_allowed;
    } else if (c.relacy.shown) {
      ++relacy_shows_forbidden;
    }
  }

  void print(std::ostream& out) const {
    out << tests << " tests. RC11 allows the outcome of " << allowed << " and forbids that of "
        << tests - allowed << ". The explorer shows it where it is allowed, and only there, in "
        << explorer_agrees << " of " << tests << ". Relacy, in " << relacy_executions / 1000 << ",000"
        << " executions of each, shows " << relacy_shows_allowed << " of the " << allowed
        << " that are allowed and " << relacy_shows_forbidden << " of the " << tests - allowed
        << " that are forbidden.\n";
  }
};

}  // namespace

comparison compare(const oracle::litmus_test& test) {
  comparison c;
  std::vector<explorer::graph> witnesses;
  c.explorer = explore(test, [&witnesses](const explorer::graph& g) { witnesses.push_back(g); });
  c.relacy = sample(test, relacy_executions);
  if (witnesses.empty()) return c;
  c.excluded_by = rules_against(witnesses);
  c.relacy_should_show = c.excluded_by.empty();
  return c;
}

std::string in_a_line(const oracle::litmus_test& test) {
  std::string text;
  for (unsigned t = 0; t < test.code.threads.size(); ++t) {
    const auto& thread = test.code.threads[t];
    text += t == 0 ? "" : " ‖ ";
    for (unsigned i = 0; i < thread.size(); ++i) {
      text += i == 0 ? "" : "; ";
      if (is_used(thread, i)) text += "r" + std::to_string(i) + ": ";
      text += text_of(thread[i]) + result_of(test, t, i);
    }
  }
  return text + end_of(test.final_state);
}

void print_table(std::ostream& out) {
  tally all;
  std::ostringstream sections;
  for (const section& s : suite()) {
    sections << "\n**" << s.heading << "**\n\n"
             << "| Test | Program, with its outcome | C++20 | Explorer | Relacy | Why, and who says so |\n"
             << "|---|---|---|---|---|---|\n";
    for (const entry& e : s.entries) {
      const comparison c = compare(e.test);
      all.count(e, c);
      sections << "| " << e.test.name << " | `" << in_a_line(e.test) << "` | " << verdict_of(e) << " | "
               << explorer_cell(e, c.explorer) << " | " << relacy_cell(e, c) << " | "
               << in_a_cell(e.test.source) << " |\n";
    }
  }
  all.print(out);
  out << sections.str();
}

}  // namespace stillpoint::verify::litmus
