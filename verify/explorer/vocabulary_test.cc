// SPDX-License-Identifier: BSL-1.0
//
// What a client may do with the explorer's atomics as with std's, and what it may assume.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <string>

#include "verify/explorer/run.hpp"
#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using testing::HasSubstr;

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;

struct computes : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<int> x{6};
  P::atomic<std::uint8_t> small{0x80};
  int array[2] = {};
  P::atomic<int*> pointer{array};

  void thread(unsigned) {
    P::check(x.fetch_xor(3, relaxed) == 6 && x.load(relaxed) == 5, "xor");
    P::check(x.fetch_max(-7, relaxed) == 5 && x.load(relaxed) == 5, "max, kept");
    P::check(x.fetch_max(9, relaxed) == 5 && x.load(relaxed) == 9, "max, changed");
    P::check(x.fetch_min(10, relaxed) == 9 && x.load(relaxed) == 9, "min, kept");
    P::check(x.fetch_min(-1, relaxed) == 9 && x.load(relaxed) == -1, "min, changed");
    P::check(small.fetch_max(1, relaxed) == 0x80 && small.load(relaxed) == 0x80, "unsigned max");
    P::check(pointer.fetch_max(array + 1, relaxed) == array && pointer.load(relaxed) == array + 1,
             "max of pointers");
    P::check(pointer.fetch_min(array, relaxed) == array + 1 && pointer.load(relaxed) == array,
             "min of pointers");
  }
};

TEST(vocabulary, xor_max_and_min_compute_as_std_does) {
  EXPECT_EQ(executions_of<computes>(), 1u);
}

// A fetch_max that changes nothing is still a write: what it read is not read by another one, and it
// publishes.
template <std::memory_order Order>
struct max_publishes : client_base {
  P::plain<int> data{0};
  P::atomic<int> order{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      order.fetch_max(0, Order);
      order.fetch_xor(1, relaxed);
    } else if (order.fetch_min(7, acquire) == 1) {
      P::check(P::read(data) == 1, "data");
    }
  }
};

TEST(vocabulary, a_fetch_max_that_changes_nothing_is_a_write) {
  // The other thread's update comes before, between or after the two.
  EXPECT_EQ(executions_of<max_publishes<release>>(), 3u);
  EXPECT_THAT(error_of<max_publishes<relaxed>>(), HasSubstr("data race"));
}

// The order of a failure is derived from the one order given.
template <std::memory_order Order>
struct failure_reads : client_base {
  P::plain<int> data{0};
  P::atomic<int> x{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      x.store(1, release);
      return;
    }
    int expected = 2;
    if (!x.compare_exchange_strong(expected, 3, Order) && expected == 1) P::check(P::read(data) == 1, "data");
  }
};

TEST(vocabulary, one_order_of_a_compare_exchange_is_divided_as_std_does) {
  EXPECT_EQ(executions_of<failure_reads<acq_rel>>(), 2u);
  EXPECT_EQ(executions_of<failure_reads<acquire>>(), 2u);
  EXPECT_THAT(error_of<failure_reads<release>>(), HasSubstr("data race"));
  EXPECT_THAT(error_of<failure_reads<relaxed>>(), HasSubstr("data race"));
}

static_assert(alignof(P::atomic<void*>) == alignof(std::atomic<void*>));
static_assert(alignof(P::atomic<std::uint64_t>) == alignof(std::atomic<std::uint64_t>));

struct three_low_bits : client_base {
  struct node {
    P::atomic<node*> next{nullptr};
    P::plain<int> value{7};
  };
  node* const made = P::create<node>();
  P::atomic<std::uintptr_t> top{0};

  void thread(unsigned index) {
    if (index == 0) {
      top.store(reinterpret_cast<std::uintptr_t>(made) | 1u, release);
      return;
    }
    const std::uintptr_t seen = top.load(acquire);
    if (seen == 0) return;
    auto* const found = reinterpret_cast<node*>(seen & ~std::uintptr_t{7});
    P::check(found == made && P::read(found->value) == 7, "the pointer without its flags is the node's");
  }
  void after() { P::destroy(made); }
};

TEST(vocabulary, low_bits_of_pointers_to_atomics_are_free) {
  EXPECT_EQ(executions_of<three_low_bits>(), 2u);
}

#if defined(__has_builtin) && __has_builtin(__builtin_clear_padding)
struct tagged {
  std::uint32_t index;
  std::uint16_t tag;
};

[[gnu::noinline]] tagged made_of(std::uint32_t index, std::uint16_t tag, unsigned char rest) {
  tagged made;
  std::memset(&made, rest, sizeof made);
  made.index = index;
  made.tag = tag;
  return made;
}

struct padded : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<tagged> head{made_of(0, 0, 0x00)};

  void thread(unsigned) {
    tagged expected = made_of(0, 0, 0xff);
    P::check(head.compare_exchange_strong(expected, made_of(1, 1, 0x55), acq_rel), "values are equal");
    expected = made_of(1, 1, 0x66);
    P::check(head.compare_exchange_strong(expected, made_of(2, 1, 0), acq_rel), "and so are these");
    P::check(!head.compare_exchange_strong(expected, made_of(3, 1, 0), acq_rel), "values differ");
  }
};

TEST(vocabulary, padding_takes_no_part_in_compare_exchange) {
  EXPECT_EQ(executions_of<padded>(), 1u);
}
#endif

// The assumption is false before the thread that makes it true has run at all.
template <bool Fails>
struct assumes_what_comes_later : client_base {
  P::atomic<int> x{0};

