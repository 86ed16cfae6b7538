// SPDX-License-Identifier: BSL-1.0
//
// libcds: bounded queues; queues, stacks and a list over hazard pointers and RCU. What of its collectors is
// compiled in its library is not instrumented; the library is linked statically, so that its variables are
// reset for each execution.
#include <cds/container/moir_queue.h>
#include <cds/container/msqueue.h>
#include <cds/container/treiber_stack.h>
#include <cds/container/vyukov_mpmc_cycle_queue.h>
#include <cds/container/weak_ringbuffer.h>
#include <cds/gc/hp.h>
#include <cds/init.h>
#include <cds/urcu/general_instant.h>
// Needs the one before.
#include <cds/container/michael_list_rcu.h>

#include <cassert>
#include <thread>

#include "verify/gallery/testing.hpp"

namespace {

using stillpoint::verify::gallery::is_not_followed;
using stillpoint::verify::gallery::passes;
using stillpoint::verify::gallery::passes_as_far_as_seen;

TEST(libcds, vyukov_queue_in_order) {
  passes([] {
    cds::container::VyukovMPMCCycleQueue<int> queue(2);
    std::thread producer([&] {
      queue.enqueue(1);
      queue.enqueue(2);
    });
    int first = 0;
    int second = 0;
    if (queue.dequeue(first)) assert(first == 1);
    if (queue.dequeue(second)) assert(second == first + 1);
    producer.join();
  });
}

TEST(libcds, vyukov_queue_two_producers) {
  passes([] {
    cds::container::VyukovMPMCCycleQueue<int> queue(2);
    std::thread other([&] { queue.enqueue(1); });
    queue.enqueue(2);
    other.join();
    int first = 0;
    int second = 0;
    assert(queue.dequeue(first) && queue.dequeue(second) && first + second == 3);
  });
}

TEST(libcds, vyukov_queue_two_consumers) {
  passes([] {
    cds::container::VyukovMPMCCycleQueue<int> queue(2);
    queue.enqueue(1);
    queue.enqueue(2);
    int here = 0;
    int there = 0;
    std::thread other([&] { queue.dequeue(there); });
    queue.dequeue(here);
    other.join();
    assert(here + there == 3);
  });
}

TEST(libcds, weak_ringbuffer_in_order) {
  passes([] {
    cds::container::WeakRingBuffer<int> queue(2);
    std::thread producer([&] {
      for (int item = 1; item <= 3; ++item) queue.push(item);
    });
    int last = 0;
    for (int i = 0; i < 3; ++i) {
      int item = 0;
      if (!queue.pop(item)) continue;
      assert(item > last);
      last = item;
    }
    producer.join();
  });
}

class hazard_pointers {
 public:
  hazard_pointers() {
    cds::Initialize();
    collector_ = new cds::gc::HP(4, 2, 4);
    cds::threading::Manager::attachThread();
  }
  ~hazard_pointers() {
    cds::threading::Manager::detachThread();
    delete collector_;
    cds::Terminate();
  }

 private:
  cds::gc::HP* collector_;
};

class attached {
 public:
  attached() { cds::threading::Manager::attachThread(); }
  ~attached() { cds::threading::Manager::detachThread(); }
};

TEST(libcds_hp, michael_scott_queue) {
  passes([] {
    const hazard_pointers collector;
    cds::container::MSQueue<cds::gc::HP, int> queue;
    std::thread other([&] {
      const attached here;
      queue.enqueue(1);
    });
    int item = 0;
    if (queue.dequeue(item)) assert(item == 1);
    other.join();
  });
}

TEST(libcds_hp, moir_queue) {
  passes([] {
    const hazard_pointers collector;
    cds::container::MoirQueue<cds::gc::HP, int> queue;
    std::thread other([&] {
      const attached here;
      queue.enqueue(1);
    });
    int item = 0;
    if (queue.dequeue(item)) assert(item == 1);
    other.join();
  });
}

// Each length of a growing back-off would be another state.
struct without_back_off : cds::container::treiber_stack::traits {
  using back_off = cds::backoff::empty;
};

// A hazard pointer counts how often it is set, so that no turn of a loop is like another.
TEST(libcds_hp, treiber_stack) {
  passes_as_far_as_seen([] {
    const hazard_pointers collector;
    cds::container::TreiberStack<cds::gc::HP, int, without_back_off> stack;
    std::thread other([&] {
      const attached here;
      stack.push(1);
    });
    int item = 0;
    if (stack.pop(item)) assert(item == 1);
    other.join();
  });
}

using instant = cds::urcu::gc<cds::urcu::general_instant<>>;

class rcu {
 public:
  rcu() {
    cds::Initialize();
    collector_ = new instant;
    cds::threading::Manager::attachThread();
  }
  ~rcu() {
    cds::threading::Manager::detachThread();
    delete collector_;
    cds::Terminate();
  }

 private:
  instant* collector_;
};

// Who waits for readers does so in the library.
TEST(libcds_rcu, list_erase_against_find) {
  is_not_followed(
      [] {
        const rcu collector;
        cds::container::MichaelList<instant, int> list;
        list.insert(1);
        std::thread other([&] {
          const attached here;
          list.erase(1);
        });
        list.contains(1);
        other.join();
      },
      "changed by code that is not instrumented");
}

}  // namespace
