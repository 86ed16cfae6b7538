// SPDX-License-Identifier: BSL-1.0
#include <new>
#include <optional>
#include <string_view>

#include "verify/explorer/machine/explore.hpp"
#include "verify/explorer/oracle/interpreter.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"
#include "verify/litmus/engines.hpp"

namespace stillpoint::verify::litmus {

namespace {

using oracle::condition;

// Whether the condition came true in the latest execution that came to its end. One that is run again in
// part, to ask an await's predicate, changes nothing here.
bool condition_met = false;

// A program that tells how it ended.
class observed : public oracle::interpreter<explorer_policy> {
 public:
  explicit observed(const oracle::litmus_test& test) : interpreter(test.code), test_(test) {}

  void after() {
    condition_met = test_.final_state.what == condition::kind::outcome && test_.final_state.holds(*this);
  }

 private:
  const oracle::litmus_test& test_;
};

void run_test(void* self) {
  const auto& test = *static_cast<const oracle::litmus_test*>(self);
  explorer::run_client<observed>([&test](void* memory) { return ::new (memory) observed(test); },
                                 static_cast<unsigned>(test.code.threads.size()));
}

// Whether what the explorer reports is what the test is about.
bool is_outcome(const oracle::litmus_test& test, const explorer::failure& f) {
  const std::string_view text = f.text;
  switch (test.final_state.what) {
    case condition::kind::race:
      return text.starts_with("data race");
    case condition::kind::deadlock:
      return text.starts_with("deadlock");
    case condition::kind::outcome:
      // A deadlock in which each thread could also have gone on to the end is reported at that end.
      return condition_met && text.starts_with("deadlock") && !f.about.empty();
  }
  return false;
}

// What the program of explore_ends ended with, in memory that outlasts the execution.
struct ends {
  const oracle::program& code;
  std::optional<oracle::outcome> latest;

  static void run(void* self) {
    auto& here = *static_cast<ends*>(self);
    explorer::run_client<ending>([&here](void* memory) { return ::new (memory) ending(here); },
                                 static_cast<unsigned>(here.code.threads.size()));
  }

  class ending : public oracle::interpreter<explorer_policy> {
   public:
    explicit ending(ends& all) : interpreter(all.code), all_(all) {}

    void after() {
      const oracle::outcome read = read_outcome();
      const explorer::machine::engine_scope engine;
      all_.latest = read;
    }

   private:
    ends& all_;
  };
};

}  // namespace

void explore_ends(const oracle::program& code, const end_listener& on_end) {
  ends all{code, {}};
  explorer::settings settings;
  settings.keep_going = true;
  settings.on_execution = [&](const explorer::graph& g) { on_end(*all.latest, g); };
  settings.on_failure = [&](const explorer::failure& f, const explorer::graph& g) {
    // A wait that could also have come too late is reported at the end of an execution in which it did not.
    if (f.text.starts_with("deadlock") && !f.about.empty()) on_end(*all.latest, g);
  };
  explorer::explore({&ends::run, &all}, settings);
}

observation explore(const oracle::litmus_test& test, const witness_listener& on_witness) {
  observation seen;
  const auto show = [&](const explorer::graph& g) {
    seen.shown = true;
    if (on_witness) on_witness(g);
  };
  explorer::settings settings;
  settings.keep_going = true;
  settings.on_execution = [&](const explorer::graph& g) {
    if (condition_met) show(g);
  };
  settings.on_failure = [&](const explorer::failure& f, const explorer::graph& g) {
    if (is_outcome(test, f)) {
      show(g);
    } else if (!f.text.starts_with("deadlock")) {
      seen.error = f.text;
    }
  };
  const explorer::program program{&run_test, const_cast<oracle::litmus_test*>(&test)};
  const explorer::exploration done = explorer::explore(program, settings);
  seen.executions = done.counts.executions + done.counts.failures;
  seen.exhaustive = done.counts.exhaustive;
  return seen;
}

}  // namespace stillpoint::verify::litmus
