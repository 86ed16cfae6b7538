// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/program.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>
#include <string>

namespace stillpoint::verify::oracle {
namespace {

const char* const all_operations =
    "T0: r0 = x.load(acquire); x.store(r0+1, release); r2 = y.exchange(-2, acq_rel); r3 = y.fetch_add(r2-1, "
    "relaxed);"
    " r4 = z.fetch_sub(1, seq_cst); r5 = z.fetch_and(r4, release); r6 = z.fetch_or(3, acquire)\n"
    "T1: r0 = x.cas_strong(0, 1, acq_rel, acquire); r1 = x.cas_weak(r0, r0+2, seq_cst, relaxed);"
    " r2 = x.await(== 1, acquire); r3 = x.await(!= 0, relaxed); r4 = x.await(>= 2, seq_cst)\n"
    "T2: fence(acquire); fence(seq_cst); light_fence(); heavy_fence(); p.write(1); r5 = p.read(); m.lock(); "
    "n.lock();"
    " n.unlock(); m.unlock()\n"
    "T3:\n";

TEST(program, text_is_read_back) {
  const auto p = parse(all_operations);
  EXPECT_EQ(to_text(p), all_operations);
  EXPECT_EQ(parse(to_text(p)), p);
  std::ostringstream out;
  out << p;
  EXPECT_EQ(parse(out.str()), p);
}

TEST(program, parser_understands_each_field) {
  const auto p =
      parse("T0: y.load(relaxed); y.cas_weak(r0+2, -1, release, seq_cst)\nT1: z.await(>= 3, acquire)");
  ASSERT_EQ(p.threads.size(), 2U);
  const instruction swap{.op = operation::cas_weak,
                         .location = 1,
                         .order = std::memory_order_release,
                         .failure = std::memory_order_seq_cst,
                         .value = {-1, -1},
                         .expected = {0, 2}};
  EXPECT_EQ(p.threads[0][1], swap);
  const instruction wait{.op = operation::await,
                         .location = 2,
                         .order = std::memory_order_acquire,
                         .compare = comparison::at_least,
                         .bound = 3};
  EXPECT_EQ(p.threads[1][0], wait);
}

TEST(program, loops_are_read_back) {
  const char* const text =
      "T0: r0 = x.await_by_reference(== 1, acquire); r1 = x.await_loop(!= 0, relaxed)\n"
      "T1: r0 = x.exchange_loop(1, acquire); r1 = x.fetch_or_loop(2, relaxed)\n"
      "T2: r0 = x.cas_weak_loop(0, 1, acq_rel, acquire); r1 = x.cas_strong_retry(r0, 1, release, relaxed)\n";
  const auto p = parse(text);
  EXPECT_EQ(to_text(p), text);
  EXPECT_EQ(p.threads[0][0].repeat, repetition::by_reference);
  EXPECT_EQ(p.threads[1][0].repeat, repetition::loop);
  EXPECT_EQ(p.threads[2][1].repeat, repetition::retry);
  // The retry may find the initial value, and what three others write.
  EXPECT_EQ(most_failures(p, p.threads[2][1]), 4U);
  EXPECT_EQ(event_count(p), 1U + 2U + 4U + 4U + 4U);
}

TEST(program, counts) {
  const auto p = parse(all_operations);
  EXPECT_EQ(atomic_count(p), 3U);
  EXPECT_EQ(plain_count(p), 1U);
  EXPECT_EQ(mutex_count(p), 2U);
  EXPECT_EQ(event_count(p), 12U + 7U + 12U + 5U);
}

TEST(program, locations_are_named_by_first_use) {
  auto p = parse("T0: z.store(1, relaxed); q.write(1)\nT1: x.load(relaxed); z.load(relaxed); n.lock()");
  number_locations(p);
  EXPECT_EQ(p, parse("T0: x.store(1, relaxed); p.write(1)\nT1: y.load(relaxed); x.load(relaxed); m.lock()"));
}

class bad_text : public testing::TestWithParam<const char*> {};

TEST_P(bad_text, is_refused) {
  EXPECT_THROW(parse(GetParam()), std::invalid_argument) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    program, bad_text,
    testing::Values("", "x.load(relaxed)", "T1: x.load(relaxed)", "T0: x.load()", "T0: x.load(release)",
                    "T0: x.store(1, acquire)", "T0: x.fetch_add(1)", "T0: x.fetch_mul(1, relaxed)",
                    "T0: a.load(relaxed)", "T0: p.load(relaxed)", "T0: x.read()", "T0: load(relaxed)",
                    "T0: x.fence(seq_cst)", "T0: fence(relaxed)", "T0: x.cas_strong(0, 1, relaxed, release)",
                    "T0: x.cas_strong(0, 1, relaxed)", "T0: x.await(< 1, relaxed)",
                    "T0: x.load_loop(relaxed)", "T0: x.store_loop(1, relaxed)",
                    "T0: x.exchange_retry(1, relaxed)", "T0: x.load_by_reference(relaxed)",
                    "T0: fence_loop(seq_cst)", "T0: m.lock_loop()", "T0: r1 = x.load(relaxed)",
                    "T0: x.store(r0, relaxed)", "T0: x.store(1, relaxed); y.store(r0, relaxed)",
                    "T0: y.store(r1, relaxed); x.load(relaxed)", "T0: m.unlock()", "T0: m.lock(); n.unlock()",
                    "T0: x.load(relaxed) y.load(relaxed)", "T0: x.load(relaxed)\nT0: x.load(relaxed)",
                    "T0:\nT1:\nT2:\nT3:\nT4:"));

TEST(condition, is_a_conjunction) {
  outcome o;
  o.results = {{1, 2}, {3}};
  o.spurious = {{0, 1}, {0}};
  o.finals = {7, 8};
  for (const auto* text : {"T0.0=1", "T0.1=2 & T1.0=3", "x=7 & y=8", "T0.0!=2", "T0.1!", "T0.1! & x!=8"}) {
    EXPECT_TRUE(parse_condition(text).holds(o)) << text;
  }
  for (const auto* text : {"T0.0=2", "T0.1=2 & T1.0=4", "x=8", "T0.0!=1", "T0.0!", "T0.1! & x!=7"}) {
    EXPECT_FALSE(parse_condition(text).holds(o)) << text;
  }
  EXPECT_EQ(parse_condition("race").what, condition::kind::race);
  EXPECT_EQ(parse_condition("deadlock").what, condition::kind::deadlock);
  for (const auto* text : {"", "T0", "T0.1", "q=1", "x=", "x=1 &", "x=1 y=2", "races"}) {
    EXPECT_THROW(parse_condition(text), std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace stillpoint::verify::oracle
