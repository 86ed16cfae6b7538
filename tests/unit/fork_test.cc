// SPDX-License-Identifier: BSL-1.0
// Children of processes with many threads, generation after generation: threads own stripes in each.

#include "stillpoint/fork.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <barrier>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <thread>
#include <vector>

#include "stillpoint/atomic_value.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/tracker.hpp"

namespace {

using stillpoint::std_policy;

constexpr std::ptrdiff_t threads_each = 60;
// More than own stripes at a time, all together.
constexpr int generations = std_policy::owned_stripe_limit / threads_each + 2;

// Forks with that many threads that own a stripe each, and so on in the child. The first generation, counted
// from 1, in which a thread owns none; 0 if there is no such.
int first_without_stripe(int generation, bool tell) {
  if (generation > generations) return 0;
  if (tell && generation > 1) stillpoint::after_fork_in_child();
  std::barrier<> all(threads_each + 1);
  std::vector<std::jthread> threads;
  std::vector<std::size_t> owned(threads_each);
  for (std::size_t& mine : owned) {
    threads.emplace_back([&mine, &all] {
      mine = std_policy::owned_stripe();
      all.arrive_and_wait();
      all.arrive_and_wait();
    });
  }
  all.arrive_and_wait();
  int found = 0;
  for (const std::size_t mine : owned) {
    if (mine == stillpoint::no_stripe) found = generation;
  }
  if (found == 0) {
    const pid_t child = fork();
    if (child == 0) _exit(first_without_stripe(generation + 1, tell));
    int status = 0;
    waitpid(child, &status, 0);
    found = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  all.arrive_and_wait();
  return found;
}

TEST(after_fork_in_child, gives_back_the_stripes_of_threads_that_are_gone) {
  EXPECT_EQ(first_without_stripe(1, true), 0);
}

TEST(after_fork_in_child, is_needed) {
  EXPECT_GT(first_without_stripe(1, false), 1);
}

TEST(after_fork_in_child, leaves_the_caller_its_own) {
  const std::size_t mine = std_policy::owned_stripe();
  const pid_t child = fork();
  if (child == 0) {
    stillpoint::after_fork_in_child();
    std::size_t other = mine;
    std::thread([&other] { other = std_policy::owned_stripe(); }).join();
    _exit(std_policy::owned_stripe() == mine && other != mine && other != stillpoint::no_stripe ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

// What the page says of the child, row by row. Another thread of the parent is in the middle of everything.
class fork_beside_a_busy_thread : public testing::Test {
 public:
  ~fork_beside_a_busy_thread() override { busy_.arrive_and_wait(); }

 protected:
  fork_beside_a_busy_thread() {
    value_.store(1);
    other_ = std::jthread([this] {
      const auto token = tracked_.acquire();
      const auto snapshot = value_.load();
      recorded_.record([this](int& sum) {
        ++sum;
        counts_.add(1, 1);
        busy_.arrive_and_wait();
        busy_.arrive_and_wait();
      });
    });
    busy_.arrive_and_wait();
  }

  // How a child ends that does this; SIGALRM if it has not after a while.
  template <class Work>
  int status_of_child(Work work) {
    const pid_t child = fork();
    if (child == 0) {
      ualarm(200'000, 0);
      stillpoint::after_fork_in_child();
      _exit(work() ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
  }

  std::barrier<> busy_{2};
  stillpoint::tracker<> tracked_;
  stillpoint::atomic_value<int> value_{stillpoint::reclaim_after{1}};
  stillpoint::recorder<int> recorded_;
  stillpoint::counters<stillpoint::write_concurrency> counts_{1};
  std::jthread other_;
};

TEST_F(fork_beside_a_busy_thread, leaves_its_token_out_for_ever) {
  EXPECT_EQ(status_of_child([this] {
              const auto old = tracked_.begin_increment();
              return !old.wait_for(std::chrono::milliseconds(20)) && tracked_.acquire().generation() == 1;
            }),
            0);
}

TEST_F(fork_beside_a_busy_thread, leaves_its_value_alive_and_others_go) {
  EXPECT_EQ(status_of_child([this] {
              for (int number = 2; number < 10; ++number) value_.store(number);
              return *value_.load() == 9;
            }),
            0);
}

TEST_F(fork_beside_a_busy_thread, leaves_its_adds) {
  EXPECT_EQ(status_of_child([this] {
              counts_.add(1, 1);
              return counts_.get(1) == 2;
            }),
            0);
}

TEST_F(fork_beside_a_busy_thread, keeps_a_sampler_waiting_for_ever) {
  const int status = status_of_child([this] { return *recorded_.sample() == 1; });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) << status;
}

}  // namespace
