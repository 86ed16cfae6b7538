// SPDX-License-Identifier: BSL-1.0
//
// What a flip waits for: the writers inside, other flips, and nothing else.
#pragma once

#include <atomic>
#include <stdexcept>
#include <utility>

#include "verify/client.hpp"
#include "verify/clients/writer_reader_phaser/double_buffer.hpp"

namespace stillpoint::verify::clients {

// A writer that is inside when the flip begins is waited for: what it wrote last is there.
template <checker_policy P, class Phaser>
struct flip_waits_for_writers_inside_base {
  static constexpr unsigned threads = 2;
  Phaser phaser;
  typename P::template atomic<int> inside{0};
  typename P::template plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      auto token = phaser.writer_enter();
      inside.store(1, std::memory_order_release);
      P::write(data, 7);
      phaser.writer_exit(std::move(token));
    } else {
      P::await(
          inside, std::memory_order_acquire, [](int i) { return i == 1; }, typename P::waiter());
      phaser.lock_reader().flip();
      P::check(P::read(data) == 7, "the flip waited for the writer inside");
    }
  }

  void after() {}
};

// A writer that enters the new phase and stays inside until the flip is over does not keep it from returning:
// the engines would report a deadlock.
template <checker_policy P, class Phaser>
struct flip_waits_for_no_later_writer_base {
  static constexpr unsigned threads = 3;
  Phaser phaser;
  typename P::template atomic<int> flipped{0};

  void thread(unsigned index) {
    if (index < 2) {
      auto token = phaser.writer_enter();
      if (token.phase() == 1) {
        P::await(
            flipped, std::memory_order_relaxed, [](int f) { return f == 1; }, typename P::waiter());
      }
      phaser.writer_exit(std::move(token));
    } else {
      phaser.lock_reader().flip();
      flipped.store(1, std::memory_order_relaxed);
    }
  }

  void after() { P::check(flipped.load(std::memory_order_relaxed) == 1, "the flip returned"); }
};

// A writer enters and leaves while a flip is held up by another writer: had it to wait for the flip, all
// three would wait for each other.
template <checker_policy P, class Phaser>
struct writers_never_wait_base {
  static constexpr unsigned threads = 3;
  Phaser phaser;
  typename P::template atomic<int> inside{0};
  typename P::template atomic<int> passed{0};

  void thread(unsigned index) {
    if (index == 0) {
      auto token = phaser.writer_enter();
      inside.store(1, std::memory_order_release);
      P::await(
          passed, std::memory_order_relaxed, [](int p) { return p == 2; }, typename P::waiter());
      phaser.writer_exit(std::move(token));
    } else if (index == 1) {
      for (int entry = 1; entry <= 2; ++entry) {
        phaser.writer_exit(phaser.writer_enter());
        passed.store(entry, std::memory_order_relaxed);
      }
    } else {
      P::await(
          inside, std::memory_order_acquire, [](int i) { return i == 1; }, typename P::waiter());
      phaser.lock_reader().flip();
      P::check(passed.load(std::memory_order_relaxed) >= 0, "the flip returned");
    }
  }

  void after() { P::check(passed.load(std::memory_order_relaxed) == 2, "the other writer passed twice"); }
};

// Readers hold the lock one at a time, also through reentrant locking, and their flips follow each other.
template <checker_policy P, class Phaser>
struct flips_exclude_each_other_base {
  static constexpr unsigned threads = 3;
  double_buffer<P, Phaser, 1> data;
  typename P::template plain<int> flips{0};

  void thread(unsigned index) {
    if (index == 0) {
      data.write_once(0);
      return;
    }
    data.phaser.reader_lock();
    data.take_interval();
    P::write(flips, P::read(flips) + 1);
    data.phaser.reader_unlock();
  }

  void after() {
    P::check(P::read(flips) == 2, "two readers flipped, one after the other");
    P::check(data.total(0) == 1, "each write is found once");
  }
};

// With no writer inside, a flip returns, any number of times.
template <checker_policy P, class Phaser>
struct idle_flip_returns_base {
  static constexpr unsigned threads = 2;
  Phaser phaser;
  typename P::template atomic<int> done{0};

  void thread(unsigned index) {
    if (index == 0) {
      for (int flip = 0; flip < 3; ++flip) phaser.lock_reader().flip();
      done.store(1, std::memory_order_relaxed);
    } else {
      P::await(
          done, std::memory_order_relaxed, [](int d) { return d == 1; }, typename P::waiter());
    }
  }

  void after() { P::check(done.load(std::memory_order_relaxed) == 1, "the flips returned"); }
};

// An exception that leaves a writer section or a reader's critical section leaves the phaser usable.
template <checker_policy P, class Phaser>
struct exceptions_leave_it_usable_base {
  static constexpr unsigned threads = 2;
  double_buffer<P, Phaser, 1> data;

  void thread(unsigned index) {
    if (index == 0) {
      try {
        const typename Phaser::writer_section inside(data.phaser);
        throw std::runtime_error("thrown in a writer section");
      } catch (const std::runtime_error&) {
        data.write_once(0);
      }
    } else {
      try {
        auto reader = data.phaser.lock_reader();
        throw std::runtime_error("thrown under the reader lock");
      } catch (const std::runtime_error&) {
        data.take_interval();
      }
    }
  }

  void after() { P::check(data.total(0) == 1, "each write is found once"); }
};

// One thread enters, another one goes on with the work and exits. Meanwhile the first one enters again: it
// may find its stripe free.
template <checker_policy P, class Phaser>
struct sections_may_change_threads_base {
  static constexpr unsigned threads = 3;
  Phaser phaser;
  typename Phaser::token passed_on = phaser.writer_enter();
  typename P::template plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      phaser.writer_exit(phaser.writer_enter());
    } else if (index == 1) {
      P::write(data, 1);
      phaser.writer_exit(std::move(passed_on));
    } else {
      phaser.lock_reader().flip();
      P::check(P::read(data) == 1, "the work is done");
    }
  }

  void after() {}
};

}  // namespace stillpoint::verify::clients
