// SPDX-License-Identifier: BSL-1.0
//
// What the running program's debug information (DWARF) tells of its types, variables and lines. A program
// without any, or a build without elfutils' libdw, tells nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "verify/explorer/machine/notes.hpp"

namespace stillpoint::verify::explorer {

// What lies in a type's objects.
struct type_part {
  // ".next" or "[2].count"; empty for the whole.
  std::string path;
  std::size_t offset = 0;
  value_type::form is = value_type::form::bytes;
  std::size_t size = 0;
  // Of an enumeration.
  std::vector<std::pair<std::uint64_t, std::string>> enumerators;
};

struct source_line {
  std::string file;
  unsigned line = 0;
};

// A variable on a thread's stack.
struct local_variable {
  std::string name;
  std::uintptr_t address = 0;
  std::size_t size = 0;
  // From the variable's beginning to the address that was looked for.
  std::string path;
  // What lies there, if it is a number, a pointer or an enumeration.
  std::optional<type_part> part;
};

// A member of an object that some memory is taken for.
struct pointed_member {
  // Of the object's type, without scopes.
  std::string type;
  // "[1]" in an array; empty for a single object.
  std::string element;
  // ".next".
  std::string path;
  std::optional<type_part> part;
};

// Memory whose type nothing tells, and an access to it.
struct untyped_access {
  std::size_t block_size = 0;
  std::size_t offset = 0;
  std::size_t size = 0;
};

class debug_info {
 public:
  // Read when it is first asked for.
  static const debug_info& of_program();

  // Where in an object of that type an offset lies: ".next", "[2].count"; of all that begins there the
  // innermost, or the outermost. Unset if the type is not known or nothing in it begins there.
  enum class choice : std::uint8_t { innermost, outermost };
  std::optional<std::string> path(const value_type& type, std::size_t offset, choice which) const;
  // The type's numbers, pointers and enumerations, in order; empty if the type is not known or has other
  // parts.
  std::vector<type_part> parts(const value_type& type) const;
  // "sentinel", the variable with static storage duration that contains the address; or empty.
  std::string static_variable(std::uintptr_t address) const;
  // The number, pointer or enumeration that lies there in it.
  std::optional<type_part> static_part(std::uintptr_t address) const;
  // The variable of one of these calls that contains the address.
  std::optional<local_variable> local(const std::vector<call_frame>& calls, std::uintptr_t address) const;
  // What an access is to, judged by the pointers and references that these calls have, `this` included: the
  // first whose type's objects, one or several, fill the block, and have a member of that size there.
  std::optional<pointed_member> pointed(const std::vector<call_frame>& calls,
                                        const untyped_access& access) const;
  // Which line a call is made at, and, if that was compiled into its callers, theirs: innermost first.
  std::vector<source_line> lines(std::uintptr_t return_address) const;

  struct reader;

 private:
  debug_info();

  std::shared_ptr<reader> reader_;
};

}  // namespace stillpoint::verify::explorer
