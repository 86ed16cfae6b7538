// SPDX-License-Identifier: BSL-1.0
//
// The clients of the tracker: one per guarantee, run by every engine. Most have one stripe that may be owned:
// the first thread owns it or not, at each call anew; all others never do.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string_view>
#include <utility>

#include "models/tracker.hpp"
#include "stillpoint/tracker.hpp"
#include "verify/client.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::clients {

// Nobody owns a stripe.
template <class P>
struct without_owned_stripes : P {
  static std::size_t owned_stripe() { return no_stripe; }
  static std::size_t quick_stripe(std::size_t) { return no_stripe; }
};

// Counts how often the calling thread comes by a light fence, and goes to wait: no more often than `allowed`.
// What is counted is still done where the library's text says so.
template <class P>
struct counting : P {
  static inline thread_local int fences = 0;
  static inline thread_local int waits_allowed = 0;
  using location = std::source_location;

  static void light_fence(location where = location::current()) {
    ++fences;
    if constexpr (requires { P::light_fence(where); }) {
      P::light_fence(where);
    } else {
      P::light_fence();
    }
  }
  static void quick_light_fence(location where = location::current()) {
    ++fences;
    if constexpr (requires { P::quick_light_fence(where); }) {
      P::quick_light_fence(where);
    } else {
      P::quick_light_fence();
    }
  }
  template <class T, class Predicate>
  static T await(const typename P::template atomic<T>& place, std::memory_order order,
                 const Predicate& predicate, typename P::waiter waiter,
                 location where = location::current()) {
    P::check(waits_allowed-- > 0, "a wait ends only when there is something to look at");
    if constexpr (requires { P::await(place, order, predicate, waiter, where); }) {
      return P::await(place, order, predicate, waiter, where);
    } else {
      return P::await(place, order, predicate, waiter);
    }
  }
};

// Two buffers with one plain slot per user, of which a token's generation says which one to use: what a
// tracker is for.
template <class P, class Tracker, unsigned Users, std::size_t Buffers = 2>
struct tracked_buffers {
  using slot = typename P::template plain<int>;

  Tracker tracker;
  std::array<std::array<slot, Users>, Buffers> buffers{};
  // What was taken out so far, by whoever increments.
  std::array<slot, Users> taken{};

  void use(unsigned user) {
    const auto token = tracker.acquire();
    write(token, user);
  }

  template <class Token>
  void write(const Token& token, unsigned user) {
    slot& mine = buffers[token.generation() % Buffers][user];
    P::write(mine, P::read(mine) + 1);
  }

  void take() { empty(tracker.increment()); }

  void empty(std::uint64_t generation) {
    for (unsigned user = 0; user < Users; ++user) {
      slot& from = buffers[generation % Buffers][user];
      P::write(taken[user], P::read(taken[user]) + P::read(from));
      P::write(from, 0);
    }
  }

  int total(unsigned user) const {
    int sum = P::read(taken[user]);
    for (const auto& buffer : buffers) sum += P::read(buffer[user]);
    return sum;
  }
};

// Some threads use what belongs to the current generation, one takes out what belongs to the old one. What is
// unfinished, or late, is a data race, which every engine reports.
template <checker_policy P, class Tracker, unsigned Users, unsigned Uses, unsigned Increments,
          unsigned Incrementer = 1>
struct what_holders_wrote_is_seen_base {
  static constexpr unsigned threads = Users + 1;
  tracked_buffers<P, Tracker, Users> data;

  void thread(unsigned index) {
    if (index == Incrementer) {
      for (unsigned increment = 0; increment < Increments; ++increment) data.take();
    } else {
      for (unsigned use = 0; use < Uses; ++use) data.use(index < Incrementer ? index : index - 1);
    }
  }

  void after() {
    for (unsigned user = 0; user < Users; ++user) {
      P::check(data.total(user) == static_cast<int>(Uses), "what each holder wrote is found once");
    }
  }
};

