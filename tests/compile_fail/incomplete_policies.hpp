// SPDX-License-Identifier: BSL-1.0
//
// complete_policy: exactly what the concept atomics_policy asks for, and nothing beyond: no memory order has
// a default. And for each thing it asks for, a policy without it, or with another type in its place.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <thread>
#include <utility>

namespace stillpoint::tests {

template <class T>
class complete_atomic {
 public:
  // Implicit, as std::atomic's.
  complete_atomic(T value = T()) : value_(value) {}

  T load(std::memory_order order) const { return value_.load(order); }
  void store(T value, std::memory_order order) { value_.store(value, order); }
  T exchange(T value, std::memory_order order) { return value_.exchange(value, order); }
  bool compare_exchange_weak(T& expected, T value, std::memory_order success, std::memory_order failure) {
    return value_.compare_exchange_weak(expected, value, success, failure);
  }
  bool compare_exchange_strong(T& expected, T value, std::memory_order success, std::memory_order failure) {
    return value_.compare_exchange_strong(expected, value, success, failure);
  }
  T fetch_add(T by, std::memory_order order) { return value_.fetch_add(by, order); }
  T fetch_sub(T by, std::memory_order order) { return value_.fetch_sub(by, order); }
  T fetch_and(T bits, std::memory_order order) { return value_.fetch_and(bits, order); }
  T fetch_or(T bits, std::memory_order order) { return value_.fetch_or(bits, order); }

 private:
  std::atomic<T> value_;
};

// It lacks the mutex and nothing else. The others hide what they lack, which does not do here: GCC 12 reports
// a private type of a requirement's parameter as an error of its own.
struct lacks_mutex {
  template <class T>
  using atomic = complete_atomic<T>;
  template <class T>
  using plain = T;
  using thread_id = std::thread::id;

  struct waiter {
    waiter() = default;
    explicit waiter(std::chrono::nanoseconds) {}
  };

  static constexpr std::size_t stripe_count = 1;
  static constexpr std::size_t owned_stripe_limit = 1;
  static constexpr std::size_t cache_line = 64;
  static constexpr bool checked = true;

  template <class T>
  static const T& read(const T& place) {
    return place;
  }
  template <class T, class U>
  static void write(T& place, U&& value) {
    place = std::forward<U>(value);
  }

  static void fence(std::memory_order order) { std::atomic_thread_fence(order); }
  static void light_fence() { fence(std::memory_order_seq_cst); }
  static void heavy_fence() { fence(std::memory_order_seq_cst); }

  template <class T, class Predicate>
  static T await(const complete_atomic<T>& place, std::memory_order order, Predicate predicate, waiter) {
    for (;;) {
      const T value = place.load(order);
      if (predicate(value)) return value;
      std::this_thread::yield();
    }
  }

  static std::size_t stripe() { return 0; }
  static std::size_t owned_stripe() { return static_cast<std::size_t>(-1); }
  static std::size_t quick_stripe(std::size_t) { return owned_stripe(); }
  static std::size_t stripes_in_use() { return 0; }
  static void quick_light_fence() { light_fence(); }
  static std::size_t concurrency() { return 1; }
  static thread_id this_thread() { return std::this_thread::get_id(); }

