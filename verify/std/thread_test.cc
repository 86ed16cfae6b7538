// SPDX-License-Identifier: BSL-1.0
//
// Threads that a client's threads start.
#include "verify/std/thread.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "verify/explorer/search/guide.hpp"
#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using testing::HasSubstr;

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;

struct starts_and_joins : client_base {
  static constexpr unsigned threads = 1;
  P::plain<int> data{0};

  void thread(unsigned) {
    P::write(data, 1);
    verify::thread<P> child([this](int by) { P::write(data, P::read(data) + by); }, 2);
    P::check(child.joinable() && child.get_id() != P::this_thread(), "another thread");
    child.join();
    P::check(!child.joinable() && P::read(data) == 3, "all that it did is seen");
  }
};

TEST(thread, what_comes_before_its_start_and_after_its_end_is_ordered) {
  EXPECT_EQ(executions_of<starts_and_joins>(), 1u);
}

// The same accesses, unordered.
struct starts_and_goes_on : client_base {
  static constexpr unsigned threads = 1;
  P::plain<int> data{0};

  void thread(unsigned) {
    verify::jthread<P> child([this] { P::write(data, 1); });
    P::read(data);
  }
};

TEST(thread, what_comes_in_between_is_not) {
  EXPECT_THAT(error_of<starts_and_goes_on>(), HasSubstr("data race"));
}

// Store buffering, by two threads, or by their children.
template <bool ByChildren>
struct stores_and_looks : client_base {
  P::atomic<int> x{0};
  P::atomic<int> y{0};

  void part(unsigned index) {
    (index == 0 ? x : y).store(1, relaxed);
    (index == 0 ? y : x).load(relaxed);
  }
  void thread(unsigned index) {
    if (!ByChildren) return part(index);
    verify::thread<P> child([this, index] { part(index); });
    child.join();
  }
};

TEST(thread, children_have_the_executions_that_their_parents_would_have) {
  EXPECT_EQ(executions_of<stores_and_looks<false>>(), 4u);
  EXPECT_EQ(executions_of<stores_and_looks<true>>(), 4u);
}

// Which thread starts another one, and how many there are, depends on the execution.
struct who_comes_first_starts : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<int> turn{0};
  P::atomic<int> sum{0};

  void thread(unsigned index) {
    const int mine = turn.fetch_add(1, relaxed);
    if (mine == 2) return;
    std::vector<std::unique_ptr<verify::thread<P>>> children;
    for (int i = 0; i <= mine; ++i) {
      children.push_back(std::make_unique<verify::thread<P>>([this] { sum.fetch_add(1, relaxed); }));
    }
    for (auto& child : children) child->join();
    static_cast<void>(index);
  }
  void after() { P::check(sum.load(relaxed) == 3, "sum"); }
};

TEST(thread, who_starts_others_may_differ_between_executions) {
  // Orders of the threads, and for each of their children.
  EXPECT_EQ(executions_of<who_comes_first_starts>(), 36u);
}

// Fails in one order of the threads only.
struct fails_in_a_grandchild : client_base {
  P::atomic<int> turn{0};

  void thread(unsigned index) {
    if (turn.fetch_add(1, relaxed) == 0) return;
    verify::thread<P> child([index] {
      verify::thread<P> grandchild([index] { P::check(index != 0, "not after the second"); });
      grandchild.join();
    });
    child.join();
  }
};

TEST(thread, an_execution_with_started_threads_is_replayed) {
  const exploration seen = explored<fails_in_a_grandchild>();
  ASSERT_TRUE(seen.first_failure);
  const std::string id = guide::text_of(seen.counterexample);
  const repetition again = replay(client_program<fails_in_a_grandchild>(), guide(id));
  EXPECT_TRUE(again.as_named);
  ASSERT_TRUE(again.failed) << id;
  EXPECT_EQ(again.failed->text, seen.first_failure->text);
  EXPECT_EQ(guide::text_of(again.execution), id);
}

