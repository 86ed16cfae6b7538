// SPDX-License-Identifier: BSL-1.0
//
// The phasers that tests run on: plain, striped and asymmetric, checked and unchecked, and with epochs that
// wrap around after four sections, or four flips. Each is taken from the heap: their parts lie cache lines
// apart, which GCC's AddressSanitizer does not always grant on the stack.
#pragma once

#include <cstdint>
#include <memory>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"

namespace stillpoint::tests {

using checked = basic_std_policy<true>;
using unchecked = basic_std_policy<false>;

template <class Policy>
using tiny_phaser = basic_writer_reader_phaser<Policy, 1, std::uint8_t, 2>;
template <class Policy>
using tiny_striped_phaser = basic_writer_reader_phaser<Policy, 2, std::uint8_t, 2>;
// At most two threads own a stripe.
template <class Policy>
using tiny_asymmetric_phaser = basic_asymmetric_writer_reader_phaser<Policy, 2, 1, std::uint8_t, 2>;

// No thread owns a stripe.
using without_owned_stripes = basic_std_policy<true, false>;

// At most three writers of one stripe may be inside.
constexpr unsigned most_inside_tiny = 3;

}  // namespace stillpoint::tests
