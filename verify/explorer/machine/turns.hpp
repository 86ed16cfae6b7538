// SPDX-License-Identifier: BSL-1.0
//
// Recognizes turns of a loop that change nothing. A thread that is back where it was before, in the same
// state, having done nothing since that another thread or itself could tell, may as well not have made that
// turn: the rest of the execution stands without it. What remains of such a loop is a wait.
//
// Why that loses nothing: let a thread be in state S before and after a turn of loads, of read-modify-writes
// that left the value as it was, of fences, and of locks taken and released again. Take these events out of
// an execution graph, and have whoever read from one of those writes read what it had read. Nothing that
// remains loses its value or its place in modification order, and happens-before only shrinks: the graph is
// still consistent, its thread goes on as from S, and a race or a failed check elsewhere in it is still
// there. One within the turn was seen when it was made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "verify/explorer/machine/digest.hpp"
#include "verify/explorer/machine/engine_stack.hpp"
#include "verify/explorer/model/event.hpp"
#include "verify/explorer/model/hash.hpp"

namespace stillpoint::verify::explorer {

// What one thread has done since it last changed anything.
class turns {
 public:
  struct visit {
    std::uint64_t site = 0;
    // Zero: not looked at.
    std::uint64_t state = 0;
    location_id place = no_location;
    // How many events the thread had.
    std::size_t events = 0;
  };

  void clear() {
    visits_.clear();
    watched_ = false;
    held_ = 0;
    time_ = 0;
  }
  // The thread changed something: what was before does not come back.
  void progress() {
    visits_.clear();
    watched_ = false;
  }
  void lock(location_id mutex) { held_ += mixed(mutex, 1); }
  // The thread looked at the clock.
  void saw(std::uint64_t time) { time_ = time; }
  void unlock(location_id mutex) { held_ -= mixed(mutex, 1); }

  // Where in the text a call is made, and in which of its frames.
  static std::uint64_t site_of(const call_state& at) { return mixed(at.return_address, at.stack_pointer); }

  // All that the thread's next steps depend on, but for memory that it has not changed since its first visit.
  std::uint64_t state_of(const call_state& at, std::uintptr_t stack_end) const {
    std::uint64_t state = mixed(mixed(site_of(at), held_), time_);
    for (const std::uintptr_t value : at.registers) state = mixed(state, value);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the fiber's own stack
    const void* const live = reinterpret_cast<const void*>(at.stack_pointer);
    return mixed(state, digest_of(live, stack_end - at.stack_pointer)) | 1;
  }

  bool has_been_at(std::uint64_t site) const {
    for (const visit& v : visits_) {
      if (v.site == site) return true;
    }
    return false;
  }
  // How often it was at this place from there.
  std::size_t count(std::uint64_t site, location_id place) const {
    std::size_t times = 0;
    for (const visit& v : visits_) times += v.site == site && v.place == place ? 1 : 0;
    return times;
  }
  const visit* find(std::uint64_t state) const {
    for (std::size_t i = visits_.size(); i-- > 0;) {
      if (visits_[i].state == state) return &visits_[i];
    }
    return nullptr;
  }
  void add(const visit& v) {
    visits_.push_back(v);
    watched_ = watched_ || v.state != 0;
  }

  // Whether the client's own writes matter: then memory is compared each time the thread leaves the engine
  // and is back.
  bool watched() const { return watched_; }
  void left(std::uint64_t memory) { memory_ = memory; }
  void back(std::uint64_t memory) {
    if (memory != memory_) progress();
  }

 private:
  std::vector<visit> visits_;
  bool watched_ = false;
  std::uint64_t memory_ = 0;
  std::uint64_t held_ = 0;
  std::uint64_t time_ = 0;
};

}  // namespace stillpoint::verify::explorer
