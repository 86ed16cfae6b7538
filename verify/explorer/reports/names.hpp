// SPDX-License-Identifier: BSL-1.0
//
// What a report calls places, and how it writes values: by what was noted of the execution, as far as that
// goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/machine/notes.hpp"

namespace stillpoint::verify::explorer {

class names {
 public:
  // Both have to outlive it. Without notes, places have numbers and values are plain numbers.
  explicit names(const graph& g, const notes* remarks = nullptr) : graph_(g), notes_(remarks) {}

  const graph& execution() const { return graph_; }

  // "queue.head", "node@T1#3+0x8", or "atomic#2" where nothing better is known.
  std::string place(location_id id) const;
  // Of an atomic place, as event `at` finds it there.
  std::string value(location_id id, std::uint64_t raw, event_ref at) const;
  // What a plain access, or a plain place's creation, reads or writes; empty if that is not known.
  std::string plain_value(event_ref at) const;

 private:
  const operation_note* note_of(event_ref ref) const;
  const operation_note* creation_of(location_id id) const;
  std::size_t time_of(event_ref ref) const;
  std::size_t end_of(location_id id) const;
  const noted_block* block_at(std::uintptr_t address, std::size_t time) const;
  const noted_block* given_name(std::uintptr_t address, std::size_t from, std::size_t until) const;
  const noted_block* object(location_id id) const;
  // Empty if the block has no name.
  std::string within(const noted_block& block, std::uintptr_t address) const;
  std::string pointer(std::uint64_t raw, std::size_t time) const;
  std::string text_of(const value_type& type, std::uint64_t raw, std::size_t time) const;

  const graph& graph_;
  const notes* notes_;
};

// "node" of bugs::node<P>, without scopes and arguments.
std::string short_name(const value_type& type);

std::string hexadecimal(std::uint64_t value);

}  // namespace stillpoint::verify::explorer
