// SPDX-License-Identifier: BSL-1.0
//
// The clients of snapshot_counters: one per guarantee, run by every engine. There is one stripe that may be
// owned: the first thread owns it or not, at each call anew; all others never do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "models/snapshot_counters.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "verify/client.hpp"
#include "verify/clients/tracker/kinds.hpp"
#include "verify/clients/tracker/policies.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::clients {

// Two threads add, in different ways; what a take returns, and what is left, is all of it.
template <checker_policy P, class Counters, unsigned Takes>
struct no_add_is_lost_base {
  static constexpr unsigned threads = 3;
  Counters counters{1, 1};
  std::int64_t taken = 0;

  void thread(unsigned index) {
    if (index == 1) {
      for (unsigned take = 0; take < Takes; ++take) taken += take_one();
    } else {
      counters.add(0, index == 0 ? 1 : 0x10);
    }
  }

  void after() {
    counters.add(0, 0x100);
    const std::int64_t left = take_one();
    P::check((taken & 0x100) == 0 && (left & 0x100) != 0, "what is added after a take is in the next one");
    P::check(taken + left == 0x111, "each add is returned once");
  }

  std::int64_t take_one() {
    std::array<std::int64_t, 1> values{};
    counters.take_into(values);
    return values[0];
  }
};

// One thread adds to a counter several times, before, between and after takes.
template <checker_policy P, class Counters, int Adds, int Takes>
struct each_set_is_used_again_base {
  static constexpr unsigned threads = 2;
  Counters counters{1, 1};
  std::int64_t taken = 0;

  void thread(unsigned index) {
    if (index == 0) {
      for (int add = 0; add < Adds; ++add) counters.add(0, add - 4);
    } else {
      for (int take = 0; take < Takes; ++take) take_one();
    }
  }

  void after() {
    take_one();
    P::check(taken == (Adds == 1 ? -4 : -7), "each add is returned once");
  }

  void take_one() {
    std::array<std::int64_t, 1> values{};
    counters.take_into(values);
    taken += values[0];
  }
};

// One thread adds to the first counter, then to the second: none of the takes shows the second in an earlier
// one than the first.
template <checker_policy P, class Counters>
struct snapshots_are_consistent_cuts_base {
  static constexpr unsigned threads = 2;
  Counters counters{2, 1};

  void thread(unsigned index) {
    if (index == 0) {
      counters.add(0, 1);
      counters.add(1, 1);
    } else {
      std::array<std::int64_t, 2> values{};
      counters.take_into(values);
      P::check(values[0] >= values[1], "what is shown as done was begun");
    }
  }

  void after() {}
};

// The same where the two adds are by different threads, one of which has been told by the other.
template <checker_policy P, class Counters>
struct causes_come_before_effects_base {
  static constexpr unsigned threads = 3;
  Counters counters{2, 1};
  typename P::template atomic<int> told{0};

  void thread(unsigned index) {
    if (index == 0) {
      counters.add(0, 1);
      told.store(1, std::memory_order_release);
    } else if (index == 2) {
      P::await(
          told, std::memory_order_acquire, [](int t) { return t == 1; }, typename P::waiter());
      counters.add(1, 1);
    } else {
      std::array<std::int64_t, 2> values{};
      counters.take_into(values);
      P::check(values[0] >= values[1], "what is shown as done was begun");
    }
  }

  void after() {}
};

// Two threads take; each gets an interval of its own, and a third one adds meanwhile.
template <checker_policy P, class Counters>
struct snapshots_start_from_zero_base {
  static constexpr unsigned threads = 3;
  Counters counters{1, 1};
  std::array<std::int64_t, 2> taken{};
  std::array<std::uint64_t, 2> interval{};

  snapshots_start_from_zero_base() { counters.add(0, 2); }

  void thread(unsigned index) {
    if (index == 2) {
      counters.add(0, 1);
    } else {
      std::array<std::int64_t, 1> values{};
      interval[index] = counters.take_into(values);
      taken[index] = values[0];
    }
  }

  void after() {
    std::array<std::int64_t, 1> values{};
    P::check(counters.take_into(values) == 2, "intervals are numbered one by one");
    P::check(interval[0] + interval[1] == 1, "and no two takes get the same");
    P::check((taken[interval[0]] & 2) != 0, "the first one has what was there");
    P::check(taken[0] + taken[1] + values[0] == 3, "and whatever a take returned is not there any more");
  }
};

