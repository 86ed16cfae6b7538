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

template <class T>
void write_as(void* memory, std::uint64_t number) {
  const auto value = static_cast<T>(number);
  std::memcpy(memory, &value, sizeof value);
}

}  // namespace

void places::begin_search() {
  known_.clear();
  alive_.clear();
  recent_.fill({});
  some_overlap_ = false;
  near_.reset();
  learned_in_a_row_ = 0;
}

void places::begin_execution(machine& m) {
  if (!std::exchange(learned_, false)) learned_in_a_row_ = 0;
  {
    const machine::engine_scope scope;
    ++execution_;
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
  alive_[what] = {place, value, false, execution_};
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

location_id places::at(machine& m, std::uintptr_t address, std::size_t size, shadow& plain,
                       std::source_location where) {
  const span what{address, size};
  const machine::engine_scope scope;
  living* const alive = find(what);
  if (some_overlap_ || alive == nullptr) require_one_size(m, what, where);
  if (alive == nullptr) learn(m, what, plain.is_written(address, size), where);
  if (!alive->used) {
    alive->used = true;
    // Nobody has constructed it: it holds what earlier frames of the stack left there, which differs from one
    // execution to the next.
    const bool is_indeterminate = m.is_on_own_stack(address) && !plain.is_written(address, size);
    if (is_indeterminate) places::write(address, size, alive->held);
  }
  if (read(address, size) == alive->held) return alive->place;
  m.fail("the memory of an atomic was changed by code that is not instrumented", {}, where);
}

void places::require_one_size(machine& m, span what, std::source_location where) {
  for_each_known(what.first, what.second, [&](span other) {
    const living* const alive = other == what ? nullptr : find(other);
    if (alive == nullptr || !alive->used) return;
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
  some_overlap_ = some_overlap_ || is_known(what.first, what.second);
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
    const living* const alive = find(each.what);
    const std::uint64_t value = value_in(each.what);
    if (alive != nullptr) {
      // What a loop writes over and over is constructed once.
      if (!alive->used && alive->held == value) continue;
      m.retire(alive->place, each.where);
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
      if (const living* const alive = find(what)) ended.push_back(alive->place);
    });
  }
  for (const location_id place : ended) m.retire(place, where);
  const machine::engine_scope scope;
  ended = {};
}

void places::put(std::uintptr_t address, std::size_t size, std::uint64_t value) {
  write(address, size, value);
  find({address, size})->held = value;
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
  switch (size) {
    case sizeof(std::uint8_t):
      return write_as<std::uint8_t>(memory, value);
    case sizeof(std::uint16_t):
      return write_as<std::uint16_t>(memory, value);
    case sizeof(std::uint32_t):
      return write_as<std::uint32_t>(memory, value);
    case sizeof(std::uint64_t):
      return write_as<std::uint64_t>(memory, value);
    default:
      std::memcpy(memory, words_of_number(value)->data(), size);
  }
}

}  // namespace stillpoint::verify::native
