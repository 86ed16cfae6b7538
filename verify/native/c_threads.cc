// SPDX-License-Identifier: BSL-1.0
//
// C11's threads. The C library makes them of pthreads by names of its own, so here they are made of those
// that lead into the machine.
#include <pthread.h>
#include <sched.h>
#include <threads.h>

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <new>

namespace {

int result_of(int error) {
  switch (error) {
    case 0:
      return thrd_success;
    case ENOMEM:
      return thrd_nomem;
    case ETIMEDOUT:
      return thrd_timedout;
    case EBUSY:
      return thrd_busy;
    default:
      return thrd_error;
  }
}

pthread_mutex_t* mutex_of(mtx_t* mutex) {
  static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t));
  return reinterpret_cast<pthread_mutex_t*>(mutex);
}
pthread_cond_t* condition_of(cnd_t* condition) {
  static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t));
  return reinterpret_cast<pthread_cond_t*>(condition);
}

// Lies on the heap: malloc'ed by this library, and so not the program's.
struct start {
  thrd_start_t function;
  void* argument;
};

// What a C thread returns, as a thread of the system does.
void* carried(int result) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): it is a number again where the thread is joined
  return reinterpret_cast<void*>(static_cast<std::intptr_t>(result));
}

void* run(void* self) {
  const start what = *static_cast<start*>(self);
  delete static_cast<start*>(self);
  return carried(what.function(what.argument));
}

}  // namespace

extern "C" {

int thrd_create(thrd_t* id, thrd_start_t function, void* argument) {
  auto* const what = new (std::nothrow) start{function, argument};
  if (what == nullptr) return thrd_nomem;
  const int error = pthread_create(id, nullptr, &run, what);
  if (error != 0) delete what;
  return result_of(error);
}
int thrd_join(thrd_t id, int* result) {
  void* ended = nullptr;
  const int error = pthread_join(id, &ended);
  if (result != nullptr) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(ended));
  return result_of(error);
}
int thrd_detach(thrd_t id) {
  return result_of(pthread_detach(id));
}
thrd_t thrd_current() {
  return pthread_self();
}
int thrd_equal(thrd_t left, thrd_t right) {
  return left == right ? 1 : 0;
}
void thrd_exit(int result) {
  pthread_exit(carried(result));
}
void thrd_yield() {
  sched_yield();
}
int thrd_sleep(const timespec* time, timespec* left) {
  return nanosleep(time, left);
}

int mtx_init(mtx_t* mutex, int kind) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  if ((kind & mtx_recursive) != 0) pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  const int error = pthread_mutex_init(mutex_of(mutex), &attributes);
  pthread_mutexattr_destroy(&attributes);
  return result_of(error);
}
void mtx_destroy(mtx_t* mutex) {
  pthread_mutex_destroy(mutex_of(mutex));
}
int mtx_lock(mtx_t* mutex) {
  return result_of(pthread_mutex_lock(mutex_of(mutex)));
}
int mtx_trylock(mtx_t* mutex) {
  return result_of(pthread_mutex_trylock(mutex_of(mutex)));
}
int mtx_timedlock(mtx_t* __restrict mutex, const timespec* __restrict end) {
  return result_of(pthread_mutex_timedlock(mutex_of(mutex), end));
}
int mtx_unlock(mtx_t* mutex) {
  return result_of(pthread_mutex_unlock(mutex_of(mutex)));
}

int cnd_init(cnd_t* condition) {
  return result_of(pthread_cond_init(condition_of(condition), nullptr));
}
void cnd_destroy(cnd_t* condition) {
  pthread_cond_destroy(condition_of(condition));
}
int cnd_signal(cnd_t* condition) {
  return result_of(pthread_cond_signal(condition_of(condition)));
}
int cnd_broadcast(cnd_t* condition) {
  return result_of(pthread_cond_broadcast(condition_of(condition)));
}
int cnd_wait(cnd_t* condition, mtx_t* mutex) {
  return result_of(pthread_cond_wait(condition_of(condition), mutex_of(mutex)));
}
int cnd_timedwait(cnd_t* __restrict condition, mtx_t* __restrict mutex, const timespec* __restrict end) {
  return result_of(pthread_cond_timedwait(condition_of(condition), mutex_of(mutex), end));
}

void call_once(once_flag* flag, void (*function)()) {
  static_assert(sizeof(once_flag) == sizeof(pthread_once_t));
  pthread_once(reinterpret_cast<pthread_once_t*>(flag), function);
}

int tss_create(tss_t* key, tss_dtor_t destructor) {
  return result_of(pthread_key_create(key, destructor));
}
void tss_delete(tss_t key) {
  pthread_key_delete(key);
}
void* tss_get(tss_t key) {
  return pthread_getspecific(key);
}
int tss_set(tss_t key, void* value) {
  return result_of(pthread_setspecific(key, value));
}

}  // extern "C"
