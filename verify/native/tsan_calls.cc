// SPDX-License-Identifier: BSL-1.0
//
// The functions that a compiler has code call with -fsanitize=thread, in place of those of ThreadSanitizer.
// Where no exploration runs they do what they stand for.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "verify/native/runtime.hpp"

namespace stillpoint::verify::native {

namespace {

using explorer::machine;

}  // namespace

// NOLINTNEXTLINE(modernize-use-using): __extension__ needs a declaration
__extension__ typedef unsigned __int128 wide;

namespace {

std::uintptr_t number(const volatile void* address) {
  return reinterpret_cast<std::uintptr_t>(address);
}

// On the engine's stack. The way there is a jump, so that nothing of this file lies on the client's: see
// turns.hpp. What does not fit a register goes by its address.
template <class T>
inline constexpr bool fits = sizeof(T) <= sizeof(std::uint64_t);

template <class T>
std::uint64_t raw(const T& value) {
  const machine::engine_scope scope;
  return places::read(number(&value), sizeof value);
}
template <class T>
T value_of(std::uint64_t raw) {
  T value{};
  places::write(number(&value), sizeof value, raw);
  return value;
}

template <class T>
T load(std::uintptr_t address, access_kind kind, std::source_location where) {
  return value_of<T>(runtime::of_program().load(address, kind, where));
}
template <class T>
void store(std::uintptr_t address, T value, access_kind kind, std::source_location where) {
  runtime::of_program().store(address, raw(value), kind, where);
}
template <class T>
T update(std::uintptr_t address, T value, access_kind kind, std::source_location where) {
  return value_of<T>(runtime::of_program().update(address, raw(value), kind, where));
}
template <class T>
int compare_exchange(std::uintptr_t address, T* expected, T desired, access_kind kind,
                     std::source_location where) {
  const std::uint64_t wanted = raw(*expected);
  runtime& all = runtime::of_program();
  const std::uint64_t found = all.compare_exchange(address, wanted, raw(desired), kind, where);
  if (all.succeeded()) return 1;
  *expected = value_of<T>(found);
  if (found != wanted) machine::active()->gave_result(expected);
  return 0;
}
template <class T>
T compare_exchange_value(std::uintptr_t address, T expected, T desired, access_kind kind,
                         std::source_location where) {
  return value_of<T>(
      runtime::of_program().compare_exchange(address, raw(expected), raw(desired), kind, where));
}
void load_wide(std::uintptr_t address, wide* value, access_kind kind, std::source_location where) {
  *value = load<wide>(address, kind, where);
}
void store_wide(std::uintptr_t address, const wide* value, access_kind kind, std::source_location where) {
  store(address, *value, kind, where);
}
void update_wide(std::uintptr_t address, wide* value, access_kind kind, std::source_location where) {
  *value = update(address, *value, kind, where);
}
int compare_exchange_wide(std::uintptr_t address, wide* expected, const wide* desired, access_kind kind,
                          std::source_location where) {
  return compare_exchange(address, expected, *desired, kind, where);
}
void fence(bool light, int order, std::source_location where) {
  runtime::of_program().fence(light, order, where);
}

// On the client's.
template <class T>
access_kind kind_of(operation op, int order, int failure_order = 0) {
  return {sizeof(T), op, static_cast<std::uint8_t>(order), static_cast<std::uint8_t>(failure_order)};
}

template <class T>
[[gnu::always_inline]] inline T atomic_load(const volatile T* address, int order,
                                            std::source_location where) {
  if (machine::running_client() == nullptr) return __atomic_load_n(address, __ATOMIC_SEQ_CST);
  const access_kind kind = kind_of<T>(operation::load, order);
  if constexpr (fits<T>) {
    return machine::enter<&load<T>>(number(address), kind, where);
  } else {
    T value{};
    machine::enter<&load_wide>(number(address), &value, kind, where);
    return value;
  }
}

template <class T>
[[gnu::always_inline]] inline void atomic_store(volatile T* address, T value, int order,
                                                std::source_location where) {
  if (machine::running_client() == nullptr) return __atomic_store_n(address, value, __ATOMIC_SEQ_CST);
  const access_kind kind = kind_of<T>(operation::store, order);
  if constexpr (fits<T>) {
    machine::enter<&store<T>>(number(address), value, kind, where);
  } else {
    machine::enter<&store_wide>(number(address), static_cast<const T*>(&value), kind, where);
  }
}

template <operation Op, class T, class System>
[[gnu::always_inline]] inline T atomic_update(volatile T* address, T value, int order,
                                              std::source_location where, const System& system) {
  if (machine::running_client() == nullptr) return system(address, value);
  const access_kind kind = kind_of<T>(Op, order);
  if constexpr (fits<T>) {
    return machine::enter<&update<T>>(number(address), value, kind, where);
  } else {
    machine::enter<&update_wide>(number(address), &value, kind, where);
    return value;
  }
}

template <operation Op, class T>
[[gnu::always_inline]] inline int atomic_compare_exchange(volatile T* address, T* expected, T desired,
                                                          int order, int failure_order,
                                                          std::source_location where) {
  if (machine::running_client() == nullptr) {
    return __atomic_compare_exchange_n(address, expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
               ? 1
               : 0;
  }
  const access_kind kind = kind_of<T>(Op, order, failure_order);
  if constexpr (fits<T>) {
    return machine::enter<&compare_exchange<T>>(number(address), expected, desired, kind, where);
  } else {
    return machine::enter<&compare_exchange_wide>(number(address), expected, static_cast<const T*>(&desired),
                                                  kind, where);
  }
}

// As clang has it: returns the value found.
template <class T>
[[gnu::always_inline]] inline T atomic_compare_exchange_value(volatile T* address, T expected, T desired,
                                                              int order, int failure_order,
                                                              std::source_location where) {
  constexpr operation op = operation::compare_exchange_strong;
  if constexpr (fits<T>) {
    if (machine::running_client() != nullptr) {
      return machine::enter<&compare_exchange_value<T>>(number(address), expected, desired,
                                                        kind_of<T>(op, order, failure_order), where);
    }
  }
  atomic_compare_exchange<op>(address, &expected, desired, order, failure_order, where);
  return expected;
}

void plain(const volatile void* address, std::size_t size, bool writes, const void* return_address) {
  machine* const m = machine::running_client();
  if (m != nullptr && size > 0)
    runtime::of_program().plain(*m, number(address), size, writes, return_address);
}

}  // namespace

}  // namespace stillpoint::verify::native

namespace native = stillpoint::verify::native;
using native::wide;
using stillpoint::verify::operation;

// NOLINTBEGIN(bugprone-macro-parentheses, bugprone-reserved-identifier, readability-identifier-naming): the
// names are the compilers'
#define STILLPOINT_CALLER native::machine::where_of(__builtin_return_address(0))

#define STILLPOINT_PLAIN(suffix, size)                          \
  void __tsan_read##suffix(void* a) {                           \
    native::plain(a, size, false, __builtin_return_address(0)); \
  }                                                             \
  void __tsan_write##suffix(void* a) {                          \
    native::plain(a, size, true, __builtin_return_address(0));  \
  }                                                             \
  void __tsan_unaligned_read##suffix(void* a) {                 \
    native::plain(a, size, false, __builtin_return_address(0)); \
  }                                                             \
  void __tsan_unaligned_write##suffix(void* a) {                \
    native::plain(a, size, true, __builtin_return_address(0));  \
  }                                                             \
  void __tsan_volatile_read##suffix(void* a) {                  \
    native::plain(a, size, false, __builtin_return_address(0)); \
  }                                                             \
  void __tsan_volatile_write##suffix(void* a) {                 \
    native::plain(a, size, true, __builtin_return_address(0));  \
  }                                                             \
  void __tsan_unaligned_volatile_read##suffix(void* a) {        \
    native::plain(a, size, false, __builtin_return_address(0)); \
  }                                                             \
  void __tsan_unaligned_volatile_write##suffix(void* a) {       \
    native::plain(a, size, true, __builtin_return_address(0));  \
  }                                                             \
  void __tsan_read_write##suffix(void* a) {                     \
    native::plain(a, size, true, __builtin_return_address(0));  \
  }                                                             \
  void __tsan_unaligned_read_write##suffix(void* a) {           \
    native::plain(a, size, true, __builtin_return_address(0));  \
  }

