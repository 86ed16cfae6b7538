// SPDX-License-Identifier: BSL-1.0
//
// barrier: std's, for clients over a checker's policy. All arrivals of a phase happen before its completion
// function, which the last to arrive calls, and that before the waits for this phase return. Two arrivals do
// not order each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "verify/client.hpp"

namespace stillpoint::verify {

struct no_completion {
  void operator()() const noexcept {}
};

template <checker_policy P, class Completion = no_completion>
class barrier {
 public:
  class arrival_token {
   public:
    arrival_token(arrival_token&&) noexcept = default;
    arrival_token& operator=(arrival_token&&) noexcept = default;

   private:
    friend barrier;
    explicit arrival_token(std::uint32_t phase) : phase_(phase) {}
    std::uint32_t phase_;
  };

  static constexpr std::ptrdiff_t max() { return std::numeric_limits<std::int32_t>::max(); }

  explicit barrier(std::ptrdiff_t expected, Completion completion = Completion())
      : completion_(std::move(completion)), expected_(expected), left_(expected) {
    P::check(expected >= 0 && expected <= max(), "barrier: the number of threads is in [0, max()]");
  }
  barrier(const barrier&) = delete;
  barrier& operator=(const barrier&) = delete;

  [[nodiscard]] arrival_token arrive(std::ptrdiff_t update = 1) {
    // relaxed: who arrives knows that the phase before is over.
    const std::uint32_t phase = phase_.load(std::memory_order_relaxed);
    // release: pairs with the fence of the last one.
    const std::ptrdiff_t left = left_.fetch_sub(update, std::memory_order_release);
    P::check(update > 0 && update <= left, "barrier: no more arrive than are expected");
    if (left == update) complete(phase);
    return arrival_token(phase);
  }

  void wait(arrival_token&& token) const {
    // acquire: pairs with the release in complete.
    P::await(phase_, std::memory_order_acquire, [&](std::uint32_t phase) { return phase != token.phase_; },
             {});
  }

  void arrive_and_wait() { wait(arrive()); }

  void arrive_and_drop() {
    // relaxed: it comes before the arrival.
    expected_.fetch_sub(1, std::memory_order_relaxed);
    static_cast<void>(arrive());
  }

 private:
  void complete(std::uint32_t phase) {
    P::fence(std::memory_order_acquire);
    completion_();
    left_.store(expected_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    phase_.store(phase + 1, std::memory_order_release);
  }

  Completion completion_;
  // In the next phase.
  typename P::template atomic<std::ptrdiff_t> expected_;
  typename P::template atomic<std::ptrdiff_t> left_;
  typename P::template atomic<std::uint32_t> phase_{0};
};

}  // namespace stillpoint::verify
