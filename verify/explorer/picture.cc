// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/picture.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "verify/explorer/synchronizes_with.hpp"
#include "verify/explorer/trace.hpp"

namespace stillpoint::verify::explorer {

namespace {

using lines = std::vector<std::string>;

// In points. A character is as wide as the font's wider ones, so that no text leaves its box.
constexpr std::size_t character_width = 6;
constexpr std::size_t line_height = 12;
constexpr std::size_t margin = 16;
constexpr std::size_t column_gap = 96;
constexpr std::size_t row_gap = 30;
constexpr std::size_t header_gap = 10;
constexpr std::size_t wrap_at = 28;
constexpr std::size_t wrap_title_at = 100;
// Graphviz takes a second to lead arrows around so many operations, and time grows with the cube; beyond,
// arrows are straight.
constexpr std::size_t most_avoided = 100;

// The kinds of arrows between two operations; where several hold, one arrow shows all.
enum class relation : std::uint8_t { po, rf, mo, sw, waits, race };

constexpr std::string_view name_of(relation r) {
  constexpr std::string_view names[] = {"po", "rf", "mo", "sw", "waits", "race"};
  return names[static_cast<std::size_t>(r)];
}

constexpr std::string_view colour_of(relation r) {
  constexpr std::string_view colours[] = {"#9a9a9a", "#1a7f37", "#0550ae", "#c62828", "#9a6700", "#e00000"};
  return colours[static_cast<std::size_t>(r)];
}

std::string name(event_ref ref) {
  return "T" + std::to_string(ref.thread) + "." + std::to_string(ref.index);
}
std::string id(event_ref ref) {
  return "e" + std::to_string(ref.thread) + "_" + std::to_string(ref.index);
}
std::string header_id(std::size_t thread) {
  return "t" + std::to_string(thread);
}

std::string without_folders(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// A failure's text may name files as the compiler found them.
std::string without_absolute_paths(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const bool starts_word = i == 0 || std::string_view(" (\"'").find(text[i - 1]) != std::string_view::npos;
    const std::size_t end = std::min(text.find_first_of(" ;,", i), text.size());
    if (starts_word && text[i] == '/') {
      result += without_folders(text.substr(i, end - i));
      i = end;
    } else {
      result += text[i++];
    }
  }
  return result;
}

std::string file_and_line(const std::source_location& where) {
  return without_folders(place_in_text(where));
}

lines wrapped(const std::string& text, std::size_t width) {
  lines result(1);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (!result.back().empty() && result.back().size() + 1 + word.size() > width) result.emplace_back();
    result.back() += (result.back().empty() ? "" : " ") + word;
    begin = end + 1;
  }
  return result;
}

// A Graphviz string, its lines centred, or all to the left.
std::string quoted(const lines& text, std::string_view line_end = "\\n") {
  std::string result = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : text[i]) {
      if (c == '"' || c == '\\') result += '\\';
      result += c == '\n' ? ' ' : c;
    }
    if (i + 1 < text.size() || line_end == "\\l") result += line_end;
  }
  return result + "\"";
}

std::size_t longest(const lines& text) {
  return std::accumulate(
      text.begin(), text.end(), std::size_t{0},
      [](std::size_t most, const std::string& line) { return std::max(most, line.size()); });
}

std::size_t width_of(const lines& text) {
  return longest(text) * character_width + margin;
}
std::size_t height_of(const lines& text) {
  return text.size() * line_height + margin;
}

// Graphviz measures in inches; without floating point the digits are everywhere the same.
std::string inches(std::ptrdiff_t points) {
  const std::ptrdiff_t hundredths = (points < 0 ? -points : points) * 100 / 72;
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%s%td.%02td", points < 0 ? "-" : "",
                                 hundredths / 100, hundredths % 100);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string position(std::ptrdiff_t x, std::ptrdiff_t y) {
  return "\"" + inches(x) + "," + inches(-y) + "!\"";
}

struct box {
  event_ref ref;
  lines text;
  std::size_t row = 0;
  bool marked = false;
};

class picture {
 public:
  picture(const graph& g, const failure& f) : g_(g), f_(f) {
    for (std::size_t t = 0; t < max_threads; ++t) choose(t);
    assign_rows();
    add_program_order();
    add_reads_from();
    add_modification_order();
    add_synchronization();
    add_race();
    measure();
  }

  std::string in_dot() const;

