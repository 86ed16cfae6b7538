// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/reports/drawing.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include "verify/explorer/model/synchronizes_with.hpp"
#include "verify/explorer/reports/trace.hpp"

namespace stillpoint::verify::explorer {

namespace {

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

struct in_program_order {
  bool operator()(event_ref a, event_ref b) const {
    return a.thread != b.thread ? a.thread < b.thread : a.index < b.index;
  }
  bool operator()(const std::pair<event_ref, event_ref>& a, const std::pair<event_ref, event_ref>& b) const {
    return a.first == b.first ? (*this)(a.second, b.second) : (*this)(a.first, b.first);
  }
};

class draughtsman {
 public:
  draughtsman(const names& n, const failure& f) : n_(n), g_(n.execution()), f_(f) {}

  drawing draw() {
    for (std::size_t t = 0; t < max_threads; ++t) choose_events(t);
    for (const halt& h : f_.halts) add_halt(h);
    assign_rows();
    add_program_order();
    add_reads_from();
    add_modification_order();
    add_synchronization();
    add_race();
    return result();
  }

 private:
  bool is_event(event_ref ref) const { return ref.index < g_.thread(ref.thread).size(); }
  // Both halves of a read-modify-write are one box, named after the first.
  event_ref box_of(event_ref ref) const {
    if (is_event(ref) && g_.at(ref).kind == event_kind::write && g_.at(ref).rmw) --ref.index;
    return ref;
  }
  bool is_shown(event_ref ref) const { return boxes_.count(box_of(ref)) != 0; }

  void choose_events(std::size_t thread);
  bool is_worth_showing(event_ref ref) const;
  bool is_routine(event_ref ref) const;
  bool is_marked(event_ref ref) const;
  bool is_read_elsewhere(event_ref ref) const;
  void add_halt(const halt& h);
  const clock& causes_of(event_ref ref) const;
  void assign_rows();

  void connect(event_ref from, event_ref to, relation r) { arrows_[{box_of(from), box_of(to)}].insert(r); }
  void add_program_order();
  void add_reads_from();
  void add_modification_order();
  void add_synchronization();
  void add_race();

  drawing result() const;
  std::string title() const;
  std::vector<std::string> initial_values() const;

