// SPDX-License-Identifier: BSL-1.0
//
// Memory of explored code: what malloc gives, what is copied and filled, what one atomic after another uses.
#include <sys/mman.h>

#include <atomic>
#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "verify/native/testing.hpp"

namespace {

using stillpoint::verify::native::expect_fails;
using stillpoint::verify::native::expect_passes;

// Not known to the compiler.
template <class T>
T unknown(T value) {
  return std::atomic<T>(value).load();
}

int* allocated() {
  return unknown(static_cast<int*>(std::malloc(sizeof(int))));
}

TEST(heap, is_freed_once_and_not_used_later) {
  expect_passes([] {
    int* const one = allocated();
    std::thread([=] { *one = 2; }).join();
    std::free(one);
  });
  expect_fails([] { allocated(); }, "leak: 4 bytes of malloc by thread 0 are never freed");
  expect_fails(
      [] {
        int* const one = allocated();
        int* const same = unknown(one);
        std::free(one);
        std::free(same);
      },
      "double free");
  expect_fails(
      [] {
        int* const one = allocated();
        std::thread other([=] { *one = 2; });
        std::free(one);
        other.join();
      },
      "giving the memory back by thread 0 at verify/native/memory_test.cc:");
}

TEST(heap, is_given_back_as_it_was_taken) {
  expect_fails([] { delete allocated(); }, "delete of memory that malloc has given");
  expect_fails([] { std::free(unknown(new int)); }, "free of memory that new has given");
}

TEST(heap, has_all_that_the_library_offers) {
  expect_passes([] {
    auto* text = static_cast<char*>(std::malloc(4));
    std::strcpy(text, "abc");
    text = static_cast<char*>(std::realloc(text, 400));
    assert(std::strcmp(text, "abc") == 0);
    std::free(text);
    text = static_cast<char*>(std::calloc(3, 4));
    assert(text[11] == 0);
    std::free(text);
    void* aligned = nullptr;
    assert(posix_memalign(&aligned, 64, 100) == 0);
    assert(reinterpret_cast<std::uintptr_t>(aligned) % 64 == 0);
    std::free(aligned);
    std::free(::strdup("x"));
  });
}

// A turn of this loop changes nothing: what it throws lies where it lay. So does what another loop waits for
// in the handler.
template <bool Ends>
void throws_until_it_is_told() {
  std::atomic<bool> flag{false};
  std::thread other([&] {
    if (Ends) flag = true;
  });
  for (bool done = false; !done;) {
    try {
      if (!flag) throw 1;
      done = true;
    } catch (int) {
    }
  }
  other.join();
}

template <bool Ends>
void waits_in_a_handler() {
  std::atomic<bool> flag{false};
  std::thread other([&] {
    if (Ends) flag = true;
  });
  try {
    throw std::runtime_error("text that the library allocates");
  } catch (const std::runtime_error&) {
    while (!flag) std::this_thread::yield();
  }
  other.join();
}

TEST(heap, of_an_exception) {
  expect_passes(throws_until_it_is_told<true>);
  expect_fails(throws_until_it_is_told<false>, "livelock");
  expect_passes(waits_in_a_handler<true>);
  expect_fails(waits_in_a_handler<false>, "livelock");
}

char from[64];
char into[64];

template <bool Ordered>
void copies_and_fills() {
  const std::size_t size = unknown(sizeof into);
  std::thread other([&] { std::memcpy(into, from, size); });
  if (Ordered) other.join();
  std::memset(into, 1, size);
  if (!Ordered) other.join();
}

TEST(bytes, are_copied_and_filled_by_a_thread) {
  expect_passes([] { copies_and_fills<true>(); });
  expect_fails([] { copies_and_fills<false>(); }, "data race");
}

template <bool Ordered>
void appends() {
  std::string text = "a text that is long enough to lie on the heap";
  std::thread other([&] { text += "x"; });
  if (Ordered) other.join();
  text += "y";
  if (!Ordered) other.join();
}

// Much of std::string is compiled in its library.
TEST(bytes, of_a_string) {
  expect_passes([] { appends<true>(); });
  expect_fails([] { appends<false>(); }, "data race");
}

template <class T>
[[gnu::noinline]] void counts_on_the_stack() {
  std::atomic<T> all[16 / sizeof(T)];
  for (auto& each : all) each = 1;
  std::thread other([&] {
    for (auto& each : all) ++each;
  });
  other.join();
  for (auto& each : all) assert(each == 2);
}

TEST(atomics, of_another_size_may_lie_there_later) {
  expect_passes([] {
    counts_on_the_stack<int>();
    counts_on_the_stack<long>();
    counts_on_the_stack<int>();
  });
}

TEST(atomics, of_two_sizes_at_once_are_refused) {
  expect_fails(
      [] {
        alignas(8) std::uint32_t two[2] = {};
        std::atomic_ref<std::uint32_t>(two[0]).store(1);
        std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(two)).load();
      },
      "atomic accesses of 4 and of 8 bytes to the same memory");
}

