// SPDX-License-Identifier: BSL-1.0
//
// Client code that would end the process, overruns its stack, or never comes back: a failure of the execution
// with its thread, its function and a replay, and the search can go on.
#include <gmock/gmock.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction() is POSIX's
#include <sys/wait.h>
#include <unistd.h>

#undef NDEBUG
#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <mutex>
#include <stdexcept>

#include "verify/explorer/search/guide.hpp"
#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {

// Not within this file alone: compilers would know that there is one function to call.
struct base {
  base();
  base(const base&) = delete;
  base& operator=(const base&) = delete;
  virtual ~base() = default;
  virtual void late() = 0;
};
struct derived : base {
  void late() override {}
};

namespace {

void (*volatile call_late)(base&) = [](base& unfinished) { unfinished.late(); };

}  // namespace

base::base() {
  call_late(*this);
}

namespace {

using testing::HasSubstr;
using testing::StartsWith;

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;

// Calls `Act` in one of three executions.
template <void (*Act)()>
struct acts : client_base {
  P::atomic<int> x{0};

  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, relaxed);
    } else if (x.load(relaxed) == 1) {
      Act();
    }
  }
};

// Not known to the compiler.
volatile int zero = 0;
volatile std::uintptr_t null_address = 0;
volatile std::uintptr_t no_address = std::uintptr_t{1} << 63;
void (*volatile no_function)() = nullptr;

template <class T>
T* pointer(std::uintptr_t address) {
  return reinterpret_cast<T*>(address);  // NOLINT(performance-no-int-to-ptr): a bad pointer is the point
}

struct node {
  node* before;
  volatile int value;
};

[[gnu::noinline]] void read_null() {
  zero = pointer<node>(null_address)->value;
}
[[gnu::noinline]] void call_null() {
  no_function();
  zero = 0;
}
void read_no_address() {
  zero = *pointer<volatile int>(no_address);
}
void read_uninitialized() {
  volatile int** const made = new volatile int*;
  zero = **made;
}
void read_null_in_library() {
  zero = static_cast<int>(std::strlen(pointer<const char>(null_address)));
}
void divide() {
  zero = 5 / zero;
}
void trap() {
  __builtin_trap();
}
void raise_fault() {
  raise(SIGBUS);
}
void fault_in_the_engine() {
  const machine::engine_scope scope;
  raise(SIGSEGV);
}
void fail_assert() {
  assert(zero == 1);
}
void exit_2() {
  std::exit(2);  // NOLINT(concurrency-mt-unsafe): ends nothing
}
void underscore_exit_2() {
  _exit(2);
}
void quick_exit_2() {
  std::quick_exit(2);
}
void call_pure() {
  const derived made;
}
[[gnu::noinline]] int recurse(int depth) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}
void overflow() {
  recurse(0);
}
// Larger than a page, and than what is left of the stack.
[[gnu::noinline]] void step_over_the_end() {
  volatile unsigned char frame[30 << 20];
  frame[0] = 1;
  zero = frame[0];
}
[[gnu::noinline]] void use_much_stack() {
  volatile char frame[7 << 20];
  for (std::size_t i = 0; i < sizeof frame; i += 4096) frame[i] = 1;
}
volatile bool forever = true;
[[gnu::noinline]] void loop() {
  while (forever) {
  }
}

// The text, which has to be the same when the execution is repeated.
template <class C>
std::string text_of_end() {
  const program p = client_program<C>();
  const exploration seen = explore(p, {});
  if (!seen.first_failure) return "";
  EXPECT_FALSE(seen.first_failure->calls.empty());
  const repetition again = replay(p, guide(guide::text_of(seen.counterexample)));
  EXPECT_TRUE(again.failed && again.as_named);
  EXPECT_EQ(again.failed ? again.failed->text : "", seen.first_failure->text);
  return seen.first_failure->text;
}

