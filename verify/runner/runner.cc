// SPDX-License-Identifier: BSL-1.0
#include "verify/runner/runner.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <string_view>

#include "verify/runner/help.hpp"
#include "verify/runner/options.hpp"
#include "verify/runner/pictures.hpp"
#include "verify/runner/pool.hpp"
#include "verify/runner/registry.hpp"
#include "verify/runner/report.hpp"

namespace stillpoint::verify {

namespace {

// What --orders does is always the same, but for a few options.
void require_of_orders(const runner_options& options, bool has_orders) {
  if (!has_orders) throw usage_error("unknown option '--orders': expected one that --help lists");
  constexpr std::array<std::string_view, 5> used = {"--orders", "--filter", "--jobs", "--json", "--list"};
  for (const std::string& name : options.given) {
    if (std::find(used.begin(), used.end(), name) == used.end())
      throw usage_error(name + ": --orders cannot use it; see --help");
  }
}

void list(const std::vector<check>& checks) {
  for (const check& c : checks) std::cout << path_of(c) << '\n';
}

int run_selected(const std::vector<check>& checks, const runner_options& options,
                 const std::string& program) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<outcome> outcomes = pool(checks, options).run();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  name_pictures(outcomes, options.graph_file);
  print_table(std::cout, outcomes, taken.count());
  const std::string other_shard =
      options.shard_index == 0 ? "" : "shard 1 of " + std::to_string(options.shard_count);
  for (const outcome& one : outcomes) print_failure(std::cout, one, program, other_shard);
  std::cout.flush();
  if (!options.json_file.empty()) {
    std::ofstream json(options.json_file, std::ios::trunc);
    write_json(json, outcomes);
    if (!json.flush()) throw usage_error("--json='" + options.json_file + "': could not be written");
  }
  return all_passed(outcomes) ? 0 : 1;
}

}  // namespace

int run_checks(int argc, const char* const* argv, const std::vector<check>& checks,
               const std::string& program, int (*orders)(const runner_options&)) {
  try {
    const runner_options options = parse_options(std::vector<std::string>(argv + 1, argv + argc));
    if (options.help) {
      std::cout << help_text(checks, program, orders != nullptr);
      return 0;
    }
    if (options.orders) {
      require_of_orders(options, orders != nullptr);
      require_writable_files(options);
      return orders(options);
    }
    const std::vector<check> selected = select_checks(checks, options);
    if (options.list) {
      list(selected);
      return 0;
    }
    require_writable_files(options);
    return run_selected(selected, options, program);
  } catch (const usage_error& wrong) {
    std::cerr << "verify: " << wrong.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "verify: cannot go on: " << error.what() << '\n';
    return 1;
  }
}

}  // namespace stillpoint::verify
