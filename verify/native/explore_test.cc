// SPDX-License-Identifier: BSL-1.0
//
// stillpoint::explore on code as it is compiled: counts of executions, races, memory, what a report says.
#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <cassert>
#include <memory>
#include <stdexcept>
#include <stillpoint/explore.hpp>
#include <string>
#include <thread>
#include <vector>

// Outside of any namespace its symbol is its name, which is short enough to be a type's, too.
std::atomic<int> x{0};

namespace {

using std::memory_order_acquire;
using std::memory_order_relaxed;
using std::memory_order_release;
using std::memory_order_seq_cst;
using stillpoint::explore_result;
using testing::HasSubstr;
using testing::Not;

template <class F>
explore_result explored(const F& body) {
  return stillpoint::explore("test", body);
}

// Of a program that passes.
template <class F>
std::uint64_t executions_of(const F& body) {
  const explore_result seen = explored(body);
  EXPECT_TRUE(seen) << seen.report;
  return seen.executions;
}

template <class F>
std::string report_of(const F& body) {
  const explore_result seen = explored(body);
  EXPECT_EQ(seen.outcome, explore_result::verdict::failed) << seen.report;
  return seen.report;
}

template <class... Bodies>
void run_threads(const Bodies&... bodies) {
  std::thread all[] = {std::thread(bodies)...};
  for (std::thread& each : all) each.join();
}

template <std::memory_order Order>
void store_buffering() {
  std::atomic<int> x{0};
  std::atomic<int> y{0};
  int a = 0;
  int b = 0;
  run_threads(
      [&] {
        x.store(1, Order);
        a = y.load(Order);
      },
      [&] {
        y.store(1, Order);
        b = x.load(Order);
      });
  if (Order == memory_order_seq_cst) assert(a + b > 0);
}

TEST(explore, counts_what_the_memory_model_allows) {
  EXPECT_EQ(executions_of([] { store_buffering<memory_order_relaxed>(); }), 4u);
  EXPECT_EQ(executions_of([] { store_buffering<memory_order_seq_cst>(); }), 3u);
}

template <std::memory_order Order>
void message_passing() {
  std::atomic<int> flag{0};
  int data = 0;
  run_threads(
      [&] {
        data = 1;
        flag.store(1, Order);
      },
      [&] {
        if (flag.load(memory_order_acquire) == 1) assert(data == 1);
      });
}

TEST(explore, finds_races_of_plain_memory) {
  EXPECT_EQ(executions_of([] { message_passing<memory_order_release>(); }), 2u);
  const std::string report = report_of([] { message_passing<memory_order_relaxed>(); });
  EXPECT_THAT(report, HasSubstr("data race: a plain write by thread 1 at "));
  EXPECT_THAT(report, HasSubstr("explore_test.cc:"));
}

TEST(explore, fences_order) {
  const auto with = [](std::memory_order order) {
    return [order] {
      std::atomic<int> x{0};
      std::atomic<int> y{0};
      int a = 0;
      int b = 0;
      run_threads(
          [&] {
            x.store(1, memory_order_relaxed);
            std::atomic_thread_fence(order);
            a = y.load(memory_order_relaxed);
          },
          [&] {
            y.store(1, memory_order_relaxed);
            std::atomic_thread_fence(order);
            b = x.load(memory_order_relaxed);
          });
      assert(a + b > 0);
    };
  };
  EXPECT_EQ(executions_of(with(memory_order_seq_cst)), 3u);
  EXPECT_THAT(report_of(with(std::memory_order_acq_rel)), HasSubstr("a + b > 0"));
}

TEST(explore, read_modify_writes_are_one) {
  const auto add = [](std::atomic<int>& x) { x.fetch_add(1, memory_order_relaxed); };
  EXPECT_EQ(executions_of([&] {
              std::atomic<int> x{0};
              run_threads([&] { add(x); }, [&] { add(x); }, [&] { add(x); });
              assert(x == 3);
            }),
            6u);
  EXPECT_THAT(report_of([] {
                std::atomic<int> x{0};
                const auto torn = [&] { x.store(x.load() + 1); };
                run_threads(torn, torn);
                assert(x == 2);
              }),
              HasSubstr("x == 2"));
}

// A loop whose turn changes nothing is a wait.
TEST(explore, loops_that_wait_need_no_mark) {
  EXPECT_EQ(executions_of([] {
              std::atomic<bool> taken{false};
              int count = 0;
              const auto section = [&] {
                while (taken.exchange(true, memory_order_acquire)) std::this_thread::yield();
                ++count;
                taken.store(false, memory_order_release);
              };
              run_threads(section, section);
              assert(count == 2);
            }),
            2u);
  EXPECT_THAT(report_of([] {
                std::atomic<bool> never{false};
                while (!never.load(memory_order_relaxed)) {
                }
              }),
              HasSubstr("livelock"));
  EXPECT_EQ(executions_of([] {
              std::atomic<int> x{0};
              const auto increment = [&] {
                int seen = x.load(memory_order_relaxed);
                while (!x.compare_exchange_strong(seen, seen + 1, memory_order_relaxed)) {
                }
              };
              run_threads(increment, increment);
              assert(x == 2);
            }),
            4u);
}

struct node {
  int value;
  std::atomic<node*> next{nullptr};
};

template <std::memory_order Order>
void publishes_a_node() {
  std::atomic<node*> head{nullptr};
  std::thread writer([&] { head.store(new node{7, {nullptr}}, Order); });
  if (const node* const seen = head.load(memory_order_acquire)) {
    assert(seen->value == 7 && seen->next.load(memory_order_relaxed) == nullptr);
  }
  writer.join();
  delete head.load();
}

TEST(explore, follows_objects_on_the_heap) {
  EXPECT_EQ(executions_of([] { publishes_a_node<memory_order_release>(); }), 2u);
  EXPECT_THAT(report_of([] { publishes_a_node<memory_order_relaxed>(); }), HasSubstr("data race"));
}

// Where one atomic has lain, another one comes to life with another value.
TEST(explore, follows_objects_that_come_and_go_on_a_stack) {
  EXPECT_EQ(executions_of([] {
              for (int i = 0; i < 2; ++i) {
                std::atomic<int> x{10 * i};
                run_threads([&x] { x.fetch_add(1); });
                assert(x == 10 * i + 1);
              }
            }),
            1u);
}

TEST(explore, memory_that_was_given_back_is_not_to_be_used) {
  EXPECT_THAT(report_of([] {
                int* const p = new int(1);
                std::thread other([p] { delete p; });
                other.join();
                assert(*p == 1);
              }),
              HasSubstr("use after the memory was given back"));
  EXPECT_THAT(report_of([] {
                auto* const p = new std::atomic<int>(1);
                std::thread other([p] { delete p; });
                p->store(2, memory_order_relaxed);
                other.join();
              }),
              HasSubstr("giving the memory back"));
}

int times = 0;
std::atomic<int> total{0};

TEST(explore, static_variables_begin_anew) {
  times = 3;
  EXPECT_EQ(executions_of([] {
              assert(++times == 4);
              total.fetch_add(1);
              std::thread other([] { total.fetch_add(1); });
              other.join();
              assert(total == 2);
            }),
            1u);
  EXPECT_EQ(times, 3);
  EXPECT_EQ(total, 0);
}

TEST(explore, a_static_variable_has_its_name_in_a_report) {
  EXPECT_THAT(report_of([] {
                x.store(1);
                assert(x.load() == 0);
              }),
              HasSubstr("store seq_cst x = 1 "));
}

TEST(explore, a_failure_is_run_again_by_its_id) {
  const auto body = [] {
    std::atomic<int> x{0};
    run_threads([&] { x.store(1); }, [&] { assert(x.load() == 0); });
  };
  const explore_result seen = explored(body);
  ASSERT_FALSE(seen);
  EXPECT_THAT(seen.report, HasSubstr("replay: " + seen.replay));
  stillpoint::explore_options options;
  options.replay = seen.replay;
  const explore_result again = stillpoint::explore("test", body, options);
  EXPECT_EQ(again.outcome, explore_result::verdict::failed);
  EXPECT_EQ(again.executions, 1u);
  EXPECT_THAT(again.report, HasSubstr("x.load() == 0"));
  options.replay = "nonsense";
  EXPECT_THROW(stillpoint::explore("test", body, options), std::invalid_argument);
}

TEST(explore, what_ends_a_thread_is_a_failure) {
  EXPECT_THAT(report_of([] {
                int* volatile nowhere = nullptr;
                run_threads([&] { *nowhere = 1; });
              }),
              HasSubstr("null pointer dereferenced"));
  EXPECT_THAT(report_of([] { run_threads([] { throw std::runtime_error("too much"); }); }),
              HasSubstr("uncaught exception: too much"));
  EXPECT_THAT(report_of([] { std::thread([] {}); }), HasSubstr("std::terminate is called"));
}

TEST(explore, more_than_can_be_followed_is_said) {
  const explore_result seen = explored([] {
    std::vector<std::thread> all;
    for (int i = 0; i < 16; ++i) all.emplace_back([] {});
    for (std::thread& each : all) each.join();
  });
  EXPECT_EQ(seen.outcome, explore_result::verdict::unfinished);
  EXPECT_THAT(seen.report, HasSubstr("more than 15 threads"));
  EXPECT_THAT(report_of([] {
                alignas(8) unsigned char bytes[8] = {};
                std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(bytes)).store(1);
                std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(bytes)).store(1);
              }),
              HasSubstr("atomic accesses of 8 and of 4 bytes to the same memory"));
}