// Generation 0 is at its end once `ended` says so, though that is only said by the way.
template <checker_policy P, class Tracker>
struct ended_generation_has_no_holders_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename P::template atomic<int> ended{0};

  void thread(unsigned index) {
    if (index == 1) {
      P::check(tracker.increment() == 0, "the old generation is returned");
      ended.store(1, std::memory_order_relaxed);
      return;
    }
    const bool over = ended.load(std::memory_order_relaxed) == 1;
    auto token = tracker.acquire();
    P::check(!over || token.generation() == 1, "nobody gets a token of a generation that is at its end");
    const bool old = token.generation() == 0;
    P::check(!old || ended.load(std::memory_order_relaxed) == 0, "nobody holds a token of it");
    token.release();
  }

  void after() {}
};

// One thread has several tokens of a generation, and releases them one by one.
template <checker_policy P, class Tracker>
struct every_token_counts_base {
  static constexpr unsigned threads = 2;
  Tracker tracker;
  typename P::template plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      auto first = tracker.acquire();
      auto second = tracker.acquire();
      const bool both = first.generation() == second.generation();
      first.release();
      if (both && second.generation() == 0) P::write(data, 1);
      second.release();
    } else {
      tracker.increment();
      P::check(P::read(data) >= 0, "what is written under the last token of a generation is seen");
    }
  }

  void after() {}
};

// Each owner of a stripe goes on from where it was counted before, and so does whoever shares one.
template <checker_policy P, class Tracker>
struct holders_see_what_came_before_base {
  static constexpr unsigned threads = 2;
  Tracker tracker;
  std::array<typename P::template plain<int>, 3> prepared{};

  void thread(unsigned index) {
    if (index == 0) {
      for (int use = 0; use < 2; ++use) {
        const auto token = tracker.acquire();
        const int seen = P::read(prepared[token.generation()]);
        P::check(token.generation() == 0 || seen == 7, "what was done before the increment is seen");
      }
    } else {
      P::write(prepared[1], 7);
      tracker.increment();
    }
  }

  void after() {}
};

template <checker_policy P, class Tracker>
struct generations_are_dense_and_monotonic_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  std::array<std::uint64_t, 2> returned{};

  void thread(unsigned index) {
    if (index > 0) {
      returned[index - 1] = tracker.increment();
      P::check(tracker.generation() > returned[index - 1], "the generation has gone on");
    } else {
      const std::uint64_t first = tracker.generation();
      const std::uint64_t held = tracker.acquire().generation();
      const std::uint64_t last = tracker.generation();
      P::check(first <= held && held <= last && last <= 2, "generations are monotonic");
    }
  }

  void after() {
    P::check(returned[0] + returned[1] == 1, "each increment returns a generation of its own");
    P::check(tracker.generation() == 2, "and none is left out");
  }
};

// A user comes and goes while an increment is held up by another: had it to wait for the increment, all three
// would wait for each other.
template <checker_policy P, class Tracker>
struct acquire_never_waits_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename P::template atomic<int> passed{0};
  typename Tracker::token held = tracker.acquire();

  void thread(unsigned index) {
    if (index == 0) {
      for (int use = 1; use <= 2; ++use) {
        tracker.acquire().release();
        passed.store(use, std::memory_order_relaxed);
      }
    } else if (index == 2) {
      P::await(
          passed, std::memory_order_relaxed, [](int p) { return p == 2; }, typename P::waiter());
      held.release();
    } else {
      P::check(tracker.increment() == 0, "the increment ends");
    }
  }

  void after() { P::check(passed.load(std::memory_order_relaxed) == 2, "the other one passed twice"); }
};

// While no increment begins, the first try to acquire is the last.
template <checker_policy P, class Tracker>
struct acquire_tries_once_base {
  static constexpr unsigned threads = 1;
  Tracker tracker;

  acquire_tries_once_base() { tracker.increment(); }

  void thread(unsigned) {
    for (int use = 0; use < 2; ++use) {
      counting<P>::fences = 0;
      auto token = tracker.acquire();
      P::check(counting<P>::fences == 1, "acquire tries once");
      P::check(token.generation() == 1, "and gets the current generation");
      token.release();
    }
  }

  void after() {}
};

// Who waits looks again when it is told, once for each token that is released, and not else.
template <checker_policy P, class Tracker, std::size_t Tokens>
struct wait_looks_when_told_base {
  static constexpr unsigned threads = 2;
  Tracker tracker;
  std::array<typename Tracker::token, Tokens> held = all_of(std::make_index_sequence<Tokens>());
  typename Tracker::pending until_released = tracker.begin_increment();

