// SPDX-License-Identifier: BSL-1.0
//
// How a call that cannot return without the other side says that it has left: rendezvous_disconnected, or,
// where exceptions are off, a word on stderr and std::abort; where there is no operating system either, a
// trap.
#pragma once

#if __STDC_HOSTED__
#include <cstdio>
#include <cstdlib>
#if defined(__cpp_exceptions)
#include <stdexcept>
#endif
#endif

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

#if __STDC_HOSTED__ && defined(__cpp_exceptions)
// The other side left before it came to the meeting.
class rendezvous_disconnected : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
#endif

namespace detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void fail_disconnected([[maybe_unused]] const char* text) {
#if !__STDC_HOSTED__
  __builtin_trap();
#elif defined(__cpp_exceptions)
  throw rendezvous_disconnected(text);
#else
  std::fprintf(stderr, "stillpoint: %s\n", text);
  std::abort();
#endif
}

}  // namespace detail

}  // namespace stillpoint

#pragma GCC diagnostic pop
