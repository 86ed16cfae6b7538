// SPDX-License-Identifier: BSL-1.0
//
// A program that knows nothing of being explored. With an argument it forgets to notify.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <queue>
#include <thread>

namespace {

std::mutex mutex;
std::condition_variable changed;
std::queue<int> jobs;
bool closed = false;

void work() {
  for (;;) {
    std::unique_lock held(mutex);
    changed.wait(held, [] { return closed || !jobs.empty(); });
    if (jobs.empty()) return;
    std::printf("job %d\n", jobs.front());
    jobs.pop();
  }
}

}  // namespace

int main(int count, char** /*arguments*/) {
  const bool forgets = count > 1;
  std::thread worker(work);
  {
    const std::lock_guard held(mutex);
    jobs.push(1);
    closed = true;
  }
  if (!forgets) changed.notify_one();
  worker.join();
}
