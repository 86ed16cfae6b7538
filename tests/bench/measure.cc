// SPDX-License-Identifier: BSL-1.0
#include "tests/bench/measure.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <thread>

#include "tests/bench/peers.hpp"

namespace stillpoint::bench {
namespace {

// Below this, something else had the core for part of the time.
constexpr double least_utilisation = 0.95;
constexpr std::size_t least_rounds = 3;

// Collects what Google Benchmark measured; prints nothing.
class collector : public benchmark::BenchmarkReporter {
 public:
  explicit collector(std::vector<measurement>& into) : into_(into) {}

  void begin_round(std::size_t round) { round_ = round; }

  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      const double threads = static_cast<double>(run.threads);
      // iterations are those of all threads together, processor time too; wall time is the threads' average.
      into_.push_back({run.run_name.function_name, static_cast<int>(run.threads), round_,
                       run.real_accumulated_time * 1e9 * threads / static_cast<double>(run.iterations),
                       run.cpu_accumulated_time / (run.real_accumulated_time * threads)});
    }
  }

 private:
  std::vector<measurement>& into_;
  std::size_t round_ = 0;
};

struct sample {
  double value = 0;
  bool undisturbed = true;
};

// Where the measuring thread waits or shares the cores by design, its processor time says nothing.
bool has_background_threads(const std::string& name) {
  return name.ends_with("2 writers") || name.ends_with("2 users") || name.ends_with("busy core") ||
         name.starts_with("one core:") || name == "std::barrier of 2";
}

bool is_undisturbed(const measurement& m) {
  return has_background_threads(m.name) || m.utilisation >= least_utilisation;
}

std::optional<summary> summarize(std::vector<sample> samples) {
  if (samples.empty()) return std::nullopt;
  std::vector<double> values;
  for (const sample& s : samples) {
    if (s.undisturbed) values.push_back(s.value);
  }
  const bool enough = values.size() >= std::min(least_rounds, samples.size());
  if (!enough) {
    values.clear();
    for (const sample& s : samples) values.push_back(s.value);
  }
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return summary{median, values.front(), values.size(), enough};
}

const measurement* find(const std::vector<measurement>& all, const subject& what, std::size_t round) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const measurement& m) {
    return m.round == round && subject{m.name, m.threads} == what;
  });
  return found == all.end() ? nullptr : &*found;
}

std::vector<subject> subjects_of(const std::vector<measurement>& all) {
  std::vector<subject> subjects;
  for (const measurement& m : all) {
    const subject what{m.name, m.threads};
    if (std::find(subjects.begin(), subjects.end(), what) == subjects.end()) subjects.push_back(what);
  }
  return subjects;
}

const char* note(const summary& seen) {
  return seen.undisturbed ? "" : "  (machine busy: all rounds taken)";
}

void print_ratio(const ratio& what, const summary& seen, std::ostream& out) {
  out << std::left << std::setw(58) << what.name << std::right << std::setw(9) << seen.median << std::setw(9)
      << seen.minimum << std::setw(8) << seen.rounds;
  if (what.wanted != bound::none) {
    const auto reached = met(what, seen);
    out << "   " << (what.wanted == bound::at_most ? "<= " : ">= ") << what.target << ": "
        << (!reached   ? "undecided"
            : *reached ? "met"
                       : "NOT met");
  }
  out << note(seen) << '\n';
}

void print_json_ratio(const ratio& what, const summary& seen, std::ostream& out) {
  out << "{\"name\":\"" << what.name << "\",\"median\":" << seen.median << ",\"minimum\":" << seen.minimum
      << ",\"rounds\":" << seen.rounds << ",\"undisturbed\":" << (seen.undisturbed ? "true" : "false");
  if (what.wanted != bound::none) {
    const auto reached = met(what, seen);
    out << ",\"wanted\":\"" << (what.wanted == bound::at_most ? "at_most" : "at_least")
        << "\",\"target\":" << what.target << ",\"met\":"
        << (!reached   ? "null"
            : *reached ? "true"
                       : "false");
  }
  out << '}';
}

bool some_target_is_undecided(const std::vector<measurement>& all) {
  const auto ratios = ratios_of_interest();
  return std::any_of(ratios.begin(), ratios.end(), [&](const ratio& what) {
    const auto seen = summarize(all, what);
    return what.wanted != bound::none && !(seen && seen->undisturbed);
  });
}

}  // namespace

std::vector<measurement> run_rounds(std::size_t rounds, std::ostream& progress) {
  std::vector<measurement> all;
  collector reporter(all);
  const peers others(progress);
  for (std::size_t round = 0; round < rounds || (round < 2 * rounds && some_target_is_undecided(all));
       ++round) {
    progress << "round " << round + 1 << (round < rounds ? "" : ", for the machine is busy") << '\n'
             << std::flush;
    reporter.begin_round(round);
    benchmark::RunSpecifiedBenchmarks(&reporter);
    const auto of_others = others.measure(round);
    all.insert(all.end(), of_others.begin(), of_others.end());
  }
  return all;
}

