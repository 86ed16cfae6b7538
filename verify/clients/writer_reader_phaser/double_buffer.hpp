// SPDX-License-Identifier: BSL-1.0
//
// What a phaser is for: two buffers, of which one is written and the other one is read. No write is lost, and
// what a reader takes out is stable.
#pragma once

#include <array>
#include <atomic>

#include "verify/client.hpp"

namespace stillpoint::verify::clients {

// Two buffers with one plain slot per writer, and the atomic index that says which is active: the use the
// phaser is for.
template <class P, class Phaser, unsigned Writers>
struct double_buffer {
  using slot = typename P::template plain<int>;

  Phaser phaser;
  typename P::template atomic<unsigned> active{0u};
  std::array<std::array<slot, Writers>, 2> buffers{};
  // What readers took out so far; guarded by the reader lock.
  std::array<slot, Writers> taken{};

  void write_once(unsigned writer) {
    const typename Phaser::writer_section inside(phaser);
    // acquire: pairs with the release in take_interval.
    slot& mine = buffers[active.load(std::memory_order_acquire)][writer];
    P::write(mine, P::read(mine) + 1);
  }

  void take_interval() {
    auto reader = phaser.lock_reader();
    // relaxed: only readers store it, and the reader lock orders them.
    const unsigned ended = active.load(std::memory_order_relaxed);
    // release: pairs with the acquire in write_once.
    active.store(1 - ended, std::memory_order_release);
    reader.flip();
    empty(buffers[ended]);
  }

  void empty(std::array<slot, Writers>& buffer) {
    for (unsigned writer = 0; writer < Writers; ++writer) {
      P::write(taken[writer], P::read(taken[writer]) + P::read(buffer[writer]));
      P::write(buffer[writer], 0);
    }
  }

  int total(unsigned writer) const {
    return P::read(taken[writer]) + P::read(buffers[0][writer]) + P::read(buffers[1][writer]);
  }
};

// Every write of every writer is found in exactly one interval, over several flips; and what a reader takes
// out is at rest (an unfinished or late write is a data race on the slot, which every engine reports).
template <checker_policy P, class Phaser, unsigned Writers, unsigned Entries, unsigned Flips>
struct no_write_is_lost_base {
  static constexpr unsigned threads = Writers + 1;
  double_buffer<P, Phaser, Writers> data;

  void thread(unsigned index) {
    if (index < Writers) {
      for (unsigned entry = 0; entry < Entries; ++entry) data.write_once(index);
    } else {
      for (unsigned flip = 0; flip < Flips; ++flip) data.take_interval();
    }
  }

  void after() {
    for (unsigned writer = 0; writer < Writers; ++writer) {
      P::check(data.total(writer) == static_cast<int>(Entries), "each write is found once");
    }
  }
};

// The same with counts that stand right before their wrap-around when the threads start: three sections of
// each phase are over, and the counts have two bits.
template <checker_policy P, class Phaser, unsigned Entries, unsigned Flips>
struct epochs_wrap_around_unharmed_base : no_write_is_lost_base<P, Phaser, 1, Entries, Flips> {
  epochs_wrap_around_unharmed_base() {
    for (unsigned phase = 0; phase < 2; ++phase) {
      for (unsigned section = 0; section < 3; ++section) {
        this->data.phaser.writer_exit(this->data.phaser.writer_enter());
      }
      this->data.phaser.lock_reader().flip();
    }
  }
};

template <checker_policy P, class Phaser>
struct inactive_side_is_stable_base {
  static constexpr unsigned threads = 3;
  double_buffer<P, Phaser, 2> data;

  void thread(unsigned index) {
    if (index < 2) {
      data.write_once(index);
      return;
    }
    auto reader = data.phaser.lock_reader();
    // relaxed: this is the only reader. release: pairs with the acquire in write_once.
    data.active.store(1, std::memory_order_release);
    reader.flip();
    const int first = P::read(data.buffers[0][0]) + 2 * P::read(data.buffers[0][1]);
    const int again = P::read(data.buffers[0][0]) + 2 * P::read(data.buffers[0][1]);
    P::check(first == again, "the inactive side does not change under the reader");
  }

  void after() {}
};

}  // namespace stillpoint::verify::clients
