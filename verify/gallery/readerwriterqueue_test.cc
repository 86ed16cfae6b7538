// SPDX-License-Identifier: BSL-1.0
//
// moodycamel::ReaderWriterQueue, its blocking version and BlockingReaderWriterCircularBuffer.
#include <readerwriterqueue/readerwritercircularbuffer.h>
#include <readerwriterqueue/readerwriterqueue.h>

#include <cassert>
#include <thread>

#include "verify/gallery/testing.hpp"

namespace {

using stillpoint::verify::gallery::passes;

TEST(readerwriterqueue, items_in_order) {
  passes([] {
    moodycamel::ReaderWriterQueue<int, 2> queue(1);
    std::thread producer([&] {
      for (int item = 1; item <= 3; ++item) queue.enqueue(item);
    });
    int last = 0;
    for (int i = 0; i < 3; ++i) {
      int item = 0;
      if (!queue.try_dequeue(item)) continue;
      assert(item == last + 1);
      last = item;
    }
    producer.join();
  });
}

TEST(readerwriterqueue, without_allocation) {
  passes([] {
    moodycamel::ReaderWriterQueue<int, 2> queue(1);
    std::thread producer([&] {
      for (int item = 1; item <= 3; ++item) queue.try_enqueue(item);
    });
    int last = 0;
    for (int i = 0; i < 3; ++i) {
      int item = 0;
      if (!queue.try_dequeue(item)) continue;
      assert(item > last);
      last = item;
    }
    producer.join();
  });
}

TEST(readerwriterqueue, peek_and_pop) {
  passes([] {
    moodycamel::ReaderWriterQueue<int, 2> queue(1);
    std::thread producer([&] {
      queue.enqueue(1);
      queue.enqueue(2);
    });
    if (const int* const front = queue.peek()) {
      assert(*front == 1);
      assert(queue.pop());
    }
    producer.join();
  });
}

TEST(blockingreaderwriterqueue, waits_for_an_item) {
  passes([] {
    moodycamel::BlockingReaderWriterQueue<int, 2> queue(1);
    std::thread producer([&] { queue.enqueue(1); });
    int item = 0;
    queue.wait_dequeue(item);
    assert(item == 1);
    producer.join();
  });
}

TEST(readerwritercircularbuffer, two_items) {
  passes([] {
    moodycamel::BlockingReaderWriterCircularBuffer<int> buffer(2);
    std::thread producer([&] {
      buffer.try_enqueue(1);
      buffer.try_enqueue(2);
    });
    int first = 0;
    int second = 0;
    if (buffer.try_dequeue(first)) assert(first == 1);
    if (buffer.try_dequeue(second)) assert(second == first + 1);
    producer.join();
  });
}

// One wait only: the semaphore looks 1,024 times before it sleeps, and each time is an execution of its own.
TEST(readerwritercircularbuffer, waits_for_room) {
  passes([] {
    moodycamel::BlockingReaderWriterCircularBuffer<int> buffer(1);
    buffer.wait_enqueue(1);
    std::thread producer([&] { buffer.wait_enqueue(2); });
    int first = 0;
    int second = 0;
    buffer.wait_dequeue(first);
    assert(first == 1);
    producer.join();
    buffer.wait_dequeue(second);
    assert(second == 2);
  });
}

}  // namespace
