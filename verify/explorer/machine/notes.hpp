// SPDX-License-Identifier: BSL-1.0
//
// What a report says of an execution beyond its graph: which object each operation is about, what plain
// memory holds, and by which calls the client came there. Taken while one execution is repeated for the
// report, and never by the search.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "verify/explorer/model/clock.hpp"

namespace stillpoint::verify::explorer {

// How the bytes of a type's values are to be read, as far as the language itself tells.
struct value_type {
  enum class form : std::uint8_t { bytes, boolean, signed_number, unsigned_number, real, pointer };

  form is = form::bytes;
  // Zero for void.
  std::size_t size = 0;
  // As the compiler spells a function that has the type as its argument T.
  const char* (*spelling)() = nullptr;
};

// A variable of its own for each type, so that debug information tells from its address which type that is.
template <class T>
struct described_type : value_type {
  const T* witness = nullptr;
};

template <class T>
const char* spelling_of() {
  return __PRETTY_FUNCTION__;
}

template <class T>
constexpr value_type::form form_of() {
  using form = value_type::form;
  if constexpr (std::is_same_v<T, bool>) return form::boolean;
  if constexpr (std::is_enum_v<T>) return form_of<std::underlying_type_t<T>>();
  if constexpr (std::is_integral_v<T>)
    return std::is_signed_v<T> ? form::signed_number : form::unsigned_number;
  if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>) return form::real;
  return std::is_pointer_v<T> ? form::pointer : form::bytes;
}

template <class T>
constexpr std::size_t size_of_type() {
  if constexpr (std::is_void_v<T> || std::is_function_v<T>) {
    return 0;
  } else {
    return sizeof(T);
  }
}

template <class T>
inline constinit const described_type<T> described{{form_of<T>(), size_of_type<T>(), &spelling_of<T>},
                                                   nullptr};

// A client's call, innermost first.
struct call_frame {
  // Behind the call instruction.
  std::uintptr_t address = 0;
  // Where its own frame begins: the canonical frame address of debug information; zero if unknown.
  std::uintptr_t frame = 0;
};

struct operation_note {
  // Its place in the order of all operations of the execution; zero: it was not begun.
  std::size_t time = 0;
  // What it is about: an object that begins its life, or a plain one that is accessed.
  std::uintptr_t address = 0;
  std::size_t size = 0;
  const value_type* type = nullptr;
  // Of plain memory, what is read or written; empty where that is not known.
  std::vector<unsigned char> value;
  std::vector<call_frame> calls;
};

// Memory that has one name.
struct noted_block {
  enum class kind : std::uint8_t { named, client, created, array, allocated };

  kind is = kind::named;
  std::uintptr_t address = 0;
  std::size_t size = 0;
  const value_type* type = nullptr;
  // When it began to be what it is.
  std::size_t time = 0;
  // Who made it, and its number among what that thread has allocated, from one; or the name it was given.
  std::size_t thread = 0;
  std::size_t number = 0;
  std::string name;
};

class notes {
 public:
  // Of a thread's operation, by its ordinal; null if there is none.
  const operation_note* find(std::size_t thread, std::size_t ordinal) const {
    const auto& all = of_[thread];
    return ordinal < all.size() && all[ordinal].time != 0 ? &all[ordinal] : nullptr;
  }
  // The one that the thread began last; null if it began none.
  const operation_note* last(std::size_t thread) const {
    const auto& all = of_[thread];
    for (std::size_t i = all.size(); i-- > 0;) {
      if (all[i].time != 0) return &all[i];
    }
    return nullptr;
  }
  const std::vector<noted_block>& blocks() const { return blocks_; }

  void clear() {
    for (auto& all : of_) all.clear();
    blocks_.clear();
    allocations_.fill(0);
    now_ = 0;
  }
  operation_note& at(std::size_t thread, std::size_t ordinal) {
    auto& all = of_[thread];
    if (ordinal >= all.size()) all.resize(ordinal + 1);
    return all[ordinal];
  }
  std::size_t tick() { return ++now_; }
  void add(noted_block block) {
    block.time = tick();
    const bool counts = block.is != noted_block::kind::named && block.is != noted_block::kind::client;
    if (counts) block.number = ++allocations_[block.thread];
    blocks_.push_back(std::move(block));
  }

 private:
  std::array<std::vector<operation_note>, max_threads> of_;
  std::vector<noted_block> blocks_;
  std::array<std::size_t, max_threads> allocations_{};
  std::size_t now_ = 0;
};

}  // namespace stillpoint::verify::explorer