#define STILLPOINT_UPDATE(bits, T, name)                                                     \
  T __tsan_atomic##bits##_##name(volatile T* a, T v, int order) {                            \
    return native::atomic_update<operation::name>(                                           \
        a, v, order, STILLPOINT_CALLER,                                                      \
        [](volatile T* at, T with) { return __atomic_##name(at, with, __ATOMIC_SEQ_CST); }); \
  }

#define STILLPOINT_COMPARE_EXCHANGE(bits, T, name)                                                  \
  int __tsan_atomic##bits##_##name(volatile T* a, T* expected, T v, int order, int failure_order) { \
    return native::atomic_compare_exchange<operation::name>(a, expected, v, order, failure_order,   \
                                                            STILLPOINT_CALLER);                     \
  }

#define STILLPOINT_ATOMIC(bits, T)                                                                         \
  T __tsan_atomic##bits##_load(const volatile T* a, int order) {                                           \
    return native::atomic_load(a, order, STILLPOINT_CALLER);                                               \
  }                                                                                                        \
  void __tsan_atomic##bits##_store(volatile T* a, T v, int order) {                                        \
    native::atomic_store(a, v, order, STILLPOINT_CALLER);                                                  \
  }                                                                                                        \
  T __tsan_atomic##bits##_exchange(volatile T* a, T v, int order) {                                        \
    return native::atomic_update<operation::exchange>(                                                     \
        a, v, order, STILLPOINT_CALLER,                                                                    \
        [](volatile T* at, T with) { return __atomic_exchange_n(at, with, __ATOMIC_SEQ_CST); });           \
  }                                                                                                        \
  STILLPOINT_UPDATE(bits, T, fetch_add)                                                                    \
  STILLPOINT_UPDATE(bits, T, fetch_sub)                                                                    \
  STILLPOINT_UPDATE(bits, T, fetch_and)                                                                    \
  STILLPOINT_UPDATE(bits, T, fetch_or)                                                                     \
  STILLPOINT_UPDATE(bits, T, fetch_xor)                                                                    \
  STILLPOINT_COMPARE_EXCHANGE(bits, T, compare_exchange_strong)                                            \
  STILLPOINT_COMPARE_EXCHANGE(bits, T, compare_exchange_weak)                                              \
  T __tsan_atomic##bits##_compare_exchange_val(volatile T* a, T expected, T v, int order,                  \
                                               int failure_order) {                                        \
    return native::atomic_compare_exchange_value(a, expected, v, order, failure_order, STILLPOINT_CALLER); \
  }

extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}

STILLPOINT_PLAIN(1, 1)
STILLPOINT_PLAIN(2, 2)
STILLPOINT_PLAIN(4, 4)
STILLPOINT_PLAIN(8, 8)
STILLPOINT_PLAIN(16, 16)

void __tsan_read_range(void* a, std::size_t size) {
  native::plain(a, size, false, __builtin_return_address(0));
}
void __tsan_write_range(void* a, std::size_t size) {
  native::plain(a, size, true, __builtin_return_address(0));
}
void* __tsan_memcpy(void* to, const void* from, std::size_t size) {
  native::plain(from, size, false, __builtin_return_address(0));
  native::plain(to, size, true, __builtin_return_address(0));
  return std::memcpy(to, from, size);
}
void* __tsan_memmove(void* to, const void* from, std::size_t size) {
  native::plain(from, size, false, __builtin_return_address(0));
  native::plain(to, size, true, __builtin_return_address(0));
  return std::memmove(to, from, size);
}
void* __tsan_memset(void* to, int value, std::size_t size) {
  native::plain(to, size, true, __builtin_return_address(0));
  return std::memset(to, value, size);
}

// A destructor begins with it, and other threads may still call what is virtual: there the object is what it
// was.
void __tsan_vptr_update(void** a, void* to) {
  if (*a == to) return;
  native::plain(static_cast<void*>(a), sizeof *a, true, __builtin_return_address(0));
}
void __tsan_vptr_read(void** a) {
  native::plain(static_cast<void*>(a), sizeof *a, false, __builtin_return_address(0));
}

STILLPOINT_ATOMIC(8, std::uint8_t)
STILLPOINT_ATOMIC(16, std::uint16_t)
STILLPOINT_ATOMIC(32, std::uint32_t)
STILLPOINT_ATOMIC(64, std::uint64_t)
STILLPOINT_ATOMIC(128, wide)

void __tsan_atomic_thread_fence(int order) {
  if (native::machine::running_client() == nullptr)
    return std::atomic_thread_fence(std::memory_order_seq_cst);
  native::machine::enter<&native::fence>(false, order, STILLPOINT_CALLER);
}
void __tsan_atomic_signal_fence(int order) {
  if (native::machine::running_client() == nullptr)
    return std::atomic_signal_fence(std::memory_order_seq_cst);
  native::machine::enter<&native::fence>(true, order, STILLPOINT_CALLER);
}

}  // extern "C"
// NOLINTEND(bugprone-macro-parentheses, bugprone-reserved-identifier, readability-identifier-naming)
