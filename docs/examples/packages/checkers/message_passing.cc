#include <atomic>
#include <cassert>
#include <thread>

int main() {
  std::atomic<int> flag{0};
  int data = 0;
  std::thread writer([&] {
    data = 1;
    flag.store(1, std::memory_order_release);
  });
  if (flag.load(std::memory_order_acquire) == 1) assert(data == 1);
  writer.join();
}
