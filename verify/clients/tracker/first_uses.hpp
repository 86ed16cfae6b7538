// SPDX-License-Identifier: BSL-1.0
//
// What an increment must not overlook: a token on a stripe that nobody used before.
#pragma once

#include <array>
#include <string_view>

#include "verify/claimed_stripes.hpp"
#include "verify/client.hpp"
#include "verify/clients/tracker/buffers.hpp"
#include "verify/clients/tracker/kinds.hpp"

namespace stillpoint::verify::clients {

// Threads that never asked for a stripe acquire beside an increment. What is overlooked is a data race.
template <checker_policy P, template <class> class Claiming, unsigned Users>
struct first_token_is_waited_for_base {
  static constexpr unsigned threads = Users + 1;
  typename Claiming<P>::stripes stripes;
  tracked_buffers<P, small_trackers::two_owners<Claiming<P>>, Users> data;

  void thread(unsigned index) {
    if (index == Users) {
      data.take();
    } else {
      data.use(index);
    }
  }

  void after() {
    for (unsigned user = 0; user < Users; ++user) {
      P::check(data.total(user) == 1, "what each holder wrote is found once");
    }
  }
};

// A thread hands over its first token, and another one asks whether the generation is over: of what the first
// thread did it knows by the hand-over alone.
template <checker_policy P, template <class> class Claiming>
struct first_token_is_known_by_hand_over_base {
  using tracker_type = small_trackers::two_owners<Claiming<P>>;
  static constexpr unsigned threads = 2;
  typename Claiming<P>::stripes stripes;
  tracker_type tracker;
  typename tracker_type::pending first_one = tracker.begin_increment();
  typename tracker_type::token held{};
  typename P::template atomic<int> handed_over{0};

  void thread(unsigned index) {
    if (index == 1) {
      held = tracker.acquire();
      // release: pairs with the acquire below.
      handed_over.store(1, std::memory_order_release);
    } else {
      // acquire: pairs with the release above.
      P::await(
          handed_over, std::memory_order_acquire, [](int h) { return h == 1; }, typename P::waiter());
      const auto second_one = tracker.begin_increment();
      P::check(first_one.try_wait(), "nobody held the first generation");
      P::check(!second_one.try_wait(), "the second one has a holder");
      held.release();
      P::check(second_one.try_wait(), "who is gone");
    }
  }

  void after() {}
};

template <template <class> class Claiming>
struct first_use_clients {
  template <class P>
  struct of_one_thread : first_token_is_waited_for_base<P, Claiming, 1> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "what_holders_wrote_is_seen/1_first_use_of_a_stripe";
  };
  template <class P>
  struct of_two_threads : first_token_is_waited_for_base<P, Claiming, 2> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "what_holders_wrote_is_seen/2_first_uses_of_stripes";
  };
  template <class P>
  struct handed_over : first_token_is_known_by_hand_over_base<P, Claiming> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "ended_generation_has_no_holders/first_use_handed_over";
  };

  using list = client_list<of_one_thread, handed_over, of_two_threads>;
};

}  // namespace stillpoint::verify::clients
