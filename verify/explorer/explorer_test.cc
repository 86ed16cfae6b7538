// SPDX-License-Identifier: BSL-1.0
//
// What the explorer reports: each kind of error on a small client that makes it, and nothing on the client
// beside it that does not; replay; shards; the independence of memory from the number of executions.
#include <gtest/gtest.h>
#include <malloc.h>

#include <array>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "verify/clients/writer_reader_phaser/clients.hpp"
#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"
#include "verify/explorer/reports/trace.hpp"
#include "verify/explorer/run.hpp"
#include "verify/explorer/search/guide.hpp"
#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto seq_cst = std::memory_order_seq_cst;

template <std::memory_order Store, std::memory_order Load>
struct message_passing : client_base {
  P::plain<int> data{0};
  P::atomic<int> flag{0};
  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      flag.store(1, Store);
    } else if (flag.load(Load) == 1) {
      P::check(P::read(data) == 1, "the data is there");
    }
  }
};

TEST(Explorer, ReportsADataRaceOnlyWhereThereIsOne) {
  EXPECT_EQ((error_of<message_passing<release, acquire>>()), "");
  EXPECT_EQ((executions_of<message_passing<release, acquire>>()), 2u);
  EXPECT_EQ((error_of<message_passing<relaxed, acquire>>()), "data race");
  EXPECT_EQ((error_of<message_passing<release, relaxed>>()), "data race");
}

struct two_writers : client_base {
  P::plain<int> data{0};
  void thread(unsigned) { P::write(data, 1); }
};

TEST(Explorer, ReportsARaceOfTwoWrites) {
  EXPECT_EQ(error_of<two_writers>(), "data race");
}

struct reads_uninitialized : client_base {
  static constexpr unsigned threads = 1;
  P::plain<long> data;
  void thread(unsigned) { (void)P::read(data); }
};

struct reads_value_initialized : client_base {
  static constexpr unsigned threads = 1;
  P::plain<long> data{};
  void thread(unsigned) { P::check(P::read(data) == 0, "zero"); }
};

TEST(Explorer, ReportsAReadOfUninitializedMemory) {
  EXPECT_EQ(error_of<reads_uninitialized>(), "read of uninitialized memory");
  EXPECT_EQ(error_of<reads_value_initialized>(), "");
}

struct node {
  P::atomic<int> value{0};
};

// Frees what another thread may still use; with Waits, only once that thread is done.
template <bool Waits>
struct use_after_free : client_base {
  node* shared = P::create<node>();
  P::atomic<int> done{0};
  void thread(unsigned index) {
    if (index == 0) {
      shared->value.store(1, relaxed);
      done.store(1, release);
    } else {
      if (Waits) {
        P::await(
            done, acquire, [](int d) { return d == 1; }, P::waiter());
      }
      P::destroy(shared);
    }
  }
};

TEST(Explorer, ReportsUseAfterFree) {
  EXPECT_EQ(error_of<use_after_free<true>>(), "");
  EXPECT_NE(error_of<use_after_free<false>>(), "");
}

struct use_after_free_in_order : client_base {
  static constexpr unsigned threads = 1;
  node* shared = P::create<node>();
  void thread(unsigned) {
    P::destroy(shared);
    (void)shared->value.load(relaxed);
  }
};

struct double_free : client_base {
  static constexpr unsigned threads = 1;
  node* shared = P::create<node>();
  void thread(unsigned) {
    P::destroy(shared);
    P::destroy(shared);
  }
};

struct leak : client_base {
  node* shared = P::create<node>();
  P::atomic<int> first{0};
  void thread(unsigned) {
    if (first.fetch_add(1, relaxed) == 2) P::destroy(shared);
  }
};

TEST(Explorer, ReportsWhatIsWrongWithAllocations) {
  EXPECT_EQ(error_of<use_after_free_in_order>(), "use after the end of the object's life (use after free)");
  EXPECT_EQ(error_of<double_free>(), "double free: the object was destroyed before");
  EXPECT_EQ(error_of<leak>(), "leak: an object is never destroyed");
}

struct refuses_to_be {
  explicit refuses_to_be(int v) : value(v) { throw std::runtime_error("not today"); }
  P::atomic<int> value;
};

struct failed_construction : client_base {
  static constexpr unsigned threads = 1;
  void thread(unsigned) {
    try {
      P::create<refuses_to_be>(1);
      P::check(false, "the exception arrives");
    } catch (const std::runtime_error&) {
      P::destroy(P::create<node>());
    }
  }
};

TEST(Explorer, ForgetsWhatCouldNotBeConstructed) {
  EXPECT_EQ(executions_of<failed_construction>(), 1u);
}

