// SPDX-License-Identifier: BSL-1.0
//
// thread_stripe: the number that the calling thread owns in this process, from the first time it asks until
// it ends.
//
// A thread that asks while its thread_local objects are being destroyed may have given its number back
// already, and then owns none. The child of a fork keeps the numbers of all threads of its parent as taken,
// until after_fork_in_child. Fibers that move between threads in the middle of a call, and signal handlers
// that interrupt one, break the ownership: they may not call what relies on it.
#pragma once

#include <atomic>
#include <cstddef>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/asymmetric_fence.hpp"
#include "stillpoint/detail/stripe_registry.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

// Visible: a process has to have one of them, also where shared objects are compiled with
// -fvisibility=hidden. With two, two threads would own the same number. (A program that exports no symbols
// and a shared object that it loads have one each all the same; docs/vendoring.md says which others.)
class [[gnu::visibility("default")]] thread_stripe {
 public:
  static constexpr std::size_t limit = 1024;

  static std::size_t index() noexcept {
    const std::size_t mine = mine_;
    if (mine == not_yet_asked) [[unlikely]]
      return claim();
    return mine;
  }

  // The same number, if it is less than `below` and light fences are free; else no_stripe. One comparison
  // where it was asked before.
  [[gnu::always_inline]] static std::size_t quick_index(std::size_t below) noexcept {
    const std::size_t mine = quick_;
    if (mine < below) [[likely]]
      return mine;
    return settle_quick(below);
  }

  // All numbers that threads own or ever owned are less. detail/stripe_registry.hpp says for whom that holds.
  static std::size_t in_use() noexcept {
    return registry_.in_use();
  }

  // In a process that has the calling thread alone: the others' numbers are free again.
  static void after_fork_in_child() noexcept {
    registry_.give_back_all_but(mine_);
  }

  // Which of the copies this is, should the process have several.
  static constexpr const void* copy() noexcept {
    return &registry_;
  }

 private:
  static constexpr std::size_t not_yet_asked = no_stripe - 1;

  // Its destructor runs when the thread ends.
  struct lease {
    lease() = default;
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;
    ~lease() {
      const std::size_t mine = mine_;
      mine_ = no_stripe;
      quick_ = no_stripe;
      if (mine < limit) registry_.give_back(mine);
    }
  };

  [[gnu::cold, gnu::noinline]] static std::size_t claim() noexcept {
    static thread_local const lease until_thread_ends;
    static_cast<void>(until_thread_ends);
    mine_ = registry_.claim();
    return mine_;
  }

  [[gnu::cold, gnu::noinline]] static std::size_t settle_quick(std::size_t below) noexcept {
    if (quick_ == not_yet_asked && process_fences::light_is_free()) quick_ = index();
    return quick_ < below ? quick_ : no_stripe;
  }

  static inline constinit stripe_registry<std::atomic, limit> registry_{};
  static inline thread_local constinit std::size_t mine_ = not_yet_asked;
  // As mine_, from the first time on that the thread asks while light fences are free.
  static inline thread_local constinit std::size_t quick_ = not_yet_asked;
};

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
