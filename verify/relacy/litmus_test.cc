// SPDX-License-Identifier: BSL-1.0
//
// What Relacy's memory model shows of C++20's, on litmus tests: that it reaches the weak outcomes for which
// it is used, and which outcomes it never reaches although C++20 allows them. The latter are pinned here
// because they bound what a pass of the Relacy engine means. They are shown here on clients of their own;
// verify/litmus has the literature's tests, and the rules behind all that Relacy never shows.

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <string_view>

#include "verify/relacy/run.hpp"

namespace stillpoint::verify {
namespace {

using P = relacy_policy;
using atomic_int = P::atomic<int>;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto seq_cst = std::memory_order_seq_cst;

// The outcomes of all executions of a test: up to four values below eight. A plain array, as memory that is
// allocated during an execution belongs to it.
class outcomes {
 public:
  static void add(std::initializer_list<int> values) { seen_[index(values)] = true; }
  static bool have(std::initializer_list<int> values) { return seen_[index(values)]; }
  static void clear() { seen_.fill(false); }

 private:
  static std::size_t index(std::initializer_list<int> values) {
    std::size_t i = 0;
    for (const int value : values) i = i * 8 + static_cast<std::size_t>(value);
    return i;
  }

  static inline std::array<bool, 8 * 8 * 8 * 8> seen_{};
};

template <unsigned Threads>
struct litmus {
  static constexpr std::string_view primitive = "litmus";
  static constexpr std::string_view guarantee = "litmus";
  static constexpr unsigned threads = Threads;
};

template <class C>
run_result run(std::uint64_t executions = 200'000) {
  outcomes::clear();
  run_options options;
  options.effort = budget::thorough;
  options.most_executions = executions;
  return run_relacy<C>(options);
}

// Runs a test that has no error in it.
template <class C>
void run_clean() {
  const run_result result = run<C>();
  ASSERT_EQ(result.outcome, verdict::passed) << result.error;
}

template <std::memory_order Store, std::memory_order Load>
struct store_buffering : litmus<2> {
  atomic_int x{0}, y{0};
  int a = 0, b = 0;
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, Store);
      a = y.load(Load);
    } else {
      y.store(1, Store);
      b = x.load(Load);
    }
  }
  void after() { outcomes::add({a, b}); }
};

TEST(relacy_litmus, store_buffering) {
  run_clean<store_buffering<relaxed, relaxed>>();
  EXPECT_TRUE(outcomes::have({0, 0}));
  EXPECT_TRUE(outcomes::have({0, 1}));
  EXPECT_TRUE(outcomes::have({1, 0}));
  EXPECT_TRUE(outcomes::have({1, 1}));
  run_clean<store_buffering<release, acquire>>();
  EXPECT_TRUE(outcomes::have({0, 0}));
  run_clean<store_buffering<seq_cst, seq_cst>>();
  EXPECT_FALSE(outcomes::have({0, 0}));
}

enum class fence_kind { full, light, heavy };

template <fence_kind Kind>
void run_fence() {
  if constexpr (Kind == fence_kind::full) P::fence(seq_cst);
  if constexpr (Kind == fence_kind::light) P::light_fence();
  if constexpr (Kind == fence_kind::heavy) P::heavy_fence();
}

template <fence_kind First, fence_kind Second>
struct store_buffering_fences : litmus<2> {
  atomic_int x{0}, y{0};
  int a = 0, b = 0;
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, relaxed);
      run_fence<First>();
      a = y.load(relaxed);
    } else {
      y.store(1, relaxed);
      run_fence<Second>();
      b = x.load(relaxed);
    }
  }
  void after() { outcomes::add({a, b}); }
};

template <fence_kind First, fence_kind Second>
bool buffers() {
  run_clean<store_buffering_fences<First, Second>>();
  return outcomes::have({0, 0});
}

TEST(relacy_litmus, asymmetric_fences) {
  EXPECT_FALSE((buffers<fence_kind::full, fence_kind::full>()));
  EXPECT_FALSE((buffers<fence_kind::light, fence_kind::heavy>()));
  EXPECT_FALSE((buffers<fence_kind::heavy, fence_kind::light>()));
  EXPECT_FALSE((buffers<fence_kind::heavy, fence_kind::heavy>()));
  EXPECT_FALSE((buffers<fence_kind::heavy, fence_kind::full>()));
  EXPECT_TRUE((buffers<fence_kind::light, fence_kind::light>()));
  EXPECT_TRUE((buffers<fence_kind::light, fence_kind::full>()));
}

