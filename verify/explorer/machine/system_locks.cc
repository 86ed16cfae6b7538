// SPDX-License-Identifier: BSL-1.0
//
// std::mutex and std::condition_variable in client code, that is, what the system offers as pthread_mutex_t
// and pthread_cond_t. Such an object may have come to life without a word, so its place in the graph is made
// by the main thread before all else: from the second execution on, when its address is known.
#include "verify/explorer/machine/system_locks.hpp"

#include <bit>
#include <string>

#include "verify/explorer/machine/calls.hpp"
#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::explorer {

namespace {

constexpr std::source_location nowhere;

}  // namespace

// Of the looks at one that is given back, whoever was told to go on may still make one: a condition variable
// may be destroyed once all are notified that wait there, and a barrier once all have come.
void machine::end_system_locks(std::uintptr_t address, std::size_t size, std::source_location where) {
  std::vector<location_id> ended;
  {
    const engine_scope scope;
    system_locks_.for_each_in(address, size, [&](const system_locks::entry& e) { ended.push_back(e.place); });
  }
  for (const location_id place : ended) retire_place(place, where);
  const engine_scope scope;
  ended = {};
}

// What lies in the memory of the language's or the system's libraries is theirs.
bool machine::is_clients(const void* object) const {
  if (arena_.contains(object)) return true;
  const engine_scope scope;
  return !code_place_of(reinterpret_cast<std::uintptr_t>(object)).system;
}

void machine::create_system_locks() {
  for (const known_lock& known : known_locks_) {
    if (known.client != program_.body) continue;
    note(known.object, 1, described<void>);
    const location_id place = create_place(known.kind, true, 0, nowhere);
    const engine_scope scope;
    system_locks_.add(known.object, known.kind, place);
  }
}

system_locks::entry& machine::known_system_lock(const void* object, location_kind kind) {
  if (system_locks::entry* const found = system_locks_.find(object, kind)) return *found;
  const engine_scope scope;
  known_locks_.push_back({program_.body, object, kind});
  restart_knowing_more();
}

void machine::lock_system(const void* mutex, bool recursive, std::source_location where) {
  system_locks::entry& known = known_system_lock(mutex, location_kind::mutex);
  if (!recursive || known.times == 0 || known.holder != current_) lock(known.place, where);
  hold_system(mutex);
}

bool machine::try_lock_system(const void* mutex, bool recursive, std::source_location where) {
  system_locks::entry& known = known_system_lock(mutex, location_kind::mutex);
  const bool again = recursive && known.times > 0 && known.holder == current_;
  if (!again && !try_lock(known.place, where)) return false;
  hold_system(mutex);
  return true;
}

// Only its holder looks at that.
void machine::hold_system(const void* mutex) {
  system_locks::entry& known = *system_locks_.find(mutex, location_kind::mutex);
  known.holder = current_;
  ++known.times;
}

void machine::unlock_system(const void* mutex, std::source_location where) {
  system_locks::entry& known = known_system_lock(mutex, location_kind::mutex);
  if (known.times > 1 && known.holder == current_) {
    --known.times;
    return;
  }
  known.times = 0;
  unlock(known.place, where);
}

bool machine::lock_system_until(const void* mutex, bool recursive, virtual_time::nanoseconds end,
                                std::source_location where) {
  system_locks::entry& known = known_system_lock(mutex, location_kind::mutex);
  if (!recursive || known.times == 0 || known.holder != current_) {
    if (times_out(known.place, end, where)) return false;
    // It is free in time, or this execution is none.
    acquire(known.place, operation::try_lock, where);
  }
  hold_system(mutex);
  return true;
}

// Once for each thread and condition variable: turns of a loop around it need not look like one that changes
// nothing, since std::condition_variable_any counts its references.
bool machine::ends_by_itself(system_locks::entry& condition, std::source_location where) {
  const std::uint32_t me = std::uint32_t{1} << current_;
  if (!limits_.spurious_wakeups || (condition.woken & me) != 0) return false;
  if (choose_at(2, operation::wait, condition.place, where) == 0) return false;
  condition.woken |= me;
  return true;
}

// The thread is known to sleep before the mutex is free: who notifies after having held it finds it asleep.
void machine::wait_system(const void* condition, const void* mutex, std::source_location where) {
  system_locks::entry& known = known_system_lock(condition, location_kind::sleepers);
  const location_id sleepers = known.place;
  const bool by_itself = ends_by_itself(known, where);
  if (!by_itself) fall_asleep(sleepers, operation::wait, where);
  unlock_system(mutex, where);
  if (!by_itself) await_notification(sleepers, operation::wait, where);
  lock_system(mutex, false, where);
}

// By itself, by a notification, or by its time. That it was over is known once the mutex is free: a
// notification of before may have gone to this thread.
bool machine::wait_system_until(const void* condition, const void* mutex, virtual_time::nanoseconds end,
                                std::source_location where) {
  system_locks::entry& known = known_system_lock(condition, location_kind::sleepers);
  const location_id sleepers = known.place;
  const bool by_itself = ends_by_itself(known, where);
  if (!by_itself) fall_asleep(sleepers, operation::wait, where);
  unlock_system(mutex, where);
  const bool late = !by_itself && ends_by_time(sleepers, end, where);
  lock_system(mutex, false, where);
  return late;
}

bool machine::ends_by_time(location_id sleepers, virtual_time::nanoseconds end, std::source_location where) {
  const std::uint64_t me = std::uint64_t{1} << current_;
  if (!times_out(sleepers, end, where)) {
    // It is notified in time, or this execution is none.
    if ((load(sleepers, std::memory_order_relaxed, where, operation::wait) & me) != 0) drop();
    return false;
  }
  modification getting_up;
  getting_up.compute = [](std::uint64_t all, std::uint64_t one) { return all & ~one; };
  getting_up.operand = me;
  bool modified = false;
  modify(sleepers, operation::wait, getting_up, modified, where);
  return true;
}

void machine::notify_system(const void* condition, bool all, std::source_location where) {
  const location_id sleepers = known_system_lock(condition, location_kind::sleepers).place;
  all ? wake_all(sleepers, where) : wake_one(sleepers, where);
}

struct system_thread {
  void* (*body)(void*);
  void* argument;
  void* result = nullptr;

  static void run(void* self) {
    auto& thread = *static_cast<system_thread*>(self);
    thread.result = thread.body(thread.argument);
  }
};

std::size_t machine::start_system(void* (*body)(void*), void* argument, std::source_location where) {
  auto* const started = static_cast<system_thread*>(allocate(sizeof(system_thread), alignof(system_thread)));
  ::new (started) system_thread{body, argument};
  const std::size_t thread = spawn(&system_thread::run, started, where);
  threads_[thread].of_system = started;
  return thread;
}

// What it did last comes before an event of its own, and so before who joins it.
void machine::end_system() {
  fence(fence_kind::ordinary, std::memory_order_acquire, nowhere);
}

void* machine::join_system(std::size_t thread, std::source_location where) {
  join(thread, where);
  return threads_[thread].of_system->result;
}

void machine::refuse_system(const char* function, const char* instead) {
  const engine_scope scope;
  call_chain calls;
  calls.collect();
  crash(std::string(function) + " is called, which the explorer does not follow", "", calls, instead);
}

}  // namespace stillpoint::verify::explorer
