// SPDX-License-Identifier: BSL-1.0
//
// What each byte of the program's memory was last used for, in the current execution: to find accesses that
// nothing orders. After FastTrack (Flanagan, Freund, 2009), with the clocks of the graph's events: an access
// is named by its thread and by how many events that had.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <source_location>
#include <unordered_map>
#include <vector>

#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::native {

enum class access : std::uint8_t { read, write, atomic_read, atomic_write, release };

class shadow {
 public:
  struct record {
    std::uint16_t thread = 0;
    // How many events its thread had then.
    std::uint16_t events = 0;
    // Of the eight bytes.
    std::uint8_t bytes = 0;
    access what = access::read;
    std::source_location where;
  };

  void begin_execution();
  // An access noted before that this one conflicts with, if there is one; notes this one. Of an atomic
  // operation, whose event other threads may have gone on behind, `done` tells which accesses come later.
  const record* add(const explorer::moment& now, std::uintptr_t address, std::size_t size, access what,
                    std::source_location where, const explorer::machine* done = nullptr);
  // The same, where that needs no clock; false if it does. `where()` is asked only if there is something to
  // note. No clock is needed if nobody else has used those eight bytes, or if the thread has made the same
  // access before: what was there then is before it still. Others' accesses since were held against that one;
  // they are not ordered after it as long as its thread has had no event, and if it has had one they are
  // looked for.
  template <class Where>
  bool add_known(std::size_t thread, std::uint16_t events, std::uintptr_t address, std::size_t size,
                 access what, const Where& where) {
    const std::uintptr_t first = address % granule_size;
    if (first + size > granule_size) return false;
    const auto bytes = static_cast<std::uint8_t>(((1u << size) - 1) << first);
    cell& c = cell_at(address);
    if (c.execution == execution_ && c.count > 0) {
      bool repeats = false;
      for (const record& r : c) {
        if (r.what == access::release) return false;
        repeats = repeats || (r.thread == thread && r.events == events && (bytes & ~unsigned{r.bytes}) == 0 &&
                              (r.what == what || (r.what == access::write && what == access::read)));
      }
      if (repeats) return true;
      record& last = c.end()[-1];
      if (last.thread != thread) return false;
      const bool same = last.bytes == bytes && last.what == what;
      if (!same && (c.count > 1 || !covers(what, bytes, last))) return false;
      last = {static_cast<std::uint16_t>(thread), events, bytes, what, where()};
      return true;
    }
    c.few[0] = {static_cast<std::uint16_t>(thread), events, bytes, what, where()};
    c.execution = execution_;
    c.count = 1;
    return true;
  }
  // The same, where nothing but atomic accesses have used those eight bytes: they do not conflict.
  bool add_atomic(std::size_t thread, std::uint16_t events, std::uintptr_t address, std::size_t size,
                  access what, std::source_location where) {
    const std::uintptr_t first = address % granule_size;
    if (first + size > granule_size) return false;
    const auto bytes = static_cast<std::uint8_t>(((1u << size) - 1) << first);
    cell& c = cell_at(address);
    if (c.execution != execution_) return false;
    record* covered = nullptr;
    for (record& r : c) {
      if (!is_atomic(r.what)) return false;
      if (r.thread == thread && covers(what, bytes, r)) covered = &r;
    }
    const record made{static_cast<std::uint16_t>(thread), events, bytes, what, where};
    if (covered != nullptr) {
      *covered = made;
    } else {
      c.push_back(made);
    }
    return true;
  }
  // Whether a byte of it was written.
  bool is_written(std::uintptr_t address, std::size_t size);

 private:
  static constexpr std::uintptr_t granule_size = 8;
  static constexpr std::uintptr_t page_size = 4096;
  // Most memory is used by one thread, or written by one and read by another.
  static constexpr std::size_t few_records = 2;

  // Of eight bytes. What an earlier execution has left there counts for nothing.
  struct cell {
    std::uint32_t execution = 0;
    std::uint32_t count = 0;
    std::array<record, few_records> few;
    // All of them, once there have been more.
    std::unique_ptr<std::vector<record>> many;

    record* begin() { return count > few_records ? many->data() : few.data(); }
    record* end() { return begin() + count; }
    void push_back(const record& r);
    void keep_first(std::size_t kept);
  };
  using page = std::array<cell, page_size / granule_size>;
  struct recent_page {
    std::uintptr_t number = 0;
    page* cells = nullptr;
  };

  static bool writes(access what) {
    return what == access::write || what == access::atomic_write || what == access::release;
  }
  static bool is_atomic(access what) { return what == access::atomic_read || what == access::atomic_write; }
  // Whether whoever conflicts with the earlier one, later, conflicts with the later one.
  static bool covers(access what, std::uint8_t bytes, const record& earlier) {
    return (earlier.bytes & ~unsigned{bytes}) == 0 && (writes(what) || !writes(earlier.what)) &&
           (!is_atomic(what) || is_atomic(earlier.what));
  }
  static bool conflicts(const record& a, const record& b) {
    return (a.bytes & b.bytes) != 0 && (writes(a.what) || writes(b.what)) &&
           !(is_atomic(a.what) && is_atomic(b.what));
  }

  cell& cell_at(std::uintptr_t address) {
    const std::uintptr_t number = address / page_size;
    const recent_page& recent = recent_[number % recent_.size()];
    page& cells = recent.number == number && recent.cells != nullptr ? *recent.cells : find_page(number);
    return cells[address % page_size / granule_size];
  }
  page& find_page(std::uintptr_t number);
  const record* add_to(cell& c, const record& made, const explorer::moment& now,
                       const explorer::machine* done);

  std::unordered_map<std::uintptr_t, std::unique_ptr<page>> pages_;
  std::array<recent_page, 64> recent_;
  std::uint32_t execution_ = 1;
  record found_;
};

}  // namespace stillpoint::verify::native
