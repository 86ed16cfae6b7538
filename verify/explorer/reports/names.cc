// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/reports/names.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

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

std::string allocation_name(const noted_block& block) {
  return "@T" + std::to_string(block.thread) + "#" + std::to_string(block.number);
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
  constexpr std::string_view mark = "T = ";
  const std::size_t begin = text.find(mark);
  if (begin == std::string_view::npos) return "object";
  // Of each scope, the last one's name, without arguments.
  std::string name;
  int depth = 0;
  for (const char c : text.substr(begin + mark.size())) {
    if (depth == 0 && (c == ';' || c == ']')) break;
    if (c == '>') --depth;
    if (depth == 0 && c == ':') name.clear();
    if (depth == 0 && c != ':' && c != '>' && c != '<') name += c;
    if (c == '<') ++depth;
  }
  while (!name.empty() && name.back() == ' ') name.pop_back();
  return name;
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

std::string names::allocated_name(const noted_block& block) const {
  for (std::size_t id = 0; block.is == noted_block::kind::allocated && id < graph_.location_count(); ++id) {
    const auto one = static_cast<location_id>(id);
    if (!graph_.place(one).creator || graph_.place(one).kind == location_kind::object) continue;
    const operation_note* const made = creation_of(one);
    if (made == nullptr || block_at(made->address, made->time) != &block) continue;
    if (const auto& member = pointed(one, block)) return member->type + allocation_name(block);
  }
  return (block.type == nullptr ? "block" : short_name(*block.type)) + allocation_name(block);
}

std::string names::within(const noted_block& block, std::uintptr_t address, debug_info::choice which) const {
  std::string text = block.name;
  if (block.is == noted_block::kind::client) {
    auto path = debug_info::of_program().path(*block.type, address - block.address, which);
    // The whole client has no name.
    if (path && path->empty()) {
      path =
          debug_info::of_program().path(*block.type, address - block.address, debug_info::choice::innermost);
    }
    return path && path->starts_with('.') ? path->substr(1) : "";
  }
  if (block.is != noted_block::kind::named) {
    text = allocated_name(block);
  }
  std::uintptr_t offset = address - block.address;
  if (block.is == noted_block::kind::array && block.type->size != 0) {
    text += "[" + std::to_string(offset / block.type->size) + "]";
    offset %= block.type->size;
  }
  const auto path =
      block.type == nullptr ? std::nullopt : debug_info::of_program().path(*block.type, offset, which);
  if (path) return text + *path;
  return offset == 0 ? text : text + "+" + hexadecimal(offset);
}

// By the calls that created it, or by those of any operation on it.
const std::optional<pointed_member>& names::pointed(location_id id, const noted_block& block) const {
  const auto [at, is_new] = pointed_.try_emplace(id);
  const operation_note* const made = is_new ? creation_of(id) : nullptr;
  if (made == nullptr) return at->second;
  const untyped_access access{block.size, made->address - block.address, made->size};
  at->second = debug_info::of_program().pointed(made->calls, access);
  for (std::size_t t = 0; t < graph_.thread_count(); ++t) {
    for (const event& e : graph_.thread(t)) {
      if (at->second) return at->second;
      const operation_note* const note = e.location == id ? notes_->find(t, e.ordinal) : nullptr;
      if (note != nullptr) at->second = debug_info::of_program().pointed(note->calls, access);
    }
  }
  return at->second;
}

// What lies in the frame of one of the calls that created it, or else of any call.
const std::optional<local_variable>& names::local(location_id id) const {
  const auto [at, is_new] = locals_.try_emplace(id);
  const operation_note* note = is_new ? creation_of(id) : nullptr;
  if (note != nullptr && block_at(note->address, note->time) == nullptr) {
    at->second = local_in(*note, note->address, graph_.place(id).creator.thread);
    if (!at->second) at->second = local_of_any(note->address);
  }
  return at->second;
}

std::optional<local_variable> names::local_in(const operation_note& note, std::uintptr_t address,
                                              std::size_t thread) {
  std::optional<local_variable> found = debug_info::of_program().local(note.calls, address);
  if (found) found->name += "@T" + std::to_string(thread);
  return found;
}

// A place that is known by its address alone was made before the frame was in which it lies.
std::optional<local_variable> names::local_of_any(std::uintptr_t address) const {
  constexpr std::uintptr_t largest_frame = std::uintptr_t{1} << 20;
  const auto is_near = [address](const call_frame& call) {
    return call.frame > address && call.frame - address < largest_frame;
  };
  for (std::size_t t = 0; t < graph_.thread_count(); ++t) {
    for (const event& e : graph_.thread(t)) {
      const operation_note* note = notes_->find(t, e.ordinal);
      if (note == nullptr || std::none_of(note->calls.begin(), note->calls.end(), is_near)) continue;
      if (auto found = local_in(*note, address, t)) return found;
    }
  }
  return std::nullopt;
}

const std::string& names::place(location_id id) const {
  const auto [at, is_new] = places_.try_emplace(id);
  if (is_new) at->second = find_place(id);
  return at->second;
}

std::string names::find_place(location_id id) const {
  const location_kind kind = graph_.place(id).kind;
  std::string name;
  if (kind == location_kind::object) {
    if (const noted_block* block = object(id)) {
      name = within(*block, block->address, debug_info::choice::outermost);
    }
  } else if (const operation_note* note = creation_of(id)) {
    const noted_block* block = given_name(note->address, note->time, end_of(id));
    if (block == nullptr) block = block_at(note->address, note->time);
    const auto* const member =
        block != nullptr && block->is == noted_block::kind::allocated ? &pointed(id, *block) : nullptr;
    if (member != nullptr && *member) {
      name = (*member)->type + allocation_name(*block) + (*member)->element + (*member)->path;
    } else if (block != nullptr) {
      name = within(*block, note->address, debug_info::choice::innermost);
    } else if (const auto& variable = local(id)) {
      name = variable->name + variable->path;
    } else {
      name = debug_info::of_program().static_variable(note->address);
    }
  }
  if (!name.empty()) return name;
  constexpr const char* kinds[] = {"atomic", "plain", "mutex", "object", "sleepers"};
  return kinds[static_cast<std::size_t>(kind)] + ("#" + std::to_string(id));
}

// Where it leads to at that time.
std::string names::pointer(std::uint64_t raw, std::size_t time) const {
  if (const noted_block* block = block_at(raw, time)) {
    const std::string text = within(*block, raw, debug_info::choice::outermost);
    if (!text.empty()) return "&" + text;
  }
  for (std::size_t id = 0; id < graph_.location_count(); ++id) {
    const auto one = static_cast<location_id>(id);
    if (!graph_.place(one).creator || graph_.place(one).kind == location_kind::object) continue;
    const operation_note* note = creation_of(one);
    if (note == nullptr || note->time > time || time > end_of(one)) continue;
    if (const auto& variable = local(one); variable && variable->address == raw) return "&" + variable->name;
    if (note->address == raw) return "&" + place(one);
  }
  const std::string variable = debug_info::of_program().static_variable(raw);
  return variable.empty() ? "" : "&" + variable;
}

const std::vector<type_part>& names::parts_of(const value_type& type) const {
  const auto [at, is_new] = parts_.try_emplace(&type);
  if (is_new) at->second = debug_info::of_program().parts(type);
  return at->second;
}

std::string names::text_of(const type_part& part, std::uint64_t raw, std::size_t time) const {
  for (const auto& [number, name] : part.enumerators) {
    if (number == raw) return name;
  }
  using form = value_type::form;
  if (raw >= readable && (part.is == form::pointer || part.is == form::unsigned_number)) {
    if (std::string text = pointer(raw, time); !text.empty()) return text;
  }
  switch (part.is) {
    case form::boolean:
      return raw == 0 ? "false" : "true";
    case form::signed_number:
      return signed_number(raw, part.size);
    case form::unsigned_number:
      return raw < readable ? std::to_string(raw) : hexadecimal(raw);
    case form::real:
      return part.size == sizeof(float) ? real<float>(raw) : real<double>(raw);
    case form::pointer:
      return raw == 0 ? "nullptr" : number(raw);
    case form::bytes:
      break;
  }
  return number(raw);
}

std::string names::text_of(const value_type& type, std::uint64_t raw, std::size_t time) const {
  const std::vector<type_part>& parts = parts_of(type);
  if (parts.size() == 1 && parts.front().path.empty()) return text_of(parts.front(), raw, time);
  const words* const wide = words_of_number(raw);
  if (type.is != value_type::form::bytes) return text_of({"", 0, type.is, type.size, {}}, raw, time);
  if (parts.empty()) {
    return wide == nullptr ? number(raw) : list_of(*wide, [&](std::uint64_t word) {
      const std::string to = word < readable ? "" : pointer(word, time);
      return to.empty() ? number(word) : to;
    });
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(wide == nullptr ? &raw : wide->data());
  std::string text;
  for (const type_part& part : parts) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes + part.offset, part.size);
    text += (text.empty() ? "{" : ", ") + part.path + " = " + text_of(part, value, time);
  }
  return text + "}";
}