struct unordered_construction : client_base {
  P::atomic<node*> shared{nullptr};
  void thread(unsigned index) {
    if (index == 0) {
      shared.store(P::create<node>(), relaxed);
    } else if (node* n = shared.load(acquire)) {
      n->value.store(1, relaxed);
    }
  }
  void after() { P::destroy(shared.load(relaxed)); }
};

TEST(Explorer, ReportsUseThatIsNotOrderedAfterConstruction) {
  EXPECT_EQ(error_of<unordered_construction>(),
            "data race: the use of an object is not ordered after its construction");
}

struct fails_sometimes : client_base {
  P::atomic<int> x{0};
  P::atomic<int> y{0};
  std::array<int, 2> seen{};
  void thread(unsigned index) {
    (index == 0 ? x : y).store(1, release);
    seen[index] = (index == 0 ? y : x).load(acquire);
  }
  void after() { P::check(seen[0] + seen[1] > 0, "store buffering is not seen"); }
};

TEST(Explorer, ReportsAFailedAssertionWithItsTextAndLine) {
  const exploration seen = explored<fails_sometimes>();
  ASSERT_TRUE(seen.first_failure);
  EXPECT_EQ(seen.first_failure->text, "assertion failed: store buffering is not seen");
  EXPECT_NE(headline(seen.counterexample, *seen.first_failure).find("explorer_test.cc:"), std::string::npos);
  EXPECT_EQ(explored<fails_sometimes>(true).counts.executions, 3u);
  EXPECT_EQ(explored<fails_sometimes>(true).counts.failures, 1u);
}

struct throws : client_base {
  void thread(unsigned index) {
    if (index == 1) throw std::runtime_error("out of the thread");
  }
};

TEST(Explorer, ReportsAnUncaughtException) {
  EXPECT_EQ(error_of<throws>(), "uncaught exception: out of the thread");
}

struct exception_caught_across_threads : client_base {
  P::atomic<int> turn{0};
  void thread(unsigned index) {
    const int mine = static_cast<int>(index);
    try {
      throw mine;
    } catch (int caught) {
      // The threads switch in the handlers.
      P::await(
          turn, acquire, [mine](int t) { return t == mine; }, P::waiter());
      turn.store(mine + 1, release);
      P::check(caught == mine, "each thread has its own exception");
      try {
        throw;
      } catch (int again) {
        P::check(again == mine, "and throws its own again");
      }
    }
  }
};

TEST(Explorer, KeepsExceptionsOfThreadsApart) {
  EXPECT_EQ(error_of<exception_caught_across_threads>(), "");
}

struct waits_for_nothing : client_base {
  P::atomic<int> x{0};
  void thread(unsigned index) {
    if (index == 0) {
      P::await(
          x, relaxed, [](int v) { return v == 2; }, P::waiter());
    } else {
      x.store(1, relaxed);
    }
  }
};

// The value waited for comes and goes: thread 0 may look when it is gone.
struct waits_too_late : client_base {
  P::atomic<int> x{0};
  void thread(unsigned index) {
    if (index == 0) {
      P::await(
          x, relaxed, [](int v) { return v == 1; }, P::waiter());
    } else {
      x.store(1, relaxed);
      x.store(2, relaxed);
    }
  }
};

TEST(Explorer, ReportsADeadlock) {
  EXPECT_TRUE(error_of<waits_for_nothing>().starts_with("deadlock: thread 1 waits in await"));
  EXPECT_TRUE(error_of<waits_too_late>().starts_with("deadlock"));
}

struct locks_crosswise : client_base {
  P::mutex a, b;
  void thread(unsigned index) {
    P::mutex& first = index == 0 ? a : b;
    P::mutex& second = index == 0 ? b : a;
    first.lock();
    second.lock();
    second.unlock();
    first.unlock();
  }
};

struct unlocks_the_others : client_base {
  P::mutex m;
  P::atomic<int> locked{0};
  void thread(unsigned index) {
    if (index == 0) {
      m.lock();
      locked.store(1, release);
    } else {
      P::await(
          locked, acquire, [](int l) { return l == 1; }, P::waiter());
      m.unlock();
    }
  }
};

struct counts_under_a_mutex : client_base {
  static constexpr unsigned threads = 3;
  P::mutex m;
  P::plain<int> count{0};
  void thread(unsigned) {
    m.lock();
    P::write(count, P::read(count) + 1);
    m.unlock();
  }
  void after() { P::check(P::read(count) == 3, "each has counted"); }
};

