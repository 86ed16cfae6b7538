// SPDX-License-Identifier: BSL-1.0
//
// Uses every public type of the library once, so that compilers look at what templates become, not only at
// the templates. Compiled, never run. For the header matrix; a new primitive adds itself here.
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

#include "stillpoint/recorder.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"

namespace stillpoint::tests {

template <class Phaser>
void use_phaser() {
  Phaser phaser;
  phaser.writer_exit(phaser.writer_enter());
  { const typename Phaser::writer_section inside(phaser); }
  phaser.reader_lock();
  phaser.flip_phase();
  phaser.flip_phase(std::chrono::nanoseconds(1));
  phaser.reader_unlock();
  auto guard = phaser.lock_reader();
  guard.flip();
  guard.flip(std::chrono::nanoseconds(0));
}

template <class Recorder>
int use_recorder() {
  Recorder values;
  values.record([](int& value) { ++value; });
  int recycled = *values.sample();
  values.sample_into(recycled);
  return recycled;
}

inline int use_everything() {
  use_phaser<writer_reader_phaser<basic_std_policy<true>>>();
  use_phaser<writer_reader_phaser<basic_std_policy<false>>>();
  use_phaser<striped_writer_reader_phaser<basic_std_policy<true>>>();
  use_phaser<striped_writer_reader_phaser<basic_std_policy<false>>>();
  use_phaser<basic_writer_reader_phaser<std_policy, 2, std::uint8_t, 2>>();
  std_policy::light_fence();
  std_policy::heavy_fence();
  std_policy::fence(std::memory_order_seq_cst);
  std_policy::destroy(std_policy::create<int>(1));
  return use_recorder<recorder<int>>() +
         use_recorder<recorder<int, std_policy, striped_writer_reader_phaser<>>>();
}

}  // namespace stillpoint::tests
