// SPDX-License-Identifier: BSL-1.0
#include "verify/native/places.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "verify/wide_values.hpp"

namespace stillpoint::verify::native {

using explorer::location_id;
using explorer::location_kind;
using explorer::machine;

namespace {

constexpr std::size_t word_size = sizeof(std::uint64_t);
constexpr std::size_t largest = 16;
// More than any program has that ends within the bound on a thread's events.
constexpr std::size_t most_in_a_row = 10'000;

// As far as the memory tells; a report takes it for a number.
template <class F>
void with_type_of_size(std::size_t size, const F& f) {
  switch (size) {
    case sizeof(std::uint8_t):
      return f(explorer::described<std::uint8_t>);
    case sizeof(std::uint16_t):
      return f(explorer::described<std::uint16_t>);
    case sizeof(std::uint32_t):
      return f(explorer::described<std::uint32_t>);
    case sizeof(std::uint64_t):
      return f(explorer::described<std::uint64_t>);
    default:
      return f(explorer::described<std::array<std::uint64_t, 2>>);
  }
}

template <class T>
std::uint64_t read_as(const void* memory) {
  T value{};
  std::memcpy(&value, memory, sizeof value);
  return value;
}

}  // namespace

void places::begin_search() {
  known_.clear();
  near_.reset();
  learned_in_a_row_ = 0;
}

void places::begin_execution(machine& m) {
  if (!std::exchange(learned_, false)) learned_in_a_row_ = 0;
  {
    const machine::engine_scope scope;
    alive_.clear();
    constructions_.clear();
  }
  for (const auto& [what, about] : known_) {
    if (about.initial) begin(m, what, *about.initial, std::source_location());
  }
}

void places::begin(machine& m, span what, std::uint64_t value, std::source_location where) {
  with_type_of_size(what.second, [&](const auto& type) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the program's own memory
    m.note(reinterpret_cast<const void*>(what.first), what.second, type);
  });
  const location_id place = m.create(location_kind::atomic, true, value, where);
  const machine::engine_scope scope;
  alive_[what] = {place, value, false};
}

template <class F>
void places::for_each_known(std::uintptr_t address, std::size_t size, const F& f) const {
  for (auto i = known_.lower_bound({address - largest + 1, 0}); i != known_.end(); ++i) {
    if (i->first.first >= address + size) break;
    if (i->first.first + i->first.second > address) f(i->first);
  }
}

bool places::is_known(std::uintptr_t address, std::size_t size) const {
  bool found = false;
  for_each_known(address, size, [&](span) { found = true; });
  return found;
}

location_id places::at(machine& m, std::uintptr_t address, std::size_t size, bool written,
                       std::source_location where) {
  const span what{address, size};
  const auto alive = alive_.find(what);
  const machine::engine_scope scope;
  require_one_size(m, what, where);
  if (alive == alive_.end()) learn(m, what, written, where);
  // Nobody has constructed it: it holds what earlier frames of the stack left there, which differs from one
  // execution to the next.
  const bool is_indeterminate = !alive->second.used && !written && m.is_on_own_stack(address);
  alive->second.used = true;
  if (is_indeterminate) places::write(address, size, alive->second.held);
  if (read(address, size) == alive->second.held) return alive->second.place;
  m.fail("the memory of an atomic was changed by code that is not instrumented", {}, where);
}

void places::require_one_size(machine& m, span what, std::source_location where) const {
  for_each_known(what.first, what.second, [&](span other) {
    const auto alive = other == what ? alive_.end() : alive_.find(other);
    if (alive == alive_.end() || !alive->second.used) return;
    m.fail("atomic accesses of " + std::to_string(other.second) + " and of " + std::to_string(what.second) +
               " bytes to the same memory, which the explorer does not follow",
           {}, where);
  });
}

void places::learn(machine& m, span what, bool written, std::source_location where) {
  if (++learned_in_a_row_ > most_in_a_row) {
    m.exceed(
        "each execution finds atomics where none were before, as in memory that a library takes from the "
        "system",
        where, "the explorer follows what malloc and new give to code that is compiled for it");
  }
  const auto [about, is_new] = known_.try_emplace(what);
  if (!is_new && about->second.initial) {
    m.fail("the memory of an atomic is used after its end", {}, where);
  }
  for (std::uintptr_t g = what.first / granule; g <= (what.first + what.second - 1) / granule; ++g) {
    near_.set(g % near_.size());
  }
  if (!is_new || !written) about->second.initial = read(what.first, what.second);
  learned_ = true;
  m.restart_knowing_more();
}

void places::about_to_write(std::uintptr_t address, std::size_t size, std::source_location where) {
  for_each_known(address, size, [&](span what) {
    const machine::engine_scope scope;
    const bool again = std::any_of(constructions_.begin(), constructions_.end(),
                                   [what](const construction& c) { return c.what == what; });
    if (!again) constructions_.push_back({what, where});
  });
}

// A number for a wide value is kept beyond the execution.
std::uint64_t places::value_in(span what) {
  const machine::engine_scope scope;
  return read(what.first, what.second);
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
    const auto alive = alive_.find(each.what);
    const std::uint64_t value = value_in(each.what);
    if (alive != alive_.end()) {
      // What a loop writes over and over is constructed once.
      if (!alive->second.used && alive->second.held == value) continue;
      m.retire(alive->second.place, each.where);
    }
    begin(m, each.what, value, each.where);
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
    for_each_known(address, size, [&](span what) {
      const auto alive = alive_.find(what);
      if (alive != alive_.end()) ended.push_back(alive->second.place);
    });
  }
  for (const location_id place : ended) m.retire(place, where);
  const machine::engine_scope scope;
  ended = {};
}

void places::put(std::uintptr_t address, std::size_t size, std::uint64_t value) {
  write(address, size, value);
  alive_.find({address, size})->second.held = value;
}

std::uint64_t places::read(std::uintptr_t address, std::size_t size) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the program's own memory
  const void* const memory = reinterpret_cast<const void*>(address);
  if (size > word_size) return number_of_words(memory, size);
  // A size that is known is no call, which would be taken for the program's.
  switch (size) {
    case sizeof(std::uint8_t):
      return read_as<std::uint8_t>(memory);
    case sizeof(std::uint16_t):
      return read_as<std::uint16_t>(memory);
    case sizeof(std::uint32_t):
      return read_as<std::uint32_t>(memory);
    default:
      return read_as<std::uint64_t>(memory);
  }
}

void places::write(std::uintptr_t address, std::size_t size, std::uint64_t value) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the program's own memory
  void* const memory = reinterpret_cast<void*>(address);
  const void* const from =
      size > word_size ? static_cast<const void*>(words_of_number(value)->data()) : &value;
  std::memcpy(memory, from, size);
}

}  // namespace stillpoint::verify::native
