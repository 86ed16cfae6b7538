// SPDX-License-Identifier: BSL-1.0
//
// Memory that P::destroy gave back, and objects that lie where others lay.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"
#include "verify/explorer/run.hpp"
#include "verify/explorer/search/guide.hpp"
#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = policy;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;

struct cell {
  int value = 0;
};

constexpr std::size_t without_bound = 100;

exploration explored_with(const program& p, std::size_t most_reuses) {
  settings s;
  s.most_reuses = most_reuses;
  return explore(p, s);
}

template <class C>
std::uint64_t executions_with(std::size_t most_reuses) {
  const exploration seen = explored_with(client_program<C>(), most_reuses);
  EXPECT_EQ(seen.first_failure.value_or(failure{}).text, "");
  EXPECT_TRUE(seen.counts.exhaustive) << seen.counts.bound;
  return seen.counts.executions;
}

// Each of the objects that `Creator` creates may lie where one of those lay that the other thread destroys:
// as many executions as there are partial one-to-one maps.
template <unsigned Destroyed, unsigned Created, unsigned Creator>
struct gives_and_takes : client_base {
  std::array<cell*, Destroyed> old{};
  std::array<cell*, Created> made{};
  gives_and_takes() {
    for (cell*& each : old) each = P::create<cell>();
  }
  void thread(unsigned index) {
    if (index == Creator) {
      for (cell*& each : made) each = P::create<cell>();
    } else {
      for (cell* each : old) P::destroy(each);
    }
  }
  void after() {
    for (cell* each : made) P::destroy(each);
  }
};

TEST(Reuse, AnyDestroyedObjectOfTheSizeOnce) {
  EXPECT_EQ((executions_with<gives_and_takes<1, 1, 0>>(without_bound)), 2u);
  EXPECT_EQ((executions_with<gives_and_takes<1, 1, 1>>(without_bound)), 2u);
  EXPECT_EQ((executions_with<gives_and_takes<2, 2, 0>>(without_bound)), 1u + 4 + 2);
  EXPECT_EQ((executions_with<gives_and_takes<2, 2, 1>>(without_bound)), 1u + 4 + 2);
  EXPECT_EQ((executions_with<gives_and_takes<3, 2, 0>>(without_bound)), 1u + 6 + 6);
  EXPECT_EQ((executions_with<gives_and_takes<3, 2, 1>>(without_bound)), 1u + 6 + 6);
  EXPECT_EQ((executions_with<gives_and_takes<3, 3, 0>>(without_bound)), 1u + 9 + 18 + 6);
}

TEST(Reuse, NoMoreOftenThanAllowed) {
  EXPECT_EQ((executions_with<gives_and_takes<3, 3, 0>>(0)), 1u);
  EXPECT_EQ((executions_with<gives_and_takes<3, 3, 0>>(1)), 1u + 9);
  EXPECT_EQ((executions_with<gives_and_takes<3, 3, 1>>(2)), 1u + 9 + 18);
  EXPECT_TRUE(explored_with(client_program<gives_and_takes<3, 3, 1>>(), 2).counts.more_reuses);
  EXPECT_FALSE(explored_with(client_program<gives_and_takes<3, 3, 1>>(), 3).counts.more_reuses);
}

TEST(Reuse, ExecutionsAreSharedOut) {
  std::uint64_t sum = 0;
  for (unsigned index = 0; index < 3; ++index) {
    settings s;
    s.most_reuses = without_bound;
    s.shard_index = index;
    s.shard_count = 3;
    sum += explore(client_program<gives_and_takes<3, 3, 0>>(), s).counts.executions;
  }
  EXPECT_EQ(sum, 34u);
}

// Neither can come first if both take what the other gave: one does, or the other, or none.
struct crosswise : client_base {
  std::array<cell*, 2> old = {P::create<cell>(), P::create<cell>()};
  std::array<cell*, 2> made{};
  void thread(unsigned index) {
    made[index] = P::create<cell>();
    P::destroy(old[index]);
  }
  void after() {
    for (cell* each : made) P::destroy(each);
  }
};

TEST(Reuse, MemoryIsTakenAfterItWasGiven) {
  EXPECT_EQ(executions_with<crosswise>(without_bound), 3u);
}

