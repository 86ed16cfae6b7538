// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/faults.hpp"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction() is POSIX's

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "verify/explorer/machine/interruption.hpp"
#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::explorer {

namespace {

constexpr std::array<int, 7> signals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};

std::array<struct sigaction, signals.size()> previous;

struct {
  int signal;
  int code;
  std::uintptr_t address;
  processor_state processor;
} noted;

// A member of an object that is not there lies behind address zero.
constexpr std::uintptr_t first_usable_address = std::uintptr_t{64} << 10;

std::string hexadecimal(std::uintptr_t value) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  do {
    text.insert(0, 1, digits[value & 15]);
    value >>= 4;
  } while (value != 0);
  return "0x" + text;
}

std::string describe_bad_address() {
  const std::string name = std::string("SIG") + sigabbrev_np(noted.signal);
  std::string text;
  if (noted.code == SI_KERNEL) {
    text = "invalid pointer used (" + name + ", an address that no memory can have)";
  } else if (noted.address >= first_usable_address) {
    text = "invalid memory access (" + name + " at address " + hexadecimal(noted.address) + ")";
  } else if (noted.processor.instruction == noted.address) {
    text = "null function pointer called (" + name + " at address " + hexadecimal(noted.address) + ")";
  } else {
    text = "null pointer dereferenced (" + name + " at address " + hexadecimal(noted.address) + ")";
  }
  if (noted.processor.holds_poison) text += ", a pointer without a value (fresh memory is filled with 0xa5)";
  return text;
}

std::string describe() {
  const std::string name = std::string("SIG") + sigabbrev_np(noted.signal);
  if (noted.signal == SIGABRT) return "abort is called (SIGABRT)";
  // Sent by a program, as by raise().
  if (noted.code <= 0) return name + " is raised";
  switch (noted.signal) {
    case SIGSEGV:
    case SIGBUS:
      return describe_bad_address();
    case SIGFPE:
      return noted.code == FPE_INTDIV ? "integer division by zero, or its result has no value (SIGFPE)"
                                      : "arithmetic error (SIGFPE)";
    case SIGILL:
      return "illegal instruction (SIGILL), which the compiler also puts where execution must not come";
    default:
      return name + ", " + sigdescr_np(noted.signal);
  }
}

void report_fault() {
  machine& m = *machine::active();
  const machine::engine_scope scope;
  if (m.stack_guards(noted.address)) m.overflow(interruption::calls());
  m.crash(describe(), "", interruption::calls());
}

void pass_on(int signal, int code) {
  for (std::size_t i = 0; i < signals.size(); ++i) {
    if (signals[i] == signal) sigaction(signal, &previous[i], nullptr);
  }
  // A fault comes again by itself.
  if (code <= 0) raise(signal);
}

void on_signal(int signal, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  if (signal == SIGSEGV && raw_accesses::take_fault(address, context)) return;
  if (signal == SIGTRAP && raw_accesses::take_step(context)) return;
  interruption::recover();
  const machine* const m = machine::active();
  const bool overflows = m != nullptr && signal == SIGSEGV && info->si_code > 0 && m->stack_guards(address);
  if (!interruption::possible() || (machine::running_client() == nullptr && !overflows)) {
    pass_on(signal, info->si_code);
    return;
  }
  noted = {signal, info->si_code, signal == SIGABRT ? 0 : address, processor_of(context)};
  interruption::instead(context, &report_fault);
}

constexpr std::size_t handler_stack_size = std::size_t{64} << 10;
alignas(16) std::array<std::byte, handler_stack_size> memory_for_handlers;
stack_t previous_stack;

}  // namespace

fault_handlers::fault_handlers() {
  if (living_++ > 0) return;
  // What is needed in a handler is made before.
  interruption::possible();
  struct sigaction action {};
  action.sa_sigaction = &on_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &action, &previous[i]);
}

fault_handlers::~fault_handlers() {
  if (--living_ > 0) return;
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &previous[i], nullptr);
}

handler_stack::handler_stack() {
  if (living_++ > 0) return;
  stack_t stack{};
  stack.ss_sp = memory_for_handlers.data();
  stack.ss_size = memory_for_handlers.size();
  sigaltstack(&stack, &previous_stack);
}

handler_stack::~handler_stack() {
  if (--living_ == 0) sigaltstack(&previous_stack, nullptr);
}

}  // namespace stillpoint::verify::explorer
