// SPDX-License-Identifier: BSL-1.0
//
// The system's functions for mutexes, condition variables, rwlocks, semaphores and threads. They stand here
// for all of the program: from client code they lead into the machine, from elsewhere to the system.
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/machine/next_definition.hpp"

namespace stillpoint::verify::explorer {

namespace {

machine* machine_for(const void* object) {
  machine* const m = machine::running_client();
  return m != nullptr && m->is_clients(object) ? m : nullptr;
}

int kind_of(const pthread_mutex_t* mutex) {
  constexpr int kinds = 3;
  return mutex->__data.__kind & kinds;
}
bool is_recursive(const pthread_mutex_t* mutex) {
  return kind_of(mutex) == PTHREAD_MUTEX_RECURSIVE;
}
// One that says so if its holder locks it again, or another thread unlocks it.
bool is_checking(const pthread_mutex_t* mutex) {
  return kind_of(mutex) == PTHREAD_MUTEX_ERRORCHECK;
}

// From here on, on the engine's stack.
void lock(const void* mutex, bool recursive, std::source_location where) {
  machine::active()->lock_system(mutex, recursive, where);
}
bool try_lock(const void* mutex, bool recursive, std::source_location where) {
  return machine::active()->try_lock_system(mutex, recursive, where);
}
void unlock(const void* mutex, std::source_location where) {
  machine::active()->unlock_system(mutex, where);
}
void wait(const void* condition, const void* mutex, std::source_location where) {
  machine::active()->wait_system(condition, mutex, where);
}
void notify(const void* condition, bool all, std::source_location where) {
  machine::active()->notify_system(condition, all, where);
}
std::size_t start(void* (*body)(void*), void* argument, std::source_location where) {
  return machine::active()->start_system(body, argument, where);
}
void* join(std::size_t thread, std::source_location where) {
  return machine::active()->join_system(thread, where);
}
using nanoseconds = virtual_time::nanoseconds;
using patience = machine::patience;

bool wait_until(const void* condition, const void* mutex, nanoseconds end, std::source_location where) {
  return machine::active()->wait_system_until(condition, mutex, end, where);
}
bool lock_until(const void* mutex, bool recursive, nanoseconds end, std::source_location where) {
  return machine::active()->lock_system_until(mutex, recursive, end, where);
}
bool lock_shared(const void* lock, patience how, nanoseconds end, std::source_location where) {
  return machine::active()->lock_shared_system(lock, how, end, where);
}
bool lock_exclusive(const void* lock, patience how, nanoseconds end, std::source_location where) {
  return machine::active()->lock_exclusive_system(lock, how, end, where);
}
void unlock_either(const void* lock, std::source_location where) {
  machine::active()->unlock_either_system(lock, where);
}
bool acquire(const void* semaphore, patience how, nanoseconds end, std::source_location where) {
  return machine::active()->acquire_semaphore(semaphore, how, end, where);
}
void release(const void* semaphore, std::source_location where) {
  machine::active()->release_semaphore(semaphore, where);
}
void set(const void* semaphore, unsigned units, std::source_location where) {
  machine::active()->set_semaphore(semaphore, units, where);
}
unsigned units_of(const void* semaphore, std::source_location where) {
  return machine::active()->units_of_semaphore(semaphore, where);
}

void set_barrier(const void* barrier, unsigned threads, std::source_location where) {
  machine::active()->set_barrier(barrier, threads, where);
}
bool wait_at_barrier(const void* barrier, std::source_location where) {
  return machine::active()->wait_at_barrier(barrier, where);
}
void refuse(const char* function) {
  machine::active()->refuse_system(function, "");
}

int fail_with(int error) {
  errno = error;
  return -1;
}

}  // namespace

}  // namespace stillpoint::verify::explorer

namespace explorer = stillpoint::verify::explorer;
using explorer::machine;
using explorer::next_definition;

