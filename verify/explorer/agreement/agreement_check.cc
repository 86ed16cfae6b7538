// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/agreement/agreement_check.hpp"

#include <charconv>
#include <chrono>
#include <stdexcept>
#include <string>

#include "verify/explorer/agreement/compare.hpp"
#include "verify/explorer/oracle/interleaver.hpp"
#include "verify/explorer/oracle/random_program.hpp"
#include "verify/explorer/oracle/shrink.hpp"

namespace stillpoint::verify {

namespace {

using steady = std::chrono::steady_clock;

std::uint64_t programs_for(budget effort) {
  switch (effort) {
    case budget::quick:
      return 500;
    case budget::normal:
      return 2'000;
    case budget::thorough:
      return 200'000;
  }
  return 0;
}

// The number of a program is its replay id.
std::uint64_t parse_number(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::invalid_argument("'" + text +
                                "' is not a replay id of this check: expected the number of a program");
  }
  return number;
}

struct subject {
  oracle::program code;
  oracle::comparison_result (*compare)(const oracle::program&);
  // What shrinking may not lose.
  bool (*admits)(const oracle::program&);
};

bool any(const oracle::program&) {
  return true;
}

// Of ten programs one has values of 16 bytes, and one condition variables.
subject subject_of(std::uint64_t number) {
  const bool repeats = number % 2 == 1;
  switch (number % 10) {
    case 0:
      return {oracle::random_program(number, {.repeats = number % 20 == 0, .arithmetic = false}),
              &oracle::compare_wide, &any};
    case 5:
      return {oracle::random_blocking_program(number), &oracle::compare_blocking, &oracle::is_guarded};
    default:
      return {oracle::random_program(number, {.repeats = repeats, .early_waits = number % 3 == 2}),
              &oracle::compare, &any};
  }
}

// Whether they agree on this program, which counts if it could be compared; if not, `result` tells on what
// smallest one they do not.
bool agree_on(std::uint64_t number, run_result& result) {
  const subject about = subject_of(number);
  const oracle::comparison_result seen = about.compare(about.code);
  result.executions += seen.skipped ? 0 : 1;
  if (seen.difference.empty()) return true;
  const oracle::program small = oracle::shrink(about.code, [&about](const oracle::program& p) {
    return about.admits(p) && !about.compare(p).difference.empty();
  });
  result.outcome = verdict::failed;
  result.error = about.compare(small).difference;
  result.trace = oracle::to_text(small);
  result.replay = std::to_string(number);
  return false;
}

run_result compare_on_random_programs(const run_options& options) {
  const auto start = steady::now();
  const auto seconds = [start] { return std::chrono::duration<double>(steady::now() - start).count(); };
  const bool again = !options.replay.empty();
  const std::uint64_t count = again ? 1 : programs_for(options.effort);
  const std::uint64_t first = again ? parse_number(options.replay) : options.seed * 1'000'000'000;
  run_result result;
  result.seed = options.seed;
  double told = 0;
  for (std::uint64_t i = options.shard_index; i < count; i += options.shard_count) {
    if (!agree_on(first + i, result)) break;
    if (!options.on_progress || seconds() - told < 0.2) continue;
    told = seconds();
    const std::uint64_t left = (count - i) / options.shard_count;
    options.on_progress({result.executions, 0, told, static_cast<double>(left)});
  }
  result.seconds = seconds();
  return result;
}

}  // namespace

std::vector<check> agreement_checks() {
  return {{"explorer", "agrees_with_the_enumerator", "enumerator", 4, &compare_on_random_programs, true}};
}

}  // namespace stillpoint::verify
