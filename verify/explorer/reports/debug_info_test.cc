// SPDX-License-Identifier: BSL-1.0
//
// Names and lines that a report takes from debug information: this program is compiled with it.
#include "verify/explorer/reports/debug_info.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "verify/explorer/reports/testing.hpp"
#include "verify/explorer/run.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
constexpr auto relaxed = std::memory_order_relaxed;

constexpr std::string_view this_file = "verify/explorer/reports/debug_info_test.cc:";

template <class Policy>
struct base {
  typename Policy::template atomic<int> inherited_{0};
};

template <class Policy>
class tracker : public base<Policy> {
 public:
  void advance() {
    generation_.fetch_add(1, relaxed);
    this->inherited_.store(2, relaxed);
  }

 private:
  typename Policy::template atomic<unsigned> generation_{0};
};

enum class phase : std::uint8_t { idle = 3, busy = 200 };
enum colour : int { red = -1, green = 1 };

struct members : fails_after_one_thread {
  tracker<P> followed;
  P::atomic<int> counters[2][3];
  std::array<P::plain<int>, 2> numbers{1, 2};
  struct {
    P::mutex guard;
  } inner;
  P::atomic<phase> now{phase::idle};
  P::atomic<colour> shown{red};
  void thread(unsigned) {
    followed.advance();
    counters[1][2].store(7, relaxed);
    P::write(numbers[1], P::read(numbers[0]));
    inner.guard.lock();
    inner.guard.unlock();
    now.exchange(phase::busy, relaxed);
    now.store(static_cast<phase>(4), relaxed);
    shown.store(green, relaxed);
  }
};

TEST(DebugInfo, NamesMembersAndElements) {
  const std::string text = trace_of<members>();
  EXPECT_THAT(text, HasSubstr("fetch_add relaxed followed.generation_ = 0 -> 1 "));
  EXPECT_THAT(text, HasSubstr("store relaxed followed.inherited_ = 2 "));
  EXPECT_THAT(text, HasSubstr("store relaxed counters[1][2] = 7 "));
  EXPECT_THAT(text, HasSubstr("plain_read numbers[0] = 1 "));
  EXPECT_THAT(text, HasSubstr("plain_write numbers[1] = 1 "));
  EXPECT_THAT(text, HasSubstr("lock acquire inner.guard = 0 -> 1 "));
  EXPECT_THAT(text, Not(HasSubstr("#")));
}

TEST(DebugInfo, NamesEnumerators) {
  const std::string text = trace_of<members>();
  EXPECT_THAT(text, HasSubstr("exchange relaxed now = phase::idle -> phase::busy "));
  EXPECT_THAT(text, HasSubstr("store relaxed now = 4 "));
  EXPECT_THAT(text, HasSubstr("create shown = red "));
  EXPECT_THAT(text, HasSubstr("store relaxed shown = green "));
}

template <class Policy>
struct node {
  typename Policy::template plain<int> value{0};
  typename Policy::template atomic<node*> next{nullptr};
};

template <class Policy>
struct tagged {
  node<Policy>* to;
  std::uint64_t tag;
};

struct links : fails_after_one_thread {
  P::atomic<tagged<P>> head{{nullptr, 0}};
  P::atomic<P::atomic<node<P>*>*> end{nullptr};
  void thread(unsigned) {
    node<P>* const first = P::create<node<P>>();
    node<P>* const second = P::create<node<P>>();
    second->next.store(first, relaxed);
    head.store({second, 5}, relaxed);
    end.store(&first->next, relaxed);
    auto* const several = P::create_array<node<P>>(2, 0);
    several[1].next.store(several, relaxed);
    P::destroy_array(several, 2, 0);
    P::destroy(second);
    P::destroy(first);
  }
};