 private:
  using arrow = std::pair<event_ref, event_ref>;
  struct less {
    bool operator()(event_ref a, event_ref b) const {
      return a.thread != b.thread ? a.thread < b.thread : a.index < b.index;
    }
    bool operator()(const arrow& a, const arrow& b) const {
      return a.first == b.first ? (*this)(a.second, b.second) : (*this)(a.first, b.first);
    }
  };

  // Both halves of a read-modify-write are one box, named after the first.
  event_ref box_of(event_ref ref) const {
    const event& e = g_.at(ref);
    if (e.kind == event_kind::write && e.rmw) --ref.index;
    return ref;
  }
  bool is_shown(event_ref ref) const { return boxes_.count(box_of(ref)) != 0; }

  void choose(std::size_t thread);
  bool is_worth_showing(event_ref ref) const;
  bool is_routine(event_ref ref) const;
  bool is_marked(event_ref ref) const;
  bool is_read_elsewhere(event_ref ref) const;
  lines text_of(event_ref ref) const;
  void assign_rows();

  void connect(event_ref from, event_ref to, relation r) { arrows_[{box_of(from), box_of(to)}].insert(r); }
  void add_program_order();
  void add_reads_from();
  void add_modification_order();
  void add_synchronization();
  void add_race();

  void measure();
  lines title() const;
  lines initial_values() const;
  void write_headers(std::string& out) const;
  void write_boxes(std::string& out) const;
  static std::string label_of(const std::set<relation>& relations);
  void write_arrows(std::string& out) const;
  void write_initial_values(std::string& out) const;

  const graph& g_;
  const failure& f_;
  std::map<event_ref, box, less> boxes_;
  std::map<arrow, std::set<relation>, less> arrows_;
  // Centres and widths of the columns, tops and heights of the rows; row 0 is the threads' names.
  std::array<std::size_t, max_threads> columns_{};
  std::array<std::size_t, max_threads> widths_{};
  std::vector<std::size_t> rows_;
  std::size_t bottom_ = 0;
};

void picture::choose(std::size_t thread) {
  for (std::size_t i = 0; i < g_.thread(thread).size(); ++i) {
    const event_ref ref{static_cast<std::uint16_t>(thread), static_cast<std::uint16_t>(i)};
    if (!is_worth_showing(ref)) continue;
    box& b = boxes_[box_of(ref)];
    b.ref = box_of(ref);
    b.marked = b.marked || is_marked(ref);
    b.text = text_of(b.ref);
  }
}

// What the failure names; in a deadlock, also the locks that threads wait for.
bool picture::is_marked(event_ref ref) const {
  if (std::find(f_.about.begin(), f_.about.end(), ref) != f_.about.end()) return true;
  const bool last = ref.index + 1u == g_.thread(ref.thread).size();
  return last && g_.at(ref).kind == event_kind::lock_wait && f_.text.starts_with("deadlock");
}

bool picture::is_read_elsewhere(event_ref ref) const {
  const event& e = g_.at(ref);
  if (!e.is_write()) return false;
  const auto& readers = g_.place(e.location).readers;
  return std::any_of(readers.begin(), readers.end(),
                     [&](event_ref r) { return r.thread != ref.thread && g_.at(r).reads_from == ref; });
}

// Beginnings and ends of lives, and all that the main thread does before there are others.
bool picture::is_routine(event_ref ref) const {
  const event_kind kind = g_.at(ref).kind;
  if (kind == event_kind::create || kind == event_kind::retire) return true;
  if (ref.thread != 0) return false;
  if (kind == event_kind::spawn || kind == event_kind::join) return true;
  if (kind == event_kind::object_create || kind == event_kind::object_destroy) return true;
  const event_ref first = g_.spawner(1);
  return first && ref.index < first.index;
}

bool picture::is_worth_showing(event_ref ref) const {
  const event& e = g_.at(ref);
  if (e.kind == event_kind::write && e.rmw && is_shown(ref)) return true;
  if (!is_routine(ref) || is_marked(ref)) return true;
  // An initial value that the main thread gave is listed.
  const bool initial = e.kind == event_kind::create && ref.thread == 0;
  return !initial && is_read_elsewhere(ref);
}

lines picture::text_of(event_ref ref) const {
  const std::string whole = name(ref) + " " + describe(g_, ref);
  // A long one is broken before the location, so that location and value stay together.
  const std::size_t location = whole.size() > wrap_at ? whole.rfind(' ', whole.find('#')) : std::string::npos;
  lines text = wrapped(whole.substr(0, location), wrap_at);
  if (location != std::string::npos) {
    for (std::string& line : wrapped(whole.substr(location + 1), wrap_at)) text.push_back(std::move(line));
  }
  const std::string place = file_and_line(g_.at(ref).where);
  if (!place.empty()) text.push_back(place);
  return text;
}

