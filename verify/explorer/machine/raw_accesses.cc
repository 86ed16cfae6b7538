// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/raw_accesses.hpp"

#include <sys/mman.h>
#include <ucontext.h>

#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::explorer {

void raw_accesses::watch(void* memory, std::size_t size) {
  memory_ = static_cast<std::byte*>(memory);
  size_ = size;
  count_ = 0;
  stepping_ = false;
#if defined(__x86_64__)
  watched_ = true;
#endif
}

void raw_accesses::stop() {
  open();
  watched_ = stepping_ = false;
}

void raw_accesses::open() {
  if (!closed_) return;
  // A thread may be ended by a signal anywhere here: memory that is open may count as closed, not the
  // reverse.
  mprotect(memory_, size_, PROT_READ | PROT_WRITE);
  closed_ = false;
}

void raw_accesses::close() {
  if (!watched_ || closed_) return;
  closed_ = true;
  if (mprotect(memory_, size_, PROT_NONE) == 0) return;
  // A part may be closed.
  stop();
}

void raw_accesses::note(const raw_access& access) {
  all_[count_] = access;
  all_[count_].thread = static_cast<std::uint16_t>(machine::active()->current_thread());
  all_[count_].events = machine::active()->gone_through();
  if (++count_ == most) stop();
}

void raw_accesses::deletes(std::uintptr_t address, std::size_t size) {
  raw_access whole;
  whole.address = address;
  whole.deleted = size;
  if (watched_) note(whole);
}

#if defined(__x86_64__)

namespace {

constexpr greg_t trap_flag = 0x100;

}  // namespace

bool raw_accesses::take_fault(std::uintptr_t address, void* context) {
  if (!closed_ || address - reinterpret_cast<std::uintptr_t>(memory_) >= size_) return false;
  mcontext_t& state = static_cast<ucontext_t*>(context)->uc_mcontext;
  constexpr greg_t is_write = 2;
  raw_access access;
  access.address = address;
  access.instruction = static_cast<std::uintptr_t>(state.gregs[REG_RIP]);
  access.writes = (state.gregs[REG_ERR] & is_write) != 0;
  open();
  note(access);
  stepping_ = watched_;
  if (stepping_) state.gregs[REG_EFL] |= trap_flag;
  return true;
}

bool raw_accesses::take_step(void* context) {
  if (!stepping_) return false;
  stepping_ = false;
  static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_EFL] &= ~trap_flag;
  close();
  return true;
}

#else

bool raw_accesses::take_fault(std::uintptr_t, void*) {
  return false;
}
bool raw_accesses::take_step(void*) {
  return false;
}

#endif

}  // namespace stillpoint::verify::explorer
