// SPDX-License-Identifier: BSL-1.0
//
// thread_local variables of client code: each of the client's threads has its own, made when an execution
// begins, constructed at their first use and destroyed when the thread ends.
#include <array>
#include <string>
#include <vector>

#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acq_rel = std::memory_order_acq_rel;

thread_local unsigned cached = 0;
thread_local unsigned begins_as_seven = 7;
thread_local std::vector<unsigned> history;

struct caches_an_id : client_base {
  P::atomic<unsigned> next{1};
  std::array<unsigned, 2> ids{};

  unsigned id() {
    if (cached == 0) cached = next.fetch_add(1, relaxed);
    return cached;
  }
  void thread(unsigned index) {
    ids[index] = id();
    P::check(id() == ids[index], "an id stays");
  }
  void after() {
    P::check(ids[0] != ids[1], "ids differ");
    P::check(cached == 0, "the main thread has one, too");
  }
};

TEST(ThreadLocals, EachThreadHasItsOwn) {
  EXPECT_EQ(executions_of<caches_an_id>(), 2u);
}

struct changes_them : client_base {
  P::atomic<unsigned> x{0};

  void thread(unsigned index) {
    P::check(begins_as_seven == 7, "as in the program's image");
    P::check(history.empty(), "constructed anew");
    for (unsigned i = 0; i < 3; ++i) {
      begins_as_seven += index;
      history.push_back(index);
      x.fetch_add(1, relaxed);
      P::check(begins_as_seven == 7 + index * (i + 1), "others do not change it");
      P::check(history == std::vector<unsigned>(i + 1, index), "nor this");
    }
  }
};

TEST(ThreadLocals, EachExecutionBeginsAnew) {
  EXPECT_EQ(executions_of<changes_them>(), 20u);
}

struct registers_itself {
  explicit registers_itself(P::atomic<int>& alive) : alive_(alive) { alive_.fetch_add(1, acq_rel); }
  registers_itself(const registers_itself&) = delete;
  registers_itself& operator=(const registers_itself&) = delete;
  ~registers_itself() { alive_.fetch_sub(1, acq_rel); }

  P::atomic<int>& alive_;
};

struct destroys_at_the_end : client_base {
  P::atomic<int> alive{0};
  P::plain<int> data{0};

  void thread(unsigned index) {
    static thread_local const registers_itself mine(alive);
    // Read by thread 0, once the other's destructor has released it.
    if (index == 1) P::write(data, 1);
    if (index == 0) {
      P::await(
          alive, std::memory_order_acquire, [](int now) { return now == 1; }, P::waiter());
    }
  }
  void after() { P::check(alive.load(relaxed) == 0, "all are destroyed"); }
};

TEST(ThreadLocals, AreDestroyedWhenTheThreadEnds) {
  EXPECT_GT(executions_of<destroys_at_the_end>(), 1u);
}

std::string order;

struct says_when {
  explicit says_when(char name) : name_(name) {}
  says_when(const says_when&) = delete;
  says_when& operator=(const says_when&) = delete;
  ~says_when() {
    const machine::engine_scope scope;
    order += name_;
  }
  char name_;
};

struct constructs_two : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<int> x{0};
  void thread(unsigned) {
    static thread_local const says_when first('a');
    static thread_local const says_when second('b');
    x.store(first.name_ + second.name_, relaxed);
  }
};

TEST(ThreadLocals, AreDestroyedInReverse) {
  order.clear();
  executions_of<constructs_two>();
  // An execution is run once more to see whether it repeats.
  EXPECT_EQ(order, "baba");
}

// What the test itself has is not the client's.
TEST(ThreadLocals, TheExplorersOwnThreadKeepsItsValues) {
  cached = 100;
  settings s;
  s.on_execution = [](const graph&) { EXPECT_EQ(cached, 100u); };
  EXPECT_FALSE(explore(client_program<caches_an_id>(), s).first_failure);
  EXPECT_EQ(cached, 100u);
}

// A turn that changed only such a variable has changed something.
struct counts_its_turns : client_base {
  P::atomic<int> flag{0};
  void thread(unsigned index) {
    if (index == 0) {
      flag.store(1, relaxed);
      return;
    }
    while (flag.load(relaxed) == 0 && cached < 3) ++cached;
    P::check(cached < 3, "not more than twice in vain");
  }
};

TEST(ThreadLocals, CountForWhetherALoopGoesOn) {
  EXPECT_EQ(error_of<counts_its_turns>(), "assertion failed: not more than twice in vain");
}

struct shares_an_address : client_base {
  P::atomic<unsigned*> shared{nullptr};
  void thread(unsigned) { shared.store(&cached, relaxed); }
};
struct exchanges_an_address : client_base {
  P::atomic<unsigned*> shared{nullptr};
  void thread(unsigned) { shared.exchange(&cached, relaxed); }
};

// It would name another variable in another thread.
TEST(ThreadLocals, AnAddressIsNotShared) {
  for (const exploration& seen : {explored<shares_an_address>(), explored<exchanges_an_address>()}) {
    EXPECT_FALSE(seen.first_failure);
    EXPECT_FALSE(seen.counts.exhaustive);
    EXPECT_TRUE(seen.counts.bound.starts_with("the address of a thread_local variable")) << seen.counts.bound;
  }
}

}  // namespace
}  // namespace stillpoint::verify::explorer
