// SPDX-License-Identifier: BSL-1.0
//
// What a client does without the policy: new and delete, memory that threads share, threads that do nothing
// else.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "verify/explorer/run.hpp"
#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = policy;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;

template <class C>
run_result result_of() {
  run_options options;
  options.effort = budget::quick;
  return run_explorer<C>(options);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A client of one thread that runs Function.
template <void (*Function)()>
struct runs : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<int> used{0};
  void thread(unsigned) {
    used.store(1, relaxed);
    Function();
  }
};

// Hides from the compiler what a pointer points to.
template <class T>
T* hidden(T* pointer) {
  asm volatile("" : "+r"(pointer));
  return pointer;
}

void deletes_twice() {
  int* const p = hidden(new int(1));
  delete p;
  delete hidden(p);
}
void deletes_an_array_as_one() {
  delete hidden(static_cast<int*>(operator new[](8)));
}
void deletes_one_as_an_array() {
  operator delete[](hidden(operator new(8)));
}
void deletes_aligned_as_plain() {
  operator delete(hidden(operator new (64, std::align_val_t{64})));
}
void deletes_another_size() {
  operator delete (hidden(operator new(8)), std::size_t{4});
}
void deletes_the_middle() {
  operator delete(hidden(static_cast<char*>(operator new(8)) + 4));
}
void deletes_what_create_gave() {
  delete hidden(P::create<int>(1));
}
void loses_one() {
  hidden(new int(1));
}
void loses_an_array() {
  hidden(new int[3]);
}
void deletes_null() {
  delete hidden(static_cast<int*>(nullptr));
}

TEST(NewAndDelete, MisuseIsAFailure) {
  EXPECT_TRUE(has(error_of<runs<&deletes_twice>>(), "double delete in thread 1"));
  EXPECT_TRUE(has(error_of<runs<&deletes_an_array_as_one>>(), "delete of memory that new[] has given"));
  EXPECT_TRUE(has(error_of<runs<&deletes_one_as_an_array>>(), "delete[] of memory that new has given"));
  EXPECT_TRUE(
      has(error_of<runs<&deletes_aligned_as_plain>>(), "delete of memory that aligned new has given"));
  EXPECT_TRUE(has(error_of<runs<&deletes_another_size>>(), "delete of 4 bytes where new has given 8"));
  EXPECT_TRUE(has(error_of<runs<&deletes_the_middle>>(), "delete of memory that no new has given"));
  EXPECT_TRUE(has(error_of<runs<&deletes_what_create_gave>>(), "delete of memory that no new has given"));
}

TEST(NewAndDelete, ALeakIsAFailureWithItsPlace) {
  const exploration one = explored<runs<&loses_one>>();
  const std::string text = one.first_failure.value_or(failure{}).text;
  EXPECT_TRUE(has(text, "leak: 4 bytes of new by thread 1 are never deleted"));
  EXPECT_TRUE(has(text, "loses_one")) << text;
  EXPECT_TRUE(has(error_of<runs<&loses_an_array>>(), "leak: 12 bytes of new[] by thread 1"));
  EXPECT_TRUE(recurs(client_program<runs<&loses_one>>(), one.counterexample));
}

TEST(NewAndDelete, DeletingNothingIsFine) {
  EXPECT_EQ(executions_of<runs<&deletes_null>>(), 1u);
}

struct alignas(64) wide {
  int value = 1;
};

void uses_the_library() {
  std::vector<std::string> texts(3, std::string(100, 'a'));
  texts.emplace_back(200, 'b');
  std::map<int, std::string> by_number;
  for (int i = 0; i < 5; ++i) by_number[i] = std::to_string(i) + std::string(50, 'c');
  const auto shared = std::make_shared<std::vector<int>>(100);
  const std::function<std::size_t()> counts = [shared, texts] { return shared->size() + texts.size(); };
  P::check(counts() == 104, "counted");
  const std::unique_ptr<wide> aligned = std::make_unique<wide>();
  const std::unique_ptr<wide[]> many = std::make_unique<wide[]>(2);
  P::check(aligned->value + many[1].value == 2, "constructed");
  try {
    throw std::runtime_error(std::string(100, 'd'));
  } catch (const std::runtime_error& e) {
    P::check(std::string(e.what()).size() == 100, "caught");
  }
}

TEST(NewAndDelete, TheLibrarysContainersAreRight) {
  const run_result result = result_of<runs<&uses_the_library>>();
  EXPECT_EQ(result.outcome, verdict::passed) << result.error;
  EXPECT_EQ(result.warning, "");
}

// As a library does that allocates at its first use.
int* kept = nullptr;

void keeps() {
  if (kept == nullptr) kept = new int(1);
}

TEST(NewAndDelete, WhatAStaticKeepsIsNoLeak) {
  kept = nullptr;
  const run_result result = result_of<runs<&keeps>>();
  EXPECT_EQ(result.outcome, verdict::passed) << result.error;
  EXPECT_TRUE(has(result.warning, "something keeps memory")) << result.warning;
}

// Store buffering with std::atomic.
struct standard_atomics : client_base {
  std::atomic<int> x{0};
  std::atomic<int> y{0};
  std::array<int, 2> seen{};
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, relaxed);
      seen[0] = y.load(relaxed);
    } else {
      y.store(1, relaxed);
      seen[1] = x.load(relaxed);
    }
  }
};

