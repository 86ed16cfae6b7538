// SPDX-License-Identifier: BSL-1.0
//
// How the library reports a caller's mistake: std::logic_error, or, where exceptions are off, the same words
// on stderr and std::abort; where there is no operating system either, a trap. Cold and out of line, so that
// a check costs its caller one predictable branch. In a destructor: the words on stderr and std::terminate.
#pragma once

#if __STDC_HOSTED__
#include <cstdio>
#include <cstdlib>
#include <exception>
#if defined(__cpp_exceptions)
#include <stdexcept>
#endif
#endif

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void fail_logic([[maybe_unused]] const char* text) {
#if !__STDC_HOSTED__
  __builtin_trap();
#elif defined(__cpp_exceptions)
  throw std::logic_error(text);
#else
  std::fprintf(stderr, "stillpoint: %s\n", text);
  std::abort();
#endif
}

// For mistakes that are found in a destructor, from which nothing can be thrown.
[[noreturn, gnu::cold, gnu::noinline]] inline void terminate([[maybe_unused]] const char* text) noexcept {
#if !__STDC_HOSTED__
  __builtin_trap();
#else
  std::fprintf(stderr, "stillpoint: %s\n", text);
  std::terminate();
#endif
}

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
