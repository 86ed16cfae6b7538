// SPDX-License-Identifier: BSL-1.0
//
// oneTBB: what is in its headers. Mutexes sleep in libtbb.so, which is not instrumented, so that only
// spinning ones are explored.
#include <oneapi/tbb/concurrent_queue.h>
#include <oneapi/tbb/concurrent_unordered_set.h>
#include <oneapi/tbb/concurrent_vector.h>
#include <oneapi/tbb/queuing_mutex.h>
#include <oneapi/tbb/spin_mutex.h>
#include <oneapi/tbb/spin_rw_mutex.h>

#include <cassert>
#include <thread>

#include "verify/gallery/testing.hpp"

namespace {

using stillpoint::verify::gallery::is_not_followed;
using stillpoint::verify::gallery::passes;

template <class Mutex>
void counts_under() {
  Mutex mutex;
  int count = 0;
  const auto add = [&] {
    const typename Mutex::scoped_lock held(mutex);
    ++count;
  };
  std::thread other(add);
  add();
  other.join();
  assert(count == 2);
}

TEST(tbb, spin_mutex) {
  passes([] { counts_under<tbb::spin_mutex>(); });
}
TEST(tbb, queuing_mutex) {
  passes([] { counts_under<tbb::queuing_mutex>(); });
}
TEST(tbb, spin_rw_mutex) {
  passes([] { counts_under<tbb::spin_rw_mutex>(); });
}
template <class Mutex>
void reads_beside_a_writer() {
  Mutex mutex;
  int value = 0;
  std::thread writer([&] {
    const typename Mutex::scoped_lock held(mutex, true);
    value = 1;
  });
  {
    const typename Mutex::scoped_lock held(mutex, false);
    assert(value == 0 || value == 1);
  }
  writer.join();
}

TEST(tbb, spin_rw_mutex_reader) {
  passes([] { reads_beside_a_writer<tbb::spin_rw_mutex>(); });
}
TEST(tbb, concurrent_vector) {
  passes([] {
    tbb::concurrent_vector<int, std::allocator<int>> vector;
    std::thread other([&] { vector.push_back(1); });
    vector.push_back(2);
    other.join();
    assert(vector.size() == 2 && vector[0] + vector[1] == 3);
  });
}

TEST(tbb, concurrent_unordered_set) {
  passes([] {
    tbb::concurrent_unordered_set<int, std::hash<int>, std::equal_to<int>, std::allocator<int>> set;
    std::thread other([&] { set.insert(1); });
    set.insert(2);
    other.join();
    assert(set.size() == 2 && set.count(1) == 1);
  });
}

// What the library allocates for itself lies elsewhere in each execution, and one atomic after the other is
// new.
TEST(tbb, concurrent_queue) {
  const tbb::concurrent_queue<int> makes_the_allocator;
  is_not_followed(
      [] {
        tbb::concurrent_queue<int, std::allocator<int>> queue;
        std::thread other([&] { queue.push(1); });
        int item = 0;
        if (queue.try_pop(item)) assert(item == 1);
        other.join();
      },
      "each execution finds atomics where none were before");
}

}  // namespace
