// SPDX-License-Identifier: BSL-1.0
#include "verify/relacy/simulate.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "verify/relacy/scheduler.hpp"
#include "verify/relacy/session.hpp"

namespace stillpoint::verify::relacy {

namespace {

// The client that is being simulated, and where it lives; as Relacy itself, one per process.
const client_operations* simulated = nullptr;
std::unique_ptr<unsigned char[]> memory;

[[noreturn]] void fail_uncaught(const char* what) {
  fail(std::string("uncaught exception: ") + what, rl::test_result_user_assert_failed, {});
}

template <class Part>
void guarded(Part part) {
  try {
    part();
  } catch (const std::exception& error) {
    fail_uncaught(error.what());
  } catch (...) {
    fail_uncaught("not a std::exception");
  }
}

// What Relacy takes for a test. The names of the members are those that it calls.
template <rl::thread_id_t Threads>
class client_suite : public rl::test_suite<client_suite<Threads>, Threads> {
 public:
  void before() {
    current_session.when = section::before;
    poison(memory.get(), simulated->size);
    guarded([] { simulated->construct(memory.get()); });
    current_session.when = section::threads;
  }

  void thread(unsigned index) {
    if (index >= simulated->threads) return;
    guarded([index] { simulated->thread(memory.get(), index); });
  }

  void after() {
    current_session.when = section::after;
    guarded([] { simulated->after(memory.get()); });
    simulated->destroy(memory.get());
    release_quarantine();
  }
};

template <rl::thread_id_t Threads>
rl::test_result_e simulate_threads() {
  using info = rl::thread_info<Threads>;
  current_session.fences = {
      [](rl::thread_info_base& t) { return +static_cast<info&>(t).acquire_fence_order_; },
      [](rl::thread_info_base& t) { return +static_cast<info&>(t).release_fence_order_; }};
  rl::test_params parameters;
  std::ostream nowhere(nullptr);
  parameters.output_stream = &nowhere;
  parameters.progress_stream = &nowhere;
  return rl::run_test<client_suite<Threads>, scheduler<Threads>>(parameters, nowhere, false);
}

// Relacy is compiled anew for each number of threads, which takes longer than anything else in a first build.
// So there are a few numbers, and the threads that a client lacks do nothing. For one thread, Relacy's arrays
// of its other threads would be empty.
template <int... Threads>
rl::test_result_e simulate_among(unsigned threads, std::integer_sequence<int, Threads...>) {
  static_assert(std::max({Threads...}) == most_client_threads);
  rl::test_result_e result{};
  (void)((threads <= Threads ? (result = simulate_threads<Threads>(), true) : false) || ...);
  return result;
}

}  // namespace

rl::test_result_e simulate(const client_operations& client) {
  simulated = &client;
  memory = std::make_unique<unsigned char[]>(client.size);
  return simulate_among(client.threads, std::integer_sequence<int, 2, 3, 4, most_client_threads>());
}

}  // namespace stillpoint::verify::relacy