struct other_size : client_base {
  struct large {
    std::array<int, 8> values{};
  };
  cell* old = P::create<cell>();
  large* made = nullptr;
  void thread(unsigned index) {
    if (index == 0) {
      P::destroy(old);
    } else {
      made = P::create<large>();
    }
  }
  void after() { P::destroy(made); }
};

TEST(Reuse, OnlyOfTheSameSize) {
  EXPECT_EQ(executions_with<other_size>(without_bound), 1u);
}

// Reads that a reuse goes beside: what is read and what is reused vary independently, but for what is ordered
// by the reuse.
struct beside_reads : client_base {
  P::atomic<int> x{0};
  cell* old = P::create<cell>();
  cell* made = nullptr;
  void thread(unsigned index) {
    if (index == 0) {
      made = P::create<cell>();
      x.load(relaxed);
    } else {
      x.store(1, relaxed);
      P::destroy(old);
    }
  }
  void after() { P::destroy(made); }
};

// If the memory is reused, the load comes after the store.
TEST(Reuse, GivingBackHappensBeforeTaking) {
  EXPECT_EQ(executions_with<beside_reads>(without_bound), 3u);
}

struct node {
  explicit node(int v) : value(v) {}
  P::plain<int> value;
};

// Who finds the same pointer again believes that nothing was changed.
struct pointer_as_version : client_base {
  P::mutex lock;
  P::plain<node*> current{P::create<node>(1)};
  void thread(unsigned index) {
    if (index == 0) {
      lock.lock();
      P::destroy(P::read(current));
      P::write(current, P::create<node>(2));
      lock.unlock();
      return;
    }
    lock.lock();
    node* const version = P::read(current);
    const int cached = P::read(version->value);
    lock.unlock();
    lock.lock();
    if (P::read(current) == version) P::check(cached == P::read(P::read(current)->value), "up to date");
    lock.unlock();
  }
  void after() { P::destroy(P::read(current)); }
};

TEST(Reuse, FindsAPointerThatComesBack) {
  EXPECT_EQ(executions_of<pointer_as_version>(), 3u);
  const exploration seen = explored_with(client_program<pointer_as_version>(), 1);
  const failure found = seen.first_failure.value_or(failure{});
  EXPECT_EQ(found.text, "assertion failed: up to date");
  EXPECT_EQ(seen.counterexample.reuses(), 1u);
  const std::string text = trace(seen.counterexample, found);
  EXPECT_NE(text.find(", where object#"), std::string::npos) << text;
  EXPECT_TRUE(recurs(client_program<pointer_as_version>(), seen.counterexample));
  const std::string id = guide::text_of(seen.counterexample);
  EXPECT_NE(id.find('+'), std::string::npos) << id;
}

// Wrong: a thread uses a pointer that it has kept. What it reaches may be the old object, the new one, or one
// that is not constructed yet.
template <unsigned Keeper, bool Late>
struct keeps_a_pointer : client_base {
  struct pair {
    P::plain<int> first{1};
    P::atomic<int> second{2};
  };
  P::atomic<int> other{0};
  pair* old = P::create<pair>();
  pair* made = nullptr;
  void thread(unsigned index) {
    if (index == Keeper) {
      if (Late) other.load(relaxed);
      old->second.load(acquire);
      P::read(old->first);
    } else {
      P::destroy(old);
      made = P::create<pair>();
    }
  }
  void after() { P::destroy(made); }
};

template <class C>
std::set<std::string> failures_with(std::size_t most_reuses) {
  std::set<std::string> texts;
  settings s;
  s.most_reuses = most_reuses;
  s.keep_going = true;
  s.on_failure = [&](const failure& f, const graph&) { texts.insert(f.text); };
  EXPECT_TRUE(explore(client_program<C>(), s).counts.exhaustive);
  return texts;
}

template <class C>
void expect_same_failures() {
  const std::set<std::string> without = failures_with<C>(0);
  EXPECT_FALSE(without.empty());
  EXPECT_EQ(failures_with<C>(1), without);
}

TEST(Reuse, AKeptPointerIsTheSameFailureAsWithout) {
  expect_same_failures<keeps_a_pointer<0, false>>();
  expect_same_failures<keeps_a_pointer<0, true>>();
  expect_same_failures<keeps_a_pointer<1, false>>();
  expect_same_failures<keeps_a_pointer<1, true>>();
}

