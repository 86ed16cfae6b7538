// SPDX-License-Identifier: BSL-1.0
#include "verify/native/shadow.hpp"

#include <algorithm>

namespace stillpoint::verify::native {

namespace {

bool is_before(const shadow::record& earlier, const explorer::moment& now) {
  return earlier.thread == now.thread || now.past.counts[earlier.thread] > earlier.events;
}

}  // namespace

void shadow::cell::push_back(const record& r) {
  if (count < few_records) {
    few[count++] = r;
    return;
  }
  if (many == nullptr) many = std::make_unique<std::vector<record>>();
  if (count == few_records) many->assign(few.begin(), few.end());
  many->push_back(r);
  ++count;
}

void shadow::cell::keep_first(std::size_t kept) {
  if (count > few_records) {
    many->resize(kept);
    if (kept <= few_records) std::copy_n(many->begin(), kept, few.begin());
  }
  count = static_cast<std::uint32_t>(kept);
}

void shadow::begin_execution() {
  // Numbers come again: so nothing may be left from when they were used before.
  if (++execution_ == 0) {
    pages_.clear();
    recent_.fill({});
    ++execution_;
  }
}

shadow::page& shadow::find_page(std::uintptr_t number) {
  const explorer::machine::engine_scope scope;
  std::unique_ptr<page>& cells = pages_[number];
  if (cells == nullptr) cells = std::make_unique<page>();
  recent_[number % recent_.size()] = {number, cells.get()};
  return *cells;
}

const shadow::record* shadow::add(const explorer::moment& now, std::uintptr_t address, std::size_t size,
                                  access what, std::source_location where, const explorer::machine* done) {
  const record* conflict = nullptr;
  const std::uintptr_t behind = address + size;
  for (std::uintptr_t granule = address & ~(granule_size - 1); granule < behind; granule += granule_size) {
    const std::uintptr_t first = std::max(address, granule) - granule;
    const std::uintptr_t last = std::min(behind, granule + granule_size) - granule;
    const auto bytes = static_cast<std::uint8_t>((1u << last) - (1u << first));
    const record* const found =
        add_to(cell_at(granule), {now.thread, now.events, bytes, what, where}, now, done);
    if (found != nullptr && conflict == nullptr) {
      found_ = *found;
      conflict = &found_;
    }
  }
  return conflict;
}

const shadow::record* shadow::add_to(cell& c, const record& made, const explorer::moment& now,
                                     const explorer::machine* done) {
  if (c.execution != execution_) {
    c.execution = execution_;
    c.count = 0;
  }
  for (const record& r : c) {
    if (!conflicts(r, made) || (is_before(r, now) && r.what != access::release)) continue;
    if (done == nullptr || !done->comes_before({now.thread, now.events}, r.thread, r.events)) return &r;
  }
  record* const kept = std::remove_if(c.begin(), c.end(), [&](const record& r) {
    return is_before(r, now) && covers(made.what, made.bytes, r);
  });
  c.keep_first(static_cast<std::size_t>(kept - c.begin()));
  c.push_back(made);
  return nullptr;
}

bool shadow::is_written(std::uintptr_t address, std::size_t size) {
  const std::uintptr_t behind = address + size;
  for (std::uintptr_t granule = address & ~(granule_size - 1); granule < behind; granule += granule_size) {
    cell& c = cell_at(granule);
    if (c.execution != execution_) continue;
    if (std::any_of(c.begin(), c.end(), [](const record& r) { return r.what == access::write; })) return true;
  }
  return false;
}

}  // namespace stillpoint::verify::native
