// SPDX-License-Identifier: BSL-1.0
//
// relacy_policy and run_relacy on small clients: what each kind of error is reported as, what is no error,
// and that a failure can be replayed.

#include "verify/relacy/relacy_policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stillpoint/writer_reader_phaser.hpp"
#include "verify/history/toys.hpp"
#include "verify/relacy/run.hpp"

namespace stillpoint::verify {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using P = relacy_policy;
static_assert((P::name(0, "zero"), true), "accepted, as under every policy");
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto seq_cst = std::memory_order_seq_cst;

template <unsigned Threads>
struct test_client {
  static constexpr std::string_view primitive = "test";
  static constexpr std::string_view guarantee = "test";
  static constexpr unsigned threads = Threads;
  void thread(unsigned) {}
  void after() {}
};

run_options some_executions(std::uint64_t executions = 20'000) {
  run_options options;
  options.effort = budget::thorough;
  options.most_executions = executions;
  return options;
}

template <class C>
void expect_passed(std::uint64_t executions = 20'000) {
  const run_result result = run_relacy<C>(some_executions(executions));
  EXPECT_EQ(result.outcome, verdict::passed) << result.error << '\n' << result.trace;
  EXPECT_EQ(result.executions, executions);
  EXPECT_FALSE(result.exhaustive);
}

// Each failure is replayed too.
template <class C, class Matcher>
run_result expect_failed(const Matcher& error) {
  const run_result result = run_relacy<C>(some_executions());
  EXPECT_EQ(result.outcome, verdict::failed);
  EXPECT_THAT(result.error, error);
  run_options again;
  again.replay = result.replay;
  const run_result replayed = run_relacy<C>(again);
  EXPECT_EQ(replayed.outcome, verdict::failed);
  EXPECT_EQ(replayed.executions, 1u);
  EXPECT_EQ(replayed.error, result.error);
  EXPECT_EQ(replayed.trace, result.trace);
  EXPECT_EQ(replayed.replay, result.replay);
  return result;
}

// Errors on plain memory.

struct race : test_client<2> {
  P::plain<int> data{0};
  void thread(unsigned) { P::write(data, P::read(data) + 1); }
};

TEST(relacy_errors, data_race) {
  const run_result result =
      expect_failed<race>(AllOf(HasSubstr("data race: thread "), HasSubstr("relacy_policy_test.cc:"),
                                HasSubstr("is not ordered after thread")));
  EXPECT_THAT(result.trace, AllOf(HasSubstr("thread 1:\n"), HasSubstr("thread 2:\n"),
                                  HasSubstr("read of plain 1: 0"), HasSubstr("<== here")));
}

struct read_by_both : test_client<2> {
  P::plain<int> data{7};
  void thread(unsigned) { P::check(P::read(data) == 7, "the value is there"); }
};

TEST(relacy_errors, reads_do_not_race) {
  expect_passed<read_by_both>();
}

struct uninitialized : test_client<1> {
  P::plain<int> data;
  void after() { P::read(data); }
};

TEST(relacy_errors, read_without_value) {
  expect_failed<uninitialized>(
      AllOf(HasSubstr("read of a variable that has no value"), HasSubstr("plain 1")));
}

struct initialized : test_client<1> {
  struct several {
    P::plain<int> a{}, b{3}, c;
    std::array<P::plain<int>, 2> array{};
    P::plain<std::string> text;
  };
  several all;
  void after() {
    P::write(all.c, 4);
    P::check(P::read(all.a) == 0 && P::read(all.b) == 3 && P::read(all.c) == 4, "values");
    P::check(P::read(all.array[0]) == 0 && P::read(all.array[1]) == 0, "braces give zero");
    P::check(P::read(all.text).empty(), "a class has its constructor");
  }
};

TEST(relacy_errors, initialized_variables_are_read) {
  expect_passed<initialized>(100);
}

// Memory.

struct node {
  explicit node(int v) : value(v), data(v) {}
  P::atomic<int> value;
  P::plain<int> data;
};

struct leak : test_client<1> {
  void thread(unsigned) { P::create<node>(1); }
};

TEST(relacy_errors, leak) {
  expect_failed<leak>(
      AllOf(HasSubstr("memory leak: thread 1, create object 1"), HasSubstr("relacy_policy_test.cc")));
}

struct refuses_to_be {
  explicit refuses_to_be(int v) : value(v) { throw std::runtime_error("not today"); }
  P::atomic<int> value;
};

struct failed_construction : test_client<1> {
  void thread(unsigned) {
    try {
      P::create<refuses_to_be>(1);
      P::check(false, "the exception arrives");
    } catch (const std::runtime_error&) {
      P::destroy(P::create<node>(1));
    }
  }
};

TEST(relacy_errors, no_leak_of_what_could_not_be_constructed) {
  expect_passed<failed_construction>();
}

struct leak_by_new : test_client<1> {
  int* kept = nullptr;
  void thread(unsigned) { kept = new int(1); }
};

TEST(relacy_errors, leak_by_new) {
  expect_failed<leak_by_new>(HasSubstr("memory leak"));
}

template <class T>
struct double_free : test_client<1> {
  void thread(unsigned) {
    auto* const p = P::create<T>(1);
    P::destroy(p);
    P::destroy(p);
  }
};

TEST(relacy_errors, double_free) {
  expect_failed<double_free<int>>(HasSubstr("memory freed twice"));
}

// Where the memory went back at once, the second destructor is found to use it.
TEST(relacy_errors, double_free_of_an_object) {
  std::vector<std::string> errors;
  for (const char* id : {"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"}) {
    run_options options;
    options.replay = id;
    errors.push_back(run_relacy<double_free<node>>(options).error);
  }
  EXPECT_THAT(errors, Contains(HasSubstr("memory freed twice")));
  EXPECT_THAT(errors, Each(AnyOf(HasSubstr("memory freed twice"), HasSubstr("use of memory after it was"))));
}

template <bool Atomic>
struct use_after_free : test_client<1> {
  void thread(unsigned) {
    auto* const p = P::create<node>(1);
    P::destroy(p);
    if constexpr (Atomic) {
      p->value.load(relaxed);
    } else {
      P::read(p->data);
    }
  }
};

TEST(relacy_errors, use_after_free) {
  const auto error = HasSubstr("use of memory after it was freed");
  EXPECT_EQ(expect_failed<use_after_free<true>>(error).executions, 1u);
  EXPECT_EQ(expect_failed<use_after_free<false>>(error).executions, 1u);
}

struct unordered_construction : test_client<2> {
  P::atomic<node*> shared{nullptr};
  void thread(unsigned index) {
    if (index == 0) {
      shared.store(P::create<node>(1), relaxed);
    } else if (node* const found = shared.load(acquire)) {
      P::read(found->data);
    }
  }
  void after() { P::destroy(shared.load(relaxed)); }
};

TEST(relacy_errors, use_that_is_not_ordered_after_construction) {
  expect_failed<unordered_construction>(HasSubstr("data race"));
}

struct never_destroyed : test_client<1> {
  alignas(P::plain<int>) std::array<std::byte, sizeof(P::plain<int>)> memory;
  void thread(unsigned) { new (memory.data()) P::plain<int>(1); }
};

TEST(relacy_errors, variable_that_is_never_destroyed) {
  expect_failed<never_destroyed>(HasSubstr("never destroyed"));
}

struct well_behaved_memory : test_client<2> {
  P::atomic<node*> shared{nullptr};
  void thread(unsigned index) {
    std::vector<int> own(10, static_cast<int>(index));
    node* const mine = P::create<node>(static_cast<int>(index));
    if (node* const other = shared.exchange(mine, acq_rel)) {
      P::check(P::read(other->data) == other->value.load(relaxed), "the node is whole");
      P::destroy(other);
    }
  }
  void after() { P::destroy(shared.load(relaxed)); }
};

TEST(relacy_errors, memory_that_is_freed_is_no_leak) {
  expect_passed<well_behaved_memory>();
}

// Deadlock and livelock.

struct endless_await : test_client<2> {
  P::atomic<int> flag{0};
  void thread(unsigned index) {
    if (index == 0) {
      flag.store(1, relaxed);
    } else {
      P::await(
          flag, acquire, [](int f) { return f == 2; }, P::waiter());
    }
  }
};

TEST(relacy_errors, await_that_nothing_ends) {
  const run_result result =
      expect_failed<endless_await>(AllOf(HasSubstr("deadlock: thread 2, await(acquire) waits for atomic 1 ("),
                                         HasSubstr("relacy_policy_test.cc")));
  EXPECT_EQ(result.executions, 1u);
}

struct endless_await_afterwards : test_client<1> {
  P::atomic<int> flag{0};
  void after() {
    P::await(
        flag, acquire, [](int f) { return f == 2; }, P::waiter());
  }
};

TEST(relacy_errors, await_after_the_threads) {
  expect_failed<endless_await_afterwards>(HasSubstr("deadlock"));
}

struct locks_in_both_orders : test_client<2> {
  std::array<P::mutex, 2> mutexes;
  void thread(unsigned index) {
    mutexes[index].lock();
    mutexes[1 - index].lock();
    mutexes[1 - index].unlock();
    mutexes[index].unlock();
  }
};

TEST(relacy_errors, locks_in_both_orders) {
  expect_failed<locks_in_both_orders>(AllOf(HasSubstr("deadlock"), HasSubstr("thread 1, lock of mutex 2"),
                                            HasSubstr("thread 2, lock of mutex 1")));
}

struct livelock : test_client<1> {
  P::atomic<int> flag{0};
  void thread(unsigned) {
    while (flag.load(relaxed) == 0) {
    }
  }
};

TEST(relacy_errors, livelock) {
  expect_failed<livelock>(HasSubstr("livelock"));
}

// Mutexes.

struct unlock_by_other : test_client<2> {
  P::mutex mutex;
  void thread(unsigned index) {
    if (index == 0) mutex.lock();
    if (index == 1) mutex.unlock();
  }
};

TEST(relacy_errors, unlock_by_other_thread) {
  expect_failed<unlock_by_other>(
      HasSubstr("a mutex unlocked by a thread that does not hold it: thread 2, unlock of"));
}

struct lock_twice : test_client<1> {
  P::mutex mutex;
  void thread(unsigned) {
    mutex.lock();
    mutex.lock();
  }
};

TEST(relacy_errors, lock_twice) {
  expect_failed<lock_twice>(HasSubstr("locked by the thread that holds it"));
}

struct lock_kept : test_client<1> {
  P::mutex mutex;
  void thread(unsigned) { mutex.lock(); }
};

TEST(relacy_errors, lock_kept) {
  expect_failed<lock_kept>(HasSubstr("destroyed while it is locked"));
}

struct mutual_exclusion : test_client<3> {
  P::mutex mutex;
  P::plain<int> count{0};
  void thread(unsigned) {
    if (!mutex.try_lock()) mutex.lock();
    P::write(count, P::read(count) + 1);
    mutex.unlock();
  }
  void after() { P::check(P::read(count) == 3, "each counted"); }
};

TEST(relacy_errors, a_mutex_excludes) {
  expect_passed<mutual_exclusion>();
}

// Checks, exceptions, crashes.

struct failed_check : test_client<2> {
  P::atomic<int> x{0};
  void thread(unsigned index) {
    if (index == 0) x.store(1, relaxed);
    if (index == 1) P::check(x.load(relaxed) == 0, "x is never set");
  }
};

TEST(relacy_errors, failed_check) {
  const run_result result = expect_failed<failed_check>(
      AllOf(HasSubstr("check failed: x is never set ("), HasSubstr("relacy_policy_test.cc:")));
  EXPECT_THAT(result.trace,
              AllOf(HasSubstr("store(1, relaxed) to atomic 1"), HasSubstr("load(relaxed) of atomic 1: 1")));
}

struct misuse : test_client<1> {
  writer_reader_phaser<P> phaser;
  void thread(unsigned) { phaser.flip_phase(); }
};

TEST(relacy_errors, uncaught_exception_of_the_library) {
  expect_failed<misuse>(
      HasSubstr("uncaught exception: writer_reader_phaser::flip_phase: the calling thread does not"));
}

struct throws_a_number : test_client<1> {
  void after() { throw 7; }
};

TEST(relacy_errors, uncaught_exception_of_another_kind) {
  expect_failed<throws_a_number>(HasSubstr("uncaught exception"));
}

struct throws_while_constructed : test_client<1> {
  throws_while_constructed() { throw std::runtime_error("not today"); }
};

TEST(relacy_errors, uncaught_exception_of_the_constructor) {
  expect_failed<throws_while_constructed>(HasSubstr("uncaught exception: not today"));
}

struct terminates : test_client<1> {
  static void escape() { throw std::runtime_error("out of a noexcept function"); }
  void thread(unsigned) noexcept { escape(); }
};

TEST(relacy_errors, terminate) {
  expect_failed<terminates>(
      AllOf(HasSubstr("std::terminate was called"), HasSubstr("out of a noexcept function")));
}

struct crashes : test_client<2> {
  P::atomic<int> x{0};
  void thread(unsigned index) {
    if (index == 0) x.store(1, relaxed);
    if (index == 1 && x.load(relaxed) == 1) std::raise(SIGSEGV);
  }
};

TEST(relacy_errors, crash) {
  const run_result result =
      expect_failed<crashes>(HasSubstr("the client crashed: invalid memory reference (SIGSEGV)"));
  EXPECT_THAT(result.trace, HasSubstr("store(1, relaxed) to atomic 1"));
}

struct aborts : test_client<1> {
  void thread(unsigned) { std::abort(); }
};

TEST(relacy_errors, abort) {
  expect_failed<aborts>(HasSubstr("SIGABRT"));
}

// Threads throw, catch and rethrow in each other's midst; each has to get its own exceptions.
struct exceptions : test_client<3> {
  P::atomic<int> x{0};
  struct adds_at_end {
    P::atomic<int>& x;
    ~adds_at_end() { x.fetch_add(1, relaxed); }
  };
  void thread(unsigned index) {
    const std::string name = "an exception of thread number " + std::to_string(index);
    try {
      try {
        const adds_at_end first{x};
        throw std::runtime_error(name);
      } catch (const std::runtime_error&) {
        const adds_at_end second{x};
        x.fetch_add(1, relaxed);
        throw;
      }
    } catch (const std::runtime_error& mine) {
      x.fetch_add(1, relaxed);
      P::check(name == mine.what(), "the thread catches what it threw");
      P::check(std::uncaught_exceptions() == 0, "nothing is in flight");
    }
  }
  void after() { P::check(x.load(relaxed) == 12, "all were counted"); }
};

TEST(relacy_errors, exceptions_belong_to_threads) {
  expect_passed<exceptions>();
}

struct not_deterministic : test_client<1> {
  static inline unsigned calls = 0;
  void thread(unsigned) { P::check(++calls % 100 != 0, "not the hundredth call"); }
};

TEST(relacy_errors, a_client_that_is_not_deterministic) {
  const run_result result = run_relacy<not_deterministic>(some_executions());
  EXPECT_EQ(result.outcome, verdict::failed);
  EXPECT_THAT(result.error, HasSubstr("not deterministic"));
}

TEST(relacy_errors, histories_that_are_not_linearizable) {
  expect_failed<toys::torn_counter_is_linearizable<P>>(HasSubstr("the calls are linearizable"));
  expect_failed<toys::late_register_is_linearizable<P>>(HasSubstr("the calls are linearizable"));
}

// The same clients without the toys' defects.
struct whole_counter : toys::torn_counter_is_linearizable<P> {
  P::atomic<unsigned> value{0u};
  void thread(unsigned index) {
    for (int round = 0; round < 2; ++round) {
      auto& call = calls.invoke(index, {});
      call.operation.returned = value.fetch_add(1, relaxed);
      calls.respond(call);
    }
  }
};

struct prompt_register : toys::late_register_is_linearizable<P> {
  P::atomic<int> value{0};
  void thread(unsigned index) {
    if (index == 0) {
      auto& call = calls.invoke(index, {toys::register_model::action::write, 7});
      value.store(7, release);
      calls.respond(call);
    } else {
      auto& call = calls.invoke(index, {toys::register_model::action::read});
      call.operation.value = value.load(acquire);
      calls.respond(call);
    }
  }
};

TEST(relacy_errors, histories_that_are_linearizable) {
  expect_passed<whole_counter>();
  expect_passed<prompt_register>();
}

// The policy's operations.

enum class color : std::uint8_t { red, green };

struct value_types : test_client<1> {
  std::array<int, 3> numbers{1, 2, 3};
  P::atomic<std::uint8_t> small{255};
  P::atomic<bool> flag{false};
  P::atomic<color> paint{color::red};
  P::atomic<const int*> pointer{&numbers[0]};
  P::atomic<int> number{-5};
  P::atomic<std::int64_t> nothing;
  P::plain<const int*> plain_pointer{&numbers[1]};