std::vector<ratio> ratios_of_interest() {
  const subject add_1{"fetch_add relaxed", 1};
  const subject add_2{"fetch_add relaxed", 2};
  std::vector<ratio> all = {
      {"plain enter+exit / fetch_add, 1 thread", {"plain enter+exit", 1}, add_1, bound::at_most, 2.2},
      {"plain enter+exit / fetch_add, 2 threads", {"plain enter+exit", 2}, add_2},
      {"striped enter+exit / fetch_add, 1 thread", {"striped enter+exit", 1}, add_1},
      {"striped enter+exit / fetch_add, 2 threads", {"striped enter+exit", 2}, add_2},
      {"throughput of striped / plain enter+exit, 2 threads",
       {"plain enter+exit", 2},
       {"striped enter+exit", 2},
       bound::at_least,
       3.0},
      {"fetch_add seq_cst / relaxed, 1 thread", {"fetch_add seq_cst", 1}, add_1},
      {"mutex lock+unlock / plain enter+exit, 1 thread", {"mutex lock+unlock", 1}, {"plain enter+exit", 1}},
      {"mutex lock+unlock / plain enter+exit, 2 threads", {"mutex lock+unlock", 2}, {"plain enter+exit", 2}},
      {"mutex lock+count+unlock / plain record, 1 thread",
       {"mutex lock+count+unlock", 1},
       {"plain record", 1}},
      {"mutex lock+count+unlock / plain record, 2 threads",
       {"mutex lock+count+unlock", 2},
       {"plain record", 2}},
      {"mutex lock+count+unlock / striped record, 2 threads",
       {"mutex lock+count+unlock", 2},
       {"striped record", 2}},
      {"rendezvous wait / two flags by hand",
       {"rendezvous wait", 2},
       {"two flags by hand", 2},
       bound::at_most,
       1.05},
      {"rendezvous swap / two flags by hand",
       {"rendezvous swap", 2},
       {"two flags, swap by hand", 2},
       bound::at_most,
       1.05},
      {"std::barrier / rendezvous wait", {"std::barrier of 2", 2}, {"rendezvous wait", 2}},
      {"one core: yielding wait / flags by hand",
       {"one core: wait, yield", 2},
       {"one core: flags, yield", 2}},
      {"one core: patient wait / flags by hand",
       {"one core: wait, patient", 2},
       {"one core: flags, yield", 2}},
      {"one core: std::barrier / yielding wait", {"one core: std::barrier", 2}, {"one core: wait, yield", 2}},
  };
  for (const auto& more :
       {ratios_of_asymmetric_phaser(), ratios_of_counters(), ratios_of_tracker(), ratios_of_atomic_value()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

std::optional<summary> summarize(const std::vector<measurement>& all, const subject& what) {
  std::vector<sample> samples;
  for (const measurement& m : all) {
    if (subject{m.name, m.threads} == what) samples.push_back({m.nanoseconds, is_undisturbed(m)});
  }
  return summarize(std::move(samples));
}

std::optional<summary> summarize(const std::vector<measurement>& all, const ratio& what) {
  std::vector<sample> samples;
  for (const measurement& m : all) {
    if (subject{m.name, m.threads} != what.numerator) continue;
    if (what.denominator.name.empty()) {
      samples.push_back({m.nanoseconds, is_undisturbed(m)});
      continue;
    }
    const measurement* const other = find(all, what.denominator, m.round);
    if (other == nullptr) continue;
    samples.push_back({m.nanoseconds / other->nanoseconds, is_undisturbed(m) && is_undisturbed(*other)});
  }
  return summarize(std::move(samples));
}

std::optional<bool> met(const ratio& what, const summary& seen) {
  if (what.wanted == bound::none || !seen.undisturbed) return std::nullopt;
  return what.wanted == bound::at_most ? seen.median <= what.target : seen.median >= what.target;
}

void print_table(const std::vector<measurement>& all, std::ostream& out) {
  out << std::fixed << std::setprecision(1) << '\n'
      << std::left << std::setw(26) << "nanoseconds per operation" << std::right << std::setw(9) << "threads"
      << std::setw(11) << "median" << std::setw(11) << "minimum" << std::setw(8) << "rounds" << '\n';
  for (const subject& what : subjects_of(all)) {
    const summary seen = *summarize(all, what);
    out << std::left << std::setw(26) << what.name << std::right << std::setw(9) << what.threads
        << std::setw(11) << seen.median << std::setw(11) << seen.minimum << std::setw(8) << seen.rounds
        << note(seen) << '\n';
  }
  out << std::setprecision(2) << '\n'
      << std::left << std::setw(58) << "ratio (within a round)" << std::right << std::setw(9) << "median"
      << std::setw(9) << "minimum" << std::setw(8) << "rounds" << '\n';
  for (const ratio& what : ratios_of_interest()) {
    if (const auto seen = summarize(all, what)) print_ratio(what, *seen, out);
  }
}

void print_json(const std::vector<measurement>& all, std::ostream& out) {
  out << std::setprecision(6) << "{\"cores\":" << std::thread::hardware_concurrency() << ",\n\"raw\":[";
  const char* separator = "\n";
  for (const measurement& m : all) {
    out << separator << "{\"name\":\"" << m.name << "\",\"threads\":" << m.threads << ",\"round\":" << m.round
        << ",\"nanoseconds\":" << m.nanoseconds << ",\"utilisation\":" << m.utilisation << '}';
    separator = ",\n";
  }
  out << "],\n\"ratios\":[";
  separator = "\n";
  for (const ratio& what : ratios_of_interest()) {
    const auto seen = summarize(all, what);
    if (!seen) continue;
    out << separator;
    print_json_ratio(what, *seen, out);
    separator = ",\n";
  }
  out << "]}\n";
}

}  // namespace stillpoint::bench
