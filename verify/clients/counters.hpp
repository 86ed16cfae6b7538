// SPDX-License-Identifier: BSL-1.0
//
// The clients of counters of both kinds, of counters_ref, and of the registry that hands out stripes: one per
// guarantee, run by every engine. In the clients of write_concurrency the first two threads own a stripe or
// not, at each call anew; a third one never does.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

#include "models/counters.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/counters_ref.hpp"
#include "stillpoint/detail/stripe_registry.hpp"
#include "verify/client.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::clients {

// A flag by which a thread tells another that it has come so far.
template <class P>
class milestone {
 public:
  // release: pairs with the acquire in await_reached.
  void reach() { reached_.fetch_add(1, std::memory_order_release); }
  void await_reached(int times) {
    P::await(
        reached_, std::memory_order_acquire, [times](int n) { return n >= times; }, typename P::waiter());
  }

 private:
  typename P::template atomic<int> reached_{0};
};

template <checker_policy P, class Counters>
struct counters_start_at_zero_of_counters {
  static constexpr unsigned threads = 1;
  Counters counters{2};

  void thread(unsigned) {
    std::array<std::int64_t, 2> all = {7, 7};
    counters.snapshot(all);
    P::check(all[0] == 0 && all[1] == 0, "new counters are zero");
    counters.for_each([](std::size_t, std::int64_t value) { P::check(value == 0, "new counters are zero"); });
  }

  void after() { P::check(counters.get(1) == 0 && counters.take(2) == 0, "and stay so"); }
};

// Each write changes both halves of the counter: a reader sees each of them whole or not at all.
template <checker_policy P, class Counters>
struct writes_are_atomic_of_counters {
  static constexpr unsigned threads = 3;
  static constexpr std::int64_t first = 0x0000'0001'0000'0001;
  static constexpr std::int64_t second = 0x0000'0004'0000'0004;
  Counters counters{1};

  void thread(unsigned index) {
    if (index == 0) counters.add(1, first);
    if (index == 1) counters.sub(1, -second);
    if (index == 2) {
      const std::int64_t seen = counters.get(1);
      P::check(seen == 0 || seen == first || seen == second || seen == first + second,
               "a write is seen whole or not at all");
    }
  }

  void after() { P::check(counters.get(1) == first + second, "both writes are there"); }
};

template <checker_policy P, class Counters>
struct no_write_is_lost_of_counters {
  static constexpr unsigned threads = 3;
  Counters counters{1};

  void thread(unsigned index) {
    const auto mine = std::int64_t{1} << (4 * index);
    counters.add(1, 3 * mine);
    counters.sub(1, mine);
  }

  void after() {
    // Whoever comes later, and maybe owns a stripe that one of them owned, goes on from there.
    counters.add(1, 0x1000);
    P::check(counters.get(1) == 0x1222, "each write counts once");
  }
};

template <checker_policy P, class Counters>
struct counters_wrap_around_of_counters {
  using limits = std::numeric_limits<std::int64_t>;
  static constexpr unsigned threads = 2;
  Counters counters{2};

  counters_wrap_around_of_counters() {
    counters.put(1, limits::max());
    counters.put(2, limits::min());
  }

  void thread(unsigned index) {
    if (index == 0) {
      counters.add(1, 1);
      counters.sub(2, limits::min());
    } else {
      counters.add(1, std::numeric_limits<std::uint64_t>::max());
      counters.sub(2, 1);
      counters.add(1, 2);
    }
  }

  void after() {
    P::check(counters.get(1) == limits::min() + 1, "overflow wraps around");
    P::check(counters.get(2) == -1, "underflow wraps around");
  }
};

// A thread that was told of a write sees it; of another one it may.
template <checker_policy P, class Counters>
struct read_sees_all_writes_before_it_of_counters {
  static constexpr unsigned threads = 3;
  Counters counters{1};
  milestone<P> first_added;

  void thread(unsigned index) {
    if (index == 0) {
      counters.add(1, 1);
      counters.add(1, 2);
      first_added.reach();
    } else if (index == 1) {
      counters.add(1, 4);
    } else {
      first_added.await_reached(1);
      const std::int64_t seen = counters.get(1);
      P::check(seen == 3 || seen == 7, "a read sees the writes before it");
      counters.add(1, 8);
      P::check((counters.get(1) & 0b1011) == 0b1011, "its own among them");
    }
  }

