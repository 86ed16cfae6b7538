// SPDX-License-Identifier: BSL-1.0
//
// Programs whose number of executions is known: from the test suite of GenMC (Kokologiannakis, Vafeiadis:
// GenMC: A Model Checker for Weak Memory Models, CAV 2021), where RC11's axioms and GenMC agree, else by the
// axioms. They have more threads and executions than the enumerator can take.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto seq_cst = std::memory_order_seq_cst;

struct places {
  P::atomic<int> x{0};
  P::atomic<int> y{0};
  P::atomic<int> z{0};
  P::atomic<int> w{0};
};

using body = std::function<void(places&)>;
using bodies = std::vector<body>;

struct running {
  const bodies& threads;
  places at{};

  void thread(unsigned index) { threads[index](at); }
  void after() {}
};

std::uint64_t executions_of(const bodies& threads) {
  const program p{[](void* argument) {
                    const auto& code = *static_cast<const bodies*>(argument);
                    run_client<running>([&code](void* memory) { return ::new (memory) running{code}; },
                                        static_cast<unsigned>(code.size()));
                  },
                  const_cast<bodies*>(&threads)};
  const exploration seen = explore(p, {});
  EXPECT_FALSE(seen.first_failure);
  EXPECT_TRUE(seen.counts.exhaustive) << seen.counts.bound;
  EXPECT_EQ(seen.counts.abandoned, 0u);
  return seen.counts.executions;
}

// The threads of number 1 to `count`.
bodies numbered(int count, const std::function<void(places&, int)>& thread) {
  bodies all;
  for (int i = 1; i <= count; ++i) all.push_back([thread, i](places& at) { thread(at, i); });
  return all;
}

