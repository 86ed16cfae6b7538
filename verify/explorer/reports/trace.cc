// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/reports/trace.hpp"

#include <algorithm>

namespace stillpoint::verify::explorer {

namespace {

std::string source(const graph& g, const event& e) {
  return g.at(e.reads_from).kind == event_kind::create ? " (initial)" : " from " + name(g, e.reads_from);
}

std::string outcome_of(const event& e) {
  if (!e.may_modify || e.rmw) return {};
  return e.spurious ? " (fails spuriously)" : " (fails)";
}

description read_text(const names& n, event_ref ref) {
  const graph& g = n.execution();
  const event& e = g.at(ref);
  const auto value = [&](std::uint64_t raw) { return n.value(e.location, raw, ref); };
  const bool fails = e.may_modify && !e.rmw;
  description text{
      std::string(name_of(e.op)) + " " + std::string(name_of(fails ? e.modify.success : e.order)),
      n.place(e.location) + " = " + value(e.value)};
  if (fails) {
    text.operation += "/" + std::string(name_of(e.modify.failure));
    text.rest += ", expected " + value(e.modify.expected);
  }
  const auto& events = g.thread(ref.thread);
  if (e.rmw && ref.index + 1u < events.size()) text.rest += " -> " + value(events[ref.index + 1u].value);
  text.rest += outcome_of(e) + source(g, e);
  return text;
}

std::string equals(const std::string& value) {
  return value.empty() ? "" : " = " + value;
}

// With its value, if it is known.
std::string creation(const names& n, event_ref ref) {
  const event& e = n.execution().at(ref);
  if (!e.initialized || n.execution().place(e.location).kind == location_kind::mutex)
    return n.place(e.location);
  const bool plain = n.execution().place(e.location).kind == location_kind::plain;
  return n.place(e.location) + equals(plain ? n.plain_value(ref) : n.value(e.location, e.value, ref));
}

std::string object_creation(const names& n, const event& e) {
  std::string text = n.place(e.location);
  if (e.reads_from) {
    text += ", where " + n.place(n.execution().at(e.reads_from).location) + " lay, destroyed in " +
            name(n.execution(), e.reads_from);
  }
  return text;
}

std::string line(std::string text, const std::string& place) {
  if (!place.empty()) text += std::string(text.size() < 70 ? 70 - text.size() : 1, ' ') + "  " + place;
  return text + "\n";
}

// The program's, where that was compiled into a library's function, too; empty if nothing tells.
std::string line_of(const code_place& call) {
  const auto lines = debug_info::of_program().lines(call.address + (call.exact ? 1 : 0));
  const auto own = std::find_if(lines.begin(), lines.end(),
                                [](const source_line& l) { return !l.file.starts_with("/usr/"); });
  if (lines.empty()) return {};
  const source_line& shown = own == lines.end() ? lines.front() : *own;
  return place_in_text(shown.file, shown.line);
}

std::string calls(const failure& f) {
  if (f.calls.empty() || f.halts.empty()) return {};
  std::string text = "calls of T" + std::to_string(f.halts.front().thread) + ", innermost first:\n";
  for (std::size_t i = 0; i < f.calls.size(); ++i) {
    text += "     #" + std::to_string(i) + "  " + text_of(f.calls[i]);
    if (const std::string place = line_of(f.calls[i]); !place.empty()) {
      text += "  " + place;
    } else if (!f.calls[i].function.empty()) {
      text += "  (" + f.calls[i].module + "+" + hexadecimal(f.calls[i].offset) + ")";
    }
    text += "\n";
  }
  return text;
}

// Where threads wait for locks in a library's text, the text names the client's line.
std::string with_callers(std::string text, const names& n) {
  for (std::size_t t = 0; t < max_threads; ++t) {
    const auto& events = n.execution().thread(t);
    if (events.empty() || events.back().kind != event_kind::lock_wait) continue;
    const event& e = events.back();
    const std::string wait =
        " thread " + std::to_string(t) + " waits in " + std::string(name_of(e.op)) + " at ";
    const std::string place = e.where.file_name() + (":" + std::to_string(e.where.line()));
    const std::size_t at = text.find(wait + place);
    const event_ref ref{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(events.size() - 1)};
    if (at != std::string::npos && n.where(ref) != place_in_text(e.where)) {
      text.replace(at + wait.size(), place.size(), n.where(ref));
    }
  }
  return text;
}

}  // namespace

std::string name(const graph& g, event_ref ref) {
  const event& e = g.at(ref);
  const bool second_half = e.kind == event_kind::write && e.rmw;
  return "T" + std::to_string(ref.thread) + "." + std::to_string(ref.index - (second_half ? 1 : 0));
}

description describe_parts(const names& n, event_ref ref) {
  const event& e = n.execution().at(ref);
  const std::string operation(name_of(e.op));
  const auto place = [&] { return n.place(e.location); };
  switch (e.kind) {
    case event_kind::create:
      return {"create", creation(n, ref)};
    case event_kind::object_create:
      return {"create", object_creation(n, e)};
    case event_kind::read:
      return read_text(n, ref);
    case event_kind::write:
      return {operation + " " + std::string(name_of(e.order)),
              place() + " = " + n.value(e.location, e.value, ref)};
    case event_kind::fence:
      return {operation + (e.fence == fence_kind::ordinary ? " " + std::string(name_of(e.order)) : ""), ""};
    case event_kind::plain_read:
    case event_kind::plain_write:
      return {operation, place() + equals(n.plain_value(ref))};
    case event_kind::retire:
    case event_kind::object_destroy:
      return {"destroy", place()};
    case event_kind::lock_wait:
      return {"waits for", place() + ", held since " + name(n.execution(), e.reads_from)};
    case event_kind::spawn:
      return {"spawn T" + std::to_string(e.reads_from.thread), ""};
    case event_kind::join:
      return {"join T" + std::to_string(e.reads_from.thread), ""};
    case event_kind::choose:
      return {operation + " chooses " + std::to_string(e.value) + " of " + std::to_string(e.choices), ""};
  }
  return {};
}

description describe_parts(const names& n, const halt& h) {
  if (h.place == no_location) return {h.doing.empty() ? "fails here" : h.doing, ""};
  const graph& g = n.execution();
  const event_ref last = g.place(h.place).order.back();
  const event& seen = g.at(last);
  const bool initial = seen.kind == event_kind::create;
  return {"waits in " + h.doing, n.place(h.place) + " = " + n.value(h.place, seen.value, last) +
                                     (initial ? " (initial)" : " from " + name(g, last))};
}

std::string trace(const names& n, const failure& f) {
  const graph& g = n.execution();
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
      text += line((marked ? "  -> " : "     ") + name(g, ref) + "  " + describe(n, ref), n.where(ref));
    }
    for (const halt& h : f.halts) {
      if (h.thread == t) text += line("  -> " + describe(n, h), n.where(h));
    }
  }
  return text + calls(f);
}

std::string headline(const names& n, const failure& f) {
  const graph& g = n.execution();
  std::string text = with_callers(f.text, n);
  const char* joint = ": ";
  for (const event_ref ref : f.about) {
    text += joint + name(g, ref) + " " + describe(n, ref);
    const std::string place = n.where(ref);
    if (!place.empty()) text += " at " + place;
    joint = " and ";
  }
  const std::string place = place_in_text(f.where);
  if (f.about.empty() && !place.empty()) text += " at " + place;
  return text;
}

}  // namespace stillpoint::verify::explorer