  void after() {}
};

// Once all writers are done and have said so in any way, everybody sees every write.
template <checker_policy P, class Counters>
struct every_write_is_seen_at_last_of_counters {
  static constexpr unsigned threads = 3;
  Counters counters{1};
  milestone<P> done;

  void thread(unsigned index) {
    if (index < 2) {
      counters.put(1, 0x10);
      counters.add(1, index + 1);
      done.reach();
    } else {
      done.await_reached(2);
      const std::int64_t seen = counters.get(1);
      P::check(seen == counters.get(1), "once all is written, nothing changes");
      P::check((seen & 0x10) != 0 && (seen & 3) != 0, "and one put with the add that followed it is there");
    }
  }

  void after() {}
};

// Two puts and two adds. The add before the first put is not left with it; all others may or may not come
// after the put that is left.
template <checker_policy P, class Counters>
struct concurrent_puts_leave_one_of_them_of_counters {
  static constexpr unsigned threads = 3;
  Counters counters{1};

  void thread(unsigned index) {
    if (index == 0) {
      counters.add(1, 1);
      counters.put(1, 0x100);
      counters.add(1, 2);
    } else if (index == 1) {
      counters.put(1, 0x200);
    } else {
      counters.add(1, 0x10);
    }
  }

  void after() {
    const std::int64_t left = counters.get(1) & ~std::int64_t{0x10};
    const bool of_first = left == 0x102;
    const bool of_second = left >= 0x200 && left <= 0x203;
    P::check(of_first || of_second, "the value of one put is left, and the adds not ordered before it");
    counters.put(1, 5);
    P::check(counters.get(1) == 5, "a put that all others happen before leaves its value");
  }
};

// Every add is returned by one take, or left.
template <checker_policy P, class Counters>
struct nothing_taken_is_lost_of_counters {
  static constexpr unsigned threads = 3;
  Counters counters{1};
  std::array<std::int64_t, 2> taken{};

  void thread(unsigned index) {
    if (index == 0) {
      counters.add(1, 1);
      taken[0] = counters.take(1);
    } else if (index == 1) {
      taken[1] = counters.take(1);
      counters.add(1, 2);
    } else {
      counters.add(1, 4);
    }
  }

  void after() {
    const std::int64_t left = counters.take(1);
    P::check(taken[0] + taken[1] + left == 7, "nothing is lost, and nothing counted twice");
    P::check((taken[0] | taken[1] | left) == 7, "each add is in one of them as a whole");
    P::check(counters.get(1) == 0, "nothing is left after the last take");
  }
};

// atomics only: one writer, two writes; who sees the second has seen the first.
template <checker_policy P, class Counters>
struct later_write_is_never_seen_alone_of_counters {
  static constexpr unsigned threads = 2;
  Counters counters{2};

  void thread(unsigned index) {
    if (index == 0) {
      counters.add(1, 1);
      counters.add(2, 1);
    } else {
      const std::int64_t later = counters.get(2);
      const std::int64_t earlier = counters.get(1);
      P::check(later == 0 || earlier == 1, "none, only the first, or both; never only the second");
    }
  }

  void after() {}
};

// atomics only: two writers, two readers who read in opposite order (IRIW).
template <checker_policy P, class Counters>
struct readers_agree_on_the_order_of_counters {
  static constexpr unsigned threads = 4;
  Counters counters{2};
  std::array<bool, 2> saw_own_first{};

  void thread(unsigned index) {
    if (index < 2) {
      counters.add(index + 1, 1);
    } else {
      const unsigned mine = index - 2;
      const std::int64_t own = counters.get(mine + 1);
      const std::int64_t other = counters.get(2 - mine);
      saw_own_first[mine] = own == 1 && other == 0;
    }
  }

  void after() {
    P::check(!(saw_own_first[0] && saw_own_first[1]), "the readers agree which write came first");
  }
};

// atomics only: two threads write one counter each, in each of the three ways, and read the other's.
template <checker_policy P, class Counters>
struct a_write_is_seen_by_one_of_two_of_counters {
  static constexpr unsigned threads = 2;
  Counters counters{2};
  std::array<std::int64_t, 2> seen{};

  void thread(unsigned index) {
    const std::size_t mine = index + 1;
    const std::size_t other = 2 - index;
    const std::size_t how = P::choose(3);
    if (how == 0) counters.add(mine, 1);
    if (how == 1) counters.put(mine, 1);
    if (how == 2) counters.exchange(mine, 1);
    seen[index] = counters.get(other);
  }

