// SPDX-License-Identifier: BSL-1.0
//
// Waiting for a notification at an atomic, as [atomics.wait] has it, and parking, as futexes do.
//
// A wait may be unblocked at any time, so it returns in just those executions in which a loop of loads does.
// What is particular is that it may not return: asleep, it needs a notification. So a wait chooses: either it
// is a loop of loads; or it reads the old value and falls asleep, and goes on once it is notified.
//
// Who sleeps is a word of the atomic's own, a bit for each thread, changed by read-modify-writes alone, so
// that its modification order says which notifications come before a thread fell asleep. Such a one must not
// have been about a value later than what the thread has seen: it would have found the thread asleep. Nothing
// is ordered by that word: all its operations are relaxed.
#include <algorithm>
#include <bit>

#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/model/hash.hpp"

namespace stillpoint::verify::explorer {

namespace {

template <bool (*Ask)(const void*, std::uint64_t)>
condition about(const std::uint64_t& number) {
  return {Ask, &number, mixed(reinterpret_cast<std::uintptr_t>(Ask), number)};
}

bool differs(const void* number, std::uint64_t value) {
  return value != *static_cast<const std::uint64_t*>(number);
}

bool lacks(const void* bit, std::uint64_t value) {
  return (value & *static_cast<const std::uint64_t*>(bit)) == 0;
}

// The set bit of `bits` that has `below` others under it.
std::uint64_t bit_of(std::uint64_t bits, std::size_t below) {
  for (; below > 0; --below) bits &= bits - 1;
  return bits & -bits;
}

std::uint64_t bit_of_thread(std::size_t thread) {
  return std::uint64_t{1} << thread;
}

modification changed_by(std::uint64_t (*compute)(std::uint64_t, std::uint64_t), std::uint64_t operand) {
  modification how;
  how.compute = compute;
  how.operand = operand;
  return how;
}

}  // namespace

bool machine::has_sleepers(const std::source_location& where) {
  return !waited_at_.empty() && waited_at_.contains(bits_of(where));
}

// Made together with the atomic: by whom and when may not depend on who waits first. So it is known from the
// second time on that somebody does.
location_id machine::sleepers_at(location_id place) {
  const location_id sleepers = sleepers_.of(place);
  if (sleepers != no_location) return sleepers;
  const engine_scope scope;
  waited_at_.insert(bits_of(g().at(g().place(place).creator).where));
  restart_knowing_more();
}

void machine::wait(location_id place, std::uint64_t old, std::memory_order order,
                   std::source_location where) {
  while (choose_at(2, operation::wait, place, where) == 1) sleep(place, old, order, operation::wait, where);
  await(place, order, about<differs>(old), where, operation::wait);
}

// The kernel compares behind a full barrier.
void machine::park(location_id place, std::uint64_t expected, std::source_location where) {
  if (limits_.spurious_wakeups && choose_at(2, operation::park, place, where) == 0) return;
  fence(fence_kind::ordinary, std::memory_order_seq_cst, where);
  // That it returns because the word has another value is one of the ways to end by itself.
  sleep(place, expected, std::memory_order_relaxed, operation::park, where, !limits_.spurious_wakeups);
}

// The kernel compares behind a full barrier. To return before the time is over it needs no notification: who
// waits in a loop looks again at what has changed, and if nothing has, it may as well have slept on.
bool machine::park_until(location_id place, std::uint64_t expected, virtual_time::nanoseconds end,
                         std::source_location where) {
  if (times_out(place, end, where)) return true;
  fence(fence_kind::ordinary, std::memory_order_seq_cst, where);
  if (load(place, std::memory_order_relaxed, where, operation::park) == expected) drop();
  return false;
}

void machine::sleep(location_id place, std::uint64_t old, std::memory_order order, operation op,
                    std::source_location where, bool may_return) {
  const location_id sleepers = sleepers_at(place);
  // It does not sleep where the value is another one.
  if (load(place, order, where, op) != old) {
    if (may_return) return;
    drop();
  }
  const event_ref seen = last_event().reads_from;
  const event_ref asleep = fall_asleep(sleepers, op, where);
  if (was_notified_of_later(seen, asleep)) drop();
  await_notification(sleepers, op, where);
}

event_ref machine::fall_asleep(location_id sleepers, operation op, std::source_location where) {
  bool modified = false;
  modify(sleepers, op,
         changed_by([](std::uint64_t all, std::uint64_t one) { return all | one; }, bit_of_thread(current_)),
         modified, where);
  return {static_cast<std::uint16_t>(current_), static_cast<std::uint16_t>(me().next - 1)};
}

void machine::await_notification(location_id sleepers, operation op, std::source_location where) {
  const std::uint64_t bit = bit_of_thread(current_);
  await(sleepers, std::memory_order_relaxed, about<lacks>(bit), where, op);
}

// Whether a notification that comes before the thread falls asleep happens after a write that is later than
// what it has seen.
bool machine::was_notified_of_later(event_ref seen, event_ref asleep) const {
  const auto& words = g().place(g().at(asleep).location).order;
  const auto& values = g().place(g().at(seen).location).order;
  const auto later = std::find(values.begin(), values.end(), seen) + 1;
  for (const event_ref word : words) {
    if (word == asleep) break;
    const operation op = g().at(word).op;
    if (op != operation::notify_one && op != operation::notify_all) continue;
    if (std::any_of(later, values.end(), [&](event_ref w) { return g().happens_before(w, word); }))
      return true;
  }
  return false;
}

void machine::notify_all(location_id place, std::source_location where) {
  wake_all(sleepers_at(place), where);
}

void machine::notify_one(location_id place, std::source_location where) {
  wake_one(sleepers_at(place), where);
}

void machine::wake_all(location_id sleepers, std::source_location where) {
  bool modified = false;
  modify(sleepers, operation::notify_all,
         changed_by([](std::uint64_t, std::uint64_t) { return std::uint64_t{0}; }, 0), modified, where);
}

// Which one of several is a choice.
void machine::wake_one(location_id sleepers, std::source_location where) {
  bool modified = false;
  std::uint64_t asleep = modify(
      sleepers, operation::notify_one,
      changed_by([](std::uint64_t all, std::uint64_t) { return std::has_single_bit(all) ? 0 : all; }, 0),
      modified, where);
  if (std::popcount(asleep) < 2) return;
  do {
    const auto count = static_cast<std::size_t>(std::popcount(asleep));
    const std::uint64_t one = bit_of(asleep, choose_at(count, operation::notify_one, sleepers, where));
    modification how = changed_by([](std::uint64_t, std::uint64_t others) { return others; }, asleep & ~one);
    how.conditional = true;
    how.expected = asleep;
    asleep = modify(sleepers, operation::notify_one, how, modified, where);
  } while (!modified && asleep != 0);
}

}  // namespace stillpoint::verify::explorer