  const names& n_;
  const graph& g_;
  const failure& f_;
  std::map<event_ref, box, in_program_order> boxes_;
  std::map<std::pair<event_ref, event_ref>, std::set<relation>, in_program_order> arrows_;
};

void draughtsman::choose_events(std::size_t thread) {
  for (std::size_t i = 0; i < g_.thread(thread).size(); ++i) {
    const event_ref ref{static_cast<std::uint16_t>(thread), static_cast<std::uint16_t>(i)};
    if (!is_worth_showing(ref)) continue;
    box& b = boxes_[box_of(ref)];
    b.ref = box_of(ref);
    b.name = name(g_, b.ref);
    b.text = describe_parts(n_, b.ref);
    b.place = without_folders(n_.where(b.ref));
    b.marked = b.marked || is_marked(ref);
  }
}

// What the failure names; in a deadlock, also the locks that threads wait for.
bool draughtsman::is_marked(event_ref ref) const {
  if (std::find(f_.about.begin(), f_.about.end(), ref) != f_.about.end()) return true;
  const bool last = ref.index + 1u == g_.thread(ref.thread).size();
  return last && g_.at(ref).kind == event_kind::lock_wait && f_.text.starts_with("deadlock");
}

bool draughtsman::is_read_elsewhere(event_ref ref) const {
  const event& e = g_.at(ref);
  if (!e.is_write()) return false;
  const auto& readers = g_.place(e.location).readers;
  return std::any_of(readers.begin(), readers.end(),
                     [&](event_ref r) { return r.thread != ref.thread && g_.at(r).reads_from == ref; });
}

// Beginnings and ends of lives, and all that the main thread does before there are others.
bool draughtsman::is_routine(event_ref ref) const {
  const event_kind kind = g_.at(ref).kind;
  if (kind == event_kind::create || kind == event_kind::retire) return true;
  if (ref.thread != 0) return false;
  if (kind == event_kind::spawn || kind == event_kind::join) return true;
  if (kind == event_kind::object_create || kind == event_kind::object_destroy) return true;
  const event_ref first = g_.spawner(1);
  return first && ref.index < first.index;
}

bool draughtsman::is_worth_showing(event_ref ref) const {
  const event& e = g_.at(ref);
  if (e.kind == event_kind::write && e.rmw && is_shown(ref)) return true;
  if (!is_routine(ref) || is_marked(ref)) return true;
  // An initial value that the main thread gave is listed.
  const bool initial = e.kind == event_kind::create && ref.thread == 0;
  return !initial && is_read_elsewhere(ref);
}

void draughtsman::add_halt(const halt& h) {
  box b;
  b.ref = {h.thread, static_cast<std::uint16_t>(g_.thread(h.thread).size())};
  b.text = h.place == no_location ? description{without_absolute_paths(f_.text), ""} : describe_parts(n_, h);
  b.place = without_folders(n_.where(h));
  b.marked = true;
  boxes_[b.ref] = b;
  if (h.place == no_location) return;
  const event_ref seen = g_.place(h.place).order.back();
  if (is_shown(seen) && seen.thread != h.thread) connect(seen, b.ref, relation::waits);
}

const clock& draughtsman::causes_of(event_ref ref) const {
  return is_event(ref) ? g_.at(ref).causes : g_.causes_of_next(ref.thread);
}

// As high up as causes allow: an arrow that says where something comes from never points upwards.
void draughtsman::assign_rows() {
  std::vector<box*> order;
  for (auto& [ref, b] : boxes_) order.push_back(&b);
  const auto number_of_causes = [this](const box* b) {
    const auto& counts = causes_of(b->ref).counts;
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
  };
  std::sort(order.begin(), order.end(), [&](const box* a, const box* b) {
    const std::size_t before_a = number_of_causes(a);
    const std::size_t before_b = number_of_causes(b);
    return before_a != before_b ? before_a < before_b : in_program_order()(a->ref, b->ref);
  });
  for (std::size_t i = 0; i < order.size(); ++i) {
    const clock& causes = causes_of(order[i]->ref);
    for (std::size_t j = 0; j < i; ++j) {
      const box& before = *order[j];
      if (causes.covers(before.ref.thread, before.ref.index))
        order[i]->row = std::max(order[i]->row, before.row + 1);
    }
  }
}

void draughtsman::add_program_order() {
  const box* before = nullptr;
  for (const auto& [ref, b] : boxes_) {
    if (before != nullptr && before->ref.thread == ref.thread) connect(before->ref, ref, relation::po);
    before = &b;
  }
}

void draughtsman::add_reads_from() {
  for (const auto& [ref, b] : boxes_) {
    if (!is_event(ref)) continue;
    const event& e = g_.at(ref);
    if (e.kind != event_kind::read && e.kind != event_kind::lock_wait) continue;
    if (!e.reads_from || !is_shown(e.reads_from)) continue;
    if (e.reads_from.thread == ref.thread) continue;
    connect(e.reads_from, ref, e.kind == event_kind::read ? relation::rf : relation::waits);
  }
}

void draughtsman::add_modification_order() {
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

void draughtsman::add_synchronization() {
  for (const synchronization& s : synchronizations(g_)) {
    if (is_shown(s.release) && is_shown(s.acquire)) connect(s.release, s.acquire, relation::sw);
  }
}

void draughtsman::add_race() {
  if (f_.about.size() == 2 && f_.text.starts_with("data race"))
    connect(f_.about[0], f_.about[1], relation::race);
}

std::string draughtsman::title() const {
  std::string text = without_absolute_paths(f_.text);
  const char* joint = ": ";
  for (const event_ref ref : f_.about) {
    text += joint + name(g_, ref);
    joint = " and ";
  }
  const std::string place = without_folders(place_in_text(f_.where));
  if (f_.about.empty() && !place.empty()) text += " at " + place;
  return text;
}

std::vector<std::string> draughtsman::initial_values() const {
  std::set<location_id> places;
  for (const auto& [ref, b] : boxes_) {
    if (is_event(ref) && g_.at(ref).location != no_location) places.insert(g_.at(ref).location);
  }
  for (const halt& h : f_.halts) {
    if (h.place != no_location) places.insert(h.place);
  }
  std::vector<std::string> text;
  for (const location_id id : places) {
    const event_ref creator = g_.place(id).creator;
    if (!creator || is_shown(creator)) continue;
    std::string line = describe_parts(n_, creator).rest;
    const std::string place = without_folders(n_.where(creator));
    if (!place.empty()) line += "  " + place;
    if (line.find(' ') != std::string::npos) text.push_back(line);
  }
  return text;
}

drawing draughtsman::result() const {
  drawing d;
  d.title = title();
  d.threads = g_.thread_count();
  d.initial_values = initial_values();
  for (const auto& [ref, b] : boxes_) d.boxes.push_back(b);
  for (const auto& [ends, relations] : arrows_)
    d.arrows.push_back({ends.first, ends.second, {relations.begin(), relations.end()}});
  return d;
}

}  // namespace

drawing draw(const names& n, const failure& f) {
  return draughtsman(n, f).draw();
}

}  // namespace stillpoint::verify::explorer
