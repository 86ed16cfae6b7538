// SPDX-License-Identifier: BSL-1.0
//
// How the library reports a mistake that has an exception of its own, with words that are made up on the
// spot; where exceptions are off, the same words on stderr and std::abort. See failure.hpp for the others.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

template <class Exception>
[[noreturn, gnu::cold, gnu::noinline]] void fail(const std::string& text) {
#if defined(__cpp_exceptions)
  throw Exception(text);
#else
  std::fprintf(stderr, "stillpoint: %s\n", text.c_str());
  std::abort();
#endif
}

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
