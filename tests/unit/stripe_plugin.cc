// SPDX-License-Identifier: BSL-1.0
// A shared object with the library's text in it, of which all but these functions is hidden.
#include <cstddef>
#include <cstdint>

#include "stillpoint/counters.hpp"

using counters = stillpoint::counters<stillpoint::write_concurrency>;

extern "C" {

[[gnu::visibility("default")]] std::size_t owned_stripe() {
  return stillpoint::std_policy::owned_stripe();
}

[[gnu::visibility("default")]] void* make_counters() {
  return new counters(1);
}

[[gnu::visibility("default")]] void add_one(void* array) {
  static_cast<counters*>(array)->add(1, 1);
}

[[gnu::visibility("default")]] std::int64_t value_of(void* array) {
  return static_cast<counters*>(array)->get(1);
}

[[gnu::visibility("default")]] void free_counters(void* array) {
  delete static_cast<counters*>(array);
}

}  // extern "C"
