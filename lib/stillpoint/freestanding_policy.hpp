// SPDX-License-Identifier: BSL-1.0
//
// freestanding_policy: the atomics policy where there is no operating system: std::atomic, and spinning. It
// needs no library but the compiler's own headers. It is a load_store_policy; std_policy is this and what an
// operating system adds.
//
// Misuse of a primitive is diagnosed when STILLPOINT_CHECKED is 1, which is the default without NDEBUG. The
// setting is part of the policy's type: translation units with different settings do not share a definition.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

#include "stillpoint/load_store_policy.hpp"

#if !defined(STILLPOINT_CHECKED)
#if defined(NDEBUG)
#define STILLPOINT_CHECKED 0
#else
#define STILLPOINT_CHECKED 1
#endif
#endif

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

// Passes the time between two looks at a value by telling the processor that this thread spins.
struct spinning_waiter {
  void operator()() const noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
  }
};

template <bool Checked>
struct basic_freestanding_policy {
  template <class T>
  using atomic = std::atomic<T>;

  template <class T>
  using plain = T;

  using waiter = spinning_waiter;

  static constexpr bool checked = Checked;
  // Two lines of 64 bytes: the adjacent-line prefetcher of current x86-64 makes a pair of lines travel
  // together.
  static constexpr std::size_t cache_line = 128;

  template <class T>
  static const T& read(const T& place) noexcept {
    return place;
  }

  template <class T, class U>
  static void write(T& place, U&& value) {
    place = std::forward<U>(value);
  }

  template <class T>
  static T take(T& place) {
    return std::move(place);
  }

  // What a checker's report is to call the object.
  template <class T>
  static constexpr void name(const T&, const char*) noexcept {}

  template <class T, class Predicate, class Waiter>
  static T await(const std::atomic<T>& place, std::memory_order order, Predicate predicate, Waiter wait) {
    for (;;) {
      const T value = place.load(order);
      if (predicate(value)) return value;
      wait();
    }
  }
};

using freestanding_policy = basic_freestanding_policy<STILLPOINT_CHECKED != 0>;

static_assert(load_store_policy<freestanding_policy>);

}  // namespace stillpoint

#pragma GCC diagnostic pop
