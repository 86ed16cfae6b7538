// SPDX-License-Identifier: BSL-1.0
// copies_program OBJECT [OBJECT]: how many kinds of objects are refused by the first shared object when the
// second one, or the program itself, has used them. A first user is never refused, whoever made them.
#include <dlfcn.h>

#include <cstdio>

#include "tests/unit/copies.hpp"

namespace {

template <class Function>
Function* function_in(const char* file, const char* name) {
  void* const object = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (object == nullptr) std::fprintf(stderr, "%s cannot be loaded\n", file);
  return object == nullptr ? nullptr : reinterpret_cast<Function*>(dlsym(object, name));
}

int refused_here(void* objects) {
  return stillpoint::tests::count_refusals(*static_cast<stillpoint::tests::shared_objects*>(objects));
}

}  // namespace

// What is thrown here ends the test.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char** argv) {
  if (argc < 2) return 2;
  auto* const refused = function_in<int(void*)>(argv[1], "refused_objects");
  auto* const make = function_in<void*()>(argv[1], "make_objects");
  auto* const refused_before = argc > 2 ? function_in<int(void*)>(argv[2], "refused_objects") : refused_here;
  if (refused == nullptr || make == nullptr || refused_before == nullptr) return 2;
  static stillpoint::tests::shared_objects own;
  const int at_first = refused(&own);
  const int afterwards = refused(&own);
  if (at_first != 0 || afterwards != 0) return 1;
  void* const objects = make();
  if (refused_before(objects) != 0) return 1;
  std::printf("%d refused\n", refused(objects));
  return 0;
}
