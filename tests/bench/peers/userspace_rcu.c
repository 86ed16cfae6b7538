// SPDX-License-Identifier: BSL-1.0
//
// liburcu's flavour that uses membarrier, its calls inlined.
#define _GNU_SOURCE
#define _LGPL_SOURCE
#define RCU_MEMBARRIER
#include <urcu.h>

#include "run.h"

static int first_value = 1;
static int* current = &first_value;

static void lock_unlock(long times) {
  for (long i = 0; i < times; ++i) {
    rcu_read_lock();
    rcu_read_unlock();
  }
}

static void lock_read_unlock(long times) {
  for (long i = 0; i < times; ++i) {
    rcu_read_lock();
    const int* const value = rcu_dereference(current);
    const int seen = *value;
    __asm__ volatile("" : : "r"(seen));
    rcu_read_unlock();
  }
}

static void synchronize(long times) {
  for (long i = 0; i < times; ++i) synchronize_rcu();
}

int main(void) {
  for (unsigned threads = 1; threads <= most_threads; ++threads) {
    measure("liburcu-memb lock+unlock", threads,
            (struct run){rcu_register_thread, lock_unlock, rcu_unregister_thread, 4000000, {{0}}});
    measure("liburcu-memb lock+read+unlock", threads,
            (struct run){rcu_register_thread, lock_read_unlock, rcu_unregister_thread, 4000000, {{0}}});
  }
  measure("liburcu-memb synchronize", 1,
          (struct run){rcu_register_thread, synchronize, rcu_unregister_thread, 500, {{0}}});
  return 0;
}