// What another execution has used is an atomic here, too, and was none when the search began.
TEST(explore, a_replay_knows_less_than_the_search) {
  const auto fails_second = [] {
    std::atomic<int> flag{0};
    std::atomic<int> other{0};
    std::thread writer([&] { flag.store(1, memory_order_relaxed); });
    const bool is_set = flag.load(memory_order_relaxed) == 1;
    if (!is_set) other.load();
    assert(!is_set);
    writer.join();
  };
  const auto seen = stillpoint::explore("fails second", fails_second);
  EXPECT_GT(seen.executions, 1u);
  stillpoint::explore_options options;
  options.replay = seen.replay;
  const auto again = stillpoint::explore("again", fails_second, options);
  EXPECT_THAT(again.report, HasSubstr("assert(!is_set) failed"));
  EXPECT_THAT(again.report, Not(HasSubstr("names no execution")));
}

[[gnu::no_sanitize("thread"), gnu::noinline]] void change_unseen(std::atomic<int>& x) {
  *reinterpret_cast<volatile int*>(&x) = 5;
}

TEST(explore, a_change_by_code_that_is_not_instrumented_is_noticed) {
  EXPECT_THAT(report_of([] {
                std::atomic<int> x{0};
                x.store(1);
                change_unseen(x);
                x.store(2);
              }),
              HasSubstr("changed by code that is not instrumented"));
}