  void after() { P::check(seen[0] + seen[1] >= 1, "at least one of two writers sees the other's write"); }
};

// The calls of a client, each recorded with its result.
template <checker_policy P, class Counters, unsigned Threads, std::size_t PerThread>
struct recorded_counters {
  using operation = models::counters_operation;
  using action = models::counters_action;
  Counters counters{2};
  // One thread more: whoever reads after all others.
  history<P, operation, Threads + 1, PerThread> calls{};

  void add(unsigned thread, std::size_t index, std::uint64_t n) {
    auto& call = calls.invoke(thread, {action::add, thread, index, n});
    counters.add(index, n);
    calls.respond(call);
  }
  void put(unsigned thread, std::size_t index, std::uint64_t value) {
    auto& call = calls.invoke(thread, {action::put, thread, index, value});
    counters.put(index, value);
    calls.respond(call);
  }
  void get(unsigned thread, std::size_t index) {
    auto& call = calls.invoke(thread, {action::get, thread, index});
    call.operation.found = static_cast<std::uint64_t>(counters.get(index));
    calls.respond(call);
  }
  void exchange(unsigned thread, std::size_t index, std::uint64_t value) {
    auto& call = calls.invoke(thread, {action::exchange, thread, index, value});
    call.operation.found = static_cast<std::uint64_t>(counters.exchange(index, value));
    calls.respond(call);
  }
};

// What was recorded agrees with the model of its kind.
template <checker_policy P, class Counters, class History>
void check_with_model(const History& calls) {
  if constexpr (std::is_same_v<Counters, counters<atomics, P>>) {
    P::check(bool(linearizable(calls, models::counters<2>())),
             "there is an order of the calls that the model allows");
  } else {
    P::check(!calls.overflowed(), "all calls are recorded");
    P::check(models::write_concurrency_guarantees::all_hold(calls),
             "each read returns a value that the model allows");
  }
}

// Two reads beside a put, an add before it, one after it, and one by somebody else.
template <checker_policy P, class Counters>
struct read_beside_a_put_is_a_put_plus_adds_of_counters {
  static constexpr unsigned threads = 3;
  recorded_counters<P, Counters, threads, 3> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.add(index, 1, 1);
      recorded.add(index, 1, 2);
    } else if (index == 1) {
      recorded.put(index, 1, 0x100);
      recorded.add(index, 1, 4);
    } else {
      recorded.get(index, 1);
      recorded.get(index, 1);
    }
  }

  void after() {
    recorded.get(threads, 1);
    check_with_model<P, Counters>(recorded.calls);
  }
};

// The same with two puts, one of them ordered after an add by another thread's word.
template <checker_policy P, class Counters>
struct read_beside_two_puts_of_counters {
  static constexpr unsigned threads = 3;
  recorded_counters<P, Counters, threads, 3> recorded;
  milestone<P> added;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.add(index, 1, 1);
      added.reach();
      recorded.put(index, 1, 0x100);
    } else if (index == 1) {
      added.await_reached(1);
      recorded.put(index, 1, 0x200);
      recorded.add(index, 1, 2);
    } else {
      recorded.get(index, 1);
      recorded.get(index, 1);
    }
  }

  void after() {
    recorded.get(threads, 1);
    check_with_model<P, Counters>(recorded.calls);
  }
};

// Everything at once, by four threads, of which two never own a stripe.
template <checker_policy P, class Counters>
struct calls_agree_with_the_model_of_counters {
  static constexpr unsigned threads = 4;
  recorded_counters<P, Counters, threads, 2> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.add(index, 1, 1);
      recorded.put(index, 1, 0x100);
    } else if (index == 1) {
      recorded.add(index, 1, 2);
      recorded.get(index, 1);
    } else if (index == 2) {
      recorded.exchange(index, 1, 0x200);
    } else {
      recorded.add(index, 1, 4);
      recorded.get(index, 1);
    }
  }

  void after() {
    recorded.get(threads, 1);
    check_with_model<P, Counters>(recorded.calls);
  }
};

