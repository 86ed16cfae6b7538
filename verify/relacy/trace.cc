// SPDX-License-Identifier: BSL-1.0
#include "verify/relacy/trace.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace stillpoint::verify::relacy {

namespace {

bool is_plain_access(operation op) {
  return op == operation::plain_read || op == operation::plain_write;
}

void write_line(std::ostream& out, std::size_t place_width, const trace_event& event, bool failing) {
  out << "  ";
  if (event.number != 0) {
    out << std::setw(5) << event.number;
  } else {
    out << "    -";
  }
  out << "  " << std::left << std::setw(static_cast<int>(place_width)) << event.place() << std::right << "  "
      << event.text << (failing ? "   <== here" : "") << '\n';
}

}  // namespace

std::string trace_event::place() const {
  std::string_view path = file;
  if (path.starts_with("./")) path.remove_prefix(2);
  return std::string(path) + ':' + std::to_string(line);
}

// Of the client's threads the first is thread 1, as under the explorer: thread 0 makes the client and ends
// it.
unsigned trace_event::shown_thread() const {
  return when == section::threads ? thread + 1 : 0;
}

void tracer::name_object(const void* address, std::string_view kind) {
  objects_[{address, kind}] = ++last_of_kind_[kind];
}

std::string tracer::object_name(const void* address, std::string_view kind) const {
  const auto found = objects_.find({address, kind});
  const std::string number = found == objects_.end() ? "?" : std::to_string(found->second);
  return std::string(kind) + ' ' + number;
}

std::string tracer::pointer_name(const void* address) {
  const auto number = static_cast<unsigned>(pointers_.size() + 1);
  return '@' + std::to_string(pointers_.emplace(address, number).first->second);
}

void tracer::begin(const trace_event& event) {
  pending_[event.thread] = event;
  is_pending_[event.thread] = true;
}

void tracer::end(unsigned thread, std::string_view outcome, std::uint64_t time) {
  trace_event& event = pending_[thread];
  is_pending_[thread] = false;
  event.number = events_.size() + 1;
  event.text += outcome;
  event.time = time;
  events_.push_back(event);
}

const trace_event* tracer::unfinished(unsigned thread) const {
  return is_pending_[thread] ? &pending_[thread] : nullptr;
}

const trace_event* tracer::conflict_of(const trace_event& racing) const {
  const auto conflicts = [&racing](const trace_event& other) {
    return other.thread != racing.thread && other.object == racing.object && is_plain_access(other.op) &&
           (other.op == operation::plain_write || racing.op == operation::plain_write) &&
           racing.seen[other.thread] < other.time;
  };
  const auto found = std::find_if(events_.rbegin(), events_.rend(), conflicts);
  return found == events_.rend() ? nullptr : &*found;
}

std::vector<const trace_event*> tracer::leaked() const {
  std::vector<const trace_event*> alive;
  for (const trace_event& event : events_) {
    if (event.op == operation::create) alive.push_back(&event);
    if (event.op != operation::destroy) continue;
    std::erase_if(alive, [&event](const trace_event* created) { return created->object == event.object; });
  }
  return alive;
}

std::string tracer::text(unsigned failing) const {
  std::size_t width = 0;
  for (const trace_event& event : events_) width = std::max(width, event.place().size());
  for (unsigned thread = 0; thread < max_threads; ++thread) {
    if (is_pending_[thread]) width = std::max(width, pending_[thread].place().size());
  }
  std::ostringstream out;
  const auto write_section = [&](section when, unsigned thread, const std::string& title) {
    const auto belongs = [&](const trace_event& e) {
      return e.when == when && (when != section::threads || e.thread == thread);
    };
    const bool stopped = is_pending_[thread] && belongs(pending_[thread]);
    if (!stopped && std::none_of(events_.begin(), events_.end(), belongs)) return;
    out << title << ":\n";
    for (const trace_event& event : events_) {
      if (belongs(event)) write_line(out, width, event, false);
    }
    if (stopped) write_line(out, width, pending_[thread], thread == failing);
  };
  write_section(section::before, failing, "thread 0, before the others");
  for (unsigned thread = 0; thread < max_threads; ++thread) {
    write_section(section::threads, thread, "thread " + std::to_string(thread + 1));
  }
  write_section(section::after, failing, "thread 0, after the others");
  return out.str();
}

}  // namespace stillpoint::verify::relacy
