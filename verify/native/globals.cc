// SPDX-License-Identifier: BSL-1.0
#include "verify/native/globals.hpp"

#include <link.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "verify/explorer/machine/static_memory.hpp"

namespace stillpoint::verify::native {

namespace {

struct range {
  std::uintptr_t first;
  std::uintptr_t behind;
};

// The writable segments of the program itself, without what becomes read-only once it is linked.
int add_program(dl_phdr_info* info, std::size_t, void* self) {
  auto& all = *static_cast<std::vector<range>*>(self);
  range read_only{0, 0};
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& part = info->dlpi_phdr[i];
    const std::uintptr_t first = info->dlpi_addr + part.p_vaddr;
    if (part.p_type == PT_GNU_RELRO) read_only = {first, first + part.p_memsz};
    if (part.p_type == PT_LOAD && (part.p_flags & PF_W) != 0) all.push_back({first, first + part.p_memsz});
  }
  for (range& each : all) {
    if (read_only.first <= each.first && each.first < read_only.behind) {
      constexpr std::uintptr_t page = 4096;
      each.first = std::min(each.behind, (read_only.behind + page - 1) & ~(page - 1));
    }
  }
  // The program comes first.
  return 1;
}

// All of it.
int add_span(dl_phdr_info* info, std::size_t, void* self) {
  auto& all = *static_cast<range*>(self);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& part = info->dlpi_phdr[i];
    const std::uintptr_t first = info->dlpi_addr + part.p_vaddr;
    if (part.p_type != PT_LOAD) continue;
    if (all.behind == 0) all.first = first;
    all.behind = first + part.p_memsz;
  }
  return 1;
}

}  // namespace

bool globals::are_of_program(const void* variable) {
  static constinit range program{0, 0};
  if (program.behind == 0) dl_iterate_phdr(&add_span, &program);
  const auto at = reinterpret_cast<std::uintptr_t>(variable);
  return at >= program.first && at < program.behind;
}

void globals::save() {
  std::vector<range> all;
  dl_iterate_phdr(&add_program, &all);
  segments_.clear();
  for (const range& each : all) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): a segment of the program
    auto* const first = reinterpret_cast<std::byte*>(each.first);
    segments_.push_back({first, {first, first + (each.behind - each.first)}});
  }
  std::byte* const allocated = explorer::static_memory::first();
  segments_.push_back({allocated, {allocated, allocated + explorer::static_memory::used()}});
}

void globals::restore() const {
  for (const segment& each : segments_) std::memcpy(each.first, each.content.data(), each.content.size());
}

bool globals::would_reset(const void* variable) const {
  return std::any_of(segments_.begin(), segments_.end(), [variable](const segment& each) {
    const auto* const at = static_cast<const std::byte*>(variable);
    return at >= each.first && at < each.first + each.content.size();
  });
}

}  // namespace stillpoint::verify::native