struct tries_a_mutex : client_base {
  P::mutex m;
  P::plain<int> count{0};
  void thread(unsigned) {
    if (!m.try_lock()) return;
    P::write(count, P::read(count) + 1);
    m.unlock();
  }
};

TEST(Explorer, ChecksMutexes) {
  EXPECT_TRUE(error_of<locks_crosswise>().starts_with("deadlock"));
  EXPECT_EQ(error_of<unlocks_the_others>(), "a mutex is unlocked by a thread that does not hold it");
  EXPECT_EQ(executions_of<counts_under_a_mutex>(), 6u) << "one for each order of three sections";
  EXPECT_EQ(executions_of<tries_a_mutex>(), 5u) << "neither, either, both in two orders";
}

struct chooses : client_base {
  std::array<std::size_t, 2> chosen{};
  void thread(unsigned index) { chosen[index] = P::choose(3); }
  void after() { P::check(chosen[0] < 3 && chosen[1] < 3, "in range"); }
};

TEST(Explorer, TriesEachChoice) {
  EXPECT_EQ(executions_of<chooses>(), 9u);
}

struct weak_exchange : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<int> x{0};
  void thread(unsigned) {
    int expected = 0;
    const bool done = x.compare_exchange_weak(expected, 1, relaxed, relaxed);
    P::check(done == (x.load(relaxed) == 1), "it stores exactly when it says so");
  }
};

TEST(Explorer, LetsAWeakCompareExchangeFailSpuriously) {
  EXPECT_EQ(executions_of<weak_exchange>(), 2u);
}

int runs = 0;

struct counts_its_runs : client_base {
  P::atomic<int> x{0};
  P::atomic<int> y{0};
  void thread(unsigned index) {
    if (index == 0 && ++runs % 2 == 0) y.store(1, relaxed);
    x.store(static_cast<int>(index), relaxed);
  }
};

TEST(Explorer, NoticesAClientThatIsNotDeterministic) {
  runs = 0;
  EXPECT_TRUE(error_of<counts_its_runs>().starts_with("the client is not deterministic"));
}

struct too_long : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<int> x{0};
  void thread(unsigned) {
    for (std::size_t i = 0; i < 2 * max_events; ++i) x.store(1, relaxed);
  }
};

TEST(Explorer, SaysThatABoundWasReached) {
  const exploration seen = explored<too_long>();
  EXPECT_FALSE(seen.first_failure);
  EXPECT_FALSE(seen.counts.exhaustive);
  EXPECT_TRUE(
      seen.counts.bound.starts_with("an execution has more than 10000 events of one thread: thread 1 at "))
      << seen.counts.bound;
  settings s;
  s.max_executions = 2;
  const statistics cut = explore(client_program<chooses>(), s).counts;
  EXPECT_FALSE(cut.exhaustive);
  EXPECT_EQ(cut.bound, "stopped after 2 executions");
}

TEST(Explorer, NeverCallsACutSearchPassed) {
  run_options options;
  options.most_executions = 2;
  const run_result cut = run_explorer<chooses>(options);
  EXPECT_EQ(cut.outcome, verdict::unfinished);
  EXPECT_FALSE(cut.exhaustive);
  EXPECT_EQ(cut.error, "not exhaustive: stopped after 2 executions");
  EXPECT_EQ(run_explorer<too_long>({}).outcome, verdict::unfinished);
}

// While the mutex is held, the other has nothing to wait for: its try_lock fails, and it sets the flag.
struct holds_while_another_tries : client_base {
  P::mutex m;
  P::atomic<int> flag{0};
  void thread(unsigned index) {
    if (index == 0) {
      m.lock();
      P::await(
          flag, acquire, [](int f) { return f == 1; }, P::waiter());
      m.unlock();
    } else {
      if (m.try_lock()) m.unlock();
      flag.store(1, release);
    }
  }
};

// The same, but the flag is set only if the mutex was free.
struct tries_in_vain : holds_while_another_tries {
  void thread(unsigned index) {
    if (index == 0) {
      holds_while_another_tries::thread(0);
    } else if (m.try_lock()) {
      m.unlock();
      flag.store(1, release);
    }
  }
};

TEST(Explorer, NeverWaitsInTryLock) {
  const exploration seen = explored<holds_while_another_tries>();
  EXPECT_FALSE(seen.first_failure) << headline(seen.counterexample, *seen.first_failure);
  EXPECT_EQ(seen.counts.executions, 2u) << "it fails, or it comes first";
  EXPECT_NE(error_of<tries_in_vain>().find("deadlock"), std::string::npos);
}