  void thread(unsigned index) {
    if (index == 0) {
      for (auto& each : held) each.release();
    } else {
      counting<P>::waits_allowed = static_cast<int>(Tokens);
      until_released.wait();
    }
  }

  template <std::size_t... Index>
  std::array<typename Tracker::token, Tokens> all_of(std::index_sequence<Index...>) {
    return {(static_cast<void>(Index), tracker.acquire())...};
  }

  void after() { P::check(until_released.try_wait(), "all are released"); }
};

// Two increments at once and a token that is released in between: the engines report a deadlock if one of
// them is not told, or waits for the other.
template <checker_policy P, class Tracker>
struct increments_end_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;

  void thread(unsigned index) {
    if (index == 0) {
      tracker.acquire().release();
    } else {
      tracker.increment();
    }
  }

  void after() { P::check(tracker.generation() == 2, "both increments ended"); }
};

// A thread that is given a token of the new generation keeps it until the increment is over.
template <checker_policy P, class Tracker>
struct increment_waits_for_no_later_token_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename P::template atomic<int> over{0};

  void thread(unsigned index) {
    if (index == 1) {
      tracker.increment();
      over.store(1, std::memory_order_relaxed);
      return;
    }
    const auto token = tracker.acquire();
    if (token.generation() == 1) {
      P::await(
          over, std::memory_order_relaxed, [](int o) { return o == 1; }, typename P::waiter());
    }
  }

  void after() { P::check(over.load(std::memory_order_relaxed) == 1, "the increment returned"); }
};

// Two generations are pending; the later one is at its end first, and the earlier one's holder waits for
// that.
template <checker_policy P, class Tracker>
struct pendings_end_one_by_one_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename Tracker::token first = tracker.acquire();
  typename Tracker::pending until_first = tracker.begin_increment();
  typename Tracker::token second = tracker.acquire();
  typename Tracker::pending until_second = tracker.begin_increment();
  typename P::template atomic<int> second_ended{0};
  std::array<typename P::template plain<int>, 2> data{};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data[1], 1);
      second.release();
    } else if (index == 1) {
      until_second.wait();
      P::check(P::read(data[1]) == 1, "the second generation is at its end");
      P::check(!until_first.try_wait(), "while the first one has a holder");
      second_ended.store(1, std::memory_order_release);
      until_first.wait();
      P::check(P::read(data[0]) == 1, "the first generation is at its end, too");
    } else {
      P::await(
          second_ended, std::memory_order_acquire, [](int e) { return e == 1; }, typename P::waiter());
      P::write(data[0], 1);
      first.release();
    }
  }

  void after() {
    P::check(until_first.try_wait() && until_second.try_wait(), "a pending may be asked again");
    P::check(until_first.generation() == 0 && until_second.generation() == 1, "each knows its generation");
  }
};

// Two threads wait for the same generation, one of them no longer than some time.
template <checker_policy P, class Tracker>
struct pending_is_waited_for_by_several_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename Tracker::token held = tracker.acquire();
  typename Tracker::pending until_released = tracker.begin_increment();
  typename P::template plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      held.release();
    } else if (index == 1) {
      until_released.wait();
      P::check(P::read(data) == 1, "who waited sees what the holder wrote");
    } else if (until_released.wait_for(std::chrono::milliseconds(5))) {
      P::check(P::read(data) == 1, "so does who waited for some time, if that was long enough");
    }
  }

  void after() { P::check(until_released.try_wait(), "the generation is at its end"); }
};

// One thread begins an increment, another one waits for the end of the old generation.
template <checker_policy P, class Tracker>
struct pending_is_handed_over_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  std::optional<typename Tracker::pending> passed_on;
  typename P::template atomic<int> handed_over{0};
  typename P::template plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      const auto token = tracker.acquire();
      if (token.generation() == 0) P::write(data, 1);
    } else if (index == 1) {
      passed_on = tracker.begin_increment();
      handed_over.store(1, std::memory_order_release);
    } else {
      P::await(
          handed_over, std::memory_order_acquire, [](int h) { return h == 1; }, typename P::waiter());
      passed_on->wait();
      P::check(P::read(data) >= 0, "what was written under a token of the old generation is seen");
    }
  }

  void after() {}
};