  void thread(unsigned index) {
    if (index == 1) {
      x.store(1, relaxed);
      return;
    }
    P::assume(x.load(relaxed) == 1);
    P::check(!Fails, "reached");
  }
};

TEST(vocabulary, what_is_assumed_may_come_true_later) {
  const exploration seen = explored<assumes_what_comes_later<false>>();
  EXPECT_FALSE(seen.first_failure);
  EXPECT_TRUE(seen.counts.exhaustive);
  EXPECT_EQ(seen.counts.executions, 1u);
  EXPECT_EQ(seen.counts.abandoned, 1u);
  EXPECT_THAT(error_of<assumes_what_comes_later<true>>(), HasSubstr("reached"));
}

// Another thread waits for the one whose assumption is false: not a deadlock, for the execution is dropped.
struct waits_for_a_dropped_thread : client_base {
  P::atomic<int> x{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::assume(P::choose(2) == 1);
      x.store(1, release);
    } else {
      P::await(x, acquire, [](int seen) { return seen == 1; }, {});
    }
  }
};

TEST(vocabulary, a_wait_for_a_dropped_thread_is_no_deadlock) {
  EXPECT_EQ(executions_of<waits_for_a_dropped_thread>(), 1u);
}

struct assumes_nothing_possible : client_base {
  P::atomic<int> x{0};

  void thread(unsigned index) {
    if (index == 0) P::assume(x.load(relaxed) == 2);
  }
};

TEST(vocabulary, a_client_all_of_whose_executions_are_dropped_has_not_passed) {
  const run_result result = run_explorer<assumes_nothing_possible>({});
  EXPECT_EQ(result.outcome, verdict::unfinished);
  EXPECT_FALSE(result.exhaustive);
  EXPECT_EQ(result.executions, 0u);
  EXPECT_THAT(result.error, HasSubstr("nothing was checked"));
}

struct pair {
  std::uint64_t pointer;
  std::uint64_t version;
};

// A double-width compare-exchange: the version tells a value that has come back from one that stayed.
template <bool Versioned>
struct value_comes_back : client_base {
  P::atomic<pair> top{pair{1, 0}};
  P::atomic<int> came_back{0};

  void thread(unsigned index) {
    pair seen = top.load(acquire);
    if (index == 0) {
      const pair taken{2, seen.version + 1};
      if (!top.compare_exchange_strong(seen, taken, acq_rel, acquire)) return;
      top.store(pair{1, Versioned ? seen.version + 2 : 0}, release);
      came_back.store(1, relaxed);
    } else {
      if (seen.pointer != 1 || seen.version != 0 || came_back.load(relaxed) != 0) return;
      P::await(came_back, acquire, [](int v) { return v != 0; }, {});
      P::check(!top.compare_exchange_strong(seen, pair{3, seen.version + 1}, acq_rel, acquire),
               "another value");
    }
  }
};

TEST(vocabulary, values_of_sixteen_bytes_are_compared_whole) {
  EXPECT_GT(executions_of<value_comes_back<true>>(), 1u);
  EXPECT_THAT(error_of<value_comes_back<false>>(), HasSubstr("another value"));
}

// All of a large value, padding aside.
struct large {
  std::uint8_t first;
  std::uint64_t words[3];
};

struct stores_large : client_base {
  P::atomic<large> place{large{1, {2, 3, 4}}};

  void thread(unsigned index) {
    if (index == 0) {
      place.store(large{5, {6, 7, 8}}, relaxed);
      return;
    }
    large seen = place.load(relaxed);
    P::check((seen.first == 1 && seen.words[2] == 4) || (seen.first == 5 && seen.words[2] == 8), "not torn");
    std::memset(static_cast<void*>(&seen), 0xff, sizeof seen);
    seen = place.load(relaxed);
    large same;
    std::memset(static_cast<void*>(&same), 0x55, sizeof same);
    same.first = seen.first;
    std::copy(std::begin(seen.words), std::end(seen.words), std::begin(same.words));
    P::check(place.compare_exchange_strong(same, seen, relaxed) || same.first != seen.first,
             "padding takes no part");
  }
};

TEST(vocabulary, values_may_have_any_size) {
  EXPECT_GT(executions_of<stores_large>(), 2u);
}

struct has_another_version : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<pair> place{pair{1, 2}};
  void thread(unsigned) { P::check(place.load(relaxed).version == 3, "version"); }
};

TEST(vocabulary, a_large_value_is_shown_in_words) {
  const exploration seen = explored<has_another_version>();
  ASSERT_TRUE(seen.first_failure);
  EXPECT_THAT(trace(seen.counterexample, *seen.first_failure), HasSubstr("= {1, 2} (initial)"));
}

// What is moved out is moved once; the place is written.
template <bool Ordered>
struct moves_out : client_base {
  P::plain<std::unique_ptr<int>> slot;
  P::atomic<int> full{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(slot, std::make_unique<int>(7));
      full.store(1, release);
    } else if (!Ordered || full.load(acquire) == 1) {
      const std::unique_ptr<int> mine = P::take(slot);
      P::check(mine != nullptr && *mine == 7, "moved");
      P::check(P::read(slot) == nullptr, "moved from");
    }
  }
};

TEST(vocabulary, a_value_is_moved_out_of_plain_memory) {
  EXPECT_EQ(executions_of<moves_out<true>>(), 2u);
  EXPECT_THAT(error_of<moves_out<false>>(), HasSubstr("data race"));
}

}  // namespace
}  // namespace stillpoint::verify::explorer