TEST(Crash, NamesWhatHappenedInWhichThread) {
  EXPECT_THAT(text_of_end<acts<&read_null>>(),
              StartsWith("null pointer dereferenced (SIGSEGV at address 0x8) in thread 2, in "));
  EXPECT_THAT(text_of_end<acts<&call_null>>(),
              StartsWith("null function pointer called (SIGSEGV at address 0x0) in thread 2, in "));
  EXPECT_THAT(text_of_end<acts<&read_no_address>>(),
              StartsWith("invalid pointer used (SIGSEGV, an address that no memory can have) in thread 2"));
  EXPECT_THAT(text_of_end<acts<&read_uninitialized>>(), HasSubstr("a pointer without a value"));
  EXPECT_THAT(text_of_end<acts<&divide>>(), StartsWith("integer division by zero"));
  EXPECT_THAT(text_of_end<acts<&trap>>(), StartsWith("illegal instruction (SIGILL)"));
  EXPECT_THAT(text_of_end<acts<&raise_fault>>(), StartsWith("SIGBUS is raised in thread 2"));
  EXPECT_THAT(text_of_end<acts<&std::abort>>(), StartsWith("abort is called (SIGABRT) in thread 2"));
}

TEST(Crash, NamesTheFunction) {
  EXPECT_THAT(text_of_end<acts<&read_null>>(), HasSubstr("::read_null()"));
  // What a bad call was called from.
  EXPECT_THAT(text_of_end<acts<&call_null>>(), HasSubstr("::call_null()"));
  // The client's, not the system's.
  EXPECT_THAT(text_of_end<acts<&read_null_in_library>>(), HasSubstr("acts<"));
}

TEST(Crash, AnEndOfTheProcessIsAFailure) {
  EXPECT_THAT(text_of_end<acts<&fail_assert>>(), StartsWith("assert(zero == 1) failed at "));
  EXPECT_THAT(text_of_end<acts<&exit_2>>(), StartsWith("exit(2) is called in thread 2"));
  EXPECT_THAT(text_of_end<acts<&underscore_exit_2>>(), StartsWith("_exit(2) is called in thread 2"));
  EXPECT_THAT(text_of_end<acts<&quick_exit_2>>(), StartsWith("quick_exit(2) is called in thread 2"));
  EXPECT_THAT(text_of_end<acts<&std::terminate>>(), StartsWith("std::terminate is called in thread 2"));
  EXPECT_THAT(text_of_end<acts<&call_pure>>(), StartsWith("pure virtual function called in thread 2"));
}

TEST(Crash, TheSearchGoesOn) {
  const exploration seen = explored<acts<&read_null>>(true);
  EXPECT_EQ(seen.counts.failures, 1u);
  EXPECT_EQ(seen.counts.executions, 1u);
  EXPECT_TRUE(seen.counts.exhaustive);
}

TEST(Crash, TheTraceShowsTheCalls) {
  const exploration seen = explored<acts<&read_null>>();
  ASSERT_TRUE(seen.first_failure);
  const std::string text = trace(seen.counterexample, *seen.first_failure);
  EXPECT_THAT(text, HasSubstr("T2.0  load relaxed atomic#0 = 1 from T1.0"));
  EXPECT_THAT(text, HasSubstr("  -> ends here, in "));
  EXPECT_THAT(text, HasSubstr("calls of T2, innermost first:\n     #0  "));
}