  void after() {
    P::check(small.fetch_add(2, relaxed) == 255 && small.load(relaxed) == 1, "small numbers wrap around");
    P::check(small.fetch_sub(2, relaxed) == 1 && small.load(relaxed) == 255, "both ways");
    P::check(small.fetch_and(0x0F, relaxed) == 255 && small.fetch_or(0xF0, relaxed) == 0x0F, "bits");
    P::check(!flag.exchange(true, relaxed) && flag.load(relaxed), "bool");
    auto expected = color::green;
    P::check(!paint.compare_exchange_strong(expected, color::green, seq_cst, relaxed), "differs");
    P::check(expected == color::red, "tells what is there");
    P::check(paint.compare_exchange_strong(expected, color::green, acq_rel, acquire), "now it does");
    P::check(*pointer.fetch_add(2, relaxed) == 1 && *pointer.load(relaxed) == 3, "pointers count elements");
    P::check(number.fetch_sub(5, relaxed) == -5 && number.load(relaxed) == -10, "signed numbers");
    P::check(nothing.load(relaxed) == 0, "an atomic always has a value");
    P::check(*P::read(plain_pointer) == 2, "plain pointers");
    P::check(P::this_thread() != P::thread_id{}, "a thread has an identity");
  }
};

TEST(relacy_policy, value_types) {
  expect_passed<value_types>(10);
}

struct orders_of_failure : test_client<2> {
  P::atomic<int> flag{0};
  P::plain<int> data{0};
  std::memory_order success = relaxed;
  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      flag.store(1, release);
    } else {
      int expected = 7;
      flag.compare_exchange_strong(expected, 8, success, acquire);
      if (expected == 1) P::check(P::read(data) == 1, "a failure that acquires");
    }
  }
};