// A seq_cst fence in one thread, seq_cst accesses in the other.
template <bool ByExchange>
struct store_buffering_fence_and_accesses : litmus<2> {
  atomic_int x{0}, y{0};
  int a = 0, b = 0;
  void thread(unsigned index) {
    if (index == 0) {
      if constexpr (ByExchange) {
        x.exchange(1, seq_cst);
      } else {
        x.store(1, seq_cst);
      }
      a = y.load(seq_cst);
    } else {
      y.store(1, relaxed);
      P::fence(seq_cst);
      b = x.load(relaxed);
    }
  }
  void after() { outcomes::add({a, b}); }
};

// C++20 excludes it, Relacy by itself shows it: the policy has to prevent that.
TEST(relacy_litmus, store_buffering_with_a_fence_against_accesses) {
  run_clean<store_buffering_fence_and_accesses<false>>();
  EXPECT_FALSE(outcomes::have({0, 0}));
  EXPECT_TRUE(outcomes::have({1, 1}));
  run_clean<store_buffering_fence_and_accesses<true>>();
  EXPECT_FALSE(outcomes::have({0, 0}));
}

struct seq_cst_only_orders_its_own : litmus<2> {
  atomic_int x{0}, y{0};
  int a = 0, b = 0;
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, seq_cst);
      a = y.load(seq_cst);
    } else {
      y.store(1, relaxed);
      b = x.load(seq_cst);
    }
  }
  void after() { outcomes::add({a, b}); }
};

TEST(relacy_litmus, a_relaxed_store_is_buffered_beside_seq_cst_accesses) {
  run_clean<seq_cst_only_orders_its_own>();
  EXPECT_TRUE(outcomes::have({0, 0}));
}

// Light fences are ordered against each other where a heavy one stands between them, as the middle thread's.
struct light_heavy_light : litmus<3> {
  atomic_int x{0}, y{0}, passed{0};
  int a = 0, b = 0, saw = 0;
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, relaxed);
      P::light_fence();
      passed.store(1, relaxed);
    } else if (index == 1) {
      saw = passed.load(relaxed);
      P::heavy_fence();
      y.store(1, relaxed);
    } else {
      a = y.load(relaxed);
      P::light_fence();
      b = x.load(relaxed);
    }
  }
  void after() { outcomes::add({saw, a, b}); }
};

TEST(relacy_litmus, light_fences_on_both_sides_of_a_heavy_one) {
  run_clean<light_heavy_light>();
  EXPECT_FALSE(outcomes::have({1, 1, 0}));
  EXPECT_TRUE(outcomes::have({1, 1, 1}));
  EXPECT_TRUE(outcomes::have({0, 1, 0}));
}

template <std::memory_order Store, std::memory_order Load>
struct message_passing : litmus<2> {
  P::plain<int> data{0};
  atomic_int flag{0};
  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      flag.store(1, Store);
    } else if (flag.load(Load) == 1) {
      P::check(P::read(data) == 1, "the message is there");
    }
  }
  void after() {}
};

TEST(relacy_litmus, message_passing) {
  EXPECT_EQ((run<message_passing<release, acquire>>().outcome), verdict::passed);
  EXPECT_EQ((run<message_passing<relaxed, acquire>>().outcome), verdict::failed);
  EXPECT_EQ((run<message_passing<release, relaxed>>().outcome), verdict::failed);
}

template <std::memory_order Store, std::memory_order Load>
struct iriw : litmus<4> {
  atomic_int x{0}, y{0};
  int a = 0, b = 0, c = 0, d = 0;
  void thread(unsigned index) {
    if (index == 0) x.store(1, Store);
    if (index == 1) y.store(1, Store);
    if (index == 2) {
      a = x.load(Load);
      b = y.load(Load);
    }
    if (index == 3) {
      c = y.load(Load);
      d = x.load(Load);
    }
  }
  void after() { outcomes::add({a, b, c, d}); }
};

TEST(relacy_litmus, independent_reads_of_independent_writes) {
  run_clean<iriw<release, acquire>>();
  EXPECT_TRUE(outcomes::have({1, 0, 1, 0}));
  run_clean<iriw<seq_cst, seq_cst>>();
  EXPECT_FALSE(outcomes::have({1, 0, 1, 0}));
}

struct two_plus_two_w : litmus<2> {
  atomic_int x{0}, y{0};
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, relaxed);
      y.store(2, relaxed);
    } else {
      y.store(1, relaxed);
      x.store(2, relaxed);
    }
  }
  void after() { outcomes::add({x.load(relaxed), y.load(relaxed)}); }
};

