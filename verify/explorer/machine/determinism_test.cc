// SPDX-License-Identifier: BSL-1.0
//
// A client that is not deterministic is noticed, whatever it does differently and however late; and a replay
// says so if what it was to show did not recur.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"
#include "verify/explorer/run.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;

// What a test's client need not say.
struct client_base {
  static constexpr std::string_view primitive = "test";
  static constexpr std::string_view guarantee = "test";
  static constexpr unsigned threads = 1;
  void after() {}
};

// How often the client has asked: what no client may depend on.
int asked = 0;

// One execution only, and only its last operation differs.
template <class Differs>
struct ends_differently : client_base {
  P::atomic<int> x{0};
  P::atomic<int> y{0};
  P::plain<int> data{0};
  P::mutex a;
  P::mutex b;
  void thread(unsigned) {
    x.store(1, relaxed);
    Differs::run(*this, ++asked % 2 == 0);
  }
};

template <class Client>
std::string error_of() {
  asked = 0;
  const exploration seen = explore(client_program<Client>(), {});
  return seen.first_failure ? seen.first_failure->text : "";
}

struct same {
  static void run(auto& c, bool) { c.x.store(2, relaxed); }
};
struct another_value {
  static void run(auto& c, bool odd) { c.x.store(odd ? 2 : 3, relaxed); }
};
struct another_order {
  static void run(auto& c, bool odd) { c.x.store(2, odd ? relaxed : release); }
};
struct another_order_of_a_load {
  static void run(auto& c, bool odd) { (void)c.x.load(odd ? relaxed : acquire); }
};
struct another_place {
  static void run(auto& c, bool odd) { (odd ? c.x : c.y).store(2, relaxed); }
};
struct another_operation {
  static void run(auto& c, bool odd) {
    if (odd) {
      c.x.store(2, relaxed);
    } else {
      (void)c.x.load(relaxed);
    }
  }
};
struct another_line {
  static void run(auto& c, bool odd) {
    if (odd) {
      c.x.store(2, relaxed);
    } else {
      c.x.store(2, relaxed);
    }
  }
};
struct one_operation_more {
  static void run(auto& c, bool odd) {
    if (odd) c.x.store(2, relaxed);
  }
};
struct one_operation_less {
  static void run(auto& c, bool odd) {
    if (!odd) c.x.store(2, relaxed);
  }
};
struct another_operand {
  static void run(auto& c, bool odd) { c.x.fetch_add(odd ? 1 : 2, relaxed); }
};
struct another_order_of_an_update {
  static void run(auto& c, bool odd) { c.x.fetch_add(1, odd ? relaxed : acq_rel); }
};
template <int Desired, int Expected, std::memory_order Failure>
struct another_exchange {
  static void run(auto& c, bool odd) {
    int expected = odd ? 1 : Expected;
    c.x.compare_exchange_strong(expected, odd ? 2 : Desired, acq_rel, odd ? relaxed : Failure);
  }
};
struct another_fence {
  static void run(auto&, bool odd) { P::fence(odd ? acquire : release); }
};
struct another_number_of_choices {
  static void run(auto&, bool odd) { P::choose(odd ? 1 : 2); }
};
struct another_created_value {
  static void run(auto&, bool odd) { const P::atomic<int> made(odd ? 1 : 2); }
};
struct another_place_read {
  static void run(auto& c, bool odd) {
    if (odd) (void)P::read(c.data);
  }
};
struct another_mutex {
  static void run(auto& c, bool odd) {
    P::mutex& m = odd ? c.a : c.b;
    m.lock();
    m.unlock();
  }
};
struct another_thread {
  static void first(void*) {}
  static void second(void*) {}
  static void run(auto&, bool odd) {
    machine::active()->spawn(odd ? &first : &second, nullptr, std::source_location::current());
  }
};
struct another_argument {
  static void run(auto& c, bool odd) {
    machine::active()->spawn(&another_thread::first, odd ? &c : nullptr, std::source_location::current());
  }
};
struct another_failure {
  static void run(auto&, bool odd) { P::check(!odd, "not again"); }
};

template <class... Ways>
void expect_all_noticed() {
  const auto notice = []<class Way>() {
    EXPECT_EQ(error_of<ends_differently<Way>>().substr(0, 31), "the client is not deterministic")
        << typeid(Way).name();
  };
  (notice.template operator()<Ways>(), ...);
}

TEST(Determinism, TheLastOperationIsCompared) {
  EXPECT_EQ(error_of<ends_differently<same>>(), "");
  expect_all_noticed<another_value, another_order, another_order_of_a_load, another_place, another_operation,
                     another_line, one_operation_more, one_operation_less, another_operand,
                     another_order_of_an_update, another_exchange<3, 1, relaxed>,
                     another_exchange<2, 0, relaxed>, another_exchange<2, 1, acquire>, another_fence,
                     another_number_of_choices, another_created_value, another_place_read, another_mutex,
                     another_thread, another_argument, another_failure>();
}