// An exchange beside a put, whose value makes the base cell return to what it was: the exchange cannot tell.
template <checker_policy P, class Counters>
struct exchange_beside_a_put_of_counters {
  static constexpr unsigned threads = 3;
  recorded_counters<P, Counters, threads, 3> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.add(index, 1, 5);
      recorded.put(index, 1, 5);
    } else if (index == 1) {
      recorded.exchange(index, 1, 0x100);
    } else {
      recorded.add(index, 1, 8);
      recorded.get(index, 1);
    }
  }

  void after() {
    recorded.get(threads, 1);
    check_with_model<P, Counters>(recorded.calls);
  }
};

// The same, but the counter was put to 1 before: what the exchange finds where it has not looked first is not
// what it may return.
template <checker_policy P, class Counters>
struct exchange_beside_two_puts_of_counters : exchange_beside_a_put_of_counters<P, Counters> {
  exchange_beside_two_puts_of_counters() { this->recorded.put(this->threads, 1, 1); }
};

// Two exchanges beside adds to both counters.
template <checker_policy P, class Counters>
struct exchanges_agree_with_the_model_of_counters {
  static constexpr unsigned threads = 3;
  recorded_counters<P, Counters, threads, 2> recorded;

  void thread(unsigned index) {
    if (index == 0) {
      recorded.add(index, 1, 1);
      recorded.exchange(index, 1, 0x10);
    } else if (index == 1) {
      recorded.exchange(index, 1, 0x20);
      recorded.add(index, 1, 2);
    } else {
      recorded.add(index, 2, 4);
      recorded.get(index, 1);
    }
  }

  void after() {
    recorded.get(threads, 1);
    recorded.get(threads, 2);
    check_with_model<P, Counters>(recorded.calls);
  }
};

// Handles are copied, used and given up on several threads; the last to go frees the array, and no earlier
// one.
template <checker_policy P, counters_kind Kind>
struct last_owner_frees_of_counters {
  static constexpr unsigned threads = 3;
  std::array<std::optional<basic_counters_ref<P>>, threads> handles;

  last_owner_frees_of_counters() {
    handles[0].emplace(std::size_t{1}, Kind);
    for (auto& handle : handles) handle = handles[0];
  }

  void thread(unsigned index) {
    std::optional<basic_counters_ref<P>>& mine = handles[index];
    mine->add(1, 1);
    if (index == 0) {
      const basic_counters_ref<P> copy(*mine);
      mine.reset();
      const std::int64_t seen = copy.get(1);
      P::check(seen >= 1 && seen <= 3, "what other handles add is added to the same array");
    }
    mine.reset();
  }

  void after() {}
};

// A stripe's owner leaves a value in a plain place of its own; the next one goes on from it.
template <checker_policy P, std::size_t Stripes>
struct stripes_change_hands_whole_of_counters {
  static constexpr unsigned threads = 3;
  stillpoint::detail::stripe_registry<P::template atomic, Stripes> registry;
  std::array<typename P::template plain<int>, Stripes> sums{};
  std::array<int, threads> unowned{};

  void thread(unsigned index) {
    const std::size_t mine = registry.claim();
    if (mine == no_stripe) {
      unowned[index] = 1;
      return;
    }
    P::check(mine < Stripes, "a stripe is one of those that there are");
    P::write(sums[mine], P::read(sums[mine]) + 1);
    registry.give_back(mine);
  }

  void after() {
    int sum = unowned[0] + unowned[1] + unowned[2];
    for (const auto& each : sums) sum += P::read(each);
    P::check(sum == static_cast<int>(threads), "each owner counted once");
    P::check(unowned[0] + unowned[1] + unowned[2] < static_cast<int>(threads), "somebody got a stripe");
    P::check(registry.claim() == 0, "and gave it back");
  }
};

struct counters_of_atomics {
  static constexpr std::string_view primitive = "counters_atomics";
  template <class P>
  using array = counters<atomics, P>;
};

struct counters_of_write_concurrency {
  static constexpr std::string_view primitive = "counters_write_concurrency";
  template <class P>
  using array = counters<write_concurrency, P>;
};

template <class Kind>
struct counters_clients {
  template <class P>
  using array = typename Kind::template array<P>;

