// SPDX-License-Identifier: BSL-1.0
//
// What a client's threads do to its memory without an operation of the policy. While that is watched, the
// memory is closed to client code; an access then ends in a signal, is noted, and is let through with the
// memory open for one instruction. That takes long, so it is done for few executions; and it is possible on
// x86-64 only.
//
// Closed is what the arena holds: the client, and what it allocates. Not its stacks, and no statics.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "verify/explorer/model/event.hpp"

namespace stillpoint::verify::explorer {

struct raw_access {
  std::uintptr_t address = 0;
  // Of the access: where in the text. Of `delete`: unset.
  std::uintptr_t instruction = 0;
  // How many bytes are deleted; zero for an access.
  std::size_t deleted = 0;
  // How many events its thread has gone through.
  std::size_t events = 0;
  std::uint16_t thread = 0;
  bool writes = false;
};

class raw_accesses {
 public:
  static constexpr std::size_t most = 2048;

  // From now on, until stop() or until there are `most` of them.
  static void watch(void* memory, std::size_t size);
  static void stop();
  // Only the engine runs, until the next close().
  static void open();
  // Client code runs.
  static void close();

  static bool watched() { return watched_; }
  // Notes the memory that the thread deletes.
  static void deletes(std::uintptr_t address, std::size_t size);
  static std::size_t count() { return count_; }
  static const raw_access& at(std::size_t i) { return all_[i]; }

  // What a signal handler is to do first; false if the signal is about something else.
  static bool take_fault(std::uintptr_t address, void* context);
  static bool take_step(void* context);

 private:
  static void note(const raw_access& access);

  static inline constinit bool watched_ = false;
  static inline constinit bool closed_ = false;
  static inline constinit bool stepping_ = false;
  static inline constinit std::byte* memory_ = nullptr;
  static inline constinit std::size_t size_ = 0;
  static inline constinit std::size_t count_ = 0;
  static inline constinit std::array<raw_access, most> all_{};

 public:
  // The engine works for client code that has called it.
  class engine_scope {
   public:
    engine_scope() : was_closed_(closed_) {
      if (was_closed_) open();
    }
    engine_scope(const engine_scope&) = delete;
    engine_scope& operator=(const engine_scope&) = delete;
    ~engine_scope() {
      if (was_closed_) close();
    }

   private:
    bool was_closed_;
  };
};

}  // namespace stillpoint::verify::explorer
