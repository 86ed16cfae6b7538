// SPDX-License-Identifier: BSL-1.0
//
// How fast the explorer is, and how time, executions and memory grow with the client: writers that each make
// one write, and a reader that flips; then memory over ten million executions of one client.
//
// Columns: executions of the client; executions/s; blocked: begun and given up; resident: the process's
// memory at its highest, and growth: how much of it came after the first percent of the time.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include "verify/clients/writer_reader_phaser/clients.hpp"
#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"

namespace stillpoint::bench {
namespace {

namespace explorer = verify::explorer;
namespace clients = verify::clients;

template <class Kind, unsigned Writers, unsigned Entries, unsigned Flips>
struct no_write_is_lost
    : clients::no_write_is_lost_base<verify::explorer_policy,
                                     typename Kind::template phaser<verify::explorer_policy>, Writers,
                                     Entries, Flips> {
  static constexpr std::string_view primitive = Kind::primitive;
  static constexpr std::string_view guarantee = "no_write_is_lost";
};

double resident_kilobytes() {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  file >> pages >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

// The highest memory that was seen, and the highest during the first so many executions.
class memory_watch {
 public:
  explicit memory_watch(std::uint64_t warm_up) : warm_up_(warm_up) {}
  void look(std::uint64_t executions) {
    highest_ = std::max(highest_, resident_kilobytes());
    if (executions <= warm_up_ || warm_ == 0) warm_ = highest_;
  }
  double highest() const { return highest_; }
  double growth() const { return highest_ - warm_; }

 private:
  std::uint64_t warm_up_;
  double highest_ = 0;
  double warm_ = 0;
};

template <class C>
void explore(benchmark::State& state, std::uint64_t most) {
  explorer::statistics total;
  memory_watch memory(most / 100);
  bool exhaustive = true;
  for (auto _ : state) {
    explorer::settings s;
    s.max_executions = most;
    s.on_progress = [&](const explorer::statistics& now) { memory.look(total.executions + now.executions); };
    const explorer::exploration seen = explorer::explore(explorer::client_program<C>(), s);
    if (seen.first_failure) state.SkipWithError("the client failed");
    total.executions += seen.counts.executions;
    total.abandoned += seen.counts.abandoned;
    exhaustive = seen.counts.exhaustive;
    memory.look(total.executions);
  }
  const auto runs = static_cast<double>(state.iterations());
  state.counters["executions"] = static_cast<double>(total.executions) / runs;
  state.counters["blocked"] = static_cast<double>(total.abandoned) / runs;
  state.counters["executions/s"] =
      benchmark::Counter(static_cast<double>(total.executions), benchmark::Counter::kIsRate);
  state.counters["resident_KiB"] = memory.highest();
  state.counters["growth_KiB"] = memory.growth();
  state.SetLabel(exhaustive ? "exhaustive" : "cut");
}

template <class Kind, unsigned Writers, unsigned Entries, unsigned Flips>
void add(const std::string& name) {
  benchmark::RegisterBenchmark(
      (name + "/" + std::to_string(Writers) + "_writers_x_" + std::to_string(Entries) + "_entries_x_" +
       std::to_string(Flips) + "_flips")
          .c_str(),
      [](benchmark::State& state) { explore<no_write_is_lost<Kind, Writers, Entries, Flips>>(state, 0); })
      ->Unit(benchmark::kMillisecond);
}

void add_all() {
  add<clients::plain_kind, 1, 1, 1>("plain");
  add<clients::plain_kind, 1, 1, 2>("plain");
  add<clients::plain_kind, 2, 1, 1>("plain");
  add<clients::plain_kind, 2, 1, 2>("plain");
  add<clients::plain_kind, 3, 1, 1>("plain");
  add<clients::plain_kind, 3, 1, 2>("plain");
  add<clients::plain_kind, 3, 1, 3>("plain");
  add<clients::plain_kind, 4, 1, 2>("plain");
  add<clients::plain_kind, 2, 2, 2>("plain");
  add<clients::striped_kind, 2, 1, 2>("striped");
  add<clients::striped_kind, 3, 1, 2>("striped");
  add<clients::striped_kind, 2, 2, 2>("striped");
  benchmark::RegisterBenchmark("ten_million_executions",
                               [](benchmark::State& state) {
                                 explore<no_write_is_lost<clients::plain_kind, 4, 2, 3>>(state, 10'000'000);
                               })
      ->Unit(benchmark::kSecond)
      ->Iterations(1);
}

}  // namespace
}  // namespace stillpoint::bench

int main(int argc, char** argv) {
  stillpoint::bench::add_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
