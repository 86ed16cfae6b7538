// SPDX-License-Identifier: BSL-1.0
//
// The clients of the tracker: one per guarantee, run by every engine. Most have one stripe that may be owned:
// the first thread owns it or not, at each call anew; all others never do.
#pragma once

#include <string_view>

#include "verify/client.hpp"
#include "verify/clients/tracker/buffers.hpp"
#include "verify/clients/tracker/histories.hpp"
#include "verify/clients/tracker/increments.hpp"
#include "verify/clients/tracker/kinds.hpp"
#include "verify/clients/tracker/pendings.hpp"
#include "verify/clients/tracker/tokens.hpp"

namespace stillpoint::verify::clients {

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
  struct grace_periods_outlast_all_earlier_tokens
      : grace_periods_outlast_all_earlier_tokens_base<P, kind::four_slots<P>> {
    static constexpr std::string_view primitive = "tracker";
    static constexpr std::string_view guarantee = "grace_periods_outlast_all_earlier_tokens";
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
  using list = client_list<
      acquire_tries_once, wait_looks_when_told_1, tokens_may_change_threads, wait_looks_when_told_2,
      pending_is_waited_for_by_several, pending_is_handed_over, pendings_end_one_by_one,
      grace_periods_outlast_all_earlier_tokens, pending_ends_although_its_slot_is_used,
      calls_agree_with_the_model, every_token_counts, every_seat_counts, holders_see_what_came_before,
      stripe_hint_may_change, what_holders_wrote_is_seen_2_owners, what_holders_wrote_is_seen_2x1x1,
      ended_generation_has_no_holders, increment_waits_for_no_later_token, acquire_never_waits,
      generations_are_dense_and_monotonic, generations_wrap_around_unharmed, dropped_pending_loses_nothing,
      what_holders_wrote_is_seen_1x2x2, calls_agree_with_the_model_3, increments_end>;
};

}  // namespace stillpoint::verify::clients
