// SPDX-License-Identifier: BSL-1.0
//
// What a reader of an atomic_value does, for hot_path.py. Compiled, never run.
#include "stillpoint/any_value.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/std_policy.hpp"

static_assert(STILLPOINT_CHECKED == 0, "what a product pays is looked at");

struct settings {
  long limit;
};

extern "C" {

// A load, a read, and the release.
long value_read(const stillpoint::atomic_value<settings>& value) {
  return value.load()->limit;
}

long value_read_twice(const stillpoint::atomic_value<settings>& value) {
  const auto now = value.load();
  return now->limit + now->limit;
}

long any_read(const stillpoint::any_value<>& value) {
  return value.load().get<settings>()->limit;
}

}  // extern "C"