// C++20: all four. Relacy puts each store at the end of the modification order.
TEST(relacy_litmus, never_shows_2_2w) {
  run_clean<two_plus_two_w>();
  EXPECT_TRUE(outcomes::have({1, 2}));
  EXPECT_TRUE(outcomes::have({2, 1}));
  EXPECT_TRUE(outcomes::have({2, 2}));
  EXPECT_FALSE(outcomes::have({1, 1}));
}

struct load_buffering : litmus<2> {
  atomic_int x{0}, y{0};
  int a = 0, b = 0;
  void thread(unsigned index) {
    if (index == 0) {
      a = x.load(relaxed);
      y.store(1, relaxed);
    } else {
      b = y.load(relaxed);
      x.store(1, relaxed);
    }
  }
  void after() { outcomes::add({a, b}); }
};

// C++20: allowed. RC11, and so the explorer, exclude it too.
TEST(relacy_litmus, never_shows_load_buffering) {
  run_clean<load_buffering>();
  EXPECT_TRUE(outcomes::have({0, 1}));
  EXPECT_FALSE(outcomes::have({1, 1}));
}

// The weak outcome of Lahav et al., "Repairing sequential consistency in C/C++11" (PLDI 2017): a = 0, b = 1,
// c = 3.
struct z6_u : litmus<3> {
  atomic_int x{0}, y{0};
  int a = 0, b = 0, c = 0;
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, seq_cst);
      y.store(1, release);
    } else if (index == 1) {
      b = y.fetch_add(1, seq_cst);
      c = y.load(relaxed);
    } else {
      y.store(3, seq_cst);
      a = x.load(seq_cst);
    }
  }
  void after() { outcomes::add({a, b, c}); }
};

TEST(relacy_litmus, never_shows_z6_u) {
  run_clean<z6_u>();
  EXPECT_TRUE(outcomes::have({1, 1, 3}));
  EXPECT_FALSE(outcomes::have({0, 1, 3}));
}

// How the flag, first stored with release, is changed before the other thread acquires it.
enum class change { store_by_same_thread, add_by_same_thread, store_by_other_thread, add_by_other_thread };

template <change How>
struct release_sequence : litmus<3> {
  P::plain<int> data{0};
  atomic_int flag{0};
  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      flag.store(1, release);
      if (How == change::store_by_same_thread) flag.store(2, relaxed);
      if (How == change::add_by_same_thread) flag.fetch_add(1, relaxed);
    } else if (index == 1) {
      if (How == change::store_by_other_thread && flag.load(relaxed) == 1) flag.store(2, relaxed);
      int one = 1;
      if (How == change::add_by_other_thread) flag.compare_exchange_strong(one, 2, relaxed, relaxed);
    } else if (flag.load(acquire) == 2) {
      P::read(data);
    }
  }
  void after() {}
};

// C++20: read-modify-writes continue a release sequence, stores do not; the first of these is a data race.
TEST(relacy_litmus, takes_a_store_by_the_same_thread_for_part_of_a_release_sequence) {
  EXPECT_EQ((run<release_sequence<change::store_by_same_thread>>().outcome), verdict::passed);
  EXPECT_EQ((run<release_sequence<change::add_by_same_thread>>().outcome), verdict::passed);
  EXPECT_EQ((run<release_sequence<change::store_by_other_thread>>().outcome), verdict::failed);
  EXPECT_EQ((run<release_sequence<change::add_by_other_thread>>().outcome), verdict::passed);
}

struct many_stores : litmus<2> {
  atomic_int x{0}, last{0};
  void thread(unsigned index) {
    if (index == 0) {
      for (int value = 1; value <= 5; ++value) x.store(value, relaxed);
      last.store(1, relaxed);
    } else if (last.load(relaxed) == 1) {
      outcomes::add({x.load(relaxed)});
    }
  }
  void after() {}
};

// C++20: any of the six.
TEST(relacy_litmus, remembers_three_stores) {
  run_clean<many_stores>();
  for (const int value : {3, 4, 5}) EXPECT_TRUE(outcomes::have({value})) << value;
  for (const int value : {0, 1, 2}) EXPECT_FALSE(outcomes::have({value})) << value;
}

struct failed_compare_exchange : litmus<2> {
  atomic_int x{0}, y{0};
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, relaxed);
      y.store(1, relaxed);
    } else if (y.load(relaxed) == 1) {
      int found = 7;
      x.compare_exchange_strong(found, 6, relaxed, relaxed);
      outcomes::add({found});
    }
  }
  void after() {}
};

// C++20: 0 or 1.
TEST(relacy_litmus, failed_compare_exchange_reads_the_newest_value) {
  run_clean<failed_compare_exchange>();
  EXPECT_TRUE(outcomes::have({1}));
  EXPECT_FALSE(outcomes::have({0}));
}

}  // namespace
}  // namespace stillpoint::verify
