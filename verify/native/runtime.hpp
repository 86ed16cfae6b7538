// SPDX-License-Identifier: BSL-1.0
//
// What the program's accesses to memory become: operations of the machine, if they are atomic, and else looks
// at the shadow. Addresses and values are the program's own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "verify/explorer/machine/machine.hpp"
#include "verify/native/places.hpp"
#include "verify/native/shadow.hpp"
#include "verify/native/thread_values.hpp"

namespace stillpoint::verify::native {

// Of an atomic access: what travels in one register.
struct access_kind {
  std::uint8_t size = 0;
  operation op = operation::load;
  std::uint8_t order = 0;
  std::uint8_t failure_order = 0;
};

class runtime {
 public:
  static runtime& of_program();

  void begin_search();
  // On the main thread, before the program's own code.
  void begin_execution();

  // What the running thread has reached. Its plain accesses are no events of the machine's: one that came
  // after its last event is over only when its next event is.
  explorer::moment now(const explorer::machine& m) const;

  // By the client's code, on its own stack.
  void plain(explorer::machine& m, std::uintptr_t address, std::size_t size, bool writes,
             const void* return_address);

  // Not that of a library of the language or the system.
  static bool is_programs(const explorer::machine& m, const void* memory);

  // On the engine's stack. Values are those of places::read.
  std::uint64_t load(std::uintptr_t address, access_kind kind, std::source_location where);
  void store(std::uintptr_t address, std::uint64_t value, access_kind kind, std::source_location where);
  std::uint64_t update(std::uintptr_t address, std::uint64_t operand, access_kind kind,
                       std::source_location where);
  // The value found; `succeeded` says afterwards whether it was replaced.
  std::uint64_t compare_exchange(std::uintptr_t address, std::uint64_t expected, std::uint64_t desired,
                                 access_kind kind, std::source_location where);
  bool succeeded() const { return succeeded_; }
  // Waits for another value, and returns it.
  std::uint64_t await_other(std::uintptr_t address, std::uint64_t than, std::size_t size,
                            std::memory_order order, std::source_location where);
  void fence(bool light, int order, std::source_location where);
  void heavy_fence(std::source_location where);
  // As a futex.
  void park(std::uintptr_t word, std::uint32_t expected, std::source_location where);
  // Whether its time was over.
  bool park_until(std::uintptr_t word, std::uint32_t expected, explorer::virtual_time::nanoseconds end,
                  std::source_location where);
  void unpark(std::uintptr_t word, bool all, std::source_location where);
  explorer::location_id place(std::uintptr_t address, std::size_t size, std::source_location where);
  // The memory holds what was written last.
  void refresh(std::uintptr_t address, std::size_t size, explorer::location_id place);

  thread_values& values() { return values_; }

  // Whenever the client's code calls the machine.
  void entered(explorer::machine& m);
  void released(explorer::machine& m, std::uintptr_t address, std::size_t size, std::source_location where);

 private:
  struct written {
    std::uintptr_t address;
    std::size_t size;
    std::uint64_t before;
  };

  void check(explorer::machine& m, std::uintptr_t address, std::size_t size, access what,
             std::source_location where, std::optional<std::uint16_t> first_event = {});
  void check_atomic(explorer::machine& m, std::uintptr_t address, std::size_t size, access what,
                    std::source_location where, std::uint16_t first_event);
  // Each thread's own, at an address that all have in common.
  bool is_thread_local(std::uintptr_t address) const;

  places places_;
  shadow shadow_;
  thread_values values_;
  std::array<std::uintptr_t, 3> libraries_{};
  // What the running thread was about to write outside of its own stack since it last called.
  std::vector<written> written_;
  // How many events each thread had when it last accessed plain memory outside of its own stack.
  std::array<std::uint16_t, explorer::max_threads> events_at_plain_{};
  bool succeeded_ = false;
};

}  // namespace stillpoint::verify::native
