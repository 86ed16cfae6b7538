// SPDX-License-Identifier: BSL-1.0
//
// What plain_path.py has to find. Compiled, never run.
#include <atomic>

[[gnu::noinline, gnu::cold]] void rare(int& value);
[[gnu::noinline]] void surprise(int& value);

extern "C" {

void plain(std::atomic<int>& value, int& other) {
  if (value.load(std::memory_order_acquire) != 0) [[unlikely]]
    return rare(other);
  value.store(1, std::memory_order_release);
}

void adds(std::atomic<int>& value) {
  value.fetch_add(1, std::memory_order_relaxed);
}

void exchanges(std::atomic<int>& value, int& other) {
  other = value.exchange(1, std::memory_order_acquire);
}

void fences(std::atomic<int>& value) {
  value.store(1, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  value.store(2, std::memory_order_relaxed);
}

void calls(int& value) {
  surprise(value);
  value = 1;
}

void is_long(std::atomic<int>& value) {
  for (int i = 0; i < 4; ++i) value.store(i, std::memory_order_release);
}

}  // extern "C"
