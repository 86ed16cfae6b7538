// SPDX-License-Identifier: BSL-1.0
//
// Programs whose number of executions is known: from the test suite of GenMC (Kokologiannakis, Vafeiadis:
// GenMC: A Model Checker for Weak Memory Models, CAV 2021), where RC11's axioms and GenMC agree, else by the
// axioms. They have more threads and executions than the enumerator can take. Over any policy that has
// P::atomic<int> and P::fence.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace stillpoint::verify::explorer {

template <class P>
class known_programs {
 public:
  using atomic = typename P::template atomic<int>;
  struct places {
    atomic x{0};
    atomic y{0};
    atomic z{0};
    atomic w{0};
  };

  // One for each thread.
  struct bodies : std::vector<std::function<void(places&)>> {
    using std::vector<std::function<void(places&)>>::vector;
  };

  struct known_program {
    std::string name;
    bodies threads;
    std::uint64_t executions = 0;
  };

  // Of each family, those of up to so many executions.
  static std::vector<known_program> up_to(std::uint64_t most_executions) {
    collection all(most_executions);
    add_increments(all);
    add_writes(all);
    add_reads(all);
    add_litmus_tests(all);
    return all.take();
  }

 private:
  static constexpr auto relaxed = std::memory_order_relaxed;
  static constexpr auto acquire = std::memory_order_acquire;
  static constexpr auto release = std::memory_order_release;
  static constexpr auto acq_rel = std::memory_order_acq_rel;
  static constexpr auto seq_cst = std::memory_order_seq_cst;

  // The threads of number 1 to `count`.
  static bodies numbered(int count, const std::function<void(places&, int)>& thread) {
    bodies all;
    for (int i = 1; i <= count; ++i) all.push_back([thread, i](places& at) { thread(at, i); });
    return all;
  }

  friend bodies operator+(bodies a, const bodies& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  }

  static bool swap_if(atomic& at, int from, int to) {
    return at.compare_exchange_strong(from, to, relaxed, relaxed);
  }

  static bodies coherence_of_accesses(int n, std::memory_order load, std::memory_order store) {
    const auto writes_x = [load, store](int value, atomic places::*other) {
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

  static bodies fibonacci(int n, std::memory_order load, std::memory_order store) {
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

  class collection {
   public:
    explicit collection(std::uint64_t most) : most_(most) {}

    void add(const std::string& name, bodies threads, std::uint64_t executions) {
      if (executions <= most_) all_.push_back({name, std::move(threads), executions});
    }
    // Sizes from `first` on.
    void add_family(const std::string& name, int first, const std::vector<std::uint64_t>& counts,
                    const std::function<bodies(int)>& program) {
      for (const std::uint64_t count : counts) {
        add(name + "(" + std::to_string(first) + ")", program(first), count);
        ++first;
      }
    }
    std::vector<known_program> take() { return std::move(all_); }

   private:
    std::uint64_t most_;
    std::vector<known_program> all_;
  };

  static void add_increments(collection& all) {
    all.add_family("ainc", 2, {2, 6, 24, 120, 720, 5'040, 40'320},
                   [](int n) { return numbered(n, [](places& at, int) { at.x.fetch_add(1, relaxed); }); });
    all.add_family("binc", 2, {4, 36, 576, 14'400}, [](int n) {
      return numbered(n, [](places& at, int) {
        at.x.fetch_add(1, relaxed);
        at.y.fetch_add(1, relaxed);
      });
    });
    all.add_family("cinc", 2, {8, 216, 13'824}, [](int n) {
      return numbered(n, [](places& at, int) {
        at.x.fetch_add(1, relaxed);
        at.y.fetch_add(1, relaxed);
        at.z.fetch_add(1, relaxed);
      });
    });
    all.add_family("wainc", 2, {6, 24, 120, 720, 5'040}, [](int n) {
      return bodies{[](places& at) { at.x.store(42, release); }} +
             numbered(n, [](places& at, int) { at.x.fetch_add(1, relaxed); });
    });
    all.add_family("inc", 2, {4, 36, 576}, [](int n) {
      return numbered(n, [](places& at, int i) { at.x.store(at.x.load(relaxed) + (1 << i), release); });
    });
  }

  static void add_writes(collection& all) {
    all.add_family("wrw", 2, {22, 300, 6'576}, [](int n) {
      return bodies{[](places& at) { at.x.store(1, release); }} + numbered(n, [](places& at, int i) {
               at.x.load(relaxed);
               at.x.store(i + 1, release);
             });
    });
    all.add_family("casrot", 2, {2, 5, 14, 43, 144, 523, 2'048, 8'597},
                   [](int n) { return numbered(n, [](places& at, int i) { swap_if(at.x, i - 1, i); }); });
    all.add_family("casw", 2, {6, 66, 1'200, 32'880}, [](int n) {
      return numbered(n, [](places& at, int i) {
        swap_if(at.x, 0, 1);
        at.x.store(i + 2, release);
      });
    });
    all.add_family("wcas", 1, {2, 5, 13, 33, 81, 193, 449}, [](int n) {
      return bodies{[](places& at) { at.x.store(2, release); }} +
             numbered(n, [](places& at, int) { swap_if(at.x, 2, 3); });
    });
  }

  static void add_reads(collection& all) {
    all.add_family("readers", 1, {2, 4, 8, 16, 32, 64, 128, 256, 512, 1'024}, [](int n) {
      return bodies{[](places& at) { at.x.store(42, release); }} +
             numbered(n, [](places& at, int) { at.x.load(acquire); });
    });
    all.add_family("CoA", 1, {4, 16, 144, 2'304},
                   [](int n) { return coherence_of_accesses(n, acquire, release); });
    all.add_family("CoA, seq_cst", 1, {4, 15, 130, 2'028},
                   [](int n) { return coherence_of_accesses(n, seq_cst, seq_cst); });
    all.add("fib_bench(5), seq_cst", fibonacci(5, seq_cst, seq_cst), 218'243);
  }

  static void add_litmus_tests(collection& all) {
    all.add("viktor-relseq",
            {[](places& at) {
               at.x.fetch_add(1, relaxed);
               at.x.fetch_add(1, relaxed);
             },
             [](places& at) {
               at.x.fetch_add(1, acquire);
               at.x.fetch_add(1, relaxed);
             },
             [](places& at) { at.x.fetch_add(1, release); }, [](places& at) { at.x.fetch_add(1, relaxed); }},
            180);
    all.add("relseq",
            {[](places& at) {
               at.x.store(1, relaxed);
               at.y.store(1, release);
               at.y.store(2, relaxed);
             },
             [](places& at) { at.y.exchange(3, relaxed); },
             [](places& at) {
               at.y.load(relaxed);
               P::fence(acq_rel);
               at.x.load(relaxed);
             }},
            20);
    all.add("IRIWish",
            {[](places& at) { at.x.store(1, relaxed); },
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
             }},
            28);
    all.add("LB+incMPs",
            {[](places& at) {
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
             }},
            15);
    // GenMC has 17.
    all.add("WWmerge1",
            {[](places& at) {
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
             }},
            18);
    // GenMC has 22.
    all.add("Z6.U",
            {[](places& at) {
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
             }},
            24);
  }
};

}  // namespace stillpoint::verify::explorer
