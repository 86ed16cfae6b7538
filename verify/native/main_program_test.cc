// SPDX-License-Identifier: BSL-1.0
//
// A program that knows nothing of being explored. With an argument it forgets to notify, or has a thread left
// when main returns and the static variables are destroyed, or one that waits then, as it always would.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <queue>
#include <string_view>
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

void add(int job) {
  const std::lock_guard held(mutex);
  jobs.push(job);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view with = count > 1 ? arguments[1] : "";
  if (with == "outlives") {
    std::thread([] { add(2); }).detach();
    return 0;
  }
  if (with == "leaves") {
    add(1);
    std::thread([] {
      for (;;) {
        std::unique_lock held(mutex);
        changed.wait(held, [] { return !jobs.empty() && !closed; });
        jobs.pop();
        closed = true;
        changed.notify_one();
      }
    }).detach();
    std::unique_lock held(mutex);
    changed.wait(held, [] { return closed; });
    return 0;
  }
  const bool forgets = with == "forgets";
  std::thread worker(work);
  add(1);
  {
    const std::lock_guard held(mutex);
    closed = true;
  }
  if (!forgets) changed.notify_one();
  worker.join();
}
