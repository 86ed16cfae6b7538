// SPDX-License-Identifier: BSL-1.0
//
// The engine "shipped": a client on shipped_policy, its threads std::threads, in every execution of the
// compiled code. What it passes holds for the library's text with std_policy below it.
//
// Each thread owns a stripe before the next one begins, and ends after the next one has: else each order in
// which threads claim stripes and give them back is an execution of its own, some hundred times as many. With
// the budget "thorough" threads claim when they first need one, beside what others do.
#pragma once

#include <array>
#include <string_view>
#include <thread>

#include "verify/client.hpp"
#include "verify/engine.hpp"
#include "verify/native/exploration.hpp"
#include "verify/native/shipped/shipped_policy.hpp"

namespace stillpoint::verify::native {

// From that part on.
template <client C>
void run_parts(C& client, unsigned index, bool settled) {
  if (settled) shipped_policy::quick_stripe(shipped_policy::owned_stripe_limit);
  std::thread next;
  if (index + 1 < C::threads) {
    next = std::thread([&client, index, settled] { run_parts(client, index + 1, settled); });
  }
  client.thread(index);
  if (next.joinable()) next.join();
}

// One execution.
template <client C>
void run_on_threads(void* settled) {
  C client;
  std::thread([&client, settled] { run_parts(client, 0, *static_cast<const bool*>(settled)); }).join();
  client.after();
}

struct shipped_engine {
  static constexpr std::string_view name = "shipped";
  static constexpr bool divisible = true;
  static constexpr engine_option options =
      engine_option::graph | engine_option::stack | engine_option::idle | engine_option::estimate;
  using policy = shipped_policy;

  template <client C>
  static run_result run(const run_options& wanted) {
    bool settled = wanted.effort != budget::thorough;
    return explore_program(wanted, &run_on_threads<C>, &settled);
  }
};

}  // namespace stillpoint::verify::native
