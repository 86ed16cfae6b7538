// SPDX-License-Identifier: BSL-1.0
//
// The runner's command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "verify/engine.hpp"

namespace stillpoint::verify {

// What the user asked for cannot be done; what() is one line that names the offending value and what was
// expected.
class usage_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct runner_options {
  // The names of the options that were given.
  std::vector<std::string> given;
  std::string filter;
  std::string engine;
  budget effort = budget::normal;
  std::uint64_t seed = 1;
  // Absolute, as are all files here.
  std::string json_file;
  std::string graph_file;
  std::optional<std::string> replay;
  unsigned jobs = 1;
  unsigned shard_index = 0;
  unsigned shard_count = 1;
  // As in run_options.
  std::size_t stack_size = 0;
  double idle_seconds = -1;
  int most_reuses = -1;
  bool estimates = true;
  bool orders = false;
  bool list = false;
  bool help = false;
};

// `arguments` without the program's name. Also looks at the environment that Bazel gives to programs it runs:
// the folder that relative files are in, and a test's shard. Throws usage_error.
runner_options parse_options(const std::vector<std::string>& arguments);

// Makes those files that do not exist. Throws usage_error for one that cannot be written.
void require_writable_files(const runner_options& options);

// The checks that the options select, in the order given; of these, a test shard's. Throws usage_error if the
// options select none, or if there is one among them that no selected check's engine uses.
std::vector<check> select_checks(const std::vector<check>& all, const runner_options& options);

}  // namespace stillpoint::verify
