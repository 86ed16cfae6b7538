// SPDX-License-Identifier: BSL-1.0
//
// The calls that a thread is in, innermost first, by address and by name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace stillpoint::verify::explorer {

// Filled without allocating, so also in a signal handler. What interrupted the thread is not in it.
struct call_chain {
  static constexpr std::size_t most = 64;

  // Addresses in the text, each behind a call instruction but for the first where `interrupted`.
  std::array<std::uintptr_t, most> addresses{};
  std::size_t count = 0;
  bool interrupted = false;

  // Of the caller; where `from` is set, only those behind that return address.
  void collect(const void* from = nullptr);
  // Of a thread that was interrupted at `address`, from within the signal's handler.
  void collect_interrupted(std::uintptr_t address);
};

// What the symbols of the program and its shared objects say of an address.
struct code_place {
  // Demangled; empty if there is no symbol.
  std::string function;
  // The file that the text is from, and where in it.
  std::string module;
  std::uintptr_t offset = 0;
  // In memory: of a call, behind its instruction, unless it is where the thread was interrupted.
  std::uintptr_t address = 0;
  bool exact = false;
  // Belongs to the language's or the system's libraries.
  bool system = false;
};

code_place code_place_of(std::uintptr_t address);

// Those of a client's thread, without what lies below its first function and without what was called to
// report it.
std::vector<code_place> client_calls(const call_chain& calls);

// A symbol's name, as it is written in C++.
std::string demangled(const char* name);

// "function", or "module+0x12" where there is no name.
std::string text_of(const code_place& place);

}  // namespace stillpoint::verify::explorer
