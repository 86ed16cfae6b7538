// SPDX-License-Identifier: BSL-1.0
//
// Loops that wait by looking again and again: a turn that changes nothing is cut, one that changes something
// is not, and what nothing can end is reported.
#include <array>
#include <chrono>
#include <mutex>
#include <vector>

#include "verify/explorer/run.hpp"
#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto release = std::memory_order_release;
constexpr auto seq_cst = std::memory_order_seq_cst;

// Executions and, behind the sign, those that were given up.
struct counted {
  std::uint64_t complete;
  std::uint64_t blocked;
  friend bool operator==(const counted&, const counted&) = default;
  friend std::ostream& operator<<(std::ostream& out, const counted& c) {
    return out << c.complete << " (+" << c.blocked << ")";
  }
};

template <class C>
counted count_of() {
  const exploration seen = explored<C>();
  EXPECT_FALSE(seen.first_failure) << headline(seen.counterexample, *seen.first_failure);
  EXPECT_TRUE(seen.counts.exhaustive) << seen.counts.bound;
  return {seen.counts.executions, seen.counts.abandoned};
}

template <unsigned Threads>
struct flag_set : client_base {
  static constexpr unsigned threads = Threads;
  P::atomic<int> flag{0};
  P::plain<int> data{0};
  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      flag.store(1, release);
    } else {
      while (flag.load(acquire) == 0) {
      }
      P::check(P::read(data) == 1, "the data is there");
    }
  }
};

TEST(Loops, OfLoadsAreWaits) {
  EXPECT_EQ(count_of<flag_set<2>>(), (counted{1, 0}));
  EXPECT_EQ(count_of<flag_set<9>>(), (counted{1, 0}));
}

struct flag_set_relaxed : flag_set<2> {
  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      flag.store(1, relaxed);
    } else {
      while (flag.load(acquire) == 0) {
      }
      P::check(P::read(data) == 1, "the data is there");
    }
  }
};

TEST(Loops, ThatWaitMakeNoOrderThatIsNotThere) {
  EXPECT_EQ(error_of<flag_set_relaxed>(), "data race");
}

struct through_values : client_base {
  P::atomic<int> step{0};
  void thread(unsigned index) {
    if (index == 0) {
      for (int i = 1; i <= 3; ++i) step.store(i, release);
    } else {
      while (step.load(acquire) != 3) {
      }
    }
  }
};

struct either_of_two : client_base {
  static constexpr unsigned threads = 3;
  std::array<P::atomic<int>, 2> flags{0, 0};
  void thread(unsigned index) {
    if (index < 2) {
      flags[index].store(1, release);
    } else {
      while (flags[0].load(acquire) == 0 && flags[1].load(acquire) == 0) {
      }
    }
  }
};

struct ping_pong : client_base {
  P::atomic<int> turn{0};
  void thread(unsigned index) {
    const int mine = static_cast<int>(index);
    for (int round = 0; round < 2; ++round) {
      while (turn.load(acquire) != mine) {
      }
      turn.store(1 - mine, release);
    }
  }
};

TEST(Loops, OfLoadsAreWaitsWhateverTheyReadOnTheWay) {
  EXPECT_EQ(count_of<through_values>().complete, 1u);
  EXPECT_EQ(count_of<either_of_two>().complete, 2u);
  EXPECT_EQ(count_of<ping_pong>().complete, 1u);
}

template <unsigned Threads, bool LooksFirst>
struct test_and_set : client_base {
  static constexpr unsigned threads = Threads;
  P::atomic<bool> taken{false};
  P::plain<int> count{0};
  void thread(unsigned) {
    do {
      if (LooksFirst) {
        while (taken.load(relaxed)) {
        }
      }
    } while (taken.exchange(true, acquire));
    P::write(count, P::read(count) + 1);
    taken.store(false, release);
  }
  void after() { P::check(P::read(count) == static_cast<int>(Threads), "none is lost"); }
};

TEST(Loops, OfTestAndSetEnd) {
  EXPECT_EQ((count_of<test_and_set<2, false>>().complete), 2u);
  EXPECT_EQ((count_of<test_and_set<3, false>>().complete), 6u);
  // What the lock was when it was looked at before the last exchange is another execution each.
  EXPECT_EQ((count_of<test_and_set<2, true>>().complete), 4u);
  EXPECT_EQ((count_of<test_and_set<3, true>>().complete), 36u);
}

