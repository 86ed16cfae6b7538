// SPDX-License-Identifier: BSL-1.0
//
// stripe_buffers: a T for each stripe that a thread may own, and one that all other threads take turns with.
// Threads run functions on them, each alone with its T; whoever keeps the threads away may then look at all.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <utility>

#include "stillpoint/atomics_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

template <class T, atomics_policy P>
class stripe_buffers {
 public:
  stripe_buffers() = default;
  stripe_buffers(const stripe_buffers&) = delete;
  stripe_buffers& operator=(const stripe_buffers&) = delete;
  ~stripe_buffers() {
    for (const stripe& each : stripes_) {
      if (isolated* const own = P::read(each.own)) P::destroy(own);
    }
  }

  // Runs f on a T that nobody else touches meanwhile.
  template <class F>
  decltype(auto) run_alone(F&& f) {
    const std::size_t mine = P::owned_stripe();
    if (mine < stripe_count) [[likely]]
      return std::invoke(std::forward<F>(f), own_buffer(stripes_[mine]));
    const lock taking_turns(others_);
    return std::invoke(std::forward<F>(f), shared_);
  }

  // Only while no thread runs anything, in a way that orders all that was run before: the claims of the
  // stripes that it was run on, too, so that those beyond the bound have no buffer.
  template <class Visit>
  void for_each(Visit visit) {
    for (std::size_t s = 0, end = in_use(); s < end; ++s) {
      if (isolated* const own = P::read(stripes_[s].own)) visit(own->value);
    }
    visit(shared_);
  }
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t s = 0, end = in_use(); s < end; ++s) {
      if (const isolated* const own = P::read(stripes_[s].own)) visit(own->value);
    }
    visit(shared_);
  }

 private:
  static constexpr std::size_t stripe_count = P::owned_stripe_limit < 64 ? P::owned_stripe_limit : 64;

  // Alone on its cache lines.
  struct alignas(P::cache_line) isolated {
    T value{};
  };

  // Touched by the stripe's owner, and by whoever keeps it away. P::owned_stripe orders an owner after the
  // earlier ones.
  struct alignas(P::cache_line) stripe {
    // nullptr: nobody ran anything here yet.
    typename P::template plain<isolated*> own{nullptr};
  };

  static std::size_t in_use() { return std::min<std::size_t>(P::stripes_in_use(), stripe_count); }

  struct lock {
    explicit lock(typename P::mutex& m) : held(m) { held.lock(); }
    lock(const lock&) = delete;
    lock& operator=(const lock&) = delete;
    ~lock() { held.unlock(); }
    typename P::mutex& held;
  };

  static T& own_buffer(stripe& mine) {
    isolated* own = P::read(mine.own);
    if (own == nullptr) [[unlikely]]
      own = make_own_buffer(mine);
    return own->value;
  }

  [[gnu::noinline]] static isolated* make_own_buffer(stripe& mine) {
    auto* const own = P::template create<isolated>();
    P::write(mine.own, own);
    return own;
  }

  std::array<stripe, stripe_count> stripes_{};
  alignas(P::cache_line) typename P::mutex others_;
  T shared_{};
};

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
