// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/interpreter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "stillpoint/std_policy.hpp"
#include "verify/explorer/oracle/enumerator.hpp"
#include "verify/explorer/oracle/random_program.hpp"

namespace stillpoint::verify::oracle {
namespace {

// Runs one operation after the other and writes down what it was asked to do.
struct recording_policy {
  static inline std::vector<std::string> log;

  static std::string name(std::memory_order order) {
    switch (order) {
      case std::memory_order_relaxed:
        return "relaxed";
      case std::memory_order_acquire:
        return "acquire";
      case std::memory_order_release:
        return "release";
      case std::memory_order_acq_rel:
        return "acq_rel";
      default:
        return "seq_cst";
    }
  }

  template <class T>
  class atomic {
   public:
    explicit atomic(T value) : value_(value) { log.push_back("atomic"); }

    T load(std::memory_order order) const {
      log.push_back("load " + name(order));
      return value_;
    }
    void store(T value, std::memory_order order) {
      log.push_back("store " + std::to_string(value) + " " + name(order));
      value_ = value;
    }
    T exchange(T value, std::memory_order order) { return update("exchange", value, value, order); }
    T fetch_add(T value, std::memory_order order) { return update("add", value, value_ + value, order); }
    T fetch_sub(T value, std::memory_order order) { return update("sub", value, value_ - value, order); }
    T fetch_and(T value, std::memory_order order) { return update("and", value, value_ & value, order); }
    T fetch_or(T value, std::memory_order order) { return update("or", value, value_ | value, order); }
    bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                                 std::memory_order failure) {
      return swap("strong", expected, desired, success, failure);
    }
    // Always fails.
    bool compare_exchange_weak(T& expected, T desired, std::memory_order success, std::memory_order failure) {
      const T value = value_;
      swap("weak", expected, desired, success, failure);
      expected = value_ = value;
      return false;
    }

   private:
    T update(const std::string& what, T argument, T next, std::memory_order order) {
      log.push_back(what + " " + std::to_string(argument) + " " + name(order));
      return std::exchange(value_, next);
    }
    bool swap(const std::string& what, T& expected, T desired, std::memory_order success,
              std::memory_order failure) {
      log.push_back(what + " " + std::to_string(expected) + " " + std::to_string(desired) + " " +
                    name(success) + " " + name(failure));
      const bool equal = value_ == expected;
      expected = value_;
      if (equal) value_ = desired;
      return equal;
    }

    T value_;
  };

  template <class T>
  struct plain {
    T value = 99;
  };

  struct waiter {};

  struct mutex {
    void lock() { log.emplace_back("lock"); }
    void unlock() { log.emplace_back("unlock"); }
  };

