// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/interleaver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "stillpoint/std_policy.hpp"
#include "verify/explorer/oracle/enumerator.hpp"
#include "verify/explorer/oracle/interpreter.hpp"
#include "verify/explorer/oracle/random_program.hpp"
#include "verify/explorer/oracle/shrink.hpp"

namespace stillpoint::verify::oracle {
namespace {

const char* const handover =
    "T0: m.lock(); p.write(1); c.notify_one(); m.unlock()\n"
    "T1: m.lock(); c.wait_loop(>= 1); p.read(); m.unlock()\n";

TEST(interleaver, condition_variables_are_read_back) {
  const auto p = parse(handover);
  EXPECT_EQ(parse(to_text(p)), p);
  EXPECT_EQ(condition_count(p), 1U);
  EXPECT_TRUE(is_guarded(p));
  EXPECT_THROW(parse("T0: c.wait()"), std::invalid_argument);
  EXPECT_THROW(parse("T0: m.lock(); m.unlock(); c.wait()"), std::invalid_argument);
  EXPECT_THROW(parse("T0: n.lock(); c.wait()"), std::invalid_argument);
  EXPECT_THROW(parse("T0: m.lock(); c.wait(>= 1)"), std::invalid_argument);
  EXPECT_THROW(parse("T0: x.notify_one()"), std::invalid_argument);
  EXPECT_THROW(enumerate(p), std::invalid_argument);
}

TEST(interleaver, a_wait_ends_when_it_is_notified) {
  const auto all = interleave(parse(handover));
  EXPECT_FALSE(all.deadlock);
  ASSERT_EQ(all.outcomes.size(), 1U);
  EXPECT_EQ(all.outcomes.begin()->result(1, 2), 1);
}

TEST(interleaver, a_notification_is_lost_if_nobody_waits) {
  EXPECT_TRUE(interleave(parse("T0: c.notify_one()\nT1: m.lock(); c.wait(); m.unlock()")).deadlock);
  EXPECT_TRUE(interleave(parse("T0: m.lock(); p.write(1); m.unlock()\n"
                               "T1: m.lock(); c.wait_loop(>= 1); m.unlock()"))
                  .deadlock);
  // Outside of the section, which is right; and before it, which is not.
  EXPECT_FALSE(interleave(parse("T0: m.lock(); p.write(1); m.unlock(); c.notify_one()\n"
                                "T1: m.lock(); c.wait_loop(>= 1); m.unlock()"))
                   .deadlock);
  EXPECT_TRUE(interleave(parse("T0: c.notify_one(); m.lock(); p.write(1); m.unlock()\n"
                               "T1: m.lock(); c.wait_loop(>= 1); m.unlock()"))
                  .deadlock);
}

TEST(interleaver, one_notification_is_for_one) {
  const std::string two =
      "T1: m.lock(); c.wait_loop(>= 1); m.unlock()\n"
      "T2: m.lock(); c.wait_loop(>= 1); m.unlock()";
  const auto deadlocks = [&two](const std::string& notify) {
    return interleave(parse("T0: m.lock(); p.write(1); " + notify + " m.unlock()\n" + two)).deadlock;
  };
  EXPECT_TRUE(deadlocks("c.notify_one();"));
  EXPECT_FALSE(deadlocks("c.notify_all();"));
  EXPECT_FALSE(deadlocks("c.notify_one(); c.notify_one();"));
}

TEST(interleaver, a_notification_may_go_to_the_wrong_one) {
  const std::string waiting =
      "T1: m.lock(); c.wait_loop(>= 1); p.write(2); c.notify_all(); m.unlock()\n"
      "T2: m.lock(); c.wait_loop(>= 2); m.unlock()";
  EXPECT_TRUE(interleave(parse("T0: m.lock(); p.write(1); c.notify_one(); m.unlock()\n" + waiting)).deadlock);
  EXPECT_FALSE(
      interleave(parse("T0: m.lock(); p.write(1); c.notify_all(); m.unlock()\n" + waiting)).deadlock);
}

TEST(interleaver, a_wait_ends_with_the_mutex_held) {
  const auto all =
      interleave(parse("T0: m.lock(); p.write(1); p.write(0); m.unlock(); c.notify_one()\n"
                       "T1: m.lock(); c.wait(); p.read(); m.unlock()"));
  for (const auto& o : all.outcomes) EXPECT_EQ(o.result(1, 2), 0);
}

TEST(interleaver, a_wait_may_end_for_no_reason) {
  // Without a loop it does not know what it waited for.
  const auto all =
      interleave(parse("T0: m.lock(); p.write(1); c.notify_one(); m.unlock()\nT1: "
                       "m.lock(); c.wait(); p.read(); m.unlock()"));
  std::set<int> seen;
  for (const auto& o : all.outcomes) seen.insert(o.result(1, 2));
  EXPECT_EQ(seen, (std::set<int>{0, 1}));
}

TEST(interleaver, knows_what_is_guarded) {
  EXPECT_FALSE(is_guarded(parse("T0: p.read()")));
  EXPECT_FALSE(is_guarded(parse("T0: m.lock(); q.read(); m.unlock()")));
  EXPECT_FALSE(is_guarded(parse("T0: m.lock(); m.unlock(); p.write(1)")));
  EXPECT_TRUE(is_guarded(parse("T0: m.lock(); n.lock(); q.read(); p.read(); n.unlock(); m.unlock()")));
}

// What mutexes guard is sequentially consistent by the axioms, too.
TEST(interleaver, agrees_with_the_axioms_about_mutexes) {
  unsigned compared = 0;
  for (std::uint64_t seed = 0; compared < 300; ++seed) {
    auto p = random_blocking_program(seed);
    for (auto& thread : p.threads) {
      for (std::size_t i = thread.size(); i-- > 0;) {
        if (is_condition(thread[i].op)) erase_instruction(thread, i);
      }
    }
    if (event_count(p) > 24) continue;
    ++compared;
    const auto by_axioms = enumerate(p);
    const auto all = interleave(p);
    EXPECT_FALSE(by_axioms.has_race) << p;
    EXPECT_EQ(std::set<outcome>(by_axioms.outcomes.begin(), by_axioms.outcomes.end()), all.outcomes) << p;
    EXPECT_EQ(by_axioms.has_deadlock(), all.deadlock) << p;
  }
}

TEST(interleaver, random_blocking_programs_vary) {
  unsigned deadlocks = 0;
  unsigned waits = 0;
  std::set<operation> operations;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const auto p = random_blocking_program(seed);
    ASSERT_EQ(defect(p), "");
    ASSERT_TRUE(is_guarded(p)) << p;
    ASSERT_EQ(parse(to_text(p)), p);
    deadlocks += interleave(p).deadlock ? 1 : 0;
    bool has_wait = false;
    for (const auto& thread : p.threads) {
      for (const auto& i : thread) {
        operations.insert(i.op);
        has_wait |= i.op == operation::wait;
      }
    }
    waits += has_wait ? 1 : 0;
  }
  EXPECT_EQ(operations.size(), 7U);
  EXPECT_GT(waits, 300U);
  EXPECT_GT(deadlocks, 100U);
  EXPECT_LT(deadlocks, 400U);
}

TEST(interleaver, shrinking_keeps_what_condition_variables_are_about) {
  const auto fails = [](const program& p) { return is_guarded(p) && interleave(p).deadlock; };
  std::uint64_t seed = 0;
  while (random_blocking_program(seed).threads.size() < 3 || !fails(random_blocking_program(seed))) ++seed;
  const auto kernel = shrink(random_blocking_program(seed), fails);
  EXPECT_TRUE(fails(kernel));
  EXPECT_LE(weight(kernel), 70U) << kernel;
}

// Real threads on real condition variables do nothing else.
TEST(interleaver, the_machine_does_only_what_it_allows) {
  unsigned runs = 0;
  for (std::uint64_t seed = 0; runs < 1000; ++seed) {
    const auto code = random_blocking_program(seed);
    const auto allowed = interleave(code);
    if (allowed.deadlock) continue;
    for (unsigned repetition = 0; repetition < 10; ++repetition, ++runs) {
      interpreter<std_policy, int, std::condition_variable_any> client(code);
      std::vector<std::thread> threads;
      for (unsigned t = 0; t < client.thread_count(); ++t)
        threads.emplace_back([&client, t] { client.thread(t); });
      for (auto& thread : threads) thread.join();
      ASSERT_TRUE(allowed.outcomes.contains(client.read_outcome())) << code;
    }
  }
}

}  // namespace
}  // namespace stillpoint::verify::oracle