TEST(relacy_policy, failure_order_may_be_stronger_than_success_order) {
  expect_passed<orders_of_failure>();
}

struct weak_compare_exchange : test_client<1> {
  static inline bool failed = false;
  static inline bool succeeded = false;
  P::atomic<int> x{0};
  void after() {
    int expected = 0;
    (x.compare_exchange_weak(expected, 1, relaxed, relaxed) ? succeeded : failed) = true;
  }
};

TEST(relacy_policy, weak_compare_exchange_fails_at_times) {
  expect_passed<weak_compare_exchange>(1000);
  EXPECT_TRUE(weak_compare_exchange::failed);
  EXPECT_TRUE(weak_compare_exchange::succeeded);
}

struct choices : test_client<1> {
  static inline std::array<bool, 5> chosen{};
  static inline std::array<bool, P::stripe_count> stripes{};
  void thread(unsigned) {
    chosen[P::choose(5)] = true;
    stripes[P::stripe()] = true;
  }
};

TEST(relacy_policy, choices_are_all_taken) {
  expect_passed<choices>(1000);
  EXPECT_THAT(choices::chosen, Each(true));
  EXPECT_THAT(choices::stripes, Each(true));
}

// A waiter may see, or miss, a value that was there for a while.
struct await_sees_past_values : test_client<2> {
  static inline std::array<bool, 4> seen{};
  P::atomic<int> x{0};
  void thread(unsigned index) {
    if (index == 0) {
      for (int value = 1; value <= 3; ++value) x.store(value, relaxed);
    } else {
      const int found = P::await(
          x, relaxed, [](int v) { return v >= 1; }, P::waiter());
      seen[static_cast<std::size_t>(found)] = true;
    }
  }
};

