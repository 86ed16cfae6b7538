// SPDX-License-Identifier: BSL-1.0
//
// What a client asks of its checker beyond its platform, for code that is compiled as it ships: the
// functions behind P::check, P::choose, P::assume, P::now and P::precedes. Nothing of the machine is to be
// seen here, since what includes this is instrumented.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <source_location>

namespace stillpoint::verify::native {

// What a thread has reached, and what of the other threads lies before it.
struct moment {
  std::array<std::uint16_t, 16> past;
  std::uint16_t thread;
  std::uint16_t events;
  std::uint32_t step;
};

[[noreturn]] void fail_check(const char* text, std::source_location where);
std::size_t choose(std::size_t n, std::source_location where);
[[noreturn]] void drop_execution();
moment now();
bool precedes(const moment& a, const moment& b);

}  // namespace stillpoint::verify::native
