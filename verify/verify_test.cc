// SPDX-License-Identifier: BSL-1.0
//
// bazel run //verify as a whole: every client is there on both engines, the explorer's rows are exhaustive,
// and neither shards nor processes change how many executions it counts.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "verify/checks/checks.hpp"
#include "verify/runner/runner.hpp"

namespace stillpoint::verify {
namespace {

std::set<std::string> clients_on(std::string_view engine) {
  std::set<std::string> found;
  for (const check& c : all_checks()) {
    if (c.engine == engine) found.insert(std::string(c.primitive) + '/' + std::string(c.client));
  }
  return found;
}

TEST(Verify, RunsEveryClientOnBothEngines) {
  EXPECT_FALSE(clients_on("explorer").empty());
  EXPECT_EQ(clients_on("explorer"), clients_on("relacy"));
}

struct row {
  std::uint64_t executions = 0;
  bool exhaustive = false;
};

// By primitive/client.
using rows = std::map<std::string, row>;

rows explored(const std::string& jobs) {
  const std::string file = testing::TempDir() + "/verify_test.json";
  const std::string json_option = "--json=" + file;
  const std::string jobs_option = "--jobs=" + jobs;
  const char* const arguments[] = {"verify", "--engine=explorer", json_option.c_str(), jobs_option.c_str()};
  std::ostringstream out;
  std::streambuf* const real_out = std::cout.rdbuf(out.rdbuf());
  const int status = run_checks(4, arguments, all_checks(), "verify");
  std::cout.rdbuf(real_out);
  EXPECT_EQ(status, 0) << out.str();
  std::ifstream in(file);
  const std::string json(std::istreambuf_iterator<char>(in), {});
  const std::regex each(
      R"re("primitive":"([^"]*)","client":"([^"]*)".*"executions":([0-9]+),"exhaustive":(true|false))re");
  rows found;
  for (std::sregex_iterator it(json.begin(), json.end(), each), end; it != end; ++it) {
    const std::smatch& match = *it;
    found[match.str(1) + '/' + match.str(2)] = {std::stoull(match.str(3)), match.str(4) == "true"};
  }
  return found;
}

TEST(Verify, CountsTheSameInShards) {
  const rows whole = explored("1");
  EXPECT_EQ(whole.size(), clients_on("explorer").size());
  for (const auto& [client, seen] : whole) EXPECT_TRUE(seen.exhaustive) << client;
  std::map<std::string, std::uint64_t> sums;
  constexpr unsigned shards = 3;
  setenv("TEST_TOTAL_SHARDS", std::to_string(shards).c_str(), 1);
  for (unsigned index = 0; index < shards; ++index) {
    setenv("TEST_SHARD_INDEX", std::to_string(index).c_str(), 1);
    // More processes than checks, so that each shard is divided further.
    for (const auto& [client, seen] : explored("64")) sums[client] += seen.executions;
  }
  unsetenv("TEST_TOTAL_SHARDS");
  unsetenv("TEST_SHARD_INDEX");
  for (const auto& [client, seen] : whole) EXPECT_EQ(sums[client], seen.executions) << client;
}

}  // namespace
}  // namespace stillpoint::verify
