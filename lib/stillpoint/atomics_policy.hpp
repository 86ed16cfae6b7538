// SPDX-License-Identifier: BSL-1.0
//
// atomics_policy: all that a primitive may ask of its platform.
//
// A primitive is `template <atomics_policy P = std_policy>` and touches memory shared between threads only
// through P. One text thus runs on std::atomic in a product, under the Relacy race detector, and under the
// exhaustive explorer. Whoever ports the library to another platform writes one policy and nothing else.
//
// What a policy provides (each line is a concept of its own, here or in load_store_policy.hpp, so that a
// compiler's message names what is missing):
//
//   P::atomic<T>          load, store, exchange, compare_exchange_{weak,strong}, fetch_{add,sub,and,or}. The
//                         caller always spells out the memory order.
//   P::plain<T>           shared memory that is not atomic; accessed by P::read(x) and P::write(x, value)
//                         only.
//   P::fence(order)       as std::atomic_thread_fence.
//   P::light_fence() and P::heavy_fence()
//                         the asymmetric pair of WG21 P1202. A light and a heavy fence together act like two
//                         seq_cst fences; two light ones order nothing between threads.
//   P::await(a, order, predicate, waiter)
//                         returns the first value read from `a` with `order` that satisfies the predicate;
//                         the only way to wait. `waiter` is a P::waiter; it says how to pass the time.
//   P::stripe()           a hint in [0, P::stripe_count) which stripe the calling thread should use. It may
//                         differ at every call; correctness may not depend on it.
//   P::owned_stripe()     an index in [0, P::owned_stripe_limit) that is the calling thread's alone until it
//                         ends, or no_stripe. Correctness may depend on it: no other thread gets that index
//                         unless all that this one did with it happens before. A call may say no_stripe
//                         although an earlier one did not; always saying so is right, and slow.
//   P::quick_stripe(limit) an index below `limit` as owned_stripe gives it, and it says besides that light
//                         fences are free on this platform, for all threads, from now on; or no_stripe.
//   P::stripes_in_use()   a bound: greater than every index that owned_stripe or quick_stripe gave to a
//                         thread, if that happens before this call; or if that thread ran a light fence
//                         afterwards, the caller a heavy one before, and the light one came first. Never
//                         falls. owned_stripe_limit is always right, and slow. A policy that changes
//                         owned_stripe changes this as well.
//   P::quick_light_fence() as light_fence, and free. Only after some thread was given an index by
//                         quick_stripe.
//   P::concurrency()      how many threads can run at once, at least one: a hint for sizes.
//   P::create<T>(args...) and P::destroy(p): allocation that a checker can watch.
//   P::create_array<T>(count, alignment) and P::destroy_array(p, count, alignment)
//                         the same for an array of value-initialized T. Nothing is allocated besides.
//   P::mutex              lock, try_lock, unlock; not recursive.
//   P::this_thread()      a P::thread_id, comparable, never equal to a value-initialized one.
//   P::stripe_count, P::owned_stripe_limit, P::cache_line, P::checked
//                         constants: how many stripes, how many that a thread may own, how far apart they lie
//                         in bytes, and whether misuse is diagnosed.
//
// Checkers' operations take one more argument, a defaulted std::source_location, so that they know each
// operation's line without a mark in the library's text.
#pragma once

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>

#include "stillpoint/load_store_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

// What P::owned_stripe() says to a thread that owns none; greater than every index.
inline constexpr std::size_t no_stripe = static_cast<std::size_t>(-1);

namespace detail {

// Stands for the object in the requirements below.
struct probe_object {
  explicit probe_object(int) noexcept {}
};

}  // namespace detail

template <class P>
concept policy_provides_atomic_exchange = requires(detail::probe_atomic<P>& a, detail::probe_value v) {
  { a.exchange(v, std::memory_order_acq_rel) } -> std::same_as<detail::probe_value>;
};

template <class P>
concept policy_provides_atomic_compare_exchange_weak = requires(detail::probe_atomic<P>& a,
                                                                detail::probe_value& expected,
                                                                detail::probe_value v) {
  {
    a.compare_exchange_weak(expected, v, std::memory_order_acq_rel, std::memory_order_acquire)
    } -> std::same_as<bool>;
};

template <class P>
concept policy_provides_atomic_compare_exchange_strong = requires(detail::probe_atomic<P>& a,
                                                                  detail::probe_value& expected,
                                                                  detail::probe_value v) {
  {
    a.compare_exchange_strong(expected, v, std::memory_order_acq_rel, std::memory_order_acquire)
    } -> std::same_as<bool>;
};

template <class P>
concept policy_provides_atomic_fetch_add = requires(detail::probe_atomic<P>& a, detail::probe_value v) {
  { a.fetch_add(v, std::memory_order_acq_rel) } -> std::same_as<detail::probe_value>;
};