TEST(Bypass, ThreadsWithoutAnOperationAreNoProof) {
  const run_result result = result_of<standard_atomics>();
  EXPECT_TRUE(has(result.warning, "threads 1 and 2 performed no operation")) << result.warning;
}

// Threads that do not meet.
struct each_its_own : client_base {
  std::array<P::atomic<int>, 2> own;
  void thread(unsigned index) { own[index].store(1, relaxed); }
};

TEST(Bypass, ThreadsThatDoNotMeetGetAWarning) {
  const run_result result = result_of<each_its_own>();
  EXPECT_EQ(result.outcome, verdict::passed);
  EXPECT_TRUE(has(result.warning,
                  "the 2 threads have no place in common that the explorer sees: there is one execution"))
      << result.warning;
}

struct one_thread : client_base {
  static constexpr unsigned threads = 1;
  P::atomic<int> own{0};
  void thread(unsigned) { own.store(1, relaxed); }
};

TEST(Bypass, OneThreadHasOneExecution) {
  EXPECT_EQ(result_of<one_thread>().warning, "");
}

struct silent_second : client_base {
  P::atomic<int> own{0};
  void thread(unsigned index) {
    if (index == 0) own.store(1, relaxed);
  }
};

TEST(Bypass, OneThreadWithoutAnOperationIsNamed) {
  EXPECT_TRUE(has(result_of<silent_second>().warning, "thread 2 performed no operation"));
}

#if defined(__x86_64__)

// The flag hands over the data only if it is stored with release and loaded with acquire.
template <std::memory_order Store, std::memory_order Load>
struct hands_over : client_base {
  P::atomic<bool> ready{false};
  int data = 0;
  void thread(unsigned index) {
    if (index == 0) {
      data = 1;
      ready.store(true, Store);
    } else if (ready.load(Load)) {
      P::check(data == 1, "data is there");
    }
  }
};

struct kept_reference : client_base {
  P::mutex lock;
  P::plain<int> value{1};
  void thread(unsigned index) {
    lock.lock();
    if (index == 0) {
      P::write(value, 2);
      lock.unlock();
      return;
    }
    const int& seen = P::read(value);
    lock.unlock();
    P::check(seen == 1 || seen == 2, "a value that was written");
  }
};

void expect_unfollowed(const run_result& result, const std::string& who) {
  EXPECT_EQ(result.outcome, verdict::unfinished);
  EXPECT_FALSE(result.exhaustive);
  EXPECT_TRUE(has(result.error, "threads share memory outside of the policy")) << result.error;
  EXPECT_TRUE(has(result.error, who)) << result.error;
}

TEST(Bypass, SharedMemoryThatNothingOrders) {
  expect_unfollowed(result_of<standard_atomics>(), "standard_atomics::thread(unsigned int)");
  expect_unfollowed(result_of<hands_over<relaxed, acquire>>(), "thread 1 writes it");
  expect_unfollowed(result_of<hands_over<release, relaxed>>(), "thread 2 reads it");
  expect_unfollowed(result_of<kept_reference>(), "thread 2 reads it");
}

// Memory without the policy that is ordered by what has it.
struct ordered : client_base {
  P::mutex lock;
  int guarded = 0;
  std::vector<int> pushed;
  std::array<int, 2> own{};
  int before = 1;
  void thread(unsigned index) {
    own[index] = before;
    lock.lock();
    guarded += 1;
    pushed.push_back(guarded);
    lock.unlock();
  }
  void after() { P::check(guarded == 2 && own[0] + own[1] == 2 && pushed.size() == 2, "all has happened"); }
};

// What a thread does last, the main thread sees once it has ended.
struct writes_last : client_base {
  P::atomic<int> met{0};
  std::array<int, 2> own{};
  void thread(unsigned index) {
    met.fetch_add(1, relaxed);
    own[index] = 1;
  }
  void after() { P::check(own[0] + own[1] == 2, "both have written"); }
};

TEST(Bypass, OrderedMemoryIsFine) {
  for (const run_result& result :
       {result_of<ordered>(), result_of<hands_over<release, acquire>>(), result_of<writes_last>()}) {
    EXPECT_EQ(result.outcome, verdict::passed) << result.error;
    EXPECT_TRUE(result.exhaustive);
    EXPECT_EQ(result.warning, "");
  }
}

struct node {
  int value = 1;
};

template <bool Create>
struct ends_too_early : client_base {
  P::atomic<node*> head{Create ? P::create<node>() : new node};
  void thread(unsigned index) {
    if (index == 0) {
      node* const mine = head.exchange(nullptr, acq_rel);
      if (Create) {
        P::destroy(mine);
      } else {
        delete mine;
      }
    } else if (const node* const seen = head.load(acquire)) {
      P::check(seen->value == 1, "alive");
    }
  }
};

template <class C>
void expect_use_after_end() {
  const run_result result = result_of<C>();
  EXPECT_EQ(result.outcome, verdict::failed);
  EXPECT_TRUE(has(result.error, "use after the end of the object's life: ")) << result.error;
  EXPECT_FALSE(has(result.error, "not deterministic")) << result.error;
  run_options again;
  again.replay = result.replay;
  EXPECT_EQ(run_explorer<C>(again).error, result.error);
}

TEST(Bypass, UseOfWhatIsDeletedOrDestroyed) {
  expect_use_after_end<ends_too_early<false>>();
  expect_use_after_end<ends_too_early<true>>();
}

#endif

}  // namespace
}  // namespace stillpoint::verify::explorer
