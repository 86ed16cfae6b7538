// SPDX-License-Identifier: BSL-1.0
// Relacy accepts a message passed with release and acquire, and finds the race when it is passed relaxed.

#include <cstdio>
#include <relacy/relacy.hpp>

namespace {

template <rl::memory_order Store, rl::memory_order Load>
struct message_passing : rl::test_suite<message_passing<Store, Load>, 2> {
  rl::atomic<int> ready;
  rl::var<int> message;

  void before() {
    ready(RL_INFO).store(0, rl::mo_relaxed);
    message(RL_INFO) = 0;
  }

  void thread(unsigned index) {
    if (index == 0) {
      message(RL_INFO) = 42;
      ready(RL_INFO).store(1, Store);
    } else if (ready(RL_INFO).load(Load) == 1) {
      RL_ASSERT(message(RL_INFO) == 42);
    }
  }
};

}  // namespace

int main() {
  rl::test_params parameters;
  parameters.iteration_count = 1000;
  if (!rl::simulate<message_passing<rl::mo_release, rl::mo_acquire>>(parameters)) {
    std::puts("a correct program was rejected");
    return 1;
  }
  if (rl::simulate<message_passing<rl::mo_relaxed, rl::mo_relaxed>>(parameters)) {
    std::puts("a racy program was accepted");
    return 1;
  }
  if (parameters.test_result != rl::test_result_data_race) {
    std::puts("a racy program was rejected for another reason than its race");
    return 1;
  }
  return 0;
}