  template <class P>
  struct counters_start_at_zero : counters_start_at_zero_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "counters_start_at_zero";
  };
  template <class P>
  struct writes_are_atomic : writes_are_atomic_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "writes_are_atomic";
  };
  template <class P>
  struct no_write_is_lost : no_write_is_lost_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "no_write_is_lost/3_writers_x_2_writes";
  };
  template <class P>
  struct counters_wrap_around : counters_wrap_around_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "counters_wrap_around";
  };
  template <class P>
  struct read_sees_all_writes_before_it : read_sees_all_writes_before_it_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "read_sees_all_writes_before_it";
  };
  template <class P>
  struct every_write_is_seen_at_last : every_write_is_seen_at_last_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "every_write_is_seen_at_last";
  };
  template <class P>
  struct concurrent_puts_leave_one_of_them : concurrent_puts_leave_one_of_them_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "concurrent_puts_leave_one_of_them";
  };
  template <class P>
  struct nothing_taken_is_lost : nothing_taken_is_lost_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "nothing_taken_is_lost";
  };
  template <class P>
  struct read_beside_a_put_is_a_put_plus_adds
      : read_beside_a_put_is_a_put_plus_adds_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "read_beside_a_put_is_a_put_plus_adds";
  };
  template <class P>
  struct read_beside_two_puts : read_beside_two_puts_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "read_beside_a_put_is_a_put_plus_adds/two_puts";
  };
  template <class P>
  struct exchange_beside_a_put : exchange_beside_a_put_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/exchange_beside_a_put";
  };
  template <class P>
  struct exchange_beside_two_puts : exchange_beside_two_puts_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/exchange_beside_two_puts";
  };
  template <class P>
  struct exchanges_agree_with_the_model : exchanges_agree_with_the_model_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/two_exchanges";
  };
  template <class P>
  struct calls_agree_with_the_model : calls_agree_with_the_model_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/4_threads";
  };

  using list =
      client_list<counters_start_at_zero, writes_are_atomic, no_write_is_lost, counters_wrap_around,
                  read_sees_all_writes_before_it, every_write_is_seen_at_last,
                  concurrent_puts_leave_one_of_them, nothing_taken_is_lost,
                  read_beside_a_put_is_a_put_plus_adds, read_beside_two_puts, exchange_beside_a_put,
                  exchange_beside_two_puts, exchanges_agree_with_the_model, calls_agree_with_the_model>;
};

// What only atomics promises. For the other kind, Kind may be replaced to see that it does not.
template <class Kind>
struct sequentially_consistent_clients {
  template <class P>
  using array = typename Kind::template array<P>;

  template <class P>
  struct later_write_is_never_seen_alone : later_write_is_never_seen_alone_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "later_write_is_never_seen_alone";
  };
  template <class P>
  struct readers_agree_on_the_order : readers_agree_on_the_order_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "readers_agree_on_the_order";
  };
  template <class P>
  struct a_write_is_seen_by_one_of_two : a_write_is_seen_by_one_of_two_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "a_write_is_seen_by_one_of_two";
  };

  using list =
      client_list<later_write_is_never_seen_alone, readers_agree_on_the_order, a_write_is_seen_by_one_of_two>;
};

struct counters_ref_clients {
  template <class P>
  struct last_owner_frees_atomics : last_owner_frees_of_counters<P, counters_kind::atomics> {
    static constexpr std::string_view primitive = "counters_ref";
    static constexpr std::string_view guarantee = "last_owner_frees/atomics";
  };
  template <class P>
  struct last_owner_frees_write_concurrency
      : last_owner_frees_of_counters<P, counters_kind::write_concurrency> {
    static constexpr std::string_view primitive = "counters_ref";
    static constexpr std::string_view guarantee = "last_owner_frees/write_concurrency";
  };

  using list = client_list<last_owner_frees_atomics, last_owner_frees_write_concurrency>;
};

struct stripe_registry_clients {
  template <class P>
  struct stripes_change_hands_whole_one : stripes_change_hands_whole_of_counters<P, 1> {
    static constexpr std::string_view primitive = "counters_stripes";
    static constexpr std::string_view guarantee = "stripes_change_hands_whole/1_stripe_x_3_threads";
  };
  template <class P>
  struct stripes_change_hands_whole_two : stripes_change_hands_whole_of_counters<P, 2> {
    static constexpr std::string_view primitive = "counters_stripes";
    static constexpr std::string_view guarantee = "stripes_change_hands_whole/2_stripes_x_3_threads";
  };

  using list = client_list<stripes_change_hands_whole_one, stripes_change_hands_whole_two>;
};

}  // namespace stillpoint::verify::clients