// As high up as causes allow: an arrow that says where something comes from never points upwards.
void picture::assign_rows() {
  std::vector<box*> order;
  for (auto& [ref, b] : boxes_) order.push_back(&b);
  const auto causes = [this](const box* b) {
    const auto& counts = g_.at(b->ref).causes.counts;
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const box* a, const box* b) { return causes(a) < causes(b); });
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i]->row = 1;
    for (std::size_t j = 0; j < i; ++j) {
      if (g_.causes(order[j]->ref, order[i]->ref)) order[i]->row = std::max(order[i]->row, order[j]->row + 1);
    }
  }
}

void picture::add_program_order() {
  const box* before = nullptr;
  for (const auto& [ref, b] : boxes_) {
    if (before != nullptr && before->ref.thread == ref.thread) connect(before->ref, ref, relation::po);
    before = &b;
  }
}

void picture::add_reads_from() {
  for (const auto& [ref, b] : boxes_) {
    const event& e = g_.at(ref);
    if (e.kind != event_kind::read && e.kind != event_kind::lock_wait) continue;
    if (!e.reads_from || !is_shown(e.reads_from)) continue;
    if (e.reads_from.thread == ref.thread) continue;
    connect(e.reads_from, ref, e.kind == event_kind::read ? relation::rf : relation::waits);
  }
}

void picture::add_modification_order() {
  for (std::size_t place = 0; place < g_.location_count(); ++place) {
    const location& l = g_.place(static_cast<location_id>(place));
    if (!l.creator || !l.has_order()) continue;
    event_ref before;
    for (const event_ref write : l.order) {
      if (g_.at(write).kind == event_kind::create || !is_shown(write)) continue;
      if (before && before.thread != write.thread) connect(before, write, relation::mo);
      before = write;
    }
  }
}

void picture::add_synchronization() {
  for (const synchronization& s : synchronizations(g_)) {
    if (is_shown(s.release) && is_shown(s.acquire)) connect(s.release, s.acquire, relation::sw);
  }
}

void picture::add_race() {
  if (f_.about.size() == 2 && f_.text.starts_with("data race"))
    connect(f_.about[0], f_.about[1], relation::race);
}

void picture::measure() {
  widths_.fill(0);
  rows_.assign(2, line_height + margin);
  for (const auto& [ref, b] : boxes_) {
    std::size_t& width = widths_[ref.thread];
    width = std::max(width, width_of(b.text));
    if (b.row >= rows_.size()) rows_.resize(b.row + 1, 0);
    rows_[b.row] = std::max(rows_[b.row], height_of(b.text));
  }
  for (std::size_t t = 1; t < g_.thread_count(); ++t) widths_[t] = std::max(widths_[t], std::size_t{60});
  std::size_t left = 0;
  for (std::size_t t = 0; t < max_threads; ++t) {
    if (widths_[t] == 0) continue;
    columns_[t] = left + widths_[t] / 2;
    left += widths_[t] + column_gap;
  }
  std::size_t top = 0;
  for (std::size_t& row : rows_) {
    const std::size_t height = std::exchange(row, top + row / 2);
    top += height + (top == 0 ? header_gap : row_gap);
  }
  bottom_ = top;
}

lines picture::title() const {
  if (f_.text.empty()) return {};
  std::string text = without_absolute_paths(f_.text);
  const std::string place = file_and_line(f_.where);
  if (f_.about.empty() && !place.empty()) text += " at " + place;
  return wrapped(text, wrap_title_at);
}

lines picture::initial_values() const {
  std::set<location_id> places;
  for (const auto& [ref, b] : boxes_) {
    if (g_.at(ref).location != no_location) places.insert(g_.at(ref).location);
  }
  lines text;
  for (const location_id id : places) {
    const event_ref creator = g_.place(id).creator;
    if (!creator || is_shown(creator)) continue;
    constexpr std::string_view verb = "create ";
    std::string line = describe(g_, creator).substr(verb.size());
    // Only an atomic's value is part of the graph.
    if (g_.place(id).kind != location_kind::atomic) line.resize(std::min(line.find(" = "), line.size()));
    const std::string place = file_and_line(g_.at(creator).where);
    if (!place.empty()) line += "  " + place;
    if (line.find(' ') != std::string::npos) text.push_back(line);
  }
  if (!text.empty()) text.insert(text.begin(), "initial values");
  return text;
}

