// SPDX-License-Identifier: BSL-1.0
//
// The runner's front: what it prints and writes, its exit status, what it refuses, and how it divides checks
// among processes; on toy checks whose outcome is known.
#include "verify/runner/runner.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "verify/runner/live_display.hpp"

namespace stillpoint::verify {
namespace {

constexpr std::uint64_t units = 1'234'567;

run_result passes(const run_options& options) {
  run_result result;
  result.seed = options.seed;
  result.executions = units;
  return result;
}

// Work that falls into units, which the shards take in turn.
run_result divides(const run_options& options) {
  run_result result;
  result.seed = options.seed;
  result.exhaustive = true;
  for (std::uint64_t unit = options.shard_index; unit < units; unit += options.shard_count) {
    ++result.executions;
  }
  return result;
}

run_result fails(const run_options& options) {
  if (!options.replay.empty() && options.replay != "7,0.1!") {
    throw std::invalid_argument("'" + options.replay + "' is not a replay id");
  }
  run_result result;
  result.seed = options.seed;
  result.executions = options.replay.empty() ? 12 : 1;
  result.outcome = verdict::failed;
  result.error = "something \"went\" wrong";
  result.trace = "thread 0:\n  step\n";
  result.replay = "7,0.1!";
  return result;
}

run_result draws(const run_options& options) {
  run_result result = fails(options);
  std::ofstream(options.graph_file) << options.seed;
  result.picture = options.graph_file;
  return result;
}

run_result crashes(const run_options&) {
  std::abort();
}

run_result throws(const run_options&) {
  throw std::runtime_error("out of luck");
}

run_result is_cut(const run_options&) {
  run_result result;
  result.outcome = verdict::unfinished;
  result.error = "not exhaustive: the budget's time was over";
  return result;
}

// Only the last part fails; the others would go on until the test's end.
run_result fails_in_one_part(const run_options& options) {
  if (options.shard_index + 1 == options.shard_count) return fails(options);
  for (;;) pause();
}

const std::vector<check> all = {
    {"box", "opens", "sampler", 2, &passes},
    {"box", "closes", "explorer", 3, &divides, true},
    {"box_two", "opens", "sampler", 2, &passes},
};

struct answer {
  int status = 0;
  std::string out;
  std::string error;
};

answer ask(std::vector<std::string> arguments, const std::vector<check>& checks) {
  arguments.insert(arguments.begin(), "verify");
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::ostringstream out;
  std::ostringstream error;
  std::streambuf* const real_out = std::cout.rdbuf(out.rdbuf());
  std::streambuf* const real_error = std::cerr.rdbuf(error.rdbuf());
  const int status = run_checks(static_cast<int>(argv.size()), argv.data(), checks, "bazel run //verify --");
  std::cout.rdbuf(real_out);
  std::cerr.rdbuf(real_error);
  return {status, out.str(), error.str()};
}

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string scratch(const std::string& name) {
  return testing::TempDir() + "/" + name;
}

bool has(const std::string& text, const std::string& pattern) {
  return std::regex_search(text, std::regex(pattern));
}

class as_shard {
 public:
  as_shard(unsigned index, unsigned count) {
    setenv("TEST_TOTAL_SHARDS", std::to_string(count).c_str(), 1);
    setenv("TEST_SHARD_INDEX", std::to_string(index).c_str(), 1);
  }
  as_shard(const as_shard&) = delete;
  as_shard& operator=(const as_shard&) = delete;
  ~as_shard() {
    unsetenv("TEST_TOTAL_SHARDS");
    unsetenv("TEST_SHARD_INDEX");
  }
};

TEST(Runner, PrintsARowForEachCheckAndASum) {
  const answer got = ask({"--jobs=2"}, all);
  EXPECT_EQ(got.status, 0) << got.error;
  EXPECT_TRUE(has(got.out, "primitive +guarantee +engine +threads +executions +exhaustive +verdict +time\n"));
  EXPECT_TRUE(has(got.out, "\nbox +opens +sampler +2 +1,234,567 +no +passed +[0-9.]+ s\n")) << got.out;
  EXPECT_TRUE(has(got.out, "\nbox +closes +explorer +3 +1,234,567 +yes +passed +[0-9.]+ s\n")) << got.out;
  EXPECT_TRUE(has(got.out, "\n3 checks: 3 passed, 0 failed, 0 unfinished, in [0-9.]+ s\n")) << got.out;
}

TEST(LiveDisplay, SaysHowFarACheckIs) {
  EXPECT_EQ(describe({"box/opens/explorer", {0, 0, 0, -1}}), "box/opens/explorer: starting");
  EXPECT_EQ(describe({"box/opens/sampler", {12'340, 0, 2, -1}}),
            "box/opens/sampler: 12,340 executions in 2 s, 6,170/s");
  EXPECT_EQ(describe({"box/opens/explorer", {12'340, 7, 2, 18'510}}),
            "box/opens/explorer: 12,340 executions and 7 blocked in 2 s, 6,170/s, about 4 s left");
}

TEST(Runner, TellsEachEndWhileItRunsWhereThereIsNoTerminal) {
  const answer got = ask({"--jobs=1"}, all);
  EXPECT_TRUE(has(got.out, "^\\[1/3\\] box/opens/sampler: passed, 1,234,567 executions\n")) << got.out;
  EXPECT_TRUE(has(got.out, "\n\\[3/3\\] box_two/opens/sampler: passed")) << got.out;
}

TEST(Runner, ShowsAFailureAndTheCommandThatReplaysIt) {
  std::vector<check> checks = all;
  checks.push_back({"box", "breaks", "explorer", 2, &fails});
  const answer got = ask({}, checks);
  EXPECT_EQ(got.status, 1);
  EXPECT_TRUE(has(got.out, "4 checks: 3 passed, 1 failed, 0 unfinished")) << got.out;
  EXPECT_NE(got.out.find("failed: box/breaks/explorer\nsomething \"went\" wrong\n\nthread 0:\n  step\n"
                         "\nreplay: bazel run //verify -- --filter=box/breaks/explorer '--replay=7,0.1!'\n"),
            std::string::npos)
      << got.out;
  const answer again = ask({"--filter=box/breaks/explorer", "--replay=7,0.1!"}, checks);
  EXPECT_EQ(again.status, 1);
  EXPECT_TRUE(has(again.out, "\nbox +breaks +explorer +2 +1 +no +failed")) << again.out;
}

TEST(Runner, ReportsACrashAndAnEngineThatCannotGoOn) {
  const answer crashed = ask({}, {{"box", "crashes", "explorer", 2, &crashes}});
  EXPECT_EQ(crashed.status, 1);
  EXPECT_TRUE(has(crashed.out, "ended by signal 6 \\(SIGABRT, Aborted\\)")) << crashed.out;
  EXPECT_TRUE(has(crashed.out, "replay: .* --filter=box/crashes/explorer --seed=1\n")) << crashed.out;
  const answer thrown = ask({}, {{"box", "throws", "explorer", 2, &throws}});
  EXPECT_EQ(thrown.status, 1);
  EXPECT_TRUE(has(thrown.out, "the engine failed: out of luck")) << thrown.out;
}

TEST(Runner, DoesNotCallPassedWhatWasCut) {
  const answer got = ask({}, {{"box", "is_cut", "explorer", 2, &is_cut}});
  EXPECT_EQ(got.status, 1);
  EXPECT_TRUE(has(got.out, "unfinished: box/is_cut/explorer\nnot exhaustive: the budget's time was over\n"));
  EXPECT_TRUE(has(got.out, "1 check: 0 passed, 0 failed, 1 unfinished")) << got.out;
}

TEST(Runner, WritesJson) {
  const std::string file = scratch("results.json");
  std::vector<check> checks = all;
  checks.push_back({"box", "breaks", "explorer", 2, &fails});
  ask({"--json", file, "--seed=5"}, checks);
  const std::string json = text_of(file);
  EXPECT_TRUE(has(json, "^\\{\"results\":\\[\n")) << json;
  EXPECT_TRUE(has(json,
                  "\\{\"primitive\":\"box\",\"client\":\"closes\",\"engine\":\"explorer\",\"threads\":3,"
                  "\"executions\":1234567,\"exhaustive\":true,\"verdict\":\"passed\",\"seconds\":[0-9.e-]+,"
                  "\"seed\":5\\}"))
      << json;
  EXPECT_NE(json.find("\"error\":\"something \\\"went\\\" wrong\",\"replay\":\"7,0.1!\""), std::string::npos);
}

TEST(Runner, SelectsChecks) {
  const auto selected = [](const std::string& filter) {
    return ask({"--list", "--filter", filter}, all).out;
  };
  EXPECT_EQ(selected("box"), "box/opens/sampler\nbox/closes/explorer\n") << "a whole name";
  EXPECT_EQ(selected("box/closes"), "box/closes/explorer\n");
  EXPECT_EQ(selected("b*pens*"), "box/opens/sampler\nbox_two/opens/sampler\n") << "a glob";
  EXPECT_EQ(selected("_two"), "box_two/opens/sampler\n") << "somewhere";
  EXPECT_EQ(ask({"--list", "--engine=explorer"}, all).out, "box/closes/explorer\n");
}

TEST(Runner, RefusesWhatItCannotDoInOneLine) {
  const auto refused = [](const std::vector<std::string>& arguments) {
    const answer got = ask(arguments, all);
    EXPECT_EQ(got.status, 2);
    EXPECT_EQ(got.out, "");
    return got.error;
  };
  EXPECT_EQ(refused({"--colour"}), "verify: unknown option '--colour': expected one that --help lists\n");
  EXPECT_EQ(refused({"--orders"}), "verify: unknown option '--orders': expected one that --help lists\n");
  EXPECT_EQ(refused({"fast"}), "verify: 'fast': expected an option; see --help\n");
  EXPECT_EQ(refused({"--budget=big"}), "verify: --budget='big': expected quick, normal or thorough\n");
  EXPECT_EQ(refused({"--budget"}), "verify: --budget: expected a value behind it\n");
  EXPECT_EQ(refused({"--list=yes"}), "verify: --list='yes': expected no value\n");
  EXPECT_EQ(refused({"--seed=-1"}),
            "verify: --seed='-1': expected a whole number from 0 to 18446744073709551615\n");
  EXPECT_EQ(refused({"--stack=8X"}), "verify: --stack='8X': expected a size from 64K to 1G\n");
  EXPECT_EQ(refused({"--stack=63K"}), "verify: --stack='63K': expected a size from 64K to 1G\n");
  EXPECT_EQ(refused({"--stack=2G"}), "verify: --stack='2G': expected a size from 64K to 1G\n");
  EXPECT_EQ(refused({"--idle=-1"}), "verify: --idle='-1': expected a number of seconds from 0 to 86400\n");
  EXPECT_EQ(refused({"--jobs=0"}), "verify: --jobs='0': expected a whole number from 1 to 1024\n");
  EXPECT_EQ(refused({"--filter=nothing"}),
            "verify: --filter='nothing': matches no check; expected one that --list shows\n");
  EXPECT_EQ(refused({"--engine=steam"}), "verify: --engine='steam': expected sampler or explorer\n");
  EXPECT_EQ(refused({"--replay=1"}),
            "verify: --replay='1': expected a --filter that selects one check, not 3\n");
  EXPECT_EQ(refused({"--json=/nowhere/x.json"}),
            "verify: --json='/nowhere/x.json': expected a file that can be written: No such file or "
            "directory\n");
  EXPECT_EQ(refused({"--graph=picture.png"}).find("verify: --graph='"), 0u);
}

// Each has its own, and the first the name that was asked for, whichever check that is.
TEST(Runner, DrawsAPictureForEachFailure) {
  const std::vector<check> checks = {{"box", "opens", "explorer", 2, &passes},
                                     {"box", "breaks", "explorer", 2, &draws, false, engine_option::graph},
                                     {"box", "closes", "explorer", 2, &passes},
                                     {"box", "tears", "explorer", 2, &draws, false, engine_option::graph}};
  const std::string file = scratch("race.svg");
  const std::string second = scratch("race-2.svg");
  const answer got = ask({"--graph=" + file, "--seed=7"}, checks);
  EXPECT_EQ(text_of(file), "7");
  EXPECT_EQ(text_of(second), "7");
  EXPECT_NE(got.out.find("picture: " + file + "\n"), std::string::npos) << got.out;
  EXPECT_NE(got.out.find("/race-2.svg\n"), std::string::npos) << got.out;
}

// What some engines use is named and accepted where there is such an engine, and only there.
TEST(Runner, OffersAndAcceptsWhatItsEnginesUse) {
  const check draws_and_waits = {
      "box", "opens", "explorer", 2, &passes, false, engine_option::graph | engine_option::idle};
  const check samples = {"box", "opens", "sampler", 2, &passes};
  const std::string both = ask({"--help"}, {samples, draws_and_waits}).out;
  EXPECT_TRUE(has(both, "^bazel run //verify -- \\[OPTION...\\]\n[^\n]* on sampler and explorer\\.\n"))
      << both;
  EXPECT_TRUE(has(both, "\n  --graph FILE[^-]*race-2.svg; for explorer\n")) << both;
  EXPECT_FALSE(has(both, "--stack|--reuse|--orders")) << both;
  const std::string one = ask({"--help"}, {draws_and_waits}).out;
  EXPECT_TRUE(has(one, "\n  --graph FILE[^-]*race-2.svg\n")) << one;
  EXPECT_FALSE(has(ask({"--help"}, {samples}).out, "--graph|--idle"));
  EXPECT_EQ(ask({"--idle=1"}, {samples, draws_and_waits}).status, 0);
  EXPECT_EQ(ask({"--idle=1"}, {samples}).error, "verify: --idle: sampler cannot use it; see --help\n");
  EXPECT_EQ(ask({"--idle=1", "--engine=sampler"}, {samples, draws_and_waits}).error,
            "verify: --idle: sampler cannot use it; see --help\n");
  EXPECT_EQ(ask({"--stack=1M"}, {samples, draws_and_waits}).error,
            "verify: --stack: sampler and explorer cannot use it; see --help\n");
}

TEST(Runner, PassesOnWhatAnEngineRefuses) {
  const answer got = ask({"--replay=nonsense"}, {{"box", "breaks", "explorer", 2, &fails}});
  EXPECT_EQ(got.status, 2);
  EXPECT_EQ(got.error, "verify: 'nonsense' is not a replay id\n");
}

TEST(Runner, LeavesAFileAloneThatItWouldHaveOverwritten) {
  const std::string file = scratch("kept.json");
  std::ofstream(file) << "kept";
  ask({"--json=" + file, "--filter=nothing"}, all);
  EXPECT_EQ(text_of(file), "kept");
}

TEST(Runner, LeavesNoFileBehindWhereItRefusesToRun) {
  const std::string file = scratch("refused.svg");
  EXPECT_EQ(ask({"--graph=" + file}, {{"box", "opens", "sampler", 2, &passes}}).status, 2);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(Runner, DividesACheckAmongProcesses) {
  for (const unsigned jobs : {1u, 2u, 7u}) {
    const answer got = ask({"--filter=box/closes", "--jobs", std::to_string(jobs)}, all);
    EXPECT_EQ(got.status, 0);
    EXPECT_TRUE(has(got.out, "\nbox +closes +explorer +3 +1,234,567 +yes +passed")) << got.out;
  }
}

TEST(Runner, EndsTheOtherPartsWhenOneFails) {
  const answer got = ask({"--jobs=4"}, {{"box", "closes", "explorer", 2, &fails_in_one_part, true}});
  EXPECT_EQ(got.status, 1);
  EXPECT_TRUE(has(got.out, "\nbox +closes +explorer +2 +12 +no +failed")) << got.out;
}

std::uint64_t executions_in(const std::string& json) {
  std::uint64_t sum = 0;
  const std::regex number("\"executions\":([0-9]+)");
  for (std::sregex_iterator it(json.begin(), json.end(), number), end; it != end; ++it) {
    sum += std::stoull((*it)[1]);
  }
  return sum;
}

TEST(Runner, SharesOutATestsShards) {
  const std::string file = scratch("shard.json");
  for (const unsigned count : {1u, 3u, 4u}) {
    std::uint64_t sum = 0;
    for (unsigned index = 0; index < count; ++index) {
      const as_shard part(index, count);
      // Whatever else divides the work: here also two processes in each shard.
      EXPECT_EQ(ask({"--jobs=2", "--json=" + file}, all).status, 0);
      sum += executions_in(text_of(file));
    }
    EXPECT_EQ(sum, 3 * units) << "each check is counted once, in whole or in parts";
  }
}

run_result fails_in_every_shard(const run_options& options) {
  run_result result = fails(options);
  result.in_every_shard = true;
  return result;
}

// But what one shard alone has found, it shows.
TEST(Runner, ShowsOnceWhatEveryShardFinds) {
  const auto shown = [](run_result (*run)(const run_options&), unsigned shard) {
    const as_shard part(shard, 2);
    const answer got = ask({"--jobs=1"}, {{"box", "breaks", "explorer", 2, run, true}});
    EXPECT_EQ(got.status, 1);
    EXPECT_TRUE(has(got.out, "something \"went\" wrong\n")) << got.out;
    EXPECT_TRUE(has(got.out, "\nreplay: .*'--replay=7,0.1!'\n")) << got.out;
    EXPECT_NE(has(got.out, "; shard 1 of 2 shows it"), has(got.out, "\nthread 0:")) << got.out;
    return has(got.out, "\nthread 0:");
  };
  EXPECT_TRUE(shown(&fails_in_every_shard, 0));
  EXPECT_FALSE(shown(&fails_in_every_shard, 1));
  EXPECT_TRUE(shown(&fails, 1));
}

TEST(Runner, RefusesAShardThatIsNone) {
  const as_shard wrong(3, 3);
  const answer got = ask({}, all);
  EXPECT_EQ(got.status, 2);
  EXPECT_EQ(got.error, "verify: TEST_SHARD_INDEX='3': expected a whole number from 0 to 2\n");
}

}  // namespace
}  // namespace stillpoint::verify