  template <class T>
  static T read(const plain<T>& p) {
    log.emplace_back("read");
    return p.value;
  }
  template <class T>
  static void write(plain<T>& p, T value) {
    log.push_back("write " + std::to_string(value));
    p.value = value;
  }
  static void fence(std::memory_order order) { log.push_back("fence " + name(order)); }
  static void light_fence() { log.emplace_back("light"); }
  static void heavy_fence() { log.emplace_back("heavy"); }
  template <class T, class Predicate>
  static T await(const atomic<T>& place, std::memory_order order, Predicate predicate, waiter) {
    const T value = place.load(order);
    EXPECT_TRUE(predicate(value));
    EXPECT_FALSE(predicate(-1));
    return value;
  }
};

using strings = std::vector<std::string>;

TEST(interpreter, makes_each_instruction_one_operation) {
  const auto code = parse(
      "T0: r0 = x.fetch_add(3, acq_rel); x.store(r0+5, release); r2 = x.load(acquire); r3 = x.exchange(r2+1, "
      "seq_cst);"
      " r4 = x.fetch_sub(1, relaxed); r5 = x.fetch_and(6, relaxed); r6 = x.fetch_or(r5, relaxed)\n"
      "T1: r0 = y.cas_strong(0, 4, acq_rel, acquire); r1 = y.cas_weak(r0+4, r0+1, release, relaxed);"
      " r2 = y.cas_strong(0, 9, seq_cst, seq_cst); r3 = y.await(>= 4, acquire)\n"
      "T2: p.write(7); r1 = p.read(); m.lock(); m.unlock(); fence(acquire); light_fence(); heavy_fence()");
  recording_policy::log.clear();
  interpreter<recording_policy> client(code);
  EXPECT_EQ(recording_policy::log, (strings{"atomic", "atomic", "write 0"}));
  EXPECT_EQ(client.thread_count(), 3U);
  for (unsigned t = 0; t < client.thread_count(); ++t) {
    recording_policy::log.clear();
    client.thread(t);
    EXPECT_EQ(recording_policy::log.size(), code.threads[t].size());
    if (t == 0) {
      EXPECT_EQ(recording_policy::log,
                (strings{"add 3 acq_rel", "store 5 release", "load acquire", "exchange 6 seq_cst",
                         "sub 1 relaxed", "and 6 relaxed", "or 5 relaxed"}));
    }
    if (t == 1) {
      EXPECT_EQ(recording_policy::log, (strings{"strong 0 4 acq_rel acquire", "weak 4 1 release relaxed",
                                                "strong 0 9 seq_cst seq_cst", "load acquire"}));
    }
    if (t == 2) {
      EXPECT_EQ(recording_policy::log,
                (strings{"write 7", "read", "lock", "unlock", "fence acquire", "light", "heavy"}));
    }
  }
  recording_policy::log.clear();
  client.after();
  EXPECT_TRUE(recording_policy::log.empty());
  const auto end = client.read_outcome();
  EXPECT_EQ(end.results,
            (std::vector<std::vector<int>>{{0, 0, 5, 5, 6, 5, 4}, {0, 4, 4, 4}, {0, 7, 0, 0, 0, 0, 0}}));
  EXPECT_EQ(end.spurious,
            (std::vector<std::vector<char>>{{0, 0, 0, 0, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 0, 0, 0, 0, 0}}));
  EXPECT_EQ(end.finals, (std::vector<int>{5, 4}));
  EXPECT_TRUE(parse_condition("T0.3=5 & T1.1! & x=5 & y=4").holds(client));
  EXPECT_FALSE(parse_condition("T0.3=5 & T1.0!").holds(client));
}

TEST(interpreter, made_from_nothing_runs_the_current_program_and_tells_the_listener) {
  std::vector<outcome> heard;
  const current_program outer(parse("T0: x.store(1, relaxed)"),
                              [&](const outcome& o) { heard.push_back(o); });
  {
    const current_program inner(parse("T0: x.store(2, relaxed)"),
                                [&](const outcome& o) { heard.push_back(o); });
    interpreter<recording_policy> client;
    client.thread(0);
    client.after();
  }
  interpreter<recording_policy> client;
  client.thread(0);
  client.after();
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].finals, std::vector<int>{2});
  EXPECT_EQ(heard[1].finals, std::vector<int>{1});
}

template <class Value>
outcome run_on_threads(const program& code) {
  interpreter<std_policy, Value> client(code);
  std::atomic<unsigned> ready{0};
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < client.thread_count(); ++t) {
    threads.emplace_back([&, t] {
      ready.fetch_add(1, std::memory_order_relaxed);
      while (ready.load(std::memory_order_relaxed) < client.thread_count()) std::this_thread::yield();
      client.thread(t);
    });
  }
  for (auto& thread : threads) thread.join();
  return client.read_outcome();
}

// This machine's compiler and processor are one more opinion about the model: weaker than the model they may
// not be.
template <class Value>
void expect_what_the_enumerator_allows(unsigned most, const program_limits& limits) {
  unsigned runs = 0;
  for (std::uint64_t seed = 0; runs < most; ++seed) {
    const auto code = random_program(seed, limits);
    const auto allowed = enumerate(code);
    if (allowed.has_race || allowed.has_deadlock()) continue;
    for (unsigned repetition = 0; repetition < 20; ++repetition, ++runs) {
      const auto seen = run_on_threads<Value>(code);
      ASSERT_TRUE(std::binary_search(allowed.outcomes.begin(), allowed.outcomes.end(), seen)) << code;
    }
  }
}

TEST(interpreter, the_machine_does_only_what_the_enumerator_allows) {
  expect_what_the_enumerator_allows<int>(1500, {});
  expect_what_the_enumerator_allows<int>(1500, {.repeats = true});
  expect_what_the_enumerator_allows<wide>(1000, {.repeats = true, .arithmetic = false});
}

}  // namespace
}  // namespace stillpoint::verify::oracle