TEST(DebugInfo, NamesWhatLiesInObjects) {
  const std::string text = trace_of<links>();
  EXPECT_THAT(text, HasSubstr("store relaxed node@T1#2.next = &node@T1#1 "));
  EXPECT_THAT(text, HasSubstr("store relaxed head = {.to = &node@T1#2, .tag = 5} "));
  EXPECT_THAT(text, HasSubstr("store relaxed end = &node@T1#1.next "));
  EXPECT_THAT(text, HasSubstr("store relaxed node@T1#3[1].next = &node@T1#3[0] "));
}

int sentinel = 0;

struct begins_with_data : fails_after_one_thread {
  int data = 0;
  P::atomic<int*> to{nullptr};
  void thread(unsigned) { to.store(&data, relaxed); }
};

TEST(DebugInfo, NamesTheClientsFirstMember) {
  EXPECT_THAT(trace_of<begins_with_data>(), HasSubstr("store relaxed to = &data "));
}

struct elsewhere : fails_after_one_thread {
  static constexpr unsigned threads = 2;
  P::atomic<node<P>*> tail{nullptr};
  P::atomic<int*> number{nullptr};
  void thread(unsigned) {
    node<P> mine;
    mine.next.store(&mine, relaxed);
    tail.exchange(&mine, relaxed);
    tail.store(nullptr, relaxed);
    number.store(&sentinel, relaxed);
  }
};

TEST(DebugInfo, NamesLocalAndStaticVariables) {
  const std::string text = trace_of<elsewhere>();
  EXPECT_THAT(text, HasSubstr("store relaxed mine@T1.next = &mine@T1 "));
  EXPECT_THAT(text, HasSubstr("store relaxed mine@T2.next = &mine@T2 "));
  EXPECT_THAT(text, HasSubstr("store relaxed number = &"));
  EXPECT_THAT(text, HasSubstr("sentinel "));
}

std::string line_of(const std::string& text, const std::string& operation) {
  const std::size_t at = text.find("  " + operation);
  return at == std::string::npos ? "no " + operation : text.substr(at, text.find('\n', at) - at);
}

struct guards : fails_after_one_thread {
  static constexpr unsigned threads = 1;
  P::mutex lock;
  static constexpr unsigned first_line = __LINE__;
  void thread(unsigned) {
    { const std::lock_guard<P::mutex> guard(lock); }
    std::unique_lock<P::mutex> held(lock);
    held.unlock();
    auto* const made = P::create<int>(3);
    P::destroy(made);
  }
};

std::string at(unsigned distance) {
  return std::string(this_file) + std::to_string(guards::first_line + distance);
}

TEST(DebugInfo, ShowsTheClientsLineWhereALibraryCalls) {
  const std::string text = trace_of<guards>();
  EXPECT_THAT(line_of(text, "lock acquire"), HasSubstr(at(2)));
  EXPECT_THAT(line_of(text, "unlock release"), HasSubstr(at(2)));
  EXPECT_THAT(text, HasSubstr(at(3)));
  EXPECT_THAT(text, HasSubstr(at(4)));
  EXPECT_THAT(line_of(text, "create int@T1#1"), HasSubstr(at(5)));
  EXPECT_THAT(text, Not(HasSubstr("/usr/")));
  EXPECT_THAT(text, Not(HasSubstr("explorer_policy.hpp")));
}

struct locks_twice : fails_after_one_thread {
  static constexpr unsigned threads = 1;
  P::mutex lock;
  static constexpr unsigned first_line = __LINE__;
  void thread(unsigned) {
    const std::lock_guard<P::mutex> guard(lock);
    const std::lock_guard<P::mutex> again(lock);
  }
};

TEST(DebugInfo, ShowsTheClientsLineInAHeadline) {
  const run_result seen = run_explorer<locks_twice>({});
  EXPECT_THAT(seen.error, HasSubstr(std::string(this_file) + std::to_string(locks_twice::first_line + 3)));
  EXPECT_THAT(seen.error, Not(HasSubstr("/usr/")));
}

}  // namespace
}  // namespace stillpoint::verify::explorer
