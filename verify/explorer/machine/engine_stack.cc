// SPDX-License-Identifier: BSL-1.0
//
// What depends on the processor. Elsewhere than on x86-64 the engine runs on the client's stack and does not
// see what the client was at: loops are then not recognized.
#include "verify/explorer/machine/engine_stack.hpp"

#if defined(__x86_64__)

extern "C" {
void* stillpoint_explorer_engine_top;
stillpoint::verify::explorer::call_state* stillpoint_explorer_call_state;
}

// System V ABI: the function to call comes in rdi, its arguments in rsi, rdx, rcx, r8, r9. The frame is
// described by rbp, so that debuggers and exceptions find their way back.
asm(R"(
    .text
    .globl stillpoint_explorer_enter
    .type stillpoint_explorer_enter, @function
stillpoint_explorer_enter:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    movq stillpoint_explorer_call_state@GOTPCREL(%rip), %rax
    movq (%rax), %rax
    movq 8(%rbp), %r10
    movq %r10, 0(%rax)
    leaq 16(%rbp), %r10
    movq %r10, 8(%rax)
    movq %rbx, 16(%rax)
    movq 0(%rbp), %r10
    movq %r10, 24(%rax)
    movq %r12, 32(%rax)
    movq %r13, 40(%rax)
    movq %r14, 48(%rax)
    movq %r15, 56(%rax)
    movq stillpoint_explorer_engine_top@GOTPCREL(%rip), %rax
    movq (%rax), %rsp
    movq %rdi, %rax
    movq %rsi, %rdi
    movq %rdx, %rsi
    movq %rcx, %rdx
    movq %r8, %rcx
    movq %r9, %r8
    callq *%rax
    movq %rbp, %rsp
    popq %rbp
    .cfi_def_cfa %rsp, 8
    retq
    .cfi_endproc
    .size stillpoint_explorer_enter, .-stillpoint_explorer_enter
)");

static_assert(sizeof(stillpoint::verify::explorer::call_state) == 64, "as the code above writes it");

namespace stillpoint::verify::explorer {

void enter_on(void* top, call_state& state) {
  stillpoint_explorer_engine_top = top;
  stillpoint_explorer_call_state = &state;
}

}  // namespace stillpoint::verify::explorer

#else

namespace stillpoint::verify::explorer {

void enter_on(void*, call_state&) {}

}  // namespace stillpoint::verify::explorer

#endif