// By compare_exchange: the object that was replaced twice is taken for the first one.
struct replaced_twice : client_base {
  node* const first = P::create<node>(1);
  P::atomic<node*> current{first};
  void thread(unsigned index) {
    if (index == 0) {
      for (const int value : {2, 3}) P::destroy(current.exchange(P::create<node>(value), acq_rel));
      return;
    }
    node* expected = first;
    if (!current.compare_exchange_strong(expected, nullptr, acq_rel, acquire)) return;
    P::check(P::read(first->value) == 1, "nothing was replaced");
    P::destroy(first);
  }
  void after() { P::destroy(current.load(relaxed)); }
};

// The same, where nobody compares.
struct replaced_unseen : client_base {
  P::atomic<node*> current{P::create<node>(1)};
  void thread(unsigned index) {
    if (index == 0) {
      for (const int value : {2, 3}) P::destroy(current.exchange(P::create<node>(value), acq_rel));
    } else {
      current.load(acquire);
    }
  }
  void after() { P::destroy(current.load(relaxed)); }
};

template <class C>
run_result result_of(int most_reuses = -1) {
  run_options options;
  options.effort = budget::quick;
  options.most_reuses = most_reuses;
  return run_explorer<C>(options);
}

TEST(Reuse, IsExploredWhereAThreadCanTell) {
  EXPECT_EQ(result_of<pointer_as_version>().error.substr(0, 28), "assertion failed: up to date");
  EXPECT_EQ(result_of<replaced_twice>().error.substr(0, 38), "assertion failed: nothing was replaced");
  EXPECT_GT(executions_of<replaced_twice>(), 0u);
  const run_result left_out = result_of<replaced_twice>(0);
  EXPECT_EQ(left_out.outcome, verdict::passed);
  EXPECT_EQ(left_out.warning, "reuse of memory was left out");
}

TEST(Reuse, CostsNothingWhereNoThreadCanTell) {
  const run_result result = result_of<replaced_unseen>();
  EXPECT_EQ(result.outcome, verdict::passed);
  EXPECT_EQ(result.warning, "");
  EXPECT_EQ(result.executions, executions_of<replaced_unseen>());
}

// Three threads among which reads, read-modify-writes and reuse depend on each other. Which of them has which
// number decides in which order the search adds events, and must not decide what it finds.
template <unsigned First, unsigned Second, unsigned Third>
struct mixed_with_reads : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<int> x{0};
  cell* old = P::create<cell>();
  cell* made = nullptr;
  void thread(unsigned index) {
    if (index == First) {
      x.fetch_add(1, acq_rel);
      P::destroy(old);
    } else if (index == Second) {
      made = P::create<cell>();
      x.load(relaxed);
    } else if (index == Third) {
      P::destroy(P::create<cell>());
      x.store(5, relaxed);
    }
  }
  void after() { P::destroy(made); }
};

template <class C>
std::set<std::string> executions_by_name() {
  std::set<std::string> names;
  std::uint64_t count = 0;
  settings s;
  s.most_reuses = without_bound;
  s.on_execution = [&](const graph& g) {
    names.insert(guide::text_of(g));
    ++count;
  };
  EXPECT_FALSE(explore(client_program<C>(), s).first_failure);
  EXPECT_EQ(names.size(), count) << "each once";
  return names;
}

TEST(Reuse, EachExecutionOnceWhicheverThreadComesFirst) {
  const std::size_t all = executions_by_name<mixed_with_reads<0, 1, 2>>().size();
  // Without reuse 6: two orders of the writes, three values to read. If Second takes what First gave, it
  // reads no earlier value than First's: 3. If it takes what Third gave: 6. If Third takes what First gave,
  // its store comes last: 3, or 2 if Second then takes what Third gave.
  EXPECT_EQ(all, 6u + 3 + 6 + 3 + 2);
  EXPECT_EQ((executions_by_name<mixed_with_reads<0, 2, 1>>().size()), all);
  EXPECT_EQ((executions_by_name<mixed_with_reads<1, 0, 2>>().size()), all);
  EXPECT_EQ((executions_by_name<mixed_with_reads<1, 2, 0>>().size()), all);
  EXPECT_EQ((executions_by_name<mixed_with_reads<2, 0, 1>>().size()), all);
  EXPECT_EQ((executions_by_name<mixed_with_reads<2, 1, 0>>().size()), all);
}

}  // namespace
}  // namespace stillpoint::verify::explorer
