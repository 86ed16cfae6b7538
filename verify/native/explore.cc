// SPDX-License-Identifier: BSL-1.0
#include "stillpoint/explore.hpp"

#include <sys/single_threaded.h>

#include <stdexcept>

#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/run.hpp"
#include "verify/native/exit_calls.hpp"
#include "verify/native/exploration.hpp"
#include "verify/native/globals.hpp"
#include "verify/native/runtime.hpp"
#include "verify/native/source_lines.hpp"
#include "verify/native/thrown.hpp"

namespace stillpoint::verify::native {

namespace {

struct subject {
  void (*body)(void*);
  void* argument;
};

globals& saved() {
  static globals all;
  return all;
}

// One execution, on its main thread.
void run(void* self) {
  const auto& what = *static_cast<const subject*>(self);
  {
    const explorer::machine::engine_scope scope;
    saved().restore();
  }
  {
    const explorer::machine::engine_scope scope;
    thrown::of_program().begin_execution();
    exit_calls::of_program().begin_execution();
  }
  runtime::of_program().begin_execution();
  what.body(what.argument);
  explorer::machine::active()->end_thread_locals();
  exit_calls::of_program().run_those_of_execution();
}

void entered(explorer::machine& m) {
  runtime::of_program().entered(m);
}
void for_statics(void (*visit)(explorer::machine&, const std::byte*, std::size_t), explorer::machine& m) {
  saved().for_each_range([&](const std::byte* first, std::size_t size) { visit(m, first, size); });
}
void released(explorer::machine& m, std::uintptr_t address, std::size_t size, std::source_location where) {
  runtime::of_program().released(m, address, size, where);
}

}  // namespace

namespace {

constinit bool ends_with_main = false;

}  // namespace

void explores_main() {
  ends_with_main = true;
}

run_result explore_program(const run_options& options, void (*body)(void*), void* argument) {
  if (explorer::machine::running_client() != nullptr) {
    throw std::logic_error("stillpoint::explore: called by code that is being explored");
  }
  // Else libstdc++ counts references without atomics.
  __libc_single_threaded = 0;
  saved().save();
  if (saved().would_reset(&saved())) {
    throw std::logic_error(
        "stillpoint::explore: the explorer is linked into the program itself, whose static variables are "
        "reset for "
        "each execution; link it as a shared library");
  }
  subject what{body, argument};
  runtime::of_program().begin_search();
  explorer::machine::forget_program();
  explorer::machine::set_observer({&entered, &released, &source_of, &for_statics});
  const run_result seen = explorer::check_program(options, {&run, &what, true, ends_with_main});
  saved().restore();
  explorer::machine::set_observer({});
  return seen;
}

}  // namespace stillpoint::verify::native

namespace stillpoint::detail {

namespace {

std::string count_text(const verify::run_result& seen) {
  std::string text = std::to_string(seen.executions) + (seen.executions == 1 ? " execution" : " executions");
  if (seen.blocked > 0) text += " (and " + std::to_string(seen.blocked) + " blocked)";
  return text;
}

std::string report_of(std::string_view name, const verify::run_result& seen) {
  const std::string subject(name);
  switch (seen.outcome) {
    case verify::verdict::passed:
      return subject + ": passed, " + count_text(seen) + ", exhaustive\n";
    case verify::verdict::unfinished:
      return subject + ": unfinished, " + count_text(seen) + "; " + seen.error + "\n";
    case verify::verdict::failed:
      break;
  }
  return subject + ": failed, " + count_text(seen) + "\n" + seen.error + "\n\n" + seen.trace +
         "\nreplay: " + seen.replay + "\n";
}

explore_result::verdict verdict_of(verify::verdict outcome) {
  switch (outcome) {
    case verify::verdict::passed:
      return explore_result::verdict::passed;
    case verify::verdict::failed:
      return explore_result::verdict::failed;
    case verify::verdict::unfinished:
      break;
  }
  return explore_result::verdict::unfinished;
}

}  // namespace

explore_result explore(std::string_view name, void (*body)(void*), void* argument,
                       const explore_options& options) {
  verify::run_options settings;
  settings.replay = options.replay;
  settings.stack_size = options.stack_size;
  settings.spurious_wakeups = options.spurious_wakeups;
  settings.seconds = options.seconds;
  const verify::run_result seen = verify::native::explore_program(settings, body, argument);
  return {verdict_of(seen.outcome), seen.executions, seen.blocked, report_of(name, seen), seen.replay};
}

}  // namespace stillpoint::detail
