// SPDX-License-Identifier: BSL-1.0
//
// Which policies the concept accepts, and that it refuses each that lacks one thing. And that the library
// asks of a policy no more than the concept says; above all, no default order. The compiler decides all of
// it; the program only runs the library once under such a policy.
#include "incomplete_policies.hpp"
#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/counters_ref.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/writer_reader_phaser.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"
#include "verify/relacy/relacy_policy.hpp"

namespace stillpoint {

template class basic_writer_reader_phaser<tests::complete_policy, 1>;
template class basic_writer_reader_phaser<tests::complete_policy, 2>;
template class recorder<int, tests::complete_policy>;
template class counters<atomics, tests::complete_policy>;
template class counters<write_concurrency, tests::complete_policy>;
template class basic_counters_ref<tests::complete_policy>;

namespace tests {

static_assert(atomics_policy<basic_std_policy<false>>);
static_assert(atomics_policy<basic_std_policy<true>>);
static_assert(atomics_policy<verify::relacy_policy>);
static_assert(atomics_policy<verify::explorer_policy>);
static_assert(atomics_policy<complete_policy>);
static_assert(!atomics_policy<int>);

#define IS_REFUSED(name) static_assert(!atomics_policy<lacks_##name>);
#define IS_REFUSED_FOR_ATOMIC(name) static_assert(!atomics_policy<lacks_atomic_##name>);
#define IS_REFUSED_FOR_MUTEX(name) static_assert(!atomics_policy<lacks_mutex_##name>);
#define IS_REFUSED_FOR_TYPE(name) static_assert(!atomics_policy<other_##name>);
#define IS_REFUSED_FOR_ATOMIC_TYPE(name) static_assert(!atomics_policy<other_atomic_##name>);

FOR_EACH_MEMBER(IS_REFUSED)
FOR_EACH_ATOMIC_OPERATION(IS_REFUSED_FOR_ATOMIC)
FOR_EACH_MUTEX_OPERATION(IS_REFUSED_FOR_MUTEX)
FOR_EACH_RESULT(IS_REFUSED_FOR_TYPE)
FOR_EACH_ATOMIC_RESULT(IS_REFUSED_FOR_ATOMIC_TYPE)
static_assert(!atomics_policy<other_create>);
static_assert(!atomics_policy<other_create_array>);
static_assert(!atomics_policy<other_cache_line>);
static_assert(!atomics_policy<other_checked>);
static_assert(!atomics_policy<other_mutex_try_lock>);
static_assert(!atomics_policy<lacks_mutex>);
static_assert(!atomics_policy<lacks_waiter_by_default>);
static_assert(!atomics_policy<lacks_waiter_with_duration>);
static_assert(!atomics_policy<lacks_thread_id_equality>);
static_assert(!atomics_policy<lacks_a_stripe>);
static_assert(!atomics_policy<lacks_an_owned_stripe>);

// Each operation of a checker's atomic takes its orders, or does not compile; with std::atomic it does.
#define NEEDS_AN_ORDER(name, operation)                     \
  template <class A>                                        \
  concept name = requires(A & a, int& expected) {           \
    operation;                                              \
    expected;                                               \
  };                                                        \
  static_assert(name<std::atomic<int>>);                    \
  static_assert(!name<complete_policy::atomic<int>>);       \
  static_assert(!name<verify::relacy_policy::atomic<int>>); \
  static_assert(!name<verify::explorer_policy::atomic<int>>);

NEEDS_AN_ORDER(has_load, a.load())
NEEDS_AN_ORDER(has_store, a.store(1))
NEEDS_AN_ORDER(has_exchange, a.exchange(1))
NEEDS_AN_ORDER(has_weak, a.compare_exchange_weak(expected, 1))
NEEDS_AN_ORDER(has_strong, a.compare_exchange_strong(expected, 1))
NEEDS_AN_ORDER(has_fetch_add, a.fetch_add(1))
NEEDS_AN_ORDER(has_fetch_sub, a.fetch_sub(1))
NEEDS_AN_ORDER(has_fetch_and, a.fetch_and(1))
NEEDS_AN_ORDER(has_fetch_or, a.fetch_or(1))
NEEDS_AN_ORDER(has_increment, ++a)
NEEDS_AN_ORDER(has_addition, a += 1)
NEEDS_AN_ORDER(has_assignment, a = 1)
NEEDS_AN_ORDER(has_conversion, static_cast<int>(a))

// One order for a compare-exchange stands for both, as with std::atomic; the library itself names both, for a
// policy need not know the short form.
#define TAKES_ONE_ORDER(name, operation)                   \
  template <class A>                                       \
  concept name = requires(A & a, int& expected) {          \
    operation;                                             \
    expected;                                              \
  };                                                       \
  static_assert(name<std::atomic<int>>);                   \
  static_assert(!name<complete_policy::atomic<int>>);      \
  static_assert(name<verify::relacy_policy::atomic<int>>); \
  static_assert(name<verify::explorer_policy::atomic<int>>);

TAKES_ONE_ORDER(has_weak_for_both, a.compare_exchange_weak(expected, 1, std::memory_order_relaxed))
TAKES_ONE_ORDER(has_strong_for_both, a.compare_exchange_strong(expected, 1, std::memory_order_relaxed))

// A checker sees each access to plain memory, or it does not compile; a product's is the value itself.
#define NEEDS_THE_POLICY(name, access)                         \
  template <class Plain>                                       \
  concept name = requires(Plain & place, const Plain& other) { \
    access;                                                    \
    other;                                                     \
  };                                                           \
  static_assert(name<std_policy::plain<int>>);                 \
  static_assert(!name<verify::relacy_policy::plain<int>>);     \
  static_assert(!name<verify::explorer_policy::plain<int>>);

NEEDS_THE_POLICY(is_read, static_cast<int>(place))
NEEDS_THE_POLICY(is_written, place = 1)
NEEDS_THE_POLICY(is_incremented, ++place)
NEEDS_THE_POLICY(is_copied, place = other)
NEEDS_THE_POLICY(is_constructed_from_another, Plain(other))

}  // namespace tests
}  // namespace stillpoint

int main() {
  using stillpoint::tests::complete_policy;
  stillpoint::recorder<int, complete_policy> counter;
  counter.record([](int& count) { ++count; });
  stillpoint::counters<stillpoint::write_concurrency, complete_policy> counters(1);
  counters.add(1, 1);
  return *counter.sample() == 1 && counters.take(1) == 1 ? 0 : 1;
}
