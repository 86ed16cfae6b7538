// SPDX-License-Identifier: BSL-1.0
//
// The system's thread-specific values, and what it calls random: of each thread of the explored program, and
// the same in each execution.
#include <pthread.h>
#include <sys/random.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <random>

#include "verify/explorer/machine/next_definition.hpp"
#include "verify/explorer/machine/static_memory.hpp"
#include "verify/native/thread_values.hpp"

namespace stillpoint::verify::native {

namespace {

using explorer::machine;

// As many as the system has.
constexpr int most_rounds = PTHREAD_DESTRUCTOR_ITERATIONS;

struct ending {
  unsigned key;
  int rounds;
};

// At the thread's end. A destructor may set the value again.
void end_value(void* self) {
  auto* const what = static_cast<ending*>(self);
  machine& m = *machine::running_client();
  thread_values& all = thread_values::of_program();
  void** const value = all.value(m, what->key);
  if (value != nullptr && *value != nullptr && what->rounds < most_rounds) {
    void* const last = std::exchange(*value, nullptr);
    ++what->rounds;
    m.at_thread_end(&end_value, self);
    all.at_end(what->key)(last);
    return;
  }
  const machine::engine_scope scope;
  delete what;
}

void set(machine& m, unsigned key, void** value, const void* to) {
  const thread_values::destructor at_end = thread_values::of_program().at_end(key);
  if (at_end != nullptr && *value == nullptr && to != nullptr) {
    const machine::engine_scope scope;
    m.at_thread_end(&end_value, new ending{key, 0});
  }
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): the system's interface takes it so
  *value = const_cast<void*>(to);
}

void fill(machine& m, void* buffer, std::size_t size) {
  auto* const bytes = static_cast<unsigned char*>(buffer);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<unsigned char>(thread_values::of_program().random(m));
}

}  // namespace

}  // namespace stillpoint::verify::native

namespace native = stillpoint::verify::native;
using native::thread_values;
namespace explorer = stillpoint::verify::explorer;
using stillpoint::verify::explorer::machine;
using stillpoint::verify::explorer::next_definition;

extern "C" {

int pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) noexcept {
  const explorer::static_memory::closed lasting;
  thread_values& all = thread_values::of_program();
  if (machine::running_client() != nullptr) {
    const bool programs = explorer::thread_locals::in_module(__builtin_return_address(0));
    *key = programs ? all.add_key(destructor) : all.add_lasting_key(destructor);
    return 0;
  }
  static constinit next_definition<int (*)(pthread_key_t*, void (*)(void*))> system("pthread_key_create");
  const int error = system(key, destructor);
  if (error == 0) all.note_key(*key, destructor);
  return error;
}

int pthread_key_delete(pthread_key_t key) noexcept {
  if (machine::running_client() != nullptr) return 0;
  static constinit next_definition<int (*)(pthread_key_t)> system("pthread_key_delete");
  return system(key);
}

int pthread_setspecific(pthread_key_t key, const void* value) noexcept {
  if (machine* const m = machine::running_client()) {
    void** const place = thread_values::of_program().value(*m, key);
    if (place == nullptr) return EINVAL;
    native::set(*m, key, place, value);
    return 0;
  }
  static constinit next_definition<int (*)(pthread_key_t, const void*)> system("pthread_setspecific");
  return system(key, value);
}

void* pthread_getspecific(pthread_key_t key) noexcept {
  if (machine* const m = machine::running_client()) {
    void** const place = thread_values::of_program().value(*m, key);
    return place == nullptr ? nullptr : *place;
  }
  static constinit next_definition<void* (*)(pthread_key_t)> system("pthread_getspecific");
  return system(key);
}

int rand() noexcept {
  if (machine* const m = machine::running_client()) {
    return static_cast<int>(thread_values::of_program().random(*m) & RAND_MAX);
  }
  static constinit next_definition<int (*)()> system("rand");
  return system();
}

void srand(unsigned seed) noexcept {
  if (machine* const m = machine::running_client()) return thread_values::of_program().seed(*m, seed);
  static constinit next_definition<void (*)(unsigned)> system("srand");
  system(seed);
}

long random() noexcept {
  if (machine* const m = machine::running_client()) {
    return static_cast<long>(thread_values::of_program().random(*m) & RAND_MAX);
  }
  static constinit next_definition<long (*)()> system("random");
  return system();
}

void srandom(unsigned seed) noexcept {
  if (machine* const m = machine::running_client()) return thread_values::of_program().seed(*m, seed);
  static constinit next_definition<void (*)(unsigned)> system("srandom");
  system(seed);
}

ssize_t getrandom(void* buffer, std::size_t size, unsigned flags) {
  if (machine* const m = machine::running_client()) {
    native::fill(*m, buffer, size);
    return static_cast<ssize_t>(size);
  }
  static constinit next_definition<ssize_t (*)(void*, std::size_t, unsigned)> system("getrandom");
  return system(buffer, size, flags);
}

int getentropy(void* buffer, std::size_t size) {
  if (machine* const m = machine::running_client()) {
    native::fill(*m, buffer, size);
    return 0;
  }
  static constinit next_definition<int (*)(void*, std::size_t)> system("getentropy");
  return system(buffer, size);
}

// std::random_device's operator(), which asks the processor.
std::random_device::result_type stillpoint_random_device(std::random_device* device) __asm__(
    "_ZNSt13random_device9_M_getvalEv");
std::random_device::result_type stillpoint_random_device(std::random_device* device) {
  if (machine* const m = machine::running_client()) return thread_values::of_program().random(*m);
  static constinit next_definition<std::random_device::result_type (*)(std::random_device*)> system(
      "_ZNSt13random_device9_M_getvalEv");
  return system(device);
}

}  // extern "C"