template <unsigned Threads>
struct ticket_lock : client_base {
  static constexpr unsigned threads = Threads;
  P::atomic<unsigned> next{0};
  P::atomic<unsigned> serving{0};
  P::plain<int> count{0};
  void thread(unsigned) {
    const unsigned mine = next.fetch_add(1, relaxed);
    while (serving.load(acquire) != mine) {
    }
    P::write(count, P::read(count) + 1);
    serving.store(mine + 1, release);
  }
};

TEST(Loops, OfATicketLockAreWaits) {
  EXPECT_EQ(count_of<ticket_lock<2>>(), (counted{2, 0}));
  EXPECT_EQ(count_of<ticket_lock<4>>(), (counted{24, 0}));
}

template <bool Weak, unsigned Threads>
struct counts_by_exchange : client_base {
  static constexpr unsigned threads = Threads;
  P::atomic<int> count{0};
  void thread(unsigned) {
    int seen = count.load(relaxed);
    if (Weak) {
      while (!count.compare_exchange_weak(seen, seen + 1, relaxed, relaxed)) {
      }
    } else {
      while (!count.compare_exchange_strong(seen, seen + 1, relaxed, relaxed)) {
      }
    }
  }
  void after() { P::check(count.load(relaxed) == static_cast<int>(Threads), "none is lost"); }
};

// A compare-exchange that has read a new value has made progress.
TEST(Loops, ThatMakeProgressAreNotCut) {
  EXPECT_EQ((count_of<counts_by_exchange<false, 2>>().complete), 4u);
  EXPECT_EQ((count_of<counts_by_exchange<true, 2>>().complete), 4u);
  EXPECT_EQ((count_of<counts_by_exchange<false, 3>>().complete), 48u);
  EXPECT_EQ((count_of<counts_by_exchange<true, 3>>().complete), 48u);
}

struct polls_a_lock : client_base {
  P::mutex lock;
  P::plain<int> count{0};
  void thread(unsigned) {
    while (!lock.try_lock()) {
    }
    P::write(count, P::read(count) + 1);
    lock.unlock();
  }
};

struct two_locks : client_base {
  P::mutex first;
  P::mutex second;
  P::plain<int> count{0};
  void thread(unsigned index) {
    if (index == 0) {
      const std::scoped_lock both(first, second);
      P::write(count, P::read(count) + 1);
    } else {
      const std::scoped_lock both(second, first);
      P::write(count, P::read(count) + 1);
    }
  }
};

struct polls_under_a_lock : client_base {
  P::mutex lock;
  P::plain<bool> ready{false};
  void thread(unsigned index) {
    if (index == 0) {
      const std::lock_guard held(lock);
      P::write(ready, true);
      return;
    }
    for (bool is = false; !is;) {
      const std::lock_guard held(lock);
      is = P::read(ready);
    }
  }
};

TEST(Loops, OverLocksEnd) {
  EXPECT_EQ(count_of<polls_a_lock>().complete, 2u);
  EXPECT_GE(count_of<two_locks>().complete, 2u);
  EXPECT_EQ(count_of<polls_under_a_lock>().complete, 1u);
}

// What a turn changes may be anywhere.
template <class Count>
struct gives_up : client_base {
  P::atomic<int> flag{0};
  Count tries;
  int result = 0;
  void thread(unsigned index) {
    if (index == 0) {
      flag.store(1, release);
      return;
    }
    while (flag.load(acquire) == 0) {
      if (tries.add() == 3) {
        result = -1;
        return;
      }
    }
    result = 1;
  }
};
struct in_member {
  int count = 0;
  int add() { return ++count; }
};
struct on_heap {
  std::unique_ptr<int> count = std::make_unique<int>(0);
  int add() { return ++*count; }
};
struct in_plain {
  P::plain<int> count{0};
  int add() {
    P::write(count, P::read(count) + 1);
    return P::read(count);
  }
};

// Three looks that fail; or one, two or three looks of which the last does not.
TEST(Loops, ThatCountAreNotCut) {
  EXPECT_EQ(count_of<gives_up<in_member>>(), (counted{4, 0}));
  EXPECT_EQ(count_of<gives_up<on_heap>>(), (counted{4, 0}));
  EXPECT_EQ(count_of<gives_up<in_plain>>(), (counted{4, 0}));
}

struct waits_in_time : client_base {
  P::atomic<bool> taken{false};
  P::plain<int> count{0};
  void thread(unsigned) {
    const P::deadline limit(std::chrono::milliseconds(1));
    while (taken.exchange(true, acquire)) {
      if (limit.passed()) return;
    }
    P::write(count, P::read(count) + 1);
    taken.store(false, release);
  }
};

