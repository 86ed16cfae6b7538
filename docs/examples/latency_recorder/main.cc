// SPDX-License-Identifier: BSL-1.0
//
// latency_recorder DIRECTORY: several threads read and hash the files below a directory and record how long
// each took; the main thread reports every interval, and at the end shows that no recording was lost or
// counted twice. Exit status: 0, 1 if the sums differ, 2 if the work could not be done.
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iomanip>
#include <iostream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "docs/examples/latency_recorder/latency_histogram.hpp"
#include "stillpoint/striped_recorder.hpp"

namespace {

namespace fs = std::filesystem;
// Each thread has a histogram of its own; a sample adds them up.
using latency_recorder = stillpoint::striped_recorder<latency_histogram>;

constexpr std::string_view usage =
    "usage: latency_recorder [--threads N] [--intervals N] [--milliseconds N] DIRECTORY";

struct options {
  unsigned threads = 3;
  unsigned intervals = 10;
  // How long an interval is.
  unsigned milliseconds = 200;
  fs::path directory;
};

// FNV-1a (Fowler, Noll, Vo).
std::uint64_t hash_of(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211u;
  return hash;
}

std::uint64_t hash_of_file(const fs::path& name) {
  std::ifstream file(name, std::ios::binary | std::ios::ate);
  std::string bytes(file ? static_cast<std::size_t>(file.tellg()) : 0, '\0');
  file.seekg(0);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file) throw std::runtime_error("cannot read " + name.string());
  return hash_of(bytes);
}

std::vector<fs::path> files_below(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  if (files.empty()) throw std::runtime_error("no files below " + directory.string());
  return files;
}

struct work_done {
  std::uint64_t operations = 0;
  std::uint64_t hashes = 0;
};

// Reads the files in turn, beginning at `first`, until asked to stop.
work_done hash_files(const std::vector<fs::path>& files, std::size_t first, std::stop_token stop,
                     latency_recorder& latencies) {
  using clock = std::chrono::steady_clock;
  work_done done;
  for (std::size_t next = first; !stop.stop_requested(); ++next) {
    const auto begin = clock::now();
    done.hashes ^= hash_of_file(files[next % files.size()]);
    const auto duration = clock::now() - begin;
    latencies.record([duration](latency_histogram& mine) { mine.add(duration); });
    ++done.operations;
  }
  return done;
}

// Workers are waited for on every way out, so on every way out they must be told to stop.
struct stop_on_exit {
  std::stop_source& stop;
  ~stop_on_exit() { stop.request_stop(); }
};

double microseconds(std::chrono::nanoseconds duration) {
  return static_cast<double>(duration.count()) / 1000;
}

// Ends an interval, prints it, and returns how many operations it had.
std::uint64_t report(latency_recorder& latencies, const std::string& name) {
  const auto interval = latencies.sample();
  std::cout << std::setw(8) << name << std::setw(12) << interval->total() << std::setw(10)
            << microseconds(interval->quantile(0.50)) << std::setw(10)
            << microseconds(interval->quantile(0.99)) << std::setw(10) << microseconds(interval->longest())
            << '\n';
  return interval->total();
}

int run(const options& chosen) {
  const auto files = files_below(chosen.directory);
  latency_recorder latencies;
  std::stop_source stop;
  std::vector<std::future<work_done>> workers;
  const stop_on_exit guard{stop};
  for (unsigned i = 0; i < chosen.threads; ++i) {
    workers.push_back(std::async(std::launch::async, hash_files, std::cref(files),
                                 i * files.size() / chosen.threads, stop.get_token(), std::ref(latencies)));
  }

  std::cout << "hashing " << files.size() << " files with " << chosen.threads << " threads\n"
            << std::fixed << std::setprecision(1) << "interval  operations    p50 us    p99 us    max us\n";
  std::uint64_t recorded = 0;
  for (unsigned i = 1; i <= chosen.intervals; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(chosen.milliseconds));
    recorded += report(latencies, std::to_string(i));
  }

  stop.request_stop();
  work_done all;
  for (auto& worker : workers) {
    const work_done done = worker.get();
    all.operations += done.operations;
    all.hashes ^= done.hashes;
  }
  recorded += report(latencies, "rest");
  const bool equal = recorded == all.operations;
  std::cout << all.operations << " operations (hashes " << std::hex << all.hashes << std::dec << "), "
            << recorded << " in the intervals: " << (equal ? "equal" : "NOT EQUAL") << '\n';
  return equal ? 0 : 1;
}

unsigned parse_number(const std::string& name, std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > 10000) {
    throw std::invalid_argument(name + " takes a number from 1 to 10000, not '" + std::string(text) + "'");
  }
  return number;
}

options parse(const std::vector<std::string>& arguments) {
  options chosen;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const auto number = [&] {
      return i + 1 < arguments.size() ? parse_number(argument, arguments[++i]) : parse_number(argument, "");
    };
    if (argument == "--threads") {
      chosen.threads = number();
    } else if (argument == "--intervals") {
      chosen.intervals = number();
    } else if (argument == "--milliseconds") {
      chosen.milliseconds = number();
    } else if (argument.starts_with("-") || !chosen.directory.empty()) {
      throw std::invalid_argument("unexpected '" + argument + "'; " + std::string(usage));
    } else {
      chosen.directory = argument;
    }
  }
  if (chosen.directory.empty()) throw std::invalid_argument(std::string(usage));
  return chosen;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse({argv + 1, argv + argc}));
  } catch (const fs::filesystem_error& error) {
    std::cerr << "latency_recorder: " << error.path1().string() << ": " << error.code().message() << '\n';
  } catch (const std::exception& error) {
    std::cerr << "latency_recorder: " << error.what() << '\n';
  }
  return 2;
}