template <class P>
concept policy_provides_atomic_fetch_sub = requires(detail::probe_atomic<P>& a, detail::probe_value v) {
  { a.fetch_sub(v, std::memory_order_acq_rel) } -> std::same_as<detail::probe_value>;
};

template <class P>
concept policy_provides_atomic_fetch_and = requires(detail::probe_atomic<P>& a, detail::probe_value v) {
  { a.fetch_and(v, std::memory_order_acq_rel) } -> std::same_as<detail::probe_value>;
};

template <class P>
concept policy_provides_atomic_fetch_or = requires(detail::probe_atomic<P>& a, detail::probe_value v) {
  { a.fetch_or(v, std::memory_order_acq_rel) } -> std::same_as<detail::probe_value>;
};

template <class P>
concept policy_provides_fence = requires {
  P::fence(std::memory_order_seq_cst);
};

template <class P>
concept policy_provides_light_fence = requires {
  P::light_fence();
};

template <class P>
concept policy_provides_heavy_fence = requires {
  P::heavy_fence();
};

template <class P>
concept policy_provides_waiter = requires {
  typename P::waiter;
  requires std::default_initializable<typename P::waiter>;
  requires std::constructible_from<typename P::waiter, std::chrono::nanoseconds>;
};

template <class P>
concept policy_provides_stripe = requires {
  { P::stripe() } -> std::same_as<std::size_t>;
};

template <class P>
concept policy_provides_owned_stripe = requires {
  { P::owned_stripe() } -> std::same_as<std::size_t>;
};

template <class P>
concept policy_provides_quick_stripe = requires(std::size_t limit) {
  { P::quick_stripe(limit) } -> std::same_as<std::size_t>;
};

template <class P>
concept policy_provides_stripes_in_use = requires {
  { P::stripes_in_use() } -> std::same_as<std::size_t>;
};

template <class P>
concept policy_provides_quick_light_fence = requires {
  P::quick_light_fence();
};

template <class P>
concept policy_provides_concurrency = requires {
  { P::concurrency() } -> std::same_as<std::size_t>;
};

template <class P>
concept policy_provides_create = requires {
  { P::template create<detail::probe_object>(1) } -> std::same_as<detail::probe_object*>;
};

template <class P>
concept policy_provides_destroy = requires(detail::probe_object* p) {
  P::destroy(p);
};

template <class P>
concept policy_provides_create_array = requires(std::size_t count, std::size_t alignment) {
  { P::template create_array<detail::probe_value>(count, alignment) } -> std::same_as<detail::probe_value*>;
};

template <class P>
concept policy_provides_destroy_array = requires(detail::probe_value* p, std::size_t count,
                                                 std::size_t alignment) {
  P::destroy_array(p, count, alignment);
};

template <class P>
concept policy_provides_mutex = requires(typename P::mutex& m) {
  m.lock();
  { m.try_lock() } -> std::same_as<bool>;
  m.unlock();
};

template <class P>
concept policy_provides_this_thread = requires {
  typename P::thread_id;
  { P::this_thread() } -> std::same_as<typename P::thread_id>;
  requires std::equality_comparable<typename P::thread_id>;
};

template <class P>
concept policy_provides_constants = requires {
  { P::stripe_count } -> std::convertible_to<std::size_t>;
  { P::owned_stripe_limit } -> std::convertible_to<std::size_t>;
  { P::cache_line } -> std::convertible_to<std::size_t>;
  { P::checked } -> std::convertible_to<bool>;
  requires P::stripe_count >= 1;
  requires P::owned_stripe_limit >= 1;
};

// Everything above, and what load_store_policy.hpp asks for.
template <class P>
concept atomics_policy = policy_provides_atomic<P> && policy_provides_atomic_load<P> &&
    policy_provides_atomic_store<P> && policy_provides_atomic_exchange<P> &&
    policy_provides_atomic_compare_exchange_weak<P> && policy_provides_atomic_compare_exchange_strong<P> &&
    policy_provides_atomic_fetch_add<P> && policy_provides_atomic_fetch_sub<P> &&
    policy_provides_atomic_fetch_and<P> && policy_provides_atomic_fetch_or<P> && policy_provides_plain<P> &&
    policy_provides_read<P> && policy_provides_write<P> && policy_provides_fence<P> &&
    policy_provides_light_fence<P> && policy_provides_heavy_fence<P> && policy_provides_waiter<P> &&
    policy_provides_await<P> && policy_provides_stripe<P> && policy_provides_owned_stripe<P> &&
    policy_provides_quick_stripe<P> && policy_provides_stripes_in_use<P> &&
    policy_provides_quick_light_fence<P> && policy_provides_concurrency<P> && policy_provides_create<P> &&
    policy_provides_destroy<P> && policy_provides_create_array<P> && policy_provides_destroy_array<P> &&
    policy_provides_mutex<P> && policy_provides_this_thread<P> && policy_provides_constants<P>;

}  // namespace stillpoint

#pragma GCC diagnostic pop
