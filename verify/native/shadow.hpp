// SPDX-License-Identifier: BSL-1.0
//
// What each byte of the program's memory was last used for, in the current execution: to find accesses that
// nothing orders. After FastTrack (Flanagan, Freund, 2009), with the clocks of the graph's events: an access
// is named by its thread and by how many events that had.
#pragma once

#include <cstddef>
#include <cstdint>
#include <source_location>
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
  // An earlier access that this one conflicts with, if there is one; notes this one.
  const record* add(const explorer::moment& now, std::uintptr_t address, std::size_t size, access what,
                    std::source_location where);
  // Whether the thread has made the same access since its last event, and nobody any since: it says nothing
  // new.
  bool repeats(std::size_t thread, std::uint16_t events, std::uintptr_t address, std::size_t size,
               access what) const;
  // Whether a byte of it was written.
  bool is_written(std::uintptr_t address, std::size_t size) const;

 private:
  struct cell {
    std::uintptr_t granule = 0;
    std::uint64_t execution = 0;
    std::vector<record> records;
  };

  cell& cell_at(std::uintptr_t granule);
  const cell* find(std::uintptr_t granule) const;
  std::size_t first_slot(std::uintptr_t granule) const;
  void grow();
  const record* add_to(cell& c, const record& made, const explorer::moment& now);

  std::vector<cell> cells_ = std::vector<cell>(std::size_t{1} << 12);
  std::size_t used_ = 0;
  // Cells of earlier ones are free.
  std::uint64_t execution_ = 1;
  record found_;
};

}  // namespace stillpoint::verify::native