TEST(relacy_policy, await_sees_past_values) {
  expect_passed<await_sees_past_values>();
  EXPECT_THAT(await_sees_past_values::seen, testing::ElementsAre(false, true, true, true));
}

// After a wait the thread may read old values of other variables as before it; also if it had to look twice.
struct await_and_stale_values : test_client<2> {
  static inline bool stale = false;
  P::atomic<int> x{0}, go{0};
  void thread(unsigned index) {
    if (index == 0) {
      x.store(1, relaxed);
      go.store(1, relaxed);
      return;
    }
    const P::thread_id me = P::this_thread();
    int looks = 0;
    bool parked = false;
    const int before = x.load(relaxed);
    P::await(
        go, relaxed,
        [&](int g) {
          ++looks;
          // Who stores looks whether a thread that is parked may go on.
          parked = parked || P::this_thread() != me;
          return g == 1;
        },
        P::waiter());
    if (looks > 1 && !parked && before == 0 && x.load(relaxed) == 0) stale = true;
  }
};

TEST(relacy_policy, await_does_not_refresh_other_variables) {
  expect_passed<await_and_stale_values>();
  EXPECT_TRUE(await_and_stale_values::stale);
}

// Two waiters that free each other in turn: a store that is missed would be a deadlock.
struct ping_pong : test_client<2> {
  P::atomic<unsigned> turn{0u};
  P::plain<int> ball{0};
  void thread(unsigned index) {
    for (int round = 0; round < 3; ++round) {
      P::await(
          turn, acquire, [index](unsigned t) { return t % 2 == index; }, P::waiter());
      P::write(ball, P::read(ball) + 1);
      turn.fetch_add(1, release);
    }
  }
  void after() { P::check(P::read(ball) == 6, "six strokes"); }
};

