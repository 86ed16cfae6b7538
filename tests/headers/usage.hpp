// SPDX-License-Identifier: BSL-1.0
//
// Uses every public type of the library once, so that compilers look at what templates become, not only at
// the templates. Compiled, never run. For the header matrix; a new primitive adds itself here.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "stillpoint/any_value.hpp"
#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/counters_ref.hpp"
#include "stillpoint/freestanding_policy.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/rendezvous.hpp"
#include "stillpoint/rendezvous_storage.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/snapshot_domain.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/striped_recorder.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/tracker.hpp"
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
  values.record([](int& active) { ++active; });
  int recycled = *values.sample();
  values.sample_into(recycled);
  return recycled;
}

// Both sides, as if two threads had them.
template <class Endpoint>
void use_waits(Endpoint& mine, Endpoint& theirs) {
  static_cast<void>(mine.try_wait());
  static_cast<void>(theirs.wait());
  Endpoint moved = std::move(mine);
  mine = std::move(moved);
}

template <class Endpoint>
int use_swaps(Endpoint& mine, Endpoint& theirs) {
  use_waits(mine, theirs);
  int sum = mine.swap() + theirs.held();
  auto borrow = std::move(mine).borrow();
  auto next = std::move(borrow).swap();
  meeting result = meeting::met;
  auto last = std::move(next).swap(result);
  sum += *last + *last.operator->();
  mine = std::move(last).release();
  return sum;
}

template <class Policy>
int use_rendezvous() {
  auto [mine, theirs] = make_rendezvous<Policy>();
  use_waits(mine, theirs);
  static_cast<void>(mine.wait_for(std::chrono::seconds(1), waiting::yielding));
  static_cast<void>(mine.wait(waiting::spinning));
  auto [first, second] = make_rendezvous_data<int, Policy>(1, 2);
  rendezvous_storage<int, Policy> storage(1, 2);
  auto [third, fourth] = storage.endpoints();
  return use_swaps(first, second) + use_swaps(third, fourth);
}

template <class Policy>
int use_freestanding() {
  rendezvous_storage<void, Policy> barrier;
  auto [mine, theirs] = barrier.endpoints();
  use_waits(mine, theirs);
  rendezvous_storage<int, Policy, std::uint8_t, 2> storage;
  auto [first, second] = storage.endpoints();
  return use_swaps(first, second);
}

template <class Counters>
std::int64_t use_counters(Counters&& counts) {
  counts.add(1, std::int64_t{1});
  counts.sub(1, std::uint64_t{1});
  counts.put(2, -1);
  std::array<std::int64_t, 2> values{};
  counts.snapshot(values);
  counts.for_each([](std::size_t, std::int64_t) {});
  if constexpr (requires { counts.add_get(1, 1); }) {
    values[0] += counts.add_get(1, 1) + counts.sub_get(1, 1u);
    if (!counts.compare_exchange(2, values[1], 1)) counts.clear();
  }
  values[1] += counts.snapshot().front();
  return counts.get(1) + counts.exchange(2, 5u) + counts.take(2) +
         static_cast<std::int64_t>(counts.size() + counts.info().memory);
}

template <class Tracker>
auto use_tracker() {
  static constinit Tracker tracked;
  auto first = tracked.acquire();
  auto second = std::move(first);
  first = tracked.acquire();
  const auto old = tracked.begin_increment();
  second.release();
  static_cast<void>(old.try_wait());
  static_cast<void>(old.wait_for(std::chrono::seconds(1)));
  old.wait();
  return tracked.increment() + tracked.generation() + old.generation() + first.generation();
}

template <class Counters>
std::uint64_t use_snapshot_counters(Counters&& counts) {
  counts.add(1, -1);
  std::array<std::int64_t, 2> values{};
  return counts.take_into(values) + counts.take().size() + counts.size() + counts.stripes() + counts.memory();
}