// A turn of the loop that fails writes what the memory holds already.
void writes_to_what_was_atomic() {
  alignas(std::atomic<long>) unsigned char memory[sizeof(std::atomic<long>)];
  auto* const before = new (memory) std::atomic<long>(1);
  before->fetch_add(1);
  before->~atomic();
  std::atomic<int> top{0};
  int seen = 0;
  do {
    new (memory) long(7);
    seen = 0;
  } while (!top.compare_exchange_weak(seen, 1));
}

TEST(atomics, become_plain_memory_in_a_loop) {
  expect_passes([] { writes_to_what_was_atomic(); });
}

struct without_value {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init,modernize-use-equals-default): as old code has it
  without_value() {}
  long value;
};

// What the stack holds there is left by the explorer's own frames.
TEST(atomics, that_nobody_has_constructed_may_be_stored_to) {
  expect_passes([] {
    std::atomic<without_value> flags[8];
    without_value one;
    one.value = 1;
    for (auto& each : flags) each.store(one, std::memory_order_relaxed);
    std::atomic<long> other{0};
    assert(other.load() == 0);
    for (auto& each : flags) assert(each.load().value == 1);
  });
}

struct alignas(16) counted {
  void* pointer;
  std::size_t count;
};

template <bool Exact>
void counts_wide() {
  std::atomic<counted> all{counted{nullptr, 0}};
  const auto count = [&] {
    counted seen = all.load();
    if (Exact) {
      while (!all.compare_exchange_weak(seen, {seen.pointer, seen.count + 1})) {
      }
    } else {
      all.store({seen.pointer, seen.count + 1});
    }
  };
  std::thread other(count);
  count();
  other.join();
  assert(all.load().count == 2);
}

TEST(atomics, of_sixteen_bytes) {
  expect_passes([] { counts_wide<true>(); });
  expect_fails([] { counts_wide<false>(); }, "assert(all.load().count == 2)");
}

// As a library does that has memory of its own.
TEST(memory_of_the_system, may_be_elsewhere_in_each_execution) {
  const auto maps = [] {
    constexpr std::size_t size = 4096;
    void* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    auto* const value = new (memory) std::atomic<int>(0);
    std::thread([=] { value->store(1); }).join();
  };
  const stillpoint::explore_result seen = stillpoint::explore("maps", maps);
  EXPECT_EQ(seen.outcome, stillpoint::explore_result::verdict::unfinished) << seen.report;
  EXPECT_THAT(seen.report, testing::HasSubstr("each execution finds atomics where none were before"));
}

// What libraries tell ThreadSanitizer changes nothing.
extern "C" void AnnotateIgnoreReadsBegin(const char*, int);
extern "C" void __tsan_acquire(void*);

TEST(annotations, change_nothing) {
  expect_fails(
      [] {
        int value = 0;
        std::thread other([&] { value = 1; });
        AnnotateIgnoreReadsBegin("", 0);
        __tsan_acquire(&value);
        value = 2;
        other.join();
      },
      "data race");
}

}  // namespace
