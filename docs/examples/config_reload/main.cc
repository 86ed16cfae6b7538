// SPDX-License-Identifier: BSL-1.0
//
// config_reload FILE: workers answer requests by what a file of settings says, while the main thread looks
// whether the file has changed, and then publishes what it says now. A file that is broken or missing changes
// nothing. Ends when the file says `stop = yes`. Exit status: 0; 1 if a worker saw a configuration that was
// not whole, or an older one after a newer one, or if old ones were left over; 2 if the work could not be
// done.
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <future>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "docs/examples/config_reload/configuration.hpp"
#include "stillpoint/atomic_value.hpp"

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view usage = "usage: config_reload [--workers N] FILE";

struct options {
  unsigned workers = 3;
  fs::path file;
};

// What is published: the settings, and how many there were before.
class revision {
 public:
  static std::size_t alive() { return alive_.load(std::memory_order_relaxed); }

  revision(std::uint64_t number, configuration settings)
      : number_(number), settings_(std::move(settings)), check_(number) {
    alive_.fetch_add(1, std::memory_order_relaxed);
  }
  revision(const revision&) = delete;
  revision& operator=(const revision&) = delete;
  ~revision() {
    check_ = 0;
    alive_.fetch_sub(1, std::memory_order_relaxed);
  }

  std::uint64_t number() const { return number_; }
  const configuration& settings() const { return settings_; }
  bool is_whole() const { return check_ == number_; }

 private:
  static inline std::atomic<std::size_t> alive_{0};

  std::uint64_t number_;
  configuration settings_;
  std::uint64_t check_;
};

using current_revision = stillpoint::atomic_value<revision>;

struct answers {
  std::uint64_t requests = 0;
  std::uint64_t greeted = 0;
  bool good = true;
};

// Answers requests until asked to stop, each by the configuration that is current when it comes in.
answers work(const current_revision& current, std::stop_token stop) {
  const std::string nothing;
  answers given;
  std::uint64_t newest = 0;
  while (!stop.stop_requested()) {
    const auto now = current.load();
    given.good = given.good && now->is_whole() && now->number() >= newest;
    newest = now->number();
    given.greeted += now->settings().get("greeting", nothing).size();
    ++given.requests;
  }
  return given;
}

// Publishes what the file says whenever it has changed.
class reloader {
 public:
  // Errors: as configuration; a process cannot start without one.
  reloader(current_revision& current, fs::path file) : current_(current), file_(std::move(file)) {
    publish();
  }

  // Whether the file says that it is time to stop.
  bool stops() const { return current_.load()->settings().get("stop", "no") == "yes"; }

  std::uint64_t published() const { return published_; }

  void reload_if_changed() {
    if (stamp() == seen_) return;
    try {
      publish();
    } catch (const std::exception& error) {
      std::cerr << "config_reload: " << error.what() << "; keeping revision " << published_ << '\n';
    }
  }

 private:
  // Changes when the file does: editors that rename a new file over the old one, and those that write into
  // it.
  using file_stamp = std::pair<fs::file_time_type, std::uintmax_t>;

  std::optional<file_stamp> stamp() const {
    std::error_code missing;
    const file_stamp now{fs::last_write_time(file_, missing), fs::file_size(file_, missing)};
    return missing ? std::nullopt : std::optional(now);
  }

  void publish() {
    // Before it is read: a change while it is read will be seen the next time.
    seen_ = stamp();
    // Here it throws, if it has to: nothing has changed then.
    configuration read(file_);
    const std::size_t settings = read.size();
    current_.emplace(published_ + 1, std::move(read));
    ++published_;
    std::cout << "revision " << published_ << ": " << settings << " settings" << std::endl;
  }

  current_revision& current_;
  fs::path file_;
  std::optional<file_stamp> seen_;
  std::uint64_t published_ = 0;
};

// Workers are waited for on every way out, so on every way out they must be told to stop.
struct stop_on_exit {
  std::stop_source& stop;
  ~stop_on_exit() { stop.request_stop(); }
};

int run(const options& chosen) {
  current_revision current;
  reloader file(current, chosen.file);
  std::stop_source stop;
  std::vector<std::future<answers>> workers;
  const stop_on_exit guard{stop};
  for (unsigned i = 0; i < chosen.workers; ++i) {
    workers.push_back(std::async(std::launch::async, work, std::cref(current), stop.get_token()));
  }
  for (; !file.stops(); file.reload_if_changed()) std::this_thread::sleep_for(5ms);

  stop.request_stop();
  answers all;
  for (auto& worker : workers) {
    const answers given = worker.get();
    all.requests += given.requests;
    all.greeted += given.greeted;
    all.good = all.good && given.good;
  }
  current.reclaim();
  const bool good = all.good && revision::alive() == 1;
  std::cout << all.requests << " requests, " << all.greeted << " letters of greeting, " << file.published()
            << " revisions, " << revision::alive() << " alive: " << (good ? "good" : "NOT GOOD") << '\n';
  return good ? 0 : 1;
}

unsigned parse_workers(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > 1000) {
    throw std::invalid_argument("--workers takes a number from 1 to 1000, not '" + std::string(text) + "'");
  }
  return number;
}

options parse(const std::vector<std::string>& arguments) {
  options chosen;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--workers") {
      chosen.workers = parse_workers(i + 1 < arguments.size() ? arguments[++i] : std::string());
    } else if (argument.starts_with("-") || !chosen.file.empty()) {
      throw std::invalid_argument("unexpected '" + argument + "'; " + std::string(usage));
    } else {
      chosen.file = argument;
    }
  }
  if (chosen.file.empty()) throw std::invalid_argument(std::string(usage));
  return chosen;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse({argv + 1, argv + argc}));
  } catch (const std::exception& error) {
    std::cerr << "config_reload: " << error.what() << '\n';
  }
  return 2;
}