template <class Policy>
int use_atomic_value() {
  static snapshot_domain<Policy> domain;
  atomic_value<int, Policy> value(domain, reclaim_after{2});
  value.store(1);
  value.emplace(2);
  value.update([](const auto& stored) { return stored ? *stored + 1 : 0; });
  auto snapshot = value.load();
  auto owner = value.load_shared();
  auto copy = owner;
  copy = value.swap(4);
  static_cast<void>(value.compare_exchange(4, 5));
  static_cast<void>(value.compare_exchange(snapshot, 6));
  value.reclaim();
  return (snapshot == value.load() ? *snapshot : 0) + *owner + *copy.get() + *copy.operator->();
}

template <class Policy>
int use_any_value() {
  using value_type = any_value<Policy>;
  value_type value(reclaim_after{2});
  value.store(1);
  value.store(typename value_type::boxed(std::in_place_type<int>, 2));
  auto snapshot = value.load();
  const auto previous = value.swap(3);
  static_cast<void>(value.compare_exchange(3, 4));
  static_cast<void>(value.compare_exchange(snapshot, 5));
  value.reclaim();
  return snapshot && snapshot.template holds<int>() ? *previous.template get<int>()
                                                    : *value.load_shared().template get<int>();
}

inline int use_everything() {
  use_tracker<tracker<>>();
  use_tracker<tracker<basic_std_policy<true>>>();
  use_tracker<tracker<basic_std_policy<false>>>();
  constexpr tracker_shape small = {.slots = 2, .owned_stripes = 1, .shared_stripes = 1, .generation_bits = 3};
  use_tracker<basic_tracker<std_policy, small, std::uint8_t>>();
  use_snapshot_counters(snapshot_counters(2));
  use_snapshot_counters(snapshot_counters<basic_std_policy<false>>(2, 1));
  use_counters(counters<atomics>(2));
  counters<unsigned_atomics> of_unsigned(2);
  of_unsigned.put(1, of_unsigned.add_get(1, -1) - of_unsigned.info().max);
  use_counters(counters<write_concurrency>(2));
  use_counters(counters<write_concurrency, basic_std_policy<false>>(2, 1));
  use_counters(new_counters(2, "atomics"));
  use_counters(new_counters(2, counters_kind::write_concurrency));
  use_phaser<writer_reader_phaser<basic_std_policy<true>>>();
  use_phaser<writer_reader_phaser<basic_std_policy<false>>>();
  use_phaser<striped_writer_reader_phaser<basic_std_policy<true>>>();
  use_phaser<striped_writer_reader_phaser<basic_std_policy<false>>>();
  use_phaser<asymmetric_writer_reader_phaser<basic_std_policy<true>>>();
  use_phaser<asymmetric_writer_reader_phaser<basic_std_policy<false>>>();
  use_phaser<basic_asymmetric_writer_reader_phaser<std_policy, 2, 1, std::uint8_t, 2>>();
  use_phaser<basic_writer_reader_phaser<std_policy, 2, std::uint8_t, 2>>();
  std_policy::light_fence();
  std_policy::heavy_fence();
  std_policy::fence(std::memory_order_seq_cst);
  std_policy::destroy(std_policy::create<int>(1));
  const int values = use_atomic_value<basic_std_policy<true>>() +
                     use_atomic_value<basic_std_policy<false>>() + use_any_value<basic_std_policy<true>>() +
                     use_any_value<basic_std_policy<false>>();
  const int met = use_rendezvous<basic_std_policy<true>>() + use_rendezvous<basic_std_policy<false>>() +
                  use_freestanding<basic_freestanding_policy<true>>() +
                  use_freestanding<basic_freestanding_policy<false>>();
  return values + met + use_recorder<recorder<int>>() + use_recorder<striped_recorder<int>>() +
         use_recorder<striped_recorder<int, basic_std_policy<false>,
                                       writer_reader_phaser<basic_std_policy<false>>>>() +
         use_recorder<recorder<int, std_policy, striped_writer_reader_phaser<>>>() +
         use_recorder<recorder<int, std_policy, writer_reader_phaser<>>>();
}

}  // namespace stillpoint::tests
