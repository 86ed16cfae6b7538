#include <atomic>
#include <cassert>
#include <thread>

int main() {
  std::atomic<bool> ready{false};
  int data = 0;
  std::thread writer([&] {
    data = 1;
    ready.store(true, std::memory_order_relaxed);
  });
  if (ready.load(std::memory_order_acquire)) assert(data == 1);
  writer.join();
}
