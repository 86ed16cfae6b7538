// SPDX-License-Identifier: BSL-1.0
//
// Objects that two parts of a program use: are the second's uses refused, because the two have each a copy of
// the library's inline variables?
#pragma once

#include <cstdio>
#include <stdexcept>

#include "stillpoint/any_value.hpp"
#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/striped_recorder.hpp"
#include "stillpoint/tracker.hpp"

namespace stillpoint::tests {

struct shared_objects {
  shared_objects() {
    value.store(1);
    any.store(1);
  }

  counters<write_concurrency, basic_std_policy<true>> counted{1};
  snapshot_counters<basic_std_policy<true>> taken{1};
  tracker<basic_std_policy<true>> tracked;
  asymmetric_writer_reader_phaser<basic_std_policy<true>> phased;
  striped_recorder<int, basic_std_policy<true>> recorded;
  atomic_value<int, basic_std_policy<true>> value;
  any_value<basic_std_policy<true>> any;
};

template <class Use>
int refusals(const char* name, Use use) {
  try {
    use();
  } catch (const std::logic_error& refused) {
    std::printf("%s: %s\n", name, refused.what());
    return 1;
  }
  return 0;
}

// How many of the seven are refused.
inline int count_refusals(shared_objects& from) {
  return refusals("counters", [&] { from.counted.add(1, 1); }) +
         refusals("snapshot_counters", [&] { from.taken.add(0, 1); }) +
         refusals("tracker", [&] { static_cast<void>(from.tracked.acquire()); }) +
         refusals("asymmetric_writer_reader_phaser",
                  [&] { from.phased.writer_exit(from.phased.writer_enter()); }) +
         refusals("striped_recorder", [&] { from.recorded.record([](int& mine) { ++mine; }); }) +
         refusals("atomic_value", [&] { static_cast<void>(from.value.load()); }) +
         refusals("any_value", [&] { static_cast<void>(from.any.load()); });
}

}  // namespace stillpoint::tests
