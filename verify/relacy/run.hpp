// SPDX-License-Identifier: BSL-1.0
//
// run_relacy<C>: the engine "relacy". Runs many random executions of a client under the Relacy race detector
// and reports the shortest failing one that it comes across. It samples: that it found nothing is no proof,
// and `exhaustive` is never set.
//
// How many: a number of executions that depends on the budget, or a time, whichever is reached first. An
// execution is named by the run's seed and its number; that name is the replay id.
#pragma once

#include <exception>
#include <new>
#include <sstream>
#include <string_view>

#include "verify/client.hpp"
#include "verify/engine.hpp"
#include "verify/relacy/relacy_policy.hpp"
#include "verify/relacy/scheduler.hpp"

namespace stillpoint::verify {

namespace relacy {

// A client as Relacy wants its tests. The names of the members are those that Relacy calls.
template <client C>
class client_suite : public rl::test_suite<client_suite<C>, static_cast<rl::thread_id_t>(C::threads)> {
 public:
  void before() {
    current_session.when = section::before;
    poison(memory_, sizeof memory_);
    // Without parentheses, so that members without initializers stay as they are.
    guarded([this] { client_ = new (memory_) C; });
    current_session.when = section::threads;
  }

  void thread(unsigned index) {
    guarded([this, index] { client_->thread(index); });
  }

  void after() {
    current_session.when = section::after;
    guarded([this] { client_->after(); });
    client_->~C();
    release_quarantine();
  }

 private:
  static_assert(alignof(C) <= rl::alignment, "Relacy allocates no memory that is better aligned");

  template <class Part>
  static void guarded(Part part) {
    try {
      part();
    } catch (const std::exception& error) {
      fail_uncaught(error.what());
    } catch (...) {
      fail_uncaught("not a std::exception");
    }
  }

  [[noreturn]] static void fail_uncaught(const char* what) {
    fail(std::string("uncaught exception: ") + what, rl::test_result_user_assert_failed, {});
  }

  alignas(C) unsigned char memory_[sizeof(C)];
  C* client_ = nullptr;
};

// Runs executions until one fails, or current_session.next_execution says that it is enough.
using simulation = rl::test_result_e (*)();

template <client C>
rl::test_result_e simulate_client() {
  constexpr auto threads = static_cast<rl::thread_id_t>(C::threads);
  using info = rl::thread_info<threads>;
  current_session.fences = {
      [](rl::thread_info_base& t) { return +static_cast<info&>(t).acquire_fence_order_; },
      [](rl::thread_info_base& t) { return +static_cast<info&>(t).release_fence_order_; }};
  rl::test_params parameters;
  std::ostream nowhere(nullptr);
  parameters.output_stream = &nowhere;
  parameters.progress_stream = &nowhere;
  return rl::run_test<client_suite<C>, scheduler<threads>>(parameters, nowhere, false);
}

// Errors: std::invalid_argument if options.replay is not a replay id of this engine.
run_result search(const run_options& options, simulation simulate);

}  // namespace relacy

template <client C>
run_result run_relacy(const run_options& options) {
  return relacy::search(options, &relacy::simulate_client<C>);
}

struct relacy_engine {
  static constexpr std::string_view name = "relacy";
  using policy = relacy_policy;

  template <client C>
  static run_result run(const run_options& options) {
    return run_relacy<C>(options);
  }
};

}  // namespace stillpoint::verify