bodies operator+(bodies a, const bodies& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// From the first size on.
void expect_counts(int first, const std::vector<std::uint64_t>& counts,
                   const std::function<bodies(int)>& program_of) {
  for (const std::uint64_t count : counts) {
    EXPECT_EQ(executions_of(program_of(first)), count) << "of size " << first;
    ++first;
  }
}

bool swap_if(P::atomic<int>& at, int from, int to) {
  return at.compare_exchange_strong(from, to, relaxed, relaxed);
}

TEST(KnownCounts, Ainc) {
  expect_counts(2, {2, 6, 24, 120, 720, 5'040},
                [](int n) { return numbered(n, [](places& at, int) { at.x.fetch_add(1, relaxed); }); });
}

TEST(KnownCounts, BincAndCinc) {
  expect_counts(2, {4, 36, 576}, [](int n) {
    return numbered(n, [](places& at, int) {
      at.x.fetch_add(1, relaxed);
      at.y.fetch_add(1, relaxed);
    });
  });
  expect_counts(2, {8, 216}, [](int n) {
    return numbered(n, [](places& at, int) {
      at.x.fetch_add(1, relaxed);
      at.y.fetch_add(1, relaxed);
      at.z.fetch_add(1, relaxed);
    });
  });
}

TEST(KnownCounts, Wainc) {
  expect_counts(2, {6, 24, 120, 720}, [](int n) {
    return bodies{[](places& at) { at.x.store(42, release); }} +
           numbered(n, [](places& at, int) { at.x.fetch_add(1, relaxed); });
  });
}

TEST(KnownCounts, Inc) {
  expect_counts(2, {4, 36, 576}, [](int n) {
    return numbered(n, [](places& at, int i) { at.x.store(at.x.load(relaxed) + (1 << i), release); });
  });
}

TEST(KnownCounts, Wrw) {
  expect_counts(2, {22, 300, 6'576}, [](int n) {
    return bodies{[](places& at) { at.x.store(1, release); }} + numbered(n, [](places& at, int i) {
             at.x.load(relaxed);
             at.x.store(i + 1, release);
           });
  });
}

TEST(KnownCounts, Casrot) {
  expect_counts(2, {2, 5, 14, 43, 144, 523, 2'048, 8'597},
                [](int n) { return numbered(n, [](places& at, int i) { swap_if(at.x, i - 1, i); }); });
}

TEST(KnownCounts, Casw) {
  expect_counts(2, {6, 66, 1'200, 32'880}, [](int n) {
    return numbered(n, [](places& at, int i) {
      swap_if(at.x, 0, 1);
      at.x.store(i + 2, release);
    });
  });
}

TEST(KnownCounts, Wcas) {
  expect_counts(1, {2, 5, 13, 33, 81, 193, 449}, [](int n) {
    return bodies{[](places& at) { at.x.store(2, release); }} +
           numbered(n, [](places& at, int) { swap_if(at.x, 2, 3); });
  });
}

TEST(KnownCounts, Readers) {
  expect_counts(1, {2, 4, 8, 16, 32, 64, 128, 256, 512}, [](int n) {
    return bodies{[](places& at) { at.x.store(42, release); }} +
           numbered(n, [](places& at, int) { at.x.load(acquire); });
  });
}

bodies coherence_of_accesses(int n, std::memory_order load, std::memory_order store) {
  const auto writes_x = [load, store](int value, P::atomic<int> places::*other) {
    return [load, store, value, other](places& at) {
      at.x.store(value, store);
      (at.*other).load(load);
      at.x.load(load);
    };
  };
  return bodies{writes_x(1, &places::y), writes_x(2, &places::z)} +
         numbered(n - 1, [store](places& at, int i) {
           at.y.store(i, store);
           at.z.store(i, store);
         });
}

TEST(KnownCounts, CoA) {
  expect_counts(1, {4, 16, 144, 2'304}, [](int n) { return coherence_of_accesses(n, acquire, release); });
  expect_counts(1, {4, 15, 130, 2'028}, [](int n) { return coherence_of_accesses(n, seq_cst, seq_cst); });
}

bodies fibonacci(int n, std::memory_order load, std::memory_order store) {
  return {[=](places& at) {
            for (int i = 0; i < n; ++i) {
              const int own = at.x.load(load);
              at.x.store(own + at.y.load(load), store);
            }
          },
          [=](places& at) {
            for (int i = 0; i < n; ++i) {
              const int own = at.y.load(load);
              at.y.store(own + at.x.load(load), store);
            }
          },
          [=](places& at) {
            at.x.load(load);
            at.y.load(load);
          }};
}

TEST(KnownCounts, FibonacciBench) {
  EXPECT_EQ(executions_of(fibonacci(5, seq_cst, seq_cst)), 218'243u);
}

TEST(KnownCounts, ReleaseSequences) {
  EXPECT_EQ(executions_of({[](places& at) {
                             at.x.fetch_add(1, relaxed);
                             at.x.fetch_add(1, relaxed);
                           },
                           [](places& at) {
                             at.x.fetch_add(1, acquire);
                             at.x.fetch_add(1, relaxed);
                           },
                           [](places& at) { at.x.fetch_add(1, release); },
                           [](places& at) { at.x.fetch_add(1, relaxed); }}),
            180u);
  EXPECT_EQ(executions_of({[](places& at) {
                             at.x.store(1, relaxed);
                             at.y.store(1, release);
                             at.y.store(2, relaxed);
                           },
                           [](places& at) { at.y.exchange(3, relaxed); },
                           [](places& at) {
                             at.y.load(relaxed);
                             P::fence(acq_rel);
                             at.x.load(relaxed);
                           }}),
            20u);
}

TEST(KnownCounts, IriwLike) {
  EXPECT_EQ(executions_of({[](places& at) { at.x.store(1, relaxed); },
                           [](places& at) { at.y.store(at.x.load(relaxed), release); },
                           [](places& at) {
                             at.x.load(relaxed);
                             P::fence(acq_rel);
                             at.y.load(relaxed);
                           },
                           [](places& at) {
                             at.y.load(relaxed);
                             P::fence(acq_rel);
                             at.x.load(relaxed);
                           }}),
            28u);
}

TEST(KnownCounts, LoadBufferingWithUpdates) {
  EXPECT_EQ(executions_of({[](places& at) {
                             at.x.load(acquire);
                             at.z.fetch_add(1, acq_rel);
                           },
                           [](places& at) {
                             at.z.fetch_add(1, acq_rel);
                             at.y.store(1, release);
                           },
                           [](places& at) {
                             at.y.load(acquire);
                             at.w.fetch_add(1, acq_rel);
                           },
                           [](places& at) {
                             at.w.fetch_add(1, acq_rel);
                             at.x.store(1, release);
                           }}),
            15u);
}

// GenMC has 17.
TEST(KnownCounts, WWmerge1) {
  EXPECT_EQ(executions_of({[](places& at) {
                             at.x.load(acquire);
                             at.y.load(seq_cst);
                           },
                           [](places& at) {
                             at.x.store(1, seq_cst);
                             at.x.store(2, seq_cst);
                           },
                           [](places& at) {
                             at.y.store(1, seq_cst);
                             at.x.load(seq_cst);
                           }}),
            18u);
}

// GenMC has 22.
TEST(KnownCounts, Z6U) {
  EXPECT_EQ(executions_of({[](places& at) {
                             at.x.store(1, seq_cst);
                             at.y.store(1, release);
                           },
                           [](places& at) {
                             at.y.fetch_add(1, seq_cst);
                             at.y.load(relaxed);
                           },
                           [](places& at) {
                             at.y.store(3, seq_cst);
                             at.x.load(seq_cst);
                           }}),
            24u);
}

}  // namespace
}  // namespace stillpoint::verify::explorer
