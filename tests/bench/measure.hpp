// SPDX-License-Identifier: BSL-1.0
//
// Measuring on a machine that is shared: the benchmarks run in rounds, each once per round, and two costs are
// compared within a round only, so that what drifts between rounds cancels out.
//
// A measurement whose threads did not have their cores to themselves says little: with one of two contending
// threads off its core there is no contention left, and both look fast. Such a one is recognized by its
// processor time, which falls short of its wall time, and is left out.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace stillpoint::bench {

// One benchmark in one round.
struct measurement {
  std::string name;
  int threads = 1;
  std::size_t round = 0;
  // Wall time that one operation took on the thread that did it.
  double nanoseconds = 0;
  // Processor time over wall time, averaged over the threads.
  double utilisation = 0;
};

// Which benchmark, with how many threads.
struct subject {
  std::string name;
  int threads = 1;
  friend bool operator==(const subject&, const subject&) = default;
};

enum class bound { none, at_most, at_least };

// numerator's nanoseconds over denominator's; the nanoseconds themselves if no denominator is named.
struct ratio {
  std::string name;
  subject numerator;
  subject denominator;
  bound wanted = bound::none;
  double target = 0;
};

// What the rounds say about one benchmark or one ratio.
struct summary {
  double median = 0;
  double minimum = 0;
  std::size_t rounds = 0;
  // False: fewer than three rounds were undisturbed, so that all of them were taken.
  bool undisturbed = true;
};

// Registers every benchmark with Google Benchmark, each to run for `seconds` per round.
void register_benchmarks(double seconds);
void register_rendezvous_benchmarks(double seconds);
void register_counters_benchmarks(double seconds);
void register_tracker_benchmarks(double seconds);
void register_atomic_value_benchmarks(double seconds);

// Runs what is registered `rounds` times, and up to as often again while a ratio with a target has too few
// undisturbed rounds; `progress` is told which round begins.
std::vector<measurement> run_rounds(std::size_t rounds, std::ostream& progress);

std::vector<ratio> ratios_of_interest();
std::vector<ratio> ratios_of_asymmetric_phaser();
std::vector<ratio> ratios_of_counters();
std::vector<ratio> ratios_of_tracker();
std::vector<ratio> ratios_of_atomic_value();

std::optional<summary> summarize(const std::vector<measurement>& all, const subject& what);
std::optional<summary> summarize(const std::vector<measurement>& all, const ratio& what);

// Whether the target was reached; nothing if there is none, or if the machine was too busy to tell.
std::optional<bool> met(const ratio& what, const summary& seen);

void print_table(const std::vector<measurement>& all, std::ostream& out);
void print_json(const std::vector<measurement>& all, std::ostream& out);

}  // namespace stillpoint::bench
