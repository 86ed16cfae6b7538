// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/reports/layout.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>

namespace stillpoint::verify::explorer {

namespace {

using lines = std::vector<std::string>;

// A character is as wide as the font's wider ones, so that no text leaves its box.
constexpr int character_width = 6;
constexpr int line_height = 12;
constexpr int side_margin = 16;
constexpr int top_margin = 10;
constexpr int narrowest_column = 60;
constexpr int column_gap = 100;
constexpr int row_gap = 32;
constexpr int header_height = 38;
constexpr std::size_t wrap_at = 32;
constexpr std::size_t break_at = 26;
constexpr int head_length = 7;
// How far an arrow keeps its direction where it leaves and arrives, and from a box that it passes.
constexpr int straight = 24;
constexpr int clearance = 8;

// A long one is broken before the location, so that location and value stay together.
lines text_of(const box& b) {
  const std::string first = b.name.empty() ? b.text.operation : b.name + " " + b.text.operation;
  lines text;
  if (b.text.rest.empty() || first.size() + 1 + b.text.rest.size() <= break_at) {
    text = wrapped(b.text.rest.empty() ? first : first + " " + b.text.rest, wrap_at);
  } else {
    text = wrapped(first, wrap_at);
    for (const std::string& line : wrapped(b.text.rest, wrap_at)) text.push_back(line);
  }
  if (!b.place.empty()) text.push_back(b.place);
  return text;
}

// The point at `step` of `steps` on the cubic curve that begins at `p`.
point on_curve(const point* p, std::int64_t step, std::int64_t steps) {
  const std::int64_t a = steps - step;
  const auto mix = [&](std::int64_t p0, std::int64_t p1, std::int64_t p2, std::int64_t p3) {
    const std::int64_t sum =
        p0 * a * a * a + 3 * p1 * a * a * step + 3 * p2 * a * step * step + p3 * step * step * step;
    return static_cast<int>(sum / (steps * steps * steps));
  };
  return {mix(p[0].x, p[1].x, p[2].x, p[3].x), mix(p[0].y, p[1].y, p[2].y, p[3].y)};
}

// How many steps along it miss no corner of a box.
int steps_along(const point* p) {
  return 20 + (std::abs(p[3].x - p[0].x) + std::abs(p[3].y - p[0].y)) / 8;
}

// It lies between its ends, since it leaves and arrives horizontally or is straight.
rectangle surrounding(const point* p) {
  return {{(p[0].x + p[3].x) / 2, (p[0].y + p[3].y) / 2},
          std::abs(p[3].x - p[0].x) + 2,
          std::abs(p[3].y - p[0].y) + 2};
}

// Adds a curve from the path's end to `to` that leaves and arrives horizontally.
void bend(std::vector<point>& path, point to) {
  const point from = path.back();
  const int reach = std::min(straight, std::abs(to.x - from.x) / 2);
  const int way = to.x < from.x ? -reach : reach;
  path.push_back({from.x + way, from.y});
  path.push_back({to.x - way, to.y});
  path.push_back(to);
}

class planner {
 public:
  explicit planner(const drawing& d) : drawing_(d) {
    place_boxes();
    for (const arrow& a : d.arrows) layout_.arrows.push_back(route(a));
    for (std::size_t i = 0; i < d.arrows.size(); ++i) place_label(i);
  }

  layout result() && { return std::move(layout_); }

 private:
  struct row {
    int top = 0;
    int bottom = 0;
    // How many arrows run below it already.
    int lanes = 0;
  };

  void place_boxes();
  void place_columns(const std::array<int, max_threads>& widths);
  std::size_t index_of(event_ref ref) const;
  layout::placed_arrow route(const arrow& a);
  std::vector<point> between_columns(const arrow& a, point from, point to);
  bool is_blocked(const arrow& a, const std::vector<point>& path) const;
  int lane(std::size_t from_row, std::size_t to_row);
  void place_label(std::size_t index);
  int obstacles(std::size_t index, const rectangle& label) const;

