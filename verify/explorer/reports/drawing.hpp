// SPDX-License-Identifier: BSL-1.0
//
// What a picture of an execution graph shows, before it has a form: which operations, in which order from top
// to bottom, and which arrows between them. See picture.hpp for what is left out, and why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/reports/trace.hpp"

namespace stillpoint::verify::explorer {

enum class relation : std::uint8_t { po, rf, mo, sw, waits, race };
inline constexpr std::size_t relation_count = 6;

constexpr std::string_view name_of(relation r) {
  constexpr std::string_view names[relation_count] = {"po", "rf", "mo", "sw", "waits", "race"};
  return names[static_cast<std::size_t>(r)];
}

// One operation, or what a thread was at when the execution ended.
struct box {
  // Of its first event; one beyond the thread's last if it is no event.
  event_ref ref;
  // As in "T1.0"; empty if it is no event.
  std::string name;
  description text;
  // "file:line", without folders; empty if unknown.
  std::string place;
  // From the top, without gaps.
  std::size_t row = 0;
  // What the failure is about.
  bool marked = false;
};

// Several relations between the same two operations are one arrow.
struct arrow {
  event_ref from;
  event_ref to;
  // Each once, in the order of their declaration.
  std::vector<relation> relations;
};

struct drawing {
  // What went wrong; empty if nothing did.
  std::string title;
  // Threads one after the other, each in program order.
  std::vector<box> boxes;
  std::vector<arrow> arrows;
  // A line for each location shown that the main thread prepared.
  std::vector<std::string> initial_values;
  std::size_t threads = 0;
};

// A failure without text: none.
drawing draw(const names& n, const failure& f);

}  // namespace stillpoint::verify::explorer
