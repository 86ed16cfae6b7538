// SPDX-License-Identifier: BSL-1.0
#include "verify/native/runtime.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <mutex>
#include <string>

#include "verify/explorer/model/hash.hpp"
#include "verify/native/source_lines.hpp"

namespace stillpoint::verify::native {

using explorer::location_id;
using explorer::machine;

namespace {

// Of a thread that has not accessed plain memory.
constexpr std::uint16_t no_events = 0xffff;

std::memory_order order_of(std::uint8_t order) {
  // What a compiler gives beyond the order are hints.
  constexpr unsigned orders = 0x7;
  return static_cast<std::memory_order>(order & orders);
}

template <class T>
std::uint64_t updated(operation op, std::uint64_t old, std::uint64_t with) {
  const auto a = static_cast<T>(old);
  const auto b = static_cast<T>(with);
  switch (op) {
    case operation::fetch_add:
      return static_cast<T>(a + b);
    case operation::fetch_sub:
      return static_cast<T>(a - b);
    case operation::fetch_and:
      return static_cast<T>(a & b);
    case operation::fetch_or:
      return static_cast<T>(a | b);
    case operation::fetch_xor:
      return static_cast<T>(a ^ b);
    default:
      return with;
  }
}

// The function that a read-modify-write of that size is for the machine.
template <operation Op>
auto computed(std::size_t size) -> std::uint64_t (*)(std::uint64_t, std::uint64_t) {
  switch (size) {
    case 1:
      return [](std::uint64_t a, std::uint64_t b) { return updated<std::uint8_t>(Op, a, b); };
    case 2:
      return [](std::uint64_t a, std::uint64_t b) { return updated<std::uint16_t>(Op, a, b); };
    case 4:
      return [](std::uint64_t a, std::uint64_t b) { return updated<std::uint32_t>(Op, a, b); };
    default:
      return [](std::uint64_t a, std::uint64_t b) { return updated<std::uint64_t>(Op, a, b); };
  }
}

auto compute_of(access_kind kind) -> std::uint64_t (*)(std::uint64_t, std::uint64_t) {
  switch (kind.op) {
    case operation::fetch_add:
      return computed<operation::fetch_add>(kind.size);
    case operation::fetch_sub:
      return computed<operation::fetch_sub>(kind.size);
    case operation::fetch_and:
      return computed<operation::fetch_and>(kind.size);
    case operation::fetch_or:
      return computed<operation::fetch_or>(kind.size);
    case operation::fetch_xor:
      return computed<operation::fetch_xor>(kind.size);
    default:
      return [](std::uint64_t, std::uint64_t with) { return with; };
  }
}

std::string text_of(access what) {
  switch (what) {
    case access::read:
      return "a plain read";
    case access::write:
      return "a plain write";
    case access::atomic_read:
      return "an atomic read";
    case access::atomic_write:
      return "an atomic write";
    case access::release:
      return "giving the memory back";
  }
  return {};
}

std::string text_of(const shadow::record& r) {
  const std::string file = r.where.file_name();
  return text_of(r.what) + " by thread " + std::to_string(r.thread) +
         (file.empty() ? "" : " at " + file + ":" + std::to_string(r.where.line()));
}

// Of the libraries' thread_locals, those that a program's code uses: each fiber's own, where the thread that
// explores has them.
std::array<std::uintptr_t, 3> libraries_thread_locals() {
  const auto number = [](const auto& variable) { return reinterpret_cast<std::uintptr_t>(&variable); };
#if defined(__GLIBCXX__)
  return {number(errno), number(std::__once_callable), number(std::__once_call)};
#else
  return {number(errno)};
#endif
}

}  // namespace

runtime& runtime::of_program() {
  static runtime one;
  return one;
}

void runtime::begin_search() {
  forget_frames();
  libraries_ = libraries_thread_locals();
  places_.begin_search();
}

void runtime::begin_execution() {
  written_.clear();
  events_at_plain_.fill(no_events);
  shadow_.begin_execution();
  values_.begin_execution();
  places_.begin_execution(*machine::active());
}

// An operation is ordered after what it has synchronized with, and before what comes after its first event.
void runtime::check_atomic(machine& m, std::uintptr_t address, std::size_t size, access what,
                           std::source_location where, std::uint16_t first_event) {
  const machine::engine_scope scope;
  if (shadow_.add_atomic(m.current_thread(), first_event, address, size, what, where)) return;
  check(m, address, size, what, where, first_event);
}

void runtime::check(machine& m, std::uintptr_t address, std::size_t size, access what,
                    std::source_location where, std::optional<std::uint16_t> first_event) {
  const machine::engine_scope scope;
  explorer::moment now = m.now();
  if (first_event) now.events = *first_event;
  const shadow::record* const other =
      shadow_.add(now, address, size, what, where, first_event ? &m : nullptr);
  if (other == nullptr) return;
  if (other->what == access::release) {
    m.fail("use after the memory was given back: " + text_of(*other) + " comes before " + text_of(what), {},
           where);
  }
  m.fail("data race: " + text_of(*other) + " and " + text_of(what) + " by thread " +
             std::to_string(now.thread) + " of the same memory are not ordered",
         {}, where);
}

namespace {

// An access there is a crash of its own.
constexpr std::uintptr_t least_address = 4096;

}  // namespace

bool runtime::is_thread_local(std::uintptr_t address) const {
  return std::find(libraries_.begin(), libraries_.end(), address) != libraries_.end() ||
         explorer::thread_locals::contains(address);
}

bool runtime::is_programs(const machine& m, const void* memory) {
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  return explorer::arena::owns(memory) || m.is_on_own_stack(address) ||
         explorer::thread_locals::in_module(memory) || m.is_clients(memory);
}

void runtime::plain(machine& m, std::uintptr_t address, std::size_t size, bool writes,
                    const void* return_address) {
  const bool on_own_stack = m.is_on_own_stack(address);
  if (!on_own_stack) {
    if (address < least_address) return;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the program's own memory
    if (!explorer::arena::owns(reinterpret_cast<const void*>(address)) && is_thread_local(address)) return;
    events_at_plain_[m.current_thread()] = m.current_events();
    if (writes && size <= sizeof(std::uint64_t) && std::has_single_bit(size)) {
      // If there is no such memory, it is here that the client's fault shows.
      const std::uint64_t before = places::read(address, size);
      const machine::engine_scope scope;
      written_.push_back({address, size, before});
    }
  }
  const bool constructs = writes && places_.is_atomic(address, size);
  const access what = writes ? access::write : access::read;
  const auto where = [return_address] { return machine::where_of(return_address); };
  if (constructs) {
    places_.about_to_write(address, size, where());
  } else if (shadow_.add_known(m.current_thread(), m.current_events(), address, size, what, where)) {
    return;
  }
  check(m, address, size, what, where());
}

explorer::moment runtime::now(const machine& m) const {
  explorer::moment reached = m.now();
  if (events_at_plain_[reached.thread] == reached.events) ++reached.events;
  return reached;
}

void runtime::entered(machine& m) {
  for (const written& w : written_) {
    if (places::read(w.address, w.size) != w.before) m.changed_something();
  }
  written_.clear();
  places_.settle(m);
}

location_id runtime::place(std::uintptr_t address, std::size_t size, std::source_location where) {
  return places_.at(*machine::active(), address, size, shadow_, where);
}

void runtime::refresh(std::uintptr_t address, std::size_t size, location_id place) {
  places_.put(address, size, machine::active()->last_value(place));
}

std::uint64_t runtime::load(std::uintptr_t address, access_kind kind, std::source_location where) {
  const location_id at = place(address, kind.size, where);
  machine& m = *machine::active();
  const std::uint16_t first_event = m.current_events();
  const std::uint64_t value = m.load(at, order_of(kind.order), where);
  check_atomic(m, address, kind.size, access::atomic_read, where, first_event);
  return value;
}

void runtime::store(std::uintptr_t address, std::uint64_t value, access_kind kind,
                    std::source_location where) {
  const location_id at = place(address, kind.size, where);
  machine& m = *machine::active();
  const std::uint16_t first_event = m.current_events();
  m.store(at, value, order_of(kind.order), where);
  check_atomic(m, address, kind.size, access::atomic_write, where, first_event);
  refresh(address, kind.size, at);
}

std::uint64_t runtime::update(std::uintptr_t address, std::uint64_t operand, access_kind kind,
                              std::source_location where) {
  const location_id at = place(address, kind.size, where);
  machine& m = *machine::active();
  const std::uint16_t first_event = m.current_events();
  explorer::modification how;
  how.compute = compute_of(kind);
  how.operand = operand;
  how.success = order_of(kind.order);
  bool modified = false;
  const std::uint64_t old = m.modify(at, kind.op, how, modified, where);
  check_atomic(m, address, kind.size, access::atomic_write, where, first_event);
  refresh(address, kind.size, at);
  return old;
}

std::uint64_t runtime::compare_exchange(std::uintptr_t address, std::uint64_t expected, std::uint64_t desired,
                                        access_kind kind, std::source_location where) {
  const location_id at = place(address, kind.size, where);
  machine& m = *machine::active();
  const std::uint16_t first_event = m.current_events();
  explorer::modification how;
  how.compute = [](std::uint64_t, std::uint64_t with) { return with; };
  how.operand = desired;
  how.expected = expected;
  how.conditional = true;
  how.weak = kind.op == operation::compare_exchange_weak;
  how.success = order_of(kind.order);
  how.failure = order_of(kind.failure_order);
  bool modified = false;
  const std::uint64_t old = m.modify(at, kind.op, how, modified, where);
  check_atomic(m, address, kind.size, access::atomic_write, where, first_event);
  refresh(address, kind.size, at);
  succeeded_ = modified;
  return old;
}

std::uint64_t runtime::await_other(std::uintptr_t address, std::uint64_t than, std::size_t size,
                                   std::memory_order order, std::source_location where) {
  const location_id at = place(address, size, where);
  constexpr auto differs = [](const void* number, std::uint64_t value) {
    return value != *static_cast<const std::uint64_t*>(number);
  };
  const explorer::condition accepts{differs, &than,
                                    explorer::mixed(reinterpret_cast<std::uintptr_t>(+differs), than)};
  return machine::active()->await(at, order, accepts, where);
}

// A signal fence keeps the compiler from moving what a heavy fence of another thread then orders.
void runtime::fence(bool light, int order, std::source_location where) {
  const std::memory_order wanted = order_of(static_cast<std::uint8_t>(order));
  if (wanted == std::memory_order_relaxed) return;
  machine& m = *machine::active();
  if (light) {
    m.fence(explorer::fence_kind::light, std::memory_order_seq_cst, where);
  } else {
    m.fence(explorer::fence_kind::ordinary, wanted, where);
  }
}

void runtime::heavy_fence(std::source_location where) {
  machine::active()->fence(explorer::fence_kind::heavy, std::memory_order_seq_cst, where);
}

void runtime::park(std::uintptr_t word, std::uint32_t expected, std::source_location where) {
  machine::active()->park(place(word, sizeof expected, where), expected, where);
}

bool runtime::park_until(std::uintptr_t word, std::uint32_t expected, explorer::virtual_time::nanoseconds end,
                         std::source_location where) {
  return machine::active()->park_until(place(word, sizeof expected, where), expected, end, where);
}

void runtime::unpark(std::uintptr_t word, bool all, std::source_location where) {
  const location_id at = place(word, sizeof(std::uint32_t), where);
  all ? machine::active()->notify_all(at, where) : machine::active()->notify_one(at, where);
}

void runtime::released(machine& m, std::uintptr_t address, std::size_t size, std::source_location where) {
  check(m, address, size, access::release, where);
  places_.end(m, address, size, where);
  m.end_system_locks(address, size, where);
}

}  // namespace stillpoint::verify::native
