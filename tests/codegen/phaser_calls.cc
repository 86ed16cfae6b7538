// SPDX-License-Identifier: BSL-1.0
//
// The asymmetric phaser's hot calls, and what is built on them, for hot_path.py. Compiled, never run.
#include <atomic>
#include <cstdint>
#include <new>
#include <utility>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/striped_recorder.hpp"

static_assert(STILLPOINT_CHECKED == 0, "what a product pays is looked at");

using phaser_type = stillpoint::asymmetric_writer_reader_phaser<>;

struct last_value {
  std::atomic<std::uint64_t> value{0};
};

extern "C" {

void section(phaser_type& phaser) {
  const phaser_type::writer_section inside(phaser);
}

void write_in_section(phaser_type& phaser, std::uint64_t* const volatile* active, std::uint64_t value) {
  const phaser_type::writer_section inside(phaser);
  **active = value;
}

void enter(phaser_type& phaser, void* place) {
  ::new (place) phaser_type::token(phaser.writer_enter());
}

void exit_section(phaser_type& phaser, phaser_type::token& token) {
  phaser.writer_exit(std::move(token));
}

void record(stillpoint::recorder<last_value>& values, std::uint64_t value) {
  values.record([value](last_value& into) { into.value.store(value, std::memory_order_relaxed); });
}

void record_alone(stillpoint::striped_recorder<std::uint64_t>& counts) {
  counts.record([](std::uint64_t& mine) { ++mine; });
}

}  // extern "C"
