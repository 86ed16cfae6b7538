// SPDX-License-Identifier: BSL-1.0
//
// What a report calls places, how it writes values, and which line it names: by what was noted of the
// execution and what the program's debug information tells, as far as that goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <source_location>
#include <string>

#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/machine/notes.hpp"
#include "verify/explorer/reports/debug_info.hpp"

namespace stillpoint::verify::explorer {

class names {
 public:
  // Both have to outlive it. Without notes, places have numbers and values are plain numbers.
  explicit names(const graph& g, const notes* remarks = nullptr) : graph_(g), notes_(remarks) {}

  const graph& execution() const { return graph_; }

  // "queue.head", "node@T1#3.next", "turn@T2" of a local variable, "node@T1#3+0x8", or "atomic#2" where
  // nothing better is known. Memory of `new` is a "node" if the code that accesses it takes it for one.
  const std::string& place(location_id id) const;
  // Of an atomic place, as event `at` finds it there.
  std::string value(location_id id, std::uint64_t raw, event_ref at) const;
  // What a plain access, or a plain place's creation, reads or writes; empty if that is not known.
  std::string plain_value(event_ref at) const;
  // "file:line" in the client; empty if the client did not call for it. Of what a library's or the policy's
  // own text does, the call that led there.
  std::string where(event_ref ref) const;
  std::string where(const halt& h) const;

 private:
  std::string find_place(location_id id) const;
  const std::optional<type_part>& part_of(location_id id) const;
  const operation_note* note_of(event_ref ref) const;
  const operation_note* creation_of(location_id id) const;
  std::size_t time_of(event_ref ref) const;
  std::size_t end_of(location_id id) const;
  const noted_block* block_at(std::uintptr_t address, std::size_t time) const;
  const noted_block* given_name(std::uintptr_t address, std::size_t from, std::size_t until) const;
  const noted_block* object(location_id id) const;
  // "node@T0#2", or "block@T0#2" where nothing in it is known to be a member of something.
  std::string allocated_name(const noted_block& block) const;
  // Empty if it has no name.
  std::string within(const noted_block& block, std::uintptr_t address, debug_info::choice which) const;
  const std::optional<local_variable>& local(location_id id) const;
  const std::optional<pointed_member>& pointed(location_id id, const noted_block& block) const;
  static std::optional<local_variable> local_in(const operation_note& note, std::uintptr_t address,
                                                std::size_t thread);
  std::optional<local_variable> local_of_any(std::uintptr_t address) const;
  std::string pointer(std::uint64_t raw, std::size_t time) const;
  std::string text_of(const value_type& type, std::uint64_t raw, std::size_t time) const;
  std::string text_of(const type_part& part, std::uint64_t raw, std::size_t time) const;
  const std::vector<type_part>& parts_of(const value_type& type) const;
  static std::string caller(const operation_note* note, const std::source_location& where);

  const graph& graph_;
  const notes* notes_;
  mutable std::map<location_id, std::optional<local_variable>> locals_;
  mutable std::map<location_id, std::optional<pointed_member>> pointed_;
  mutable std::map<location_id, std::optional<type_part>> variables_parts_;
  mutable std::map<location_id, std::string> places_;
  mutable std::map<const value_type*, std::vector<type_part>> parts_;
};

// "node" of bugs::node<P>, without scopes and arguments.
std::string short_name(const value_type& type);

std::string hexadecimal(std::uint64_t value);

// "file:line", with the path cut to what begins at the workspace's top; empty for the engine's own events.
std::string place_in_text(const std::source_location& where);
std::string place_in_text(std::string file, unsigned line);

}  // namespace stillpoint::verify::explorer
