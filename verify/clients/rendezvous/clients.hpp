// SPDX-License-Identifier: BSL-1.0
//
// The clients of the rendezvous, on the heap and in storage of the caller's: one per guarantee, run by every
// engine.
#pragma once

#include <string_view>

#include "verify/client.hpp"
#include "verify/clients/rendezvous/departures.hpp"
#include "verify/clients/rendezvous/histories.hpp"
#include "verify/clients/rendezvous/kinds.hpp"
#include "verify/clients/rendezvous/meetings.hpp"
#include "verify/clients/rendezvous/swaps.hpp"

namespace stillpoint::verify::clients {

template <class Kind>
struct rendezvous_clients {
  template <class P>
  struct neither_side_passes_early : neither_side_passes_early_base<P, Kind, 3> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "neither_side_passes_early/3_meetings";
  };
  template <class P>
  struct writes_before_are_seen_after : writes_before_are_seen_after_base<P, Kind, 2> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "writes_before_are_seen_after/2_rounds";
  };
  template <class P>
  struct each_datum_has_one_holder : swapping<P, data_sides<P, Kind>, 3> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "each_datum_has_one_holder/3_swaps";
  };
  template <class P>
  struct each_datum_has_one_borrow : swapping_borrows<P, Kind> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "each_datum_has_one_holder/2_swaps_of_borrows";
  };
  template <class P>
  struct generations_wrap_around_unharmed : swapping<P, tiny_sides<P, Kind>, 9> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "generations_wrap_around_unharmed/9_swaps_of_2_bits";
  };
  template <class P>
  struct giving_up_keeps_the_arrival : giving_up_keeps_the_arrival_base<P, Kind, 5> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "giving_up_keeps_the_arrival/5_meetings_of_2_bits";
  };
  template <class P>
  struct an_arrival_is_not_overlooked : an_arrival_is_not_overlooked_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "an_arrival_is_not_overlooked";
  };
  template <class P>
  struct a_side_that_leaves_is_noticed_at_once : a_side_that_leaves_is_noticed_base<P, Kind, 0> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "a_side_that_leaves_is_noticed/at_once";
  };
  template <class P>
  struct a_side_that_leaves_is_noticed_later : a_side_that_leaves_is_noticed_base<P, Kind, 4> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "a_side_that_leaves_is_noticed/after_4_meetings_of_2_bits";
  };
  template <class P>
  struct an_arrival_outlives_its_side : an_arrival_outlives_its_side_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "an_arrival_outlives_its_side";
  };
  template <class P>
  struct the_last_to_leave_cleans_up : the_last_to_leave_cleans_up_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "the_last_to_leave_cleans_up";
  };
  template <class P>
  struct meetings_agree_with_the_model : meetings_agree_with_the_model_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "meetings_agree_with_the_model";
  };

  using list =
      client_list<neither_side_passes_early, a_side_that_leaves_is_noticed_at_once,
                  the_last_to_leave_cleans_up, giving_up_keeps_the_arrival, each_datum_has_one_holder,
                  each_datum_has_one_borrow, writes_before_are_seen_after, generations_wrap_around_unharmed,
                  an_arrival_is_not_overlooked, a_side_that_leaves_is_noticed_later,
                  an_arrival_outlives_its_side, meetings_agree_with_the_model>;
};

}  // namespace stillpoint::verify::clients
