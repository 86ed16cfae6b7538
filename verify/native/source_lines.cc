// SPDX-License-Identifier: BSL-1.0
#include "verify/native/source_lines.hpp"

#include <unwind.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "verify/explorer/model/hash.hpp"
#include "verify/explorer/reports/debug_info.hpp"

namespace stillpoint::verify::native {

namespace {

// As the compilers lay out what a std::source_location points to.
struct fields {
  const char* file = "";
  const char* function = "";
  unsigned line = 0;
  unsigned column = 0;
};
static_assert(sizeof(std::source_location) == sizeof(const fields*));

struct entry {
  fields what;
  std::string file;
  // Of the program's own text.
  bool programs = false;
};

// The language's, the system's, or the engine's own.
bool is_library(const std::string& file) {
  return file.starts_with("/usr/include/") || file.starts_with("/usr/lib/") ||
         file.find("/include/c++/") != std::string::npos || file.ends_with("/bits/atomic_wait.h") ||
         file.find("verify/explorer/machine/") != std::string::npos ||
         file.ends_with("/stillpoint/explore.hpp");
}

// The innermost line that is the program's, or else the innermost.
void look_up(std::uintptr_t return_address, entry& found) {
  for (const explorer::source_line& each : explorer::debug_info::of_program().lines(return_address)) {
    if (!found.file.empty() && is_library(each.file)) continue;
    found.file = each.file;
    found.what.line = each.line;
    if (!is_library(each.file)) break;
  }
  found.what.file = found.file.c_str();
  found.programs = !found.file.empty() && !is_library(found.file);
}

const entry& any_entry_of(std::uintptr_t return_address) {
  static std::unordered_map<std::uintptr_t, std::unique_ptr<entry>> known;
  std::unique_ptr<entry>& found = known[return_address];
  if (found == nullptr) {
    found = std::make_unique<entry>();
    look_up(return_address, *found);
  }
  return *found;
}

// Nearly all are asked for again soon.
const entry& entry_of(std::uintptr_t return_address) {
  struct slot {
    std::uintptr_t address = 0;
    const entry* found = nullptr;
  };
  static std::array<slot, 4096> recent;
  slot& here = recent[explorer::mixed(return_address, 0) % recent.size()];
  if (here.address != return_address) here = {return_address, &any_entry_of(return_address)};
  return *here.found;
}

// From a call of a library's outwards to the program's own text. Walking there takes as long as a hundred
// operations, and the next call from there finds the same: it is the same way if the same return addresses
// lie in the same places of the stack.
struct way {
  struct link {
    const std::uintptr_t* at = nullptr;
    std::uintptr_t held = 0;
  };
  static constexpr std::size_t most_links = 12;

  std::uintptr_t first = 0;
  // Of the function that was called; unset if nobody asks from there again.
  const void* frame = nullptr;
  const entry* found = nullptr;
  std::size_t count = 0;
  std::array<link, most_links> links;

  bool is_from(std::uintptr_t return_address, const void* callee) const {
    return first == return_address && frame == callee && frame != nullptr &&
           std::all_of(links.begin(), links.begin() + static_cast<std::ptrdiff_t>(count),
                       [](const link& each) { return *each.at == each.held; });
  }
  // Where the frame of that return address was called from.
  void add(std::uintptr_t address, std::uintptr_t stack_pointer) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the stack that is walked
    const auto* const at = reinterpret_cast<const std::uintptr_t*>(stack_pointer) - 1;
    if (count == most_links || *at != address) {
      frame = nullptr;
    } else {
      links[count++] = {at, address};
    }
  }
};

struct walk {
  way& outwards;
  // Frames before the first are the engine's.
  bool begun = false;
};

_Unwind_Reason_Code look_at_frame(_Unwind_Context* context, void* self) {
  walk& now = *static_cast<walk*>(self);
  const std::uintptr_t address = _Unwind_GetIP(context);
  now.begun = now.begun || address == now.outwards.first;
  if (!now.begun) return _URC_NO_REASON;
  if (address == 0) return _URC_END_OF_STACK;
  now.outwards.add(address, _Unwind_GetCFA(context));
  const entry& here = entry_of(address);
  if (!here.programs) return _URC_NO_REASON;
  now.outwards.found = &here;
  return _URC_END_OF_STACK;
}

std::array<way, 1024>& recent_ways() {
  static std::array<way, 1024> recent;
  return recent;
}

const entry* programs_caller(std::uintptr_t return_address, const void* frame) {
  std::array<way, 1024>& recent = recent_ways();
  const std::uint64_t place = explorer::mixed(return_address, reinterpret_cast<std::uintptr_t>(frame));
  way& here = recent[place % recent.size()];
  if (here.is_from(return_address, frame)) return here.found;
  here = {.first = return_address, .frame = frame, .found = nullptr, .count = 0, .links = {}};
  walk outwards{here};
  _Unwind_Backtrace(&look_at_frame, &outwards);
  return here.found;
}

}  // namespace

// Where the library's own function is not part of the program's, its callers say more.
std::source_location source_of(const void* return_address, const void* frame) {
  const auto address = reinterpret_cast<std::uintptr_t>(return_address);
  const entry* shown = &entry_of(address);
  if (!shown->programs) {
    if (const entry* const callers = programs_caller(address, frame)) shown = callers;
  }
  return std::bit_cast<std::source_location>(&shown->what);
}

void forget_frames() {
  recent_ways().fill({});
}

}  // namespace stillpoint::verify::native
