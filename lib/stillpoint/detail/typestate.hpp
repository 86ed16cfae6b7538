// SPDX-License-Identifier: BSL-1.0
//
// Clang's consumed analysis (-Wconsumed) in the library's words: which objects are used up, by what, and what
// may no longer be called then; and its -Wdangling: what refers to an object that ends with the statement.
// Other compilers see nothing here.
#pragma once

#if defined(__clang__)
// Before a class' name: its objects are good until they are consumed.
#define STILLPOINT_CONSUMABLE [[clang::consumable(unconsumed)]]
// Of a function: only for an object that is not consumed; it consumes the object; what it returns is good.
#define STILLPOINT_UNLESS_CONSUMED [[clang::callable_when("unconsumed")]]
#define STILLPOINT_CONSUMES [[clang::set_typestate(consumed)]]
#define STILLPOINT_RETURNS_UNCONSUMED [[clang::return_typestate(unconsumed)]]
// After a member function's parameters: what it returns refers into the object.
#define STILLPOINT_LIFETIME_BOUND [[clang::lifetimebound]]
#else
#define STILLPOINT_CONSUMABLE
#define STILLPOINT_UNLESS_CONSUMED
#define STILLPOINT_CONSUMES
#define STILLPOINT_RETURNS_UNCONSUMED
#define STILLPOINT_LIFETIME_BOUND
#endif
