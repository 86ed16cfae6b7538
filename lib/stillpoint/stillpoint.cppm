// SPDX-License-Identifier: BSL-1.0
//
// All of the library as a C++20 module: `import stillpoint;`. Macros are not exported: STILLPOINT_CHECKED is what it was when
// the module was compiled.
module;

#include "stillpoint/any_value.hpp"
#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/counters_ref.hpp"
#include "stillpoint/fork.hpp"
#include "stillpoint/freestanding_policy.hpp"
#include "stillpoint/load_store_policy.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/rendezvous.hpp"
#include "stillpoint/rendezvous_storage.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/snapshot_domain.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/striped_recorder.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/tracker.hpp"
#include "stillpoint/version.hpp"
#include "stillpoint/writer_reader_phaser.hpp"

export module stillpoint;

export namespace stillpoint {

using stillpoint::after_fork_in_child;
using stillpoint::any_value;
using stillpoint::asymmetric_writer_reader_phaser;
using stillpoint::atomic_value;
using stillpoint::atomics;
using stillpoint::atomics_policy;
using stillpoint::basic_asymmetric_writer_reader_phaser;
using stillpoint::basic_counters_info;
using stillpoint::basic_counters_ref;
using stillpoint::basic_freestanding_policy;
using stillpoint::basic_rendezvous;
using stillpoint::basic_rendezvous_data;
using stillpoint::basic_std_policy;
using stillpoint::basic_tracker;
using stillpoint::basic_writer_reader_phaser;
using stillpoint::counter_index;
using stillpoint::counter_number;
using stillpoint::counters;
using stillpoint::counters_info;
using stillpoint::counters_kind;
using stillpoint::counters_kind_named;
using stillpoint::counters_option;
using stillpoint::counters_ref;
using stillpoint::freestanding_policy;
using stillpoint::load_store_policy;
using stillpoint::make_rendezvous;
using stillpoint::make_rendezvous_data;
using stillpoint::meeting;
using stillpoint::merge_buffers;
using stillpoint::new_counters;
using stillpoint::no_stripe;
using stillpoint::patient_waiter;
using stillpoint::policy_provides_atomic;
using stillpoint::policy_provides_atomic_compare_exchange_strong;
using stillpoint::policy_provides_atomic_compare_exchange_weak;
using stillpoint::policy_provides_atomic_exchange;
using stillpoint::policy_provides_atomic_fetch_add;
using stillpoint::policy_provides_atomic_fetch_and;
using stillpoint::policy_provides_atomic_fetch_or;
using stillpoint::policy_provides_atomic_fetch_sub;
using stillpoint::policy_provides_atomic_load;
using stillpoint::policy_provides_atomic_store;
using stillpoint::policy_provides_await;
using stillpoint::policy_provides_cache_line;
using stillpoint::policy_provides_checked;
using stillpoint::policy_provides_concurrency;
using stillpoint::policy_provides_constants;
using stillpoint::policy_provides_create;
using stillpoint::policy_provides_create_array;
using stillpoint::policy_provides_deadline;
using stillpoint::policy_provides_default_waiter;
using stillpoint::policy_provides_destroy;
using stillpoint::policy_provides_destroy_array;
using stillpoint::policy_provides_fence;
using stillpoint::policy_provides_heavy_fence;
using stillpoint::policy_provides_light_fence;
using stillpoint::policy_provides_mutex;
using stillpoint::policy_provides_owned_stripe;
using stillpoint::policy_provides_plain;
using stillpoint::policy_provides_quick_light_fence;
using stillpoint::policy_provides_quick_stripe;
using stillpoint::policy_provides_read;
using stillpoint::policy_provides_stripe;
using stillpoint::policy_provides_stripes_in_use;
using stillpoint::policy_provides_this_thread;
using stillpoint::policy_provides_waiter;
using stillpoint::policy_provides_write;
using stillpoint::reclaim_after;
using stillpoint::recorder;
using stillpoint::rendezvous;
using stillpoint::rendezvous_data;
using stillpoint::rendezvous_disconnected;
using stillpoint::rendezvous_storage;
using stillpoint::reset_buffer;
using stillpoint::sequentially_consistent_option;
using stillpoint::snapshot_counters;
using stillpoint::snapshot_domain;
using stillpoint::spinning_waiter;
using stillpoint::std_policy;
using stillpoint::steady_deadline;
using stillpoint::storable_value;
using stillpoint::striped_recorder;
using stillpoint::striped_writer_reader_phaser;
using stillpoint::tracker;
using stillpoint::tracker_shape;
using stillpoint::version_major;
using stillpoint::version_minor;
using stillpoint::version_patch;
using stillpoint::version_string;
using stillpoint::waiting;
using stillpoint::unsigned_atomics;
using stillpoint::write_concurrency;
using stillpoint::writer_reader_phaser;

}  // namespace stillpoint