TEST(Loops, WithADeadlineEnd) {
  EXPECT_GE(count_of<waits_in_time>().complete, 4u);
}

struct never_set : client_base {
  P::atomic<int> flag{0};
  P::atomic<int> other{0};
  void thread(unsigned index) {
    if (index == 0) {
      other.store(1, release);
    } else {
      while (flag.load(acquire) == 0) {
      }
    }
  }
};

struct never_unlocked : client_base {
  P::atomic<bool> taken{false};
  void thread(unsigned) {
    while (taken.exchange(true, acq_rel)) {
    }
  }
};

struct set_and_taken_back : client_base {
  P::atomic<int> flag{0};
  void thread(unsigned index) {
    if (index == 0) {
      flag.store(1, release);
      flag.store(0, release);
    } else {
      while (flag.load(acquire) == 0) {
      }
    }
  }
};

struct wait_for_each_other : client_base {
  std::array<P::atomic<int>, 2> flags{0, 0};
  void thread(unsigned index) {
    while (flags[1 - index].load(acquire) == 0) {
    }
    flags[index].store(1, release);
  }
};

struct never_released : client_base {
  P::mutex lock;
  void thread(unsigned) {
    while (!lock.try_lock()) {
    }
  }
};

struct two_flags_never : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<int> a{0};
  P::atomic<int> b{0};
  void thread(unsigned) {
    while (a.load(relaxed) == 0 && b.load(relaxed) == 0) {
    }
  }
};

template <class C>
void expect_livelock() {
  const exploration seen = explored<C>();
  ASSERT_TRUE(seen.first_failure);
  const std::string text = headline(seen.counterexample, *seen.first_failure);
  EXPECT_NE(text.find("livelock: "), std::string::npos) << text;
  EXPECT_NE(text.find("repeats a loop that nothing can end, at "), std::string::npos) << text;
  EXPECT_NE(text.find("loops_test.cc:"), std::string::npos) << text;
  // Its replay id shows the same.
  const guide way(guide::text_of(seen.counterexample));
  const repetition again = replay(client_program<C>(), way);
  ASSERT_TRUE(again.failed);
  EXPECT_EQ(again.failed->text, seen.first_failure->text);
}

TEST(Loops, ThatNothingCanEndAreReported) {
  expect_livelock<never_set>();
  expect_livelock<never_unlocked>();
  expect_livelock<set_and_taken_back>();
  expect_livelock<wait_for_each_other>();
  expect_livelock<never_released>();
  expect_livelock<two_flags_never>();
}

struct counts_for_ever : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<int> flag{0};
  unsigned long turns = 0;
  void thread(unsigned) {
    while (flag.load(relaxed) == 0) ++turns;
  }
};

TEST(Loops, WithoutAnEndThatCountAreABound) {
  const exploration seen = explored<counts_for_ever>();
  EXPECT_FALSE(seen.first_failure);
  EXPECT_FALSE(seen.counts.exhaustive);
  EXPECT_NE(seen.counts.bound.find("more than "), std::string::npos) << seen.counts.bound;
}

struct looks_at_many : client_base {
  static constexpr unsigned threads = 1;
  std::array<P::atomic<int>, 300> all{};
  void thread(unsigned) {
    int sum = 0;
    for (const auto& each : all) sum += each.load(relaxed);
    P::check(sum == 0, "nobody writes");
  }
};

TEST(Loops, OverManyPlacesAreNone) {
  EXPECT_EQ(executions_of<looks_at_many>(), 1u);
}

// A predicate that operates makes the await a loop: it waits for several places at once.
struct waits_for_two : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<int> a{0};
  P::atomic<int> b{0};
  void thread(unsigned index) {
    if (index == 0) a.store(1, release);
    if (index == 1) b.store(1, release);
    if (index == 2) {
      P::await(
          a, acquire, [this](int now) { return now == 1 && b.load(acquire) == 1; }, P::waiter());
      P::check(b.load(relaxed) == 1, "both");
    }
  }
};

TEST(Loops, OfAnAwaitWhosePredicateOperates) {
  EXPECT_EQ(count_of<waits_for_two>().complete, 1u);
}

template <class Client>
std::uint64_t count_in_shards() {
  std::uint64_t sum = 0;
  for (unsigned shard = 0; shard < 3; ++shard) {
    settings s;
    s.shard_index = shard;
    s.shard_count = 3;
    const exploration part = explore(client_program<Client>(), s);
    EXPECT_TRUE(part.counts.exhaustive) << part.counts.bound;
    sum += part.counts.executions;
  }
  return sum;
}