extern "C" {

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  if (machine* const m = explorer::machine_for(mutex)) {
    if (explorer::is_checking(mutex) && m->holds_system(mutex)) return EDEADLK;
    machine::enter<&explorer::lock>(static_cast<const void*>(mutex), explorer::is_recursive(mutex),
                                    machine::where_of(__builtin_return_address(0)));
    return 0;
  }
  static constinit next_definition<int (*)(pthread_mutex_t*)> system("pthread_mutex_lock");
  return system(mutex);
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  if (explorer::machine_for(mutex) != nullptr) {
    const bool locked =
        machine::enter<&explorer::try_lock>(static_cast<const void*>(mutex), explorer::is_recursive(mutex),
                                            machine::where_of(__builtin_return_address(0)));
    return locked ? 0 : EBUSY;
  }
  static constinit next_definition<int (*)(pthread_mutex_t*)> system("pthread_mutex_trylock");
  return system(mutex);
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  if (machine* const m = explorer::machine_for(mutex)) {
    if (explorer::is_checking(mutex) && !m->holds_system(mutex)) return EPERM;
    machine::enter<&explorer::unlock>(static_cast<const void*>(mutex),
                                      machine::where_of(__builtin_return_address(0)));
    return 0;
  }
  static constinit next_definition<int (*)(pthread_mutex_t*)> system("pthread_mutex_unlock");
  return system(mutex);
}

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  if (explorer::machine_for(condition) != nullptr) {
    machine::enter<&explorer::wait>(static_cast<const void*>(condition), static_cast<const void*>(mutex),
                                    machine::where_of(__builtin_return_address(0)));
    return 0;
  }
  static constinit next_definition<int (*)(pthread_cond_t*, pthread_mutex_t*)> system("pthread_cond_wait");
  return system(condition, mutex);
}

int pthread_cond_signal(pthread_cond_t* condition) noexcept {
  if (explorer::machine_for(condition) != nullptr) {
    machine::enter<&explorer::notify>(static_cast<const void*>(condition), false,
                                      machine::where_of(__builtin_return_address(0)));
    return 0;
  }
  static constinit next_definition<int (*)(pthread_cond_t*)> system("pthread_cond_signal");
  return system(condition);
}

int pthread_cond_broadcast(pthread_cond_t* condition) noexcept {
  if (explorer::machine_for(condition) != nullptr) {
    machine::enter<&explorer::notify>(static_cast<const void*>(condition), true,
                                      machine::where_of(__builtin_return_address(0)));
    return 0;
  }
  static constinit next_definition<int (*)(pthread_cond_t*)> system("pthread_cond_broadcast");
  return system(condition);
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* end) {
  if (explorer::machine_for(condition) != nullptr) {
    const bool late = machine::enter<&explorer::wait_until>(
        static_cast<const void*>(condition), static_cast<const void*>(mutex),
        explorer::virtual_time::number(*end), machine::where_of(__builtin_return_address(0)));
    return late ? ETIMEDOUT : 0;
  }
  static constinit next_definition<int (*)(pthread_cond_t*, pthread_mutex_t*, const timespec*)> system(
      "pthread_cond_timedwait");
  return system(condition, mutex, end);
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const timespec* end) {
  if (explorer::machine_for(condition) != nullptr) {
    const bool late = machine::enter<&explorer::wait_until>(
        static_cast<const void*>(condition), static_cast<const void*>(mutex),
        explorer::virtual_time::number(*end), machine::where_of(__builtin_return_address(0)));
    return late ? ETIMEDOUT : 0;
  }
  static constinit next_definition<int (*)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*)>
      system("pthread_cond_clockwait");
  return system(condition, mutex, clock, end);
}

int pthread_mutex_timedlock(pthread_mutex_t* mutex, const timespec* end) noexcept {
  if (explorer::machine_for(mutex) != nullptr) {
    const bool locked = machine::enter<&explorer::lock_until>(
        static_cast<const void*>(mutex), explorer::is_recursive(mutex), explorer::virtual_time::number(*end),
        machine::where_of(__builtin_return_address(0)));
    return locked ? 0 : ETIMEDOUT;
  }
  static constinit next_definition<int (*)(pthread_mutex_t*, const timespec*)> system(
      "pthread_mutex_timedlock");
  return system(mutex, end);
}

