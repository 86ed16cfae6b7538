// SPDX-License-Identifier: BSL-1.0
//
// Awaits whose predicate refers to what changes after the await is over: the predicate counts as it was while
// the await lasted. Any callable does that std_policy accepts.
#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

#include "verify/explorer/testing.hpp"

namespace stillpoint::verify::explorer {
namespace {

using P = explorer_policy;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;

template <class T, class Predicate>
T await(const P::atomic<T>& place, const Predicate& satisfied) {
  return P::await(place, acquire, satisfied, P::waiter());
}

// What an await compares with, in each way in which a callable can refer to it.
struct by_value {
  static bool reached(const P::atomic<unsigned>& turn, unsigned& least, unsigned& got) {
    got = await(turn, [least](unsigned now) { return now >= least; });
    return true;
  }
};
struct by_reference {
  static bool reached(const P::atomic<unsigned>& turn, unsigned& least, unsigned& got) {
    got = await(turn, [&](unsigned now) { return now >= least; });
    return true;
  }
};
struct by_function_object {
  static bool reached(const P::atomic<unsigned>& turn, unsigned& least, unsigned& got) {
    const std::function<bool(unsigned)> enough = [&least](unsigned now) { return now >= least; };
    got = await(turn, enough);
    return true;
  }
};
struct by_heap {
  static bool reached(const P::atomic<unsigned>& turn, unsigned& least, unsigned& got) {
    const auto kept = std::make_unique<unsigned>(least);
    got = await(turn, [where = kept.get()](unsigned now) { return now >= *where; });
    *kept = 1000;
    return true;
  }
};
struct large {
  std::array<unsigned, 40> limits;
  bool operator()(unsigned now) const { return now >= limits[39]; }
};
struct by_large_value {
  static bool reached(const P::atomic<unsigned>& turn, unsigned& least, unsigned& got) {
    large enough{};
    enough.limits[39] = least;
    got = await(turn, enough);
    return true;
  }
};

// The first await may return 1, 5 or 9. Afterwards what its predicate referred to is used for something else.
template <class Way, bool Expected>
struct reused_limit : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<unsigned> turn{0};
  void thread(unsigned index) {
    if (index == 1) turn.store(5, relaxed);
    if (index == 2) {
      turn.store(1, relaxed);
      turn.store(9, relaxed);
    }
    if (index != 0) return;
    unsigned least = 1;
    unsigned got = 0;
    Way::reached(turn, least, got);
    P::check(Expected || got != 1, "the first value seen is not 1");
    least = 4;
    Way::reached(turn, least, got);
    P::check(got >= 4, "the second value is as it was asked for");
  }
};

template <class Way>
void expect_as_by_value() {
  EXPECT_EQ((error_of<reused_limit<Way, false>>()), "assertion failed: the first value seen is not 1");
  EXPECT_EQ((executions_of<reused_limit<Way, true>>()), (executions_of<reused_limit<by_value, true>>()));
}

TEST(Await, AsksOnlyWhileItLasts) {
  EXPECT_EQ((executions_of<reused_limit<by_value, true>>()), 14u);
  expect_as_by_value<by_reference>();
  expect_as_by_value<by_function_object>();
  expect_as_by_value<by_heap>();
  expect_as_by_value<by_large_value>();
}

// Waits for a change again and again, the last value in the variable that the predicate refers to.
template <bool ByReference>
struct watches : client_base {
  static constexpr unsigned threads = 3;
  P::atomic<unsigned> state{0};
  void thread(unsigned index) {
    if (index > 0) {
      state.fetch_add(1, acq_rel);
      return;
    }
    unsigned seen = 0;
    while (seen < 2) {
      seen = ByReference ? await(state, [&](unsigned now) { return now != seen; })
                         : await(state, [seen](unsigned now) { return now != seen; });
    }
  }
};

TEST(Await, IsNoDeadlockWhereAReferenceHasChanged) {
  EXPECT_EQ(executions_of<watches<false>>(), 4u);
  EXPECT_EQ(executions_of<watches<true>>(), 4u);
}

// The value that ended the wait may be gone when the thread looks: with either capture.
template <bool ByReference>
struct looks_too_late : client_base {
  P::atomic<unsigned> state{0};
  void thread(unsigned index) {
    if (index == 1) {
      state.store(1, release);
      state.store(0, release);
      return;
    }
    unsigned wanted = 1;
    if (ByReference) {
      await(state, [&](unsigned now) { return now == wanted; });
    } else {
      await(state, [wanted](unsigned now) { return now == wanted; });
    }
    wanted = 0;
  }
};

TEST(Await, IsFoundToComeTooLateWithEitherCapture) {
  EXPECT_NE(error_of<looks_too_late<false>>().find("deadlock"), std::string::npos);
  EXPECT_NE(error_of<looks_too_late<true>>().find("deadlock"), std::string::npos);
}

bool is_set(unsigned value) {
  return value != 0;
}

struct other_callables : client_base {
  P::atomic<unsigned> turn{0};
  void thread(unsigned index) {
    if (index == 1) {
      turn.store(3, release);
      return;
    }
    P::check(await(turn, is_set) == 3, "a function");
    P::check(await(turn, std::bind(std::equal_to<unsigned>(), std::placeholders::_1, 3u)) == 3, "bound");
  }
};

TEST(Await, TakesAnyCallable) {
  EXPECT_EQ(executions_of<other_callables>(), 1u);
}

struct throws : client_base {
  P::atomic<unsigned> turn{0};
  unsigned caught = 0;
  void thread(unsigned index) {
    if (index == 1) {
      turn.store(1, release);
      turn.store(2, release);
      return;
    }
    try {
      await(turn, [](unsigned now) {
        if (now == 1) throw std::runtime_error("one");
        return now == 2;
      });
    } catch (const std::runtime_error&) {
      caught = 1;
    }
  }
};

TEST(Await, LetsAnExceptionPass) {
  EXPECT_EQ(executions_of<throws>(), 2u);
}

}  // namespace
}  // namespace stillpoint::verify::explorer
