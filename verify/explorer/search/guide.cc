// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/search/guide.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace stillpoint::verify::explorer {

namespace {

std::size_t decision_number(const graph& g, event_ref ref) {
  const auto& events = g.thread(ref.thread);
  return static_cast<std::size_t>(std::count_if(events.begin(), events.begin() + ref.index, is_decided));
}

std::string text_of_decision(const graph& g, const event& e) {
  if (e.kind == event_kind::choose) return "=" + std::to_string(e.value);
  if (e.kind == event_kind::write) return "@" + std::to_string(e.mo_position);
  const std::string mark = e.spurious ? "!" : "";
  if (g.at(e.reads_from).kind == event_kind::create) return "-" + mark;
  return std::to_string(e.reads_from.thread) + "." + std::to_string(decision_number(g, e.reads_from)) + mark;
}

// How many events of that kind its thread has before.
std::size_t number_among(const graph& g, event_ref ref, event_kind kind) {
  const auto& events = g.thread(ref.thread);
  return static_cast<std::size_t>(std::count_if(events.begin(), events.begin() + ref.index,
                                                [kind](const event& e) { return e.kind == kind; }));
}

std::string text_of_reuse(const graph& g, event_ref create) {
  const event_ref destroy = g.at(create).reads_from;
  return "+" + std::to_string(number_among(g, create, event_kind::object_create)) + ":" +
         std::to_string(destroy.thread) + "." +
         std::to_string(number_among(g, destroy, event_kind::object_destroy));
}

// Empty where it is the number that the main thread's children have if there are no others.
std::string text_of_start(const graph& g, event_ref spawn) {
  const std::size_t before = number_among(g, spawn, event_kind::spawn);
  const std::size_t started = g.at(spawn).reads_from.thread;
  if (spawn.thread == 0 && started == before + 1) return "";
  return ",~" + std::to_string(before) + ":" + std::to_string(started);
}

class parser {
 public:
  explicit parser(std::string_view text) : whole_(text), rest_(text) {}

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  template <class T>
  T number() {
    T value{};
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc()) refuse();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  guide::decision decision() {
    guide::decision d;
    if (take('=')) {
      d.what = guide::decision::kind::value;
      d.number = number<std::uint64_t>();
    } else if (take('@')) {
      d.what = guide::decision::kind::rank;
      d.number = number<std::uint64_t>();
    } else if (take('-')) {
      d.spurious = take('!');
    } else {
      d.what = guide::decision::kind::source;
      d.thread = number<std::uint16_t>();
      if (!take('.') || d.thread >= max_threads) refuse();
      d.number = number<std::uint64_t>();
      d.spurious = take('!');
    }
    return d;
  }

  // What follows the "+".
  guide::reuse reuse() {
    guide::reuse r;
    r.create = number<std::size_t>();
    if (!take(':')) refuse();
    r.thread = number<std::uint16_t>();
    if (!take('.') || r.thread >= max_threads) refuse();
    r.destroy = number<std::size_t>();
    return r;
  }

  // What follows the "~".
  guide::start start() {
    guide::start s;
    s.before = number<std::size_t>();
    if (!take(':')) refuse();
    s.thread = number<std::uint16_t>();
    if (s.thread >= max_threads) refuse();
    return s;
  }

  void end() const {
    if (!rest_.empty()) refuse();
  }

  [[noreturn]] void refuse() const {
    throw std::invalid_argument(
        "'" + std::string(whole_) +
        "' is not a replay id of the explorer: expected what a failure printed, such as '9,-/2,0.1'");
  }

 private:
  std::string_view whole_;
  std::string_view rest_;
};

}  // namespace

std::string guide::text_of(const graph& g) {
  std::string text;
  for (std::size_t t = 0; t < g.thread_count(); ++t) {
    const auto& events = g.thread(t);
    const auto counted = std::count_if(events.begin(), events.end(), is_counted);
    text += (t == 0 ? "" : "/") + std::to_string(counted);
    for (std::size_t i = 0; i < events.size(); ++i) {
      const event& e = events[i];
      const event_ref ref{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)};
      if (is_decided(e)) text += "," + text_of_decision(g, e);
      if (e.kind == event_kind::object_create && e.reads_from) text += "," + text_of_reuse(g, ref);
      if (e.kind == event_kind::spawn) text += text_of_start(g, ref);
    }
  }
  return text;
}

guide::guide(std::string_view text) : text_(text) {
  parser p(text);
  std::size_t thread = 0;
  do {
    if (thread == max_threads) p.refuse();
    path& of = paths_[thread++];
    of.events = p.number<std::size_t>();
    while (p.take(',')) {
      if (p.take('+')) {
        of.reuses.push_back(p.reuse());
      } else if (p.take('~')) {
        of.starts.push_back(p.start());
      } else {
        of.decisions.push_back(p.decision());
      }
    }
  } while (p.take('/'));
  p.end();
}

}  // namespace stillpoint::verify::explorer
