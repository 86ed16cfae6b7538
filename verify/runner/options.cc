// SPDX-License-Identifier: BSL-1.0
#include "verify/runner/options.hpp"

#include <fcntl.h>
#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string_view>
#include <system_error>
#include <thread>

#include "verify/runner/help.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify {

namespace {

constexpr unsigned most_jobs = 1024;

const char* environment(const char* name) {
  // Read before any thread is started.
  return std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
}

std::uint64_t parse_number(const std::string& what, const std::string& text, std::uint64_t least,
                           std::uint64_t most) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stopped != end || value < least || value > most) {
    throw usage_error(what + "='" + text + "': expected a whole number from " + std::to_string(least) +
                      " to " + std::to_string(most));
  }
  return value;
}

// A number of bytes, or of their multiples K, M and G.
std::size_t parse_size(const std::string& what, const std::string& text) {
  constexpr std::string_view units = "KMG";
  const std::size_t unit = text.empty() ? std::string_view::npos : units.find(text.back());
  const bool has_unit = unit != std::string_view::npos;
  const std::string digits = has_unit ? text.substr(0, text.size() - 1) : text;
  const unsigned shift = has_unit ? 10 * (static_cast<unsigned>(unit) + 1) : 0;
  constexpr std::uint64_t least = std::uint64_t{64} << 10;
  constexpr std::uint64_t most = std::uint64_t{1} << 30;
  std::uint64_t value = 0;
  const auto [stopped, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool number = !digits.empty() && error == std::errc() && stopped == digits.data() + digits.size();
  if (!number || value > most >> shift || value << shift < least) {
    throw usage_error(what + "='" + text + "': expected a size from 64K to 1G");
  }
  // A stack is made of pages.
  constexpr std::size_t page = 4096;
  return (static_cast<std::size_t>(value << shift) + page - 1) / page * page;
}

double parse_seconds(const std::string& what, const std::string& text) {
  constexpr double most = 86'400;
  double value = 0;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = !text.empty() && error == std::errc() && stopped == text.data() + text.size();
  if (!number || !(value >= 0 && value <= most)) {
    throw usage_error(what + "='" + text + "': expected a number of seconds from 0 to 86400");
  }
  return value;
}

budget parse_budget(const std::string& text) {
  if (text == "quick") return budget::quick;
  if (text == "normal") return budget::normal;
  if (text == "thorough") return budget::thorough;
  throw usage_error("--budget='" + text + "': expected quick, normal or thorough");
}

// `bazel run` starts programs in a folder of its own, and says where it was called.
std::string absolute_file(const std::string& name) {
  const std::filesystem::path file(name);
  if (file.is_absolute()) return name;
  const char* const caller = environment("BUILD_WORKING_DIRECTORY");
  return ((caller != nullptr ? std::filesystem::path(caller) : std::filesystem::current_path()) / file)
      .string();
}

void require_writable(const std::string& option, const std::string& file) {
  // Leaves a file that exists as it is until there is something to write.
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    const std::string reason = std::generic_category().message(errno);
    throw usage_error(option + "='" + file + "': expected a file that can be written: " + reason);
  }
  close(descriptor);
}

void require_picture(const std::string& file) {
  if (!file.ends_with(".dot") && !file.ends_with(".svg")) {
    throw usage_error("--graph='" + file + "': expected a file name that ends in .dot or .svg");
  }
}

