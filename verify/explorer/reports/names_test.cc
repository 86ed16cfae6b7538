// SPDX-License-Identifier: BSL-1.0
//
// What a report calls places and how it writes values, without debug information.
#include "verify/explorer/reports/names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "stillpoint/std_policy.hpp"
#include "verify/explorer/reports/testing.hpp"
#include "verify/explorer/run.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto acq_rel = std::memory_order_acq_rel;

enum class phase : std::uint8_t { idle = 3, busy = 200 };

struct values : fails_after_one_thread {
  P::atomic<int> negative{-7};
  P::atomic<std::int8_t> small{-1};
  P::atomic<unsigned> largest{~0u};
  P::atomic<std::uint64_t> wide{~std::uint64_t{0}};
  P::atomic<bool> flag{true};
  P::atomic<double> half{0.5};
  P::atomic<phase> now{phase::busy};
  P::atomic<int*> nowhere{nullptr};
  P::plain<int> counted{-5};
  P::plain<bool> ready{false};
  P::plain<std::string> text{"text"};
  void thread(unsigned) {
    negative.fetch_sub(1, relaxed);
    P::write(counted, P::read(counted) + 2);
    P::write(ready, true);
    P::write(text, "longer");
  }
};

TEST(Names, AValueIsWrittenAsItsTypeSays) {
  const std::string text = trace_of<values>();
  EXPECT_THAT(text, HasSubstr("create atomic#0 = -7 "));
  EXPECT_THAT(text, HasSubstr("create atomic#1 = -1 "));
  EXPECT_THAT(text, HasSubstr("create atomic#2 = 4294967295 "));
  EXPECT_THAT(text, HasSubstr("create atomic#3 = 0xffffffffffffffff "));
  EXPECT_THAT(text, HasSubstr("create atomic#4 = true "));
  EXPECT_THAT(text, HasSubstr("create atomic#5 = 0.5 "));
  EXPECT_THAT(text, HasSubstr("create atomic#6 = 200 "));
  EXPECT_THAT(text, HasSubstr("create atomic#7 = nullptr "));
  EXPECT_THAT(text, HasSubstr("create plain#8 = -5 "));
  EXPECT_THAT(text, HasSubstr("fetch_sub relaxed atomic#0 = -7 -> -8 "));
}

TEST(Names, APlainAccessShowsWhatItReadsOrWrites) {
  const std::string text = trace_of<values>();
  EXPECT_THAT(text, HasSubstr("plain_read plain#8 = -5 "));
  EXPECT_THAT(text, HasSubstr("plain_write plain#8 = -3 "));
  EXPECT_THAT(text, HasSubstr("plain_write plain#9 = true "));
  EXPECT_THAT(text, ContainsRegex("plain_write plain#10  +verify")) << "not what its bytes are";
}

struct races : fails_after_one_thread {
  static constexpr unsigned threads = 2;
  P::plain<int> data{0};
  void thread(unsigned index) { P::write(data, index == 0 ? 17 : 18); }
};

TEST(Names, AlsoAWriteThatIsNotMadeShowsItsValue) {
  const std::string text = trace_of<races>();
  EXPECT_THAT(text, HasSubstr("plain_write plain#0 = 17 "));
  EXPECT_THAT(text, HasSubstr("plain_write plain#0 = 18 "));
}

struct compares : fails_after_one_thread {
  P::atomic<int> owner{-1};
  void thread(unsigned) {
    int expected = -2;
    owner.compare_exchange_strong(expected, 4, acq_rel, acquire);
    owner.compare_exchange_strong(expected, 4, acq_rel, acquire);
  }
};

TEST(Names, AFailedCompareExchangeShowsWhatItExpected) {
  const std::string text = trace_of<compares>();
  EXPECT_THAT(
      text,
      HasSubstr("compare_exchange_strong acq_rel/acquire atomic#0 = -1, expected -2 (fails) (initial)"));
  EXPECT_THAT(text, HasSubstr("compare_exchange_strong acq_rel atomic#0 = -1 -> 4 (initial)"));
}

template <class Policy>
struct node {
  typename Policy::template atomic<int> value{0};
  typename Policy::template atomic<node*> next{nullptr};
};

template <class Policy>
struct list {
  struct cell {
    typename Policy::template atomic<int> value{0};
  };
};

