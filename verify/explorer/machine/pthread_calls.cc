// SPDX-License-Identifier: BSL-1.0
//
// The system's functions for mutexes and condition variables, those that would block, and that which says
// which thread it is. They stand here
// for all of the program: from client code they lead into the machine, from elsewhere to the system.
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#include <cerrno>
#include <ctime>
#include <string_view>

#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/machine/next_definition.hpp"

namespace stillpoint::verify::explorer {

namespace {

machine* machine_for(const void* object) {
  machine* const m = machine::running_client();
  return m != nullptr && m->is_clients(object) ? m : nullptr;
}

bool is_recursive(const pthread_mutex_t* mutex) {
  constexpr int kinds = 3;
  return (mutex->__data.__kind & kinds) == PTHREAD_MUTEX_RECURSIVE;
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
void refuse(const char* function, const char* instead) {
  machine::active()->refuse_system(function, instead);
}

void require_followed(const void* object, const char* function, const char* instead) {
  if (machine_for(object) != nullptr) machine::enter<&refuse>(function, instead);
}

constexpr const char* timed = "; use verify/std/condition_variable.hpp or verify/std/mutex.hpp";
constexpr const char* shared = "; use verify/std/shared_mutex.hpp";
constexpr const char* semaphore = "; use verify/std/semaphore.hpp";

}  // namespace

}  // namespace stillpoint::verify::explorer

namespace explorer = stillpoint::verify::explorer;
using explorer::machine;
using explorer::next_definition;

extern "C" {

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  if (explorer::machine_for(mutex) != nullptr) {
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
  if (explorer::machine_for(mutex) != nullptr) {
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
  explorer::require_followed(condition, "pthread_cond_timedwait", explorer::timed);
  static constinit next_definition<int (*)(pthread_cond_t*, pthread_mutex_t*, const timespec*)> system(
      "pthread_cond_timedwait");
  return system(condition, mutex, end);
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const timespec* end) {
  explorer::require_followed(condition, "pthread_cond_clockwait", explorer::timed);
  static constinit next_definition<int (*)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*)>
      system("pthread_cond_clockwait");
  return system(condition, mutex, clock, end);
}

int pthread_mutex_timedlock(pthread_mutex_t* mutex, const timespec* end) noexcept {
  explorer::require_followed(mutex, "pthread_mutex_timedlock", explorer::timed);
  static constinit next_definition<int (*)(pthread_mutex_t*, const timespec*)> system(
      "pthread_mutex_timedlock");
  return system(mutex, end);
}

int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock, const timespec* end) noexcept {
  explorer::require_followed(mutex, "pthread_mutex_clocklock", explorer::timed);
  static constinit next_definition<int (*)(pthread_mutex_t*, clockid_t, const timespec*)> system(
      "pthread_mutex_clocklock");
  return system(mutex, clock, end);
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept {
  explorer::require_followed(lock, "pthread_rwlock_rdlock", explorer::shared);
  static constinit next_definition<int (*)(pthread_rwlock_t*)> system("pthread_rwlock_rdlock");
  return system(lock);
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept {
  explorer::require_followed(lock, "pthread_rwlock_wrlock", explorer::shared);
  static constinit next_definition<int (*)(pthread_rwlock_t*)> system("pthread_rwlock_wrlock");
  return system(lock);
}

int sem_wait(sem_t* semaphore) {
  explorer::require_followed(semaphore, "sem_wait", explorer::semaphore);
  static constinit next_definition<int (*)(sem_t*)> system("sem_wait");
  return system(semaphore);
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
  if (machine::running_client() != nullptr) {
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

// Time does not pass, and who runs is not for the program to say.
int sched_yield() noexcept {
  if (machine::running_client() != nullptr) return 0;
  static constinit next_definition<int (*)()> system("sched_yield");
  return system();
}

int nanosleep(const timespec* time, timespec* left) {
  if (machine::running_client() != nullptr) return 0;
  static constinit next_definition<int (*)(const timespec*, timespec*)> system("nanosleep");
  return system(time, left);
}

// What std::this_thread::get_id() gives: another one for each thread of a client, the same in all executions.
pthread_t pthread_self() noexcept {
  if (const machine* const m = machine::running_client()) return m->current_thread() + 1;
  static constinit next_definition<pthread_t (*)()> system("pthread_self");
  return system();
}

}  // extern "C"