// A generation is waited for when the place in which it was counted serves a later one, of which there are
// holders.
template <checker_policy P, class Tracker>
struct pending_ends_although_its_slot_is_used_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename Tracker::token held = tracker.acquire();
  typename Tracker::pending until_released = tracker.begin_increment();
  typename P::template plain<int> data{0};
  typename Tracker::token later;

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 1);
      held.release();
    } else if (index == 1) {
      // Waits for `held`, as there are two slots.
      static_cast<void>(tracker.begin_increment());
      later = tracker.acquire();
    } else {
      until_released.wait();
      P::check(P::read(data) == 1, "the generation is at its end");
    }
  }

  void after() {
    P::check(later.generation() == 2 && until_released.try_wait(), "later holders do not count");
    later.release();
  }
};

// Nobody waits for what is begun here, until there is no slot for another generation.
template <checker_policy P, class Tracker>
struct dropped_pending_loses_nothing_base {
  static constexpr unsigned threads = 2;
  tracked_buffers<P, Tracker, 1, 4> data;

  void thread(unsigned index) {
    if (index == 0) {
      data.use(0);
      data.use(0);
    } else {
      static_cast<void>(data.tracker.begin_increment());
      static_cast<void>(data.tracker.begin_increment());
      // By now the first one's end has been waited for.
      data.empty(0);
    }
  }

  void after() {
    P::check(data.tracker.generation() == 2 && data.tracker.increment() == 2, "the increments took place");
    P::check(data.total(0) == 2, "what each holder wrote is found once");
  }
};

// One thread acquires, another one goes on with the work and releases. Meanwhile the first one acquires
// again: it may find its seat free.
template <checker_policy P, class Tracker>
struct tokens_may_change_threads_base {
  static constexpr unsigned threads = 3;
  Tracker tracker;
  typename Tracker::token passed_on = tracker.acquire();
  typename P::template plain<int> data{0};

  void thread(unsigned index) {
    if (index == 0) {
      tracker.acquire().release();
    } else if (index == 1) {
      const auto mine = std::move(passed_on);
      P::write(data, 1);
    } else {
      tracker.increment();
      P::check(P::read(data) == 1, "the work is done");
    }
  }

  void after() {}
};

// The four generations of a tracker that has no more: from the last one on.
template <checker_policy P, class Tracker>
struct generations_wrap_around_unharmed_base {
  static constexpr unsigned threads = 2;
  tracked_buffers<P, Tracker, 1> data;

  generations_wrap_around_unharmed_base() {
    for (int increment = 0; increment < 3; ++increment) data.tracker.increment();
  }

  void thread(unsigned index) {
    if (index == 0) {
      data.use(0);
    } else {
      P::check(data.tracker.increment() == 3, "the last generation");
      data.empty(3);
      P::check(data.tracker.increment() == 0, "is followed by the first one");
      data.empty(0);
    }
  }

  void after() {
    P::check(data.tracker.generation() == 1, "and so on");
    P::check(data.total(0) == 1, "what each holder wrote is found once");
  }
};

// The calls of a client, each recorded with its result.
template <checker_policy P, class Tracker, class Model, unsigned Threads, std::size_t PerThread>
struct recorded_tracker {
  using action = models::tracker_action;
  using token = typename Tracker::token;
  using pending = typename Tracker::pending;
  Tracker tracker;
  history<P, models::tracker_operation, Threads, PerThread> calls{};

  token acquire(unsigned thread) {
    auto& call = calls.invoke(thread, {action::acquire, thread});
    token given = tracker.acquire();
    call.operation.generation = given.generation();
    calls.respond(call);
    return given;
  }
  void release(unsigned thread, token held) {
    auto& call = calls.invoke(thread, {action::release, thread, held.generation()});
    held.release();
    calls.respond(call);
  }
  void read(unsigned thread) {
    auto& call = calls.invoke(thread, {action::read, thread});
    call.operation.generation = tracker.generation();
    calls.respond(call);
  }
  pending begin(unsigned thread) {
    auto& call = calls.invoke(thread, {action::begin, thread});
    const pending old = tracker.begin_increment();
    call.operation.generation = old.generation();
    calls.respond(call);
    return old;
  }
  void wait(unsigned thread, const pending& old) {
    auto& call = calls.invoke(thread, {action::end, thread, old.generation()});
    old.wait();
    calls.respond(call);
  }
  void look(unsigned thread, const pending& old) {
    auto& call = calls.invoke(thread, {action::look, thread, old.generation()});
    call.operation.ended = old.try_wait();
    calls.respond(call);
  }
  // Two steps, of which the second one knows only later what it waits for.
  void increment(unsigned thread) {
    auto& begun = calls.invoke(thread, {action::begin, thread});
    auto& ended = calls.invoke(thread, {action::end, thread});
    begun.operation.generation = tracker.increment();
    ended.operation.generation = begun.operation.generation;
    calls.respond(begun);
    calls.respond(ended);
  }

