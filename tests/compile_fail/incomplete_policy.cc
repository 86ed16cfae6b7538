// SPDX-License-Identifier: BSL-1.0
//
// A policy that lacks one thing is refused, and what the compiler says names that thing.
#include "incomplete_policies.hpp"
#include "stillpoint/atomics_policy.hpp"

namespace stillpoint::tests {

template <atomics_policy P>
class primitive {};

using complete = primitive<complete_policy>;

// must not compile: policy_provides_atomic\b
// must not compile: detail::probe_atomic<P>' (is|would be) invalid
using without_atomic = primitive<lacks_atomic>;

// must not compile: policy_provides_atomic_load\b
// must not compile: 'a\.load\(.*\)' (is|would be) invalid
using without_atomic_load = primitive<lacks_atomic_load>;

// must not compile: policy_provides_atomic_store\b
// must not compile: 'a\.store\(.*\)' (is|would be) invalid
using without_atomic_store = primitive<lacks_atomic_store>;

// must not compile: policy_provides_atomic_exchange\b
// must not compile: 'a\.exchange\(.*\)' (is|would be) invalid
using without_atomic_exchange = primitive<lacks_atomic_exchange>;

// must not compile: policy_provides_atomic_compare_exchange_weak\b
// must not compile: 'a\.compare_exchange_weak\(.*\)' (is|would be) invalid
using without_atomic_compare_exchange_weak = primitive<lacks_atomic_compare_exchange_weak>;

// must not compile: policy_provides_atomic_compare_exchange_strong\b
// must not compile: 'a\.compare_exchange_strong\(.*\)' (is|would be) invalid
using without_atomic_compare_exchange_strong = primitive<lacks_atomic_compare_exchange_strong>;

// must not compile: policy_provides_atomic_fetch_add\b
// must not compile: 'a\.fetch_add\(.*\)' (is|would be) invalid
using without_atomic_fetch_add = primitive<lacks_atomic_fetch_add>;

// must not compile: policy_provides_atomic_fetch_sub\b
// must not compile: 'a\.fetch_sub\(.*\)' (is|would be) invalid
using without_atomic_fetch_sub = primitive<lacks_atomic_fetch_sub>;

// must not compile: policy_provides_atomic_fetch_and\b
// must not compile: 'a\.fetch_and\(.*\)' (is|would be) invalid
using without_atomic_fetch_and = primitive<lacks_atomic_fetch_and>;

// must not compile: policy_provides_atomic_fetch_or\b
// must not compile: 'a\.fetch_or\(.*\)' (is|would be) invalid
using without_atomic_fetch_or = primitive<lacks_atomic_fetch_or>;

// must not compile: policy_provides_plain\b
// must not compile: detail::probe_plain<P>' (is|would be) invalid
using without_plain = primitive<lacks_plain>;

// must not compile: policy_provides_read\b
// must not compile: 'P::read\(p\)' (is|would be) invalid
using without_read = primitive<lacks_read>;

// must not compile: policy_provides_write\b
// must not compile: 'P::write\(p, v\)' (is|would be) invalid
using without_write = primitive<lacks_write>;

// must not compile: policy_provides_fence\b
// must not compile: 'P::fence\(.*\)' (is|would be) invalid
using without_fence = primitive<lacks_fence>;

// must not compile: policy_provides_light_fence\b
// must not compile: 'P::light_fence\(\)' (is|would be) invalid
using without_light_fence = primitive<lacks_light_fence>;

// must not compile: policy_provides_heavy_fence\b
// must not compile: 'P::heavy_fence\(\)' (is|would be) invalid
using without_heavy_fence = primitive<lacks_heavy_fence>;

// must not compile: policy_provides_waiter\b
// must not compile: 'typename P::waiter' (is|would be) invalid
using without_waiter = primitive<lacks_waiter>;

// must not compile: policy_provides_waiter\b
// must not compile: default_initializable<.*waiter>
using without_waiter_by_default = primitive<lacks_waiter_by_default>;

// must not compile: policy_provides_waiter\b
// must not compile: constructible_from<.*waiter, .*>
using without_waiter_with_duration = primitive<lacks_waiter_with_duration>;

// must not compile: policy_provides_await\b
// must not compile: 'P::await\(a, .*\)' (is|would be) invalid
using without_await = primitive<lacks_await>;

// must not compile: policy_provides_stripe\b
// must not compile: 'P::stripe\(\)' (is|would be) invalid
using without_stripe = primitive<lacks_stripe>;

// must not compile: policy_provides_owned_stripe\b
// must not compile: 'P::owned_stripe\(\)' (is|would be) invalid
using without_owned_stripe = primitive<lacks_owned_stripe>;

// must not compile: policy_provides_quick_stripe\b
// must not compile: 'P::quick_stripe\(limit\)' (is|would be) invalid
using without_quick_stripe = primitive<lacks_quick_stripe>;

// must not compile: policy_provides_stripes_in_use\b
// must not compile: 'P::stripes_in_use\(\)' (is|would be) invalid
using without_stripes_in_use = primitive<lacks_stripes_in_use>;

// must not compile: policy_provides_quick_light_fence\b
// must not compile: 'P::quick_light_fence\(\)' (is|would be) invalid
using without_quick_light_fence = primitive<lacks_quick_light_fence>;

// must not compile: policy_provides_concurrency\b
// must not compile: 'P::concurrency\(\)' (is|would be) invalid
using without_concurrency = primitive<lacks_concurrency>;

// must not compile: policy_provides_create\b
// must not compile: 'P::(template )?create<(detail::)?probe_object>\(1\)' (is|would be) invalid
using without_create = primitive<lacks_create>;

// must not compile: policy_provides_destroy\b
// must not compile: 'P::destroy\(p\)' (is|would be) invalid
using without_destroy = primitive<lacks_destroy>;

// must not compile: policy_provides_create_array\b
// must not compile: create_array<(detail::)?probe_value>\(count, alignment\)' (is|would be) invalid
using without_create_array = primitive<lacks_create_array>;

// must not compile: policy_provides_destroy_array\b
// must not compile: 'P::destroy_array\(p, count, alignment\)' (is|would be) invalid
using without_destroy_array = primitive<lacks_destroy_array>;

// must not compile: policy_provides_mutex\b
// must not compile: P::mutex\b
using without_mutex = primitive<lacks_mutex>;

// must not compile: policy_provides_mutex\b
// must not compile: 'm\.lock\(\)' (is|would be) invalid
using without_mutex_lock = primitive<lacks_mutex_lock>;

// must not compile: policy_provides_mutex\b
// must not compile: 'm\.try_lock\(\)' (is|would be) invalid
using without_mutex_try_lock = primitive<lacks_mutex_try_lock>;

// must not compile: policy_provides_mutex\b
// must not compile: 'm\.unlock\(\)' (is|would be) invalid
using without_mutex_unlock = primitive<lacks_mutex_unlock>;

// must not compile: policy_provides_this_thread\b
// must not compile: 'P::this_thread\(\)' (is|would be) invalid
using without_this_thread = primitive<lacks_this_thread>;

// must not compile: policy_provides_this_thread\b
// must not compile: 'typename P::thread_id' (is|would be) invalid
using without_thread_id = primitive<lacks_thread_id>;

// must not compile: policy_provides_this_thread\b
// must not compile: thread_id'.* does not satisfy 'equality_comparable'|equality_comparable<.*thread_id>
using without_thread_id_equality = primitive<lacks_thread_id_equality>;

// must not compile: policy_provides_constants\b
// must not compile: 'P::stripe_count' (is|would be) invalid
using without_stripe_count = primitive<lacks_stripe_count>;

// must not compile: policy_provides_constants\b
// must not compile: 'P::owned_stripe_limit' (is|would be) invalid
using without_owned_stripe_limit = primitive<lacks_owned_stripe_limit>;

// must not compile: policy_provides_constants\b
// must not compile: owned_stripe_limit >= 1
using without_an_owned_stripe = primitive<lacks_an_owned_stripe>;

// must not compile: policy_provides_constants\b
// must not compile: 'P::cache_line' (is|would be) invalid
using without_cache_line = primitive<lacks_cache_line>;

// must not compile: policy_provides_constants\b
// must not compile: 'P::checked' (is|would be) invalid
using without_checked = primitive<lacks_checked>;

// must not compile: policy_provides_constants\b
// must not compile: stripe_count >= 1
using without_a_stripe = primitive<lacks_a_stripe>;

}  // namespace stillpoint::tests
