// SPDX-License-Identifier: BSL-1.0
//
// The system's rwlocks, semaphores and barriers in client code. Each is a word or two of the graph, that the
// main thread makes before all else, as it does for mutexes, and a loop around a compare-exchange on it: what
// is ordered is what the standard says of std::shared_mutex and std::counting_semaphore, which are made of
// them.
//
// An unlock of an rwlock synchronizes with all that lock later, in either mode; an unlock of a shared section
// with those that lock exclusively. Two shared sections do not order each other: so those that lock shared
// read from a second word, which is written in exclusive sections alone.
#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/model/hash.hpp"

namespace stillpoint::verify::explorer {

// How a thread takes something of a word, if that is possible.
struct machine::word_change {
  bool (*possible)(const void*, std::uint64_t);
  std::uint64_t (*taken)(std::uint64_t);
  operation op;
  std::memory_order order;
};

namespace {

// An rwlock's first word: whether it is locked exclusively, how many hold it shared, and how many exclusive
// sections have ended. That number is the second word.
constexpr std::uint64_t exclusive = 1;
constexpr std::uint64_t one_reader = 2;
constexpr std::uint64_t readers = 0xfffe;
constexpr std::uint64_t one_section = 0x10000;

bool is_free(const void*, std::uint64_t state) {
  return (state & (exclusive | readers)) == 0;
}
bool has_no_writer(const void*, std::uint64_t state) {
  return (state & exclusive) == 0;
}
bool has_units(const void*, std::uint64_t units) {
  return units > 0;
}
bool equals(const void* number, std::uint64_t value) {
  return value == *static_cast<const std::uint64_t*>(number);
}

modification replaced_by(std::uint64_t value) {
  modification how;
  how.compute = [](std::uint64_t, std::uint64_t with) { return with; };
  how.operand = value;
  return how;
}

modification increased_by(std::uint64_t difference) {
  modification how;
  how.compute = [](std::uint64_t old, std::uint64_t with) { return old + with; };
  how.operand = difference;
  // release: pairs with the acquire of those that take it.
  how.success = std::memory_order_release;
  return how;
}

}  // namespace

location_id machine::system_word(const void* object, std::size_t offset) {
  return known_system_lock(static_cast<const std::byte*>(object) + offset, location_kind::atomic).place;
}

// What it took it from; nothing if it did not.
std::optional<std::uint64_t> machine::take_word(location_id word, const word_change& change, patience how,
                                                virtual_time::nanoseconds end, std::source_location where) {
  const condition accepts{change.possible, nullptr,
                          mixed(reinterpret_cast<std::uintptr_t>(change.possible), 1)};
  // relaxed: what synchronizes is the exchange that takes it.
  const auto look = [&] {
    return how == patience::endless ? await(word, std::memory_order_relaxed, accepts, where, change.op)
                                    : load(word, std::memory_order_relaxed, where, change.op);
  };
  std::uint64_t seen = look();
  for (;;) {
    if (!change.possible(nullptr, seen)) {
      if (how == patience::none) return {};
      if (how == patience::until && times_out(word, end, where)) return {};
      seen = look();
      // It comes in time, or this execution is none.
      if (!change.possible(nullptr, seen)) drop();
    }
    modification taking = replaced_by(change.taken(seen));
    taking.conditional = true;
    taking.expected = seen;
    taking.success = change.order;
    bool taken = false;
    const std::uint64_t found = modify(word, change.op, taking, taken, where);
    if (taken) return seen;
    seen = found;
  }
}

bool machine::lock_exclusive_system(const void* lock, patience how, virtual_time::nanoseconds end,
                                    std::source_location where) {
  // acquire: pairs with the release of either kind of unlock.
  const word_change change{&is_free, [](std::uint64_t seen) { return seen | exclusive; },
                           operation::lock_exclusive, std::memory_order_acquire};
  if (!take_word(system_word(lock, 0), change, how, end, where)) return false;
  me().loop.lock(system_word(lock, 0));
  system_locks_.find(lock, location_kind::atomic)->holder = current_ + 1;
  return true;
}

bool machine::lock_shared_system(const void* lock, patience how, virtual_time::nanoseconds end,
                                 std::source_location where) {
  // relaxed: other readers release here, too, and do not order this one.
  const word_change change{&has_no_writer, [](std::uint64_t seen) { return seen + one_reader; },
                           operation::lock_shared, std::memory_order_relaxed};
  const auto seen = take_word(system_word(lock, 0), change, how, end, where);
  if (!seen) return false;
  me().loop.lock(system_word(lock, 0));
  enter_shared(lock, *seen, where);
  return true;
}

// The number is there already, and no other one comes while this thread is in.
void machine::enter_shared(const void* lock, std::uint64_t seen, std::source_location where) {
  const std::uint64_t sections = seen / one_section;
  const location_id ended = system_word(lock, 1);
  if (sections == 0) return;
  const condition accepts{&equals, &sections, mixed(reinterpret_cast<std::uintptr_t>(&equals), sections)};
  // acquire: pairs with the release in unlock_either_system.
  await(ended, std::memory_order_acquire, accepts, where, operation::lock_shared);
}

void machine::unlock_either_system(const void* lock, std::source_location where) {
  const location_id first = system_word(lock, 0);
  const location_id ended = system_word(lock, 1);
  std::size_t& holder = system_locks_.find(lock, location_kind::atomic)->holder;
  bool modified = false;
  // No loop waits here.
  me().called = false;
  me().loop.unlock(first);
  if (holder != current_ + 1) {
    const std::uint64_t before =
        modify(first, operation::unlock, increased_by(0 - one_reader), modified, where);
    if ((before & readers) == 0) fail("an rwlock is unlocked that is not locked", {}, where);
    return;
  }
  holder = 0;
  const std::uint64_t held = load(first, std::memory_order_relaxed, where, operation::unlock);
  // For those that lock shared. release: pairs with the acquire in enter_shared.
  modification counting = replaced_by(held / one_section + 1);
  counting.success = std::memory_order_release;
  modify(ended, operation::unlock, counting, modified, where);
  modify(first, operation::unlock, increased_by(one_section - exclusive), modified, where);
}

void machine::set_semaphore(const void* semaphore, unsigned units, std::source_location where) {
  store(system_word(semaphore, 0), units, std::memory_order_relaxed, where);
}

void machine::release_semaphore(const void* semaphore, std::source_location where) {
  bool modified = false;
  modify(system_word(semaphore, 0), operation::notify_one, increased_by(1), modified, where);
}

bool machine::acquire_semaphore(const void* semaphore, patience how, virtual_time::nanoseconds end,
                                std::source_location where) {
  // acquire: pairs with the release in release_semaphore.
  const word_change change{&has_units, [](std::uint64_t units) { return units - 1; }, operation::acquire,
                           std::memory_order_acquire};
  return take_word(system_word(semaphore, 0), change, how, end, where).has_value();
}

unsigned machine::units_of_semaphore(const void* semaphore, std::source_location where) {
  return static_cast<unsigned>(load(system_word(semaphore, 0), std::memory_order_relaxed, where));
}

namespace {

// A barrier's word: how many have come in this phase, and how many phases are over.
constexpr std::uint64_t one_phase = 0x10000;

bool is_over(const void* phase, std::uint64_t word) {
  return word / one_phase != *static_cast<const std::uint64_t*>(phase);
}

}  // namespace

void machine::set_barrier(const void* barrier, unsigned threads, std::source_location where) {
  store(system_word(barrier, 0), 0, std::memory_order_relaxed, where);
  system_locks_.find(barrier, location_kind::atomic)->times = threads;
}

bool machine::wait_at_barrier(const void* barrier, std::source_location where) {
  const location_id word = system_word(barrier, 0);
  const unsigned threads = system_locks_.find(barrier, location_kind::atomic)->times;
  bool modified = false;
  // Each who comes knows what those knew who came before.
  modification coming = increased_by(1);
  coming.success = std::memory_order_acq_rel;
  const std::uint64_t before = modify(word, operation::wait, coming, modified, where);
  const std::uint64_t phase = before / one_phase;
  if (before % one_phase + 1 == threads) {
    modify(word, operation::notify_all, increased_by(one_phase - threads), modified, where);
    return true;
  }
  const condition accepts{&is_over, &phase, mixed(reinterpret_cast<std::uintptr_t>(&is_over), phase)};
  // acquire: pairs with the release of the last that comes.
  await(word, std::memory_order_acquire, accepts, where, operation::wait);
  return false;
}

}  // namespace stillpoint::verify::explorer
