// SPDX-License-Identifier: BSL-1.0
//
// What a phaser has to see to whose writers publish their sections on stripes of their own: a stripe is used
// again and again, by one section at a time, which another thread may end.
#pragma once

#include <array>
#include <atomic>
#include <utility>

#include "verify/client.hpp"

namespace stillpoint::verify::clients {

// A writer enters again and again. Once it is in the new phase it stays inside until the flip is over: the
// engines would report a deadlock if the flip took that section for the one before.
template <checker_policy P, class Phaser>
struct flip_waits_for_no_later_section_base {
  static constexpr unsigned threads = 2;
  Phaser phaser;
  typename P::template atomic<int> flipped{0};

  void thread(unsigned index) {
    if (index == 1) {
      phaser.lock_reader().flip();
      flipped.store(1, std::memory_order_relaxed);
      return;
    }
    for (int entry = 0; entry < 3; ++entry) {
      auto token = phaser.writer_enter();
      if (token.phase() == 1) {
        P::await(
            flipped, std::memory_order_relaxed, [](int f) { return f == 1; }, typename P::waiter());
      }
      phaser.writer_exit(std::move(token));
    }
  }

  void after() { P::check(flipped.load(std::memory_order_relaxed) == 1, "the flip returned"); }
};

// One thread is in two sections at the same time, which end one by one: the flip waits for both.
template <checker_policy P, class Phaser>
struct every_section_counts_base {
  static constexpr unsigned threads = 2;
  Phaser phaser;
  typename P::template plain<int> data{0};

  void thread(unsigned index) {
    if (index == 1) {
      phaser.lock_reader().flip();
      P::check(P::read(data) >= 0, "what is written in the last section of the old phase is seen");
      return;
    }
    auto first = phaser.writer_enter();
    auto second = phaser.writer_enter();
    const bool old = second.phase() == 0;
    if (P::choose(2) == 0) std::swap(first, second);
    phaser.writer_exit(std::move(first));
    if (old && second.phase() == 0) P::write(data, 1);
    phaser.writer_exit(std::move(second));
  }

  void after() {}
};

// A writer that enters the new phase sees what its reader prepared, by the phaser alone.
template <checker_policy P, class Phaser>
struct writers_see_what_came_before_base {
  static constexpr unsigned threads = 2;
  Phaser phaser;
  std::array<typename P::template plain<int>, 2> prepared{};

  void thread(unsigned index) {
    if (index == 1) {
      P::write(prepared[1], 7);
      phaser.lock_reader().flip();
      return;
    }
    for (int entry = 0; entry < 2; ++entry) {
      auto token = phaser.writer_enter();
      const bool is_new = token.phase() == 1;
      P::check(!is_new || P::read(prepared[1]) == 7, "what was done before the flip is seen");
      phaser.writer_exit(std::move(token));
    }
  }

  void after() {}
};

}  // namespace stillpoint::verify::clients