  const drawing& drawing_;
  layout layout_;
  std::vector<row> rows_;
  // Left and right edges of the columns, by thread.
  std::array<int, max_threads> lefts_{};
  std::array<int, max_threads> rights_{};
  std::map<std::pair<int, int>, std::size_t> indices_;
  std::vector<rectangle> labels_;
};

void planner::place_columns(const std::array<int, max_threads>& widths) {
  int left = 0;
  for (std::size_t t = 0; t < max_threads; ++t) {
    lefts_[t] = left;
    rights_[t] = left + widths[t];
    if (widths[t] == 0) continue;
    layout_.columns.push_back({t, {left + widths[t] / 2, header_height / 3}});
    left += widths[t] + column_gap;
  }
}

void planner::place_boxes() {
  std::array<int, max_threads> widths{};
  for (std::size_t t = 1; t < drawing_.threads; ++t) widths[t] = narrowest_column;
  std::vector<int> heights;
  for (const box& b : drawing_.boxes) {
    const lines text = text_of(b);
    widths[b.ref.thread] = std::max(widths[b.ref.thread], width_of(text));
    if (b.row >= heights.size()) heights.resize(b.row + 1, 0);
    heights[b.row] = std::max(heights[b.row], height_of(text));
  }
  place_columns(widths);
  layout_.bottom = header_height;
  for (const int height : heights) {
    rows_.push_back({layout_.bottom, layout_.bottom + height, 0});
    layout_.bottom += height + row_gap;
  }
  for (const box& b : drawing_.boxes) {
    const std::size_t t = b.ref.thread;
    const point centre{(lefts_[t] + rights_[t]) / 2, (rows_[b.row].top + rows_[b.row].bottom) / 2};
    const lines text = text_of(b);
    indices_[{b.ref.thread, b.ref.index}] = layout_.boxes.size();
    layout_.boxes.push_back({text, {centre, widths[t], height_of(text)}});
  }
}

std::size_t planner::index_of(event_ref ref) const {
  return indices_.at({ref.thread, ref.index});
}

layout::placed_arrow planner::route(const arrow& a) {
  const rectangle& from = layout_.boxes[index_of(a.from)].area;
  const rectangle& to = layout_.boxes[index_of(a.to)].area;
  layout::placed_arrow placed;
  if (a.from.thread == a.to.thread) {
    placed.tip = {to.centre.x, to.top()};
    const point start{from.centre.x, from.bottom()};
    const point end{placed.tip.x, placed.tip.y - head_length};
    placed.curve = {start, start, end, end};
    return placed;
  }
  const bool right = from.centre.x < to.centre.x;
  const point start{right ? from.right() : from.left(), from.centre.y};
  placed.tip = {right ? to.left() : to.right(), to.centre.y};
  const bool has_head = a.relations.back() != relation::race;
  const int head = has_head ? head_length : 0;
  placed.curve = between_columns(a, start, {placed.tip.x + (right ? -head : head), placed.tip.y});
  return placed;
}

// Straight ahead if nothing is in the way; else past the columns in between, in the gap beside the target's
// row.
std::vector<point> planner::between_columns(const arrow& a, point from, point to) {
  std::vector<point> path{from};
  bend(path, to);
  if (!is_blocked(a, path)) return path;
  const bool right = from.x < to.x;
  const int y = lane(drawing_.boxes[index_of(a.from)].row, drawing_.boxes[index_of(a.to)].row);
  // The columns at the way's ends; those without width are none.
  int enter = to.x;
  int leave = from.x;
  for (const auto& column : layout_.columns) {
    const std::size_t t = column.thread;
    if (t <= std::min(a.from.thread, a.to.thread) || t >= std::max(a.from.thread, a.to.thread)) continue;
    enter = right ? std::min(enter, lefts_[t] - clearance) : std::max(enter, rights_[t] + clearance);
    leave = right ? std::max(leave, rights_[t] + clearance) : std::min(leave, lefts_[t] - clearance);
  }
  path = {from};
  bend(path, {enter, y});
  bend(path, {leave, y});
  bend(path, to);
  return path;
}

bool planner::is_blocked(const arrow& a, const std::vector<point>& path) const {
  const auto [first, last] = std::minmax(a.from.thread, a.to.thread);
  const int steps = steps_along(path.data());
  for (std::size_t i = 0; i < layout_.boxes.size(); ++i) {
    const std::uint16_t thread = drawing_.boxes[i].ref.thread;
    if (thread <= first || thread >= last) continue;
    rectangle area = layout_.boxes[i].area;
    area.width += 2 * clearance;
    area.height += 2 * clearance;
    for (int step = 0; step <= steps; ++step) {
      if (area.contains(on_curve(path.data(), step, steps))) return true;
    }
  }
  return false;
}

// The height at which an arrow passes columns: in the gap above the target's row if it comes from above, else
// in the one below; beside those that are there already.
int planner::lane(std::size_t from_row, std::size_t to_row) {
  row& above = rows_[from_row < to_row ? to_row - 1 : to_row];
  constexpr int offsets[] = {0, 6, -6, 3, -3, 9, -9};
  const int offset = offsets[static_cast<std::size_t>(above.lanes++) % std::size(offsets)];
  return above.bottom + row_gap / 2 + offset;
}

// On the arrow, where it covers least.
void planner::place_label(std::size_t index) {
  layout::placed_arrow& placed = layout_.arrows[index];
  int characters = -1;
  for (const relation r : drawing_.arrows[index].relations)
    characters += r == relation::po ? 0 : 1 + static_cast<int>(name_of(r).size());
  if (characters <= 0) return;
  rectangle label{{}, characters * character_width, line_height};
  int least = -1;
  rectangle best;
  const std::size_t last = placed.curve.size() - 4;
  for (const std::size_t curve : {last, std::size_t{0}}) {
    for (const int step : {10, 8, 12, 6, 14, 4, 16}) {
      label.centre = on_curve(&placed.curve[curve], step, 20);
      const int count = obstacles(index, label);
      if (least >= 0 && count >= least) continue;
      least = count;
      best = label;
    }
  }
  placed.label = best.centre;
  labels_.push_back(best);
}

// How bad a place it is: on other labels and boxes, on other arrows.
int planner::obstacles(std::size_t index, const rectangle& label) const {
  int count = 0;
  for (const rectangle& other : labels_) count += other.meets(label) ? 100 : 0;
  for (const layout::placed_box& b : layout_.boxes) count += b.area.meets(label) ? 100 : 0;
  for (std::size_t i = 0; i < layout_.arrows.size(); ++i) {
    if (i == index) continue;
    const std::vector<point>& curve = layout_.arrows[i].curve;
    for (std::size_t begin = 0; begin + 3 < curve.size(); begin += 3) {
      if (!surrounding(&curve[begin]).meets(label)) continue;
      for (int step = 0; step <= 40; ++step)
        count += label.contains(on_curve(&curve[begin], step, 40)) ? 1 : 0;
    }
  }
  return count;
}

}  // namespace

int width_of(const lines& text) {
  std::size_t longest = 0;
  for (const std::string& line : text) longest = std::max(longest, line.size());
  return static_cast<int>(longest) * character_width + side_margin;
}

int height_of(const lines& text) {
  return static_cast<int>(text.size()) * line_height + top_margin;
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

layout lay_out(const drawing& d) {
  return planner(d).result();
}

}  // namespace stillpoint::verify::explorer