// Zero if it ended by itself.
int signal_that_ended(pid_t child) {
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

// A fault of the engine is none of the client's.
TEST(Crash, OfTheEngineEndsTheProcess) {
  const pid_t child = fork();
  if (child == 0) {
    explored<acts<&fault_in_the_engine>>();
    _exit(0);
  }
  EXPECT_EQ(signal_that_ended(child), SIGSEGV);
}

// A fault of others, while a client runs or not, ends the process as it would without the explorer.
TEST(Crash, WhatIsNotTheClientsGoesWhereItWent) {
  const pid_t child = fork();
  if (child == 0) {
    settings s;
    s.on_execution = [](const graph&) { raise(SIGSEGV); };
    explore(client_program<acts<&use_much_stack>>(), s);
    _exit(0);
  }
  EXPECT_EQ(signal_that_ended(child), SIGSEGV);
  struct sigaction now {};
  sigaction(SIGSEGV, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
}

TEST(Stack, IsAsLargeAsAThreads) {
  executions_of<acts<&use_much_stack>>();
}

TEST(Stack, OverflowIsNamed) {
  EXPECT_THAT(text_of_end<acts<&overflow>>(), StartsWith("stack overflow in thread 2 (8 MiB), in "));
  EXPECT_THAT(text_of_end<acts<&step_over_the_end>>(), StartsWith("stack overflow in thread 2 (8 MiB), in "));
}

TEST(Stack, HasTheSizeThatIsAskedFor) {
  settings s;
  s.limits.stack_size = client_stack::least_size;
  const exploration seen = explore(client_program<acts<&use_much_stack>>(), s);
  ASSERT_TRUE(seen.first_failure);
  EXPECT_THAT(seen.first_failure->text, StartsWith("stack overflow in thread 2 (64 KiB), in "));
  s.limits.stack_size = std::size_t{40} << 20;
  EXPECT_FALSE(explore(client_program<acts<&step_over_the_end>>(), s).first_failure);
}

constexpr double short_while = 0.05;

template <class C>
exploration explored_briefly(unsigned probes = 0) {
  settings s;
  s.limits.idle_seconds = short_while;
  s.probes = probes;
  return explore(client_program<C>(), s);
}

TEST(Hang, AThreadThatRunsWithoutAnOperationIsEnded) {
  const exploration seen = explored_briefly<acts<&loop>>();
  ASSERT_TRUE(seen.first_failure);
  EXPECT_THAT(seen.first_failure->text,
              StartsWith("no operation in 0.05 seconds of processor time in thread 2, in "));
  EXPECT_THAT(seen.first_failure->text, HasSubstr("::loop()"));
}

int loops = 0;
void count_and_loop() {
  ++loops;
  loop();
}

// Found by the estimate, it is not waited for again.
TEST(Hang, IsComeByOnce) {
  loops = 0;
  const exploration seen = explored_briefly<acts<&count_and_loop>>(200);
  ASSERT_TRUE(seen.first_failure);
  EXPECT_EQ(seen.counts.failures, 1u);
  EXPECT_EQ(loops, 1);
}

TEST(Hang, AReplayIsEndedAsWell) {
  const exploration seen = explored_briefly<acts<&loop>>();
  execution_limits limits;
  limits.idle_seconds = short_while;
  const repetition again =
      replay(client_program<acts<&loop>>(), guide(guide::text_of(seen.counterexample)), limits);
  ASSERT_TRUE(again.failed);
  EXPECT_EQ(again.failed->text, seen.first_failure->text);
}

struct waits_by_looping : client_base {
  P::atomic<int> x{0};
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, relaxed);
      return;
    }
    const auto never = [](int now) {
      if (now == 1) loop();
      return now == 1;
    };
    P::await(x, relaxed, never, P::waiter());
  }
};

TEST(Hang, APredicateThatDoesNotReturnIsEnded) {
  const exploration seen = explored_briefly<waits_by_looping>();
  ASSERT_TRUE(seen.first_failure);
  EXPECT_THAT(seen.first_failure->text, HasSubstr("no operation in"));
}

struct works_long : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<int> x{0};

  static double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
  }
  void thread(unsigned) {
    for (int part = 0; part < 4; ++part) {
      const double begin = processor_seconds();
      while (processor_seconds() - begin < 0.02) {
      }
      x.store(part, relaxed);
    }
  }
};

// Each of many is done soon enough.
TEST(Hang, OperationsOnTheWayAreProgress) {
  EXPECT_FALSE(explored_briefly<works_long>().first_failure);
}

struct waits_at_std_atomic : client_base {
  std::atomic<int> place{0};
  void thread(unsigned) { place.wait(0); }
};

TEST(Hang, ABlockedThreadIsToldWhatToUse) {
  const exploration seen = explored_briefly<waits_at_std_atomic>();
  ASSERT_TRUE(seen.first_failure);
  EXPECT_THAT(seen.first_failure->text, StartsWith("blocked in a system call for 0.05 seconds in thread "));
  EXPECT_THAT(seen.first_failure->text, HasSubstr("the explorer does not see std::atomic; use P::await"));
  execution_limits limits;
  limits.idle_seconds = short_while;
  EXPECT_TRUE(recurs(client_program<waits_at_std_atomic>(), seen.counterexample, limits));
}

}  // namespace
}  // namespace stillpoint::verify::explorer
