// SPDX-License-Identifier: BSL-1.0
//
// How the library reports a caller's mistake: std::logic_error, or, where exceptions are off, the same words
// on stderr and std::abort. Cold and out of line, so that a check costs its caller one predictable branch.
#pragma once

#include <cstdio>
#include <cstdlib>
#if defined(__cpp_exceptions)
#include <stdexcept>
#endif

namespace stillpoint::detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void fail_logic(const char* text) {
#if defined(__cpp_exceptions)
  throw std::logic_error(text);
#else
  std::fprintf(stderr, "stillpoint: %s\n", text);
  std::abort();
#endif
}

}  // namespace stillpoint::detail