struct throws_in_a_destructor : client_base {
  P::atomic<int> x{0};
  struct guard {
    int seen;
    ~guard() { end(seen); }
    static void end(int number) {
      if (number == 1) throw std::runtime_error("too late");
    }
  };
  void thread(unsigned) { const guard g{x.fetch_add(1, relaxed)}; }
};

TEST(Explorer, ReportsACallOfTerminate) {
  for (int round = 0; round < 2; ++round) {
    const exploration seen = explored<throws_in_a_destructor>(true);
    ASSERT_TRUE(seen.first_failure);
    EXPECT_TRUE(seen.first_failure->text.starts_with(
        "an exception (too late) leaves a function that must not throw in thread "));
    EXPECT_EQ(seen.counts.failures, 2u) << "and goes on with the next execution";
  }
}

struct spawns_nothing_wrong : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<int> x{0};
  void thread(unsigned) { x.fetch_add(1, seq_cst); }
  void after() { P::check(x.load(relaxed) == 3, "all are counted"); }
};

TEST(Explorer, SeesEachOrderOfReadModifyWritesOnce) {
  EXPECT_EQ(executions_of<spawns_nothing_wrong>(), 6u);
}

// Each failing execution's guide leads back to the same failure and the same trace.
template <class C>
void replay_all_failures() {
  settings s;
  s.keep_going = true;
  std::set<std::string> seen;
  s.on_failure = [&seen](const failure&, const graph& g) { seen.insert(guide::text_of(g)); };
  std::vector<std::string> texts;
  explore(client_program<C>(), s);
  ASSERT_FALSE(seen.empty());
  for (const std::string& text : seen) {
    const guide way(text);
    const repetition again = replay(client_program<C>(), way);
    ASSERT_TRUE(again.failed) << text;
    EXPECT_TRUE(again.as_named) << text;
    const repetition twice = replay(client_program<C>(), way);
    EXPECT_EQ(trace(twice.execution, *twice.failed), trace(again.execution, *again.failed));
  }
}

TEST(Explorer, ReplaysEveryFailure) {
  replay_all_failures<fails_sometimes>();
  replay_all_failures<message_passing<relaxed, relaxed>>();
  replay_all_failures<waits_too_late>();
  replay_all_failures<waits_for_nothing>();
  replay_all_failures<locks_crosswise>();
  replay_all_failures<leak>();
}

TEST(Explorer, RefusesWhatIsNoGuide) {
  for (const char* text : {"", "x", "3,", "3,5", "3,@", "3,99.0", "1/2/3 "}) {
    EXPECT_THROW(guide{text}, std::invalid_argument) << text;
  }
}

template <class Q>
using phaser_3x2 = clients::writer_reader_phaser_clients<clients::plain_kind>::no_write_is_lost_3x1x2<Q>;

TEST(Explorer, ShardsAddUpToTheWhole) {
  const std::uint64_t whole = executions_of<phaser_3x2<P>>();
  for (const unsigned count : {2u, 3u, 7u}) {
    std::uint64_t sum = 0;
    std::uint64_t largest = 0;
    for (unsigned index = 0; index < count; ++index) {
      settings s;
      s.shard_index = index;
      s.shard_count = count;
      const exploration part = explore(client_program<phaser_3x2<P>>(), s);
      EXPECT_TRUE(part.counts.exhaustive);
      sum += part.counts.executions;
      largest = std::max(largest, part.counts.executions);
    }
    EXPECT_EQ(sum, whole);
    EXPECT_LT(largest, whole) << "no shard does all the work";
  }
}

TEST(Explorer, EstimatesTheNumberOfExecutions) {
  settings s;
  s.probes = 20'000;
  const exploration seen = explore(client_program<counts_under_a_mutex>(), s);
  EXPECT_NEAR(seen.counts.estimate, 6.0, 0.6);
  s.probes = 200'000;
  const exploration larger =
      explore(client_program<
                  clients::writer_reader_phaser_clients<clients::plain_kind>::inactive_side_is_stable<P>>(),
              s);
  EXPECT_NEAR(larger.counts.estimate, static_cast<double>(larger.counts.executions),
              0.2 * static_cast<double>(larger.counts.executions));
}

// More than once through a client of thousands of executions; what is allocated afterwards does not depend on
// how often.
TEST(Explorer, MemoryDoesNotGrowWithExecutions) {
  executions_of<phaser_3x2<P>>();
  const std::size_t before = mallinfo2().uordblks;
  for (int i = 0; i < 20; ++i) executions_of<phaser_3x2<P>>();
  const std::size_t after = mallinfo2().uordblks;
  EXPECT_LE(after, before + 65536);
}

}  // namespace
}  // namespace stillpoint::verify::explorer
