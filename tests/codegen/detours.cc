// SPDX-License-Identifier: BSL-1.0
//
// Of which hot_path.py has to complain, in each way in which it can.
#include <atomic>

void somewhere_else();

extern "C" {

void adds(std::atomic<long>& place, std::atomic<long>& other) {
  place.store(1, std::memory_order_release);
  other.fetch_add(2, std::memory_order_relaxed);
  place.store(2, std::memory_order_release);
}
void fences(std::atomic<long>& place) {
  place.store(1, std::memory_order_release);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  place.store(2, std::memory_order_release);
}
void calls(std::atomic<long>& place) {
  place.store(1, std::memory_order_release);
  somewhere_else();
  place.store(2, std::memory_order_release);
}
void ends_in_a_call(std::atomic<long>& place) {
  place.store(1, std::memory_order_release);
  place.store(2, std::memory_order_release);
  somewhere_else();
}
// Where it does, it adds, too.
void seldom_stores(std::atomic<long>& place) {
  if (place.load(std::memory_order_acquire) != 0) {
    place.store(1, std::memory_order_release);
    place.fetch_add(2, std::memory_order_relaxed);
    place.store(2, std::memory_order_release);
  }
}
void stores_once(std::atomic<long>& place) {
  place.store(1, std::memory_order_release);
}
void takes_long(std::atomic<long>& place) {
  place.store(1, std::memory_order_release);
  place.store(2, std::memory_order_release);
}
// That one is right: the other way is the cheap one.
void seldom_adds(std::atomic<long>& place) {
  place.store(1, std::memory_order_release);
  if (place.load(std::memory_order_acquire) != 0) [[unlikely]] {
    place.fetch_add(2, std::memory_order_relaxed);
    somewhere_else();
  }
  place.store(2, std::memory_order_release);
}

}  // extern "C"
