// SPDX-License-Identifier: BSL-1.0
//
// What cannot be written with tracker and snapshot_counters.
#include "stillpoint/tracker.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

#include "stillpoint/snapshot_counters.hpp"
#include "tests/compile_fail/incomplete_policies.hpp"

namespace stillpoint::tests {

using generations = tracker<>;
using policy = std_policy;

void tokens_have_one_holder(generations& tracked) {
  generations::token held = tracked.acquire();
  generations::token moved(std::move(held));
  held = std::move(moved);
  // must not compile: deleted
  generations::token copy(held);
  // must not compile: deleted
  moved = held;
  // must not compile: (private|no matching)
  generations::token invented(&tracked, {0, nullptr});
  held.release();
}

void results_are_looked_at(generations& tracked) {
  tracked.increment();
  // must not compile: (ignoring return|nodiscard)
  tracked.acquire();
  // must not compile: (ignoring return|nodiscard)
  tracked.begin_increment();
  const generations::pending old = tracked.begin_increment();
  old.wait();
  // must not compile: (ignoring return|nodiscard)
  old.try_wait();
  // must not compile: (ignoring return|nodiscard)
  old.wait_for(std::chrono::seconds(1));
  // must not compile: (no matching|cannot convert|could not convert|no viable conversion)
  static_cast<void>(old.wait_for(1));
}

void pendings_stand_for_an_increment(generations& tracked) {
  const generations::pending old = tracked.begin_increment();
  const generations::pending copy(old);
  copy.wait();
  // must not compile: no matching (function for call|constructor)
  generations::pending none;
  // must not compile: (private|no matching)
  const generations::pending invented(&tracked, 7);
}

void trackers_stay_where_they_are(generations& tracked) {
  tracked.increment();
  // must not compile: deleted
  generations copy(tracked);
  // must not compile: deleted
  generations moved(std::move(tracked));
  // must not compile: deleted
  tracked = generations();
}

void readers_do_not_acquire(const generations& tracked) {
  static_cast<void>(tracked.generation());
  // must not compile: (discards qualifiers|not marked const)
  static_cast<void>(tracked.acquire());
  // must not compile: (discards qualifiers|not marked const)
  static_cast<void>(tracked.increment());
}

// A tracker without a clock waits all the same, but not for some time.
void without_a_clock(basic_tracker<complete_policy>& tracked) {
  const basic_tracker<complete_policy>::pending old = tracked.begin_increment();
  old.wait();
  // must not compile: policy_provides_deadline
  static_cast<void>(old.wait_for(std::chrono::seconds(1)));
}

template <tracker_shape Shape, class Generation = std::uint64_t>
using shaped = basic_tracker<policy, Shape, Generation>;

shaped<tracker_shape{}> usual;
shaped<tracker_shape{2, 1, 1, 7, 1}, std::uint8_t> small;
// must not compile: slots: a power of two, at least 2
shaped<tracker_shape{6}> slots_no_power_of_two;
// must not compile: slots: a power of two, at least 2
shaped<tracker_shape{1}> one_slot;
// must not compile: owned stripes have seats
shaped<tracker_shape{8, 0}> nothing_to_own;
// must not compile: owned stripes have seats
shaped<tracker_shape{8, 64, 16, 63, 0}> no_seats;
// must not compile: those who own no stripe need a shared one
shaped<tracker_shape{8, 64, 0}> nothing_to_share;
// must not compile: a seat holds one number more
shaped<tracker_shape{8, 64, 16, 64}> generations_as_wide_as_their_type;
// must not compile: a seat holds one number more
shaped<tracker_shape{2, 1, 1, 8}, std::uint8_t> generations_as_wide_as_a_byte;
// must not compile: at least twice as many generations as slots
shaped<tracker_shape{8, 64, 16, 3}> fewer_generations_than_slots;
// must not compile: unsigned_integral
basic_tracker<policy, tracker_shape{}, std::int64_t> signed_generations;

// must not compile: policy_provides_quick_stripe\b
tracker<lacks_quick_stripe> without_quick_stripe;
// must not compile: policy_provides_quick_light_fence\b
tracker<lacks_quick_light_fence> without_quick_light_fence;
// must not compile: policy_provides_heavy_fence\b
snapshot_counters<lacks_heavy_fence> without_heavy_fence(1);

void arrays_stay_where_they_are(snapshot_counters<>& counts) {
  counts.add(0, 1);
  // must not compile: counter_index
  counts.add(7.0, 1);
  // must not compile: counter_number
  counts.add(0, 1.5);
  // must not compile: (ignoring return|nodiscard)
  counts.take();
  // must not compile: deleted
  snapshot_counters<> copy(counts);
  // must not compile: deleted
  snapshot_counters<> moved(std::move(counts));
  // must not compile: deleted
  counts = snapshot_counters<>(1);
  // must not compile: no matching (function for call|constructor)
  snapshot_counters<> no_size;
  // must not compile: (non-scalar type|no viable conversion)
  snapshot_counters<> from_size = 1;
}

void readers_do_not_take(const snapshot_counters<>& counts) {
  static_cast<void>(counts.size() + counts.stripes());
  // must not compile: (discards qualifiers|not marked const)
  counts.add(0, 1);
  // must not compile: (discards qualifiers|not marked const)
  static_cast<void>(counts.take());
}

}  // namespace stillpoint::tests
