// SPDX-License-Identifier: BSL-1.0
//
// moodycamel::ConcurrentQueue and BlockingConcurrentQueue.
#include <semaphore.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>

// On x86 the queue takes the address of a thread_local variable for the thread's number, and stores it in an
// atomic. The explorer gives the variables of all threads one address, so its choice for ARM is taken:
// std::thread::id. Nothing else in the header depends on the macro, and all others are included by now.
#define __arm__ 1
#include <concurrentqueue/blockingconcurrentqueue.h>
#include <concurrentqueue/concurrentqueue.h>
#undef __arm__

#include "verify/gallery/testing.hpp"

namespace {

using stillpoint::verify::gallery::passes;

// Blocks of one or two items, so that few operations reach all that the queue does.
struct small_blocks : moodycamel::ConcurrentQueueDefaultTraits {
  static constexpr std::size_t BLOCK_SIZE = 2;
  static constexpr std::size_t EXPLICIT_INITIAL_INDEX_SIZE = 2;
  static constexpr std::size_t IMPLICIT_INITIAL_INDEX_SIZE = 2;
  static constexpr std::size_t INITIAL_IMPLICIT_PRODUCER_HASH_SIZE = 2;
};

TEST(concurrentqueue, one_item) {
  passes([] {
    moodycamel::ConcurrentQueue<int> queue;
    std::thread producer([&] { queue.enqueue(1); });
    int item = 0;
    if (queue.try_dequeue(item)) assert(item == 1);
    producer.join();
  });
}

TEST(concurrentqueue, two_items_in_order) {
  passes([] {
    moodycamel::ConcurrentQueue<int> queue;
    std::thread producer([&] {
      queue.enqueue(1);
      queue.enqueue(2);
    });
    int first = 0;
    int second = 0;
    if (queue.try_dequeue(first)) assert(first == 1);
    if (queue.try_dequeue(second)) assert(second == first + 1);
    producer.join();
  });
}

TEST(concurrentqueue, tokens) {
  passes([] {
    moodycamel::ConcurrentQueue<int> queue;
    std::thread producer([&] {
      const moodycamel::ProducerToken token(queue);
      queue.enqueue(token, 1);
      queue.enqueue(token, 2);
    });
    moodycamel::ConsumerToken token(queue);
    int first = 0;
    int second = 0;
    if (queue.try_dequeue(token, first)) assert(first == 1);
    if (queue.try_dequeue(token, second)) assert(second == first + 1);
    producer.join();
  });
}

TEST(concurrentqueue, small_blocks_three_items) {
  passes([] {
    moodycamel::ConcurrentQueue<int, small_blocks> queue(2);
    std::thread producer([&] {
      queue.enqueue(1);
      queue.enqueue(2);
      queue.enqueue(3);
    });
    int last = 0;
    for (int i = 0; i < 2; ++i) {
      int item = 0;
      if (!queue.try_dequeue(item)) continue;
      assert(item == last + 1);
      last = item;
    }
    producer.join();
  });
}

TEST(concurrentqueue, bulk) {
  passes([] {
    moodycamel::ConcurrentQueue<int> queue;
    std::thread producer([&] {
      const int items[] = {1, 2};
      queue.enqueue_bulk(items, 2);
    });
    int items[2] = {};
    const std::size_t count = queue.try_dequeue_bulk(items, 2);
    for (std::size_t i = 0; i < count; ++i) assert(items[i] == static_cast<int>(i) + 1);
    producer.join();
  });
}

TEST(concurrentqueue, two_producers) {
  passes([] {
    moodycamel::ConcurrentQueue<int> queue;
    std::thread first([&] { queue.enqueue(1); });
    std::thread second([&] { queue.enqueue(2); });
    int item = 0;
    if (queue.try_dequeue(item)) assert(item == 1 || item == 2);
    first.join();
    second.join();
  });
}

// The second dequeue takes what the first does not.
TEST(concurrentqueue, two_consumers) {
  passes([] {
    moodycamel::ConcurrentQueue<int> queue;
    queue.enqueue(1);
    int here = 0;
    int there = 0;
    std::thread other([&] { queue.try_dequeue(there); });
    queue.try_dequeue(here);
    other.join();
    assert(here + there == 1);
  });
}

struct few_spins : moodycamel::ConcurrentQueueDefaultTraits {
  static constexpr int MAX_SEMA_SPINS = 1;
};

TEST(blockingconcurrentqueue, waits_for_an_item) {
  passes([] {
    moodycamel::BlockingConcurrentQueue<int, few_spins> queue;
    std::thread producer([&] { queue.enqueue(1); });
    int item = 0;
    queue.wait_dequeue(item);
    assert(item == 1);
    producer.join();
  });
}

}  // namespace
