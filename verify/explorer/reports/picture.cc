// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/reports/picture.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "verify/explorer/reports/drawing.hpp"
#include "verify/explorer/reports/layout.hpp"

namespace stillpoint::verify::explorer {

namespace {

using lines = std::vector<std::string>;

constexpr std::size_t wrap_title_at = 100;
constexpr int note_gap = 16;

constexpr std::string_view grey = "#57606a";
constexpr std::string_view red = "#d00000";

struct style {
  std::string_view colour;
  std::string_view meaning;
};

constexpr std::array<style, relation_count> styles = {{
    {"#9a9a9a", "program order"},
    {"#1a7f37", "where a read got its value"},
    {"#0550ae", "modification order"},
    {"#8250df", "synchronizes with"},
    {"#9a6700", "what a thread waits for"},
    {red, "neither happens before the other"},
}};

const style& style_of(relation r) {
  return styles[static_cast<std::size_t>(r)];
}

// Graphviz wants sizes in inches; without floating point the digits are everywhere the same.
std::string inches(int points) {
  std::array<char, 32> text{};
  const int hundredths = points * 100 / 72;
  const int size = std::snprintf(text.data(), text.size(), "%d.%02d", hundredths / 100, hundredths % 100);
  return {text.data(), static_cast<std::size_t>(size)};
}

// Graphviz counts upwards.
std::string coordinates(point p) {
  return std::to_string(p.x) + "," + std::to_string(-p.y);
}

// Text in Graphviz's labels that look like HTML.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else {
      result += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }
  return result;
}

std::string coloured(std::string_view text, std::string_view colour) {
  return "<font color=\"" + std::string(colour) + "\">" + escaped(text) + "</font>";
}

// Where a colour begins or ends, a space of the ordinary kind is lost in SVG.
const std::string space = "&#160;";

constexpr std::string_view to_the_left = "<br align=\"left\"/>";

std::string id(event_ref ref) {
  return "e" + std::to_string(ref.thread) + "_" + std::to_string(ref.index);
}

class picture {
 public:
  explicit picture(const drawing& d) : drawing_(d), layout_(lay_out(d)) {}

  std::string in_dot() const;

 private:
  // A box below the others, for the whole picture.
  struct note {
    std::string id;
    lines text;
    std::string label;
  };

  std::string title_in_dot() const;
  void write_headers(std::string& out) const;
  void write_boxes(std::string& out) const;
  void write_arrows(std::string& out) const;
  bool occurs(relation r) const;
  note initial_values() const;
  note legend() const;
  void write_notes(std::string& out) const;

  const drawing& drawing_;
  layout layout_;
};

std::string picture::title_in_dot() const {
  if (drawing_.title.empty()) return {};
  std::string text;
  for (const std::string& line : wrapped(drawing_.title, wrap_title_at))
    text += escaped(line) + std::string(to_the_left);
  return "  label=<" + text + ">; labelloc=t; labeljust=l; fontsize=13; fontcolor=\"" + std::string(red) +
         "\";\n";
}

void picture::write_headers(std::string& out) const {
  for (const layout::column& c : layout_.columns) {
    const std::string text = "T" + std::to_string(c.thread) + (c.thread == 0 ? " (main)" : "");
    out += "  t" + std::to_string(c.thread) + " [class=thread, label=\"" + text +
           "\", shape=plaintext, style=\"\", height=0.2, margin=0, fontsize=13, pos=\"" +
           coordinates(c.name) + "\"];\n";
  }
}

std::string box_label(const box& b, const lines& text) {
  std::string label;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0) label += "<br/>";
    if (i == 0 && !b.name.empty()) {
      label += coloured(b.name, grey);
      if (text[0].size() > b.name.size()) label += space + escaped(text[0].substr(b.name.size() + 1));
    } else if (i + 1 == text.size() && !b.place.empty()) {
      label += coloured(text[i], grey);
    } else {
      label += escaped(text[i]);
    }
  }
  return label;
}

void picture::write_boxes(std::string& out) const {
  for (std::size_t i = 0; i < drawing_.boxes.size(); ++i) {
    const box& b = drawing_.boxes[i];
    const auto& [text, area] = layout_.boxes[i];
    out += "  " + id(b.ref) + " [label=<" + box_label(b, text) + ">, width=" + inches(area.width) +
           ", height=" + inches(area.height) + ", pos=\"" + coordinates(area.centre) + "\"";
    if (b.marked)
      out += ", class=marked, color=\"" + std::string(red) + "\", fillcolor=\"#ffe9e9\", penwidth=2";
    out += "];\n";
  }
}

