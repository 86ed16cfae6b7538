// SPDX-License-Identifier: BSL-1.0
//
// bench [--json FILE] [--rounds N]: measures, and prints the costs and their ratios.
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/measure.hpp"

namespace {

constexpr double seconds_per_benchmark = 0.03;
constexpr std::string_view usage =
    "usage: bench [--json FILE] [--rounds N]\n"
    "Measures each benchmark once per round (15 rounds unless told, and up to as many more while the machine "
    "is\n"
    "busy) and prints medians, minima and ratios.\n"
    "--json writes every measurement and the ratios to FILE.\n";

struct options {
  std::string json;
  std::size_t rounds = 15;
  bool help = false;
};

std::size_t parse_rounds(std::string_view text) {
  std::size_t rounds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rounds);
  if (error != std::errc() || end != text.data() + text.size() || rounds < 1 || rounds > 1000) {
    throw std::invalid_argument("--rounds takes a number from 1 to 1000, not '" + std::string(text) + "'");
  }
  return rounds;
}

options parse(const std::vector<std::string>& arguments) {
  options chosen;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (name == "--help") {
      chosen.help = true;
      continue;
    }
    if (name != "--json" && name != "--rounds") {
      throw std::invalid_argument("unknown option '" + name + "'; try --help");
    }
    if (i + 1 == arguments.size()) throw std::invalid_argument(name + " needs a value");
    const std::string& value = arguments[++i];
    if (name == "--json") {
      chosen.json = value;
    } else {
      chosen.rounds = parse_rounds(value);
    }
  }
  return chosen;
}

// `bazel run` starts programs in a folder of its own and says in this variable where the user is.
std::filesystem::path as_seen_by_user(const std::string& name) {
  const char* const folder = std::getenv("BUILD_WORKING_DIRECTORY");
  return folder == nullptr ? std::filesystem::path(name) : std::filesystem::path(folder) / name;
}

// Opened before anything is measured: a bad name should not cost the user a run.
std::ofstream open_json(const std::string& name) {
  std::ofstream file(as_seen_by_user(name), std::ios::trunc);
  if (!file) throw std::invalid_argument("cannot write '" + name + "': " + std::strerror(errno));
  return file;
}

int run(const options& chosen) {
  if (chosen.help) {
    std::cout << usage;
    return 0;
  }
  std::ofstream json;
  if (!chosen.json.empty()) json = open_json(chosen.json);
  stillpoint::bench::register_benchmarks(seconds_per_benchmark);
  stillpoint::bench::register_counters_benchmarks(seconds_per_benchmark);
  stillpoint::bench::register_tracker_benchmarks(seconds_per_benchmark);
  stillpoint::bench::register_atomic_value_benchmarks(seconds_per_benchmark);
  const auto measured = stillpoint::bench::run_rounds(chosen.rounds, std::cerr);
  stillpoint::bench::print_table(measured, std::cout);
  if (!chosen.json.empty()) {
    stillpoint::bench::print_json(measured, json);
    json.close();
    if (!json) throw std::runtime_error("cannot write '" + chosen.json + "'");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse({argv + 1, argv + argc}));
  } catch (const std::exception& error) {
    std::cerr << "bench: " << error.what() << '\n';
    return 2;
  }
}
