// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/interruption.hpp"

#include <dlfcn.h>
#include <setjmp.h>  // NOLINT(modernize-deprecated-headers): sigsetjmp() is POSIX's
#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <new>

#include "verify/explorer/machine/arena.hpp"

namespace stillpoint::verify::explorer {

namespace {

call_chain collected;
sigjmp_buf give_up_collecting;
volatile bool is_collecting = false;

void collect(std::uintptr_t instruction) {
  if (sigsetjmp(give_up_collecting, 0) == 0) {
    is_collecting = true;
    collected.collect_interrupted(instruction);
  }
  is_collecting = false;
}

#if defined(__x86_64__)

// Reports use memory, names and files.
constexpr std::size_t stack_size = std::size_t{1} << 20;

std::byte* stack_end() {
  static std::byte* const memory = [] {
    void* const made =
        mmap(nullptr, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return made == MAP_FAILED ? nullptr : static_cast<std::byte*>(made);
  }();
  if (memory == nullptr) throw std::bad_alloc();
  return memory + stack_size;
}

std::uintptr_t unsigned_of(greg_t value) {
  return static_cast<std::uintptr_t>(value);
}

// Whether it lies in the program or a shared object.
bool code_is_mapped(std::uintptr_t address) {
  Dl_info about{};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): where the thread executes
  return dladdr(reinterpret_cast<const void*>(address), &about) != 0;
}

// A call of a bad address has left its caller's on the stack; unwinding begins there.
void step_back_to_caller(mcontext_t& state) {
  const std::uintptr_t called = unsigned_of(state.gregs[REG_RIP]);
  if (code_is_mapped(called)) return;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the interrupted thread's stack
  state.gregs[REG_RIP] = *reinterpret_cast<const greg_t*>(state.gregs[REG_RSP]);
  state.gregs[REG_RSP] += static_cast<greg_t>(sizeof(greg_t));
}

#endif

}  // namespace

#if defined(__x86_64__)

processor_state processor_of(void* context) {
  const mcontext_t& state = static_cast<const ucontext_t*>(context)->uc_mcontext;
  processor_state now;
  now.instruction = unsigned_of(state.gregs[REG_RIP]);
  // The lowest two bytes may be a distance from the pointer that was read.
  constexpr std::uintptr_t poison = 0x0101010101010101u * arena::poison;
  now.holds_poison = std::any_of(std::begin(state.gregs), std::begin(state.gregs) + REG_RIP,
                                 [](greg_t value) { return unsigned_of(value) >> 16 == poison >> 16; });
  // The kernel leaves the thread behind the instruction, or on it to do it again.
  if (code_is_mapped(now.instruction)) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): where the thread executes
    const auto* const code = reinterpret_cast<const unsigned char*>(now.instruction);
    const auto is_system_call = [](const unsigned char* at) { return at[0] == 0x0f && at[1] == 0x05; };
    now.in_system_call = is_system_call(code) || is_system_call(code - 2);
  }
  return now;
}

bool interruption::possible() {
  return stack_end() != nullptr;
}

void interruption::instead(void* context, void (*report)()) {
  mcontext_t& state = static_cast<ucontext_t*>(context)->uc_mcontext;
  step_back_to_caller(state);
  collect(unsigned_of(state.gregs[REG_RIP]));
  // As after a call: a return address is on the stack. None is needed.
  state.gregs[REG_RSP] = static_cast<greg_t>(reinterpret_cast<std::uintptr_t>(stack_end()) - 8);
  state.gregs[REG_RIP] = static_cast<greg_t>(reinterpret_cast<std::uintptr_t>(report));
  constexpr greg_t direction_flag = 0x400;
  state.gregs[REG_EFL] &= ~direction_flag;
}

#else

processor_state processor_of(void*) {
  return {};
}
bool interruption::possible() {
  return false;
}
void interruption::instead(void*, void (*)()) {}

#endif

const call_chain& interruption::calls() {
  return collected;
}

void interruption::recover() {
  if (is_collecting) siglongjmp(give_up_collecting, 1);
}

}  // namespace stillpoint::verify::explorer
