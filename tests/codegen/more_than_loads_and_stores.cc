// SPDX-License-Identifier: BSL-1.0
//
// Of which loads_and_stores_only.py has to complain, in each way in which it can.
#include <atomic>

extern "C" {

long exchanges(std::atomic<long>& place) {
  return place.exchange(1, std::memory_order_relaxed);
}
long adds(std::atomic<long>& place) {
  return place.fetch_add(2, std::memory_order_relaxed);
}
bool compares(std::atomic<long>& place, long expected) {
  return place.compare_exchange_strong(expected, 3, std::memory_order_relaxed, std::memory_order_relaxed);
}
void fences() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}
// On x86-64 an exchange, or a fence; on AArch64 a release store.
void stores_strongly(std::atomic<long>& place) {
  place.store(1, std::memory_order_seq_cst);
}
long only_loads(std::atomic<long>& place) {
  return place.load(std::memory_order_acquire);
}

}  // extern "C"
