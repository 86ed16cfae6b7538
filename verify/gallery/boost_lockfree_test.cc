// SPDX-License-Identifier: BSL-1.0
//
// Boost.Lockfree: spsc_queue, queue and stack.
#include <boost/lockfree/queue.hpp>
#include <boost/lockfree/spsc_queue.hpp>
#include <boost/lockfree/stack.hpp>
#include <cassert>
#include <thread>

#include "verify/gallery/testing.hpp"

namespace {

using boost::lockfree::capacity;
using boost::lockfree::fixed_sized;
using stillpoint::verify::gallery::fails;
using stillpoint::verify::gallery::is_not_followed;
using stillpoint::verify::gallery::passes;

TEST(boost_spsc_queue, items_in_order) {
  passes([] {
    boost::lockfree::spsc_queue<int, capacity<1>> queue;
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

TEST(boost_spsc_queue, all_arrive) {
  passes([] {
    boost::lockfree::spsc_queue<int, capacity<2>> queue;
    std::thread producer([&] {
      for (int item = 1; item <= 3; ++item) {
        while (!queue.push(item)) {
        }
      }
    });
    for (int expected = 1; expected <= 3; ++expected) {
      int item = 0;
      while (!queue.pop(item)) {
      }
      assert(item == expected);
    }
    producer.join();
  });
}

TEST(boost_queue, items_in_order) {
  passes([] {
    boost::lockfree::queue<int> queue(2);
    std::thread producer([&] {
      queue.push(1);
      queue.push(2);
    });
    int first = 0;
    int second = 0;
    if (queue.pop(first)) assert(first == 1);
    if (queue.pop(second)) assert(second == first + 1);
    producer.join();
  });
}

TEST(boost_queue, two_producers) {
  fails(
      [] {
        boost::lockfree::queue<int> queue(2);
        std::thread other([&] { queue.push(1); });
        queue.push(2);
        other.join();
        int first = 0;
        int second = 0;
        assert(queue.pop(first) && queue.pop(second) && first + second == 3);
      },
      "data race");
}

// A node that one takes and gives back is another place for who still looks at it.
TEST(boost_queue, two_consumers) {
  is_not_followed(
      [] {
        boost::lockfree::queue<int> queue(2);
        queue.push(1);
        queue.push(2);
        int here = 0;
        int there = 0;
        std::thread other([&] { queue.pop(there); });
        queue.pop(here);
        other.join();
        assert(here + there == 3);
      },
      "not deterministic");
}

// Nodes are used again: what tags are for.
TEST(boost_queue, of_fixed_size) {
  passes([] {
    boost::lockfree::queue<int, fixed_sized<true>, capacity<1>> queue;
    std::thread producer([&] {
      queue.push(1);
      queue.push(2);
    });
    int first = 0;
    int second = 0;
    if (queue.pop(first)) assert(first == 1 || first == 2);
    if (queue.pop(second)) assert(second > first);
    producer.join();
  });
}

TEST(boost_stack, push_against_pop) {
  passes([] {
    boost::lockfree::stack<int> stack(2);
    std::thread other([&] {
      stack.push(1);
      stack.push(2);
    });
    int item = 0;
    if (stack.pop(item)) assert(item == 1 || item == 2);
    other.join();
  });
}

// One looks at the node that the other gives back.
TEST(boost_stack, two_consumers) {
  fails(
      [] {
        boost::lockfree::stack<int> stack(2);
        stack.push(1);
        int here = 0;
        int there = 0;
        std::thread other([&] { stack.pop(there); });
        stack.pop(here);
        other.join();
        assert(here + there == 1);
      },
      "data race");
}

}  // namespace