// Takes the arguments apart into options and their values.
class argument_reader {
 public:
  explicit argument_reader(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  bool next() {
    if (at_ == arguments_.size()) return false;
    const std::string& argument = arguments_[at_++];
    if (!argument.starts_with("--")) throw usage_error("'" + argument + "': expected an option; see --help");
    const std::size_t equals = argument.find('=');
    name_ = argument.substr(0, equals);
    has_value_ = equals != std::string::npos;
    value_ = has_value_ ? argument.substr(equals + 1) : "";
    return true;
  }

  const std::string& name() const { return name_; }

  const std::string& value() {
    if (!has_value_) {
      if (at_ == arguments_.size()) throw usage_error(name_ + ": expected a value behind it");
      value_ = arguments_[at_++];
    }
    return value_;
  }

  bool flag() const {
    if (has_value_) throw usage_error(name_ + "='" + value_ + "': expected no value");
    return true;
  }

 private:
  const std::vector<std::string>& arguments_;
  std::size_t at_ = 0;
  std::string name_;
  std::string value_;
  bool has_value_ = false;
};

void take(argument_reader& argument, runner_options& options) {
  const std::string& name = argument.name();
  options.given.push_back(name);
  if (name == "--filter") {
    options.filter = argument.value();
  } else if (name == "--engine") {
    options.engine = argument.value();
  } else if (name == "--budget") {
    options.effort = parse_budget(argument.value());
  } else if (name == "--seed") {
    options.seed = parse_number(name, argument.value(), 0, std::numeric_limits<std::uint64_t>::max());
  } else if (name == "--jobs") {
    options.jobs = static_cast<unsigned>(parse_number(name, argument.value(), 1, most_jobs));
  } else if (name == "--replay") {
    options.replay = argument.value();
  } else if (name == "--json") {
    options.json_file = absolute_file(argument.value());
  } else if (name == "--graph") {
    options.graph_file = absolute_file(argument.value());
  } else if (name == "--stack") {
    options.stack_size = parse_size(name, argument.value());
  } else if (name == "--idle") {
    options.idle_seconds = parse_seconds(name, argument.value());
  } else if (name == "--reuse") {
    options.most_reuses = static_cast<int>(parse_number(name, argument.value(), 0, 1000));
  } else if (name == "--no-estimate") {
    options.estimates = !argument.flag();
  } else if (name == "--orders") {
    options.orders = argument.flag();
  } else if (name == "--list") {
    options.list = argument.flag();
  } else if (name == "--help") {
    options.help = argument.flag();
  } else {
    throw usage_error("unknown option '" + name + "': expected one that --help lists");
  }
}

void take_shard(runner_options& options) {
  const char* const count = environment("TEST_TOTAL_SHARDS");
  if (count == nullptr) return;
  const char* const index = environment("TEST_SHARD_INDEX");
  constexpr unsigned most = 1'000'000;
  options.shard_count = static_cast<unsigned>(parse_number("TEST_TOTAL_SHARDS", count, 1, most));
  options.shard_index = static_cast<unsigned>(
      parse_number("TEST_SHARD_INDEX", index != nullptr ? index : "", 0, options.shard_count - 1));
  // Its existence tells Bazel that the program divides its work.
  if (const char* const status = environment("TEST_SHARD_STATUS_FILE")) std::ofstream(status, std::ios::app);
}

bool is_glob(const std::string& filter) {
  return filter.find_first_of("*?[") != std::string::npos;
}

bool matches_whole_parts(const std::string& path, const std::string& filter) {
  return path == filter || path.starts_with(filter + '/');
}

bool matches_somewhere(const std::string& path, const std::string& filter) {
  if (is_glob(filter)) return fnmatch(filter.c_str(), path.c_str(), 0) == 0;
  return path.find(filter) != std::string::npos;
}

std::vector<check> filtered(const std::vector<check>& all, const std::string& filter,
                            bool (*matches)(const std::string&, const std::string&)) {
  std::vector<check> found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [&](const check& c) { return matches(path_of(c), filter); });
  return found;
}

std::vector<check> on_engine(const std::vector<check>& all, const std::string& engine) {
  std::vector<check> found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [&engine](const check& c) { return c.engine == engine; });
  if (found.empty()) throw usage_error("--engine='" + engine + "': expected " + engines_of(all, "or"));
  return found;
}

engine_option engine_option_of(const std::string& name) {
  if (name == "--graph") return engine_option::graph;
  if (name == "--stack") return engine_option::stack;
  if (name == "--idle") return engine_option::idle;
  if (name == "--reuse") return engine_option::reuse;
  if (name == "--no-estimate") return engine_option::estimate;
  return engine_option::none;
}

// An option that none of their engines uses would be ignored.
void require_use(const std::vector<check>& selected, const runner_options& options) {
  for (const std::string& name : options.given) {
    const engine_option which = engine_option_of(name);
    const auto uses = [which](const check& c) { return c.uses(which); };
    if (std::any_of(selected.begin(), selected.end(), uses)) continue;
    throw usage_error(name + ": " + engines_of(selected, "and") + " cannot use it; see --help");
  }
}

// A test's shards share out the checks that cannot be divided.
std::vector<check> of_this_shard(const std::vector<check>& all, const runner_options& options) {
  std::vector<check> mine;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].divisible || i % options.shard_count == options.shard_index) mine.push_back(all[i]);
  }
  return mine;
}

}  // namespace

runner_options parse_options(const std::vector<std::string>& arguments) {
  runner_options options;
  options.jobs = std::clamp(std::thread::hardware_concurrency(), 1u, most_jobs);
  argument_reader reader(arguments);
  while (reader.next()) take(reader, options);
  if (options.help || options.list) return options;
  take_shard(options);
  if (!options.graph_file.empty()) require_picture(options.graph_file);
  return options;
}

void require_writable_files(const runner_options& options) {
  if (!options.json_file.empty()) require_writable("--json", options.json_file);
  if (!options.graph_file.empty()) require_writable("--graph", options.graph_file);
}

std::vector<check> select_checks(const std::vector<check>& all, const runner_options& options) {
  std::vector<check> selected = options.engine.empty() ? all : on_engine(all, options.engine);
  if (!options.filter.empty()) {
    std::vector<check> exact = filtered(selected, options.filter, &matches_whole_parts);
    selected = exact.empty() ? filtered(selected, options.filter, &matches_somewhere) : std::move(exact);
  }
  if (selected.empty()) {
    throw usage_error("--filter='" + options.filter + "': matches no check; expected one that --list shows");
  }
  if (options.replay && selected.size() != 1) {
    throw usage_error("--replay='" + *options.replay + "': expected a --filter that selects one check, not " +
                      std::to_string(selected.size()));
  }
  require_use(selected, options);
  return of_this_shard(selected, options);
}

}  // namespace stillpoint::verify