TEST(relacy_policy, awaits_free_each_other) {
  expect_passed<ping_pong>();
}

// Two wait for the same variable; who frees the first must not forget the other.
struct waiting_in_line : test_client<3> {
  P::atomic<unsigned> turn{0u}, done{0u};
  void thread(unsigned index) {
    if (index > 0) {
      P::await(
          turn, relaxed, [index](unsigned t) { return t >= index; }, P::waiter());
      done.store(index, relaxed);
      return;
    }
    turn.store(1, relaxed);
    P::await(
        done, relaxed, [](unsigned d) { return d == 1; }, P::waiter());
    turn.store(2, relaxed);
  }
};

TEST(relacy_policy, awaits_of_the_same_variable_end_each_for_itself) {
  expect_passed<waiting_in_line>();
}

struct moments : test_client<2> {
  static inline bool unordered = false;
  P::atomic<int> flag{0};
  P::moment before{}, after_store{}, other{};
  bool saw = false;
  void thread(unsigned index) {
    if (index == 0) {
      before = P::now();
      flag.store(1, release);
      after_store = P::now();
    } else {
      saw = flag.load(acquire) == 1;
      other = P::now();
    }
  }
  void after() {
    P::check(P::precedes(before, after_store) && !P::precedes(after_store, before),
             "one thread's are in order");
    P::check(!P::precedes(before, before), "none precedes itself");
    P::check(P::precedes(before, other) == saw, "what was acquired precedes");
    P::check(!P::precedes(after_store, other) && !P::precedes(other, before), "nothing else does");
    P::check(P::precedes(other, P::now()), "all precedes the end");
    unordered = unordered || !saw;
  }
};

