// SPDX-License-Identifier: BSL-1.0
//
// atomic_queue: AtomicQueue, AtomicQueue2, their run-time sized and single-producer single-consumer versions.
#include <atomic_queue/atomic_queue.h>
#include <atomic_queue/barrier.h>
#include <atomic_queue/spinlock.h>

#include <cassert>
#include <thread>

#include "verify/gallery/testing.hpp"

namespace {

using stillpoint::verify::gallery::fails;
using stillpoint::verify::gallery::passes;

template <class Queue>
void tries_in_order() {
  Queue queue;
  std::thread producer([&] {
    for (int item = 1; item <= 2; ++item) queue.try_push(item);
  });
  int last = 0;
  for (int i = 0; i < 2; ++i) {
    int item = 0;
    if (!queue.try_pop(item)) continue;
    assert(item > last);
    last = item;
  }
  producer.join();
}

template <class Queue>
void all_arrive() {
  Queue queue;
  std::thread producer([&] {
    queue.push(1);
    queue.push(2);
  });
  const int first = queue.pop();
  const int second = queue.pop();
  assert(first == 1 && second == 2);
  producer.join();
}

template <class Queue>
void two_producers() {
  Queue queue;
  std::thread other([&] { queue.push(1); });
  queue.push(2);
  other.join();
  assert(queue.pop() + queue.pop() == 3);
}

template <class Queue>
void two_consumers() {
  Queue queue;
  queue.push(1);
  queue.push(2);
  int there = 0;
  std::thread other([&] { there = queue.pop(); });
  const int here = queue.pop();
  other.join();
  assert(here + there == 3);
}

// Size, the value of an empty element, minimized contention, maximal throughput, total order, SPSC.
template <bool Throughput, bool Ordered, bool Single>
using of_ints = atomic_queue::AtomicQueue<int, 2, 0, false, Throughput, Ordered, Single>;
template <bool Throughput, bool Ordered, bool Single>
using of_any = atomic_queue::AtomicQueue2<int, 2, false, Throughput, Ordered, Single>;

TEST(atomic_queue, tries) {
  passes([] { tries_in_order<of_ints<true, false, false>>(); });
}
TEST(atomic_queue, all_arrive) {
  passes([] { all_arrive<of_ints<true, false, false>>(); });
}
TEST(atomic_queue, two_producers) {
  passes([] { two_producers<of_ints<true, false, false>>(); });
}
TEST(atomic_queue, two_consumers) {
  passes([] { two_consumers<of_ints<true, false, false>>(); });
}
TEST(atomic_queue, ordered_tries) {
  passes([] { tries_in_order<of_ints<false, true, false>>(); });
}
TEST(atomic_queue, spsc_tries) {
  passes([] { tries_in_order<of_ints<true, false, true>>(); });
}
TEST(atomic_queue, spsc_all_arrive) {
  passes([] { all_arrive<of_ints<true, false, true>>(); });
}

TEST(atomic_queue2, tries) {
  passes([] { tries_in_order<of_any<true, false, false>>(); });
}
TEST(atomic_queue2, all_arrive) {
  passes([] { all_arrive<of_any<true, false, false>>(); });
}
TEST(atomic_queue2, two_producers) {
  passes([] { two_producers<of_any<true, false, false>>(); });
}
TEST(atomic_queue2, two_consumers) {
  passes([] { two_consumers<of_any<true, false, false>>(); });
}
TEST(atomic_queue2, spsc_tries) {
  passes([] { tries_in_order<of_any<true, false, true>>(); });
}
TEST(atomic_queue2, spsc_all_arrive) {
  passes([] { all_arrive<of_any<true, false, true>>(); });
}

template <class Lock>
void counts_under() {
  Lock lock;
  int count = 0;
  const auto add = [&] {
    lock.lock();
    ++count;
    lock.unlock();
  };
  std::thread other(add);
  add();
  other.join();
  assert(count == 2);
}

TEST(atomic_queue_locks, spinlock) {
  passes([] { counts_under<atomic_queue::Spinlock>(); });
}

TEST(atomic_queue_locks, ticket_scoped) {
  passes([] {
    atomic_queue::TicketSpinlock lock;
    int count = 0;
    const auto add = [&] {
      const atomic_queue::TicketSpinlock::scoped_lock held(lock);
      ++count;
    };
    std::thread other(add);
    add();
    other.join();
    assert(count == 2);
  });
}

TEST(atomic_queue_locks, ticket_unlocked_by_hand) {
  fails([] { counts_under<atomic_queue::TicketSpinlock>(); }, "in atomic_queue::TicketSpinlock::lock()");
}

}  // namespace
