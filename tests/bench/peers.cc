// SPDX-License-Identifier: BSL-1.0
#include "tests/bench/peers.hpp"

#include <stdlib.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <ostream>
#include <sstream>
#include <string_view>
#include <system_error>

namespace stillpoint::bench {
namespace {

// $SOURCES is the folder of the peers' texts, $BUILT one for what is made of them.
struct peer {
  std::string_view title;
  std::string_view build;
  std::string_view run;
};

constexpr std::array all_peers{
    peer{"Erlang's counters (package erlang-base)", "command -v escript",
         "escript $SOURCES/counters.escript"},
    peer{"Go's sync/atomic (package golang-go)",
         "HOME=$BUILT GOCACHE=$BUILT/cache GO111MODULE=off go build -o $BUILT/atomics $SOURCES/atomics.go",
         "$BUILT/atomics"},
    peer{"liburcu (package liburcu-dev)",
         "${CC:-cc} -O2 -o $BUILT/userspace_rcu $SOURCES/userspace_rcu.c -lurcu-memb -lpthread",
         "$BUILT/userspace_rcu"},
    peer{"Concurrency Kit (package libck-dev)",
         "${CC:-cc} -O2 -o $BUILT/epochs $SOURCES/epochs.c -lck -lpthread", "$BUILT/epochs"},
};

std::string in_shell(const std::string& built, std::string_view command) {
  return "BUILT='" + built + "' SOURCES=tests/bench/peers; { " + std::string(command) + "; } 2>/dev/null";
}

// What the command printed; nothing if it failed.
std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  if (pclose(pipe) != 0) text.clear();
  return text;
}

// NAME <tab> THREADS <tab> NANOSECONDS <tab> UTILISATION
std::vector<measurement> parse(const std::string& text, std::size_t round) {
  std::istringstream lines(text);
  std::vector<measurement> measured;
  measurement one;
  one.round = round;
  while (std::getline(lines, one.name, '\t') && lines >> one.threads >> one.nanoseconds >> one.utilisation) {
    measured.push_back(one);
    lines >> std::ws;
  }
  return measured;
}

}  // namespace

temporary_folder::temporary_folder() : name_(std::filesystem::temp_directory_path() / "stillpoint_XXXXXX") {
  if (mkdtemp(name_.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "cannot make the folder " + name_);
  }
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(name_, ignored);
}

peers::peers(std::ostream& progress) {
  for (const peer& each : all_peers) {
    const std::string build = in_shell(folder_.name(), each.build) + " >&2";
    if (std::system(build.c_str()) == 0) {
      commands_.push_back(in_shell(folder_.name(), each.run));
    } else {
      progress << each.title << ": not there, left out\n";
    }
  }
}

std::vector<measurement> peers::measure(std::size_t round) const {
  std::vector<measurement> all;
  for (const std::string& command : commands_) {
    const auto measured = parse(output_of(command), round);
    all.insert(all.end(), measured.begin(), measured.end());
  }
  return all;
}

}  // namespace stillpoint::bench