  template <class T, class... Args>
  static T* create(Args&&... args) {
    return new T(std::forward<Args>(args)...);
  }
  template <class T>
  static void destroy(T* object) {
    delete object;
  }
  template <class T>
  static T* create_array(std::size_t count, std::size_t) {
    return new T[count]();
  }
  template <class T>
  static void destroy_array(T* first, std::size_t, std::size_t) {
    delete[] first;
  }
};

struct complete_policy : lacks_mutex {
  using mutex = std::mutex;
};

#define FOR_EACH_ATOMIC_OPERATION(X) \
  X(load)                            \
  X(store)                           \
  X(exchange)                        \
  X(compare_exchange_weak)           \
  X(compare_exchange_strong)         \
  X(fetch_add)                       \
  X(fetch_sub)                       \
  X(fetch_and)                       \
  X(fetch_or)

#define FOR_EACH_MEMBER(X) \
  X(atomic)                \
  X(plain)                 \
  X(read)                  \
  X(write)                 \
  X(fence)                 \
  X(light_fence)           \
  X(heavy_fence)           \
  X(waiter)                \
  X(await)                 \
  X(stripe)                \
  X(owned_stripe)          \
  X(quick_stripe)          \
  X(stripes_in_use)        \
  X(quick_light_fence)     \
  X(concurrency)           \
  X(create)                \
  X(destroy)               \
  X(create_array)          \
  X(destroy_array)         \
  X(thread_id)             \
  X(this_thread)           \
  X(stripe_count)          \
  X(owned_stripe_limit)    \
  X(cache_line)            \
  X(checked)

#define FOR_EACH_MUTEX_OPERATION(X) \
  X(lock)                           \
  X(try_lock)                       \
  X(unlock)

#define FOR_EACH_ATOMIC_RESULT(X) \
  X(load)                         \
  X(exchange)                     \
  X(compare_exchange_weak)        \
  X(compare_exchange_strong)      \
  X(fetch_add)                    \
  X(fetch_sub)                    \
  X(fetch_and)                    \
  X(fetch_or)

#define FOR_EACH_RESULT(X) \
  X(read)                  \
  X(await)                 \
  X(stripe)                \
  X(owned_stripe)          \
  X(quick_stripe)          \
  X(stripes_in_use)        \
  X(concurrency)           \
  X(this_thread)

// A member that is private is, for everybody else, not there.
#define LACKS_MEMBER(name)                \
  struct lacks_##name : complete_policy { \
   private:                               \
    using complete_policy::name;          \
  };

#define LACKS_ATOMIC_OPERATION(name)             \
  struct lacks_atomic_##name : complete_policy { \
    template <class T>                           \
    struct atomic : complete_atomic<T> {         \
      using complete_atomic<T>::complete_atomic; \
                                                 \
     private:                                    \
      using complete_atomic<T>::name;            \
    };                                           \
  };

#define LACKS_MUTEX_OPERATION(name)             \
  struct lacks_mutex_##name : complete_policy { \
    struct mutex : std::mutex {                 \
     private:                                   \
      using std::mutex::name;                   \
    };                                          \
  };

struct other_type {};

#define RETURNS_OTHER_TYPE(name)            \
  struct other_##name : complete_policy {   \
    template <class... Args>                \
    static other_type name(const Args&...); \
  };

#define ATOMIC_RETURNS_OTHER_TYPE(name)          \
  struct other_atomic_##name : complete_policy { \
    template <class T>                           \
    struct atomic : complete_atomic<T> {         \
      template <class... Args>                   \
      other_type name(const Args&...) const;     \
    };                                           \
  };

FOR_EACH_MEMBER(LACKS_MEMBER)
FOR_EACH_ATOMIC_OPERATION(LACKS_ATOMIC_OPERATION)
FOR_EACH_MUTEX_OPERATION(LACKS_MUTEX_OPERATION)
FOR_EACH_RESULT(RETURNS_OTHER_TYPE)
FOR_EACH_ATOMIC_RESULT(ATOMIC_RETURNS_OTHER_TYPE)

struct other_create : complete_policy {
  template <class T, class... Args>
  static other_type create(const Args&...);
};

struct other_create_array : complete_policy {
  template <class T>
  static other_type create_array(std::size_t count, std::size_t alignment);
};

struct other_cache_line : complete_policy {
  static constexpr other_type cache_line{};
};

struct other_checked : complete_policy {
  static constexpr other_type checked{};
};

struct other_mutex_try_lock : complete_policy {
  struct mutex : std::mutex {
    other_type try_lock();
  };
};

struct lacks_waiter_by_default : complete_policy {
  struct waiter : complete_policy::waiter {
    explicit waiter(std::chrono::nanoseconds pause) : complete_policy::waiter(pause) {}
  };
};

struct lacks_waiter_with_duration : complete_policy {
  struct waiter : complete_policy::waiter {};
};

struct lacks_thread_id_equality : complete_policy {
  using thread_id = other_type;
  static thread_id this_thread();
};

struct lacks_an_owned_stripe : complete_policy {
  static constexpr std::size_t owned_stripe_limit = 0;
};

struct lacks_a_stripe : complete_policy {
  static constexpr std::size_t stripe_count = 0;
};

}  // namespace stillpoint::tests
