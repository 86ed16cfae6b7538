// SPDX-License-Identifier: BSL-1.0
#include "verify/native/places.hpp"

#include <cstring>
#include <string>

#include "verify/wide_values.hpp"

namespace stillpoint::verify::native {

using explorer::location_id;
using explorer::location_kind;
using explorer::machine;

namespace {

constexpr std::size_t word = sizeof(std::uint64_t);

}  // namespace

void places::begin_search() {
  known_.clear();
}

void places::begin_execution(machine& m) {
  {
    const machine::engine_scope scope;
    alive_.clear();
    constructions_.clear();
  }
  for (const auto& [address, what] : known_) {
    if (!what.initial) continue;
    const location_id place = m.create(location_kind::atomic, true, *what.initial, std::source_location());
    const machine::engine_scope scope;
    alive_[address] = {place, *what.initial};
  }
}

template <class F>
void places::for_each_known(std::uintptr_t address, std::size_t size, const F& f) const {
  for (auto i = known_.lower_bound(address); i != known_.end() && i->first < address + size; ++i) {
    f(i->first, i->second);
  }
}

bool places::is_atomic(std::uintptr_t address, std::size_t size) const {
  const auto i = known_.lower_bound(address);
  return i != known_.end() && i->first < address + size;
}

location_id places::at(machine& m, std::uintptr_t address, std::size_t size, bool written,
                       std::source_location where) {
  const auto alive = alive_.find(address);
  const auto about = known_.find(address);
  const machine::engine_scope scope;
  if (alive != alive_.end() && about->second.size == size) {
    if (read(address, size) == alive->second.held) return alive->second.place;
    m.fail("the memory of an atomic was changed by code that is not instrumented", {}, where);
  }
  auto before = known_.lower_bound(address);
  if (before != known_.begin() && (before == known_.end() || before->first != address)) --before;
  const bool overlaps = before != known_.end() && before->first < address + size &&
                        address < before->first + before->second.size;
  if (overlaps && !(before->first == address && before->second.size == size)) {
    m.fail("atomic accesses of " + std::to_string(before->second.size) + " and of " + std::to_string(size) +
               " bytes to the same memory, which the explorer does not follow",
           {}, where);
  }
  known what{size, std::nullopt};
  if (!written || about != known_.end()) what.initial = read(address, size);
  known_.insert_or_assign(address, what);
  m.restart_knowing_more();
}

bool places::about_to_write(std::uintptr_t address, std::size_t size, std::source_location where) {
  if (!is_atomic(address, size)) return false;
  const machine::engine_scope scope;
  for_each_known(address, size, [&](std::uintptr_t first, const known& what) {
    if (first + what.size <= address + size) constructions_.push_back({first, what.size, where});
  });
  return true;
}

void places::settle(machine& m) {
  if (constructions_.empty()) return;
  std::vector<construction> all;
  {
    const machine::engine_scope scope;
    all = constructions_;
    constructions_.clear();
  }
  for (const construction& each : all) {
    const auto alive = alive_.find(each.address);
    if (alive != alive_.end()) m.retire(alive->second.place, each.where);
    const std::uint64_t value = read(each.address, each.size);
    const location_id place = m.create(location_kind::atomic, true, value, each.where);
    const machine::engine_scope scope;
    alive_[each.address] = {place, value};
  }
  const machine::engine_scope scope;
  all = {};
}

void places::end(machine& m, std::uintptr_t address, std::size_t size, std::source_location where) {
  if (!is_atomic(address, size)) return;
  settle(m);
  std::vector<location_id> ended;
  {
    const machine::engine_scope scope;
    for_each_known(address, size, [&](std::uintptr_t first, const known&) {
      const auto alive = alive_.find(first);
      if (alive != alive_.end()) ended.push_back(alive->second.place);
    });
  }
  for (const location_id place : ended) m.retire(place, where);
  const machine::engine_scope scope;
  ended = {};
}

void places::put(std::uintptr_t address, std::size_t size, std::uint64_t value) {
  write(address, size, value);
  alive_.find(address)->second.held = value;
}

std::uint64_t places::read(std::uintptr_t address, std::size_t size) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the program's own memory
  const void* const memory = reinterpret_cast<const void*>(address);
  if (size > word) return number_of_words(memory, size);
  std::uint64_t value = 0;
  std::memcpy(&value, memory, size);
  return value;
}

void places::write(std::uintptr_t address, std::size_t size, std::uint64_t value) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the program's own memory
  void* const memory = reinterpret_cast<void*>(address);
  const void* const from = size > word ? static_cast<const void*>(words_of_number(value)->data()) : &value;
  std::memcpy(memory, from, size);
}

}  // namespace stillpoint::verify::native
