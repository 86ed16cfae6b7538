// SPDX-License-Identifier: BSL-1.0
//
// A reentrant lock that knows its owner: the exclusion among a phaser's readers. Blocking; one relaxed load
// when the caller holds it already, one mutex otherwise.
#pragma once

#include <atomic>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/failure.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

template <atomics_policy P>
class reader_lock {
 public:
  void lock() {
    if (!held_by_me()) {
      mutex_.lock();
      // relaxed: only the owner's own later loads must see its own name here, and those follow in program
      // order.
      owner_.store(P::this_thread(), std::memory_order_relaxed);
    }
    P::write(depth_, P::read(depth_) + 1);
  }

  // `text` is what std::logic_error says when the caller does not hold the lock.
  void unlock(const char* text) {
    if constexpr (P::checked) require_held(text);
    const unsigned depth = P::read(depth_) - 1;
    P::write(depth_, depth);
    if (depth == 0) {
      // relaxed: no other thread's decision depends on it; a thread that reads a stale name never reads its
      // own.
      owner_.store(thread_id{}, std::memory_order_relaxed);
      mutex_.unlock();
    }
  }

  void require_held(const char* text) const {
    if (!held_by_me()) [[unlikely]]
      fail_logic(text);
  }

 private:
  using thread_id = typename P::thread_id;

  bool held_by_me() const {
    // relaxed: a thread reads its own name only if its own store wrote it and no later store of its own
    // cleared it; what other threads wrote is never equal to it.
    return owner_.load(std::memory_order_relaxed) == P::this_thread();
  }

  typename P::mutex mutex_;
  typename P::template atomic<thread_id> owner_{thread_id{}};
  // Touched by the owner only.
  typename P::template plain<unsigned> depth_{0};
};

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
