// SPDX-License-Identifier: BSL-1.0
//
// run_on_threads: one client on real threads, many times, by real_time_policy.
#pragma once

#include <barrier>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "verify/client.hpp"
#include "verify/history/real_time_policy.hpp"

namespace stillpoint::verify {

struct real_time_result {
  std::uint64_t executions = 0;
  unsigned failures = 0;
  std::string first_failure;
};

namespace detail {

template <class Part>
void run_part(const Part& part) {
  try {
    part();
  } catch (const std::exception& thrown) {
    real_time_failures::add(std::string("uncaught exception: ") + thrown.what());
  }
}

}  // namespace detail

// Runs `executions` of the client, each on a new one, or until the first that fails.
template <client Client>
real_time_result run_on_threads(std::uint64_t executions, std::uint64_t seed = 1) {
  real_time_failures::reset();
  // On the heap: GCC's AddressSanitizer, when it looks for uses of a stack after return, does not align what
  // is on the stack as strictly as cache lines are.
  std::unique_ptr<Client> now;
  bool go_on = executions > 0;
  std::barrier<> gate(Client::threads + 1);

  const auto work = [&](unsigned index) {
    real_time_policy::seed(seed + index);
    for (;;) {
      gate.arrive_and_wait();
      if (!go_on) return;
      detail::run_part([&] { now->thread(index); });
      gate.arrive_and_wait();
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned index = 0; index < Client::threads; ++index) threads.emplace_back(work, index);

  real_time_result result;
  while (go_on) {
    now = std::make_unique<Client>();
    gate.arrive_and_wait();
    gate.arrive_and_wait();
    detail::run_part([&] { now->after(); });
    ++result.executions;
    go_on = result.executions < executions && real_time_failures::count() == 0;
  }
  gate.arrive_and_wait();
  threads.clear();
  result.failures = real_time_failures::count();
  result.first_failure = real_time_failures::first();
  return result;
}

}  // namespace stillpoint::verify