// As two threads wait for each other's word, one of them through its child.
struct child_waits : client_base {
  P::atomic<int> x{0};
  P::atomic<int> y{0};

  void thread(unsigned index) {
    auto& mine = index == 0 ? x : y;
    auto& other = index == 0 ? y : x;
    const auto wait = [&] {
      P::await(other, relaxed, [](int v) { return v != 0; }, {});
      mine.store(1, relaxed);
    };
    if (index == 0) return wait();
    verify::thread<P> child(wait);
    child.join();
  }
};

TEST(thread, who_waits_for_the_end_of_one_that_waits_is_stuck) {
  const std::string text = error_of<child_waits>();
  EXPECT_THAT(text, HasSubstr("deadlock: thread 1 waits in await"));
  EXPECT_THAT(text, HasSubstr("thread 3 waits in await"));
}

// The await can be the last thing that its thread does only if it comes late.
template <bool ByChildren>
struct value_may_be_gone : client_base {
  P::atomic<int> x{0};

  void thread(unsigned index) {
    const auto part = [this, index] {
      if (index == 0) {
        x.store(1, relaxed);
        x.store(2, relaxed);
      } else {
        P::await(x, relaxed, [](int v) { return v == 1; }, {});
      }
    };
    if (!ByChildren) return part();
    verify::thread<P> child(part);
    child.join();
  }
};

TEST(thread, a_hidden_deadlock_of_a_child_is_found) {
  EXPECT_THAT(error_of<value_may_be_gone<false>>(), HasSubstr("the last thing its thread does"));
  EXPECT_THAT(error_of<value_may_be_gone<true>>(), HasSubstr("the last thing its thread does"));
}

// A detached thread uses the client's memory, which the main thread gives back.
template <bool Waits>
struct detaches : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<int> done{0};

  void thread(unsigned) {
    verify::thread<P>([this] { done.store(1, std::memory_order_release); }).detach();
    if (Waits) P::await(done, std::memory_order_acquire, [](int v) { return v == 1; }, {});
  }
};

TEST(thread, a_detached_one_is_ordered_by_what_it_says_alone) {
  EXPECT_EQ(executions_of<detaches<true>>(), 1u);
  EXPECT_THAT(error_of<detaches<false>>(), HasSubstr("the end of the object's life"));
}

struct destroys_a_joinable : client_base {
  static constexpr unsigned threads = 1;
  void thread(unsigned) {
    const verify::thread<P> child([] {});
  }
};

struct joins_twice : client_base {
  static constexpr unsigned threads = 1;
  void thread(unsigned) {
    verify::thread<P> child([] {});
    child.join();
    child.join();
  }
};

TEST(thread, misuse_ends_as_with_std) {
  EXPECT_THAT(error_of<destroys_a_joinable>(), HasSubstr("std::terminate is called"));
  EXPECT_THAT(error_of<joins_twice>(), HasSubstr("uncaught exception: no thread that could be joined"));
}

// One more than can be followed: the verdict names the bound.
template <unsigned Children>
struct starts_many : client_base {
  static constexpr unsigned threads = 1;
  void thread(unsigned) {
    std::vector<std::unique_ptr<verify::jthread<P>>> children;
    for (unsigned i = 0; i < Children; ++i) children.push_back(std::make_unique<verify::jthread<P>>([] {}));
  }
};

TEST(thread, fifteen_are_followed_and_more_are_a_bound) {
  EXPECT_EQ(executions_of<starts_many<14>>(), 1u);
  const exploration seen = explored<starts_many<15>>();
  EXPECT_FALSE(seen.first_failure);
  EXPECT_FALSE(seen.counts.exhaustive);
  EXPECT_THAT(seen.counts.bound, HasSubstr("the client starts more than 15 threads: thread 1"));
}

}  // namespace
}  // namespace stillpoint::verify::explorer
