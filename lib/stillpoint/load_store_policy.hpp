// SPDX-License-Identifier: BSL-1.0
//
// load_store_policy: the part of atomics_policy that a primitive made of loads and stores alone asks for.
// Freestanding: no operating system, no heap, no exceptions are behind it, and this header includes none.
//
//   P::atomic<T>          load and store at least. The caller always spells out the memory order.
//   P::plain<T>           shared memory that is not atomic; accessed by P::read(x) and P::write(x, value)
//                         only.
//   P::await(a, order, predicate, waiter)
//                         returns the first value read from `a` with `order` that satisfies the predicate;
//                         the only way to wait. `waiter` is a P::waiter; it says how to pass the time.
//   P::cache_line, P::checked
//                         constants: how far apart in bytes lies what different threads write, and whether
//                         misuse is diagnosed.
//
// And what a policy may provide besides:
//
//   P::take(x)            the value of a P::plain<T>, moved out. For clients; the library does not need it.
//   P::deadline           where there is a clock. Constructed with a duration; passed() says whether that
//                         time is over. Without it waiting for a limited time (wait_for) is not offered.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

namespace detail {

// Stands for the value type and the predicate in the requirements below.
using probe_value = std::uint64_t;

struct probe_predicate {
  constexpr bool operator()(probe_value) const noexcept { return true; }
};

template <class P>
using probe_atomic = typename P::template atomic<probe_value>;

template <class P>
using probe_plain = typename P::template plain<probe_value>;

}  // namespace detail

template <class P>
concept policy_provides_atomic = requires {
  typename detail::probe_atomic<P>;
};

template <class P>
concept policy_provides_atomic_load = requires(const detail::probe_atomic<P>& a) {
  { a.load(std::memory_order_acquire) } -> std::same_as<detail::probe_value>;
};

template <class P>
concept policy_provides_atomic_store = requires(detail::probe_atomic<P>& a, detail::probe_value v) {
  a.store(v, std::memory_order_release);
};

template <class P>
concept policy_provides_plain = requires {
  typename detail::probe_plain<P>;
};

template <class P>
concept policy_provides_read = requires(const detail::probe_plain<P>& p) {
  { P::read(p) } -> std::convertible_to<detail::probe_value>;
};

template <class P>
concept policy_provides_write = requires(detail::probe_plain<P>& p, detail::probe_value v) {
  P::write(p, v);
};

template <class P>
concept policy_provides_default_waiter = requires {
  typename P::waiter;
  requires std::default_initializable<typename P::waiter>;
};

template <class P>
concept policy_provides_await = requires(const detail::probe_atomic<P>& a, detail::probe_predicate predicate,
                                         typename P::waiter waiter) {
  { P::await(a, std::memory_order_acquire, predicate, waiter) } -> std::same_as<detail::probe_value>;
};

template <class P>
concept policy_provides_cache_line = requires {
  { P::cache_line } -> std::convertible_to<std::size_t>;
};

template <class P>
concept policy_provides_checked = requires {
  { P::checked } -> std::convertible_to<bool>;
};

template <class P>
concept load_store_policy = policy_provides_atomic<P> && policy_provides_atomic_load<P> &&
    policy_provides_atomic_store<P> && policy_provides_plain<P> && policy_provides_read<P> &&
    policy_provides_write<P> && policy_provides_default_waiter<P> && policy_provides_await<P> &&
    policy_provides_cache_line<P> && policy_provides_checked<P>;

// Optional: for waiting that is limited to a Duration.
template <class P, class Duration>
concept policy_provides_deadline = requires(const Duration& duration, typename P::waiter waiter) {
  { typename P::deadline(duration).passed() } -> std::same_as<bool>;
  waiter();
};

}  // namespace stillpoint

#pragma GCC diagnostic pop
