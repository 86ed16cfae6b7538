// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/conflicts.hpp"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "verify/explorer/machine/arena.hpp"
#include "verify/explorer/machine/calls.hpp"

namespace stillpoint::verify::explorer {

namespace {

// An access comes after `events` events of its thread and before the next one.
const clock& past_of(const graph& g, const raw_access& a) {
  if (a.events > 0) return g.thread(a.thread)[a.events - 1].happens_before;
  static const clock nothing{};
  return g.spawner(a.thread) ? g.at(g.spawner(a.thread)).happens_before : nothing;
}

// Whether whoever has this past has it that all of the thread came before.
bool covers_join(const graph& g, const clock& past, std::uint16_t thread) {
  for (std::size_t joiner = 0; joiner < g.thread_count(); ++joiner) {
    for (std::size_t i = 0; i < past.counts[joiner] && i < g.thread(joiner).size(); ++i) {
      const event& e = g.thread(joiner)[i];
      if (e.kind == event_kind::join && e.reads_from.thread == thread) return true;
    }
  }
  return false;
}

bool is_before(const graph& g, const raw_access& a, const clock& past) {
  return past.counts[a.thread] > a.events || covers_join(g, past, a.thread);
}

std::string function_at(const raw_access& a) {
  if (a.instruction == 0) return "";
  const std::string name = text_of(code_place_of(a.instruction));
  return name.empty() ? "" : " in " + name;
}

std::string text_of(const raw_access& a) {
  const char* what = a.deleted != 0 ? " deletes it" : a.writes ? " writes it" : " reads it";
  return "thread " + std::to_string(a.thread) + what + function_at(a);
}

// As traces show pointers to it.
std::string address_text(std::uintptr_t address) {
  const std::uintptr_t in_arena = address - arena::usual_base;
  if (in_arena >= arena::whole_size) return "memory: ";
  constexpr char digits[] = "0123456789abcdef";
  std::string number;
  std::uintptr_t rest = in_arena % arena::region;
  do {
    number.insert(0, 1, digits[rest & 15]);
    rest >>= 4;
  } while (rest != 0);
  return "memory @T" + std::to_string(in_arena / arena::region) + "+0x" + number + ": ";
}

// The accesses to one address that later ones can conflict with.
struct accessed {
  std::vector<std::size_t> reads;
  std::optional<std::size_t> write;
};

class finder {
 public:
  finder(const graph& g, const std::vector<void*>& memory_of) : graph_(g), memory_of_(memory_of) {}

  std::optional<conflict> find() {
    for (std::size_t i = 0; i < raw_accesses::count(); ++i) {
      const raw_access& a = raw_accesses::at(i);
      const std::optional<conflict> found = a.deleted != 0 ? at_delete(i) : at_access(i);
      if (found) return found;
    }
    return std::nullopt;
  }

 private:
  std::optional<conflict> at_delete(std::size_t i) {
    const raw_access& end = raw_accesses::at(i);
    deletes_.push_back(i);
    for (std::size_t k = 0; k < i; ++k) {
      const raw_access& a = raw_accesses::at(k);
      if (a.deleted == 0 && a.address - end.address < end.deleted && is_concurrent(a, end))
        return conflict{true, address_text(a.address) + text_of(a) + ", and " + text_of(end)};
    }
    return std::nullopt;
  }

  std::optional<conflict> at_access(std::size_t i) {
    const raw_access& a = raw_accesses::at(i);
    for (const std::size_t k : deletes_) {
      const raw_access& end = raw_accesses::at(k);
      if (a.address - end.address < end.deleted)
        return conflict{true, address_text(a.address) + text_of(end) + ", and " + text_of(a)};
    }
    if (after_destroy(a))
      return conflict{true, address_text(a.address) + text_of(a) +
                                ", and its object is destroyed without waiting for that"};
    accessed& before = at_[a.address];
    std::optional<conflict> found;
    if (before.write) found = unordered(raw_accesses::at(*before.write), a);
    if (a.writes) {
      for (const std::size_t read : before.reads) {
        if (!found) found = unordered(raw_accesses::at(read), a);
      }
      before = {{}, i};
    } else {
      before.reads.push_back(i);
    }
    return found;
  }

  // `b` was made later.
  bool is_concurrent(const raw_access& a, const raw_access& b) const {
    return a.thread != b.thread && !is_before(graph_, a, past_of(graph_, b));
  }

  std::optional<conflict> unordered(const raw_access& a, const raw_access& b) const {
    if (!is_concurrent(a, b)) return std::nullopt;
    return conflict{false, address_text(a.address) + text_of(a) + ", and " + text_of(b)};
  }

  // Whether it is to memory of P::create that P::destroy has given back, or may have.
  bool after_destroy(const raw_access& a) const {
    for (std::size_t id = 0; id < memory_of_.size() && id < graph_.location_count(); ++id) {
      const location& l = graph_.place(static_cast<location_id>(id));
      if (!l.creator || l.kind != location_kind::object || !l.retired) continue;
      if (a.address - reinterpret_cast<std::uintptr_t>(memory_of_[id]) >= graph_.at(l.creator).value)
        continue;
      const clock& at_end = graph_.past_of(l.retired);
      const bool before =
          a.thread == l.retired.thread ? a.events <= l.retired.index : is_before(graph_, a, at_end);
      if (!before) return true;
    }
    return false;
  }

  const graph& graph_;
  const std::vector<void*>& memory_of_;
  std::vector<std::size_t> deletes_;
  std::unordered_map<std::uintptr_t, accessed> at_;
};

}  // namespace

std::optional<conflict> find_conflict(const graph& g, const std::vector<void*>& memory_of) {
  return finder(g, memory_of).find();
}

}  // namespace stillpoint::verify::explorer
