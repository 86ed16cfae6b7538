// SPDX-License-Identifier: BSL-1.0
//
// striped_writer_reader_phaser: a writer_reader_phaser for many writers at once.
//
// Same interface and guarantees. Each writer section counts on the cache line of the stripe that the policy
// suggests to its thread, so that writers on different cores do not contend. Costs: P::stripe_count cache
// lines of memory, and a flip visits each of them. Take the plain writer_reader_phaser when there is one
// writer or when flips are frequent.
//
// Source: asked for by users of HdrHistogram since 2019 (its pull request 137); the algorithm is the plain
// phaser's.
#pragma once

#include "stillpoint/writer_reader_phaser.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

template <atomics_policy P = std_policy>
using striped_writer_reader_phaser = basic_writer_reader_phaser<P, P::stripe_count>;

}  // namespace stillpoint

#pragma GCC diagnostic pop
