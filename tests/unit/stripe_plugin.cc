// SPDX-License-Identifier: BSL-1.0
// A shared object with the library's text in it, of which all but these functions is hidden.
#include <cstddef>
#include <cstdint>

#include "stillpoint/any_value.hpp"
#include "stillpoint/counters.hpp"

using any_value = stillpoint::any_value<>;
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

[[gnu::visibility("default")]] void* make_value() {
  return new any_value(stillpoint::reclaim_after{1});
}

[[gnu::visibility("default")]] void store_number(void* value, std::int64_t number) {
  static_cast<any_value*>(value)->store(number);
}

// -1 if there is none.
[[gnu::visibility("default")]] std::int64_t number_in(void* value) {
  const auto now = static_cast<any_value*>(value)->load();
  const auto* const number = now.get<std::int64_t>();
  return number == nullptr ? -1 : *number;
}

[[gnu::visibility("default")]] void free_value(void* value) {
  delete static_cast<any_value*>(value);
}

}  // extern "C"
