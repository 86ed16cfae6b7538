// SPDX-License-Identifier: BSL-1.0
//
// The engine "shipped": a client on shipped_policy, its threads std::threads, in every execution of the
// compiled code. What it passes holds for the library's text with std_policy below it.
#pragma once

#include <array>
#include <atomic>
#include <string_view>
#include <thread>

#include "verify/client.hpp"
#include "verify/engine.hpp"
#include "verify/native/exploration.hpp"
#include "verify/native/shipped/shipped_policy.hpp"

namespace stillpoint::verify::native {

template <client C>
void run_from(C& client, unsigned index) {
  shipped_policy::quick_stripe(100);
  std::thread others;
  if (index + 1 < C::threads) others = std::thread([&client, index] { run_from(client, index + 1); });
  client.thread(index);
  if (others.joinable()) others.join();
}

// One execution.
template <client C>
void run_on_threads(void*) {
  C client;
  std::thread first([&client] { run_from(client, 0); });
  first.join();
  client.after();
}

struct shipped_engine {
  static constexpr std::string_view name = "shipped";
  static constexpr bool divisible = true;
  static constexpr engine_option options = engine_option::graph | engine_option::stack | engine_option::idle;
  using policy = shipped_policy;

  template <client C>
  static run_result run(const run_options& wanted) {
    return explore_program(wanted, &run_on_threads<C>, nullptr);
  }
};

}  // namespace stillpoint::verify::native
