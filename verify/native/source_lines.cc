// SPDX-License-Identifier: BSL-1.0
#include "verify/native/source_lines.hpp"

#include <unwind.h>

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

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
  static std::array<slot, 1024> recent;
  slot& here = recent[return_address % recent.size()];
  if (here.address != return_address) here = {return_address, &any_entry_of(return_address)};
  return *here.found;
}

struct walk {
  // Frames before this return address are the engine's.
  std::uintptr_t first;
  const entry* found = nullptr;
};

_Unwind_Reason_Code look_at_frame(_Unwind_Context* context, void* self) {
  walk& now = *static_cast<walk*>(self);
  const std::uintptr_t address = _Unwind_GetIP(context);
  if (now.first != 0 && address != now.first) return _URC_NO_REASON;
  now.first = 0;
  if (address == 0) return _URC_END_OF_STACK;
  const entry& here = entry_of(address);
  if (!here.programs) return _URC_NO_REASON;
  now.found = &here;
  return _URC_END_OF_STACK;
}

}  // namespace

// Where the library's own function is not part of the program's, its callers say more.
std::source_location source_of(const void* return_address) {
  const auto address = reinterpret_cast<std::uintptr_t>(return_address);
  const entry* shown = &entry_of(address);
  if (!shown->programs) {
    walk outwards{address};
    _Unwind_Backtrace(&look_at_frame, &outwards);
    if (outwards.found != nullptr) shown = outwards.found;
  }
  return std::bit_cast<std::source_location>(&shown->what);
}

}  // namespace stillpoint::verify::native