// Each relation in its own colour, on white where the arrow runs below.
std::string arrow_label(const arrow& a, point where) {
  std::string text;
  for (const relation r : a.relations) {
    if (r == relation::po) continue;
    text += (text.empty() ? "" : " ") + coloured(name_of(r), style_of(r).colour);
  }
  if (text.empty()) return {};
  return ", lp=\"" + coordinates(where) +
         "\", label=<<table border=\"0\" cellborder=\"0\" cellpadding=\"0\" bgcolor=\"white\"><tr><td>" +
         text + "</td></tr></table>>";
}

std::string path_in_dot(const layout::placed_arrow& placed, bool has_head) {
  std::string path = has_head ? "e," + coordinates(placed.tip) : "";
  for (const point p : placed.curve) {
    if (!path.empty()) path += ' ';
    path += coordinates(p);
  }
  return path;
}

std::string arrow_in_dot(const arrow& a, const layout::placed_arrow& placed) {
  std::string names;
  std::string colours;
  for (const relation r : a.relations) {
    if (!names.empty()) names += ' ';
    if (!colours.empty()) colours += ':';
    names += name_of(r);
    colours += style_of(r).colour;
  }
  const bool has_head = a.relations.back() != relation::race;
  std::string text = id(a.from) + " -> " + id(a.to) + " [class=\"" + names + "\", color=\"" + colours +
                     "\", pos=\"" + path_in_dot(placed, has_head) + "\"" + arrow_label(a, placed.label);
  if (!has_head) text += ", dir=none, penwidth=2";
  if (names == "sw" || names == "waits") text += ", style=dashed";
  return text + "];\n";
}

void picture::write_arrows(std::string& out) const {
  for (std::size_t i = 0; i < drawing_.arrows.size(); ++i)
    out += "  " + arrow_in_dot(drawing_.arrows[i], layout_.arrows[i]);
}

bool picture::occurs(relation r) const {
  return std::any_of(drawing_.arrows.begin(), drawing_.arrows.end(), [r](const arrow& a) {
    return std::find(a.relations.begin(), a.relations.end(), r) != a.relations.end();
  });
}

picture::note picture::initial_values() const {
  note n{"initial", {}, {}};
  if (drawing_.initial_values.empty()) return n;
  n.text = {"initial values"};
  n.label = coloured(n.text.front(), grey) + std::string(to_the_left);
  for (const std::string& line : drawing_.initial_values) {
    n.text.push_back(line);
    n.label += escaped(line) + std::string(to_the_left);
  }
  return n;
}

picture::note picture::legend() const {
  note n{"legend", {}, {}};
  for (std::size_t i = 0; i < relation_count; ++i) {
    const auto r = static_cast<relation>(i);
    if (!occurs(r)) continue;
    n.text.push_back(std::string(name_of(r)) + " " + std::string(style_of(r).meaning));
    n.label += coloured(name_of(r), style_of(r).colour) + space + std::string(style_of(r).meaning) +
               std::string(to_the_left);
  }
  return n;
}

// Side by side below everything.
void picture::write_notes(std::string& out) const {
  const note notes[] = {initial_values(), legend()};
  const int height = std::max(height_of(notes[0].text), height_of(notes[1].text));
  int left = 0;
  for (const note& n : notes) {
    if (n.text.empty()) continue;
    const int width = width_of(n.text);
    out += "  " + n.id + " [class=" + n.id + ", label=<" + n.label +
           ">, color=\"#d0d7de\", width=" + inches(width) + ", height=" + inches(height) + ", pos=\"" +
           coordinates({left + width / 2, layout_.bottom + height / 2}) + "\"];\n";
    left += width + note_gap;
  }
}

// nop2: everything has its place already.
std::string picture::in_dot() const {
  std::string out =
      "digraph execution {\n"
      "  layout=nop2; outputorder=edgesfirst; fontname=Helvetica;\n"
      "  node [shape=box, style=filled, color=\"#57606a\", fillcolor=white, fontname=Helvetica, "
      "fontsize=10];\n"
      "  edge [fontname=Helvetica, fontsize=9, arrowsize=0.7];\n";
  out += title_in_dot();
  write_headers(out);
  write_boxes(out);
  write_arrows(out);
  write_notes(out);
  return out + "}\n";
}

}  // namespace

std::string picture_in_dot(const names& n, const failure& f) {
  const drawing d = draw(n, f);
  return picture(d).in_dot();
}

}  // namespace stillpoint::verify::explorer
