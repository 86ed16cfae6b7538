// SPDX-License-Identifier: BSL-1.0
//
// libstdc++ 12's own waits, semaphores, barriers, stop tokens and atomic shared pointers.
#include <atomic>
#include <barrier>
#include <cassert>
#include <latch>
#include <memory>
#include <semaphore>
#include <stop_token>
#include <thread>

#include "verify/gallery/testing.hpp"

namespace {

using stillpoint::verify::gallery::fails;
using stillpoint::verify::gallery::passes;

TEST(atomic_wait, hands_over_a_value) {
  passes([] {
    std::atomic<int> flag{0};
    int data = 0;
    std::thread waiter([&] {
      flag.wait(0, std::memory_order_acquire);
      assert(data == 1);
    });
    data = 1;
    flag.store(1, std::memory_order_release);
    flag.notify_one();
    waiter.join();
  });
}

TEST(atomic_wait, wakes_all) {
  passes([] {
    std::atomic<int> flag{0};
    const auto wait = [&] { flag.wait(0, std::memory_order_acquire); };
    std::thread first(wait);
    std::thread second(wait);
    flag.store(1, std::memory_order_release);
    flag.notify_all();
    first.join();
    second.join();
  });
}

// Of a type that no futex takes: the library waits on a proxy.
TEST(atomic_wait, of_a_byte) {
  passes([] {
    std::atomic<bool> flag{false};
    std::thread waiter([&] { flag.wait(false, std::memory_order_acquire); });
    flag.store(true, std::memory_order_release);
    flag.notify_one();
    waiter.join();
  });
}

TEST(latch, counts_down_and_waits) {
  passes([] {
    std::latch latch(2);
    int data = 0;
    std::thread other([&] {
      data = 1;
      latch.count_down();
    });
    latch.arrive_and_wait();
    assert(data == 1);
    other.join();
  });
}

TEST(barrier, two_phases) {
  passes([] {
    int completions = 0;
    std::barrier barrier(2, [&]() noexcept { ++completions; });
    std::thread other([&] {
      barrier.arrive_and_wait();
      barrier.arrive_and_wait();
    });
    barrier.arrive_and_wait();
    assert(completions == 1 || completions == 2);
    barrier.arrive_and_wait();
    other.join();
    assert(completions == 2);
  });
}

TEST(semaphore, binary_hands_over) {
  passes([] {
    std::binary_semaphore semaphore(0);
    int data = 0;
    std::thread other([&] {
      data = 1;
      semaphore.release();
    });
    semaphore.acquire();
    assert(data == 1);
    other.join();
  });
}

TEST(semaphore, two_acquire_and_release) {
  fails(
      [] {
        std::counting_semaphore<2> semaphore(1);
        const auto use = [&] {
          semaphore.acquire();
          semaphore.release();
        };
        std::thread other(use);
        use();
        other.join();
      },
      "deadlock");
}

TEST(stop_token, stops_a_loop) {
  passes([] {
    int data = 0;
    std::jthread worker([&](const std::stop_token& token) {
      while (!token.stop_requested()) {
      }
      assert(data == 1);
    });
    data = 1;
    worker.request_stop();
  });
}

TEST(stop_token, callback_runs_once) {
  passes([] {
    std::stop_source source;
    std::atomic<int> calls{0};
    std::thread other([&] { source.request_stop(); });
    {
      std::stop_callback callback(source.get_token(), [&] { calls.fetch_add(1); });
    }
    other.join();
    assert(calls.load() <= 1);
  });
}

TEST(shared_ptr, last_owner_deletes) {
  passes([] {
    struct node {
      explicit node(int value) : value(value) {}
      ~node() { value = 0; }
      int value;
    };
    auto first = std::make_shared<node>(1);
    std::thread other([second = first] { assert(second->value == 1); });
    assert(first->value == 1);
    first.reset();
    other.join();
  });
}

TEST(weak_ptr, lock_against_the_last_owner) {
  passes([] {
    auto owner = std::make_shared<int>(1);
    std::weak_ptr<int> weak = owner;
    std::thread other([&weak] {
      if (const auto held = weak.lock()) assert(*held == 1);
    });
    owner.reset();
    other.join();
  });
}

TEST(atomic_shared_ptr, load_against_store) {
  fails(
      [] {
        std::atomic<std::shared_ptr<int>> shared(std::make_shared<int>(1));
        std::thread other([&] { shared.store(std::make_shared<int>(2)); });
        const auto held = shared.load();
        assert(*held == 1 || *held == 2);
        other.join();
      },
      "data race");
}

TEST(atomic_shared_ptr, two_stores) {
  passes([] {
    std::atomic<std::shared_ptr<int>> shared;
    std::thread other([&] { shared.store(std::make_shared<int>(2)); });
    shared.store(std::make_shared<int>(1));
    other.join();
    assert(shared.load());
  });
}

}  // namespace
