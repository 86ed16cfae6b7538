// SPDX-License-Identifier: BSL-1.0
//
// A guide names one execution: for each thread, in program order, what each read reads, how each write ranks
// in its location's modification order, and what was chosen. Its text is the replay id; nothing else is
// needed to run the execution again.
//
//   text     = thread { "/" thread }
//   thread   = events { "," decision }          how many events, without what is_counted leaves out
//   decision = "-"                              reads the initial value
//            | "t.d"                            reads the write that is decision d of thread t;
//                                               with "!", fails spuriously
//            | "@r"                             writes, with rank r in modification order (the initial value
//                                               has rank 0)
//            | "=v"                             chooses v
//            | "+n:t.m"                         the thread's n-th P::create reuses the memory that the m-th
//                                               P::destroy of thread t gave back; counted from 0
//            | "~n:t"                           the n-th thread that it starts is thread t; where the main
//                                               thread starts it, t is n + 1 unless this says otherwise
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verify/explorer/model/graph.hpp"

namespace stillpoint::verify::explorer {

class guide {
 public:
  struct decision {
    enum class kind : std::uint8_t { initial, source, rank, value };
    kind what = kind::initial;
    bool spurious = false;
    // The write read: its thread and its number among that thread's decisions.
    std::uint16_t thread = 0;
    // That number, or the rank, or the value chosen.
    std::uint64_t number = 0;
  };
  // Of memory: the thread's create-th object lies where the destroy-th one lay that `thread` destroyed.
  struct reuse {
    std::size_t create = 0;
    std::uint16_t thread = 0;
    std::size_t destroy = 0;
  };
  struct start {
    std::size_t before = 0;
    std::uint16_t thread = 0;
  };
  struct path {
    std::size_t events = 0;
    std::vector<decision> decisions;
    std::vector<reuse> reuses;
    std::vector<start> starts;

    // Null if the thread's create-th object has fresh memory.
    const reuse* reuse_by(std::size_t create) const {
      for (const reuse& r : reuses) {
        if (r.create == create) return &r;
      }
      return nullptr;
    }
    // Which thread it starts after so many others, if that is said.
    std::optional<std::size_t> started(std::size_t before) const {
      for (const start& s : starts) {
        if (s.before == before) return s.thread;
      }
      return std::nullopt;
    }
  };

  // The execution that the graph is.
  static std::string text_of(const graph& g);
  // Throws std::invalid_argument, naming the text, if it is not a guide's.
  explicit guide(std::string_view text);

  const path& of(std::size_t thread) const { return paths_[thread]; }
  // Whether the graph is the execution that the guide names.
  bool names(const graph& g) const { return text_of(g) == text_; }

 private:
  std::string text_;
  std::array<path, max_threads> paths_;
};

// Whether the event is one that a guide decides: a read, a write, a choice.
inline bool is_decided(const event& e) {
  return e.kind == event_kind::read || e.kind == event_kind::write || e.kind == event_kind::choose;
}

// Whether it is among the events that a guide counts. A wait for a mutex may be absent, and the creation of a
// place decides nothing: how many places compiled code has depends on what the search has met so far.
inline bool is_counted(const event& e) {
  return e.kind != event_kind::lock_wait && e.kind != event_kind::create;
}

}  // namespace stillpoint::verify::explorer
