// SPDX-License-Identifier: BSL-1.0
//
// What a client may do with the explorer's atomics as with std's, and what it may assume.
#include <gmock/gmock.h>

#include <cstdint>
#include <cstring>
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

}  // namespace
}  // namespace stillpoint::verify::explorer
