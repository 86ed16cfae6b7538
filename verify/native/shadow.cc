// SPDX-License-Identifier: BSL-1.0
#include "verify/native/shadow.hpp"

#include <algorithm>

#include "verify/explorer/model/hash.hpp"

namespace stillpoint::verify::native {

namespace {

constexpr std::uintptr_t granule_size = 8;

bool writes(access what) {
  return what == access::write || what == access::atomic_write || what == access::release;
}
bool is_atomic(access what) {
  return what == access::atomic_read || what == access::atomic_write;
}

bool is_before(const shadow::record& earlier, const explorer::moment& now) {
  return earlier.thread == now.thread || now.past.counts[earlier.thread] > earlier.events;
}

bool conflicts(const shadow::record& a, const shadow::record& b) {
  return (a.bytes & b.bytes) != 0 && (writes(a.what) || writes(b.what)) &&
         !(is_atomic(a.what) && is_atomic(b.what));
}

// Whether whoever conflicts with the earlier one, later, conflicts with the later one.
bool covers(const shadow::record& later, const shadow::record& earlier) {
  return (earlier.bytes & ~later.bytes) == 0 && (writes(later.what) || !writes(earlier.what)) &&
         (!is_atomic(later.what) || is_atomic(earlier.what));
}

}  // namespace

void shadow::begin_execution() {
  ++execution_;
  used_ = 0;
}

std::size_t shadow::first_slot(std::uintptr_t granule) const {
  return explorer::mixed(granule, 0) & (cells_.size() - 1);
}

const shadow::cell* shadow::find(std::uintptr_t granule) const {
  for (std::size_t i = first_slot(granule);; i = (i + 1) & (cells_.size() - 1)) {
    const cell& c = cells_[i];
    if (c.execution != execution_) return nullptr;
    if (c.granule == granule) return &c;
  }
}

shadow::cell& shadow::cell_at(std::uintptr_t granule) {
  if (2 * used_ >= cells_.size()) grow();
  for (std::size_t i = first_slot(granule);; i = (i + 1) & (cells_.size() - 1)) {
    cell& c = cells_[i];
    if (c.execution == execution_ && c.granule == granule) return c;
    if (c.execution == execution_) continue;
    c.execution = execution_;
    c.granule = granule;
    c.records.clear();
    ++used_;
    return c;
  }
}

void shadow::grow() {
  std::vector<cell> old(2 * cells_.size());
  old.swap(cells_);
  used_ = 0;
  for (cell& c : old) {
    if (c.execution == execution_) cell_at(c.granule).records = std::move(c.records);
  }
}

const shadow::record* shadow::add(const explorer::moment& now, std::uintptr_t address, std::size_t size,
                                  access what, std::source_location where) {
  const record* conflict = nullptr;
  const std::uintptr_t behind = address + size;
  for (std::uintptr_t granule = address & ~(granule_size - 1); granule < behind; granule += granule_size) {
    const std::uintptr_t first = std::max(address, granule) - granule;
    const std::uintptr_t last = std::min(behind, granule + granule_size) - granule;
    const auto bytes = static_cast<std::uint8_t>((1u << last) - (1u << first));
    const record* const found = add_to(cell_at(granule), {now.thread, now.events, bytes, what, where}, now);
    if (found != nullptr && conflict == nullptr) {
      found_ = *found;
      conflict = &found_;
    }
  }
  return conflict;
}

bool shadow::repeats(std::size_t thread, std::uint16_t events, std::uintptr_t address, std::size_t size,
                     access what) const {
  const std::uintptr_t first = address % granule_size;
  if (first + size > granule_size) return false;
  const cell* const c = find(address - first);
  if (c == nullptr || c->records.size() != 1) return false;
  const record& r = c->records.front();
  const unsigned bytes = ((1u << size) - 1) << first;
  return r.thread == thread && r.events == events && (bytes & ~unsigned{r.bytes}) == 0 &&
         (r.what == what || (r.what == access::write && what == access::read));
}

const shadow::record* shadow::add_to(cell& c, const record& made, const explorer::moment& now) {
  for (const record& r : c.records) {
    if (conflicts(r, made) && (!is_before(r, now) || r.what == access::release)) return &r;
  }
  std::erase_if(c.records, [&](const record& r) { return is_before(r, now) && covers(made, r); });
  c.records.push_back(made);
  return nullptr;
}

bool shadow::is_written(std::uintptr_t address, std::size_t size) const {
  const std::uintptr_t behind = address + size;
  for (std::uintptr_t granule = address & ~(granule_size - 1); granule < behind; granule += granule_size) {
    const cell* const c = find(granule);
    if (c == nullptr) continue;
    for (const record& r : c->records) {
      if (r.what == access::write) return true;
    }
  }
  return false;
}

}  // namespace stillpoint::verify::native
