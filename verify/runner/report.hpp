// SPDX-License-Identifier: BSL-1.0
//
// What the runner says at the end: a table, the failures with their traces and the commands that replay them,
// and the same as JSON for programs.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "verify/engine.hpp"

namespace stillpoint::verify {

struct outcome {
  check what;
  run_result result;
};

// 1234567 as "1,234,567".
std::string with_separators(std::uint64_t number);

// As a JSON string.
std::string quoted(std::string_view text);

// One row per outcome, and a line that sums up.
void print_table(std::ostream& out, const std::vector<outcome>& outcomes, double seconds);

// Nothing if the check passed. `program` is the command that starts the runner, up to where its options
// begin. `other_shard` is empty, or names the shard that shows what every shard comes by: the trace is then
// left out.
void print_failure(std::ostream& out, const outcome& one, const std::string& program,
                   const std::string& other_shard = "");

// {"results":[{"primitive": ..., "client": ..., "engine": ..., "threads": ..., "executions": ...,
// "exhaustive": ..., "verdict": ..., "seconds": ..., "seed": ...}]}; a check that did not pass also has
// "error" and "replay".
void write_json(std::ostream& out, const std::vector<outcome>& outcomes);

bool all_passed(const std::vector<outcome>& outcomes);

}  // namespace stillpoint::verify