// Outside of an exploration the program is as any other.
TEST(explore, the_same_text_runs_by_itself) {
  message_passing<memory_order_release>();
  publishes_a_node<memory_order_release>();
  store_buffering<memory_order_seq_cst>();
}

enum class phase : std::uint8_t { idle, running };
std::atomic<std::int16_t> counted{0};

// What a compiler tells of an atomic is its size; what its values are called, the variable's type.
TEST(reports, show_values_as_the_variables_have_them) {
  const explore_result seen = explored([] {
    struct {
      std::array<std::atomic<phase>, 2> phases{};
      std::atomic<int> sum{0};
      std::atomic<const char*> text{nullptr};
    } all;
    all.phases[1].store(phase::running);
    all.sum.store(-7);
    all.text.store(nullptr);
    counted.store(-3);
    std::thread([&] { all.sum.fetch_sub(1); }).join();
    assert(all.sum == 0);
  });
  for (const char* const shown : {"all@T0.phases[1] = phase::running", "all@T0.sum = -7 -> -8",
                                  "all@T0.text = nullptr", "counted = -3"}) {
    EXPECT_NE(seen.report.find(shown), std::string::npos) << shown << " in\n" << seen.report;
  }
}

struct job {
  long key = 0;
  std::atomic<job*> next{nullptr};
  std::atomic<phase> state{phase::idle};
  void begin() { state.store(phase::running); }
};

// Memory of `new` has no type; the code that accesses it does.
TEST(reports, name_the_members_of_what_new_made) {
  const explore_result seen = explored([] {
    auto* const all = new job[2];
    auto* const one = new job;
    std::thread other([one] { one->begin(); });
    all[1].next.store(one);
    other.join();
    const bool idle = one->state.load() == phase::idle;
    delete one;
    delete[] all;
    assert(idle);
  });
  for (const char* const shown : {"job@T0#2.state = phase::running", "job@T0#1[1].next = &job@T0#2"}) {
    EXPECT_NE(seen.report.find(shown), std::string::npos) << shown << " in\n" << seen.report;
  }
}

}  // namespace