void picture::write_headers(std::string& out) const {
  for (std::size_t t = 0; t < max_threads; ++t) {
    if (widths_[t] == 0) continue;
    const std::string text = "T" + std::to_string(t) + (t == 0 ? " (main)" : "");
    out += "  " + header_id(t) + " [label=\"" + text +
           "\", class=thread, shape=plaintext, height=0.2, margin=0, style=\"\", fontsize=13, pos=" +
           position(static_cast<std::ptrdiff_t>(columns_[t]), static_cast<std::ptrdiff_t>(rows_[0])) + "];\n";
  }
}

void picture::write_boxes(std::string& out) const {
  for (const auto& [ref, b] : boxes_) {
    out += "  " + id(ref) + " [label=" + quoted(b.text) +
           ", width=" + inches(static_cast<std::ptrdiff_t>(widths_[ref.thread])) + ", pos=" +
           position(static_cast<std::ptrdiff_t>(columns_[ref.thread]),
                    static_cast<std::ptrdiff_t>(rows_[b.row]));
    if (b.marked) out += ", class=marked, color=\"#e00000\", fillcolor=\"#ffe3e3\", penwidth=2";
    out += "];\n";
  }
}

// An arrow to another column leaves and arrives at the sides.
std::string ends_in_dot(event_ref from, event_ref to) {
  if (from.thread == to.thread) return id(from) + " -> " + id(to);
  const bool right = from.thread < to.thread;
  return id(from) + (right ? ":e" : ":w") + " -> " + id(to) + (right ? ":w" : ":e");
}

// Each relation in its own colour, on white where an arrow runs below.
std::string picture::label_of(const std::set<relation>& relations) {
  std::string text;
  for (const relation r : relations) {
    if (r == relation::po || r == relation::race) continue;
    text += (text.empty() ? "" : " ") + ("<font color=\"" + std::string(colour_of(r)) + "\">") +
            std::string(name_of(r)) + "</font>";
  }
  if (text.empty()) return {};
  return ", label=<<table border=\"0\" cellborder=\"0\" cellpadding=\"0\" bgcolor=\"white\"><tr><td>" + text +
         "</td></tr></table>>";
}

void picture::write_arrows(std::string& out) const {
  for (const auto& [ends, relations] : arrows_) {
    std::string names;
    std::string colours;
    for (const relation r : relations) {
      names += (names.empty() ? "" : " ") + std::string(name_of(r));
      colours += (colours.empty() ? "" : ":") + std::string(colour_of(r));
    }
    out += "  " + ends_in_dot(ends.first, ends.second) + " [class=\"" + names + "\", color=\"" + colours +
           "\"" + label_of(relations);
    if (relations.count(relation::race) != 0) out += ", dir=none, penwidth=2";
    if (names == "sw" || names == "waits") out += ", style=dashed";
    out += "];\n";
  }
}

void picture::write_initial_values(std::string& out) const {
  const lines text = initial_values();
  if (text.empty()) return;
  const auto x = static_cast<std::ptrdiff_t>(width_of(text) / 2);
  const auto y = static_cast<std::ptrdiff_t>(bottom_ + height_of(text) / 2);
  out += "  initial [label=" + quoted(text, "\\l") +
         ", class=initial, style=dashed, color=\"#9a9a9a\", width=" +
         inches(static_cast<std::ptrdiff_t>(width_of(text))) + ", pos=" + position(x, y) + "];\n";
}

std::string picture::in_dot() const {
  const bool crowded = boxes_.size() > most_avoided;
  std::string out =
      "digraph execution {\n  layout=neato; outputorder=edgesfirst; fontname=Helvetica; splines=";
  out += crowded ? "line;\n" : "true;\n";
  out +=
      "  node [shape=box, style=filled, color=\"#57606a\", fillcolor=white, fontname=Helvetica, "
      "fontsize=10];\n"
      "  edge [fontname=Helvetica, fontsize=9, arrowsize=0.7];\n";
  const lines text = title();
  if (!text.empty()) {
    out +=
        "  label=" + quoted(text, "\\l") + "; labelloc=t; labeljust=l; fontsize=13; fontcolor=\"#c00000\";\n";
  }
  write_headers(out);
  write_boxes(out);
  write_arrows(out);
  write_initial_values(out);
  return out + "}\n";
}

}  // namespace

std::string picture_in_dot(const graph& g, const failure& f) {
  return picture(g, f).in_dot();
}

}  // namespace stillpoint::verify::explorer