int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock, const timespec* end) noexcept {
  if (explorer::machine_for(mutex) != nullptr) {
    const bool locked = machine::enter<&explorer::lock_until>(
        static_cast<const void*>(mutex), explorer::is_recursive(mutex), explorer::virtual_time::number(*end),
        machine::where_of(__builtin_return_address(0)));
    return locked ? 0 : ETIMEDOUT;
  }
  static constinit next_definition<int (*)(pthread_mutex_t*, clockid_t, const timespec*)> system(
      "pthread_mutex_clocklock");
  return system(mutex, clock, end);
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept {
  if (explorer::machine_for(lock) != nullptr) {
    const bool locked = machine::enter<&explorer::lock_shared>(
        static_cast<const void*>(lock), explorer::patience::endless, explorer::nanoseconds{0},
        machine::where_of(__builtin_return_address(0)));
    return locked ? 0 : EBUSY;
  }
  static constinit next_definition<int (*)(pthread_rwlock_t*)> system("pthread_rwlock_rdlock");
  return system(lock);
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) noexcept {
  if (explorer::machine_for(lock) != nullptr) {
    const bool locked = machine::enter<&explorer::lock_shared>(
        static_cast<const void*>(lock), explorer::patience::none, explorer::nanoseconds{0},
        machine::where_of(__builtin_return_address(0)));
    return locked ? 0 : EBUSY;
  }
  static constinit next_definition<int (*)(pthread_rwlock_t*)> system("pthread_rwlock_tryrdlock");
  return system(lock);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock, const timespec* end) noexcept {
  if (explorer::machine_for(lock) != nullptr) {
    const bool locked = machine::enter<&explorer::lock_shared>(
        static_cast<const void*>(lock), explorer::patience::until, explorer::virtual_time::number(*end),
        machine::where_of(__builtin_return_address(0)));
    return locked ? 0 : ETIMEDOUT;
  }
  static constinit next_definition<int (*)(pthread_rwlock_t*, const timespec*)> system(
      "pthread_rwlock_timedrdlock");
  return system(lock, end);
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock, const timespec* end) noexcept {
  if (explorer::machine_for(lock) != nullptr) {
    const bool locked = machine::enter<&explorer::lock_shared>(
        static_cast<const void*>(lock), explorer::patience::until, explorer::virtual_time::number(*end),
        machine::where_of(__builtin_return_address(0)));
    return locked ? 0 : ETIMEDOUT;
  }
  static constinit next_definition<int (*)(pthread_rwlock_t*, clockid_t, const timespec*)> system(
      "pthread_rwlock_clockrdlock");
  return system(lock, clock, end);
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept {
  if (explorer::machine_for(lock) != nullptr) {
    const bool locked = machine::enter<&explorer::lock_exclusive>(
        static_cast<const void*>(lock), explorer::patience::endless, explorer::nanoseconds{0},
        machine::where_of(__builtin_return_address(0)));
    return locked ? 0 : EBUSY;
  }
  static constinit next_definition<int (*)(pthread_rwlock_t*)> system("pthread_rwlock_wrlock");
  return system(lock);
}

int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) noexcept {
  if (explorer::machine_for(lock) != nullptr) {
    const bool locked = machine::enter<&explorer::lock_exclusive>(
        static_cast<const void*>(lock), explorer::patience::none, explorer::nanoseconds{0},
        machine::where_of(__builtin_return_address(0)));
    return locked ? 0 : EBUSY;
  }
  static constinit next_definition<int (*)(pthread_rwlock_t*)> system("pthread_rwlock_trywrlock");
  return system(lock);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock, const timespec* end) noexcept {
  if (explorer::machine_for(lock) != nullptr) {
    const bool locked = machine::enter<&explorer::lock_exclusive>(
        static_cast<const void*>(lock), explorer::patience::until, explorer::virtual_time::number(*end),
        machine::where_of(__builtin_return_address(0)));
    return locked ? 0 : ETIMEDOUT;
  }
  static constinit next_definition<int (*)(pthread_rwlock_t*, const timespec*)> system(
      "pthread_rwlock_timedwrlock");
  return system(lock, end);
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock, const timespec* end) noexcept {
  if (explorer::machine_for(lock) != nullptr) {
    const bool locked = machine::enter<&explorer::lock_exclusive>(
        static_cast<const void*>(lock), explorer::patience::until, explorer::virtual_time::number(*end),
        machine::where_of(__builtin_return_address(0)));
    return locked ? 0 : ETIMEDOUT;
  }
  static constinit next_definition<int (*)(pthread_rwlock_t*, clockid_t, const timespec*)> system(
      "pthread_rwlock_clockwrlock");
  return system(lock, clock, end);
}

int pthread_rwlock_unlock(pthread_rwlock_t* lock) noexcept {
  if (explorer::machine_for(lock) != nullptr) {
    machine::enter<&explorer::unlock_either>(static_cast<const void*>(lock),
                                             machine::where_of(__builtin_return_address(0)));
    return 0;
  }
  static constinit next_definition<int (*)(pthread_rwlock_t*)> system("pthread_rwlock_unlock");
  return system(lock);
}

int sem_wait(sem_t* semaphore) {
  if (explorer::machine_for(semaphore) != nullptr) {
    const bool acquired = machine::enter<&explorer::acquire>(
        static_cast<const void*>(semaphore), explorer::patience::endless, explorer::nanoseconds{0},
        machine::where_of(__builtin_return_address(0)));
    return acquired ? 0 : explorer::fail_with(EINTR);
  }
  static constinit next_definition<int (*)(sem_t*)> system("sem_wait");
  return system(semaphore);
}

int sem_trywait(sem_t* semaphore) noexcept {
  if (explorer::machine_for(semaphore) != nullptr) {
    const bool acquired = machine::enter<&explorer::acquire>(
        static_cast<const void*>(semaphore), explorer::patience::none, explorer::nanoseconds{0},
        machine::where_of(__builtin_return_address(0)));
    return acquired ? 0 : explorer::fail_with(EAGAIN);
  }
  static constinit next_definition<int (*)(sem_t*)> system("sem_trywait");
  return system(semaphore);
}

int sem_timedwait(sem_t* semaphore, const timespec* end) {
  if (explorer::machine_for(semaphore) != nullptr) {
    const bool acquired = machine::enter<&explorer::acquire>(
        static_cast<const void*>(semaphore), explorer::patience::until, explorer::virtual_time::number(*end),
        machine::where_of(__builtin_return_address(0)));
    return acquired ? 0 : explorer::fail_with(ETIMEDOUT);
  }
  static constinit next_definition<int (*)(sem_t*, const timespec*)> system("sem_timedwait");
  return system(semaphore, end);
}

int sem_clockwait(sem_t* semaphore, clockid_t clock, const timespec* end) {
  if (explorer::machine_for(semaphore) != nullptr) {
    const bool acquired = machine::enter<&explorer::acquire>(
        static_cast<const void*>(semaphore), explorer::patience::until, explorer::virtual_time::number(*end),
        machine::where_of(__builtin_return_address(0)));
    return acquired ? 0 : explorer::fail_with(ETIMEDOUT);
  }
  static constinit next_definition<int (*)(sem_t*, clockid_t, const timespec*)> system("sem_clockwait");
  return system(semaphore, clock, end);
}

int sem_post(sem_t* semaphore) noexcept {
  if (explorer::machine_for(semaphore) != nullptr) {
    machine::enter<&explorer::release>(static_cast<const void*>(semaphore),
                                       machine::where_of(__builtin_return_address(0)));
    return 0;
  }
  static constinit next_definition<int (*)(sem_t*)> system("sem_post");
  return system(semaphore);
}

int sem_init(sem_t* semaphore, int shared, unsigned units) noexcept {
  if (explorer::machine_for(semaphore) != nullptr) {
    machine::enter<&explorer::set>(static_cast<const void*>(semaphore), units,
                                   machine::where_of(__builtin_return_address(0)));
    return 0;
  }
  static constinit next_definition<int (*)(sem_t*, int, unsigned)> system("sem_init");
  return system(semaphore, shared, units);
}

int sem_getvalue(sem_t* semaphore, int* units) noexcept {
  if (explorer::machine_for(semaphore) != nullptr) {
    *units = static_cast<int>(machine::enter<&explorer::units_of>(
        static_cast<const void*>(semaphore), machine::where_of(__builtin_return_address(0))));
    return 0;
  }
  static constinit next_definition<int (*)(sem_t*, int*)> system("sem_getvalue");
  return system(semaphore, units);
}

int pthread_barrier_init(pthread_barrier_t* barrier, const pthread_barrierattr_t* attributes,
                         unsigned threads) noexcept {
  if (explorer::machine_for(barrier) != nullptr) {
    if (threads == 0) return EINVAL;
    machine::enter<&explorer::set_barrier>(static_cast<const void*>(barrier), threads,
                                           machine::where_of(__builtin_return_address(0)));
    return 0;
  }
  static constinit next_definition<int (*)(pthread_barrier_t*, const pthread_barrierattr_t*, unsigned)>
      system("pthread_barrier_init");
  return system(barrier, attributes, threads);
}

int pthread_barrier_wait(pthread_barrier_t* barrier) noexcept {
  if (explorer::machine_for(barrier) != nullptr) {
    const bool last = machine::enter<&explorer::wait_at_barrier>(
        static_cast<const void*>(barrier), machine::where_of(__builtin_return_address(0)));
    return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
  }
  static constinit next_definition<int (*)(pthread_barrier_t*)> system("pthread_barrier_wait");
  return system(barrier);
}

int pthread_barrier_destroy(pthread_barrier_t* barrier) noexcept {
  if (explorer::machine_for(barrier) != nullptr) return 0;
  static constinit next_definition<int (*)(pthread_barrier_t*)> system("pthread_barrier_destroy");
  return system(barrier);
}

// A spin lock is a mutex to those who use it.
int pthread_spin_lock(pthread_spinlock_t* lock) noexcept {
  const void* const mutex = const_cast<const int*>(lock);
  if (explorer::machine_for(mutex) != nullptr) {
    machine::enter<&explorer::lock>(mutex, false, machine::where_of(__builtin_return_address(0)));
    return 0;
  }
  static constinit next_definition<int (*)(pthread_spinlock_t*)> system("pthread_spin_lock");
  return system(lock);
}

int pthread_spin_trylock(pthread_spinlock_t* lock) noexcept {
  const void* const mutex = const_cast<const int*>(lock);
  if (explorer::machine_for(mutex) != nullptr) {
    const bool locked =
        machine::enter<&explorer::try_lock>(mutex, false, machine::where_of(__builtin_return_address(0)));
    return locked ? 0 : EBUSY;
  }
  static constinit next_definition<int (*)(pthread_spinlock_t*)> system("pthread_spin_trylock");
  return system(lock);
}

int pthread_spin_unlock(pthread_spinlock_t* lock) noexcept {
  const void* const mutex = const_cast<const int*>(lock);
  if (explorer::machine_for(mutex) != nullptr) {
    machine::enter<&explorer::unlock>(mutex, machine::where_of(__builtin_return_address(0)));
    return 0;
  }
  static constinit next_definition<int (*)(pthread_spinlock_t*)> system("pthread_spin_unlock");
  return system(lock);
}

// Of what ends or interrupts a thread from without, and of a second process, nothing is known.
int pthread_cancel(pthread_t id) {
  if (machine::running_client() != nullptr) machine::enter<&explorer::refuse>("pthread_cancel");
  static constinit next_definition<int (*)(pthread_t)> system("pthread_cancel");
  return system(id);
}

int pthread_kill(pthread_t id, int signal) noexcept {
  if (machine::running_client() != nullptr) machine::enter<&explorer::refuse>("pthread_kill");
  static constinit next_definition<int (*)(pthread_t, int)> system("pthread_kill");
  return system(id, signal);
}

pid_t fork() noexcept {
  if (machine::running_client() != nullptr) machine::enter<&explorer::refuse>("fork");
  static constinit next_definition<pid_t (*)()> system("fork");
  return system();
}

int pthread_create(pthread_t* id, const pthread_attr_t* attributes, void* (*body)(void*),
                   void* argument) noexcept {
  if (machine::running_client() != nullptr) {
    *id =
        machine::enter<&explorer::start>(body, argument, machine::where_of(__builtin_return_address(0))) + 1;
    return 0;
  }
  static constinit next_definition<int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>
      system("pthread_create");
  return system(id, attributes, body, argument);
}

int pthread_join(pthread_t id, void** result) {
  if (const machine* const m = machine::running_client()) {
    if (id == m->current_thread() + 1) return EDEADLK;
    void* const ended =
        machine::enter<&explorer::join>(id - 1, machine::where_of(__builtin_return_address(0)));
    if (result != nullptr) *result = ended;
    return 0;
  }
  static constinit next_definition<int (*)(pthread_t, void**)> system("pthread_join");
  return system(id, result);
}

int pthread_detach(pthread_t id) noexcept {
  if (machine::running_client() != nullptr) return 0;
  static constinit next_definition<int (*)(pthread_t)> system("pthread_detach");
  return system(id);
}

// Who runs is not for the program to say.
int sched_yield() noexcept {
  if (machine::running_client() != nullptr) return 0;
  static constinit next_definition<int (*)()> system("sched_yield");
  return system();
}

// What std::this_thread::get_id() gives: another one for each thread of a client, the same in all executions.
pthread_t pthread_self() noexcept {
  if (const machine* const m = machine::running_client()) return m->current_thread() + 1;
  static constinit next_definition<pthread_t (*)()> system("pthread_self");
  return system();
}

}  // extern "C"
