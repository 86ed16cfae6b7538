// SPDX-License-Identifier: BSL-1.0
//
// std's mutexes over the policy: what they exclude, what they order and what they do not.
#include <gmock/gmock.h>

#include <chrono>
#include <mutex>
#include <shared_mutex>

#include "verify/explorer/testing.hpp"
#include "verify/std/mutex.hpp"
#include "verify/std/shared_mutex.hpp"

namespace stillpoint::verify::explorer {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using P = explorer_policy;
using namespace std::chrono_literals;
constexpr auto relaxed = std::memory_order_relaxed;

// Nested twice: the second one in does not wait, and the first one out does not let others in.
template <class Mutex, bool Early>
struct nests : client_base {
  Mutex mutex;
  P::plain<int> count{0};

  void thread(unsigned) {
    const std::lock_guard outer(mutex);
    { const std::lock_guard inner(mutex); }
    if (Early) mutex.unlock();
    P::write(count, P::read(count) + 1);
    if (Early) mutex.lock();
  }
};

TEST(recursive_mutex, is_free_when_its_holder_has_unlocked_as_often_as_locked) {
  EXPECT_EQ((executions_of<nests<recursive_mutex<P>, false>>()), 2u);
  EXPECT_EQ((executions_of<nests<recursive_timed_mutex<P>, false>>()), 2u);
  EXPECT_THAT((error_of<nests<recursive_mutex<P>, true>>()), StartsWith("data race"));
}

TEST(timed_mutex, is_not_recursive) {
  EXPECT_THAT((error_of<nests<timed_mutex<P>, false>>()), StartsWith("deadlock"));
}

struct unlocks_what_another_holds : client_base {
  recursive_mutex<P> mutex;
  void thread(unsigned index) { index == 0 ? mutex.lock() : mutex.unlock(); }
};

TEST(recursive_mutex, is_unlocked_by_its_holder_alone) {
  EXPECT_THAT(error_of<unlocks_what_another_holds>(), HasSubstr("by a thread that holds it"));
}

template <class Mutex, bool Careless>
struct gives_up : client_base {
  Mutex mutex;
  P::plain<int> count{0};

  void thread(unsigned) {
    if (!mutex.try_lock_for(1ms) && !Careless) return;
    P::write(count, P::read(count) + 1);
    if (!Careless) mutex.unlock();
  }
};

TEST(timed_mutex, may_run_out_of_time) {
  // Neither, either one, both in two orders.
  EXPECT_EQ((executions_of<gives_up<timed_mutex<P>, false>>()), 5u);
  EXPECT_EQ((executions_of<gives_up<recursive_timed_mutex<P>, false>>()), 5u);
  EXPECT_GE((executions_of<gives_up<shared_timed_mutex<P>, false>>()), 5u);
  EXPECT_THAT((error_of<gives_up<timed_mutex<P>, true>>()), StartsWith("data race"));
}

template <bool Shared>
struct one_writes : client_base {
  static constexpr unsigned threads = 3;
  shared_mutex<P> mutex;
  P::plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      const std::lock_guard exclusive(mutex);
      P::write(data, P::read(data) + 1);
      P::write(data, P::read(data) + 1);
    } else if (Shared) {
      const std::shared_lock shared(mutex);
      P::check(P::read(data) % 2 == 0, "whole");
    } else {
      P::read(data);
    }
  }
};

TEST(shared_mutex, keeps_readers_from_seeing_half) {
  EXPECT_GT(executions_of<one_writes<true>>(), 4u);
  EXPECT_THAT(error_of<one_writes<false>>(), StartsWith("data race"));
}

struct readers_write : client_base {
  shared_mutex<P> mutex;
  P::plain<int> data{0};

  void thread(unsigned) {
    const std::shared_lock shared(mutex);
    P::write(data, P::read(data) + 1);
  }
};

TEST(shared_mutex, lets_readers_in_together) {
  EXPECT_THAT(error_of<readers_write>(), StartsWith("data race"));
}

// One reader's section comes after another one's, and is not ordered by that.
struct readers_one_after_another : client_base {
  shared_mutex<P> mutex;
  P::plain<int> data{0};
  P::atomic<int> first{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      { const std::shared_lock shared(mutex); }
      first.store(1, relaxed);
    } else if (first.load(relaxed) == 1) {
      { const std::shared_lock shared(mutex); }
      P::read(data);
    }
  }
};

TEST(shared_mutex, does_not_order_readers) {
  EXPECT_THAT(error_of<readers_one_after_another>(), StartsWith("data race"));
}

struct upgrades : client_base {
  shared_mutex<P> mutex;
  void thread(unsigned) {
    const std::shared_lock shared(mutex);
    const std::lock_guard exclusive(mutex);
  }
};

struct unlocks_in_the_other_mode : client_base {
  static constexpr unsigned threads = 1;
  shared_mutex<P> mutex;
  void thread(unsigned) {
    mutex.lock_shared();
    mutex.unlock();
  }
};

TEST(shared_mutex, misuse_is_seen) {
  EXPECT_THAT(error_of<upgrades>(), StartsWith("deadlock"));
  EXPECT_THAT(error_of<unlocks_in_the_other_mode>(), HasSubstr("locked exclusively"));
}

}  // namespace
}  // namespace stillpoint::verify::explorer
