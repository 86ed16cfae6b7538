// SPDX-License-Identifier: BSL-1.0
//
// Functions that end the process, in place of the system's: called by client code, they are a failure of the
// execution; otherwise the system's is called.
#include <dlfcn.h>

#include <cstdlib>
#include <string>

#include "verify/explorer/machine/machine.hpp"

namespace {

using stillpoint::verify::explorer::call_chain;
using stillpoint::verify::explorer::machine;

// Does not return if a client's thread calls, which would go on at `caller`. `describe` says what is called.
template <class Describe>
void fail_if_client(const void* caller, const Describe& describe) {
  machine* const m = machine::running_client();
  if (m == nullptr) return;
  const machine::engine_scope scope;
  call_chain calls;
  calls.collect(caller);
  m->crash(describe(), "", calls);
}

[[noreturn]] void end_by(const char* function, int status, const void* caller) {
  fail_if_client(caller,
                 [&] { return std::string(function) + "(" + std::to_string(status) + ") is called"; });
  auto* const system = reinterpret_cast<void (*)(int)>(dlsym(RTLD_NEXT, function));
  if (system != nullptr) system(status);
  std::abort();
}

[[noreturn]] void end_by(const char* function) {
  auto* const system = reinterpret_cast<void (*)()>(dlsym(RTLD_NEXT, function));
  if (system != nullptr) system();
  std::abort();
}

}  // namespace

extern "C" {

void exit(int status) noexcept {
  end_by("exit", status, __builtin_return_address(0));
}
void _exit(int status) {
  end_by("_exit", status, __builtin_return_address(0));
}
void _Exit(int status) noexcept {
  end_by("_Exit", status, __builtin_return_address(0));
}
void quick_exit(int status) noexcept {
  end_by("quick_exit", status, __builtin_return_address(0));
}

// What assert() calls.
// NOLINTNEXTLINE(readability-identifier-naming): the system's name
void __assert_fail(const char* assertion, const char* file, unsigned line, const char* function) noexcept {
  fail_if_client(__builtin_return_address(0), [&] {
    // As compilers are given it within Bazel.
    const std::string from_here = "./";
    std::string name = file;
    if (name.starts_with(from_here)) name.erase(0, from_here.size());
    return std::string("assert(") + assertion + ") failed at " + name + ":" + std::to_string(line);
  });
  using signature = void (*)(const char*, const char*, unsigned, const char*);
  auto* const system = reinterpret_cast<signature>(dlsym(RTLD_NEXT, "__assert_fail"));
  if (system != nullptr) system(assertion, file, line, function);
  std::abort();
}

// What -D_GLIBCXX_ASSERTIONS has the standard library call.
void stillpoint_explorer_library_assertion(const char* file, int line, const char* function,
                                           const char* condition) noexcept
    asm("_ZSt21__glibcxx_assert_failPKciS0_S0_");
void stillpoint_explorer_library_assertion(const char* file, int line, const char* function,
                                           const char* condition) noexcept {
  fail_if_client(__builtin_return_address(0), [&] {
    return std::string("assertion of the standard library failed: ") +
           (condition == nullptr ? "" : condition) + " in " + (function == nullptr ? "" : function) + " at " +
           (file == nullptr ? "" : file) + ":" + std::to_string(line);
  });
  std::abort();
}

// What the table of an abstract class's functions has where there is none.
void __cxa_pure_virtual() {
  fail_if_client(__builtin_return_address(0), [] { return std::string("pure virtual function called"); });
  end_by("__cxa_pure_virtual");
}
void __cxa_deleted_virtual() {
  fail_if_client(__builtin_return_address(0), [] { return std::string("deleted virtual function called"); });
  end_by("__cxa_deleted_virtual");
}

// What -fstack-protector calls.
// NOLINTNEXTLINE(readability-identifier-naming): the system's name
void __stack_chk_fail() {
  fail_if_client(__builtin_return_address(0),
                 [] { return std::string("stack smashed: a function wrote beyond a local array"); });
  end_by("__stack_chk_fail");
}

// Its fiber has no thread of the system that could end.
void pthread_exit(void* value) {
  fail_if_client(__builtin_return_address(0), [] {
    return std::string("pthread_exit is called: to end a thread, return from its function");
  });
  auto* const system = reinterpret_cast<void (*)(void*)>(dlsym(RTLD_NEXT, "pthread_exit"));
  if (system != nullptr) system(value);
  std::abort();
}

}  // extern "C"
