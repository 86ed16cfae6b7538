// SPDX-License-Identifier: BSL-1.0
//
// timed_mutex, recursive_mutex, recursive_timed_mutex: std's, for clients over a checker's policy; std::mutex
// itself is P::mutex. try_lock may fail although the mutex is free, as std's may. try_lock_for and
// try_lock_until take no time: whether the time is over is a choice.
#pragma once

#include <algorithm>
#include <vector>

#include "verify/client.hpp"

namespace stillpoint::verify {

template <checker_policy P>
class timed_mutex {
 public:
  timed_mutex() = default;
  timed_mutex(const timed_mutex&) = delete;
  timed_mutex& operator=(const timed_mutex&) = delete;

  void lock() { mutex_.lock(); }
  bool try_lock() { return mutex_.try_lock(); }
  template <class Duration>
  bool try_lock_for(const Duration&) {
    return mutex_.try_lock();
  }
  template <class Time>
  bool try_lock_until(const Time&) {
    return mutex_.try_lock();
  }
  void unlock() { mutex_.unlock(); }

 private:
  typename P::mutex mutex_;
};

namespace detail {

// How often the calling thread holds each mutex. A thread's own knowledge: it needs no operation to be asked.
// By thread nonetheless, since an engine's threads may share what is thread_local.
template <checker_policy P>
class held {
 public:
  static unsigned times(const void* mutex) {
    const auto found = find(mutex);
    return found == all_.end() ? 0 : found->times;
  }
  static void add(const void* mutex) {
    const auto found = find(mutex);
    if (found == all_.end()) {
      all_.push_back({mutex, P::this_thread(), 1});
    } else {
      ++found->times;
    }
  }
  static void remove(const void* mutex) {
    const auto found = find(mutex);
    if (--found->times == 0) all_.erase(found);
  }

 private:
  struct entry {
    const void* mutex;
    typename P::thread_id holder;
    unsigned times;
  };
  static auto find(const void* mutex) {
    return std::find_if(all_.begin(), all_.end(),
                        [mutex](const entry& e) { return e.mutex == mutex && e.holder == P::this_thread(); });
  }
  static inline thread_local std::vector<entry> all_;
};

}  // namespace detail

template <checker_policy P>
class recursive_mutex {
  using held = detail::held<P>;

 public:
  recursive_mutex() = default;
  recursive_mutex(const recursive_mutex&) = delete;
  recursive_mutex& operator=(const recursive_mutex&) = delete;

  void lock() {
    if (held::times(this) == 0) mutex_.lock();
    held::add(this);
  }
  bool try_lock() {
    if (held::times(this) == 0 && !mutex_.try_lock()) return false;
    held::add(this);
    return true;
  }
  void unlock() {
    P::check(held::times(this) > 0, "recursive_mutex: unlocked by a thread that holds it");
    held::remove(this);
    if (held::times(this) == 0) mutex_.unlock();
  }

 private:
  typename P::mutex mutex_;
};

template <checker_policy P>
class recursive_timed_mutex : public recursive_mutex<P> {
 public:
  template <class Duration>
  bool try_lock_for(const Duration&) {
    return this->try_lock();
  }
  template <class Time>
  bool try_lock_until(const Time&) {
    return this->try_lock();
  }
};

}  // namespace stillpoint::verify