TEST(relacy_policy, moments_are_ordered_by_happens_before) {
  expect_passed<moments>();
  EXPECT_TRUE(moments::unordered);
}

// Planted defects, each on a client that passes without.

template <class C>
run_result run_with(operation op, void (*change)(defect&)) {
  std::vector<site> sites;
  {
    const planting::survey_scope survey(sites);
    expect_passed<C>(100);
  }
  const std::vector<site> found = planting::select(sites, "", op);
  EXPECT_EQ(found.size(), 1u);
  defect wrong;
  wrong.where = found.at(0);
  change(wrong);
  const planting::scope planted(wrong);
  return run_relacy<C>(some_executions());
}

struct counted_by_two : test_client<2> {
  P::atomic<int> count{0};
  void thread(unsigned) { count.fetch_add(1, relaxed); }
  void after() { P::check(count.load(relaxed) == 2, "both are counted"); }
};

TEST(relacy_planting, torn) {
  const run_result result = run_with<counted_by_two>(operation::fetch_add, [](defect& d) { d.torn = true; });
  EXPECT_THAT(result.error, HasSubstr("both are counted"));
  EXPECT_THAT(result.trace, HasSubstr("planted as load and store"));
}

struct handed_over : test_client<2> {
  P::atomic<int> flag{0};
  P::plain<int> data{0};
  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      flag.store(1, release);
    } else {
      P::await(
          flag, acquire, [](int f) { return f == 1; }, P::waiter());
      P::check(P::read(data) == 1, "the data is there");
    }
  }
};

