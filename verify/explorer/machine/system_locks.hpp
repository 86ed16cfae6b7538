// SPDX-License-Identifier: BSL-1.0
//
// The system's mutexes and condition variables that client code uses, in the current execution: which place
// of the graph each is, and how often the holder of a recursive one has locked it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "verify/explorer/model/graph.hpp"

namespace stillpoint::verify::explorer {

class system_locks {
 public:
  struct entry {
    const void* object;
    location_kind kind;
    location_id place;
    std::size_t holder = 0;
    unsigned times = 0;
    // Of a condition variable: the threads that have woken by themselves, a bit each.
    std::uint32_t woken = 0;
  };

  void clear() { all_.clear(); }
  void add(const void* object, location_kind kind, location_id place) {
    all_.push_back({object, kind, place});
  }
  entry* find(const void* object, location_kind kind) {
    const auto found = std::find_if(all_.begin(), all_.end(),
                                    [&](const entry& e) { return e.object == object && e.kind == kind; });
    return found == all_.end() ? nullptr : &*found;
  }
  bool has(location_id place) const {
    return std::any_of(all_.begin(), all_.end(), [place](const entry& e) { return e.place == place; });
  }
  template <class F>
  void for_each_in(std::uintptr_t address, std::size_t size, const F& f) const {
    for (const entry& e : all_) {
      if (reinterpret_cast<std::uintptr_t>(e.object) - address < size) f(e);
    }
  }

 private:
  std::vector<entry> all_;
};

}  // namespace stillpoint::verify::explorer
