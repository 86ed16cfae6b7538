// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/reuse.hpp"

#include <algorithm>
#include <array>

#include "verify/wide_values.hpp"

namespace stillpoint::verify::explorer {

namespace {

// Threads, by number.
using thread_set = std::uint32_t;
static_assert(max_threads <= 32);

constexpr std::uint64_t address_bits = (std::uint64_t{1} << 48) - 1;

bool is_destroyed(const location& l) {
  return l.creator && l.kind == location_kind::object && l.retired;
}

// Whether the second object could lie where the first one lay.
bool could_follow(const graph& g, const location& first, const location& second) {
  if (!second.creator || second.kind != location_kind::object || &first == &second) return false;
  const event& a = g.at(first.creator);
  const event& b = g.at(second.creator);
  return a.value == b.value && a.choices == b.choices && !g.causes(second.creator, first.retired);
}

class readers {
 public:
  readers(const graph& g, const std::vector<void*>& memory_of, const std::vector<observation>& observations)
      : graph_(g), of_(memory_of.size()) {
    for (std::size_t thread = 0; thread < g.thread_count(); ++thread) {
      for (const event& e : g.thread(thread)) {
        if (e.kind != event_kind::read) continue;
        const auto note_word = [&](std::uint64_t word) { note(memory_of, {thread, word}); };
        for_each_word(e.value, note_word);
        // It knows what it expects.
        if (e.modify.conditional) for_each_word(e.modify.expected, note_word);
      }
    }
    for (const observation& o : observations) note(memory_of, o);
  }

  bool see_both(location_id first, location_id second) const {
    const thread_set read_first = of_[first];
    const thread_set read_second = of_[second];
    const thread_set destroyer = one(graph_.place(first).retired);
    const thread_set created_first = one(graph_.place(first).creator) & ~thread_set{1};
    return (((read_first | created_first) & read_second) |
            (read_first & one(graph_.place(second).creator) & ~destroyer)) != 0;
  }

 private:
  static thread_set one(event_ref ref) { return thread_set{1} << ref.thread; }

  // A pointer may carry tags in what its alignment leaves free, and in its upper bits.
  void note(const std::vector<void*>& memory_of, const observation& o) {
    const std::uint64_t address = o.value & address_bits;
    for (std::size_t id = 0; id < of_.size() && id < graph_.location_count(); ++id) {
      const location& l = graph_.place(static_cast<location_id>(id));
      if (!l.creator || l.kind != location_kind::object) continue;
      if (address - reinterpret_cast<std::uintptr_t>(memory_of[id]) < graph_.at(l.creator).value) {
        of_[id] |= thread_set{1} << o.thread;
      }
    }
  }

  const graph& graph_;
  // Which threads have read the address of an object.
  std::vector<thread_set> of_;
};

}  // namespace

bool reuse_matters(const graph& g, const std::vector<void*>& memory_of,
                   const std::vector<observation>& observations) {
  struct pair {
    location_id first;
    location_id second;
  };
  std::vector<pair> pairs;
  for (std::size_t a = 0; a < g.location_count(); ++a) {
    const location& first = g.place(static_cast<location_id>(a));
    if (!is_destroyed(first)) continue;
    for (std::size_t b = 0; b < g.location_count(); ++b) {
      if (could_follow(g, first, g.place(static_cast<location_id>(b))))
        pairs.push_back({static_cast<location_id>(a), static_cast<location_id>(b)});
    }
  }
  if (pairs.empty()) return false;
  const readers all(g, memory_of, observations);
  return std::any_of(pairs.begin(), pairs.end(),
                     [&](const pair& p) { return all.see_both(p.first, p.second); });
}

}  // namespace stillpoint::verify::explorer
