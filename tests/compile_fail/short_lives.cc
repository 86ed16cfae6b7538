// SPDX-License-Identifier: BSL-1.0
//
// Uses of what a snapshot, an interval or a guard shows after that has ended: Clang's -Wdangling and
// -Wreturn-stack-address refuse them. What follows in each function has to compile beside it.
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "stillpoint/any_value.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/rendezvous_storage.hpp"
#include "stillpoint/tracker.hpp"

namespace stillpoint::tests {

using numbers = std::vector<int>;

int loop_over_a_snapshot(const atomic_value<numbers>& value) {
  int sum = 0;
  // must not compile: temporary implicitly bound to local reference will be destroyed
  for (const int each : *value.load()) sum += each;
  const auto now = value.load();
  for (const int each : *now) sum += each;
  return sum;
}

std::size_t name_for_what_a_snapshot_shows(const atomic_value<numbers>& value) {
  // must not compile: temporary bound to local reference 'shown' will be destroyed
  const numbers& shown = *value.load();
  // must not compile: temporary .* 'place' will be destroyed
  const numbers* const place = value.load().get();
  // must not compile: temporary .* 'member' will be destroyed
  const numbers* const member = value.load_shared().operator->();
  const numbers copy = *value.load();
  return copy.size() + value.load()->size() + (*value.load()).size();
}

int name_for_what_any_snapshot_shows(const any_value<>& value) {
  // must not compile: temporary .* 'place' will be destroyed
  const int* const place = value.load().get<int>();
  return *value.load().get<int>();
}

const numbers& result_that_refers_into_a_snapshot(const atomic_value<numbers>& value) {
  const auto now = value.load();
  static const numbers none;
  // must not compile: reference to stack memory associated with local variable 'now'
  if (now) return *now;
  return none;
}

int loop_over_an_interval(recorder<numbers>& recorded) {
  int sum = 0;
  // must not compile: temporary implicitly bound to local reference will be destroyed
  for (const int each : *recorded.sample()) sum += each;
  // must not compile: temporary .* 'place' will be destroyed
  const numbers* const place = recorded.sample().operator->();
  const auto ended = recorded.sample();
  for (const int each : *ended) sum += each;
  return sum;
}

void guards_of_what_ends_at_once() {
  // must not compile: temporary .* 'now' will be destroyed
  const auto now = atomic_value<int>().load();
  // must not compile: temporary .* 'any' will be destroyed
  const auto any = any_value<>().load();
  // must not compile: temporary .* 'ended' will be destroyed
  const auto ended = recorder<int>().sample();
  // must not compile: temporary .* 'inside' will be destroyed
  const auto inside = tracker<>().acquire();
  // must not compile: temporary .* 'old' will be destroyed
  const auto old = tracker<>().begin_increment();
  // must not compile: temporary .* 'reader' will be destroyed
  const auto reader = writer_reader_phaser<>().lock_reader();
  // must not compile: temporary .* 'sides' will be destroyed
  const auto sides = rendezvous_storage<int>().endpoints();
}

// What keeps its guards long enough.
class service {
 public:
  atomic_value<numbers>::snapshot now() const { return value_.load(); }
  std::optional<tracker<>::token> inside(bool wanted) {
    std::optional<tracker<>::token> token;
    if (wanted) token = tracked_.acquire();
    return token;
  }
  auto later() {
    return [held = value_.load()] { return held->size(); };
  }
  auto owner() const { return value_.load_shared(); }

 private:
  atomic_value<numbers> value_;
  tracker<> tracked_;
};

std::size_t guards_that_are_passed_on(service& from) {
  std::vector<atomic_value<numbers>::snapshot> held;
  held.push_back(from.now());
  auto moved = std::move(held.back());
  const auto token = from.inside(true);
  return moved->size() + from.later()() + (token ? 1 : 0) + from.owner()->size();
}

}  // namespace stillpoint::tests
