// SPDX-License-Identifier: BSL-1.0
//
// Where things are in a picture: a column per thread, causes above what they cause, arrows that run between
// boxes and not behind them. Whole points of 1/72 inch, to the right and downwards, so that the same drawing
// lies the same everywhere.
#pragma once

#include <string>
#include <vector>

#include "verify/explorer/reports/drawing.hpp"

namespace stillpoint::verify::explorer {

struct point {
  int x = 0;
  int y = 0;

  friend bool operator==(const point&, const point&) = default;
};

struct rectangle {
  point centre;
  int width = 0;
  int height = 0;

  int left() const { return centre.x - width / 2; }
  int right() const { return centre.x + width / 2; }
  int top() const { return centre.y - height / 2; }
  int bottom() const { return centre.y + height / 2; }
  bool contains(point p) const { return p.x >= left() && p.x <= right() && p.y >= top() && p.y <= bottom(); }
  bool meets(const rectangle& other) const {
    return left() <= other.right() && other.left() <= right() && top() <= other.bottom() &&
           other.top() <= bottom();
  }
};

struct layout {
  // Of the threads, the centres of their names; of a thread without a column: missing.
  struct column {
    std::size_t thread = 0;
    point name;
  };
  struct placed_box {
    std::vector<std::string> text;
    rectangle area;
  };
  struct placed_arrow {
    // Cubic Bezier curves, each from the last point of the one before: 3n+1 points. Ends at the head's base.
    std::vector<point> curve;
    // Where its head points to.
    point tip;
    point label;
  };

  std::vector<column> columns;
  // As in the drawing.
  std::vector<placed_box> boxes;
  std::vector<placed_arrow> arrows;
  // Below all.
  int bottom = 0;
};

layout lay_out(const drawing& d);

// The size of a box for this text.
int width_of(const std::vector<std::string>& text);
int height_of(const std::vector<std::string>& text);

// Broken at spaces.
std::vector<std::string> wrapped(const std::string& text, std::size_t width);

}  // namespace stillpoint::verify::explorer
