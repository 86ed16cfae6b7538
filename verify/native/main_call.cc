// SPDX-License-Identifier: BSL-1.0
//
// A program whose main is explored as it is: with STILLPOINT=main in its environment, each execution is a run
// of it. STILLPOINT_REPLAY runs the one execution that a report names.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "stillpoint/explore.hpp"
#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/machine/next_definition.hpp"
#include "verify/explorer/machine/static_memory.hpp"
#include "verify/native/exit_calls.hpp"
#include "verify/native/exploration.hpp"

namespace stillpoint::verify::native {

namespace {

using main_function = int (*)(int, char**, char**);

main_function original = nullptr;

std::string setting(const char* name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there are no other threads yet
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int explore_main(int count, char** arguments, char** environment) {
  const auto body = [=] {
    const int result = original(count, arguments, environment);
    if (result != 0) explorer::machine::active()->fail("main returns " + std::to_string(result), {}, {});
    explorer::machine::active()->end_thread_locals();
    exit_calls::of_program().run_those_of_execution();
    exit_calls::of_program().run_those_of_program();
  };
  explores_main();
  explore_options options;
  options.replay = setting("STILLPOINT_REPLAY");
  options.spurious_wakeups = setting("STILLPOINT_SPURIOUS_WAKEUPS") != "0";
  const explore_result seen = explore(arguments[0], body, options);
  std::fputs(seen.report.c_str(), stderr);
  // What is to be done at the program's end was done in each execution.
  std::fflush(nullptr);
  _exit(seen ? 0 : 1);
}

int run_main(int count, char** arguments, char** environment) {
  explorer::static_memory::open(false);
  return setting("STILLPOINT") == "main" ? explore_main(count, arguments, environment)
                                         : original(count, arguments, environment);
}

}  // namespace

}  // namespace stillpoint::verify::native

// What a program's own beginning calls.
// NOLINTNEXTLINE(bugprone-reserved-identifier, readability-identifier-naming): the system's name
extern "C" int __libc_start_main(int (*main)(int, char**, char**), int count, char** arguments,
                                 void (*begin)(), void (*end)(), void (*unload)(), void* stack) {
  namespace native = stillpoint::verify::native;
  using function =
      int (*)(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
  static constinit stillpoint::verify::explorer::next_definition<function> system("__libc_start_main");
  native::original = main;
  stillpoint::verify::explorer::static_memory::open(true);
  return system(&native::run_main, count, arguments, begin, end, unload, stack);
}
