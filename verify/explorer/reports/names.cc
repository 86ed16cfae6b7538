// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/reports/names.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "verify/explorer/machine/arena.hpp"
#include "verify/wide_values.hpp"

namespace stillpoint::verify::explorer {

namespace {

constexpr std::uint64_t readable = std::uint64_t{1} << 32;

// Of which nothing is known.
std::string number(std::uint64_t value);

template <class Word>
std::string list_of(const words& all, const Word& text_of_word) {
  std::string text;
  for (const std::uint64_t word : all) text += (text.empty() ? "{" : ", ") + text_of_word(word);
  return text + "}";
}

std::string number(std::uint64_t value) {
  if (const words* const wide = words_of_number(value)) return list_of(*wide, number);
  if (value < readable) return std::to_string(value);
  if (-value < readable) return "-" + std::to_string(-value);
  const std::uint64_t in_arena = value - arena::usual_base;
  if (in_arena >= arena::whole_size) return hexadecimal(value);
  return "@T" + std::to_string(in_arena / arena::region) + "+" + hexadecimal(in_arena % arena::region);
}

std::string signed_number(std::uint64_t raw, std::size_t size) {
  const unsigned unused = size < sizeof raw ? static_cast<unsigned>(8 * (sizeof raw - size)) : 0;
  return std::to_string(static_cast<std::int64_t>(raw << unused) >> unused);
}

template <class Real>
std::string real(std::uint64_t raw) {
  Real value{};
  std::memcpy(&value, &raw, sizeof value);
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.9g", static_cast<double>(value));
  return {text.data(), static_cast<std::size_t>(size)};
}

bool covers(const noted_block& block, std::uintptr_t address) {
  return address >= block.address && address - block.address < std::max<std::size_t>(block.size, 1);
}

}  // namespace

std::string hexadecimal(std::uint64_t value) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), digits[value & 15]);
    value >>= 4;
  } while (value != 0);
  return "0x" + text;
}

