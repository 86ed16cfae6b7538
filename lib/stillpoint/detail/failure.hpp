// SPDX-License-Identifier: BSL-1.0
//
// How the library reports a caller's mistake: std::logic_error, or, where exceptions are off, the same words
// on stderr and std::abort; where there is no operating system either, a trap. Cold and out of line, so that
// a check costs its caller one predictable branch.
#pragma once

#if __STDC_HOSTED__
#include <cstdio>
#include <cstdlib>
#if defined(__cpp_exceptions)
#include <stdexcept>
#endif
#endif

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

}  // namespace stillpoint::detail