TEST(relacy_planting, weaker_order) {
  const run_result result = run_with<handed_over>(operation::store, [](defect& d) { d.order = relaxed; });
  EXPECT_THAT(result.error, HasSubstr("data race"));
  EXPECT_THAT(result.trace, HasSubstr("store(1, relaxed planted for release)"));
}

TEST(relacy_planting, weaker_order_of_an_await) {
  const run_result result = run_with<handed_over>(operation::await, [](defect& d) { d.order = relaxed; });
  EXPECT_THAT(result.error, HasSubstr("data race"));
}

TEST(relacy_planting, dropped_store) {
  const run_result result = run_with<handed_over>(operation::store, [](defect& d) { d.dropped = true; });
  EXPECT_THAT(result.error, HasSubstr("deadlock"));
  EXPECT_THAT(result.trace, HasSubstr("planted: left out"));
}

TEST(relacy_planting, impatient_await) {
  const run_result result = run_with<handed_over>(operation::await, [](defect& d) { d.impatient = true; });
  EXPECT_EQ(result.outcome, verdict::failed);
  EXPECT_THAT(result.trace, HasSubstr("planted: does not wait"));
}

TEST(relacy_planting, other_result) {
  const run_result result =
      run_with<handed_over>(operation::plain_read, [](defect& d) { d.result_mask = 2; });
  EXPECT_THAT(result.error, HasSubstr("the data is there"));
}

TEST(relacy_planting, dropped_plain_write) {
  const run_result result =
      run_with<handed_over>(operation::plain_write, [](defect& d) { d.dropped = true; });
  EXPECT_THAT(result.error, HasSubstr("the data is there"));
}

struct locked_once : test_client<2> {
  P::mutex mutex;
  P::plain<int> count{0};
  void thread(unsigned) {
    mutex.lock();
    P::write(count, 1);
    mutex.unlock();
  }
};

TEST(relacy_planting, dropped_unlock) {
  const run_result result = run_with<locked_once>(operation::unlock, [](defect& d) { d.dropped = true; });
  EXPECT_THAT(result.error, HasSubstr("deadlock"));
}

TEST(relacy_planting, dropped_lock) {
  const run_result result = run_with<locked_once>(operation::lock, [](defect& d) { d.dropped = true; });
  EXPECT_EQ(result.outcome, verdict::failed);
}

struct created_and_destroyed : test_client<1> {
  void thread(unsigned) { P::destroy(P::create<int>(1)); }
};

TEST(relacy_planting, dropped_destroy) {
  const run_result result =
      run_with<created_and_destroyed>(operation::destroy, [](defect& d) { d.dropped = true; });
  EXPECT_THAT(result.error, HasSubstr("memory leak"));
}

struct fenced : test_client<2> {
  P::atomic<int> x{0}, y{0};
  int a = 0, b = 0;
  void thread(unsigned index) {
    (index == 0 ? x : y).store(1, relaxed);
    P::fence(seq_cst);
    (index == 0 ? a : b) = (index == 0 ? y : x).load(relaxed);
  }
  void after() { P::check(a + b > 0, "one sees the other"); }
};

