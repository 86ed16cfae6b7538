// SPDX-License-Identifier: BSL-1.0
#include "verify/orders/examine.hpp"

#include <utility>

#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/reports/picture.hpp"
#include "verify/explorer/reports/trace.hpp"

namespace stillpoint::verify::orders {

namespace {

// Far more than any client has; a mutant may have more executions than what it was made from.
constexpr std::uint64_t most_executions = 5'000'000;
// For how many more executions a smaller counterexample is looked for.
constexpr std::uint64_t shrinking_executions = 3'000;
// Per client: Relacy, a sampler, may miss what it looks for.
constexpr std::uint64_t most_samples = 50'000;

explorer::exploration smallest_failure(const examined_client& client, explorer::exploration found) {
  explorer::settings s;
  s.keep_going = true;
  s.max_executions = found.counts.executions + shrinking_executions;
  s.on_failure = [&found](const explorer::failure& f, const explorer::graph& g) {
    if (g.trail().size() >= found.counterexample.trail().size()) return;
    found.first_failure = f;
    found.counterexample = g;
  };
  explorer::explore(client.on_explorer, s);
  return found;
}

}  // namespace

trial on_explorer(const subject& s, const survey& known, const defect& wrong, const std::string& picture) {
  const planting::scope planted(wrong);
  trial result;
  for (const std::size_t index : known.order_of_clients) {
    const examined_client& client = s.clients[index];
    explorer::settings limits;
    limits.max_executions = most_executions;
    explorer::exploration seen = explorer::explore(client.on_explorer, limits);
    result.executions += seen.counts.executions + seen.counts.failures;
    if (!seen.first_failure) {
      if (!seen.counts.exhaustive) result.outcome = outcome_of_trial::undecided;
      continue;
    }
    seen = smallest_failure(client, std::move(seen));
    result.outcome = outcome_of_trial::needed;
    result.client = client.guarantee;
    const explorer::failure failure = seen.first_failure.value_or(explorer::failure{});
    result.error = explorer::headline(seen.counterexample, failure);
    if (!picture.empty()) explorer::write_picture(seen.counterexample, failure, picture);
    break;
  }
  return result;
}

std::optional<trial> on_relacy(const subject& s, const survey& known, const defect& wrong) {
  const planting::scope planted(wrong);
  trial result;
  for (const std::size_t index : known.order_of_clients) {
    run_options options;
    options.most_executions = most_samples;
    const run_result seen = s.clients[index].on_relacy(options);
    result.executions += seen.executions;
    if (seen.outcome != verdict::failed) continue;
    result.outcome = outcome_of_trial::needed;
    result.client = s.clients[index].guarantee;
    result.error = seen.error;
    return result;
  }
  return std::nullopt;
}

}  // namespace stillpoint::verify::orders
