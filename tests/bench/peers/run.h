// SPDX-License-Identifier: BSL-1.0
//
// Measures a call on one or more threads, as Google Benchmark does in the process beside: wall time per call
// on the thread that makes it, and how much of it the threads had a core. Prints a line
//   NAME <tab> THREADS <tab> NANOSECONDS <tab> UTILISATION
#pragma once

#include <pthread.h>
#include <stdio.h>
#include <time.h>

enum { most_threads = 2 };

struct run {
  void (*prepare)(void);
  void (*calls)(long times);
  void (*finish)(void);
  long times;
  pthread_barrier_t begin;
};

struct measured {
  struct run* of;
  double wall;
  double processor;
};

static double nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void* one_thread(void* argument) {
  struct measured* const into = argument;
  struct run* const all = into->of;
  all->prepare();
  all->calls(all->times / 100 + 1);
  pthread_barrier_wait(&all->begin);
  const double wall = nanoseconds(CLOCK_MONOTONIC);
  const double processor = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
  all->calls(all->times);
  into->processor = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - processor;
  into->wall = nanoseconds(CLOCK_MONOTONIC) - wall;
  all->finish();
  return NULL;
}

static void measure(const char* name, unsigned threads, struct run all) {
  pthread_t thread[most_threads];
  struct measured seen[most_threads];
  double wall = 0;
  double processor = 0;
  pthread_barrier_init(&all.begin, NULL, threads);
  for (unsigned i = 0; i < threads; ++i) {
    seen[i].of = &all;
    if (pthread_create(&thread[i], NULL, one_thread, &seen[i]) != 0) return;
  }
  for (unsigned i = 0; i < threads; ++i) {
    pthread_join(thread[i], NULL);
    wall += seen[i].wall;
    processor += seen[i].processor;
  }
  pthread_barrier_destroy(&all.begin);
  printf("%s\t%u\t%.3f\t%.3f\n", name, threads, wall / (double)threads / (double)all.times, processor / wall);
}