// The calls of a client, each recorded with its result.
template <checker_policy P, class Counters>
struct takes_agree_with_the_model_base {
  static constexpr unsigned threads = 3;
  using model = models::snapshot_counters<2>;
  using action = models::snapshot_action;
  Counters counters{2, 1};
  // One thread more: whoever takes after all others.
  history<P, model::operation, threads + 1, 2> calls{};

  void thread(unsigned index) {
    if (index == 1) {
      take(index);
    } else {
      add(index, index / 2, 1);
      if (index == 0) add(index, 1, 2);
    }
  }

  void after() {
    take(threads);
    P::check(bool(linearizable(calls, model())), "there is an order of the calls that the model allows");
  }

  void add(unsigned thread, std::size_t index, std::int64_t n) {
    auto& call = calls.invoke(thread, {action::add, thread, index, static_cast<std::uint64_t>(n)});
    counters.add(index, n);
    calls.respond(call);
  }
  void take(unsigned thread) {
    auto& call = calls.invoke(thread, {action::take, thread});
    std::array<std::int64_t, 2> values{};
    counters.take_into(values);
    call.operation.found = {static_cast<std::uint64_t>(values[0]), static_cast<std::uint64_t>(values[1])};
    calls.respond(call);
  }
};

struct snapshot_counters_clients {
  template <class P>
  using counters = snapshot_counters<P, small_trackers::one_owner<P>>;
  // Nobody owns a stripe.
  template <class P>
  using shared_counters = snapshot_counters<without_owned_stripes<P>, small_trackers::no_owner<P>>;

  template <class P>
  struct no_add_is_lost : no_add_is_lost_base<P, shared_counters<P>, 1> {
    static constexpr std::string_view primitive = "snapshot_counters";
    static constexpr std::string_view guarantee = "no_add_is_lost/2_writers_x_1_take";
  };
  template <class P>
  struct each_set_is_used_again : each_set_is_used_again_base<P, counters<P>, 1, 2> {
    static constexpr std::string_view primitive = "snapshot_counters";
    static constexpr std::string_view guarantee = "no_add_is_lost/1_add_x_2_takes";
  };
  template <class P>
  struct each_set_is_used_again_2 : each_set_is_used_again_base<P, shared_counters<P>, 2, 2> {
    static constexpr std::string_view primitive = "snapshot_counters";
    static constexpr std::string_view guarantee = "no_add_is_lost/2_adds_x_2_takes";
  };
  template <class P>
  struct adds_add_up : each_set_is_used_again_base<P, counters<P>, 2, 1> {
    static constexpr std::string_view primitive = "snapshot_counters";
    static constexpr std::string_view guarantee = "no_add_is_lost/2_adds_x_1_take";
  };
  template <class P>
  struct snapshots_are_consistent_cuts : snapshots_are_consistent_cuts_base<P, counters<P>> {
    static constexpr std::string_view primitive = "snapshot_counters";
    static constexpr std::string_view guarantee = "snapshots_are_consistent_cuts";
  };
  template <class P>
  struct causes_come_before_effects : causes_come_before_effects_base<P, shared_counters<P>> {
    static constexpr std::string_view primitive = "snapshot_counters";
    static constexpr std::string_view guarantee = "snapshots_are_consistent_cuts/2_writers";
  };
  template <class P>
  struct snapshots_start_from_zero : snapshots_start_from_zero_base<P, shared_counters<P>> {
    static constexpr std::string_view primitive = "snapshot_counters";
    static constexpr std::string_view guarantee = "snapshots_start_from_zero/2_takers";
  };
  template <class P>
  struct takes_agree_with_the_model : takes_agree_with_the_model_base<P, shared_counters<P>> {
    static constexpr std::string_view primitive = "snapshot_counters";
    static constexpr std::string_view guarantee = "takes_agree_with_the_model";
  };

  using list = client_list<no_add_is_lost, each_set_is_used_again, each_set_is_used_again_2, adds_add_up,
                           snapshots_are_consistent_cuts, causes_come_before_effects,
                           snapshots_start_from_zero, takes_agree_with_the_model>;
};

}  // namespace stillpoint::verify::clients