std::string short_name(const value_type& type) {
  // "... [with T = a::b<c>]" of g++, "... [T = a::b<c>]" of clang.
  std::string_view text = type.spelling();
  const std::string_view mark = "T = ";
  const std::size_t begin = text.rfind(mark, text.rfind('[') == text.npos ? 0 : text.npos);
  if (begin == text.npos) return "object";
  text = text.substr(begin + mark.size());
  text = text.substr(0, text.find_first_of("<;]"));
  const std::size_t scope = text.rfind("::");
  if (scope != text.npos) text = text.substr(scope + 2);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

const operation_note* names::note_of(event_ref ref) const {
  return notes_ == nullptr || !ref ? nullptr : notes_->find(ref.thread, graph_.at(ref).ordinal);
}

const operation_note* names::creation_of(location_id id) const {
  const operation_note* note = note_of(graph_.place(id).creator);
  return note != nullptr && note->type != nullptr ? note : nullptr;
}

// What was not run is later than all that was.
std::size_t names::time_of(event_ref ref) const {
  const operation_note* note = note_of(ref);
  return note == nullptr ? static_cast<std::size_t>(-1) : note->time;
}

std::size_t names::end_of(location_id id) const {
  return time_of(graph_.place(id).retired);
}

// Memory may have been another block's before.
const noted_block* names::block_at(std::uintptr_t address, std::size_t time) const {
  const noted_block* latest = nullptr;
  for (const noted_block& block : notes_->blocks()) {
    if (block.time > time) break;
    if (block.is != noted_block::kind::named && covers(block, address)) latest = &block;
  }
  return latest;
}

// Of what lives from then until then; the smallest that contains it.
const noted_block* names::given_name(std::uintptr_t address, std::size_t from, std::size_t until) const {
  const noted_block* best = nullptr;
  for (const noted_block& block : notes_->blocks()) {
    if (block.is != noted_block::kind::named || block.time < from || block.time > until) continue;
    if (covers(block, address) && (best == nullptr || block.size <= best->size)) best = &block;
  }
  return best;
}

// What was allocated in the operation that made the location.
const noted_block* names::object(location_id id) const {
  const event_ref creator = graph_.place(id).creator;
  const operation_note* note = note_of(creator);
  if (note == nullptr) return nullptr;
  for (const noted_block& block : notes_->blocks()) {
    if (block.time > note->time && block.thread == creator.thread) return &block;
  }
  return nullptr;
}

std::string names::within(const noted_block& block, std::uintptr_t address) const {
  std::string text = block.name;
  if (block.is == noted_block::kind::client) return {};
  if (block.is != noted_block::kind::named) {
    text = (block.type == nullptr ? "block" : short_name(*block.type)) + "@T" + std::to_string(block.thread) +
           "#" + std::to_string(block.number);
  }
  std::uintptr_t offset = address - block.address;
  if (block.is == noted_block::kind::array && block.type->size != 0) {
    text += "[" + std::to_string(offset / block.type->size) + "]";
    offset %= block.type->size;
  }
  return offset == 0 ? text : text + "+" + hexadecimal(offset);
}

std::string names::place(location_id id) const {
  const location_kind kind = graph_.place(id).kind;
  std::string name;
  if (kind == location_kind::object) {
    if (const noted_block* block = object(id)) name = within(*block, block->address);
  } else if (const operation_note* note = creation_of(id)) {
    const noted_block* block = given_name(note->address, note->time, end_of(id));
    if (block == nullptr) block = block_at(note->address, note->time);
    if (block != nullptr) name = within(*block, note->address);
  }
  if (!name.empty()) return name;
  constexpr const char* kinds[] = {"atomic", "plain", "mutex", "object", "sleepers"};
  return kinds[static_cast<std::size_t>(kind)] + ("#" + std::to_string(id));
}

// Where it leads to at that time.
std::string names::pointer(std::uint64_t raw, std::size_t time) const {
  if (const noted_block* block = block_at(raw, time)) {
    if (const std::string text = within(*block, raw); !text.empty()) return "&" + text;
  }
  for (std::size_t id = 0; id < graph_.location_count(); ++id) {
    const auto one = static_cast<location_id>(id);
    if (!graph_.place(one).creator || graph_.place(one).kind == location_kind::object) continue;
    const operation_note* note = creation_of(one);
    if (note != nullptr && note->address == raw && note->time <= time && time <= end_of(one)) {
      return "&" + place(one);
    }
  }
  return {};
}

std::string names::text_of(const value_type& type, std::uint64_t raw, std::size_t time) const {
  using form = value_type::form;
  if (raw >= readable && (type.is == form::pointer || type.is == form::unsigned_number)) {
    if (std::string text = pointer(raw, time); !text.empty()) return text;
  }
  switch (type.is) {
    case form::boolean:
      return raw == 0 ? "false" : "true";
    case form::signed_number:
      return signed_number(raw, type.size);
    case form::unsigned_number:
      return raw < readable ? std::to_string(raw) : hexadecimal(raw);
    case form::real:
      return type.size == sizeof(float) ? real<float>(raw) : real<double>(raw);
    case form::pointer:
      return raw == 0 ? "nullptr" : number(raw);
    case form::bytes:
      break;
  }
  const words* const wide = words_of_number(raw);
  return wide == nullptr ? number(raw) : list_of(*wide, [&](std::uint64_t word) {
    const std::string to = word < readable ? "" : pointer(word, time);
    return to.empty() ? number(word) : to;
  });
}

std::string names::value(location_id id, std::uint64_t raw, event_ref at) const {
  const operation_note* note = creation_of(id);
  return note == nullptr ? number(raw) : text_of(*note->type, raw, time_of(at));
}

std::string names::plain_value(event_ref at) const {
  const operation_note* note = note_of(at);
  if (note == nullptr || note->type == nullptr || note->value.empty()) return {};
  std::uint64_t raw = 0;
  if (note->value.size() > sizeof raw) {
    raw = number_of_words(note->value.data(), note->value.size());
  } else {
    std::memcpy(&raw, note->value.data(), note->value.size());
  }
  return text_of(*note->type, raw, note->time);
}

}  // namespace stillpoint::verify::explorer
