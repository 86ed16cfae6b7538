// SPDX-License-Identifier: BSL-1.0
//
// The clients of the writer_reader_phaser, plain and striped: one per guarantee, run by every engine.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "models/writer_reader_phaser.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"
#include "verify/client.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

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

// What two writers and a reader saw agrees with the model: each writer is given a phase that was then
// current, and each flip ends when the model says that it may. A flip is recorded as the steps that the model
// takes it in, all of which lie between its call and its return.
template <checker_policy P, class Phaser, class Model, unsigned Flips>
struct flips_agree_with_the_model_base {
  static constexpr unsigned threads = 3;
  using action = models::phaser_action;
  Phaser phaser;
  history<P, models::phaser_operation, threads, 3 * Flips + 2> calls;

  void thread(unsigned index) {
    if (index < 2) {
      write(index);
      return;
    }
    auto& lock = calls.invoke(index, {action::lock, index});
    phaser.reader_lock();
    calls.respond(lock);
    for (unsigned flip = 0; flip < Flips; ++flip) flip_once(index);
    auto& unlock = calls.invoke(index, {action::unlock, index});
    phaser.reader_unlock();
    calls.respond(unlock);
  }

  void after() {
    P::check(bool(linearizable(calls, Model())), "there is an order of the calls that the model allows");
  }

  void write(unsigned index) {
    auto& enter = calls.invoke(index, {action::enter, index});
    auto token = phaser.writer_enter();
    enter.operation.phase = token.phase();
    calls.respond(enter);
    auto& exit = calls.invoke(index, {action::exit, index, token.phase()});
    phaser.writer_exit(std::move(token));
    calls.respond(exit);
  }

  void flip_once(unsigned index) {
    auto& begin = calls.invoke(index, {action::flip_begin, index});
    auto* const turned = Model::turns == models::phase_turns::at_once
                             ? nullptr
                             : &calls.invoke(index, {action::flip_turned, index});
    auto& end = calls.invoke(index, {action::flip_end, index});
    phaser.flip_phase();
    calls.respond(begin);
    if (turned != nullptr) calls.respond(*turned);
    calls.respond(end);
  }
};

// Which phaser a client runs on. `tiny` has two bits of count: up to three sections of a phase and stripe.
struct plain_kind {
  static constexpr std::string_view primitive = "writer_reader_phaser";
  using model = models::writer_reader_phaser;
  template <class P>
  using phaser = writer_reader_phaser<P>;
  template <class P>
  using tiny = basic_writer_reader_phaser<P, 1, std::uint8_t, 2>;
};

struct striped_kind {
  static constexpr std::string_view primitive = "striped_writer_reader_phaser";
  using model = models::striped_writer_reader_phaser;
  template <class P>
  using phaser = striped_writer_reader_phaser<P>;
  template <class P>
  using tiny = basic_writer_reader_phaser<P, P::stripe_count, std::uint8_t, 2>;
};

template <class Kind>
struct writer_reader_phaser_clients {
  template <class P>
  using phaser = typename Kind::template phaser<P>;

  template <class P>
  struct no_write_is_lost_3x1x2 : no_write_is_lost_base<P, phaser<P>, 3, 1, 2> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "no_write_is_lost/3_writers_x_2_flips";
  };
  template <class P>
  struct no_write_is_lost_2x2x2 : no_write_is_lost_base<P, phaser<P>, 2, 2, 2> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "no_write_is_lost/2_writers_x_2_entries_x_2_flips";
  };
  template <class P>
  struct inactive_side_is_stable : inactive_side_is_stable_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "inactive_side_is_stable";
  };
  template <class P>
  struct flip_waits_for_writers_inside : flip_waits_for_writers_inside_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "flip_waits_for_writers_inside";
  };
  template <class P>
  struct flip_waits_for_no_later_writer : flip_waits_for_no_later_writer_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "flip_waits_for_no_later_writer";
  };
  template <class P>
  struct writers_never_wait : writers_never_wait_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "writers_never_wait";
  };
  template <class P>
  struct flips_exclude_each_other : flips_exclude_each_other_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "flips_exclude_each_other";
  };
  template <class P>
  struct idle_flip_returns : idle_flip_returns_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "idle_flip_returns";
  };
  template <class P>
  struct exceptions_leave_it_usable : exceptions_leave_it_usable_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "exceptions_leave_it_usable";
  };
  template <class P>
  struct epochs_wrap_around_unharmed
      : epochs_wrap_around_unharmed_base<P, typename Kind::template tiny<P>, 3, 2> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "epochs_wrap_around_unharmed";
  };
  template <class P>
  struct flips_agree_with_the_model : flips_agree_with_the_model_base<P, phaser<P>, typename Kind::model, 2> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "flips_agree_with_the_model";
  };

  using list = client_list<no_write_is_lost_3x1x2, no_write_is_lost_2x2x2, inactive_side_is_stable,
                           flip_waits_for_writers_inside, flip_waits_for_no_later_writer, writers_never_wait,
                           flips_exclude_each_other, idle_flip_returns, exceptions_leave_it_usable,
                           epochs_wrap_around_unharmed, flips_agree_with_the_model>;
};

}  // namespace stillpoint::verify::clients
