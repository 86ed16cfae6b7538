// SPDX-License-Identifier: BSL-1.0
//
// The trace of one execution: what each thread did, in the order of steps, as text for people. Filled by
// relacy_policy while a failing execution is replayed; costs nothing in all other executions, which have no
// tracer.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "verify/planting.hpp"

namespace stillpoint::verify::relacy {

inline constexpr unsigned max_threads = 16;

// When an operation was carried out.
enum class section : std::uint8_t { before, threads, after };

// Which thread has seen what of which other, as Relacy counts it.
using vector_clock = std::array<std::uint64_t, max_threads>;

struct trace_event {
  // Counts all threads' operations from 1; 0 for an operation that was begun and did not end.
  std::uint64_t number = 0;
  section when = section::threads;
  unsigned thread = 0;
  operation op = operation::load;
  std::string_view file;
  std::uint32_t line = 0;
  // The object's name, as in "atomic 3"; empty for a fence or a choice.
  std::string object;
  std::string text;
  // What the thread had seen when it began.
  vector_clock seen{};
  // For plain accesses: the thread's own time at its end.
  std::uint64_t time = 0;

  std::string place() const;
  unsigned shown_thread() const;
};

class tracer {
 public:
  // A new object of the given kind ("atomic", "plain", ...; a literal) at `address`; gets the next free
  // number.
  void name_object(const void* address, std::string_view kind);
  // An object and its first member share an address, not a kind.
  std::string object_name(const void* address, std::string_view kind) const;
  // Text for an address held as a value: a number by order of appearance, as addresses differ from run to
  // run.
  std::string pointer_name(const void* address);

  // The thread begins an operation; `text` says what is known of it beforehand.
  void begin(const trace_event& event);
  // It ended; `outcome` is put behind the text. `time` is the thread's own time.
  void end(unsigned thread, std::string_view outcome, std::uint64_t time = 0);

  const std::vector<trace_event>& events() const { return events_; }
  // What the thread had begun when the execution stopped, or null.
  const trace_event* unfinished(unsigned thread) const;
  // The latest access that `racing`, a plain access that Relacy found to race, is not ordered after; or null.
  const trace_event* conflict_of(const trace_event& racing) const;
  // Objects that were created and not destroyed.
  std::vector<const trace_event*> leaked() const;

  // Thread by thread; the operation at which `failing` stopped is marked.
  std::string text(unsigned failing) const;

 private:
  std::vector<trace_event> events_;
  std::array<trace_event, max_threads> pending_{};
  std::array<bool, max_threads> is_pending_{};
  std::map<std::pair<const void*, std::string_view>, unsigned> objects_;
  std::map<std::string_view, unsigned> last_of_kind_;
  std::map<const void*, unsigned> pointers_;
};

template <class T>
std::string value_text(tracer& trace, const T& value) {
  if constexpr (std::same_as<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_enum_v<T>) {
    return std::to_string(static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (std::is_arithmetic_v<T>) {
    return std::to_string(value);
  } else if constexpr (std::is_pointer_v<T>) {
    return value == nullptr ? "null" : trace.pointer_name(value);
  } else {
    return "(a structure)";
  }
}

}  // namespace stillpoint::verify::relacy
