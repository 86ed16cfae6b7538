// SPDX-License-Identifier: BSL-1.0
//
// The clients of counters of both kinds, of counters_ref, and of the registry that hands out stripes: one per
// guarantee, run by every engine. In the clients of write_concurrency the first two threads own a stripe or
// not, at each call anew; a third one never does.
#pragma once

#include <string_view>

#include "stillpoint/counters.hpp"
#include "verify/client.hpp"
#include "verify/clients/counters/histories.hpp"
#include "verify/clients/counters/ownership.hpp"
#include "verify/clients/counters/puts.hpp"
#include "verify/clients/counters/sequential_consistency.hpp"
#include "verify/clients/counters/writes.hpp"

namespace stillpoint::verify::clients {

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

  template <class P>
  struct a_write_is_seen_by_one_of_two_replacing
      : a_write_is_seen_by_one_of_two_replacing_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "a_write_is_seen_by_one_of_two/compare_exchange";
  };
  template <class P>
  struct add_get_returns_what_it_leaves : add_get_returns_what_it_leaves_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "add_get_returns_what_it_leaves";
  };
  template <class P>
  struct compare_exchange_replaces_only_what_it_expects
      : compare_exchange_replaces_only_what_it_expects_of_counters<P, array<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "compare_exchange_replaces_only_what_it_expects";
  };

  // What any kind has that is sequentially consistent, and what only those of a single cell offer.
  using list =
      client_list<later_write_is_never_seen_alone, readers_agree_on_the_order, a_write_is_seen_by_one_of_two>;
  using of_one_cell = client_list<a_write_is_seen_by_one_of_two_replacing, add_get_returns_what_it_leaves,
                                  compare_exchange_replaces_only_what_it_expects>;
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

  template <class P>
  struct stripes_of_the_gone_are_given_back : stripes_of_the_gone_are_given_back_of_counters<P> {
    static constexpr std::string_view primitive = "counters_stripes";
    static constexpr std::string_view guarantee = "stripes_of_the_gone_are_given_back";
  };

  template <class P>
  struct stripes_in_use_cover_owners : stripes_in_use_cover_owners_of_counters<P> {
    static constexpr std::string_view primitive = "counters_stripes";
    static constexpr std::string_view guarantee = "stripes_in_use_cover_owners";
  };

  using list = client_list<stripes_change_hands_whole_one, stripes_change_hands_whole_two,
                           stripes_in_use_cover_owners, stripes_of_the_gone_are_given_back>;
};

}  // namespace stillpoint::verify::clients
