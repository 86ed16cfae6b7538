// SPDX-License-Identifier: BSL-1.0
//
// Concurrency Kit's epochs.
#define _GNU_SOURCE
#include <ck_epoch.h>

#include "run.h"

static ck_epoch_t epochs;
static __thread ck_epoch_record_t record;

static void register_thread(void) {
  ck_epoch_register(&epochs, &record, NULL);
}
static void unregister_thread(void) {
  ck_epoch_unregister(&record);
}

static void begin_end(long times) {
  for (long i = 0; i < times; ++i) {
    ck_epoch_begin(&record, NULL);
    ck_epoch_end(&record, NULL);
  }
}

int main(void) {
  for (unsigned threads = 1; threads <= most_threads; ++threads) {
    // A record stays on the list of its epochs: each run has its own.
    ck_epoch_init(&epochs);
    measure("ck_epoch begin+end", threads,
            (struct run){register_thread, begin_end, unregister_thread, 2000000, {{0}}});
  }
  return 0;
}
