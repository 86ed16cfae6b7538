// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/reports/trace.hpp"

#include <algorithm>

#include "verify/explorer/machine/arena.hpp"
#include "verify/wide_values.hpp"

namespace stillpoint::verify::explorer {

namespace {

std::string hexadecimal(std::uint64_t value) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), digits[value & 15]);
    value >>= 4;
  } while (value != 0);
  return "0x" + text;
}

std::string number(std::uint64_t value);

std::string number(const words& value) {
  std::string text;
  for (const std::uint64_t word : value) text += (text.empty() ? "{" : ", ") + number(word);
  return text + "}";
}

std::string number(std::uint64_t value) {
  if (const words* const wide = words_of_number(value)) return number(*wide);
  constexpr std::uint64_t readable = std::uint64_t{1} << 32;
  if (value < readable) return std::to_string(value);
  if (-value < readable) return "-" + std::to_string(-value);
  const std::uint64_t in_arena = value - arena::usual_base;
  if (in_arena >= arena::region * max_threads) return hexadecimal(value);
  return "@T" + std::to_string(in_arena / arena::region) + "+" + hexadecimal(in_arena % arena::region);
}

std::string place_name(const graph& g, location_id id) {
  constexpr const char* kinds[] = {"atomic", "plain", "mutex", "object", "sleepers"};
  return kinds[static_cast<std::size_t>(g.place(id).kind)] + ("#" + std::to_string(id));
}

std::string source(const graph& g, const event& e) {
  return g.at(e.reads_from).kind == event_kind::create ? " (initial)" : " from " + name(g, e.reads_from);
}

std::string read_text(const graph& g, event_ref ref) {
  const event& e = g.at(ref);
  std::string text =
      " " + std::string(name_of(e.order)) + " " + place_name(g, e.location) + " = " + number(e.value);
  const auto& events = g.thread(ref.thread);
  if (e.rmw && ref.index + 1u < events.size()) text += " -> " + number(events[ref.index + 1u].value);
  if (e.may_modify && !e.rmw) text += e.spurious ? " (fails spuriously)" : " (fails)";
  return text + source(g, e);
}

std::string line(std::string text, const std::source_location& where) {
  const std::string place = place_in_text(where);
  if (!place.empty()) text += std::string(text.size() < 70 ? 70 - text.size() : 1, ' ') + "  " + place;
  return text + "\n";
}

std::string calls(const failure& f) {
  if (f.calls.empty() || f.halts.empty()) return {};
  std::string text = "calls of T" + std::to_string(f.halts.front().thread) + ", innermost first:\n";
  for (std::size_t i = 0; i < f.calls.size(); ++i) {
    text += "     #" + std::to_string(i) + "  " + text_of(f.calls[i]);
    if (!f.calls[i].function.empty())
      text += "  (" + f.calls[i].module + "+" + hexadecimal(f.calls[i].offset) + ")";
    text += "\n";
  }
  return text;
}

}  // namespace

std::string name(const graph& g, event_ref ref) {
  const event& e = g.at(ref);
  const bool second_half = e.kind == event_kind::write && e.rmw;
  return "T" + std::to_string(ref.thread) + "." + std::to_string(ref.index - (second_half ? 1 : 0));
}

std::string place_in_text(const std::source_location& where) {
  std::string file = where.file_name();
  if (file.empty()) return {};
  for (const char* top : {"lib/stillpoint/", "verify/", "tests/", "docs/"}) {
    const std::size_t at = file.rfind(std::string("/") + top);
    if (at != std::string::npos) {
      file.erase(0, at + 1);
      break;
    }
  }
  if (file.starts_with("./")) file.erase(0, 2);
  return file + ":" + std::to_string(where.line());
}

std::string describe(const graph& g, event_ref ref) {
  const event& e = g.at(ref);
  switch (e.kind) {
    case event_kind::create:
      return "create " + place_name(g, e.location) + (e.initialized ? " = " + number(e.value) : "");
    case event_kind::object_create:
      return "create " + place_name(g, e.location) +
             (e.reads_from ? ", where " + place_name(g, g.at(e.reads_from).location) + " lay, destroyed in " +
                                 name(g, e.reads_from)
                           : "");
    case event_kind::read:
      return std::string(name_of(e.op)) + read_text(g, ref);
    case event_kind::write:
      return std::string(name_of(e.op)) + " " + std::string(name_of(e.order)) + " " +
             place_name(g, e.location) + " = " + number(e.value);
    case event_kind::fence:
      return std::string(name_of(e.op)) +
             (e.fence == fence_kind::ordinary ? " " + std::string(name_of(e.order)) : "");
    case event_kind::plain_read:
    case event_kind::plain_write:
      return std::string(name_of(e.op)) + " " + place_name(g, e.location);
    case event_kind::retire:
    case event_kind::object_destroy:
      return "destroy " + place_name(g, e.location);
    case event_kind::lock_wait:
      return "waits for " + place_name(g, e.location) + ", held since " + name(g, e.reads_from);
    case event_kind::spawn:
      return "spawn T" + std::to_string(e.reads_from.thread);
    case event_kind::join:
      return "join T" + std::to_string(e.reads_from.thread);
    case event_kind::choose:
      return std::string(name_of(e.op)) + " chooses " + number(e.value) + " of " + number(e.choices);
  }
  return {};
}

std::string describe(const graph& g, const halt& h) {
  if (h.place == no_location) return h.doing.empty() ? "fails here" : h.doing;
  const event_ref last = g.place(h.place).order.back();
  const event& seen = g.at(last);
  const bool initial = seen.kind == event_kind::create;
  return "waits in " + h.doing + " " + place_name(g, h.place) + " = " + number(seen.value) +
         (initial ? " (initial)" : " from " + name(g, last));
}

std::string trace(const graph& g, const failure& f) {
  std::string text;
  for (std::size_t t = 0; t < max_threads; ++t) {
    const auto& events = g.thread(t);
    const bool halts =
        std::any_of(f.halts.begin(), f.halts.end(), [t](const halt& h) { return h.thread == t; });
    if (events.empty() && !halts) continue;
    text += t == 0 ? "thread T0 (before and after the others):\n" : "thread T" + std::to_string(t) + ":\n";
    for (std::size_t i = 0; i < events.size(); ++i) {
      const event_ref ref{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)};
      // The second half of a read-modify-write is told with the first.
      if (events[i].kind == event_kind::write && events[i].rmw) continue;
      const bool marked = std::any_of(f.about.begin(), f.about.end(),
                                      [&](event_ref a) { return name(g, a) == name(g, ref); });
      text += line((marked ? "  -> " : "     ") + name(g, ref) + "  " + describe(g, ref), events[i].where);
    }
    for (const halt& h : f.halts) {
      if (h.thread == t) text += line("  -> " + describe(g, h), h.where);
    }
  }
  return text + calls(f);
}

std::string headline(const graph& g, const failure& f) {
  std::string text = f.text;
  const char* joint = ": ";
  for (const event_ref ref : f.about) {
    text += joint + name(g, ref) + " " + describe(g, ref);
    const std::string place = place_in_text(g.at(ref).where);
    if (!place.empty()) text += " at " + place;
    joint = " and ";
  }
  const std::string place = place_in_text(f.where);
  if (f.about.empty() && !place.empty()) text += " at " + place;
  return text;
}

}  // namespace stillpoint::verify::explorer