// Differs in one execution only, late, in what is last of its thread.
template <bool Ends>
struct differs_once : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<int> x{0};
  P::atomic<int> y{0};
  void thread(unsigned index) {
    if (index < 2) {
      for (int i = 0; i < 2; ++i) x.fetch_add(1, relaxed);
    } else {
      (void)x.load(relaxed);
      const bool once = ++asked == 23;
      if (!once || !Ends) y.store(once ? 2 : 1, relaxed);
    }
  }
};

TEST(Determinism, ThreadsAreComparedBetweenExecutions) {
  EXPECT_TRUE(error_of<differs_once<false>>().starts_with("the client is not deterministic"));
  EXPECT_TRUE(error_of<differs_once<true>>().starts_with("the client is not deterministic"));
}

struct has_many_threads : client_base {
  static constexpr unsigned threads = max_threads - 1;
  P::atomic<int> x{0};
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, release);
    } else {
      (void)x.load(acquire);
    }
  }
};

TEST(Determinism, AThreadIsNotTakenForAnother) {
  EXPECT_EQ(error_of<has_many_threads>(), "");
}

struct says_what_was_before : client_base {
  P::atomic<int> x{0};
  void thread(unsigned) {
    if (++asked > 1) {
      x.store(2, relaxed);
    } else {
      x.fetch_add(2, relaxed);
    }
  }
};

TEST(Determinism, TheReportNamesBothOperations) {
  asked = 0;
  const run_result result = run_explorer<says_what_was_before>({});
  EXPECT_EQ(result.outcome, verdict::failed);
  EXPECT_NE(result.error.find("before, it was fetch_add at "), std::string::npos) << result.error;
  EXPECT_NE(result.error.find("determinism_test.cc"), std::string::npos) << result.error;
}

struct fails_now_and_then : client_base {
  static constexpr unsigned threads = 2;
  P::atomic<int> x{0};
  void thread(unsigned) { x.fetch_add(1, relaxed); }
  void after() { P::check(++asked != 2, "once only"); }
};

TEST(Determinism, AFailureThatDoesNotRecurIsNotTheClients) {
  asked = 1;
  const run_result result = run_explorer<fails_now_and_then>({});
  EXPECT_EQ(result.outcome, verdict::failed);
  EXPECT_TRUE(result.error.starts_with("the client is not deterministic: ")) << result.error;
  EXPECT_NE(result.error.find("once only"), std::string::npos) << result.error;
}

template <bool Fails>
struct adds_and_fails : client_base {
  static constexpr unsigned threads = 2;
  P::atomic<int> x{0};
  std::array<int, 2> seen{};
  void thread(unsigned index) { seen[index] = x.fetch_add(1, relaxed); }
  void after() { P::check(!Fails || seen[0] < seen[1], "in turn"); }
};

struct another_program : client_base {
  static constexpr unsigned threads = 2;
  P::atomic<int> x{0};
  void thread(unsigned index) {
    if (index == 0) {
      (void)x.load(relaxed);
    } else {
      x.store(1, relaxed);
    }
  }
  void after() { P::check(false, "always"); }
};

template <class Client>
run_result replayed(const std::string& id) {
  run_options options;
  options.replay = id;
  return run_explorer<Client>(options);
}

TEST(Determinism, AReplayThatShowsNothingFails) {
  const run_result failed = run_explorer<adds_and_fails<true>>({});
  ASSERT_FALSE(failed.replay.empty());
  const run_result again = replayed<adds_and_fails<true>>(failed.replay);
  EXPECT_EQ(again.error, failed.error);
  EXPECT_EQ(again.replay, failed.replay);
  const run_result mended = replayed<adds_and_fails<false>>(failed.replay);
  EXPECT_EQ(mended.outcome, verdict::failed);
  EXPECT_NE(mended.error.find("did not fail"), std::string::npos) << mended.error;
}

TEST(Determinism, AReplayOfAnotherProgramFails) {
  const std::string id = run_explorer<adds_and_fails<true>>({}).replay;
  const std::string others = run_explorer<another_program>({}).replay;
  for (const run_result& result :
       {replayed<another_program>(id), replayed<adds_and_fails<true>>(others),
        replayed<another_program>("3/2,=1,@1"), replayed<adds_and_fails<true>>("900,@1/2,1.0"),
        replayed<adds_and_fails<true>>("3/1,-/1,-"), replayed<adds_and_fails<true>>("8/2,-!,@1/2,1.1,@2"),
        replayed<adds_and_fails<true>>("8/2,-,@1/2,-,@2"), replayed<another_program>("8/1,2.0/1,@0"),
        replayed<another_program>("8/1,2.1/1,@1")}) {
    EXPECT_EQ(result.outcome, verdict::failed);
    EXPECT_NE(result.error.find("names no execution of this program"), std::string::npos) << result.error;
  }
}

}  // namespace
}  // namespace stillpoint::verify::explorer