TEST(relacy_planting, dropped_fence) {
  const run_result result = run_with<fenced>(operation::fence, [](defect& d) { d.dropped = true; });
  EXPECT_THAT(result.error, HasSubstr("one sees the other"));
}

TEST(relacy_planting, weaker_fence) {
  const run_result result = run_with<fenced>(operation::fence, [](defect& d) { d.order = acq_rel; });
  EXPECT_THAT(result.error, HasSubstr("one sees the other"));
}

// Runs, replays, shards.

TEST(relacy_run, replaying_an_execution_that_passes_passes) {
  run_options options;
  options.replay = "3.14";
  const run_result result = run_relacy<read_by_both>(options);
  EXPECT_EQ(result.outcome, verdict::passed);
  EXPECT_EQ(result.executions, 1u);
  EXPECT_EQ(result.seed, 3u);
}

TEST(relacy_run, refuses_what_is_no_replay_id) {
  for (const char* id : {"x", "1", "1x2", "1.", ".1", "1.x", "1.2.3", "-1.2", "1.99999999999999999999999"}) {
    run_options options;
    options.replay = id;
    EXPECT_THROW(run_relacy<read_by_both>(options), std::invalid_argument) << id;
  }
}

struct fails_sooner_or_later : test_client<1> {
  P::atomic<int> x{0};
  void thread(unsigned) {
    for (std::size_t left = P::choose(50); left > 0; --left) x.load(relaxed);
    P::check(x.load(relaxed) == 1, "never");
  }
};

// Of all failures that it comes across, the engine reports the shortest.
TEST(relacy_run, traces_are_short) {
  const run_result result = run_relacy<fails_sooner_or_later>(some_executions());
  EXPECT_THAT(result.trace, AllOf(HasSubstr("      2  "), Not(HasSubstr("      6  "))));
}

struct fingerprints : test_client<1> {
  static inline std::array<std::size_t, 100> taken{};
  static inline std::size_t count = 0;
  void thread(unsigned) { taken[count++] = P::choose(1'000'000'000); }
};

std::vector<std::size_t> executions_of_shard(unsigned index, unsigned shards, std::uint64_t seed = 1) {
  fingerprints::count = 0;
  run_options options = some_executions(10);
  options.seed = seed;
  options.shard_index = index;
  options.shard_count = shards;
  EXPECT_EQ(run_relacy<fingerprints>(options).executions, fingerprints::count);
  return {fingerprints::taken.begin(),
          fingerprints::taken.begin() + static_cast<std::ptrdiff_t>(fingerprints::count)};
}

TEST(relacy_run, the_same_seed_finds_the_same_another_seed_another) {
  run_options options = some_executions();
  const run_result first = run_relacy<locks_in_both_orders>(options);
  const run_result second = run_relacy<locks_in_both_orders>(options);
  EXPECT_EQ(first.executions, second.executions);
  EXPECT_EQ(first.replay, second.replay);
  options.seed = 2;
  EXPECT_EQ(run_relacy<locks_in_both_orders>(options).seed, 2u);
  EXPECT_NE(executions_of_shard(0, 1, 1), executions_of_shard(0, 1, 2));
}

TEST(relacy_run, shards_divide_the_executions) {
  std::vector<std::size_t> together;
  for (unsigned index = 0; index < 3; ++index) {
    const std::vector<std::size_t> part = executions_of_shard(index, 3);
    together.insert(together.end(), part.begin(), part.end());
  }
  EXPECT_THAT(together, testing::UnorderedElementsAreArray(executions_of_shard(0, 1)));
}

TEST(relacy_run, reports_progress) {
  run_options options;
  options.effort = budget::normal;
  std::uint64_t last = 0;
  // Not the execution's memory, though an execution's is watched at the time.
  std::vector<std::string> kept;
  options.on_progress = [&last, &kept](const progress& now) {
    EXPECT_GE(now.executions, last);
    EXPECT_GT(now.remaining, 0);
    last = now.executions;
    kept.push_back("a text that is too long to be kept in the string itself");
  };
  EXPECT_EQ(run_relacy<mutual_exclusion>(options).outcome, verdict::passed);
  EXPECT_GT(last, 0u);
}

}  // namespace
}  // namespace stillpoint::verify