// Compiled code tells of an atomic how large it is, and no more. What kind of number it is, the variable
// tells.
const std::optional<type_part>& names::part_of(location_id id) const {
  const auto [at, is_new] = variables_parts_.try_emplace(id);
  const operation_note* const note = creation_of(id);
  if (!is_new || note == nullptr || note->type->is != value_type::form::unsigned_number) return at->second;
  if (const noted_block* const block = block_at(note->address, note->time)) {
    if (block->is != noted_block::kind::allocated) return at->second;
    if (const auto& member = pointed(id, *block)) at->second = member->part;
    return at->second;
  }
  const auto& variable = local(id);
  at->second = variable ? variable->part : debug_info::of_program().static_part(note->address);
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): looked at just before
  if (at->second && at->second->size != note->type->size) at->second.reset();
  return at->second;
}

std::string names::value(location_id id, std::uint64_t raw, event_ref at) const {
  const operation_note* note = creation_of(id);
  if (note == nullptr) return number(raw);
  const auto& part = part_of(id);
  return part ? text_of(*part, raw, time_of(at)) : text_of(*note->type, raw, time_of(at));
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

namespace {

// Text that a client does not know: of the system, or of what stands between the client and the explorer.
bool is_foreign(const std::string& file) {
  constexpr std::string_view between[] = {"verify/explorer/policy/", "verify/explorer/machine/",
                                          "verify/std/"};
  return file.starts_with("/usr/") ||
         std::any_of(std::begin(between), std::end(between),
                     [&](std::string_view folder) { return file.find(folder) != std::string::npos; });
}

}  // namespace

std::string names::caller(const operation_note* note, const std::source_location& where) {
  std::string given = place_in_text(where);
  if (given.empty() || note == nullptr || !is_foreign(where.file_name())) return given;
  for (const call_frame& call : note->calls) {
    for (const source_line& line : debug_info::of_program().lines(call.address)) {
      if (!is_foreign(line.file)) return place_in_text(line.file, line.line);
    }
  }
  return given;
}

std::string names::where(event_ref ref) const {
  return caller(note_of(ref), graph_.at(ref).where);
}

// It is at the operation that its thread began last.
std::string names::where(const halt& h) const {
  const operation_note* last = notes_ == nullptr ? nullptr : notes_->last(h.thread);
  return caller(last, h.where);
}

std::string place_in_text(const std::source_location& where) {
  return place_in_text(where.file_name(), where.line());
}

std::string place_in_text(std::string file, unsigned line) {
  if (file.empty()) return {};
  for (const char* top : {"lib/stillpoint/", "verify/", "tests/", "docs/"}) {
    const std::size_t at = file.rfind(std::string("/") + top);
    if (at != std::string::npos) {
      file.erase(0, at + 1);
      break;
    }
  }
  if (file.starts_with("./")) file.erase(0, 2);
  return file + ":" + std::to_string(line);
}

}  // namespace stillpoint::verify::explorer