  void check_with_model() const {
    P::check(bool(linearizable(calls, Model())), "there is an order of the calls that the model allows");
  }
};

template <checker_policy P, class Tracker, class Model, unsigned Threads>
struct calls_agree_with_the_model_base {
  static constexpr unsigned threads = Threads;
  recorded_tracker<P, Tracker, Model, threads, 4> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      auto held = recorded.acquire(index);
      recorded.read(index);
      recorded.release(index, std::move(held));
    } else if (index == 1) {
      const auto old = recorded.begin(index);
      recorded.look(index, old);
      recorded.wait(index, old);
    } else {
      recorded.increment(index);
    }
  }

  void after() { recorded.check_with_model(); }
};

// Which tracker the clients run on.
struct small_trackers {
  static constexpr tracker_shape one_owner_shape{2, 1, 1, 7, 1};
  static constexpr tracker_shape two_owners_shape{2, 2, 1, 7, 1};
  static constexpr tracker_shape two_seats_shape{2, 1, 1, 7, 2};
  static constexpr tracker_shape two_shared_shape{2, 1, 2, 7, 1};
  static constexpr tracker_shape four_slots_shape{4, 1, 1, 7, 1};
  static constexpr tracker_shape four_generations_shape{2, 1, 1, 2, 1};
  using model = models::basic_tracker<128, 1>;

  template <class P>
  using one_owner = basic_tracker<P, one_owner_shape, std::uint8_t>;
  template <class P>
  using two_owners = basic_tracker<P, two_owners_shape, std::uint8_t>;
  template <class P>
  using two_seats = basic_tracker<P, two_seats_shape, std::uint8_t>;
  template <class P>
  using no_owner = basic_tracker<without_owned_stripes<P>, one_owner_shape, std::uint8_t>;
  template <class P>
  using counted = basic_tracker<counting<P>, one_owner_shape, std::uint8_t>;
  template <class P>
  using two_shared = basic_tracker<without_owned_stripes<P>, two_shared_shape, std::uint8_t>;
  template <class P>
  using four_slots = basic_tracker<P, four_slots_shape, std::uint8_t>;
  template <class P>
  using four_generations = basic_tracker<P, four_generations_shape, std::uint8_t>;
};

struct tracker_clients {
  using kind = small_trackers;

