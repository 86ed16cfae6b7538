// SPDX-License-Identifier: BSL-1.0
//
// What a client prints: not in the search, with the counterexample, and as it is under replay.
#include "verify/explorer/machine/output.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

#include "verify/explorer/run.hpp"

namespace stillpoint::verify::explorer {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto relaxed = std::memory_order_relaxed;

template <class P, bool Fails>
struct prints {
  static constexpr std::string_view primitive = "test";
  static constexpr std::string_view guarantee = "prints";
  static constexpr unsigned threads = 2;
  typename P::template atomic<int> x{0};

  void thread(unsigned index) {
    const int before = x.fetch_add(1, relaxed);
    std::printf("printf %u %d\n", index, before);
    std::cout << "cout " << index << '\n';
    std::cerr << "cerr " << index << '\n';
    P::check(!Fails || index == 0 || before == 0, "the second thread comes first");
  }
  void after() {}
};

template <bool Fails>
run_result run_printing(const std::string& replay, std::string& printed) {
  const held_output held(held_output::to::memory);
  run_options options;
  options.replay = replay;
  const run_result result = run_explorer<prints<explorer_policy, Fails>>(options);
  printed = held.text();
  return result;
}

TEST(Output, IsKeptBackInTheSearch) {
  std::string printed;
  const run_result result = run_printing<false>("", printed);
  EXPECT_EQ(result.outcome, verdict::passed);
  EXPECT_EQ(result.executions, 2u);
  EXPECT_EQ(printed, "");
  EXPECT_EQ(result.trace, "");
}

TEST(Output, OfTheFailingExecutionIsShown) {
  std::string printed;
  const run_result result = run_printing<true>("", printed);
  EXPECT_EQ(result.outcome, verdict::failed);
  EXPECT_EQ(printed, "");
  EXPECT_THAT(
      result.trace,
      HasSubstr("output of this execution:\nprintf 0 0\ncout 0\ncerr 0\nprintf 1 1\ncout 1\ncerr 1\n"));
}

TEST(Output, IsPrintedUnderReplay) {
  std::string printed;
  const run_result found = run_printing<true>("", printed);
  const run_result again = run_printing<true>(found.replay, printed);
  EXPECT_EQ(again.error, found.error);
  EXPECT_EQ(printed, "printf 0 0\ncout 0\ncerr 0\nprintf 1 1\ncout 1\ncerr 1\n");
  EXPECT_THAT(again.trace, Not(HasSubstr("output of")));
}

TEST(Output, OfVeryMuchTheMiddleIsLeftOut) {
  std::string text;
  {
    const held_output held(held_output::to::memory);
    for (int line = 0; line < 10'000; ++line) std::printf("line %d\n", line);
    text = held.text();
  }
  EXPECT_THAT(text, testing::StartsWith("line 0\n"));
  EXPECT_THAT(text, testing::EndsWith("line 9999\n"));
  EXPECT_THAT(text, HasSubstr(" bytes left out]\n"));
  EXPECT_LT(text.size(), 10'000u);
}

}  // namespace
}  // namespace stillpoint::verify::explorer
