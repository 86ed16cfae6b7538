// SPDX-License-Identifier: BSL-1.0
// Two shared objects, each with the library's text hidden in it, add to one array: a thread owns the same
// stripe in both, two threads never the same, and no write is lost. And they share an any_value: a type is
// the same in both, and what one stores the other can read. Arguments: the two objects.

#include <dlfcn.h>

#include <barrier>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <thread>

namespace {

struct plugin {
  explicit plugin(const char* file) : handle(dlopen(file, RTLD_NOW | RTLD_LOCAL)) {
    if (handle == nullptr) std::fprintf(stderr, "%s\n", dlerror());
  }

  template <class Function>
  Function* function(const char* name) const {
    return reinterpret_cast<Function*>(dlsym(handle, name));
  }

  void* handle;
};

int failures = 0;

void expect(bool so, const char* text) {
  if (so) return;
  ++failures;
  std::fprintf(stderr, "not so: %s\n", text);
}

void share_a_value(const plugin& first, const plugin& second) {
  void* const value = first.function<void*()>("make_value")();
  expect(second.function<std::int64_t(void*)>("number_in")(value) == -1, "a value is empty at first");
  auto* const store_in_first = first.function<void(void*, std::int64_t)>("store_number");
  auto* const store_in_second = second.function<void(void*, std::int64_t)>("store_number");
  auto* const number_in_first = first.function<std::int64_t(void*)>("number_in");
  auto* const number_in_second = second.function<std::int64_t(void*)>("number_in");
  for (std::int64_t number = 0; number < 1000; number += 2) {
    store_in_first(value, number);
    expect(number_in_second(value) == number, "what the first object stored the second reads");
    store_in_second(value, number + 1);
    expect(number_in_first(value) == number + 1, "and the other way round");
  }
  second.function<void(void*)>("free_value")(value);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const plugin first(argv[1]);
  const plugin second(argv[2]);
  if (first.handle == nullptr || second.handle == nullptr) return 2;
  auto* const owned_in_first = first.function<std::size_t()>("owned_stripe");
  auto* const owned_in_second = second.function<std::size_t()>("owned_stripe");
  void* const array = first.function<void*()>("make_counters")();

  constexpr int writes = 1'000'000;
  std::size_t one = 0;
  std::size_t other = 0;
  std::barrier<> both(2);
  {
    const std::jthread writer([&] {
      one = owned_in_first();
      both.arrive_and_wait();
      auto* const add_one = first.function<void(void*)>("add_one");
      for (int write = 0; write < writes; ++write) add_one(array);
      both.arrive_and_wait();
      expect(owned_in_second() == one, "a thread owns the same stripe in both objects");
    });
    both.arrive_and_wait();
    other = owned_in_second();
    expect(one != other, "two threads own different stripes, whichever object they ask");
    auto* const add_one = second.function<void(void*)>("add_one");
    for (int write = 0; write < writes; ++write) add_one(array);
    both.arrive_and_wait();
  }
  expect(second.function<std::int64_t(void*)>("value_of")(array) == 2 * writes, "no write is lost");
  first.function<void(void*)>("free_counters")(array);
  share_a_value(first, second);
  return failures == 0 ? 0 : 1;
}