struct links : fails_after_one_thread {
  P::atomic<node<P>*> head{nullptr};
  P::atomic<P::atomic<int>*> part{nullptr};
  P::atomic<std::uintptr_t> tagged{0};
  P::atomic<int*> block{nullptr};
  void thread(unsigned) {
    node<P>* const first = P::create<node<P>>();
    node<P>* const second = P::create<node<P>>();
    head.store(second, relaxed);
    second->next.store(first, relaxed);
    part.store(&head_value, relaxed);
    tagged.store(reinterpret_cast<std::uintptr_t>(first) | 1, relaxed);
    int* const numbers = new int[3];
    block.store(numbers + 2, relaxed);
    delete[] numbers;
    counted.store({second, 7}, relaxed);
    P::write(kept, pair{first, 8});
    P::destroy(P::create<list<P>::cell>());
    P::destroy(second);
    P::destroy(first);
  }
  struct pair {
    node<P>* to;
    std::uint64_t count;
  };
  P::atomic<pair> counted{{nullptr, 0}};
  P::plain<pair> kept{{nullptr, 0}};
  P::atomic<int> head_value{0};
};

TEST(Names, APointerNamesItsObject) {
  const std::string text = trace_of<links>();
  EXPECT_THAT(text, HasSubstr("create node@T1#1 "));
  EXPECT_THAT(text, HasSubstr("store relaxed atomic#0 = &node@T1#2 "));
  EXPECT_THAT(text, HasSubstr("store relaxed node@T1#2+0x8 = &node@T1#1 "));
  EXPECT_THAT(text, HasSubstr("store relaxed atomic#1 = &atomic#6 "));
  EXPECT_THAT(text, HasSubstr("store relaxed atomic#2 = &node@T1#1+0x1 "));
  EXPECT_THAT(text, HasSubstr("store relaxed atomic#3 = &block@T1#3+0x8 "));
  EXPECT_THAT(text, HasSubstr("store relaxed atomic#4 = {&node@T1#2, 7} "));
  EXPECT_THAT(text, HasSubstr("plain_write plain#5 = {&node@T1#1, 8} "));
  EXPECT_THAT(text, HasSubstr("destroy node@T1#2 "));
  EXPECT_THAT(text, HasSubstr("create cell@T1#4 "));
}

struct reuses : fails_after_one_thread {
  P::atomic<node<P>*> head{nullptr};
  node<P>* seen[2] = {};
  void thread(unsigned) {
    for (node<P>*& one : seen) {
      one = P::create<node<P>>();
      head.store(one, relaxed);
      P::destroy(one);
    }
  }
  void after() { P::check(seen[0] != seen[1], "two places"); }
};

TEST(Names, MemoryThatComesBackHasTheNameOfWhatLiesThere) {
  run_options options;
  options.most_reuses = 1;
  const run_result found = run_explorer<reuses>(options);
  ASSERT_EQ(found.outcome, verdict::failed);
  EXPECT_THAT(found.trace, HasSubstr("create node@T1#2, where node@T1#1 lay, destroyed in T1."));
  EXPECT_THAT(found.trace, HasSubstr("= &node@T1#1 "));
  EXPECT_THAT(found.trace, HasSubstr("= &node@T1#2 "));
}

template <class Policy>
struct queue {
  queue() {
    Policy::name(head, "queue.head");
    Policy::name(locks, "queue.locks");
    Policy::name(*this, "queue");
  }
  typename Policy::template atomic<int> head{0};
  typename Policy::template plain<int> length{0};
  typename Policy::mutex locks[2];
};

struct given : fails_after_one_thread {
  queue<P> q;
  P::atomic<P::atomic<int>*> to{nullptr};
  void thread(unsigned) {
    to.store(&q.head, relaxed);
    q.locks[1].lock();
    q.locks[1].unlock();
    P::write(q.length, 1);
  }
};

TEST(Names, AClientGivesNames) {
  const std::string text = trace_of<given>();
  EXPECT_THAT(text, HasSubstr("create queue.head = 0 "));
  EXPECT_THAT(text, HasSubstr("= &queue.head "));
  EXPECT_THAT(text, HasSubstr("lock acquire queue.locks+0x4 "));
  EXPECT_THAT(text, HasSubstr("plain_write queue+0x8 = 1 "));
  EXPECT_THAT(text, Not(HasSubstr("#0")));
}

static_assert((std_policy::name(0, "zero"), true), "a product's policy accepts names as well");

}  // namespace
}  // namespace stillpoint::verify::explorer