TEST(Loops, CountTheSameInShards) {
  EXPECT_EQ((count_in_shards<counts_by_exchange<true, 3>>()), 48u);
}

// Lamport's bakery for two: who has drawn no lower number than the other waits. Both may have drawn the same
// one only if each waits for the other to have chosen, although there was a time when it had not begun to.
template <bool by_await>
struct bakery : client_base {
  P::atomic<bool> choosing[2] = {{false}, {false}};
  P::atomic<int> number[2] = {{0}, {0}};
  P::plain<int> inside{0};

  void thread(unsigned mine) {
    const unsigned other = 1 - mine;
    choosing[mine].store(true, seq_cst);
    const int drawn = number[other].load(seq_cst) + 1;
    number[mine].store(drawn, seq_cst);
    choosing[mine].store(false, seq_cst);
    const auto may_enter = [=](int theirs) {
      return theirs == 0 || theirs > drawn || (theirs == drawn && other > mine);
    };
    if constexpr (by_await) {
      P::await(
          choosing[other], seq_cst, [](bool now) { return !now; }, P::waiter());
      P::await(number[other], seq_cst, may_enter, P::waiter());
    } else {
      while (choosing[other].load(seq_cst)) {
      }
      while (!may_enter(number[other].load(seq_cst))) {
      }
    }
    P::write(inside, P::read(inside) + 1);
    number[mine].store(0, release);
  }
  void after() { P::check(P::read(inside) == 2, "both were inside"); }
};

// Counted by hand: three ways in which one has seen the other's number, and one in which it has seen the
// other leave, for either; and one in which both have drawn 1.
TEST(Loops, ThatMightHaveWaitedLonger) {
  EXPECT_EQ(count_of<bakery<true>>().complete, 9u);
  EXPECT_EQ(count_of<bakery<false>>().complete, 9u);
  EXPECT_EQ(count_in_shards<bakery<true>>(), 9u);
  EXPECT_EQ(count_in_shards<bakery<false>>(), 9u);
}

// What the mutex guards is the client's own: a look at it that came too early says nothing of the next one.
template <bool enough>
struct takes_from_a_queue : client_base {
  P::mutex guard;
  int queued = 0;

  void thread(unsigned mine) {
    if (mine == 0) {
      const std::lock_guard hold(guard);
      queued += enough ? 2 : 1;
    } else {
      for (int taken = 0; taken < 2;) {
        const std::lock_guard hold(guard);
        if (queued == 0) continue;
        --queued;
        ++taken;
      }
    }
  }
};

TEST(Loops, OverWhatAMutexGuards) {
  EXPECT_EQ(count_of<takes_from_a_queue<true>>().complete, 1u);
  EXPECT_TRUE(error_of<takes_from_a_queue<false>>().starts_with("livelock: thread 2 "))
      << "one is never there";
}

// An operation that a planted defect has done twice is one call of the client, and no loop.
struct exchanges : client_base {
  P::atomic<int> x{0};
  void thread(unsigned mine) {
    if (mine == 0) x.exchange(0, seq_cst);
  }
};

TEST(Loops, OneCallIsNone) {
  std::vector<site> sites;
  {
    const planting::survey_scope survey(sites);
    EXPECT_EQ(count_of<exchanges>().complete, 1u);
  }
  const std::vector<site> found = planting::select(sites, "exchanges", operation::exchange);
  ASSERT_EQ(found.size(), 1u);
  defect twice;
  twice.where = found.front();
  twice.doubled = true;
  const planting::scope planted(twice);
  EXPECT_EQ(count_of<exchanges>().complete, 1u);
}

// What a failed compare-exchange gives a variable is a change, wherever that is.
struct pushes : client_base {
  struct node {
    node* next = nullptr;
  };
  P::atomic<node*> top{nullptr};
  node nodes[2];

  void thread(unsigned mine) {
    node& n = nodes[mine];
    n.next = top.load(relaxed);
    while (!top.compare_exchange_weak(n.next, &n, release, relaxed)) {
    }
  }
  void after() {}
};

TEST(Loops, ThatGiveAVariableOffTheStackAnotherValueAreNotCut) {
  EXPECT_EQ(count_of<pushes>().complete, 4u);
}

}  // namespace
}  // namespace stillpoint::verify::explorer