  template <class P>
  struct ended_generation_has_no_holders : ended_generation_has_no_holders_base<P, kind::one_owner<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "ended_generation_has_no_holders";
  };
  template <class P>
  struct every_token_counts : every_token_counts_base<P, kind::one_owner<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "ended_generation_has_no_holders/2_tokens_of_one_thread";
  };
  template <class P>
  struct every_seat_counts : every_token_counts_base<P, kind::two_seats<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "ended_generation_has_no_holders/2_seats_of_one_thread";
  };
  template <class P>
  struct what_holders_wrote_is_seen_2x1x1 : what_holders_wrote_is_seen_base<P, kind::one_owner<P>, 2, 1, 1> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "what_holders_wrote_is_seen/2_users_x_1_increment";
  };
  template <class P>
  struct what_holders_wrote_is_seen_1x2x2 : what_holders_wrote_is_seen_base<P, kind::one_owner<P>, 1, 2, 2> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "what_holders_wrote_is_seen/1_user_x_2_uses_x_2_increments";
  };
  template <class P>
  struct what_holders_wrote_is_seen_2_owners
      : what_holders_wrote_is_seen_base<P, kind::two_owners<P>, 2, 1, 1, 2> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "what_holders_wrote_is_seen/2_owners";
  };
  template <class P>
  struct stripe_hint_may_change : what_holders_wrote_is_seen_base<P, kind::two_shared<P>, 1, 2, 1> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "what_holders_wrote_is_seen/2_shared_stripes";
  };
  template <class P>
  struct holders_see_what_came_before : holders_see_what_came_before_base<P, kind::one_owner<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "holders_see_what_came_before_their_generation";
  };
  template <class P>
  struct generations_are_dense_and_monotonic
      : generations_are_dense_and_monotonic_base<P, kind::no_owner<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "generations_are_dense_and_monotonic";
  };
  template <class P>
  struct acquire_never_waits : acquire_never_waits_base<P, kind::one_owner<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "acquire_never_waits";
  };
  template <class P>
  struct acquire_tries_once : acquire_tries_once_base<P, kind::counted<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "acquire_never_waits/tries_once_while_no_increment_begins";
  };
  template <class P>
  struct wait_looks_when_told_1 : wait_looks_when_told_base<P, kind::counted<P>, 1> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "increments_end_once_tokens_are_released/one_look_for_one";
  };
  template <class P>
  struct wait_looks_when_told_2 : wait_looks_when_told_base<P, kind::counted<P>, 2> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "increments_end_once_tokens_are_released/two_looks_for_two";
  };
  template <class P>
  struct increments_end : increments_end_base<P, kind::one_owner<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "increments_end_once_tokens_are_released/2_incrementers";
  };
  template <class P>
  struct increment_waits_for_no_later_token : increment_waits_for_no_later_token_base<P, kind::no_owner<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "increments_end_once_tokens_are_released/later_tokens";
  };
  template <class P>
  struct pendings_end_one_by_one : pendings_end_one_by_one_base<P, kind::four_slots<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "pendings_end_one_by_one";
  };
  template <class P>
  struct pending_is_waited_for_by_several : pending_is_waited_for_by_several_base<P, kind::one_owner<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "pendings_end_one_by_one/2_threads_wait";
  };
  template <class P>
  struct pending_is_handed_over : pending_is_handed_over_base<P, kind::one_owner<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "pendings_end_one_by_one/handed_over";
  };
  template <class P>
  struct pending_ends_although_its_slot_is_used
      : pending_ends_although_its_slot_is_used_base<P, kind::one_owner<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "pendings_end_one_by_one/slot_is_used_again";
  };
  template <class P>
  struct dropped_pending_loses_nothing : dropped_pending_loses_nothing_base<P, kind::one_owner<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "dropped_pending_loses_nothing";
  };
  template <class P>
  struct tokens_may_change_threads : tokens_may_change_threads_base<P, kind::two_owners<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "tokens_may_change_threads";
  };
  template <class P>
  struct generations_wrap_around_unharmed
      : generations_wrap_around_unharmed_base<P, kind::four_generations<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "generations_wrap_around_unharmed";
  };
  template <class P>
  struct calls_agree_with_the_model : calls_agree_with_the_model_base<P, kind::one_owner<P>, kind::model, 2> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "calls_agree_with_the_model";
  };
  template <class P>
  struct calls_agree_with_the_model_3
      : calls_agree_with_the_model_base<P, kind::no_owner<P>, kind::model, 3> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/2_incrementers";
  };

  // Those that see a mistake soonest come first.
  using list =
      client_list<acquire_tries_once, wait_looks_when_told_1, tokens_may_change_threads,
                  wait_looks_when_told_2, pending_is_waited_for_by_several, pending_is_handed_over,
                  pendings_end_one_by_one, pending_ends_although_its_slot_is_used, calls_agree_with_the_model,
                  every_token_counts, every_seat_counts, holders_see_what_came_before, stripe_hint_may_change,
                  what_holders_wrote_is_seen_2_owners, what_holders_wrote_is_seen_2x1x1,
                  ended_generation_has_no_holders, increment_waits_for_no_later_token, acquire_never_waits,
                  generations_are_dense_and_monotonic, generations_wrap_around_unharmed,
                  dropped_pending_loses_nothing, what_holders_wrote_is_seen_1x2x2,
                  calls_agree_with_the_model_3, increments_end>;
};

}  // namespace stillpoint::verify::clients
